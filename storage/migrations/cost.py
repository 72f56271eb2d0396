"""cost.db: what is known of each part of a bill. Settings shape the tables of cells, so `storage/layout.py` makes those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.migrations import MigrationSet

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = MigrationSet("cost")

TABLES = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE sources (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    """CREATE TABLE ingests (id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources, finished_at TEXT NOT NULL,
        read INTEGER NOT NULL, kept INTEGER NOT NULL, rejected INTEGER NOT NULL)""",
    # A part is one billing period of one source; `file` is its Parquet in the lake, listed here or nowhere.
    """CREATE TABLE parts (id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources, period INTEGER NOT NULL,
        file TEXT NOT NULL UNIQUE, format TEXT NOT NULL, charges INTEGER NOT NULL, first_day INTEGER NOT NULL,
        last_day INTEGER NOT NULL, missing TEXT NOT NULL, payers TEXT NOT NULL, ingest INTEGER NOT NULL REFERENCES ingests,
        UNIQUE (source, period))""",
    """CREATE TABLE part_days (part INTEGER NOT NULL, day INTEGER NOT NULL, charges INTEGER NOT NULL,
        PRIMARY KEY (part, day)) WITHOUT ROWID""",
    # What a part calls its accounts: when it is replaced, its names go with it.
    """CREATE TABLE part_labels (account TEXT NOT NULL, part INTEGER NOT NULL, day INTEGER NOT NULL, label TEXT NOT NULL,
        PRIMARY KEY (account, part)) WITHOUT ROWID""",
    """CREATE TABLE names (id INTEGER PRIMARY KEY, dimension TEXT NOT NULL, value TEXT NOT NULL, label TEXT,
        UNIQUE (dimension, value))""",
    """CREATE TABLE rejected_rows (ingest INTEGER NOT NULL REFERENCES ingests, file TEXT NOT NULL, line INTEGER NOT NULL,
        reason TEXT NOT NULL, raw TEXT NOT NULL)""",
)


@migrations()
def m0001_parts(db: Database) -> None:
    """Sources, parts and what was rejected."""
    for table in TABLES:
        db.execute(table)
    db.execute("INSERT INTO meta VALUES ('generation', '0')")
