"""One SQLite file: checked before it is touched, migrated, then one writer and a few readers.

Every write is one raw `BEGIN IMMEDIATE … COMMIT`: a deferred transaction that turns into a write half-way can fail in the middle.
Every read is one transaction too, so that all it selects belongs to one moment. Another process (the terminal) may have the same
file open: SQLite's own lock keeps the two apart, ours only keeps threads from queueing in a busy loop.
"""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from storage.failures import PRIMARY, store_error, translated
from storage.migrations import TABLE, MigrationSet, as_set
from storage.model.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlite_utils.migrations import Migrations

MAGIC = b"SQLite format 3\x00"
LEAST_FREE_BYTES = 1 << 20
"""SQLite's own bookkeeping (the -shm and -wal files) needs some room even to read."""
OPEN_TIMEOUT = 5.0
"""Seconds that a start waits for another program before it says that the file is locked."""


def free_bytes(folder: Path) -> int:
    """Bytes that the disk under a folder has left."""
    return shutil.disk_usage(folder).free


class Database:
    """A database file with its migrations. `open` before anything else; then `write` and `read` from any thread.

    Attributes:
        synchronous: FULL survives a power cut to the last commit, which state.db needs (an audit line, a delivery that was
            claimed); NORMAL may lose the last commits, never the consistency, which suits what can be ingested again.
        readers: how many threads may read at once; more wait.
        busy_timeout: seconds to wait for another writer before giving up.
        cache_kib: page cache of each connection.
    """

    def __init__(
        self,
        path: Path,
        migrations: MigrationSet | Migrations,
        *,
        synchronous: Literal["NORMAL", "FULL"] = "FULL",
        readers: int = 4,
        busy_timeout: float = 30.0,
        cache_kib: int = 8192,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self.path = path
        self._migrations = as_set(migrations)
        self._synchronous = synchronous
        self._timeout = busy_timeout
        self._cache_kib = cache_kib
        self._free = free
        self._turn = threading.RLock()
        self._writer: sqlite3.Connection | None = None
        self._slots = threading.BoundedSemaphore(readers)
        self._idle: deque[sqlite3.Connection] = deque()

    def open(self) -> None:
        """Check the file, then migrate it if it is behind; a file that is up to date is not written to.

        Raises:
            StoreError: the file is from a newer version, not a database (or another one), damaged, read-only or locked, or the
                disk is full. Nothing in it was changed.
        """
        self._check_folder()
        is_current = self.check()
        self._create_private()
        with translated(self.path):
            writer = self._connect("rw", min(self._timeout, OPEN_TIMEOUT))
            try:
                self._prepare(writer, is_current=is_current)
            except BaseException:
                writer.close()
                raise
            self._writer = writer

    def check(self) -> bool:
        """Read what the file is without opening or changing it; True when no migration is pending, False when it is not there.

        Raises StoreError as `open` does.
        """
        if not self._has_content():
            return False
        with translated(self.path):
            connection = self._connect("ro", min(self._timeout, OPEN_TIMEOUT))
            try:
                return self._check_version(connection)
            finally:
                connection.close()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction on the one writing connection: committed at the end, rolled back on any exception.

        Raises:
            StoreError: locked for longer than `busy_timeout`, read-only, full, damaged; nothing was stored.
        """
        if not self._turn.acquire(timeout=self._timeout):
            raise store_error(self.path.name, sqlite3.SQLITE_BUSY)
        try:
            with translated(self.path), _transaction(self._opened(), "BEGIN IMMEDIATE") as connection:
                yield connection
        finally:
            self._turn.release()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """One moment of the database, from its first SELECT to the end of the block; the connection cannot write.

        Raises:
            StoreError: no reader came free within `busy_timeout`, or the file cannot be read.
        """
        self._opened()
        if not self._slots.acquire(timeout=self._timeout):
            raise StoreError(f"{self.path.name} is busy: too many questions at once.", "Try again in a moment.")
        try:
            with translated(self.path), self._reader() as connection, _transaction(connection, "BEGIN") as snapshot:
                yield snapshot
        finally:
            self._slots.release()

    def close(self) -> None:
        """Close every connection; a read that is still running closes its own when it ends."""
        with self._turn:
            writer, self._writer = self._writer, None
            while self._idle:
                self._idle.pop().close()
            if writer is not None:
                writer.close()

    def _opened(self) -> sqlite3.Connection:
        if self._writer is None:
            msg = f"{self.path.name} is not open"
            raise RuntimeError(msg)
        return self._writer

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect("ro", self._timeout)
        try:
            yield connection
        finally:
            if self._writer is None or connection.in_transaction:
                connection.close()
            else:
                self._idle.append(connection)

    def _connect(self, mode: Literal["ro", "rw"], timeout: float) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode={mode}", timeout, isolation_level=None, check_same_thread=False, uri=True
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{self._cache_kib:d}")
        if mode == "ro":
            connection.execute("PRAGMA query_only = ON")
        return connection

    def _check_folder(self) -> None:
        folder = self.path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            free = self._free(folder)
        except OSError as error:
            raise store_error(self.path.name, sqlite3.SQLITE_CANTOPEN) from error
        if free < LEAST_FREE_BYTES:
            raise store_error(self.path.name, sqlite3.SQLITE_FULL)

    def _has_content(self) -> bool:
        try:
            with self.path.open("rb") as file:
                head = file.read(len(MAGIC))
        except FileNotFoundError:
            return False
        except PermissionError as error:
            raise store_error(self.path.name, sqlite3.SQLITE_PERM) from error
        except OSError as error:
            raise store_error(self.path.name, sqlite3.SQLITE_CANTOPEN) from error
        if head and head != MAGIC:
            raise store_error(self.path.name, sqlite3.SQLITE_NOTADB)
        return bool(head)

    def _check_version(self, connection: sqlite3.Connection) -> bool:
        """sqlite-utils ignores migrations that it does not know; here they mean "from a newer version"."""
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            return False
        applied = dict(connection.execute(f"SELECT name, migration_set FROM {TABLE}")) if TABLE in tables else {}
        if TABLE not in tables or set(applied.values()) - {self._migrations.name}:
            raise self._foreign()
        known = self._migrations.names
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if applied.keys() - known or version > len(known):
            raise StoreError(
                f"{self.path.name} was written by a newer version of Tuppence than this one; it was left as it is.",
                "Run the newer version again, or restore a backup that this version made.",
            )
        return applied.keys() == known and version == len(known)

    def _foreign(self) -> StoreError:
        return StoreError(
            f"{self.path.name} is a database of another program or purpose; it was left as it is.",
            "Point TUPPENCE_HOME at Tuppence's own folder, or move that file away.",
        )

    def _create_private(self) -> None:
        """A new file is for its owner only; SQLite gives its -wal and -shm the same mode."""
        try:
            if not self.path.exists():
                self.path.touch(mode=0o600)
        except OSError as error:
            raise store_error(self.path.name, sqlite3.SQLITE_CANTOPEN) from error

    def _prepare(self, writer: sqlite3.Connection, *, is_current: bool) -> None:
        self._use_wal(writer)
        writer.execute(f"PRAGMA synchronous = {self._synchronous}")
        if is_current:
            _probe(writer, self._timeout)
            return
        writer.execute(f"PRAGMA busy_timeout = {round(self._timeout * 1000):d}")
        _migrate(writer, self._migrations)

    def _use_wal(self, writer: sqlite3.Connection) -> None:
        """Changing the journal does not wait for a lock as other statements do, so two first starts at once must."""
        deadline = time.monotonic() + min(self._timeout, OPEN_TIMEOUT)
        while True:
            try:
                (mode,) = writer.execute("PRAGMA journal_mode = WAL").fetchone()
                break
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
        if mode != "wal":
            raise StoreError(
                f"{self.path.name} lies on a disk that cannot be shared by several readers.",
                "Put TUPPENCE_HOME on a local disk, not on a network folder.",
            )


def _migrate(writer: sqlite3.Connection, migrations: MigrationSet) -> None:
    """Apply what is pending: all of it or nothing, unless one of them asks to run outside a transaction."""
    version = f"PRAGMA user_version = {len(migrations.steps):d}"
    if not migrations.is_transactional:
        migrations.apply(writer)
        writer.execute(version)
        return
    with _transaction(writer, "BEGIN IMMEDIATE"):
        migrations.apply(writer)
        writer.execute(version)


def _probe(writer: sqlite3.Connection, timeout: float) -> None:
    """Begin a change and take it back, so that a read-only file says so now; nothing reaches the disk. Another writer is fine.

    BEGIN IMMEDIATE alone proves nothing: on a file that was opened read-only SQLite makes it a read.
    """
    writer.execute("PRAGMA busy_timeout = 0")
    try:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("PRAGMA user_version = 0")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY:
            raise
    finally:
        _roll_back(writer)
        writer.execute(f"PRAGMA busy_timeout = {round(timeout * 1000):d}")


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[sqlite3.Connection]:
    """BEGIN, then COMMIT, or ROLLBACK on any exception. Never nested: the inner one would end the outer one."""
    if connection.in_transaction:
        msg = "a transaction is already open on this thread"
        raise RuntimeError(msg)
    connection.execute(begin)
    try:
        yield connection
        connection.execute("COMMIT")
    finally:
        _roll_back(connection)


def _roll_back(connection: sqlite3.Connection) -> None:
    """End what is still open. After "full" and "I/O error" SQLite has done so itself, and a second ROLLBACK would be an error."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")
