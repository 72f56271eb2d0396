"""What is to be said without being asked: a row before it is a message, and afterwards the memory of where that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

STATEMENTS = (
    # number: the order of queueing, which each channel keeps. wanted counts how often it was to be shown, shown says which of
    # these was last on its way. place and ts: where it stands; channel: where it was to go. claim: whose hands it is in, new each
    # time; posting_at: since when a message of this claim may stand in Slack, NULL before.
    """CREATE TABLE letters (
        number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE CHECK (key <> ''), template TEXT NOT NULL,
        args TEXT NOT NULL, channel TEXT NOT NULL, thread_of TEXT NOT NULL, broadcast INTEGER NOT NULL,
        not_before REAL NOT NULL, queued_at REAL NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'refused', 'dropped', 'withdrawn')),
        wanted INTEGER NOT NULL DEFAULT 1, shown INTEGER NOT NULL DEFAULT 0,
        place TEXT NOT NULL DEFAULT '', ts TEXT NOT NULL DEFAULT '', picture TEXT NOT NULL DEFAULT '',
        claim TEXT NOT NULL DEFAULT '', owner TEXT NOT NULL DEFAULT '', posting_at REAL,
        retry_at REAL NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0, faults INTEGER NOT NULL DEFAULT 0,
        reposts INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', settled_at REAL
    ) STRICT""",
    "CREATE INDEX letters_open ON letters (state, number) WHERE state IN ('pending', 'sending')",
    "CREATE INDEX letters_settled ON letters (settled_at) WHERE settled_at IS NOT NULL",
)


def apply(db: Database) -> None:
    """Make the table."""
    for statement in STATEMENTS:
        db.execute(statement)
