"""Ingests: when each source's bill last came in, and what was left out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True, slots=True)
class LastIngest:
    """The newest ingest of a source; `finished_at` is aware, UTC."""

    source: str
    finished_at: datetime
    read: int
    rejected: int


def last_ingests(connection: sqlite3.Connection) -> dict[str, LastIngest]:
    """Source → its newest ingest, from one snapshot of cost.db."""
    rows = connection.execute(
        "SELECT s.name, i.finished_at, i.read, i.rejected FROM ingests i JOIN sources s ON s.id = i.source "
        "WHERE i.id IN (SELECT max(id) FROM ingests GROUP BY source)"
    )
    return {name: LastIngest(name, datetime.fromisoformat(moment), read, rejected) for name, moment, read, rejected in rows}
