"""Given bills, when budgets are set, then they are measured as `/cost` measures, by whoever may see what they count."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

import pytest

from services.access.background import Background
from services.access.results import Person, Role
from services.budgets.ahead import Ahead
from services.budgets.results import BudgetStatus, State
from services.budgets.service import Budgets
from services.budgets.terms import Wanted
from services.costs.rates import Rates
from services.errors import NotFoundError, UsageError
from services.outbox.service import Outbox
from storage.audit import Audit
from storage.budgets import BudgetStore
from storage.database import Database
from storage.migrations.state import migrations
from storage.model.budget import Cadence, Measure, Threshold
from storage.model.period import Period
from storage.model.query import Basis, Charges, CostQuery, Filter
from storage.model.scope import Scope
from storage.scenarios import ScenarioStore
from tests.fakes.bills import usage
from tests.fakes.company import SANDBOX, aws, azure
from tests.fakes.desk import desk
from tests.fakes.house import MovableClock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.fakes.bills import Row

ANA = Person("U0ANA0001", "T1", "Ana", Role.ANALYST)
BEN = Person("U0BEN0001", "T1", "Ben", Role.ANALYST, Scope.only(account=("100000000002",)))
EVERYTHING = Scope()
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


class Flat:
    """A forecast of 10 a day."""

    async def ahead(self, query: CostQuery, currency: str, through: date) -> Ahead | None:  # noqa: ARG002  # the protocol's
        """From the day after the last complete one."""
        start = date(2026, 11, 22)
        days = max((through - start).days + 1, 0)
        whole = Decimal(10) * days
        return Ahead(start, (Decimal(10),) * days, whole * Decimal("0.9"), whole * Decimal("1.1"), whole / 2, whole * 2)


@dataclass
class Office:
    """The service, its store and a clock that moves."""

    budgets: Budgets
    store: BudgetStore
    audit: Audit
    clock: MovableClock
    asked: list[int]

    def put(self, actor: Person = ANA, **wanted: object) -> BudgetStatus:
        """Set a budget; how it stands."""
        fields = {"name": "web", "amount": Decimal(1000)} | wanted
        return asyncio.run(self.budgets.put(actor, Wanted(**fields))).status  # type: ignore[arg-type]  # the dataclass checks the names

    def find(self, name: str = "web", scope: Scope = EVERYTHING) -> BudgetStatus:
        """One of them, as it stands now."""
        return asyncio.run(self._find(name, scope))

    async def _find(self, name: str, scope: Scope) -> BudgetStatus:
        return await self.budgets.status_of(await self.budgets.find(name, scope))


@contextmanager
def office(
    home: Path, rows: Mapping[str, Sequence[Row]], *, now: datetime = NOW, year_start: int = 1, rates: Rates | None = None
) -> Iterator[Office]:
    """A service before these bills."""
    database, clock, asked = Database(home / "state.db", migrations), MovableClock(now), []
    database.open()
    with desk(home, rows) as found, ThreadPoolExecutor(2) as executor:
        costs = found.costs(now=now, **({"rates": rates} if rates else {}))
        costs.reader._clock = clock

        def generation() -> int:
            asked.append(1)
            return found.store.generation()

        background = Background(executor)
        store, outbox = BudgetStore(database), Outbox(database, executor, clock)
        budgets = Budgets(
            store,
            ScenarioStore(database),
            costs,
            background,
            clock,
            outbox=outbox,
            generation=generation,
            names=_name,
            forecasts=Flat(),
            year_start=year_start,
        )
        yield Office(budgets, store, Audit(database), clock, asked)
    database.close()


async def _name(user: str) -> str:
    return {"U0ANA0001": "Ana", "U0BEN0001": "Ben"}.get(user, user)


def days(cost: str, first: str, last: str, **more: str | None) -> list[Row]:
    """The same charge on every day."""
    span = Period.of_days(date.fromisoformat(first), date.fromisoformat(last))
    return [usage(cost, day.isoformat(), **more) for day in span]


SIMPLE = days("10", "2026-09-01", "2026-11-21") + days("5", "2026-09-01", "2026-11-21", SubAccountId=SANDBOX, Tags=None)


def test_it_stands_as_cost_says_with_where_it_is_heading(tmp_path: Path) -> None:
    with office(tmp_path, {"aws": SIMPLE}) as found:
        status = found.put(filters=(Filter("tag:team", ("shop",)),), amount=Decimal(250))
        assert (status.used.amount, status.elapsed, status.share) == (Decimal(210), 21, Decimal("0.84"))
        assert status.outlook is not None
        assert status.outlook.total.amount == 300
        assert (status.outlook.low.amount, status.outlook.high.amount) == (291, 309)
        assert status.crossing == date(2026, 11, 26)
        assert [each.key for each in status.reached] == ["actual:0.8", "forecast:1"]
        assert status.state is State.WARNING
        assert found.put(amount=Decimal(209)).crossing == date(2026, 11, 21)
        assert found.put(amount=Decimal(209)).state is State.OVER
        assert found.put(amount=Decimal(5000)).state is State.ON_TRACK
        assert found.put(amount=Decimal(5000)).crossing is None


def test_what_is_used_is_what_cost_says(tmp_path: Path) -> None:
    days = Period.of_days(date(2026, 11, 1), date(2026, 11, 22))
    with office(tmp_path, {"aws": aws(), "azure": azure()}) as found:
        for basis, charges in product(Basis, Charges):
            status = found.put(basis=basis, charges=charges, amount=Decimal(10), currency="USD")
            answer = asyncio.run(found.budgets._costs.breakdown(CostQuery(days, basis=basis, charges=charges)))
            assert status.used == next(each.total for each in answer.sections if each.currency == "USD")
            assert sum(each.amount for each in status.daily) == status.used.amount


def test_days_that_are_not_complete_are_counted_and_said(tmp_path: Path) -> None:
    rows = [*SIMPLE, usage("1", "2026-11-22")]
    with office(tmp_path, {"aws": rows}) as found:
        status = found.put()
        assert (status.elapsed, status.unsettled.amount, status.used.amount) == (21, Decimal(1), Decimal(316))


def test_quarters_and_years_begin_where_the_company_says(tmp_path: Path) -> None:
    with office(tmp_path, {"aws": SIMPLE}, year_start=2) as found:
        assert found.put(cadence=Cadence.QUARTERLY).period.text() == "1 Nov 2026 – 31 Jan 2027"
        year = found.put(cadence=Cadence.YEARLY)
        assert year.period.text() == "1 Feb 2026 – 31 Jan 2027"
        assert year.used.amount == 15 * 82


def test_a_past_period_is_judged_by_the_terms_of_its_time(tmp_path: Path) -> None:
    with office(tmp_path, {"aws": SIMPLE}, now=datetime(2026, 9, 10, 9, tzinfo=UTC)) as found:
        found.put(amount=Decimal(400))
        found.clock.now = datetime(2026, 10, 15, 9, tzinfo=UTC)
        found.put(amount=Decimal(500))
        found.clock.now = NOW
        found.put(amount=Decimal(9000), thresholds=(Threshold(Measure.ACTUAL, Decimal(1)),))
        history = asyncio.run(found.budgets.history(asyncio.run(found.budgets.find("web", EVERYTHING)), EVERYTHING))
    assert [(each.period.start.month, each.amount.amount, each.state) for each in history.past] == [
        (10, Decimal(500), State.WARNING),
        (9, Decimal(400), State.OVER),
    ]
    assert history.past[1].crossing == date(2026, 9, 27)
    assert [(version.number, by) for version, by in history.versions] == [(3, "Ana"), (2, "Ana"), (1, "Ana")]
    assert history.versions[0][0].terms.thresholds == (Threshold(Measure.ACTUAL, Decimal(1)),)


def test_the_same_terms_again_are_no_new_version(tmp_path: Path) -> None:
    with office(tmp_path, {"aws": SIMPLE}) as found:
        found.put()
        assert len(found.put().budget.versions) == 1
        assert len(found.put(name=" WEB ").budget.versions) == 1
        assert [entry.action for entry in found.audit.latest(9)] == ["budget.set"] * 3


def test_nobody_sets_or_sees_a_budget_on_rows_they_may_not_see(tmp_path: Path) -> None:
    with office(tmp_path, {"aws": SIMPLE}) as found:
        found.put(name="all")
        settled = asyncio.run(found.budgets.put(BEN, Wanted("mine", Decimal(100))))
        assert settled.status.terms.filters == (Filter("account", ("100000000002",)),)
        assert settled.notes == ("It counts only what you may see: account 100000000002.",)
        assert [each.name for each in asyncio.run(found.budgets.all(BEN.scope))] == ["mine"]
        with pytest.raises(NotFoundError, match="no budget “all”"):
            found.find("all", BEN.scope)
        with pytest.raises(NotFoundError, match="may not see"):
            asyncio.run(found.budgets.put(BEN, Wanted("all", Decimal(1))))
        with pytest.raises(UsageError, match="There is no account"):
            found.put(BEN, name="theirs", filters=(Filter("account", (SANDBOX,)),))
        assert [each.budget.name for each in asyncio.run(found.budgets.status(EVERYTHING))] == ["mine", "all"]


def test_a_budget_has_the_currency_of_its_bill_and_no_other(tmp_path: Path) -> None:
    rows = SIMPLE + days("3", "2026-10-01", "2026-11-21", BillingCurrency="EUR", BillingAccountId="eu")
    with office(tmp_path, {"aws": rows}) as found:
        settled = asyncio.run(found.budgets.put(ANA, Wanted("web", Decimal(100))))
        assert settled.status.amount.currency == "USD"
        assert settled.notes == ("What is billed in EUR is not counted: there is no rate.",)
        assert [each.amount for each in settled.status.others] == [Decimal(63)]
        assert found.put(name="eu", currency="EUR").used.amount == 63
        with pytest.raises(UsageError, match="billed in USD, EUR") as raised:
            found.put(name="x", currency="GBP")
        assert raised.value.field == "currency"


def test_with_a_rate_currencies_are_one(tmp_path: Path) -> None:
    rows = SIMPLE + days("3", "2026-10-01", "2026-11-21", BillingCurrency="EUR", BillingAccountId="eu")
    rates = Rates("USD", {"EUR": ((date(2026, 1, 1), Decimal(2)),)})
    with office(tmp_path, {"aws": rows}, rates=rates) as found:
        assert found.put().used.amount == 15 * 21 + 6 * 21


REFUSED: tuple[tuple[dict[str, object], str], ...] = (
    ({"amount": Decimal(0)}, "amount"),
    ({"amount": Decimal(10) ** 13}, "amount"),
    ({"amount": None}, "amount"),
    ({"name": " "}, "name"),
    ({"name": "a\nb"}, "name"),
    ({"name": "x" * 61}, "name"),
    ({"thresholds": tuple(Threshold(Measure.ACTUAL, Decimal(n)) for n in range(1, 11))}, "thresholds"),
    ({"filters": (Filter("service", ("nothing like it",)),)}, "filters"),
)


def test_what_can_be_no_budget_is_refused_with_its_field(tmp_path: Path) -> None:
    with office(tmp_path, {"aws": SIMPLE}) as found:
        for wanted, field in REFUSED:
            with pytest.raises(UsageError) as raised:
                found.put(**wanted)
            assert raised.value.field == field
        assert found.store.all() == ()


def test_a_budget_is_renamed_and_names_stay_unique(tmp_path: Path) -> None:
    with office(tmp_path, {"aws": SIMPLE}) as found:
        first, _ = found.put(), found.put(name="data")
        found.put(name="Web shop", budget=first.budget.id)
        assert [each.name for each in found.store.all()] == ["data", "Web shop"]
        with pytest.raises(UsageError, match="already") as raised:
            found.put(name="DATA", budget=first.budget.id)
        assert raised.value.field == "name"
        with pytest.raises(NotFoundError, match="no budget “web shopp”") as missing:
            found.find("web shopp")
        assert missing.value.remedy == "Did you mean “Web shop”?"


def test_a_removed_budget_leaves_its_name_to_another(tmp_path: Path) -> None:
    with office(tmp_path, {"aws": SIMPLE}) as found:
        first = found.put().budget
        asyncio.run(found.budgets.remove(ANA, first))
        with pytest.raises(NotFoundError, match="removed already"):
            asyncio.run(found.budgets.remove(ANA, first))
        assert found.put().budget.id != first.id


def test_what_was_billed_under_a_filter_that_is_gone_is_not_known(tmp_path: Path) -> None:
    with office(tmp_path, {"aws": SIMPLE}) as found:
        known = found.put().budget
        lost = replace(known.current, terms=replace(known.current.terms, filters=(Filter("service", ("Gone",)),)))
        status = asyncio.run(found.budgets.status_of(replace(known, id=99, versions=(lost,))))
        assert (status.state, status.problem) == (State.UNKNOWN, "There is no service “Gone”.")


def test_without_any_bill_nothing_is_known(tmp_path: Path) -> None:
    with office(tmp_path, {}) as found:
        status = found.put()
        assert (status.state, status.problem) == (State.UNKNOWN, "No bill has been read yet.")
        assert asyncio.run(found.budgets.watch.look()) == 0


def test_the_budgets_beside_a_question_count_just_what_it_counts(tmp_path: Path) -> None:
    web = (Filter("tag:team", ("shop",)),)
    with office(tmp_path, {"aws": SIMPLE}) as found:
        found.put(name="web", filters=web)
        found.put(name="web a year", filters=web, cadence=Cadence.YEARLY)
        found.put(name="web billed", filters=web, basis=Basis.BILLED)
        found.put(name="all")
        query = CostQuery(Period.month(NOW.date()), filters=web)
        assert {each.budget.name for each in asyncio.run(found.budgets.beside(query))} == {"web", "web a year"}
        assert asyncio.run(found.budgets.beside(query.but(scope=BEN.scope))) == ()


def test_a_status_is_remembered_until_something_changes(tmp_path: Path) -> None:
    with office(tmp_path, {"aws": SIMPLE}) as found:
        for number in range(40):
            found.put(name=f"budget {number}", amount=Decimal(100 + number))
        asyncio.run(found.budgets.status(EVERYTHING))
        began = time.perf_counter()
        asyncio.run(found.budgets.status(EVERYTHING))
        assert time.perf_counter() - began < 0.5, "40 remembered statuses take milliseconds"
        before = found.find("budget 0")
        found.clock.move(days=1)
        assert found.find("budget 0").basics is not before.basics


def test_the_watch_does_nothing_while_nothing_changed(tmp_path: Path) -> None:
    with office(tmp_path, {"aws": SIMPLE}) as found:
        found.put(channel="C0TEAM001", amount=Decimal(300), thresholds=(Threshold(Measure.ACTUAL, Decimal("0.8")),))
        post = found.store.post(1, date(2026, 11, 1))
        assert post is not None
        assert post.told == ("actual:0.8", "over")
        assert asyncio.run(found.budgets.watch.look()) == 0
        asked = len(found.asked)
        assert asyncio.run(found.budgets.watch.look()) == 0
        assert len(found.asked) == asked + 1, "only the generation is looked at"
        found.clock.move(days=9)
        assert asyncio.run(found.budgets.watch.look()) == 1, "November has ended, and its message says so"
        assert found.store.post(1, date(2026, 12, 1)) is None


def test_two_who_tell_at_once_tell_once(tmp_path: Path) -> None:
    with office(tmp_path, {"aws": SIMPLE}) as found:
        status = found.put(channel="C0TEAM001", amount=Decimal(300))
        post = found.store.post(1, date(2026, 11, 1))
        assert post is not None
        assert found.store.tell(replace(post, notes=1), None, (), NOW) is False
        assert found.store.post(1, date(2026, 11, 1)) == post
        assert asyncio.run(found.budgets.watch.tell(status.budget)) is False


def test_a_channel_that_refuses_is_left_alone_until_the_budget_is_set_anew(tmp_path: Path) -> None:
    with office(tmp_path, {"aws": SIMPLE}) as found:
        found.put(channel="C0TEAM001", amount=Decimal(300))
        asyncio.run(found.budgets.watch.refused(1, "C0TEAM001", "The channel was archived."))
        assert found.find().budget.refusal == "The channel was archived."
        assert found.put(channel="C0OTHER01").budget.refusal == ""
        asyncio.run(found.budgets.watch.refused(1, "C0TEAM001", "The channel was archived."))
        assert found.find().budget.refusal == "", "it has left that channel"


def test_muting_lasts_until_the_next_period(tmp_path: Path) -> None:
    with office(tmp_path, {"aws": SIMPLE}) as found:
        known = found.put(channel="C0TEAM001", amount=Decimal(300)).budget
        asyncio.run(found.budgets.watch.mute(ANA, known))
        with pytest.raises(NotFoundError, match="muted until the next period already"):
            asyncio.run(found.budgets.watch.mute(ANA, known))
        told = asyncio.run(found.budgets.watch.told(1, date(2026, 11, 1)))
        assert told is not None
        assert (told.muted_by, told.status.budget.muted_through) == ("Ana", date(2026, 11, 30))
        assert found.store.get(1) is not None
