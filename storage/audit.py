"""The audit: who did what, on which, when, from where, with which outcome. It only grows; the file itself refuses the rest."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from storage.model.audit import Entry, Origin

if TYPE_CHECKING:
    import sqlite3

    from storage.database import Database

COLUMNS = "at, actor, action, target, outcome, detail, team, channel, surface, request_id"


class Audit:
    """The lines, newest last."""

    def __init__(self, database: Database) -> None:
        """`database` is state.db, open."""
        self._database = database

    def append(self, entry: Entry) -> None:
        """Add one line, on disk when this returns."""
        with self._database.write() as connection:
            append(connection, entry)

    def latest(self, count: int, *, actor: str = "") -> tuple[Entry, ...]:
        """The last `count` lines, newest first; only those of `actor` when one is named."""
        where = "WHERE actor = ?" if actor else "WHERE ? = ''"
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT {COLUMNS} FROM audit {where} ORDER BY id DESC LIMIT ?",  # constants
                (actor, count),
            ).fetchall()
        return tuple(_entry(row) for row in rows)


def append(connection: sqlite3.Connection, entry: Entry) -> None:
    """Add a line within somebody's own transaction, so that a change is never there without it."""
    origin = entry.origin
    what = (entry.at.isoformat(), entry.actor, entry.action, entry.target, entry.outcome, entry.detail)
    connection.execute(
        f"INSERT INTO audit ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*what, origin.team, origin.channel, origin.surface, origin.request_id),
    )


def _entry(row: tuple[str, ...]) -> Entry:
    at, actor, action, target, outcome, detail, *origin = row
    return Entry(datetime.fromisoformat(at), actor, action, target, outcome, detail, Origin(*origin))
