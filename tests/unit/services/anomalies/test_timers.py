"""Given an alert that nobody takes up, when time passes, then those on call are told, then the escalation channel, each once.

The alert was told at noon on Wednesday, 18 November 2026; its route waits 30 minutes and is quiet from 20 to 8 in Berlin.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from services.access.results import Role
from services.anomalies.results import Act
from services.anomalies.timers import Timers
from storage.anomalies import Anomalies
from storage.model.anomaly import Severity, Status, Told
from storage.model.route import Quiet
from tests.fakes.anomalies import ANA, DAN, ESCALATIONS, PAYMENTS, ROUTE, SHOP, Loop, loop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.model.anomaly import Anomaly

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
HALF = timedelta(minutes=30)
NIGHT = Quiet(time(20), time(8), weekends=True)
THERE = replace(ROUTE, quiet=NIGHT, zone="Europe/Berlin")


@dataclass
class Watchman:
    """The timers over a real store; each run is that of a program that was just started."""

    work: Loop
    woken: list[None] = field(default_factory=list)

    async def run(self, now: datetime) -> int:
        """One minute's run."""
        store = Anomalies(self.work.house.database)
        timers = Timers(store, self.work.house.background, self.work.routes, lambda: self.woken.append(None))
        return await timers.run(now)

    async def each_minute(self, first: datetime, last: datetime) -> list[tuple[str, str]]:
        """Every minute of a span, both ends included; what was said, and when."""
        said = []
        while first <= last:
            before = set(self.letters)
            await self.run(first)
            said += [(f"{first:%H:%M}", key) for key in self.letters if key not in before and key != "alert:1"]
            first += timedelta(minutes=1)
        return said

    def route(self, **changes: object) -> None:
        """The one route there is."""
        self.work.routes.known = (replace(THERE, **changes),)

    def alert(self, **changes: object) -> Anomaly:
        """It stands in its channel since noon."""
        self.work.house.clock.now = NOON
        return self.work.open(**{"opened_at": NOON, "remind_at": NOON + HALF, "severity": Severity.MEDIUM, **changes})

    @property
    def now(self) -> Anomaly:
        """The alert as it stands."""
        found = self.work.store.get(1)
        assert found is not None
        return found

    @property
    def letters(self) -> dict[str, tuple[str, int]]:
        """Key → where it goes and how often it was to be shown."""
        return self.work.letter_rows()

    def args(self, key: str) -> str:
        """What a letter was given, as text."""
        with self.work.house.database.read() as connection:
            (args,) = connection.execute("SELECT args FROM letters WHERE key = ?", (key,)).fetchone()
        return str(args)


@pytest.fixture
def watchman(tmp_path: Path) -> Iterator[Watchman]:
    with loop(tmp_path) as work:
        found = Watchman(work)
        found.route()
        yield found


async def test_the_on_call_are_mentioned_and_then_the_channel_is_told_each_once(watchman: Watchman) -> None:
    watchman.alert()
    said = await watchman.each_minute(NOON, NOON + timedelta(hours=3))
    assert said == [("12:30", "alert:1:note:2"), ("13:00", "alert:1:note:3"), ("13:00", "alert:1:escalated:3")]
    assert f"person:{DAN}" in watchman.args("alert:1:note:2")
    assert DAN not in watchman.args("alert:1:note:3") + watchman.args("alert:1:escalated:3")
    assert watchman.letters["alert:1:escalated:3"] == (ESCALATIONS, 1)
    assert [each.what for each in watchman.work.store.history(1)] == ["opened", "reminded", "escalated"]
    assert (watchman.now.status, watchman.now.reminded, watchman.now.remind_at) == (Status.NEW, 2, None)
    assert len(watchman.woken) == 2


async def test_who_was_away_for_hours_is_not_told_everything_at_once(watchman: Watchman) -> None:
    """The program was stopped from noon to three: it goes on with the first step, and waits again before the second."""
    watchman.alert()
    said = await watchman.each_minute(NOON + timedelta(hours=3), NOON + timedelta(hours=4))
    assert said == [("15:00", "alert:1:note:2"), ("15:30", "alert:1:note:3"), ("15:30", "alert:1:escalated:3")]


