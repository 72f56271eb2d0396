"""Backup: both databases and exactly the lake files that cost.db lists, of one moment, while the bot runs and an ingest commits.

What goes in is named one by one, so nothing else of the home (keys, settings, scratch) can. The databases are copied through
SQLite, from read transactions that begin while nobody can commit to state.db; the lake files get a second name first, so that
no sweeper takes them away.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from storage.archive import COST, LAKE, STATE, Manifest, Member, checksum, write_archive
from storage.failures import translated
from storage.home import BACKUP_LOCK, HomeLock, enter
from storage.migrations import TABLE
from storage.model.errors import DataError, StoreError
from storage.swap import sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

STAGING, PARTIAL = ".backup", ".partial"
ATTEMPTS = 3
"""A lake file can be swept between the moment and its second name; then there is a newer moment to take."""
LOCK_SECONDS = 30.0
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
COUNTS = {
    "charges": "SELECT coalesce(sum(charges), 0) FROM parts",
    "sources": "SELECT count(DISTINCT source) FROM parts",
    "periods": "SELECT count(*) FROM parts",
}


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was written: the file, its bytes, its manifest, and how long it took."""

    file: Path
    size: int
    manifest: Manifest
    seconds: float


def no_step(_name: str) -> None:
    """Nobody watches."""


def back_up(
    home: Path,
    file: Path,
    *,
    now: datetime,
    program: str = "",
    force: bool = False,
    step: Callable[[str], None] = no_step,
) -> BackupReport:
    """Write the archive. `program` is the version that is noted in it; `step` is called before each part of the work.

    Raises DataError when there is nothing to back up, or the file exists and `force` is not set; StoreError when a store is
    damaged, locked or incomplete, another backup runs, or a disk is full. Then no file of that name was made or changed.
    """
    started = time.monotonic()
    _refuse_taken(file, force=force)
    names = [name for name in (STATE, COST) if (home / name).exists()]
    if not names:
        raise DataError(f"There is nothing to back up in {home}.", "Set TUPPENCE_HOME to the folder that Tuppence uses.")
    with _staging(home) as staging:
        _snapshot(home, staging, names, step)
        step("checksums")
        manifest = _manifest(staging, names, now, program)
        step("archive")
        _write(file, manifest, staging, force=force)
    return BackupReport(file, file.stat().st_size, manifest, time.monotonic() - started)


def clear_leftovers(home: Path) -> None:
    """Remove what a backup that was killed left behind; one that runs is left alone."""
    if not (home / STAGING).exists():
        return
    lock = HomeLock(home, BACKUP_LOCK)
    if lock.take_alone():
        shutil.rmtree(home / STAGING, ignore_errors=True)
        lock.release()


def _refuse_taken(file: Path, *, force: bool) -> None:
    if file.is_dir():
        raise DataError(f"{file} is a folder.", "Name a file, such as tuppence.tar.gz.")
    if file.exists() and not force:
        raise DataError(f"{file} exists already; it was left as it is.", "Name another file, or give --force to replace it.")


@contextmanager
def _staging(home: Path) -> Iterator[Path]:
    """A folder on the lake's own disk, for second names. The scratch folder is swept by age, and these files are old."""
    staging, lock, own = home / STAGING, enter(home), HomeLock(home, BACKUP_LOCK)
    try:
        if not own.take_alone():
            raise StoreError("Another backup is running.", "Wait until it is done, then try again.")
        _empty(staging)
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        own.release()
        lock.release()


def _empty(staging: Path) -> None:
    """What a backup that was killed left goes first."""
    shutil.rmtree(staging, ignore_errors=True)
    with _room_for("TUPPENCE_HOME"):
        (staging / LAKE).mkdir(parents=True, mode=0o700)


