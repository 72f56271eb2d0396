"""What was delivered already. Slack delivers at least once, and a second delivery must not do the work a second time.

A delivery is claimed, then finished. A claim that is never finished belongs to a process that died over it; after the lease,
Slack's next try (a minute later, then five) may claim it again, so that the first try's death does not swallow the work.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from storage.database import Database

KEPT = timedelta(hours=24)
"""Longer than Slack tries, and longer than somebody leaves a window open and clicks the button again."""
LEASE = timedelta(seconds=50)
"""Shorter than the minute until Slack's second retry, longer than any handler takes."""


class Deliveries:
    """Keys that were seen, in the store, so that a restart does not forget them."""

    def __init__(self, database: Database) -> None:
        """`database` is state.db, open."""
        self._database = database

    def claim(self, key: str, now: datetime) -> bool:
        """True for exactly one caller: the key is new, or its claim was left unfinished. Old keys are cleared on the way."""
        moment = now.timestamp()
        with self._database.write() as connection:
            _clear(connection, now)
            claimed = connection.execute(
                "INSERT INTO deliveries (key, claimed_at) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET "
                "claimed_at = excluded.claimed_at WHERE is_done = 0 AND deliveries.claimed_at < ?",
                (key, moment, moment - LEASE.total_seconds()),
            )
        return claimed.rowcount == 1

    def prune(self, now: datetime) -> int:
        """Clear old keys where nobody claims any more; returns how many."""
        with self._database.write() as connection:
            return _clear(connection, now)

    def finish(self, key: str) -> None:
        """The work was done; the key stays taken until it is old."""
        with self._database.write() as connection:
            connection.execute("UPDATE deliveries SET is_done = 1 WHERE key = ?", (key,))


def _clear(connection: sqlite3.Connection, now: datetime) -> int:
    return connection.execute("DELETE FROM deliveries WHERE claimed_at < ?", ((now - KEPT).timestamp(),)).rowcount