@pytest.mark.parametrize("act", [Act.ACKNOWLEDGE, Act.CLAIM, Act.INVESTIGATE, Act.FIXED, Act.FALSE_POSITIVE])
@pytest.mark.parametrize("after", [timedelta(minutes=10), timedelta(minutes=45)], ids=["before the mention", "after it"])
async def test_whoever_takes_it_up_stops_it(watchman: Watchman, act: Act, after: timedelta) -> None:
    watchman.alert()
    await watchman.work.give(ANA, Role.OPERATOR)
    await watchman.each_minute(NOON, NOON + after)
    watchman.work.house.clock.now = NOON + after
    await watchman.work.do(act)
    assert await watchman.each_minute(NOON + after, NOON + timedelta(hours=3)) == []


async def test_an_alert_that_was_opened_again_begins_anew(watchman: Watchman) -> None:
    watchman.alert()
    await watchman.work.give(ANA, Role.OPERATOR)
    await watchman.each_minute(NOON, NOON + timedelta(hours=1))
    watchman.work.house.clock.now = NOON + timedelta(hours=2)
    await watchman.work.do(Act.FIXED)
    await watchman.work.do(Act.REOPEN)
    said = await watchman.each_minute(NOON + timedelta(hours=2), NOON + timedelta(hours=4))
    assert [moment for moment, _ in said] == ["14:30", "15:00", "15:00"]


async def test_one_who_acts_at_the_same_moment_wins(watchman: Watchman) -> None:
    seen = watchman.alert()
    await watchman.work.give(ANA, Role.OPERATOR)
    await watchman.work.do(Act.ACKNOWLEDGE)
    timers = Timers(watchman.work.store, watchman.work.house.background, watchman.work.routes, lambda: None)
    assert await timers._remind(seen, NOON + HALF) is False  # what was read before the click
    assert (watchman.now.status, watchman.now.reminded) == (Status.ACKNOWLEDGED, 0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"on_call": ()}, [("12:30", "alert:1:note:2"), ("12:30", "alert:1:escalated:2")]),
        ({"escalate_to": ""}, [("12:30", "alert:1:note:2")]),
        ({"on_call": (), "escalate_to": ""}, []),
        ({"minutes": 60}, [("12:30", "alert:1:note:2"), ("13:30", "alert:1:note:3"), ("13:30", "alert:1:escalated:3")]),
    ],
    ids=["nobody on call", "no escalation channel", "neither", "waits longer"],
)
async def test_a_route_says_who_is_told(watchman: Watchman, changes: dict[str, object], said: list[tuple[str, str]]) -> None:
    watchman.route(**changes)
    watchman.alert()
    assert await watchman.each_minute(NOON, NOON + timedelta(hours=3)) == said


# Quiet hours


@pytest.mark.parametrize(
    ("told", "quiet", "severity", "said"),
    [
        # 19:40 in Berlin: the mention would come at 20:10, so it comes at eight in the morning, and the rest after it
        ("18:40", NIGHT, Severity.MEDIUM, ["07:00", "07:30", "07:30"]),
        ("18:40", NIGHT, Severity.HIGH, ["07:00", "07:30", "07:30"]),
        ("18:40", replace(NIGHT, lets_high_through=True), Severity.HIGH, ["19:10", "19:40", "19:40"]),
        ("18:40", replace(NIGHT, lets_high_through=True), Severity.LOW, ["07:00", "07:30", "07:30"]),
        # 19:15: the mention comes in time, the escalation does not
        ("18:15", NIGHT, Severity.MEDIUM, ["18:45", "07:00", "07:00"]),
    ],
)
async def test_nobody_is_woken(watchman: Watchman, told: str, quiet: Quiet, severity: Severity, said: list[str]) -> None:
    watchman.route(quiet=quiet)
    moment = datetime.combine(NOON.date(), time.fromisoformat(told), tzinfo=UTC)
    watchman.alert(remind_at=moment + HALF, severity=severity)
    found = await watchman.each_minute(moment, NOON + timedelta(hours=21))
    assert [each for each, _ in found] == said


