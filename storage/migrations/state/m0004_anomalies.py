"""Anomalies with their history, what people taught the detection, what that kept back, and how far everything was judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

STATEMENTS = (
    # What is searched by has a column; the rest of an anomaly is one JSON text.
    """CREATE TABLE anomalies (
        id INTEGER PRIMARY KEY AUTOINCREMENT, revision INTEGER NOT NULL, series TEXT NOT NULL, kind TEXT NOT NULL,
        severity INTEGER NOT NULL, status TEXT NOT NULL, told TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL,
        parent INTEGER REFERENCES anomalies (id), route INTEGER, channel TEXT NOT NULL, opened_at TEXT NOT NULL,
        ended_at TEXT, remind_at TEXT, facts TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX anomalies_by_status ON anomalies (status, opened_at)",
    "CREATE INDEX anomalies_by_series ON anomalies (series, since)",
    "CREATE INDEX anomalies_by_parent ON anomalies (parent) WHERE parent IS NOT NULL",
    "CREATE INDEX anomalies_to_remind ON anomalies (remind_at) WHERE remind_at IS NOT NULL",
    """CREATE TABLE anomaly_history (
        id INTEGER PRIMARY KEY AUTOINCREMENT, anomaly INTEGER NOT NULL REFERENCES anomalies (id), at TEXT NOT NULL,
        actor TEXT NOT NULL, what TEXT NOT NULL, note TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX anomaly_history_of ON anomaly_history (anomaly, id)",
    """CREATE TABLE feedback (
        id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, scope TEXT NOT NULL, since TEXT NOT NULL, until TEXT,
        by TEXT NOT NULL, at TEXT NOT NULL, note TEXT NOT NULL, amount TEXT NOT NULL, anomaly INTEGER REFERENCES anomalies (id),
        undone_by TEXT NOT NULL DEFAULT '', undone_at TEXT
    ) STRICT""",
    """CREATE TABLE suppressions (
        feedback INTEGER NOT NULL REFERENCES feedback (id), series TEXT NOT NULL, day TEXT NOT NULL, excess TEXT NOT NULL,
        PRIMARY KEY (feedback, series, day)
    ) STRICT, WITHOUT ROWID""",
    # What was seen before, so that only what is truly new is called new; an account is announced once.
    """CREATE TABLE seen (
        dimension TEXT NOT NULL, value TEXT NOT NULL, first_day TEXT NOT NULL, noted_at TEXT NOT NULL,
        PRIMARY KEY (dimension, value)
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE watched (name TEXT PRIMARY KEY, mark TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID",
)


def apply(db: Database) -> None:
    """Make the tables."""
    for statement in STATEMENTS:
        db.execute(statement)
