"""Digests, and what became of each day's: a row that only one can insert, so that nobody is told twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

STATEMENTS = (
    """CREATE TABLE digests (
        id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, is_removed INTEGER NOT NULL DEFAULT 0, facts TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE digest_issues (
        digest INTEGER NOT NULL REFERENCES digests (id), slot TEXT NOT NULL, outcome TEXT NOT NULL, through TEXT NOT NULL,
        at TEXT NOT NULL, facts TEXT NOT NULL, shown TEXT NOT NULL, now TEXT NOT NULL, PRIMARY KEY (digest, slot)
    ) STRICT, WITHOUT ROWID""",
)


def apply(db: Database) -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        db.execute(statement)
