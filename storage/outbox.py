"""The outbox: what is to be said, as rows. A row is written in the same transaction as the fact it tells, and sent afterwards.

with database.write() as connection:
    …the fact…
    enqueue(connection, [Letter(…)], now)
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from storage.model.letter import Delivery, LetterState, Trouble

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from storage.database import Database
    from storage.model.letter import Letter

_ENQUEUE = """INSERT INTO letters (key, template, args, channel, thread_of, broadcast, not_before, queued_at, state)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending') ON CONFLICT (key) DO UPDATE SET
    wanted = wanted + 1, template = excluded.template, args = excluded.args, not_before = excluded.not_before,
    channel = CASE ts WHEN '' THEN excluded.channel ELSE channel END,
    thread_of = CASE ts WHEN '' THEN excluded.thread_of ELSE thread_of END,
    broadcast = CASE ts WHEN '' THEN excluded.broadcast ELSE broadcast END,
    state = CASE state WHEN 'sending' THEN state ELSE 'pending' END,
    attempts = 0, faults = 0, retry_at = 0, reason = '', settled_at = NULL"""

_TROUBLES = """SELECT letters.key, letters.template, letters.state, letters.reason, letters.settled_at
    FROM letters LEFT JOIN letters AS parent ON parent.key = letters.thread_of
    WHERE coalesce(nullif(parent.place, ''), parent.channel, letters.channel) = ?
    AND letters.settled_at >= ? AND letters.settled_at < ? AND letters.state IN ('failed', 'refused', 'dropped')
    ORDER BY letters.settled_at, letters.number"""


def enqueue(connection: sqlite3.Connection, letters: Iterable[Letter], now: datetime) -> None:
    """Queue letters inside a write that is under way, in their order. A key that is known is shown anew in place.

    A message that stands already stays where it stands, whatever the letter says: to move it is another key.
    """
    connection.executemany(_ENQUEUE, [_row(letter, now) for letter in letters])


def _row(letter: Letter, now: datetime) -> tuple[object, ...]:
    not_before = letter.not_before.timestamp() if letter.not_before else 0.0
    args = json.dumps(dict(letter.args), ensure_ascii=False, sort_keys=True)
    where = (letter.channel, letter.thread_of, int(letter.broadcast))
    return (letter.key, letter.template, args, *where, not_before, now.timestamp())


class Outbox:
    """The rows of state.db."""

    def __init__(self, database: Database) -> None:
        """`database` is state.db, open."""
        self._database = database

    def enqueue(self, letters: Iterable[Letter], now: datetime) -> None:
        """Queue letters in a write of their own."""
        with self._database.write() as connection:
            enqueue(connection, letters, now)

    def find(self, key: str) -> Delivery | None:
        """What became of a letter; None when there never was one."""
        with self._database.read() as connection:
            row = connection.execute("SELECT key, state, place, ts, reason FROM letters WHERE key = ?", (key,)).fetchone()
        return _delivery(row) if row else None

    def queued(self, template: str, channel: str, since: datetime) -> int:
        """How many messages of a template a channel was given, or is about to get, since a moment; shown anew is not another."""
        where = "template = ? AND channel = ? AND queued_at >= ? AND state <> 'withdrawn'"
        with self._database.read() as connection:
            row = connection.execute(f"SELECT count(*) FROM letters WHERE {where}", (template, channel, since.timestamp()))
            return int(row.fetchone()[0])

    def counts(self) -> Mapping[LetterState, int]:
        """How many letters are in each state; states that none is in are left out."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT state, count(*) FROM letters GROUP BY state").fetchall()
        return {LetterState(state): count for state, count in rows}

    def troubles(self, channel: str, since: datetime, until: datetime) -> tuple[Trouble, ...]:
        """What did not arrive in a channel, settled from `since` to before `until`, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(_TROUBLES, (channel, since.timestamp(), until.timestamp())).fetchall()
        return tuple(
            Trouble(key, template, LetterState(state), reason, datetime.fromtimestamp(at, UTC))
            for key, template, state, reason, at in rows
        )

    def prune(self, before: datetime) -> int:
        """Forget letters that were settled before a moment, and with them where their messages stand; returns how many."""
        with self._database.write() as connection:
            return connection.execute("DELETE FROM letters WHERE settled_at < ?", (before.timestamp(),)).rowcount


def _delivery(row: Sequence[Any]) -> Delivery:
    key, state, place, ts, reason = row
    return Delivery(key, LetterState(state), place, ts, reason)
