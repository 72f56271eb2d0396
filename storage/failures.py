"""What SQLite says when a database file cannot be used, turned into a sentence and a remedy.

Errors that are about the file (locked, full, read-only, damaged) become StoreError. Errors about the statement (a constraint, a
misspelt column) pass unchanged: they belong to the code that wrote the statement.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from storage.model.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PRIMARY = 0xFF
"""SQLite's extended result codes keep the primary one in the low byte."""

_LOCKED = (
    "{name} is locked by another program.",
    "Let the other program finish (another `tuppence`, a backup, or a database browser), then try again.",
)
_DAMAGED = ("{name} is damaged and cannot be read.", "Restore the last backup with `tuppence restore FILE`.")
_SENTENCES = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
    sqlite3.SQLITE_FULL: (
        "The disk that holds {name} is full; nothing was stored.",
        "Free some space under TUPPENCE_HOME, then try again.",
    ),
    sqlite3.SQLITE_READONLY: (
        "{name} cannot be written: the file or its folder is read-only.",
        "Give the account that runs Tuppence the right to write in TUPPENCE_HOME and to every file in it.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "{name} cannot be opened or created in its folder.",
        "Check that TUPPENCE_HOME is a folder, and that the account that runs Tuppence may write in it.",
    ),
    sqlite3.SQLITE_PERM: (
        "{name} may not be opened by this account.",
        "Give the account that runs Tuppence the right to write in TUPPENCE_HOME and to every file in it.",
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk failed while {name} was read or written.",
        "Check the disk under TUPPENCE_HOME, and its free space.",
    ),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: (
        "{name} is not a database.",
        "Move that file out of TUPPENCE_HOME (Tuppence then starts a new one), or restore a backup with `tuppence restore FILE`.",
    ),
}


def store_error(name: str, code: int) -> StoreError:
    """The StoreError for one of SQLite's result codes about the file called `name`."""
    sentence, remedy = _SENTENCES[code & PRIMARY]
    return StoreError(sentence.format(name=name), remedy)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise StoreError in place of any sqlite3 error that is about the file; let the others through."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is None or code & PRIMARY not in _SENTENCES:
            raise
        raise store_error(path.name, code) from error
