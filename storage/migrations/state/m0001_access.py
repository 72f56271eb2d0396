"""Who may do what, what was done or refused, which deliveries were seen, and what Slack said about people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

STATEMENTS = (
    """CREATE TABLE grants (
        kind TEXT NOT NULL CHECK (kind IN ('person', 'group')), subject TEXT NOT NULL CHECK (subject <> ''), role TEXT NOT NULL,
        limits TEXT NOT NULL, given_by TEXT NOT NULL, given_at TEXT NOT NULL, PRIMARY KEY (kind, subject)
    ) STRICT, WITHOUT ROWID""",
    # AUTOINCREMENT: an id is never used twice, so a gap in the ids would show.
    """CREATE TABLE audit (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL,
        outcome TEXT NOT NULL, detail TEXT NOT NULL, team TEXT NOT NULL, channel TEXT NOT NULL, surface TEXT NOT NULL,
        request_id TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX audit_by_actor ON audit (actor, id)",
    """CREATE TRIGGER audit_keeps_lines BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TRIGGER audit_loses_nothing BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    # INSERT OR REPLACE deletes without running the trigger above.
    """CREATE TRIGGER audit_replaces_nothing BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TABLE deliveries (
        key TEXT PRIMARY KEY, claimed_at REAL NOT NULL, is_done INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX deliveries_by_age ON deliveries (claimed_at)",
    "CREATE TABLE people (id TEXT PRIMARY KEY, facts TEXT NOT NULL, fetched_at REAL NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE user_groups (id TEXT PRIMARY KEY, facts TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # One row: the groups are always fetched together, and "there are none" is an answer too.
    "CREATE TABLE user_groups_fetched (id INTEGER PRIMARY KEY CHECK (id = 1), at REAL NOT NULL) STRICT",
)


def apply(db: Database) -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        db.execute(statement)
