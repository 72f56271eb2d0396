"""Spend over time: the buckets add up to the total, and the previous period stands beside them bucket by bucket."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from services.costs import buckets
from storage.model.period import DAY, Period
from storage.model.query import Axis, CostQuery, Granularity
from tests.fakes.bills import usage
from tests.fakes.company import AZURE_LAST, FIRST, NOVEMBER, OCTOBER, SEPTEMBER, TO_DATE, TODAY
from tests.fakes.desk import Desk, adds_up, desk

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from storage.model.money import Money

WHOLE = Period(FIRST, TODAY + DAY)
WEEKDAYS = range(7)


def plain(series: tuple[Money, ...]) -> list[Decimal]:
    """The amounts."""
    return [each.amount for each in series]


def starting_on(office: Desk, week_start: int) -> Desk:
    """The same desk where weeks begin on another day."""
    return Desk(office.store, office.executor, office.books, week_start=week_start)


def test_days_of_a_month_beside_the_days_of_the_month_before(office: Desk) -> None:
    answer = office.breakdown(granularity=Granularity.DAY)

    (section,) = answer.sections
    assert answer.buckets == tuple(OCTOBER)
    assert plain(section.trend) == office.books.gross.daily(OCTOBER)
    assert plain(section.previous_trend) == office.books.gross.daily(SEPTEMBER)
    adds_up(section)


def test_the_days_that_are_not_complete_have_nothing_beside_them(office: Desk) -> None:
    section = office.only(granularity=Granularity.DAY, period=TO_DATE)

    assert plain(section.trend) == office.books.gross.daily(TO_DATE)
    assert plain(section.previous_trend) == office.books.gross.daily(
        Period.of_days(OCTOBER.start, date(2026, 10, AZURE_LAST.day))
    )
    adds_up(section)


@pytest.mark.parametrize("week_start", WEEKDAYS)
def test_weeks_begin_where_the_setting_says(office: Desk, week_start: int) -> None:
    answer = starting_on(office, week_start).breakdown(granularity=Granularity.WEEK, period=WHOLE)

    (section,) = answer.sections
    expected: dict[date, Decimal] = {}
    for day, cost in zip(WHOLE, office.books.gross.daily(WHOLE), strict=True):
        start = max(day - DAY * ((day.weekday() - week_start) % 7), WHOLE.start)
        expected[start] = expected.get(start, 0) + cost
    assert dict(zip(answer.buckets, plain(section.trend), strict=True)) == expected
    assert all(day.weekday() == week_start for day in answer.buckets[1:])
    adds_up(section)


def test_a_week_stands_beside_as_many_days_of_the_same_weekdays(office: Desk) -> None:
    period = Period.of_days(date(2026, 10, 26), date(2026, 11, 15))

    section = office.only(granularity=Granularity.WEEK, period=period)

    before = [
        Period(period.start - DAY * 21 + DAY * 7 * week, period.start - DAY * 21 + DAY * 7 * (week + 1)) for week in range(3)
    ]
    assert plain(section.previous_trend) == [office.books.gross.during(each).total() for each in before]
    assert section.previous is not None
    adds_up(section)


def test_a_running_week_stands_beside_the_days_that_it_already_has(office: Desk) -> None:
    period = Period.of_days(date(2026, 11, 9), TODAY)

    answer = office.breakdown(granularity=Granularity.WEEK, period=period)

    # Complete through Thursday the 19th: the second week has four days to be held against four.
    (section,) = answer.sections
    assert answer.judged == Period.of_days(period.start, AZURE_LAST)
    assert plain(section.previous_trend) == [
        office.books.gross.during(Period.of_days(date(2026, 10, 26), date(2026, 11, 1))).total(),
        office.books.gross.during(Period.of_days(date(2026, 11, 2), date(2026, 11, 5))).total(),
    ]
    adds_up(section)


def test_months_stand_beside_months(tmp_path: Path) -> None:
    rows = [usage(str(day.month), day.isoformat()) for day in Period.of_days(date(2026, 7, 1), AZURE_LAST)]
    with desk(tmp_path, {"aws": rows}) as steady:
        answer = steady.breakdown(granularity=Granularity.MONTH, period=Period(OCTOBER.start, NOVEMBER.end))

    (section,) = answer.sections
    assert answer.buckets == (OCTOBER.start, NOVEMBER.start)
    assert plain(section.trend) == [31 * 10, 19 * 11]
    assert plain(section.previous_trend) == [31 * 8, 19 * 9], "August, and September to the 19th"
    assert answer.basics.query.compare == Period.of_days(date(2026, 8, 1), date(2026, 9, 19))
    adds_up(section)


@pytest.mark.parametrize("granularity", [Granularity.DAY, Granularity.WEEK, Granularity.MONTH])
@pytest.mark.parametrize("dimension", ["service", "tag:app"])
def test_each_row_has_its_own_series(office: Desk, granularity: Granularity, dimension: str) -> None:
    answer = office.breakdown(dimension, granularity=granularity, period=WHOLE, top=100)

    (section,) = answer.sections
    assert all(len(row.trend) == len(answer.buckets) for row in section.rows)
    together = [sum(values) for values in zip(*(plain(row.trend) for row in section.rows), strict=True)]
    assert together == plain(section.trend)
    adds_up(section)


def test_the_billing_axis_knows_months_only(office: Desk) -> None:
    answer = office.breakdown(axis=Axis.BILLING, granularity=Granularity.DAY, period=Period(SEPTEMBER.start, OCTOBER.end))

    (section,) = answer.sections
    assert answer.basics.query.granularity is Granularity.MONTH
    assert answer.buckets == (SEPTEMBER.start, OCTOBER.start)
    assert plain(section.trend) == [office.books.gross.invoiced(each).total() for each in (SEPTEMBER, OCTOBER)]
    adds_up(section)


def test_rows_without_a_step_have_a_small_line_all_the_same(office: Desk) -> None:
    answer = office.breakdown("service")

    assert answer.buckets == ()
    assert answer.sections[0].trend == ()
    assert all(len(row.trend) == OCTOBER.days for row in answer.sections[0].rows)
    adds_up(answer.sections[0])


def test_a_longer_named_comparison_goes_on_in_buckets_of_its_own(office: Desk) -> None:
    week = Period.of_days(date(2026, 11, 2), date(2026, 11, 8))

    section = office.only(granularity=Granularity.DAY, period=week, compare=OCTOBER)

    assert len(section.trend) == 7
    assert plain(section.previous_trend) == office.books.gross.daily(OCTOBER)


@pytest.mark.parametrize(
    ("days", "cut"),
    [
        (1, Granularity.DAY),
        (31, Granularity.DAY),
        (32, Granularity.WEEK),
        (182, Granularity.WEEK),
        (183, Granularity.MONTH),
    ],
)
def test_a_small_line_is_as_fine_as_its_length_allows(days: int, cut: Granularity) -> None:
    assert buckets.granularity(CostQuery(Period(FIRST, FIRST + DAY * days))) is cut


def test_buckets_cover_a_period_that_begins_in_the_middle() -> None:
    period = Period.of_days(date(2026, 1, 28), date(2026, 3, 3))

    assert buckets.buckets(period, Granularity.MONTH, 0) == (date(2026, 1, 28), date(2026, 2, 1), date(2026, 3, 1))
    assert buckets.buckets(period, Granularity.WEEK, 0)[:2] == (date(2026, 1, 28), date(2026, 2, 2))
