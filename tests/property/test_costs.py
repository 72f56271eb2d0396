"""Whatever the bill and whatever the question: the parts add up, pages hold every row once, and every engine says the same."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from services.errors import NotFoundError
from storage.model.period import DAY, Period
from storage.model.query import Axis, Basis, Charges, CostQuery, Filter, Granularity
from storage.model.scope import Scope
from tests.fakes.bills import usage
from tests.fakes.desk import Desk, adds_up, amounts, desk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.costs.results import Breakdown
    from tests.fakes.bills import Row
    from tests.fakes.reckoning import Books, Charge

NOW = datetime(2028, 3, 1, tzinfo=UTC)
FIRST, LAST = date(2026, 8, 1), date(2026, 10, 31)
EVERY = 10_000
BY_CUBE = ("provider", "category", "service", "account", "region", "charge", "purchase", "tag:team", "source", "currency")
BY_LAKE = ("resource", "tag:app")
VALUES: dict[str, tuple[str | None, ...]] = {
    "provider": ("AWS", "Microsoft"),
    "service": ("Compute", "Storage", "Network"),
    "account": ("100", "200", "300"),
    "region": ("eu-west-1", None),
    "charge": ("Usage", "Tax", "Credit", "Purchase"),
    "tag:team": ("web", "data", None),
    "tag:app": ("shop", None),
    "resource": ("r1", "r2", "r3"),
    "source": ("one", "two"),
}
ANYTHING = Filter("tag:nothing has this", (None,))
"""True of every charge, and only line items can tell."""


def charge(random: Random) -> Row:
    """Any charge."""
    pick = random.choice
    day = FIRST + DAY * random.randrange((LAST - FIRST).days + 1)
    tags = {name: value for name, value in (("team", pick(("web", "data", ""))), ("app", pick(("shop", "")))) if value}
    month = day if random.random() < 0.9 else day.replace(day=1) + DAY * 40
    row = usage(
        _cost(random),
        day.isoformat(),
        BillingPeriodStart=f"{month:%Y-%m}-01 00:00:00",
        ProviderName=pick(VALUES["provider"]),
        ServiceName=pick(VALUES["service"]),
        ServiceCategory=pick(("Compute", "Other")),
        SubAccountId=pick(VALUES["account"]),
        RegionId=pick(VALUES["region"]),
        RegionName=None,
        ResourceId=pick((*VALUES["resource"], None)),
        ChargeCategory=pick(("Usage", "Usage", "Usage", "Tax", "Credit", "Purchase")),
        ChargeClass=pick((None, None, "Correction")),
        PricingCategory=pick(("Standard", "Dynamic", "Other")),
        BillingCurrency=pick(("USD", "USD", "EUR")),
        Tags=str(tags).replace("'", '"'),
    )
    return row | {
        name: pick((row[name], row[name], _cost(random), None)) for name in ("ListCost", "BilledCost", "ContractedCost")
    }


def _cost(random: Random) -> str:
    return str(Decimal(random.randint(-(10**6), 10**7)).scaleb(-random.randint(0, 9)))


def bill(seed: int, rows: int) -> dict[str, list[Row]]:
    """Two sources; both reach the last day, so that no day is incomplete."""
    random = Random(seed)  # noqa: S311 - a bill, not a secret
    return {
        source: [usage("1", LAST.isoformat()), *(charge(random) for _ in range(random.randrange(rows) + rows))]
        for source in ("one", "two")
    }


def periods() -> st.SearchStrategy[Period]:
    """Any days of the bill."""
    day = st.dates(FIRST, LAST)
    return st.one_of(
        st.builds(lambda one, two: Period.of_days(min(one, two), max(one, two)), day, day), st.builds(Period.month, day)
    )


def filters() -> st.SearchStrategy[Filter]:
    """One filter on values that the bill may have."""
    return st.sampled_from(sorted(VALUES)).flatmap(
        lambda name: st.builds(
            Filter,
            st.just(name),
            st.lists(st.sampled_from(VALUES[name]), min_size=1, max_size=3, unique=True).map(tuple),
            st.booleans(),
        )
    )


def questions(dimensions: tuple[str, ...] = BY_CUBE + BY_LAKE) -> st.SearchStrategy[CostQuery]:
    """Any question."""
    scopes = st.one_of(st.just(Scope()), st.just(Scope.only(account=("100", "200"))), st.just(Scope.only(tag_team=("web",))))
    return st.builds(
        CostQuery,
        period=periods(),
        basis=st.sampled_from(Basis),
        charges=st.sampled_from(Charges),
        axis=st.sampled_from((Axis.CHARGE, Axis.CHARGE, Axis.BILLING)),
        compare=st.one_of(st.none(), st.none(), periods()),
        granularity=st.sampled_from(Granularity),
        by=st.lists(st.sampled_from(dimensions), max_size=2, unique=True).map(tuple),
        filters=st.lists(filters(), max_size=2).map(tuple),
        top=st.sampled_from((1, 2, 5, EVERY)),
        page=st.integers(1, 4),
        scope=scopes,
    )


def ask(at: Desk, query: CostQuery) -> Breakdown:
    """The answer, remembered by nobody. A filter on what the asker may not see is refused: then it is no example."""
    try:
        return asyncio.run(at.costs().breakdown(query))
    except NotFoundError:
        assert any(not set(each.values) <= {*visible(at.books, query.scope, each.dimension), None} for each in query.filters)
        reject()


def visible(books: Books, scope: Scope, dimension: str) -> set[str | None]:
    """The values that somebody may see."""
    mine = books.where(lambda each: all(each.value(name) in values for name, values in scope.limits))
    return {each.value(dimension) for each in mine.charges}


def expected(books: Books, query: CostQuery) -> Books:
    """The charges that a question is about, picked one by one."""
    chosen = books.during(query.period) if query.axis is Axis.CHARGE else books.invoiced(_whole_months(query.period))

    def is_let_through(each: Charge) -> bool:
        allowed = all(each.value(name) in values for name, values in query.scope.limits)
        return allowed and all((each.value(f.dimension) in f.values) != f.negate for f in query.filters)

    return chosen.where(is_let_through)


def _whole_months(period: Period) -> Period:
    return Period(Period.month(period.start).start, Period.month(period.last).end)


def agrees(at: Desk, query: CostQuery) -> None:
    """The answer is what the rows add up to, on its page, and its parts make the whole."""
    answer = ask(at, query)
    every = expected(at.books, query)
    counted = every if query.charges is Charges.NET else every.gross
    for section in answer.sections:
        adds_up(section)
        mine = counted.where(lambda each, code=section.currency: each.value("currency") == code)
        assert section.total.amount == mine.total(query.basis)
        rows = mine.by(*query.by, basis=query.basis) if query.by else {}
        shown = amounts(section.rows)
        assert {key: rows[key] for key in shown} == shown
        assert section.remainder_rows == len(rows) - len(shown)
    named = {section.currency for section in answer.sections}
    assert {each.value("currency") for each in counted.charges if each.amount(query.basis) is not None} <= named


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A store with a bill of everything, in any combination."""
    with desk(tmp_path_factory.mktemp("messy"), bill(7, 250), now=NOW) as found:
        yield found


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=questions())
def test_any_question_is_answered_as_the_rows_add_up(messy: Desk, query: CostQuery) -> None:
    agrees(messy, query)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6), rows=st.integers(1, 12), queries=st.lists(questions(), min_size=5, max_size=10))
