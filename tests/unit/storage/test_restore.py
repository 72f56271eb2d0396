"""Given an archive, when it is restored, then the home is what it was, or nothing was touched and a sentence says why."""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import swap
from storage.archive import MANIFEST
from storage.backup import back_up
from storage.home import HomeLock, enter
from storage.model.errors import DataError, StoreError, TuppenceError
from storage.restore import restore
from tests.fakes.homes import NOW, SECRET, dies_at, everything_in, filled, note, running, who
from tests.fakes.stores import opened

if TYPE_CHECKING:
    from collections.abc import Callable

Manifest = dict[str, Any]
CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "open")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home, a backup of it, and a home that differs from it in every part."""
    folder = tmp_path_factory.mktemp("restore")
    back_up(filled(folder / "home"), folder / "backup.tar.gz", now=NOW, program="1.2.3")
    filled(folder / "other", who="U7", more="9")
    return folder


@pytest.fixture
def file(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(template / "backup.tar.gz", tmp_path))


@pytest.fixture
def other(template: Path, tmp_path: Path) -> Path:
    """A home in use, of which the archive knows nothing."""
    return shutil.copytree(template / "other", tmp_path / "other")


def refused(file: Path, home: Path, kind: type[TuppenceError] = DataError, *, force: bool = False) -> TuppenceError:
    """Said in words, with the home as it was, or still not there."""
    before = everything_in(home) if (home / "cost.db").exists() else None
    with pytest.raises(kind) as caught:
        restore(file, home, force=force)
    assert caught.value.remedy
    assert (everything_in(home) if (home / "cost.db").exists() else None) == before
    assert before is not None or not home.exists()
    assert not (home / swap.FOLDER).exists()
    return caught.value


# All of it


def test_into_a_home_that_does_not_exist(template: Path, file: Path, tmp_path: Path) -> None:
    done = restore(file, tmp_path / "deep" / "new")
    assert everything_in(done.home) == everything_in(template / "home")
    assert done.home.stat().st_mode & 0o077 == 0
    assert (done.home / "state.db").stat().st_mode & 0o077 == 0


def test_over_a_home_only_when_forced_and_never_over_its_keys(template: Path, file: Path, other: Path) -> None:
    (other / "master.key").write_text(SECRET)
    error = refused(file, other, StoreError)
    assert "is not empty" in error.sentence
    assert "--force" in error.remedy
    assert restore(file, other, force=True).replaced
    assert everything_in(other) == everything_in(template / "home")
    assert (other / "master.key").read_text() == SECRET
    assert sorted(path.name for path in other.iterdir() if not path.name.endswith(".lock")) == [
        *("cost.db", "lake", "master.key", "state.db", "tmp")
    ]


def test_a_home_with_nothing_but_locks_and_scratch_is_empty(template: Path, file: Path, tmp_path: Path) -> None:
    home = tmp_path / "new"
    (home / "tmp").mkdir(parents=True)
    enter(home).release()
    restore(file, home)
    assert everything_in(home) == everything_in(template / "home")


def test_the_log_of_the_old_database_does_not_come_back(template: Path, file: Path, other: Path) -> None:
    connection = sqlite3.connect(other / "state.db")
    connection.execute("UPDATE people SET fetched_at = 1")
    connection.execute("INSERT INTO deliveries (key, claimed_at) VALUES ('old', 1)")
    connection.commit()
    shutil.copy(other / "state.db-wal", other / "kept-wal")
    connection.close()
    (other / "kept-wal").replace(other / "state.db-wal")
    restore(file, other, force=True)
    with closing(sqlite3.connect(other / "state.db")) as found:
        assert found.execute("SELECT count(*) FROM deliveries").fetchone() == (0,)
    assert everything_in(other) == everything_in(template / "home")


def test_a_damaged_home_is_what_a_restore_is_for(template: Path, file: Path, other: Path) -> None:
    (other / "cost.db").write_text("no database " * 100)
    (other / "state.db").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    restore(file, other, force=True)
    assert everything_in(other) == everything_in(template / "home")


def test_a_restored_home_goes_on_working(file: Path, tmp_path: Path) -> None:
    home = restore(file, tmp_path / "new").home
    note(home, "U8")
    assert who(home) == ["U1", "U8"]
    with opened(home) as store:
        assert store.generation() == 2
    back_up(home, tmp_path / "again.tar.gz", now=NOW)


# While somebody is there


def test_not_while_tuppence_runs(file: Path, other: Path) -> None:
    with running(other):
        assert "is running" in refused(file, other, StoreError, force=True).sentence
    restore(file, other, force=True)


def test_not_while_an_ingest_runs(file: Path, other: Path) -> None:
    with (other / "ingest.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "ingest" in refused(file, other, StoreError, force=True).sentence
    restore(file, other, force=True)


@pytest.mark.parametrize("name", ["state.db", "cost.db"])
def test_not_while_another_program_has_a_database_open(file: Path, other: Path, name: str) -> None:
    with closing(sqlite3.connect(other / name)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        assert f"{name} is locked" in refused(file, other, StoreError, force=True).sentence
    restore(file, other, force=True)


def test_nobody_can_start_while_it_works(other: Path) -> None:
    lock = HomeLock(other)
    assert lock.take_alone()
    waiting = HomeLock(other)
    with pytest.raises(StoreError, match="restored or rebuilt"):
        waiting.share(patience=0.1)
    lock.release()
    waiting.share()
    assert not lock.take_alone()
    waiting.release()


# What is no backup


def test_no_file(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "nothing.tar.gz", tmp_path / "new").sentence


def text(path: Path) -> None:
    path.write_text("this is no archive " * 50)


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("cost.db", "x")


def gzipped_text(path: Path) -> None:
    path.write_bytes(gzip.compress(b"text, and a lot of it " * 100))


def gzipped_nothing(path: Path) -> None:
    path.write_bytes(gzip.compress(b""))


def somebody_elses(path: Path) -> None:
    with tarfile.open(path, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("photos/cat.jpg"))


def unreadable_list(path: Path) -> None:
    write(path, [(MANIFEST, b"{")])


def nested_list(path: Path) -> None:
    write(path, [(MANIFEST, b"[" * 200_000)])


@pytest.mark.parametrize(
    "make", [text, nothing, zipped, gzipped_text, gzipped_nothing, somebody_elses, unreadable_list, nested_list]
)
def test_what_is_no_backup_is_called_so(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "file")
    assert "file" in refused(tmp_path / "file", tmp_path / "new").sentence


# Archives that were damaged, or made by somebody who means ill


def write(path: Path, members: list[tuple[str | tarfile.TarInfo, bytes]]) -> None:
    """An archive with these members."""
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members:
            info = tarfile.TarInfo(name) if isinstance(name, str) else name
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def taken_apart(path: Path) -> tuple[Manifest, dict[str, bytes]]:
    with tarfile.open(path) as tar:
        content = {member.name: stream.read() for member in tar if (stream := tar.extractfile(member))}
    return json.loads(content.pop(MANIFEST)), content


def put_together(path: Path, manifest: Manifest, content: dict[str, bytes], *, sums: bool = True) -> None:
    """With `sums`, the list says of every file what it is, however wrong that is."""
    if sums:
        manifest = manifest | {
            "members": [{"name": n, "size": len(b), "sha256": hashlib.sha256(b).hexdigest()} for n, b in content.items()]
        }
    write(path, [(MANIFEST, json.dumps(manifest).encode()), *content.items()])


@pytest.fixture
def parts(file: Path) -> tuple[Manifest, dict[str, bytes]]:
    return taken_apart(file)


def test_taken_apart_and_put_together_it_is_the_same(
    parts: tuple[Manifest, dict[str, bytes]], file: Path, tmp_path: Path
) -> None:
    put_together(file, *parts)
    restore(file, tmp_path / "new")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1, exclude_max=True))
def test_cut_short_anywhere(template: Path, tmp_path: Path, share: float) -> None:
    whole = (template / "backup.tar.gz").read_bytes()
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(whole[: int(len(whole) * share)])
    refused(cut, tmp_path / "new")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_one_bit_turned_anywhere_is_noticed_or_means_nothing(template: Path, tmp_path: Path, share: float, bit: int) -> None:
    content = bytearray((template / "backup.tar.gz").read_bytes())
    content[int(len(content) * share)] ^= 1 << bit
    turned, home = tmp_path / "turned.tar.gz", tmp_path / "new"
    turned.write_bytes(content)
    try:
        restore(turned, home)
    except DataError:
        assert not home.exists()
    else:
        assert everything_in(home) == everything_in(template / "home")
        shutil.rmtree(home)


@pytest.mark.parametrize(
    "name",
    ["../evil.parquet", "/etc/evil.parquet", "lake/../../evil.parquet", "lake/.hidden.parquet", "master.key", "lake/a/b.parquet"],
)
def test_a_name_that_leads_elsewhere(parts: tuple[Manifest, dict[str, bytes]], file: Path, tmp_path: Path, name: str) -> None:
    manifest, content = parts
    put_together(file, manifest, content | {name: b"evil"})
    refused(file, tmp_path / "new")
    assert [path.name for path in tmp_path.rglob("*evil*")] == []


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
def test_what_is_not_a_file(parts: tuple[Manifest, dict[str, bytes]], file: Path, tmp_path: Path, kind: bytes) -> None:
    manifest, content = parts
    link = tarfile.TarInfo("state.db")
    link.type, link.linkname = kind, "/etc/passwd"
    write(file, [(MANIFEST, json.dumps(manifest).encode()), (link, b""), *content.items()])
    assert "not a file" in refused(file, tmp_path / "new").sentence


def test_a_header_of_unknown_length(parts: tuple[Manifest, dict[str, bytes]], file: Path, tmp_path: Path) -> None:
    manifest, content = parts
    with tarfile.open(file, "w:gz", format=tarfile.PAX_FORMAT) as tar:
        info = tarfile.TarInfo(MANIFEST)
        info.pax_headers = {"comment": "x" * 100_000}
        info.size = len(json.dumps(manifest))
        tar.addfile(info, io.BytesIO(json.dumps(manifest).encode()))
    assert content
    refused(file, tmp_path / "new")


def test_a_file_that_the_list_does_not_name(parts: tuple[Manifest, dict[str, bytes]], file: Path, tmp_path: Path) -> None:
    manifest, content = parts
    put_together(file, manifest, content | {"lake/extra.parquet": b"x"}, sums=False)
    assert "not in its list" in refused(file, tmp_path / "new").sentence


def test_a_file_that_comes_twice(parts: tuple[Manifest, dict[str, bytes]], file: Path, tmp_path: Path) -> None:
    manifest, content = parts
    write(file, [(MANIFEST, json.dumps(manifest).encode()), *content.items(), ("cost.db", content["cost.db"])])
    refused(file, tmp_path / "new")
    manifest["members"].append(manifest["members"][0])
    put_together(file, manifest, content, sums=False)
    refused(file, tmp_path / "new")


def test_a_file_that_is_missing(parts: tuple[Manifest, dict[str, bytes]], file: Path, tmp_path: Path) -> None:
    manifest, content = parts
    put_together(file, manifest, dict(list(content.items())[:-1]), sums=False)
    assert "incomplete" in refused(file, tmp_path / "new").sentence


def test_a_lake_that_is_not_the_one_that_is_listed(parts: tuple[Manifest, dict[str, bytes]], file: Path, tmp_path: Path) -> None:
    manifest, content = parts
    name, last = content.popitem()
    put_together(file, manifest, content)
    assert "its lake is not the one" in refused(file, tmp_path / "new").sentence
    put_together(file, manifest, content | {name: last, "lake/extra.parquet": b"x"})
    assert "its lake is not the one" in refused(file, tmp_path / "new").sentence


def test_content_that_is_not_what_it_was(parts: tuple[Manifest, dict[str, bytes]], file: Path, tmp_path: Path) -> None:
    manifest, content = parts
    changed = content["cost.db"][:-1] + bytes([content["cost.db"][-1] ^ 1])
    put_together(file, manifest, content | {"cost.db": changed}, sums=False)
    assert "cost.db is not what it was" in refused(file, tmp_path / "new").sentence


def test_a_database_that_is_none_whatever_its_checksum_says(
    parts: tuple[Manifest, dict[str, bytes]], file: Path, tmp_path: Path
) -> None:
    manifest, content = parts
    put_together(file, manifest, content | {"state.db": b"no database " * 100})
    assert "state.db" in refused(file, tmp_path / "new", StoreError).sentence


@pytest.mark.parametrize("change", [{"tuppence": 2}, {"migrations": {"state.db": ["m0001_access", "m9999_later"]}}])
def test_a_newer_archive(parts: tuple[Manifest, dict[str, bytes]], file: Path, tmp_path: Path, change: Manifest) -> None:
    manifest, content = parts
    put_together(file, manifest | change, content)
    assert "newer version" in refused(file, tmp_path / "new").sentence


def test_a_newer_database_that_its_list_does_not_own_up_to(
    parts: tuple[Manifest, dict[str, bytes]], file: Path, tmp_path: Path
) -> None:
    manifest, content = parts
    (tmp_path / "newer.db").write_bytes(content["state.db"])
    with closing(sqlite3.connect(tmp_path / "newer.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    put_together(file, manifest, content | {"state.db": (tmp_path / "newer.db").read_bytes()})
    assert "newer version" in refused(file, tmp_path / "new", StoreError).sentence


def test_a_backup_that_does_not_fit_on_the_disk(parts: tuple[Manifest, dict[str, bytes]], file: Path, tmp_path: Path) -> None:
    manifest, content = parts
    manifest["members"][0]["size"] = 10**16
    put_together(file, manifest, content, sums=False)
    assert "MB left" in refused(file, tmp_path / "new", StoreError).sentence


def test_a_home_that_is_a_file(file: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StoreError, match="cannot be used"):
        restore(file, tmp_path / "home")
    assert (tmp_path / "home").read_text() == "a file"


# Cut off


def test_killed_at_any_moment_it_is_the_old_home_or_the_new_one(template: Path, file: Path, tmp_path: Path) -> None:
    old, new = everything_in(template / "other"), everything_in(template / "home")
    found: list[bool] = []
    while True:
        home = shutil.copytree(template / "other", tmp_path / f"home-{len(found)}")
        if not dies_at(len(found), home, lambda: restore(file, home, force=True), events=CHANGES):  # noqa: B023 - called at once
            assert everything_in(home) == new
            break
        # Whoever comes next puts it right, whatever they came for.
        enter(home).release()
        now = everything_in(home)
        assert now in (old, new), f"at change {len(found)}"
        found.append(now == new)
        assert not (home / swap.FOLDER).exists()
        shutil.rmtree(home)
    assert found == sorted(found), "once it is the new one, it stays so"
    assert (found[0], found[-1]) == (False, True)
    assert len(found) > 20


def test_killed_at_any_moment_the_next_restore_works(template: Path, file: Path, tmp_path: Path) -> None:
    for step in range(0, 60, 7):
        home = shutil.copytree(template / "other", tmp_path / f"home-{step}")
        dies_at(step, home, lambda: restore(file, home, force=True), events=CHANGES)  # noqa: B023 - called at once
        restore(file, home, force=True)
        assert everything_in(home) == everything_in(template / "home")


def test_a_swap_that_cannot_be_finished_is_said_and_finished_later(file: Path, other: Path, template: Path) -> None:
    assert dies_at(0, other / swap.FOLDER / swap.OLD, lambda: restore(file, other, force=True), events=("os.mkdir",))
    assert swap.is_complete(other)
    with running(other):
        # Somebody who was there before holds the home: nothing is moved under their feet.
        enter(other).release()
        assert swap.is_complete(other)
    enter(other).release()
    assert everything_in(other) == everything_in(template / "home")
