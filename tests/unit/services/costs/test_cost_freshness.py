"""Freshness: which days are complete is judged from the bill: from its rows, and from what its usage cost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.costs.freshness import complete_through, completeness, is_estimated, reaches
from storage.catalog import Catalog
from storage.model.period import DAY, Period

TODAY = date(2026, 11, 22)  # a Sunday
YESTERDAY = TODAY - DAY
SATURDAY = 5


def bill(*newest: int, weekday: int = 100, weekend: int = 100, days: int = 60) -> dict[date, int]:
    """Day → rows; `newest` are those of the last days, up to yesterday."""
    every = {day: weekend if day.weekday() >= SATURDAY else weekday for day in Period.of_days(TODAY - DAY * days, YESTERDAY)}
    return every | {TODAY - DAY * back: rows for back, rows in enumerate(reversed(newest), 1)}


def money(rows: dict[date, int], **days: str) -> dict[date, Decimal]:
    """Day → what its usage cost: a dollar a row, but for the named days (`d21`)."""
    named = {date(2026, 11, int(name[1:])): Decimal(cost) for name, cost in days.items()}
    return {day: Decimal(count) for day, count in rows.items()} | named


ROWS = {
    "a steady bill": ((100, 100, 100), YESTERDAY),
    "yesterday is thin": ((100, 100, 40), date(2026, 11, 20)),
    "a few rows are missing": ((100, 100, 93), date(2026, 11, 20)),
    "hardly a row is missing": ((100, 100, 99), YESTERDAY),
    "two days are thin": ((100, 80, 40), date(2026, 11, 19)),
    "four days are thin": ((70, 60, 50, 40), date(2026, 11, 17)),
    "the hole is older than the tail": ((20, 100, 100, 100, 100), YESTERDAY),
    "more rows than ever": ((100, 100, 900), YESTERDAY),
}


@pytest.mark.parametrize("name", ROWS)
def test_the_last_complete_day_by_its_rows(name: str) -> None:
    newest, expected = ROWS[name]

    assert complete_through(bill(*newest), {}, TODAY) == expected


def test_a_quiet_weekend_is_no_incomplete_one() -> None:
    assert complete_through(bill(weekend=30), {}, TODAY) == YESTERDAY
    assert complete_through(bill(12, weekend=30), {}, TODAY) == date(2026, 11, 20)


def test_a_day_with_all_rows_and_a_part_of_the_money_is_incomplete() -> None:
    rows = bill()

    assert complete_through(rows, money(rows), TODAY) == YESTERDAY
    assert complete_through(rows, money(rows, d21="60"), TODAY) == date(2026, 11, 20)
    assert complete_through(rows, money(rows, d21="60", d20="88"), TODAY) == date(2026, 11, 19)
    assert complete_through(rows, money(rows, d21="95"), TODAY) == YESTERDAY


def test_a_smaller_bill_is_believed_after_some_days() -> None:
    for days, through in ((1, date(2026, 11, 20)), (4, date(2026, 11, 17)), (6, date(2026, 11, 17)), (8, YESTERDAY)):
        rows = bill(*[50] * days)
        assert complete_through(rows, money(rows), TODAY) == through


def test_a_restless_bill_may_fall_further() -> None:
    restless = {day: 100 if day.isocalendar().week % 2 else 80 for day in Period.of_days(TODAY - DAY * 60, YESTERDAY)}

    assert complete_through(restless | {YESTERDAY: 78}, {}, TODAY) == YESTERDAY
    assert complete_through(restless | {YESTERDAY: 40}, {}, TODAY) == date(2026, 11, 20)


def test_a_spike_weeks_ago_makes_no_later_day_thin() -> None:
    rows = bill() | {date(2026, 11, 14): 5000}

    assert complete_through(rows, money(rows), TODAY) == YESTERDAY


def test_today_is_never_complete() -> None:
    assert complete_through({**bill(), TODAY: 100}, {}, TODAY) == YESTERDAY
    assert complete_through({TODAY: 100}, {}, TODAY) is None
    assert complete_through({}, {}, TODAY) is None


def test_a_new_bill_is_held_against_its_typical_day() -> None:
    young = bill(days=5)

    assert complete_through(young, {}, TODAY) == YESTERDAY
    assert complete_through(young | {YESTERDAY: 50}, {}, TODAY) == date(2026, 11, 20)
    assert complete_through({YESTERDAY: 3}, {}, TODAY) == YESTERDAY


def test_days_that_are_over_for_long_are_complete_whatever_they_look_like() -> None:
    old = {date(2024, 9, day): 100 if day < 30 else 1 for day in range(1, 31)}

    assert complete_through(old, money(old), TODAY) == date(2024, 9, 30)


@given(st.dictionaries(st.dates(TODAY - DAY * 40, TODAY + DAY * 3), st.integers(1, 500)))
def test_what_is_complete_is_a_day_of_the_bill_and_not_far_from_its_end(charges: dict[date, int]) -> None:
    through = complete_through(charges, {}, TODAY)

    past = sorted(day for day in charges if day < TODAY)
    assert through in [None, *past]
    assert len([day for day in past if through is None or day > through]) <= 4


def catalog(**sources: dict[date, int]) -> Catalog:
    """A catalog that knows nothing but charges a day."""
    return Catalog(1, (), {}, {}, {}, sources)


def span(first: date, last: date, rows: int = 10) -> dict[date, int]:
    """So many charges every day."""
    return dict.fromkeys(Period.of_days(first, last), rows)


def test_the_sources_of_an_answer_are_those_that_reach_its_period() -> None:
    known = catalog(now=bill(), ended=span(date(2025, 1, 1), date(2025, 6, 30)), later=span(date(2027, 1, 1), date(2027, 1, 9)))

    state = completeness(known, TODAY, Period.month(TODAY))

    assert [source.name for source in state.sources] == ["now"]
    assert (state.through, state.late) == (YESTERDAY, ())


def test_a_closed_account_holds_nobody_back_in_the_month_it_ended_in() -> None:
    march = Period.month(date(2026, 3, 1))
    known = catalog(now=bill(days=400), closed=span(date(2025, 6, 1), date(2026, 3, 10)))

    state = completeness(known, TODAY, march)

    assert [source.name for source in state.sources] == ["closed", "now"]
    assert state.through == YESTERDAY
    assert state.late == ()


def test_when_everything_is_old_all_of_it_is_named() -> None:
    known = catalog(one=span(date(2024, 9, 1), date(2024, 9, 28)), two=span(date(2024, 9, 1), date(2024, 9, 30)))

    state = completeness(known, TODAY, Period.month(TODAY))

    assert [source.name for source in state.sources] == ["one", "two"]
    assert (state.through, state.late) == (date(2024, 9, 30), ())


@pytest.mark.parametrize(("back", "late"), [(1, False), (3, False), (4, True), (30, True), (46, False)])
def test_a_source_is_late_until_it_has_ended(back: int, *, late: bool) -> None:
    known = catalog(aws=bill(), azure=span(date(2026, 6, 1), TODAY - DAY * back))

    state = completeness(known, TODAY, Period.of_days(date(2026, 8, 1), TODAY))

    assert [source.name for source in state.late] == (["azure"] if late else [])


@pytest.mark.parametrize(("back", "through"), [(4, 4), (8, 8), (9, 1), (30, 1)])
def test_one_late_source_is_waited_for_a_week_at_most(back: int, through: int) -> None:
    known = catalog(aws=bill(), azure=span(date(2026, 6, 1), TODAY - DAY * back))

    assert completeness(known, TODAY, Period.month(TODAY)).through == TODAY - DAY * through


def test_a_source_that_begins_today_is_not_late() -> None:
    state = completeness(catalog(new={TODAY: 4}), TODAY, Period.month(TODAY))

    assert (state.through, state.late) == (None, ())


def test_a_day_before_all_data_knows_of_no_complete_day() -> None:
    state = completeness(catalog(aws=bill()), date(2025, 1, 1), Period.month(date(2025, 1, 1)))

    assert (state.through, state.late) == (None, ())
    assert [source.name for source in state.sources] == ["aws"]


def test_only_the_sources_that_a_question_touches_are_named() -> None:
    known = catalog(aws=bill(), azure=span(date(2026, 6, 1), TODAY - DAY * 4))

    assert [each.name for each in completeness(known, TODAY, Period.month(TODAY), only={"aws"}).sources] == ["aws"]


def test_how_far_each_source_reaches() -> None:
    rows = bill()

    found = reaches(catalog(aws=rows, azure=rows), TODAY, {"azure": money(rows, d21="10")})

    assert found == {"aws": YESTERDAY, "azure": date(2026, 11, 20)}


@pytest.mark.parametrize(
    ("month", "today", "estimated"),
    [
        (date(2026, 11, 1), date(2026, 11, 22), True),
        (date(2026, 10, 1), date(2026, 11, 14), True),
        (date(2026, 10, 1), date(2026, 11, 15), False),
        (date(2026, 9, 1), date(2026, 11, 14), False),
        (date(2026, 12, 1), date(2027, 1, 3), True),
    ],
)
def test_a_month_is_estimated_until_the_middle_of_the_next(month: date, today: date, *, estimated: bool) -> None:
    assert is_estimated(Period.month(month), today) is estimated
