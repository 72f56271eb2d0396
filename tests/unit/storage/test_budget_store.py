"""Budgets and scenarios in state.db: versions stay, names are unique among those there are, a fact and its letters are one."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from storage.audit import Audit
from storage.budgets import BudgetStore, Change
from storage.database import Database
from storage.migrations.state import migrations
from storage.model.audit import Entry
from storage.model.budget import Budget, Cadence, Measure, Post, Terms, Threshold
from storage.model.errors import DataError, StoreError
from storage.model.letter import Letter
from storage.model.money import Money
from storage.model.query import Basis, Charges, Filter
from storage.model.scenario import Course, LineKind, Prediction, Scenario, ScenarioLine
from storage.outbox import Outbox
from storage.scenarios import ScenarioStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ENTRY = Entry(NOW, "U0ANA0001", "budget.set", "web", "done")
TERMS = Terms(
    Money(Decimal("12000.10"), "USD"),
    Cadence.QUARTERLY,
    (Filter("tag:team", ("web", None)), Filter("region", ("eu-west-1",), negate=True)),
    Basis.BILLED,
    Charges.NET,
    (Threshold(Measure.ACTUAL, Decimal("0.8")), Threshold(Measure.FORECAST, Decimal("1.25"))),
    "C0TEAM001",
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """state.db."""
    database = Database(tmp_path / "state.db", migrations)
    database.open()
    yield database
    database.close()


def put(store: BudgetStore, name: str = "web", terms: Terms = TERMS, budget: int = 0) -> Budget:
    """Set one."""
    return store.put(Change(name, terms, "U0ANA0001", NOW, NOW.date(), budget), ENTRY)


def test_terms_come_back_as_they_were_set(database: Database) -> None:
    store = BudgetStore(database)
    budget = put(store)
    assert budget.current.terms == TERMS
    assert store.get(budget.id) == budget
    assert store.all() == (budget,)
    assert (budget.current.by, budget.current.at, budget.current.since) == ("U0ANA0001", NOW, date(2026, 11, 22))


def test_a_change_is_a_version_and_a_version_never_changes(database: Database) -> None:
    store = BudgetStore(database)
    put(store)
    budget = put(store, "  WEB ".strip(), replace(TERMS, channel="C0OTHER01"))
    assert [each.number for each in budget.versions] == [1, 2]
    assert budget.name == "WEB"
    with pytest.raises((sqlite3.IntegrityError, StoreError)), database.write() as connection:
        connection.execute("UPDATE budget_versions SET terms = '{}'")
    assert BudgetStore(database).all() == (budget,)


def test_names_are_unique_among_those_there_are(database: Database) -> None:
    store = BudgetStore(database)
    web, data = put(store), put(store, "data")
    with pytest.raises(DataError, match="“web” already"):
        put(store, "Web", budget=data.id)
    assert store.remove(web.id, ENTRY)
    assert not store.remove(web.id, ENTRY)
    assert (store.removed(web.id), store.removed(data.id), store.get(web.id)) == ("web", None, None)
    with pytest.raises(DataError, match="removed meanwhile"):
        put(store, budget=web.id)
    assert put(store).id > data.id, "an id is never used twice"
    assert len(Audit(database).latest(99)) == 4


def test_what_is_told_is_queued_in_the_same_write_and_only_once(database: Database) -> None:
    store, outbox = BudgetStore(database), Outbox(database)
    budget = put(store)
    letter = Letter("budget:1:2026-10-01", "budgets.threshold", channel="C0TEAM001")
    post = Post(budget.id, date(2026, 10, 1), 1, ("actual:0.8", "over"), 2, "shown")
    assert store.tell(post, None, [letter], NOW)
    assert store.post(budget.id, post.start) == post
    assert outbox.find(letter.key) is not None
    late = Letter("budget:1:2026-10-01:note:1", "budgets.worse", thread_of=letter.key)
    assert not store.tell(replace(post, notes=3), None, [late], NOW), "somebody else told it meanwhile"
    assert outbox.find(late.key) is None
    assert store.tell(replace(post, notes=3), post, [late], NOW)


def test_new_terms_end_silence_and_refusal(database: Database) -> None:
    store = BudgetStore(database)
    budget = put(store)
    assert store.mute(budget.id, date(2026, 12, 31), ENTRY)
    assert not store.mute(budget.id, date(2026, 12, 31), ENTRY)
    store.refuse(budget.id, TERMS.channel, "archived")
    (muted,) = store.all()
    assert (muted.muted_through, muted.muted_by, muted.refusal) == (date(2026, 12, 31), "U0ANA0001", "archived")
    fresh = put(store)
    assert (fresh.muted_through, fresh.muted_by, fresh.refusal, len(fresh.versions)) == (None, "", "", 1)


def test_a_scenario_keeps_what_was_said(database: Database) -> None:
    store = ScenarioStore(database)
    line = ScenarioLine(LineKind.COMMIT, "commit 3 at 0.5 for service=x", TERMS.filters, rate=Decimal("0.5"), amount=Decimal(3))
    course = Course(TERMS.filters, (Decimal("1.10"),), (Decimal("0.55"),))
    said = Prediction(date(2026, 11, 23), "USD", (course,), Course((), (Decimal(2),), (Decimal(1),)))
    scenario = Scenario(0, "a plan", "U0ANA0001", NOW, (line,), said, (("account", ("1", "2")),))
    kept = store.save(scenario, ENTRY)
    assert store.all() == (kept,)
    assert kept == replace(scenario, id=kept.id)
    with pytest.raises(DataError, match="already"):
        store.save(replace(scenario, name="A  Plan"), ENTRY)
    assert store.remove(kept.id, ENTRY)
    assert not store.remove(kept.id, ENTRY)
    assert store.all() == ()
