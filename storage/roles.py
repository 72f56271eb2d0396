"""The grants: which role was given to which person or user group, limited to which rows, by whom and when."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from storage.audit import append
from storage.model.people import Subject, SubjectKind
from storage.model.scope import Scope

if TYPE_CHECKING:
    import sqlite3

    from storage.database import Database
    from storage.model.audit import Entry

COLUMNS = "kind, subject, role, limits, given_by, given_at"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that was given. `role` is its word; `scope` limits the rows it may see."""

    subject: Subject
    role: str
    scope: Scope
    given_by: str
    given_at: datetime


class Roles:
    """One grant a subject. A grant and its audit line are one transaction: neither is ever there without the other."""

    def __init__(self, database: Database) -> None:
        """`database` is state.db, open."""
        self._database = database

    def give(self, grant: Grant, entry: Entry) -> None:
        """Give a role, in place of the one the subject had."""
        limits = json.dumps(grant.scope.limits)
        row = (grant.subject.kind, grant.subject.id, grant.role, limits, grant.given_by, grant.given_at.isoformat())
        with self._database.write() as connection:
            connection.execute(f"INSERT OR REPLACE INTO grants ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", row)
            append(connection, entry)

    def take(self, subject: Subject, entry: Entry) -> bool:
        """Take a role away; False, and nothing recorded, when there was none."""
        with self._database.write() as connection:
            gone = connection.execute("DELETE FROM grants WHERE kind = ? AND subject = ?", (subject.kind, subject.id))
            if gone.rowcount:
                append(connection, entry)
        return bool(gone.rowcount)

    def all(self) -> tuple[Grant, ...]:
        """Every grant, in a steady order."""
        with self._database.read() as connection:
            return _grants(connection.execute(f"SELECT {COLUMNS} FROM grants ORDER BY kind, subject"))


def _grants(rows: sqlite3.Cursor) -> tuple[Grant, ...]:
    return tuple(
        Grant(Subject(SubjectKind(kind), subject), role, _scope(limits), given_by, datetime.fromisoformat(given_at))
        for kind, subject, role, limits, given_by, given_at in rows
    )


def _scope(limits: str) -> Scope:
    return Scope(tuple((name, tuple(values)) for name, values in json.loads(limits)))
