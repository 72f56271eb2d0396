"""Key figures: the month on its complete days, against the same days of the month before, and where it is heading."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from storage.model.period import DAY, Period
from storage.model.query import Basis, Charges, Filter
from tests.fakes.bills import usage
from tests.fakes.company import AZURE_LAST, JUDGED, NOVEMBER, NOW, OCTOBER, SEPTEMBER, TO_DATE
from tests.fakes.desk import adds_up, amounts, desk

if TYPE_CHECKING:
    from pathlib import Path

    from services.costs.results import KeyFigure, KeyFigures
    from tests.fakes.bills import Row
    from tests.fakes.desk import Desk

OCTOBER_1_TO_19 = Period.of_days(OCTOBER.start, date(2026, 10, 19))
LAST_WEEK = Period.of_days(date(2026, 11, 13), AZURE_LAST)
TWELVE_DIGITS = Decimal("1e-12")


def only(answer: KeyFigures) -> KeyFigure:
    """The one currency's figure."""
    (figure,) = answer.figures
    return figure


def on(office: Desk, day: date) -> Desk:
    """The same desk on another morning."""
    return replace(office, now=datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC))


@pytest.mark.parametrize("charges", list(Charges))
@pytest.mark.parametrize("basis", list(Basis))
def test_the_month_so_far(office: Desk, basis: Basis, charges: Charges) -> None:
    answer = office.key_figures(period=TO_DATE, basis=basis, charges=charges)

    figure, every = only(answer), office.books
    counted = every if charges is Charges.NET else every.gross
    assert (answer.days, answer.compared) == (JUDGED, OCTOBER_1_TO_19)
    assert figure.to_date.amount == counted.during(JUDGED).total(basis)
    assert figure.previous.amount == counted.during(OCTOBER_1_TO_19).total(basis)
    assert figure.last_month.amount == counted.during(OCTOBER).total(basis)
    assert figure.run_rate.amount == (counted.during(LAST_WEEK).total(basis) / 7).quantize(TWELVE_DIGITS)
    assert figure.remaining.amount == figure.run_rate.amount * 11
    assert figure.net.amount == every.during(JUDGED).total(basis)
    assert [each.amount for each in figure.daily] == counted.daily(JUDGED, basis)
    assert sum(part.amount.amount for part in figure.below) + figure.to_date.amount == figure.net.amount


def test_the_largest_services_are_those_of_the_same_days(office: Desk) -> None:
    answer = office.key_figures(period=TO_DATE)

    (top,) = answer.top
    by_service = office.books.gross.during(JUDGED).by("service")
    assert list(amounts(top.rows).values()) == sorted(by_service.values(), reverse=True)[:5]
    assert top.total == only(answer).to_date
    assert top.previous == only(answer).previous
    adds_up(top)


def test_figures_of_a_filter_stand_on_its_own_sources(office: Desk) -> None:
    answer = office.key_figures(period=TO_DATE, filters=(Filter("provider", ("aws",)),))

    days = Period.of_days(NOVEMBER.start, date(2026, 11, 20))
    assert answer.days == days
    assert only(answer).to_date.amount == office.books.gross.where(lambda each: each.source == "aws").during(days).total()


def test_a_filter_that_no_cube_has_gives_the_same_figures(office: Desk) -> None:
    answer = office.key_figures(period=TO_DATE, filters=(Filter("tag:app", ("checkout",)),))

    mine = office.books.gross.where(lambda each: each.value("tag:app") == "checkout")
    assert only(answer).to_date.amount == mine.during(answer.days).total()
    assert only(answer).last_month.amount == mine.during(OCTOBER).total()
    adds_up(answer.top[0])


def test_on_the_first_of_a_month_the_last_one_is_told(office: Desk) -> None:
    answer = on(office, date(2026, 11, 1)).key_figures(period=Period.month(date(2026, 11, 1)))

    # The 31st is whole in the store; a month of which every day is complete stands against a whole month.
    assert (answer.days, answer.compared) == (OCTOBER, SEPTEMBER)
    assert only(answer).to_date.amount == office.books.gross.during(OCTOBER).total()
    assert only(answer).remaining.amount == 0


