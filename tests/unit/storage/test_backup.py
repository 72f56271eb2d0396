"""Given a home in use, when it is backed up, then one archive has both databases and the listed lake of one moment, no more."""

from __future__ import annotations

import gzip
import json
import os
import resource
import shutil
import sqlite3
import tarfile
import tempfile
import threading
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.archive import read_manifest
from storage.backup import PARTIAL, STAGING, BackupReport, back_up, clear_leftovers
from storage.home import BACKUP_LOCK, HomeLock
from storage.model.errors import DataError, StoreError, TuppenceError
from storage.restore import restore
from storage.verify import verify
from tests.fakes.bills import usage, write_csv
from tests.fakes.homes import NOW, SECRET, everything_in, filled, note, who
from tests.fakes.stores import ingest, opened

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("backup") / "home")


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "home")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.tar.gz"


def backed_up(home: Path, file: Path, *, force: bool = False) -> BackupReport:
    return back_up(home, file, now=NOW, program="1.2.3", force=force)


def refused(home: Path, file: Path, kind: type[TuppenceError] = StoreError, *, force: bool = False) -> TuppenceError:
    """It is said in words, and neither an archive nor anything half done is left."""
    before = file.read_bytes() if file.is_file() else None
    with pytest.raises(kind) as caught:
        backed_up(home, file, force=force)
    assert caught.value.remedy
    assert (file.read_bytes() if file.is_file() else None) == before
    assert [path.name for path in file.parent.glob(f"*{PARTIAL}")] == []
    assert not (home / STAGING).exists()
    return caught.value


# What is in it


def test_everything_comes_back(home: Path, file: Path, tmp_path: Path) -> None:
    backed_up(home, file)
    done = restore(file, tmp_path / "new")
    assert everything_in(tmp_path / "new") == everything_in(home)
    assert not done.replaced


def test_it_is_an_archive_like_any_other_with_its_list_in_front(home: Path, file: Path) -> None:
    report = backed_up(home, file)
    with tarfile.open(file) as tar:
        names = tar.getnames()
        stream = tar.extractfile("manifest.json")
        assert stream is not None
        manifest = json.load(stream)
        sizes = {member.name: member.size for member in tar.getmembers()}
    lake = [f"lake/{name}" for name in everything_in(home)[2]]
    assert names == ["manifest.json", "state.db", "cost.db", *lake]
    assert {each["name"]: each["size"] for each in manifest["members"]} == {name: sizes[name] for name in names[1:]}
    assert (manifest["tuppence"], manifest["program"], manifest["created"]) == (1, "1.2.3", "2026-11-22T09:30:00+00:00")
    assert manifest["counts"] == dict(report.manifest.counts)
    assert (manifest["counts"]["lake_files"], manifest["counts"]["sources"], manifest["counts"]["periods"]) == (3, 2, 3)
    assert manifest["migrations"]["state.db"][0] == "m0001_access"


def test_no_key_and_no_loose_file_gets_in(home: Path, file: Path) -> None:
    for name in ("master.key", "keys/2026.pem", ".env", "lake/loose.parquet", "tmp/scratch.parquet", "lake/notes.txt"):
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text(SECRET)
    backed_up(home, file)
    with gzip.open(file) as stream:
        assert SECRET.encode() not in stream.read()
    with tarfile.open(file) as tar:
        assert [name for name in tar.getnames() if "key" in name or "loose" in name or "env" in name] == []


def test_an_archive_is_for_its_owner_only(home: Path, file: Path) -> None:
    backed_up(home, file)
    assert file.stat().st_mode & 0o077 == 0


def test_a_home_that_only_ever_ingested_is_backed_up_without_a_state(home: Path, file: Path, tmp_path: Path) -> None:
    (home / "state.db").unlink()
    assert list(backed_up(home, file).manifest.migrations) == ["cost.db"]
    restore(file, tmp_path / "new")
    assert not (tmp_path / "new" / "state.db").exists()


def test_what_was_written_a_moment_ago_is_in_it(home: Path, file: Path, tmp_path: Path) -> None:
    with opened(home) as store:
        ingest(store, write_csv(tmp_path / "late.csv", [usage("77", day="2025-06-01")]), source="late")
        note(home, "U9")
        backed_up(home, file)
        restore(file, tmp_path / "new")
    assert who(tmp_path / "new") == ["U1", "U9"]
    assert everything_in(tmp_path / "new") == everything_in(home)


# While others work