async def test_nobody_is_told_at_the_weekend(watchman: Watchman) -> None:
    """Told on Friday at 19:45 in Berlin."""
    friday = datetime(2026, 11, 20, 18, 45, tzinfo=UTC)
    watchman.alert(remind_at=friday + HALF)
    assert await watchman.each_minute(friday, friday + timedelta(hours=4)) == []
    monday = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    assert watchman.now.remind_at == monday
    assert await watchman.run(monday - timedelta(minutes=1)) == 0
    assert await watchman.run(monday) == 1


# What is not to be reminded of


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.RESOLVED},
        {"status": Status.ACKNOWLEDGED},
        {"told": Told.DIGEST},
        {"route": None},
        {"route": 77},
        {"channel": SHOP, "route": None, "moved": 1},
    ],
    ids=["over", "taken up", "in the digest", "no route", "a route that is gone", "passed on to a channel without one"],
)
async def test_what_is_nobodys_business_any_more_is_let_be(watchman: Watchman, changes: dict[str, object]) -> None:
    watchman.alert(**changes)
    assert await watchman.each_minute(NOON, NOON + timedelta(hours=2)) == []
    assert watchman.now.remind_at is None


# Snoozes and expectations


async def test_what_was_expected_until_a_day_is_said_when_that_is_over(watchman: Watchman) -> None:
    watchman.alert()
    await watchman.work.give(ANA, Role.OPERATOR)
    await watchman.work.do(Act.EXPECTED, until=NOON.date())
    morning = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
    assert await watchman.each_minute(NOON, NOON + timedelta(hours=13)) == []
    assert watchman.now.remind_at == morning, "the day is over at midnight, and the night in Berlin at eight"
    assert await watchman.each_minute(morning, morning + timedelta(hours=2)) == [("07:00", "alert:1:note:4")]
    assert watchman.now.status is Status.EXPECTED
    assert "judged as before" in watchman.args("alert:1:note:4")


async def test_what_was_opened_again_is_not_said_to_be_over(watchman: Watchman) -> None:
    watchman.alert()
    await watchman.work.give(ANA, Role.OPERATOR)
    await watchman.work.do(Act.EXPECTED, until=NOON.date())
    await watchman.work.do(Act.REOPEN)
    await watchman.work.do(Act.ACKNOWLEDGE)
    assert await watchman.each_minute(NOON, NOON + timedelta(hours=24)) == []


async def test_a_snooze_that_ends_is_told_once_in_the_thread(watchman: Watchman) -> None:
    watchman.alert(status=Status.ACKNOWLEDGED, remind_at=None, snoozed_until=NOON + timedelta(hours=1))
    said = await watchman.each_minute(NOON, NOON + timedelta(hours=3))
    assert said == [("13:00", "alert:1:note:2")]
    assert (watchman.now.snoozed_until, watchman.now.channel) == (None, PAYMENTS)
    assert watchman.work.store.history(1)[-1].what == "snooze_over"


async def test_a_snooze_that_ends_at_night_is_told_in_the_morning(watchman: Watchman) -> None:
    midnight = datetime(2026, 11, 19, tzinfo=UTC)
    watchman.alert(status=Status.ACKNOWLEDGED, remind_at=None, snoozed_until=midnight)
    said = await watchman.each_minute(midnight, midnight + timedelta(hours=8))
    assert said == [("07:00", "alert:1:note:2")]


async def test_a_snooze_of_something_that_is_over_ends_silently(watchman: Watchman) -> None:
    watchman.alert(status=Status.RESOLVED, remind_at=None, snoozed_until=NOON + timedelta(hours=1))
    assert await watchman.each_minute(NOON, NOON + timedelta(hours=2)) == []