def _snapshot(home: Path, staging: Path, names: list[str], step: Callable[[str], None]) -> None:
    for _ in range(ATTEMPTS):
        with _one_moment(home, names) as readers:
            missing = _second_names(home / LAKE, staging / LAKE, _listed(readers))
            if not missing:
                for name, reader in readers.items():
                    step(name)
                    _copy(reader, staging / name)
                return
        _empty(staging)
    raise StoreError(
        f"The lake lacks {len(missing)} of the files that {COST} lists, {missing[0]} among them; no backup was made.",
        "`tuppence doctor` names the bills they belong to; ingest those again.",
    )


@contextmanager
def _one_moment(home: Path, names: list[str]) -> Iterator[Mapping[str, sqlite3.Connection]]:
    """A read transaction on each database. While they begin nobody can commit to state.db, so they see the same moment."""
    with ExitStack() as stack:
        readers = {name: stack.enter_context(_connected(home / name, "ro")) for name in names}
        with _connected(home / names[0], "rw") as gate:
            gate.execute("BEGIN IMMEDIATE")
            for name, reader in readers.items():
                with translated(home / name):
                    reader.execute("BEGIN")
                    reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
            gate.execute("ROLLBACK")
        yield readers


@contextmanager
def _connected(path: Path, mode: Literal["ro", "rw"]) -> Iterator[sqlite3.Connection]:
    with translated(path):
        uri = f"{path.absolute().as_uri()}?mode={mode}"
        with closing(sqlite3.connect(uri, LOCK_SECONDS, isolation_level=None, uri=True)) as connection:
            yield connection


def _listed(readers: Mapping[str, sqlite3.Connection]) -> list[str]:
    return [name for (name,) in readers[COST].execute("SELECT file FROM parts ORDER BY file")] if COST in readers else []


def _second_names(lake: Path, staging: Path, names: list[str]) -> list[str]:
    """Give each lake file a second name, or copy it where the disk knows none; returns those that are not there."""
    missing = []
    with _room_for("TUPPENCE_HOME"):
        for name in names:
            try:
                _link(lake / name, staging / name)
            except FileNotFoundError:
                missing.append(name)
    return missing


def _link(old: Path, new: Path) -> None:
    try:
        new.hardlink_to(old)
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP):
            raise
        shutil.copyfile(old, new)


def _copy(reader: sqlite3.Connection, path: Path) -> None:
    """The pages of the reader's moment, in a file without a log beside it."""
    with translated(path), closing(sqlite3.connect(path, isolation_level=None)) as copy:
        copy.execute("PRAGMA synchronous = OFF")
        reader.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def _manifest(staging: Path, names: list[str], now: datetime, program: str) -> Manifest:
    files = sorted(f"{LAKE}/{path.name}" for path in (staging / LAKE).iterdir())
    migrations, counts, generation = {}, {"lake_files": len(files)}, 0
    for name in names:
        with _connected(staging / name, "ro") as copy:
            migrations[name] = [step for (step,) in copy.execute(f"SELECT name FROM {TABLE} ORDER BY id")]
            if name == COST:
                counts |= {what: int(copy.execute(select).fetchone()[0]) for what, select in COUNTS.items()}
                generation = int(copy.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0])
    members = [Member(name, (staging / name).stat().st_size, checksum(staging / name)) for name in (*names, *files)]
    return Manifest(now, program, generation, migrations, counts, tuple(members))


def _write(file: Path, manifest: Manifest, staging: Path, *, force: bool) -> None:
    """Beside its name first, so that nobody ever finds half an archive under it; for its owner only."""
    partial = file.with_name(file.name + PARTIAL)
    with _room_for(str(file)):
        try:
            partial.unlink(missing_ok=True)
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                write_archive(stream, manifest, staging)
                stream.flush()
                os.fsync(stream.fileno())
            _refuse_taken(file, force=force)
            partial.replace(file)
            sync(file.absolute().parent)
        finally:
            partial.unlink(missing_ok=True)


@contextmanager
def _room_for(place: str) -> Iterator[None]:
    """What the system says of a disk, in words."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StoreError(f"The disk of {place} is full; no backup was made.", "Free some space there.") from error
        raise StoreError(
            f"{place} cannot be written: {error.strerror}; no backup was made.", "Check the folder, and who may write in it."
        ) from error
