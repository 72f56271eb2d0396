"""Given a time on somebody's clock, when clocks change, then it comes once: not twice, and not never."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from services.clock import next_local

BERLIN, NEW_YORK, LORD_HOWE = (ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe"))
WORKDAYS = (0, 1, 2, 3, 4)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "at", "zone", "expected"),
    [
        ("2026-11-20 07:59", time(9), BERLIN, "2026-11-20 08:00"),
        ("2026-11-20 08:00", time(9), BERLIN, "2026-11-21 08:00"),
        ("2026-11-20 23:30", time(0, 15), BERLIN, "2026-11-21 23:15"),
        ("2026-07-01 12:00", time(9), NEW_YORK, "2026-07-01 13:00"),
        # 29 March: 02:00 becomes 03:00, so there is no 02:30 and it comes at 03:00.
        ("2026-03-28 20:00", time(2, 30), BERLIN, "2026-03-29 01:00"),
        ("2026-03-29 01:00", time(2, 30), BERLIN, "2026-03-30 00:30"),
        # 25 October: 02:30 comes twice; the first counts.
        ("2026-10-24 20:00", time(2, 30), BERLIN, "2026-10-25 00:30"),
        ("2026-10-25 00:30", time(2, 30), BERLIN, "2026-10-26 01:30"),
        # Half an hour is enough for a gap: 02:00 becomes 02:30.
        ("2026-10-03 12:00", time(2, 10), LORD_HOWE, "2026-10-03 15:30"),
    ],
)
def test_the_next_time_on_a_clock(after: str, at: time, zone: ZoneInfo, expected: str) -> None:
    assert next_local(utc(after), at, zone) == utc(expected)


def test_only_on_some_weekdays() -> None:
    friday = utc("2026-11-20 09:00")
    assert next_local(friday, time(9), BERLIN, WORKDAYS) == utc("2026-11-23 08:00")
    with pytest.raises(ValueError, match="never"):
        next_local(friday, time(9), BERLIN, ())


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, LORD_HOWE, ZoneInfo("America/Sao_Paulo"), ZoneInfo("Asia/Kathmandu")])
def test_in_a_year_it_comes_on_each_day_once(zone: ZoneInfo) -> None:
    for at in (time(0), time(1, 59), time(2, 30), time(23, 59)):
        moment, seen = utc("2025-12-31 12:00"), []
        while moment < utc("2027-01-01 00:00"):
            moment = next_local(moment, at, zone)
            seen.append(moment.astimezone(zone).date())
        assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(seen))
