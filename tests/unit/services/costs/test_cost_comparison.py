"""What is held against what: as many days as are complete, with as many before. Late data must never read as a drop."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from services.costs.compare import comparison
from storage.model.period import DAY, Period
from storage.model.query import Axis, CostQuery, Filter, Granularity
from tests.fakes.bills import usage
from tests.fakes.company import AZURE_LAST, JUDGED, NOVEMBER, OCTOBER, SEPTEMBER, TO_DATE, TODAY
from tests.fakes.desk import adds_up, amounts, desk, previous

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.desk import Desk


def days(first: str, last: str) -> Period:
    """Both days included."""
    return Period.of_days(date.fromisoformat(first), date.fromisoformat(last))


OCTOBER_1_TO_19 = days("2026-10-01", "2026-10-19")
EVERY = 1000


def test_a_month_to_date_shows_every_day_and_compares_the_complete_ones(office: Desk) -> None:
    answer = office.breakdown("service", period=TO_DATE, top=EVERY)

    (section,) = answer.sections
    books = office.books.gross
    assert section.total.amount == books.during(TO_DATE).total()
    assert answer.judged == JUDGED
    assert answer.basics.query.compare == OCTOBER_1_TO_19
    assert section.comparable.amount == books.during(JUDGED).total()
    assert section.previous is not None
    assert section.previous.amount == books.during(OCTOBER_1_TO_19).total()
    assert {tuple(row.key.values()): row.comparable.amount for row in section.rows} == books.during(JUDGED).by("service")
    assert previous(section.rows) == books.during(OCTOBER_1_TO_19).by("service")
    adds_up(section)


@pytest.mark.parametrize("top", [1, 3])
def test_the_rows_not_shown_are_compared_on_the_same_days(office: Desk, top: int) -> None:
    section = office.only("service", period=TO_DATE, top=top)

    adds_up(section)
    shown = {tuple(row.key.values()) for row in section.rows}
    rest = {key: cost for key, cost in office.books.gross.during(JUDGED).by("service").items() if key not in shown}
    assert section.remainder_comparable.amount == sum(rest.values())


def test_the_same_in_the_lake(office: Desk) -> None:
    section = office.only("resource", period=TO_DATE, top=EVERY)

    assert amounts(section.rows) == office.books.gross.during(TO_DATE).by("resource")
    assert {tuple(row.key.values()): row.comparable.amount for row in section.rows} == office.books.gross.during(JUDGED).by(
        "resource"
    )
    adds_up(section)


def test_a_month_that_is_over_is_compared_as_a_whole(office: Desk) -> None:
    answer = office.breakdown("service", period=OCTOBER, top=EVERY)

    assert answer.judged is None
    assert answer.basics.query.compare == SEPTEMBER
    assert previous(answer.sections[0].rows) == {
        key: cost
        for key, cost in office.books.gross.during(SEPTEMBER).by("service").items()
        if key in amounts(answer.sections[0].rows)
    }
    assert all(row.comparable == row.amount for row in answer.sections[0].rows)


def test_a_whole_running_month_is_compared_like_a_month_to_date(office: Desk) -> None:
    answer = office.breakdown(period=NOVEMBER)

    assert (answer.judged, answer.basics.query.compare) == (JUDGED, OCTOBER_1_TO_19)


def test_a_filter_is_compared_on_the_days_that_its_own_sources_have(office: Desk) -> None:
    answer = office.breakdown(period=TO_DATE, filters=(Filter("provider", ("AWS",)),))

    assert [source.name for source in answer.basics.completeness.sources] == ["aws"]
    assert answer.judged == days("2026-11-01", "2026-11-20")
    assert answer.basics.query.compare == days("2026-10-01", "2026-10-20")


def test_days_that_are_all_incomplete_are_not_compared_at_all(office: Desk) -> None:
    answer = office.breakdown("service", period=Period(TODAY - DAY, TODAY + DAY))

    (section,) = answer.sections
    assert section.total.amount == office.books.gross.during(Period(TODAY - DAY, TODAY + DAY)).total() > 0
    assert answer.basics.query.compare is None
    assert (section.previous, section.remainder_previous, answer.judged) == (None, None, None)
    assert all(row.previous is None for row in section.rows)
    adds_up(section)


def test_a_named_comparison_of_a_running_month_loses_the_days_that_have_no_counterpart(office: Desk) -> None:
    answer = office.breakdown(period=NOVEMBER, compare=SEPTEMBER)

    assert (answer.judged, answer.basics.query.compare) == (JUDGED, days("2026-09-01", "2026-09-19"))
    assert answer.sections[0].previous is not None
    assert answer.sections[0].previous.amount == office.books.gross.during(days("2026-09-01", "2026-09-19")).total()


def test_a_named_comparison_of_complete_days_is_kept_as_it_is(office: Desk) -> None:
    answer = office.breakdown("account", period=days("2026-11-02", "2026-11-08"), compare=SEPTEMBER, top=EVERY)

    assert answer.basics.query.compare == SEPTEMBER
    assert answer.judged is None
    assert answer.sections[0].previous is not None
    assert answer.sections[0].previous.amount == office.books.gross.during(SEPTEMBER).total()


def test_a_named_comparison_of_incomplete_days_is_given_because_it_was_asked_for(office: Desk) -> None:
    today, yesterday = Period.of_days(TODAY - DAY, TODAY - DAY), Period.of_days(AZURE_LAST, AZURE_LAST)

    answer = office.breakdown(period=today, compare=yesterday)

    assert answer.basics.query.compare == yesterday
    assert answer.sections[0].previous is not None
    assert answer.sections[0].previous.amount == office.books.gross.during(yesterday).total()


def test_what_was_not_there_before_was_nothing_and_what_is_gone_stays_in_the_remainder(tmp_path: Path) -> None:
    rows = [usage("3", "2026-09-05", ServiceName="Old"), usage("5", "2026-10-05", ServiceName="New")]
    with desk(tmp_path, {"aws": rows}) as small:
        section = small.only("service")

    assert amounts(section.rows) == {("New",): Decimal(5)}
    assert previous(section.rows) == {("New",): Decimal(0)}
    assert section.remainder_previous is not None
    assert (section.remainder.amount, section.remainder_previous.amount) == (0, 3)


def test_days_before_the_first_bill_are_unknown_and_no_increase(office: Desk) -> None:
    first = office.breakdown("service", period=SEPTEMBER)
    half_known = office.breakdown("service", period=days("2026-09-05", "2026-09-20"))
    named = office.breakdown("service", period=SEPTEMBER, compare=days("2026-08-01", "2026-08-31"))

    for answer in (first, half_known):
        assert answer.basics.query.compare is None
        assert answer.sections[0].previous is None
        assert all(row.previous is None for row in answer.sections[0].rows)
    assert named.sections[0].previous is not None
    assert named.sections[0].previous.amount == 0


AHEAD = date(2030, 1, 1)
CASES = {
    "a month to date": ("2026-11-01..2026-11-22", "2026-11-19", "2026-11-01..2026-11-19", "2026-10-01..2026-10-19"),
    "the first day": ("2026-11-01..2026-11-03", "2026-11-01", "2026-11-01..2026-11-01", "2026-10-01..2026-10-01"),
    "a whole month": ("2026-10-01..2026-10-31", "2026-11-19", "2026-10-01..2026-10-31", "2026-09-01..2026-09-30"),
    "more days than February has": ("2027-03-01..2027-03-31", "2027-03-30", "2027-03-01..2027-03-30", "2027-02-01..2027-02-28"),
    "a leap February": ("2028-03-01..2028-03-29", "2030-01-01", "2028-03-01..2028-03-29", "2028-02-01..2028-02-29"),
    "February, whole": ("2027-02-01..2027-02-28", "2030-01-01", "2027-02-01..2027-02-28", "2027-01-01..2027-01-31"),
    "a week": ("2026-11-09..2026-11-15", "2026-11-19", "2026-11-09..2026-11-15", "2026-11-02..2026-11-08"),
    "the last 7 days": ("2026-11-16..2026-11-22", "2026-11-19", "2026-11-16..2026-11-19", "2026-11-12..2026-11-15"),
    "across a month's end": ("2026-10-20..2026-11-10", "2026-11-19", "2026-10-20..2026-11-10", "2026-09-28..2026-10-19"),
    "a quarter": ("2026-07-01..2026-09-30", "2026-11-19", "2026-07-01..2026-09-30", "2026-04-01..2026-06-30"),
    "over the new year": ("2027-01-01..2027-01-12", "2027-01-10", "2027-01-01..2027-01-10", "2026-12-01..2026-12-10"),
}


@pytest.mark.parametrize("name", CASES)
def test_as_many_days_are_compared_as_are_complete(name: str) -> None:
    asked, through, judged, before = CASES[name]

    found = comparison(CostQuery(days(*asked.split(".."))), date.fromisoformat(through), has_sources=True)

    assert found is not None
    assert (found.judged, found.before) == (days(*judged.split("..")), days(*before.split("..")))


@pytest.mark.parametrize(
    ("asked", "judged", "before"),
    [
        (days("2026-06-01", "2026-11-22"), days("2026-06-01", "2026-11-19"), days("2025-12-01", "2026-05-19")),
        (days("2026-08-01", "2026-10-31"), days("2026-08-01", "2026-10-31"), days("2026-05-01", "2026-07-31")),
        (days("2026-02-01", "2026-03-31"), days("2026-02-01", "2026-03-31"), days("2025-12-01", "2026-01-31")),
    ],
)
def test_months_stand_beside_months(asked: Period, judged: Period, before: Period) -> None:
    found = comparison(CostQuery(asked, granularity=Granularity.MONTH), AZURE_LAST, has_sources=True)

    assert found is not None
    assert (found.judged, found.before) == (judged, before)


def test_weeks_stand_beside_weeks() -> None:
    eight_weeks = days("2026-09-28", "2026-11-22")

    found = comparison(CostQuery(eight_weeks, granularity=Granularity.WEEK), AZURE_LAST, has_sources=True)

    assert found is not None
    assert found.judged.days == found.before.days
    assert (eight_weeks.start - found.before.start).days % 7 == 0
    assert found.before.end <= found.judged.start


@pytest.mark.parametrize(
    ("asked", "judged", "before"),
    [
        (OCTOBER, OCTOBER, SEPTEMBER),
        (days("2026-07-01", "2026-09-30"), days("2026-07-01", "2026-09-30"), days("2026-04-01", "2026-06-30")),
        (days("2026-09-01", "2026-11-30"), days("2026-09-01", "2026-10-31"), days("2026-07-01", "2026-08-31")),
    ],
)
def test_on_the_billing_axis_whole_months_are_compared(asked: Period, judged: Period, before: Period) -> None:
    found = comparison(CostQuery(asked, axis=Axis.BILLING), AZURE_LAST, has_sources=True)

    assert found is not None
    assert (found.judged, found.before) == (judged, before)


def test_an_invoice_month_that_runs_is_not_compared() -> None:
    assert comparison(CostQuery(NOVEMBER, axis=Axis.BILLING), AZURE_LAST, has_sources=True) is None


def test_without_sources_nothing_is_incomplete() -> None:
    found = comparison(CostQuery(OCTOBER), None, has_sources=False)

    assert found is not None
    assert (found.judged, found.before) == (OCTOBER, SEPTEMBER)
    assert comparison(CostQuery(OCTOBER), None, has_sources=True) is None
    assert comparison(CostQuery(Period(AHEAD, AHEAD + DAY)), AZURE_LAST, has_sources=True) is None


def test_the_same_question_a_week_later_compares_more_days(office: Desk) -> None:
    later = Period.of_days(NOVEMBER.start, date(2026, 11, 29))
    office_later = type(office)(office.store, office.executor, office.books, now=datetime(2026, 11, 29, tzinfo=UTC))

    answer = office_later.breakdown(period=later)

    # By then the 21st is as complete as it will ever get, Azure alone is behind; it is waited for.
    assert answer.judged == JUDGED
    assert [source.name for source in answer.basics.completeness.late] == ["aws", "azure"]
