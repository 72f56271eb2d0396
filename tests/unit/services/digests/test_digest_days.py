"""Given how far the bill reaches, then a digest tells of whole days, weeks and months only, and comes when it is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from services.digests.concern import concerns
from services.digests.slots import expected_through, last_due, next_due, slot_of
from services.digests.spans import spans
from storage.model.anomaly import Anomaly, AnomalyKind, Cause, DayFigure, Driver, Figures, SeriesKey, Severity
from storage.model.digest import MOST_WAIT, Digest, DigestKind, Issue, Outcome
from storage.model.period import Period
from storage.model.query import Filter
from storage.model.scope import Scope

MADE = datetime(2026, 1, 1, tzinfo=UTC)
DIGEST = Digest("C1", DigestKind.DAILY, time(9), "Europe/Berlin", "U1", MADE)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_day_is_held_against_the_same_weekday_and_the_week_before() -> None:
    found = spans(DigestKind.DAILY, date(2026, 11, 19), date(2026, 11, 22))
    assert found.days.text() == "19 Nov 2026"
    assert found.before.text() == "12 Nov 2026"
    assert (found.mean.text(), found.pieces) == ("12–18 Nov 2026", 7)


def test_a_week_is_seven_complete_days() -> None:
    found = spans(DigestKind.WEEKLY, date(2026, 11, 19), date(2026, 11, 22))
    assert found.days.text() == "13–19 Nov 2026"
    assert found.before.text() == "6–12 Nov 2026"
    assert (found.mean.days, found.pieces) == (28, 4)


@pytest.mark.parametrize(("today", "month"), [(date(2026, 11, 14), 9), (date(2026, 11, 15), 10), (date(2026, 12, 2), 10)])
def test_a_month_is_one_that_has_closed(today: date, month: int) -> None:
    found = spans(DigestKind.MONTHLY, today, today)
    assert found.days == Period.month(date(2026, month, 1))
    assert found.before == Period.month(date(2026, month - 1, 1))
    assert (found.mean.end, found.pieces) == (found.days.start, 3)


def test_it_comes_on_its_weekdays_at_its_time_where_it_is() -> None:
    friday = utc("2026-11-20 08:00")
    assert last_due(DIGEST, friday) == friday
    assert next_due(DIGEST, friday) == utc("2026-11-23 08:00")
    at_once = DIGEST.but(wait=0)
    assert last_due(at_once, utc("2026-11-20 20:00")) is None, "so long after, it helps nobody"
    assert last_due(at_once, utc("2026-11-20 19:59")) == friday
    assert last_due(DIGEST.but(made_at=utc("2026-11-20 08:30")), utc("2026-11-20 09:00")) is None, "it was not there then"


def test_a_monthly_one_comes_when_the_month_has_closed() -> None:
    monthly = DIGEST.but(kind=DigestKind.MONTHLY)
    assert next_due(monthly, utc("2026-11-15 08:00")) == utc("2026-12-15 08:00")
    assert last_due(monthly, utc("2026-11-15 09:00")) == utc("2026-11-15 08:00"), "a Sunday, too"


def test_one_that_waits_long_is_told_at_its_deadline() -> None:
    assert last_due(DIGEST.but(wait=MOST_WAIT), utc("2026-11-20 20:00")) == utc("2026-11-20 08:00")


def test_a_week_or_a_month_is_made_up_for_after_days() -> None:
    weekly = DIGEST.but(kind=DigestKind.WEEKLY, weekdays=(0,))
    assert last_due(weekly, utc("2026-11-18 08:00")) == utc("2026-11-16 08:00")
    assert last_due(weekly, utc("2026-11-20 08:00")) is None
    assert last_due(DIGEST.but(kind=DigestKind.MONTHLY), utc("2026-11-24 08:00")) == utc("2026-11-15 08:00")


def test_its_day_is_the_one_on_its_own_calendar() -> None:
    early = DIGEST.but(at=time(0, 15), zone="Asia/Tokyo", weekdays=tuple(range(7)))
    assert slot_of(early, next_due(early, utc("2026-11-19 12:00"))) == date(2026, 11, 20)


@pytest.mark.parametrize(("zone", "at"), [("Europe/Berlin", time(2, 30)), ("America/New_York", time(1, 30))])
def test_in_a_year_with_two_changes_of_the_clock_each_day_has_one(zone: str, at: time) -> None:
    digest, moment, slots = DIGEST.but(zone=zone, at=at, weekdays=tuple(range(7))), utc("2026-01-01 12:00"), []
    while moment < utc("2027-01-01 00:00"):
        moment = next_due(digest, moment)
        slots.append(slot_of(digest, moment))
    assert len(set(slots)) == len(slots) == 365


def test_data_is_expected_as_fresh_as_it_was() -> None:
    issues = [
        Issue(1, date(2026, 11, day), Outcome.TOLD, date(2026, 11, day - lag), MADE, DIGEST) for day, lag in ((20, 3), (19, 2))
    ]
    assert expected_through(issues, date(2026, 11, 23)) == date(2026, 11, 21)
    assert expected_through([], date(2026, 11, 23)) is None


def anomaly(channel: str = "C9", owner: str | None = "web") -> Anomaly:
    day = DayFigure(date(2026, 11, 19), Decimal(900), Decimal(300))
    series = SeriesKey((("account", "1"), ("service", "Amazon EC2")), "USD")
    figures = Figures((day,), Decimal(200), Decimal(400), 2.0)
    found = Anomaly(series, AnomalyKind.SPIKE, Severity.HIGH, day.day, day.day, day.day, figures, MADE, MADE)
    return found.but(channel=channel, cause=Cause(Driver.USAGE, owner=owner))


@pytest.mark.parametrize(
    ("filters", "is_about"),
    [
        ((), True),
        ((Filter("account", ("1", "2")),), True),
        ((Filter("account", ("2",)),), False),
        ((Filter("account", ("2",), negate=True),), True),
        ((Filter("tag:team", ("web",)),), True),
        ((Filter("tag:team", ("data",)),), False),
        ((Filter("region", ("eu-west-1",)),), False),
    ],
)
def test_an_anomaly_is_told_where_it_is_about_the_money(filters: tuple[Filter, ...], is_about: bool) -> None:  # noqa: FBT001  # a table
    assert concerns(anomaly(), DIGEST.but(filters=filters)) is is_about


def test_what_a_channel_was_alerted_of_is_in_its_digest_unless_its_maker_may_not_see_it() -> None:
    elsewhere = DIGEST.but(filters=(Filter("region", ("eu-west-1",)),))
    assert concerns(anomaly(channel="C1"), elsewhere)
    assert not concerns(anomaly(channel="C1"), elsewhere.but(scope=Scope.only(account=("2",))))
    mine = DIGEST.but(scope=Scope.only(tag_team=("web",)))
    assert not concerns(anomaly(channel="C1"), mine), "a whole account's service holds more than the team's rows"