def test_any_bill_is_answered_as_its_rows_add_up(seed: int, rows: int, queries: list[CostQuery]) -> None:
    with tempfile.TemporaryDirectory() as home, desk(Path(home), bill(seed, rows), now=NOW) as small:
        for query in queries:
            # A small bill may lack a value altogether, which is refused rather than answered.
            held = (each for each in query.filters if set(each.values) <= {*visible(small.books, Scope(), each.dimension), None})
            agrees(small, query.but(filters=tuple(held), scope=Scope()))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=questions(), top=st.integers(1, 7))
def test_pages_hold_every_row_once_and_in_order(messy: Desk, query: CostQuery, top: int) -> None:
    whole = {section.currency: section.rows for section in ask(messy, query.but(top=EVERY, page=1)).sections}
    first = ask(messy, query.but(top=top, page=1))

    pages = [ask(messy, query.but(top=top, page=number)) for number in range(1, min(first.pages, 12) + 1)]

    for currency, rows in whole.items():
        found = [row for page in pages for section in page.sections if section.currency == currency for row in section.rows]
        assert [row.key for row in found] == [row.key for row in rows][: len(found)]
        assert [row.amount for row in found] == [row.amount for row in rows][: len(found)]
        assert len(found) == min(len(rows), 12 * top)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=questions(BY_CUBE))
def test_cubes_and_line_items_say_the_same(messy: Desk, query: CostQuery) -> None:
    query = query.but(top=EVERY, page=1)
    by_cube, by_lake = ask(messy, query), ask(messy, query.but(filters=(*query.filters, ANYTHING)))

    assert "read_parquet" in by_lake.basics.sql
    assert len(by_cube.sections) == len(by_lake.sections)
    for one, other in zip(by_cube.sections, by_lake.sections, strict=True):
        assert (one.currency, one.total, one.previous, one.below, one.net) == (
            *(other.currency, other.total, other.previous),
            *(other.below, other.net),
        )
        assert (one.trend, one.previous_trend) == (other.trend, other.previous_trend)
        facts = [{tuple(row.key.items()): (row.amount, row.previous, row.share) for row in each.rows} for each in (one, other)]
        assert facts[0] == facts[1]
        assert [abs(row.amount.amount) for row in one.rows] == [abs(row.amount.amount) for row in other.rows]
    assert by_cube.basics.missing == by_lake.basics.missing
