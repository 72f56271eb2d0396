"""The store of scenarios: what was simulated, and what it was said to bring, as it was said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from storage.audit import append
from storage.budgets import folded
from storage.model.errors import DataError
from storage.model.scenario import Scenario

if TYPE_CHECKING:
    from storage.database import Database
    from storage.model.audit import Entry

_BODY: TypeAdapter[Scenario] = TypeAdapter(Scenario)


class ScenarioStore:
    """Scenarios by name, in state.db. Blocking: call it off the event loop."""

    def __init__(self, database: Database) -> None:
        """`database` is state.db, open."""
        self._database = database

    def all(self) -> tuple[Scenario, ...]:
        """Every scenario, by name."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT id, body FROM scenarios ORDER BY folded").fetchall()
        return tuple(replace(_BODY.validate_json(body), id=number) for number, body in rows)

    def save(self, scenario: Scenario, entry: Entry) -> Scenario:
        """Keep a new one. Raises DataError when its name is taken: what was once said is not said anew under the same name."""
        words = "; ".join(line.words for line in scenario.lines)
        row = (
            scenario.name,
            folded(scenario.name),
            scenario.by,
            scenario.at.isoformat(),
            words,
            _BODY.dump_json(scenario).decode(),
        )
        with self._database.write() as connection:
            known = connection.execute("SELECT 1 FROM scenarios WHERE folded = ?", (folded(scenario.name),)).fetchone()
            if known:
                raise DataError(
                    f"There is a scenario “{scenario.name}” already.", "Choose another name, or remove that one first."
                )
            number = connection.execute(
                "INSERT INTO scenarios (name, folded, saved_by, saved_at, words, body) VALUES (?, ?, ?, ?, ?, ?)", row
            ).lastrowid
            append(connection, entry)
        return replace(scenario, id=number or 0)

    def remove(self, number: int, entry: Entry) -> bool:
        """Forget one; False, and nothing recorded, when it is gone already."""
        with self._database.write() as connection:
            gone = connection.execute("DELETE FROM scenarios WHERE id = ?", (number,))
            if gone.rowcount:
                append(connection, entry)
        return bool(gone.rowcount)
