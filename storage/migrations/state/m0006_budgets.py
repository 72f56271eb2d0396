"""Budgets with their versions, what was told of them, and the scenarios that were saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

STATEMENTS = (
    # AUTOINCREMENT: an id is part of a message's key, so a new budget must never get that of a removed one.
    """CREATE TABLE budgets (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL CHECK (name <> ''), folded TEXT NOT NULL,
        muted_through TEXT, muted_by TEXT NOT NULL DEFAULT '', refusal TEXT NOT NULL DEFAULT '', removed_at TEXT
    ) STRICT""",
    # A name may be used again once its budget was removed; the removed one keeps its history.
    "CREATE UNIQUE INDEX budgets_by_name ON budgets (folded) WHERE removed_at IS NULL",
    """CREATE TABLE budget_versions (
        budget INTEGER NOT NULL REFERENCES budgets (id), number INTEGER NOT NULL, since TEXT NOT NULL, terms TEXT NOT NULL,
        set_by TEXT NOT NULL, set_at TEXT NOT NULL, PRIMARY KEY (budget, number)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TRIGGER budget_versions_stay BEFORE UPDATE ON budget_versions
        BEGIN SELECT RAISE(ABORT, 'a version of a budget is never changed'); END""",
    """CREATE TABLE budget_posts (
        budget INTEGER NOT NULL REFERENCES budgets (id), start TEXT NOT NULL, version INTEGER NOT NULL, told TEXT NOT NULL,
        notes INTEGER NOT NULL, shown TEXT NOT NULL, PRIMARY KEY (budget, start)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE scenarios (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL CHECK (name <> ''), folded TEXT NOT NULL UNIQUE,
        saved_by TEXT NOT NULL, saved_at TEXT NOT NULL, words TEXT NOT NULL, body TEXT NOT NULL
    ) STRICT""",
)


def apply(db: Database) -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        db.execute(statement)
