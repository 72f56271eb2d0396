"""Given quiet hours, weekends and time zones, when something is to be told, then it waits until it may be, clock changes and all.

2026: 22 November is a Sunday. Berlin puts its clocks forward on 29 March (02:00 → 03:00) and back on 25 October (03:00 → 02:00).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.anomalies.hours import allowed_from, day_began, due, local_day, quiet_until
from services.clock import local
from storage.model.anomaly import Severity
from storage.model.route import Quiet, Route

NIGHT = Quiet(time(20), time(8))
LUNCH = Quiet(time(12), time(13))
WEEKEND = Quiet(weekends=True)
BOTH = Quiet(time(20), time(8), weekends=True)
ALWAYS_HIGH = Quiet(time(20), time(8), weekends=True, lets_high_through=True)
BERLIN, NEW_YORK, KOLKATA, APIA, BEIRUT = "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Asia/Beirut"


def utc(text: str) -> datetime:
    """`11-22 09:30`, in 2026 unless a year stands before it."""
    return datetime.fromisoformat(text if text[4:5] == "-" else f"2026-{text}").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "zone", "moment", "free"),
    [
        # Nights, over midnight
        (NIGHT, "UTC", "11-18 19:59:59", "11-18 19:59:59"),
        (NIGHT, "UTC", "11-18 20:00", "11-19 08:00"),
        (NIGHT, "UTC", "11-19 00:00", "11-19 08:00"),
        (NIGHT, "UTC", "11-19 07:59:59", "11-19 08:00"),
        (NIGHT, "UTC", "11-19 08:00", "11-19 08:00"),
        # Within a day
        (LUNCH, "UTC", "11-18 12:30", "11-18 13:00"),
        (LUNCH, "UTC", "11-18 13:00", "11-18 13:00"),
        (Quiet(time(0), time(6)), "UTC", "11-18 00:00", "11-18 06:00"),
        (Quiet(time(18), time(0)), "UTC", "11-18 23:00", "11-19 00:00"),
        # None
        (Quiet(), "UTC", "11-21 03:00", "11-21 03:00"),
        (Quiet(time(8), time(8)), "UTC", "11-18 08:00", "11-18 08:00"),
        (Quiet(start=time(8)), "UTC", "11-18 09:00", "11-18 09:00"),
        # Weekends
        (WEEKEND, "UTC", "11-20 23:59", "11-20 23:59"),
        (WEEKEND, "UTC", "11-21 00:00", "11-23 00:00"),
        (WEEKEND, "UTC", "11-22 23:59", "11-23 00:00"),
        # A night, a weekend and a night in one
        (BOTH, "UTC", "11-20 20:00", "11-23 08:00"),
        (BOTH, "UTC", "11-22 12:00", "11-23 08:00"),
        # Where it is: UTC+1 in winter, UTC+2 in summer, UTC+5:30, UTC-5
        (NIGHT, BERLIN, "11-18 18:59", "11-18 18:59"),
        (NIGHT, BERLIN, "11-18 19:00", "11-19 07:00"),
        (NIGHT, BERLIN, "07-15 18:00", "07-16 06:00"),
        (NIGHT, KOLKATA, "11-18 14:30", "11-19 02:30"),
        (NIGHT, NEW_YORK, "11-19 00:59", "11-19 00:59"),
        (NIGHT, NEW_YORK, "11-19 01:00", "11-19 13:00"),
        (WEEKEND, NEW_YORK, "11-21 04:59", "11-21 04:59"),
        (WEEKEND, NEW_YORK, "11-21 05:00", "11-23 05:00"),
        (WEEKEND, APIA, "11-20 11:00", "11-22 11:00"),
        # The night in which an hour is missing, and the one that has an hour twice
        (NIGHT, BERLIN, "03-28 19:00", "03-29 06:00"),
        (NIGHT, BERLIN, "10-24 18:00", "10-25 07:00"),
        (WEEKEND, BERLIN, "03-28 00:00", "03-29 22:00"),
        # It ends at a time that is not shown that night: when the clock jumps
        (Quiet(time(22), time(2, 30)), BERLIN, "03-28 23:00", "03-29 01:00"),
        (Quiet(time(2, 30), time(6)), BERLIN, "03-29 00:59", "03-29 00:59"),
        (Quiet(time(2, 30), time(6)), BERLIN, "03-29 01:00", "03-29 04:00"),
        # It ends at a time that is shown twice: the first time, and it is not quiet again when that comes back
        (Quiet(time(22), time(2, 30)), BERLIN, "10-25 00:10", "10-25 00:30"),
        (Quiet(time(22), time(2, 30)), BERLIN, "10-25 01:10", "10-25 01:10"),
        # A day that begins at one o'clock
        (WEEKEND, BEIRUT, "03-28 12:00", "03-29 21:00"),
    ],
)
def test_it_waits_until_quiet_is_over(quiet: Quiet, zone: str, moment: str, free: str) -> None:
    assert quiet_until(quiet, zone, utc(moment)) == utc(free)


def route(quiet: Quiet = NIGHT, zone: str = "UTC", minutes: int = 30) -> Route:
    return Route(1, "web", "C1", quiet=quiet, zone=zone, minutes=minutes)


@pytest.mark.parametrize("severity", [Severity.LOW, Severity.MEDIUM])
def test_high_passes_where_the_admin_says_so_and_nothing_else_does(severity: Severity) -> None:
    night = utc("11-18 23:00")
    assert allowed_from(route(ALWAYS_HIGH), Severity.HIGH, night) == night
    assert allowed_from(route(ALWAYS_HIGH), severity, night) == utc("11-19 08:00")
    assert allowed_from(route(NIGHT), Severity.HIGH, night) == utc("11-19 08:00")


@pytest.mark.parametrize(
    ("since", "then"), [("11-18 12:00", "11-18 12:30"), ("11-18 19:29", "11-18 19:59"), ("11-18 19:30", "11-19 08:00")]
)
def test_a_reminder_comes_after_the_minutes_and_not_at_night(since: str, then: str) -> None:
    assert due(route(), Severity.MEDIUM, utc(since)) == utc(then)


def test_the_answer_is_utc_wherever_the_question_came_from() -> None:
    asked = datetime(2026, 11, 18, 23, tzinfo=ZoneInfo(BERLIN))
    assert quiet_until(NIGHT, BERLIN, asked).tzinfo is UTC
    assert allowed_from(route(ALWAYS_HIGH), Severity.HIGH, asked).tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "moment", "day", "began"),
    [
        ("UTC", "11-22 09:30", date(2026, 11, 22), "11-22 00:00"),
        (BERLIN, "11-22 23:30", date(2026, 11, 23), "11-22 23:00"),
        (NEW_YORK, "11-22 04:59", date(2026, 11, 21), "11-21 05:00"),
        (KOLKATA, "11-22 18:30", date(2026, 11, 23), "11-22 18:30"),
        (BERLIN, "03-29 12:00", date(2026, 3, 29), "03-28 23:00"),
        (BEIRUT, "03-29 12:00", date(2026, 3, 29), "03-28 22:00"),
        (BEIRUT, "03-28 22:30", date(2026, 3, 29), "03-28 22:00"),
    ],
)
def test_a_day_begins_when_it_does_there(zone: str, moment: str, day: date, began: str) -> None:
    assert (local_day(zone, utc(moment)), day_began(zone, utc(moment))) == (day, utc(began))


ZONES = st.sampled_from([BERLIN, NEW_YORK, KOLKATA, APIA, BEIRUT, "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"])
TIMES = st.times().map(lambda each: each.replace(second=0, microsecond=0))
MOMENTS = st.integers(1_483_228_800, 1_893_456_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
"""2017 to 2029."""


@given(st.builds(Quiet, TIMES, TIMES, st.booleans()), ZONES, MOMENTS)
def test_what_is_free_is_free_and_never_far_away(quiet: Quiet, zone: str, moment: datetime) -> None:
    free = quiet_until(quiet, zone, moment)
    assert moment <= free <= moment + timedelta(days=4, hours=2)
    assert quiet_until(quiet, zone, free) == free
    if free > moment:
        assert quiet_until(quiet, zone, free - timedelta(seconds=1)) == free


@given(ZONES, MOMENTS)
def test_a_moment_lies_in_its_day(zone: str, moment: datetime) -> None:
    began = day_began(zone, moment)
    assert began <= moment < began + timedelta(hours=26)
    assert local_day(zone, began) == local_day(zone, moment)
    assert local_day(zone, began - timedelta(seconds=1)) < local_day(zone, moment)


@given(ZONES, st.dates(date(2017, 1, 1), date(2030, 1, 1)), TIMES)
def test_no_earlier_moment_of_the_day_shows_the_time(zone: str, day: date, clock: time) -> None:
    there = ZoneInfo(zone)
    moment = local(day, clock, there)
    shown = moment.astimezone(there)
    assert (shown.date(), shown.time()) >= (day, clock)
    assert (moment - timedelta(seconds=1)).astimezone(there).replace(tzinfo=None) < datetime.combine(day, clock)
