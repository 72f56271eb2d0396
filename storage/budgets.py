"""The store of budgets: what was agreed in which version, and what was told of it in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from storage.audit import append
from storage.model.budget import Budget, Post, Terms, Version
from storage.model.errors import DataError
from storage.outbox import enqueue

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from storage.database import Database
    from storage.model.audit import Entry
    from storage.model.letter import Letter

_TERMS: TypeAdapter[Terms] = TypeAdapter(Terms)
_COLUMNS = "id, name, muted_through, muted_by, refusal"


def folded(name: str) -> str:
    """A name as it is compared: two budgets whose names differ in case or blanks only would be taken for each other."""
    return " ".join(name.casefold().split())


@dataclass(frozen=True, slots=True)
class Change:
    """New terms. `budget` 0: for the budget of that name, made where there is none; else that one, which may get a new name.

    `since` is the UTC day they hold from.
    """

    name: str
    terms: Terms
    by: str
    at: datetime
    since: date
    budget: int = 0


class BudgetStore:
    """Budgets, their versions and their posts, in state.db. Blocking: call it off the event loop."""

    def __init__(self, database: Database) -> None:
        """`database` is state.db, open."""
        self._database = database

    def all(self) -> tuple[Budget, ...]:
        """Every budget that was not removed, by name."""
        with self._database.read() as connection:
            return _budgets(connection, "removed_at IS NULL")

    def get(self, number: int) -> Budget | None:
        """One by its id; None when there is none, or when it was removed."""
        with self._database.read() as connection:
            return next(iter(_budgets(connection, "removed_at IS NULL AND id = ?", number)), None)

    def put(self, change: Change, entry: Entry) -> Budget:
        """Make a budget, or give one a new version. New terms end the silence and the refusal of the old ones.

        Terms that are no different make no version. Raises DataError: the name is taken, or the budget is gone.
        """
        with self._database.write() as connection:
            known = _meant(connection, change)
            number = known.id if known else _add(connection, change.name)
            if known is None or known.current.terms != change.terms:
                _add_version(connection, number, known.current.number + 1 if known else 1, change)
            row = (change.name, folded(change.name), number)
            connection.execute(
                "UPDATE budgets SET name = ?, folded = ?, muted_through = NULL, muted_by = '', refusal = '' WHERE id = ?", row
            )
            append(connection, entry)
            return _budgets(connection, "id = ?", number)[0]

    def removed(self, number: int) -> str | None:
        """The name of a budget that was removed; None for one that was not."""
        with self._database.read() as connection:
            row = connection.execute("SELECT name FROM budgets WHERE id = ? AND removed_at IS NOT NULL", (number,)).fetchone()
        return row[0] if row else None

    def remove(self, number: int, entry: Entry, letters: Sequence[Letter] = ()) -> bool:
        """End a budget; False, and nothing recorded, when it is gone already. What it was stays in the file."""
        row = (entry.at.isoformat(), number)
        with self._database.write() as connection:
            gone = connection.execute("UPDATE budgets SET removed_at = ? WHERE id = ? AND removed_at IS NULL", row)
            if gone.rowcount:
                append(connection, entry)
                enqueue(connection, letters, entry.at)
        return bool(gone.rowcount)

    def mute(self, number: int, through: date, entry: Entry, letters: Sequence[Letter] = ()) -> bool:
        """Post nothing new through a day; False when it was muted through that day already, or is gone."""
        row = (through.isoformat(), entry.actor, number, through.isoformat())
        with self._database.write() as connection:
            done = connection.execute(
                "UPDATE budgets SET muted_through = ?, muted_by = ? "
                "WHERE id = ? AND removed_at IS NULL AND coalesce(muted_through, '') < ?",
                row,
            )
            if done.rowcount:
                append(connection, entry)
                enqueue(connection, letters, entry.at)
        return bool(done.rowcount)

    def refuse(self, number: int, channel: str, reason: str) -> None:
        """Remember why the budget's channel cannot be posted in: nothing is posted until it is set anew.

        A channel that it has left says nothing about where it is told now.
        """
        with self._database.write() as connection:
            known = next(iter(_budgets(connection, "id = ?", number)), None)
            if known is not None and known.current.terms.channel == channel:
                connection.execute("UPDATE budgets SET refusal = ? WHERE id = ?", (reason, number))

    def post(self, number: int, start: date) -> Post | None:
        """What was told of a budget's period; None when nothing was."""
        with self._database.read() as connection:
            return _post(connection, number, start)

    def tell(self, post: Post, was: Post | None, letters: Sequence[Letter], now: datetime) -> bool:
        """Note what is told and queue the letters that tell it; False, and nothing done, when somebody else told it meanwhile."""
        with self._database.write() as connection:
            if _post(connection, post.budget, post.start) != was:
                return False
            connection.execute(
                "INSERT OR REPLACE INTO budget_posts (budget, start, version, told, notes, shown) VALUES (?, ?, ?, ?, ?, ?)",
                (post.budget, post.start.isoformat(), post.version, " ".join(post.told), post.notes, post.shown),
            )
            enqueue(connection, letters, now)
        return True


def _meant(connection: sqlite3.Connection, change: Change) -> Budget | None:
    """The budget that is changed; None where a new one is made."""
    named = next(iter(_budgets(connection, "removed_at IS NULL AND folded = ?", folded(change.name))), None)
    if not change.budget:
        return named
    if named is not None and named.id != change.budget:
        raise DataError(f"There is a budget “{named.name}” already.", "Names are unique: choose another one.")
    known = _budgets(connection, "removed_at IS NULL AND id = ?", change.budget)
    if not known:
        raise DataError("That budget was removed meanwhile.", "Set it under its name to make it anew.")
    return known[0]


def _add(connection: sqlite3.Connection, name: str) -> int:
    return connection.execute("INSERT INTO budgets (name, folded) VALUES (?, ?)", (name, folded(name))).lastrowid or 0


def _add_version(connection: sqlite3.Connection, budget: int, number: int, change: Change) -> None:
    row = (budget, number, change.since.isoformat(), _TERMS.dump_json(change.terms).decode(), change.by, change.at.isoformat())
    connection.execute(
        "INSERT INTO budget_versions (budget, number, since, terms, set_by, set_at) VALUES (?, ?, ?, ?, ?, ?)", row
    )


def _budgets(connection: sqlite3.Connection, where: str, *values: object) -> tuple[Budget, ...]:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM budgets WHERE {where} ORDER BY folded", values).fetchall()
    versions: dict[int, list[Version]] = defaultdict(list)
    for budget, *version in connection.execute(
        "SELECT budget, number, since, terms, set_by, set_at FROM budget_versions "
        f"WHERE budget IN (SELECT id FROM budgets WHERE {where}) ORDER BY budget, number",
        values,
    ):
        versions[budget].append(_version(*version))
    return tuple(
        Budget(number, name, tuple(versions[number]), date.fromisoformat(muted) if muted else None, by, refusal)
        for number, name, muted, by, refusal in rows
    )


def _version(number: int, since: str, terms: str, by: str, at: str) -> Version:
    return Version(number, date.fromisoformat(since), _TERMS.validate_json(terms), by, datetime.fromisoformat(at))


def _post(connection: sqlite3.Connection, number: int, start: date) -> Post | None:
    row = connection.execute(
        "SELECT version, told, notes, shown FROM budget_posts WHERE budget = ? AND start = ?", (number, start.isoformat())
    ).fetchone()
    return Post(number, start, row[0], tuple(row[1].split()), row[2], row[3]) if row else None