def test_every_backup_taken_while_an_ingest_runs_agrees_with_itself(home: Path, tmp_path: Path) -> None:
    bills = [write_csv(tmp_path / f"bill-{n}.csv", [usage(str(n), day=f"2025-0{1 + n % 3}-02")] * n) for n in range(1, 6)]
    with opened(home) as store:
        worker = threading.Thread(target=lambda: [ingest(store, bill, source="busy") for bill in bills])
        worker.start()
        files = []
        while worker.is_alive() or not files:
            files.append(tmp_path / f"{len(files)}.tar.gz")
            backed_up(home, files[-1])
            worker.join(0.05)
    generations = set()
    for number, file in enumerate(files):
        new = tmp_path / f"new-{number}"
        if (generation := read_manifest(file).generation) in generations:
            continue
        generations.add(generation)
        restore(file, new)
        with opened(new) as store:
            verdict = verify(store)
        assert (verdict.missing, verdict.unequal) == ((), ())
        assert who(new) == ["U1"]
    assert len(generations) > 1, "no ingest was committed between two backups: the test showed nothing"


def test_a_backup_waits_for_nobody_who_reads(home: Path, file: Path) -> None:
    with opened(home) as store, store.reading():
        backed_up(home, file)
    assert file.exists()


def test_a_listed_file_that_is_gone_is_said_and_nothing_is_written(home: Path, file: Path) -> None:
    lost = everything_in(home)[2][0]
    (home / "lake" / lost).unlink()
    error = refused(home, file)
    assert lost in error.sentence
    assert "doctor" in error.remedy


def test_one_backup_at_a_time(home: Path, file: Path) -> None:
    lock = HomeLock(home, BACKUP_LOCK)
    assert lock.take_alone()
    with pytest.raises(StoreError, match="Another backup"):
        backed_up(home, file)
    lock.release()
    backed_up(home, file)


def test_what_a_killed_backup_left_is_cleared_away(home: Path, file: Path) -> None:
    (home / STAGING / "lake").mkdir(parents=True)
    (home / STAGING / "cost.db").write_text("half")
    file.with_name(file.name + PARTIAL).write_text("half")
    backed_up(home, file)
    assert not (home / STAGING).exists()
    assert not file.with_name(file.name + PARTIAL).exists()


def test_leftovers_are_cleared_by_housekeeping_too_but_not_under_a_backup_that_runs(home: Path) -> None:
    (home / STAGING).mkdir()
    lock = HomeLock(home, BACKUP_LOCK)
    assert lock.take_alone()
    clear_leftovers(home)
    assert (home / STAGING).exists()
    lock.release()
    clear_leftovers(home)
    assert not (home / STAGING).exists()
    clear_leftovers(home)


def test_where_the_disk_knows_no_second_names_files_are_copied(home: Path, file: Path, tmp_path: Path) -> None:
    # A lake on another disk: hard links do not go there.
    disk = Path("/dev") / "shm"
    if not os.access(disk, os.W_OK) or disk.stat().st_dev == home.stat().st_dev:
        pytest.skip("there is no second disk here")
    other = Path(tempfile.mkdtemp(dir=disk)) / "lake"
    try:
        shutil.move(home / "lake", other)
        (home / "lake").symlink_to(other)
        backed_up(home, file)
        restore(file, tmp_path / "new")
        assert everything_in(tmp_path / "new") == everything_in(home)
    finally:
        shutil.rmtree(other.parent)


# What is refused


def test_a_file_is_never_replaced_unasked(home: Path, file: Path) -> None:
    file.write_text("precious")
    assert "exists already" in refused(home, file, DataError).sentence
    backed_up(home, file, force=True)
    assert tarfile.is_tarfile(file)


def test_a_folder_is_no_file(home: Path, file: Path) -> None:
    file.mkdir()
    assert "is a folder" in refused(home, file, DataError, force=True).sentence


def test_nothing_to_back_up(tmp_path: Path, file: Path) -> None:
    for home in (tmp_path / "nowhere", tmp_path):
        assert "nothing to back up" in refused(home, file, DataError).sentence


def test_a_target_that_cannot_be_written(home: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written") as caught:
        backed_up(home, tmp_path / "missing" / "backup.tar.gz")
    assert "No such file" in caught.value.sentence
    assert not (home / STAGING).exists()


@pytest.mark.parametrize("name", ["state.db", "cost.db"])
def test_a_database_that_is_none(home: Path, file: Path, name: str) -> None:
    for each in (name, f"{name}-wal", f"{name}-shm"):
        (home / each).unlink(missing_ok=True)
    (home / name).write_text("no database " * 100)
    assert name in refused(home, file).sentence


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """As if the disk were full: no file may grow past this."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_no_archive(home: Path, file: Path) -> None:
    # A lake file that does not get smaller: the databases still fit below the limit, the archive does not.
    with closing(sqlite3.connect(home / "cost.db")) as connection, connection:
        (name,) = connection.execute("SELECT file FROM parts LIMIT 1").fetchone()
    (home / "lake" / name).write_bytes(os.urandom(3_000_000))
    with largest_file(2_000_000):
        error = refused(home, file)
    assert "full" in error.sentence
    backed_up(home, file)


def test_a_full_disk_under_the_home_leaves_no_archive(home: Path, file: Path) -> None:
    with largest_file(20_000):
        refused(home, file)
    backed_up(home, file)
