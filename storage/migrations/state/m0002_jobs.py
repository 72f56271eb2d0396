"""What the clock did: who may run jobs now, and each run of each job, also the ones that never came to their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

STATEMENTS = (
    "CREATE TABLE leases (name TEXT PRIMARY KEY, owner TEXT NOT NULL, expires_at REAL NOT NULL) STRICT, WITHOUT ROWID",
    # One row a job and the moment it was due: whoever inserts it runs the job, so nobody runs it twice.
    """CREATE TABLE job_runs (
        job TEXT NOT NULL, scheduled_for TEXT NOT NULL, owner TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT,
        outcome TEXT NOT NULL CHECK (outcome IN ('running', 'done', 'failed', 'lost')), detail TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (job, scheduled_for)
    ) STRICT, WITHOUT ROWID""",
)


def apply(db: Database) -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        db.execute(statement)
