"""Given the 21st of November 2026, when somebody names a period, then those days and no others are meant."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.parse.periods import Calendar, read_period
from services.errors import UsageError
from storage.model.period import Period
from tests.fakes.grammars import TODAY, understood

FIRST_TO_LAST = {
    "today": ("2026-11-21", "2026-11-21"),
    "yesterday": ("2026-11-20", "2026-11-20"),
    "1d": ("2026-11-20", "2026-11-20"),
    "7d": ("2026-11-14", "2026-11-20"),
    "30d": ("2026-10-22", "2026-11-20"),
    "365d": ("2025-11-21", "2026-11-20"),
    "2w": ("2026-11-02", "2026-11-15"),
    "last 7d": ("2026-11-14", "2026-11-20"),
    "last 7 days": ("2026-11-14", "2026-11-20"),
    "past 30 days": ("2026-10-22", "2026-11-20"),
    "7 days": ("2026-11-14", "2026-11-20"),
    "last day": ("2026-11-20", "2026-11-20"),
    "week": ("2026-11-16", "2026-11-21"),
    "this week": ("2026-11-16", "2026-11-21"),
    "wtd": ("2026-11-16", "2026-11-21"),
    "last week": ("2026-11-09", "2026-11-15"),
    "last 2 weeks": ("2026-11-02", "2026-11-15"),
    "month": ("2026-11-01", "2026-11-21"),
    "mtd": ("2026-11-01", "2026-11-21"),
    "MTD": ("2026-11-01", "2026-11-21"),
    "month to date": ("2026-11-01", "2026-11-21"),
    "this month": ("2026-11-01", "2026-11-21"),
    "current month": ("2026-11-01", "2026-11-21"),
    "last month": ("2026-10-01", "2026-10-31"),
    "Last Month": ("2026-10-01", "2026-10-31"),
    "last\u00a0month": ("2026-10-01", "2026-10-31"),
    "previous month": ("2026-10-01", "2026-10-31"),
    "last 3 months": ("2026-08-01", "2026-10-31"),
    "quarter": ("2026-10-01", "2026-11-21"),
    "qtd": ("2026-10-01", "2026-11-21"),
    "last quarter": ("2026-07-01", "2026-09-30"),
    "last 4 quarters": ("2025-10-01", "2026-09-30"),
    "year": ("2026-01-01", "2026-11-21"),
    "ytd": ("2026-01-01", "2026-11-21"),
    "year to date": ("2026-01-01", "2026-11-21"),
    "last year": ("2025-01-01", "2025-12-31"),
    "last 2 years": ("2024-01-01", "2025-12-31"),
    "2026-03": ("2026-03-01", "2026-03-31"),
    "2024-02": ("2024-02-01", "2024-02-29"),
    "2026-3": ("2026-03-01", "2026-03-31"),
    "2026": ("2026-01-01", "2026-12-31"),
    "2100": ("2100-01-01", "2100-12-31"),
    "2000": ("2000-01-01", "2000-12-31"),
    "2026-03-01": ("2026-03-01", "2026-03-01"),
    "2026-03-01..2026-03-15": ("2026-03-01", "2026-03-15"),
    "2026-03-01...2026-03-15": ("2026-03-01", "2026-03-15"),
    "2026-03-01…2026-03-15": ("2026-03-01", "2026-03-15"),
    "2026-03-01–2026-03-15": ("2026-03-01", "2026-03-15"),
    "2026-03-01—2026-03-15": ("2026-03-01", "2026-03-15"),
    "2026-03-01−2026-03-15": ("2026-03-01", "2026-03-15"),
    "2026-03-01--2026-03-15": ("2026-03-01", "2026-03-15"),
    "2026-03-01-2026-03-15": ("2026-03-01", "2026-03-15"),
    "2026-03-01/2026-03-15": ("2026-03-01", "2026-03-15"),
    "2026–03–01": ("2026-03-01", "2026-03-01"),
    "２０２６-03-01": ("2026-03-01", "2026-03-01"),
    "2026-03-01 .. 2026-03-15": ("2026-03-01", "2026-03-15"),
    "2026-03-01 - 2026-03-15": ("2026-03-01", "2026-03-15"),
    "2026-03-01 – 2026-03-15": ("2026-03-01", "2026-03-15"),
    "2026-03-01 to 2026-03-15": ("2026-03-01", "2026-03-15"),
    "from 2026-03-01 until 2026-03-15": ("2026-03-01", "2026-03-15"),
    "2026-03-01..today": ("2026-03-01", "2026-11-21"),
    "2026-03-01 to yesterday": ("2026-03-01", "2026-11-20"),
    "2026-03-01..2026-03-01": ("2026-03-01", "2026-03-01"),
    "2026-01..2026-03": ("2026-01-01", "2026-03-31"),
    "2026-01..2026-03-15": ("2026-01-01", "2026-03-15"),
    "2024..2025": ("2024-01-01", "2025-12-31"),
    "march": ("2026-03-01", "2026-03-31"),
    "Mar": ("2026-03-01", "2026-03-31"),
    "nov": ("2026-11-01", "2026-11-30"),
    "december": ("2025-12-01", "2025-12-31"),
    "sept 2025": ("2025-09-01", "2025-09-30"),
    "nov 2026": ("2026-11-01", "2026-11-30"),
    "5 nov 2026": ("2026-11-05", "2026-11-05"),
    "5 nov": ("2026-11-05", "2026-11-05"),
    "1–21 Nov 2026": ("2026-11-01", "2026-11-21"),
    "1-21 nov": ("2026-11-01", "2026-11-21"),
    "28 Feb – 3 Mar 2026": ("2026-02-28", "2026-03-03"),
    "29 Feb – 3 Mar 2024": ("2024-02-29", "2024-03-03"),
    "28 Dec 2025 – 3 Jan 2026": ("2025-12-28", "2026-01-03"),
    "28 dec to 3 jan 2026": ("2025-12-28", "2026-01-03"),
    "nov to feb": ("2025-11-01", "2026-02-28"),
    "january to march 2026": ("2026-01-01", "2026-03-31"),
    '"last month"': ("2026-10-01", "2026-10-31"),
    "last month?": ("2026-10-01", "2026-10-31"),
    "for last month": ("2026-10-01", "2026-10-31"),
    "in the last 7 days": ("2026-11-14", "2026-11-20"),
    "--7d": ("2026-11-14", "2026-11-20"),
}


@pytest.mark.parametrize(("words", "days"), FIRST_TO_LAST.items())
def test_a_period_has_its_first_and_its_last_day(words: str, days: tuple[str, str]) -> None:
    first, last = (date.fromisoformat(day) for day in days)

    assert understood(words).period == Period.of_days(first, last)


@pytest.mark.parametrize(
    ("words", "quoted"),
    [
        ("2026-02-30", "2026-02-30"),
        ("2026-13", "2026-13"),
        ("2026-00", "2026-00"),
        ("2026-03-00", "2026-03-00"),
        ("30 feb 2026", "30 feb 2026"),
        ("2026-03-15..2026-03-01", "2026-03-15..2026-03-01"),
        ("2026-03..2026-01", "2026-03..2026-01"),
        ("today to yesterday", "today to yesterday"),
        ("21-1 nov 2026", "21-1"),
        ("0d", "0d"),
        ("last 0 days", "0"),
        ("1999", "1999"),
        ("2101", "2101"),
        ("0000-01-01", "0000-01-01"),
        ("9999-12-31", "9999-12-31"),
        ("1999-12-31..2000-01-01", "1999-12-31"),
        ("99999d", "99999d"),
        ("99999999999999999999999d", "99999999999999999999999d"),
        ("last 99999 years", "years"),
        ("last 40 years", "last 40 years"),
        ("2026-03-01..", "2026-03-01.."),
        ("..2026-03-01", "..2026-03-01"),
        ("20260301", "20260301"),
        ("03/15/2026", "03/15/2026"),
        ("2026.03.01", "2026.03.01"),
    ],
)
def test_a_period_that_cannot_be_is_refused_by_name(words: str, quoted: str) -> None:
    with pytest.raises(UsageError) as refused:
        understood(words)

    assert quoted in refused.value.sentence
    assert refused.value.remedy


def test_a_month_to_date_on_the_first_is_that_one_day() -> None:
    assert understood("month", today=date(2026, 3, 1)).period == Period.month(date(2026, 3, 1)).until(date(2026, 3, 1))


def test_last_month_in_january_is_in_the_year_before() -> None:
    assert understood("last month", today=date(2026, 1, 5)).period == Period.month(date(2025, 12, 1))


def test_a_month_without_a_year_is_the_latest_that_has_begun() -> None:
    assert understood("november", today=date(2026, 11, 1)).period == Period.month(date(2026, 11, 1))
    assert understood("november", today=date(2026, 10, 31)).period == Period.month(date(2025, 11, 1))


@pytest.mark.parametrize(
    ("week_start", "this_week", "last_week"),
    [(0, "2026-11-16", "2026-11-09"), (6, "2026-11-15", "2026-11-08"), (5, "2026-11-21", "2026-11-14")],
)
def test_weeks_begin_on_the_configured_day(week_start: int, this_week: str, last_week: str) -> None:
    first = date.fromisoformat(this_week)

    assert understood("week", week_start=week_start).period == Period.of_days(first, TODAY)
    assert understood("last week", week_start=week_start).period == Period(date.fromisoformat(last_week), first)


@pytest.mark.parametrize(
    ("starts", "words", "first", "last"),
    [
        (4, "year", "2026-04-01", "2026-11-21"),
        (4, "last year", "2025-04-01", "2026-03-31"),
        (4, "quarter", "2026-10-01", "2026-11-21"),
        (12, "year", "2025-12-01", "2026-11-21"),
        (2, "quarter", "2026-11-01", "2026-11-21"),
        (2, "last quarter", "2026-08-01", "2026-10-31"),
        (2, "2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_quarters_and_years_follow_the_fiscal_year(starts: int, words: str, first: str, last: str) -> None:
    period = understood(words, fiscal_year_start=starts).period

    assert period == Period.of_days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("today", [date.min, date(2000, 1, 1), date(2100, 12, 31), date.max])
@pytest.mark.parametrize("words", ["yesterday", "last year", "last week", "week", "march", "december", "last 99999 days"])
def test_at_the_edges_of_the_calendar_there_is_a_period_or_a_refusal(today: date, words: str) -> None:
    try:
        found = read_period(words.split(), Calendar(today))
    except UsageError:
        found = None
    assert found is None or 2000 <= found[0].start.year <= found[0].last.year <= 2100


def test_words_that_begin_no_period_are_left_alone() -> None:
    assert read_period(["service"], Calendar(TODAY)) is None
    assert read_period([], Calendar(TODAY)) is None


def test_what_stands_after_a_period_is_not_taken() -> None:
    assert read_period(["last", "month", "by", "service"], Calendar(TODAY)) == (Period.month(date(2026, 10, 1)), 2)
