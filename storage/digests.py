"""The store of digests. A day's issue, and the letters that are it, are one transaction: told once, or not yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from storage.audit import append
from storage.model.digest import Digest, Issue, Outcome
from storage.model.money import Money
from storage.outbox import enqueue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storage.database import Database
    from storage.model.audit import Entry
    from storage.model.letter import Letter

ISSUE = "digest, slot, outcome, through, at, facts, shown, now"
_FACTS: TypeAdapter[Digest] = TypeAdapter(Digest)
_SHOWN: TypeAdapter[tuple[Money, ...]] = TypeAdapter(tuple[Money, ...])


class Digests:
    """Digests and their issues, in state.db. Blocking: call it off the event loop."""

    def __init__(self, database: Database) -> None:
        """`database` is state.db, open."""
        self._database = database

    def put(self, digest: Digest, entry: Entry | None = None) -> Digest:
        """Store a new one, or one that changed in its place; returns it with its id."""
        facts = _FACTS.dump_json(digest).decode()
        with self._database.write() as connection:
            if digest.id:
                connection.execute("UPDATE digests SET channel = ?, facts = ? WHERE id = ?", (digest.channel, facts, digest.id))
                number = digest.id
            else:
                added = connection.execute("INSERT INTO digests (channel, facts) VALUES (?, ?)", (digest.channel, facts))
                number = added.lastrowid or 0
            if entry is not None:
                append(connection, entry)
        return replace(digest, id=number)

    def remove(self, number: int, entry: Entry) -> bool:
        """Stop it for good; its issues stay. False when there is none."""
        with self._database.write() as connection:
            gone = connection.execute("UPDATE digests SET is_removed = 1 WHERE id = ? AND is_removed = 0", (number,))
            if gone.rowcount:
                append(connection, entry)
        return bool(gone.rowcount)

    def get(self, number: int) -> Digest | None:
        """One by its id; None when there is none or it was removed."""
        return next((each for each in self.all() if each.id == number), None)

    def all(self) -> tuple[Digest, ...]:
        """Every digest, paused ones too, in the order they were made."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT id, facts FROM digests WHERE is_removed = 0 ORDER BY id").fetchall()
        return tuple(replace(_FACTS.validate_json(facts), id=number) for number, facts in rows)

    def issue(self, issue: Issue, letters: Iterable[Letter] = ()) -> bool:
        """Note a day's digest and queue what it says; False, and nothing queued, when that day has one."""
        days = (issue.slot.isoformat(), issue.outcome, issue.through.isoformat(), issue.at.isoformat())
        told = (_FACTS.dump_json(issue.as_told).decode(), *(_SHOWN.dump_json(each).decode() for each in (issue.shown, issue.now)))
        row = (issue.digest, *days, *told)
        with self._database.write() as connection:
            noted = connection.execute(
                f"INSERT INTO digest_issues ({ISSUE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", row
            )
            if noted.rowcount:
                enqueue(connection, letters, issue.at)
        return bool(noted.rowcount)

    def correct(self, issue: Issue, now: tuple[Money, ...], letters: Iterable[Letter], at: datetime) -> None:
        """Note what stands there from now on, and queue the message anew."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE digest_issues SET now = ? WHERE digest = ? AND slot = ?",
                (_SHOWN.dump_json(now).decode(), issue.digest, issue.slot.isoformat()),
            )
            enqueue(connection, letters, at)

    def issues(self, number: int, count: int = 10) -> tuple[Issue, ...]:
        """The latest issues of one digest, newest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT {ISSUE} FROM digest_issues WHERE digest = ? ORDER BY slot DESC LIMIT ?", (number, count)
            ).fetchall()
        return tuple(
            Issue(
                digest,
                date.fromisoformat(slot),
                Outcome(outcome),
                date.fromisoformat(through),
                datetime.fromisoformat(at),
                replace(_FACTS.validate_json(facts), id=digest),
                _SHOWN.validate_json(shown),
                _SHOWN.validate_json(now),
            )
            for digest, slot, outcome, through, at, facts, shown, now in rows
        )
