"""Routes: whose alerts are whose, in the order in which they are tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

STATEMENTS = (
    # AUTOINCREMENT: an anomaly remembers its route, so the id of one that was removed must never mean another.
    """CREATE TABLE routes (
        id INTEGER PRIMARY KEY AUTOINCREMENT, position INTEGER NOT NULL, facts TEXT NOT NULL
    ) STRICT""",
)


def apply(db: Database) -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        db.execute(statement)