def test_on_the_second_there_is_one_day(office: Desk) -> None:
    answer = on(office, date(2026, 11, 2)).key_figures(period=Period.month(date(2026, 11, 2)))

    first = Period.of_days(date(2026, 11, 1), date(2026, 11, 1))
    assert (answer.days, answer.compared) == (first, Period.of_days(OCTOBER.start, OCTOBER.start))
    assert only(answer).to_date.amount == office.books.gross.during(first).total()
    week = Period.of_days(date(2026, 10, 26), date(2026, 11, 1))
    assert only(answer).run_rate.amount == (office.books.gross.during(week).total() / 7).quantize(TWELVE_DIGITS)


def test_the_figures_of_a_month_that_is_over(office: Desk) -> None:
    answer = office.key_figures(period=OCTOBER)

    assert answer.days == OCTOBER
    assert only(answer).to_date.amount == office.books.gross.during(OCTOBER).total()
    assert only(answer).remaining.amount == 0


def test_an_old_bill_tells_its_last_month(office: Desk) -> None:
    answer = on(office, date(2028, 2, 10)).key_figures(period=Period.month(date(2028, 2, 10)))

    assert answer.days == Period.of_days(NOVEMBER.start, date(2026, 11, 21))
    assert only(answer).to_date.amount == office.books.gross.during(answer.days).total()
    state = answer.basics.completeness
    assert state.through == date(2026, 11, 21)
    assert state.late == ()
    assert not answer.basics.estimated


def test_without_any_bill_there_are_no_figures(tmp_path: Path) -> None:
    with desk(tmp_path, {}) as empty:
        answer = empty.key_figures(period=TO_DATE)

    assert (answer.figures, answer.top) == ((), ())
    assert answer.basics.completeness.sources == ()
    assert answer.basics.completeness.through is None


def test_a_company_that_began_three_days_ago_has_a_rate_of_three_days(tmp_path: Path) -> None:
    rows = [usage("10", f"2026-11-{day}") for day in (19, 20, 21)]
    with desk(tmp_path, {"aws": rows}) as new:
        answer = new.key_figures(period=TO_DATE)
        figure = only(answer)

    assert answer.week.days == 3
    assert figure.to_date.amount == 30
    assert figure.run_rate.amount == 10
    assert (figure.previous, figure.last_month) == (None, None), "not known is not nothing"
    assert figure.remaining.amount == 90


def steady(first: date, last: date, cost: str, **columns: str | None) -> list[Row]:
    """The same charge every day."""
    return [usage(cost, day.isoformat(), **columns) for day in Period.of_days(first, last)]


def test_one_source_that_stopped_long_ago_does_not_hold_the_others_back(tmp_path: Path) -> None:
    first, last = date(2026, 9, 1), NOW.date() - DAY
    with desk(tmp_path, {"aws": steady(first, last, "10"), "azure": steady(first, date(2026, 10, 20), "5")}) as both:
        answer = both.key_figures(period=TO_DATE)

    assert answer.days == Period.of_days(NOVEMBER.start, last)
    assert [(source.name, source.through) for source in answer.basics.completeness.late] == [("azure", date(2026, 10, 20))]


def test_one_source_a_few_days_late_is_waited_for(tmp_path: Path) -> None:
    first, last = date(2026, 9, 1), NOW.date() - DAY
    with desk(tmp_path, {"aws": steady(first, last, "10"), "azure": steady(first, date(2026, 11, 16), "5")}) as both:
        answer = both.key_figures(period=TO_DATE)

    assert answer.days == Period.of_days(NOVEMBER.start, date(2026, 11, 16))
    assert only(answer).to_date.amount == 16 * 15
    assert only(answer).previous.amount == 16 * 15
    assert [source.name for source in answer.basics.completeness.late] == ["azure"]
