"""Restore: a backup put in the place of a home's databases and lake, all of it or nothing, after all of it was verified."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage import swap
from storage.archive import COST, LAKE, STATE, Manifest, read_manifest, unpack
from storage.backup import STAGING
from storage.database import Database
from storage.failures import PRIMARY, store_error
from storage.home import BACKUP_LOCK, HOME_LOCK, HomeLock
from storage.ingest.commit import ingest_lock
from storage.migrations.cost import migrations as cost_migrations
from storage.migrations.state import migrations as state_migrations
from storage.model.errors import DataError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.migrations import MigrationSet

KNOWN: dict[str, MigrationSet] = {STATE: state_migrations, COST: cost_migrations}
INGEST_LOCK = "ingest.lock"
LOCKS = (HOME_LOCK, BACKUP_LOCK, INGEST_LOCK)
OURS = (*LOCKS, "tmp", STAGING, swap.FOLDER)
"""What may lie in a home without being anything that somebody could miss."""
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored, where, and how long it took. `replaced`: there was something before."""

    home: Path
    manifest: Manifest
    replaced: bool
    seconds: float


def restore(file: Path, home: Path, *, force: bool = False) -> RestoreReport:
    """Put the backup in place. `force` replaces what the home has; files that no backup holds (keys) stay as they are.

    Raises DataError when the file is no backup, damaged, incomplete or from a newer version; StoreError when the home is in use,
    cannot take it, or is not empty and `force` is not set. Then the home is as it was.
    """
    started = time.monotonic()
    manifest = read_manifest(file)
    _refuse_newer(file, manifest)
    with _alone(home, force=force) as replaced:
        _refuse_small_disk(home, manifest)
        with swap.staged(home) as new:
            _unpack(file, new)
            _check(file, new)
    return RestoreReport(home, manifest, replaced, time.monotonic() - started)


def _refuse_newer(file: Path, manifest: Manifest) -> None:
    for name, applied in manifest.migrations.items():
        if name not in KNOWN or set(applied) - KNOWN[name].names:
            raise DataError(
                f"{file.name} was made by a newer version of Tuppence ({manifest.program or 'unknown'}).",
                "Restore it with that version.",
            )


@contextmanager
def _alone(home: Path, *, force: bool) -> Iterator[bool]:
    """Nobody else has the home; says whether there was something in it. A home that was made for nothing goes again."""
    is_new = not home.exists()
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(
            f"{home} cannot be used: {error.strerror}.", "Set TUPPENCE_HOME to a folder that can be written."
        ) from error
    lock = HomeLock(home)
    try:
        _take(lock, home)
        with ingest_lock(home / INGEST_LOCK):
            swap.settle(home)
            found = _refuse_full(home, force=force)
            for name in KNOWN:
                _refuse_open(home / name)
            yield found
    except BaseException:
        if is_new:
            _take_back(home)
        raise
    finally:
        lock.release()


def _take(lock: HomeLock, home: Path) -> None:
    if not lock.take_alone():
        raise StoreError(f"Tuppence is running on {home}; nothing was changed.", "Stop it, then restore.")


def _take_back(home: Path) -> None:
    for name in LOCKS:
        (home / name).unlink(missing_ok=True)
    with suppress(OSError):
        home.rmdir()


def _refuse_full(home: Path, *, force: bool) -> bool:
    """True when the home has something in it."""
    found = sorted(path.name for path in home.iterdir() if path.name not in OURS)
    if found and not force:
        raise StoreError(
            f"{home} is not empty: it has {found[0]}; it was left as it is.",
            "Restore into an empty TUPPENCE_HOME, or give --force to replace its databases and lake.",
        )
    return bool(found)


def _refuse_open(path: Path) -> None:
    """Another program may have the database open. One that cannot even be opened is no reason: it is what a restore is for."""
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", 0, isolation_level=None, uri=True)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & PRIMARY in BUSY:
            raise store_error(path.name, sqlite3.SQLITE_BUSY) from error


def _refuse_small_disk(home: Path, manifest: Manifest) -> None:
    free = shutil.disk_usage(home).free
    if free < manifest.size:
        needed, left = manifest.size / 1e6, free / 1e6
        raise StoreError(
            f"The disk of {home} has {left:,.0f} MB left, and the backup needs {needed:,.0f} MB; nothing was changed.",
            "Free some space, or set TUPPENCE_HOME to another disk.",
        )


def _unpack(file: Path, new: Path) -> None:
    with swap.in_words():
        unpack(file, new)
        (new / LAKE).mkdir(mode=0o700, exist_ok=True)


def _check(file: Path, new: Path) -> None:
    """What was unpacked is what it says: databases of ours and no newer, and exactly the lake files that cost.db lists."""
    for name, migrations in KNOWN.items():
        if (new / name).exists():
            Database(new / name, migrations).check()
    there = {path.name for path in (new / LAKE).iterdir()}
    if there != _listed(new / COST):
        raise DataError(f"{file.name} is incomplete: its lake is not the one its {COST} lists.", "Use another backup.")


def _listed(path: Path) -> set[str]:
    if not path.exists():
        return set()
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return {name for (name,) in connection.execute("SELECT file FROM parts")}
