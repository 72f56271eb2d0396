"""The store of routes: one list, in order. It is read, changed and written in one transaction, with its audit line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from storage.audit import append
from storage.model.route import Route

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from storage.database import Database
    from storage.model.audit import Entry

    Routing = tuple[Route, ...]

_FACTS: TypeAdapter[Route] = TypeAdapter(Route)


class Routes:
    """Blocking: call it off the event loop."""

    def __init__(self, database: Database) -> None:
        """`database` is state.db, open."""
        self._database = database

    def all(self) -> Routing:
        """Every route, in the order in which they are tried."""
        with self._database.read() as connection:
            return _read(connection)

    def change(self, edit: Callable[[Routing], Routing], entry: Entry) -> Routing:
        """Put what `edit` makes of the list in its place; returns it with the ids that new ones (0) were given.

        Nobody else changes the list meanwhile. When `edit` raises, nothing is changed and nothing recorded.
        """
        with self._database.write() as connection:
            before = {each.id: each for each in _read(connection)}
            after = tuple(_revised(each, before.get(each.id)) for each in edit(tuple(before.values())))
            stored = tuple(_write(connection, position, each) for position, each in enumerate(after))
            connection.executemany(
                "DELETE FROM routes WHERE id = ?", [(gone,) for gone in before.keys() - {each.id for each in stored}]
            )
            append(connection, entry)
        return stored


def _read(connection: sqlite3.Connection) -> Routing:
    rows = connection.execute("SELECT id, facts FROM routes ORDER BY position").fetchall()
    return tuple(replace(_FACTS.validate_json(facts), id=number) for number, facts in rows)


def _revised(route: Route, before: Route | None) -> Route:
    """Whoever looked at a route before it was changed can tell by its revision."""
    if before is None:
        return replace(route, revision=1)
    is_same = replace(route, revision=before.revision) == before
    return replace(route, revision=before.revision + (0 if is_same else 1))


def _write(connection: sqlite3.Connection, position: int, route: Route) -> Route:
    facts = _FACTS.dump_json(route).decode()
    if route.id:
        connection.execute("UPDATE routes SET position = ?, facts = ? WHERE id = ?", (position, facts, route.id))
        return route
    number = connection.execute("INSERT INTO routes (position, facts) VALUES (?, ?)", (position, facts)).lastrowid
    return replace(route, id=number or 0)
