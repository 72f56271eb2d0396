"""Given alerts that wait, when the minute comes, then each is told where it belongs, when it may be, as many as a channel takes.

The 18th of November 2026 is a Wednesday. The channel of payments takes three alerts a day, and is quiet from 20 to 8 in Berlin.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from services.anomalies import letters
from services.anomalies.posting import Posting
from services.errors import TemporaryError
from services.routes.matching import first
from services.routes.results import Routed
from storage.model.anomaly import Anomaly, Feedback, FeedbackKind, SeriesKey, Severity, Status, Told, route_scope
from storage.model.route import Quiet, Route
from storage.outbox import Outbox
from tests.fakes.anomalies import ACCOUNT, BOSS, EC2, PAYMENTS, ROUTE, SHOP, Loop, loop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
NIGHT = Quiet(time(20), time(8), weekends=True)
LOW, MEDIUM, HIGH = Severity
REST = Route(9, "rest", SHOP)


@dataclass
class Lines:
    """Routes that look at the series alone; some accounts cannot be looked up."""

    known: tuple[Route, ...] = (replace(ROUTE, quiet=NIGHT, zone="Europe/Berlin", a_day=3), REST)
    broken: set[str] = field(default_factory=set)

    async def get(self, number: int) -> Route | None:
        """One by its id."""
        return next((each for each in self.known if each.id == number), None)

    async def of(self, anomaly: Anomaly) -> Routed:
        """Where it belongs."""
        account = anomaly.series.value("account") or ""
        if account in self.broken:
            raise TemporaryError("The bill did not answer.")
        found = first(self.known, {"account": account}, anomaly.severity)
        is_fallback = found is None or not found.match
        return Routed(found, is_fallback=is_fallback, owner=None, why="", channel=found.channel if found else BOSS)


@dataclass
class Post:
    """The posting over a real store."""

    work: Loop
    lines: Lines
    woken: list[None] = field(default_factory=list)
    digests: set[str] = field(default_factory=lambda: {PAYMENTS})

    async def run(self, now: datetime = NOON) -> int:
        """A minute's run, as by a program that was just started: only the store remembers."""
        outbox = Outbox(self.work.house.database)
        wake, covers = lambda: self.woken.append(None), self.digests.__contains__
        posting = Posting(self.work.store, outbox, self.work.house.background, self.lines, wake, covers=covers)
        return await posting.run(now)

    def waiting(self, service: str = EC2, *, account: str = ACCOUNT, excess: int = 100, **changes: object) -> int:
        """Found by the watch, and told nobody yet; its id."""
        series = SeriesKey((("account", account), ("service", service)), "USD")
        stored = self.work.open(series=series, told=Told.WAITING, route=None, channel="", remind_at=None, **changes)
        figures = replace(stored.figures, daily=(replace(stored.figures.last, value=Decimal(excess), expected=Decimal(0)),))
        found = self.work.store.change(stored.but(figures=figures), None)
        assert found is not None
        return found.id

    def of(self, number: int) -> Anomaly:
        """One as it stands."""
        found = self.work.store.get(number)
        assert found is not None
        return found

    def told(self) -> dict[int, Told]:
        """Where each was told."""
        return {each.id: each.told for each in self.work.store.open_ones()}

    @property
    def letters(self) -> dict[str, tuple[str, int]]:
        """Key → where it goes and how often it was to be shown."""
        return self.work.letter_rows()


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with loop(tmp_path) as work:
        yield Post(work, Lines())


async def test_an_alert_is_told_in_the_channel_that_owns_it(post: Post) -> None:
    number = post.waiting(severity=MEDIUM)
    assert await post.run() == 1
    stored = post.of(number)
    assert (stored.told, stored.route, stored.channel) == (Told.CHANNEL, ROUTE.id, PAYMENTS)
    assert stored.remind_at == NOON + timedelta(minutes=30)
    assert post.letters == {f"alert:{number}": (PAYMENTS, 1)}
    assert [each.what for each in post.work.store.history(number)] == ["opened", "posted"]
    assert len(post.woken) == 1


async def test_nothing_is_told_twice(post: Post) -> None:
    post.waiting()
    for minute in range(5):
        await post.run(NOON + timedelta(minutes=minute))
    assert set(post.letters.values()) == {(PAYMENTS, 1)}
    assert len(post.woken) == 1


async def test_what_nobody_owns_comes_by_the_fallback(post: Post) -> None:
    number = post.waiting(account="unknown")
    await post.run()
    stored = post.of(number)
    assert (stored.route, stored.channel) == (REST.id, SHOP)
    assert stored.remind_at is None, "the fallback has nobody on call"


async def test_without_any_route_an_admin_is_told_directly(post: Post) -> None:
    post.lines.known = ()
    number = post.waiting()
    await post.run()
    stored = post.of(number)
    assert (stored.told, stored.route, stored.channel, stored.remind_at) == (Told.CHANNEL, None, BOSS, None)
    assert post.letters == {f"alert:{number}": (BOSS, 1)}


@pytest.mark.parametrize("changes", [{"told": Told.SILENT}, {"status": Status.RESOLVED}, {"status": Status.EXPECTED}])
async def test_what_is_silent_or_over_is_not_told(post: Post, changes: dict[str, object]) -> None:
    stored = post.of(post.waiting())
    assert post.work.store.change(stored.but(**changes), None) is not None
    assert await post.run() == 0
    assert post.letters == {}


async def test_what_is_folded_into_another_is_told_with_that(post: Post) -> None:
    parent = post.waiting()
    post.waiting("S3", parent=parent)
    assert await post.run() == 1
    assert list(post.letters) == [f"alert:{parent}"]


# Quiet hours


@pytest.mark.parametrize(
    ("found", "told"),
    [
        # 20:30 in Berlin: told when its morning begins
        (datetime(2026, 11, 18, 19, 30, tzinfo=UTC), datetime(2026, 11, 19, 7, 0, tzinfo=UTC)),
        # Friday evening: on Monday
        (datetime(2026, 11, 20, 20, 0, tzinfo=UTC), datetime(2026, 11, 23, 7, 0, tzinfo=UTC)),
        # The night in which the clocks are put forward: an hour earlier by UTC
        (datetime(2026, 3, 27, 23, 0, tzinfo=UTC), datetime(2026, 3, 30, 6, 0, tzinfo=UTC)),
    ],
)
async def test_an_alert_of_the_night_waits_for_the_morning(post: Post, found: datetime, told: datetime) -> None:
    number = post.waiting(severity=MEDIUM)
    for moment in (found, found + timedelta(hours=2), told - timedelta(minutes=1)):
        assert await post.run(moment) == 0
    assert post.of(number).told is Told.WAITING
    assert post.of(number).channel == PAYMENTS, "whose it is can be seen already"
    assert await post.run(told) == 1
    assert post.of(number).remind_at == told + timedelta(minutes=30)


async def test_high_passes_where_the_route_says_so(post: Post) -> None:
    night = datetime(2026, 11, 18, 22, tzinfo=UTC)
    lets = replace(NIGHT, lets_high_through=True)
    post.lines.known = (replace(ROUTE, quiet=lets, zone="Europe/Berlin"), REST)
    high, medium = post.waiting(severity=HIGH), post.waiting("S3", severity=MEDIUM)
    assert await post.run(night) == 1
    assert post.told() == {high: Told.CHANNEL, medium: Told.WAITING}
    assert post.of(high).remind_at == night + timedelta(minutes=30)


async def test_what_was_over_before_morning_is_never_told(post: Post) -> None:
    number = post.waiting(severity=LOW)
    await post.run(datetime(2026, 11, 18, 23, tzinfo=UTC))
    assert post.work.store.change(post.of(number).but(status=Status.RESOLVED), None) is not None
    assert await post.run(datetime(2026, 11, 19, 9, tzinfo=UTC)) == 0
    assert post.letters == {}


# What a channel takes a day


async def test_the_most_severe_come_first_and_the_rest_is_the_digests(post: Post) -> None:
    small = post.waiting("a", severity=LOW, excess=900)
    cheap = post.waiting("b", severity=MEDIUM, excess=50)
    dear = post.waiting("c", severity=MEDIUM, excess=500)
    drop = post.waiting("d", severity=MEDIUM, excess=-600)
    high = post.waiting("e", severity=HIGH, excess=10)
    assert await post.run() == 3
    assert post.told() == {
        high: Told.CHANNEL,
        drop: Told.CHANNEL,
        dear: Told.CHANNEL,
        cheap: Told.DIGEST,
        small: Told.DIGEST,
    }
    assert list(post.letters) == [f"alert:{high}", f"alert:{drop}", f"alert:{dear}"]
    left = post.of(cheap)
    assert (left.channel, left.route, left.remind_at) == (PAYMENTS, ROUTE.id, None)
    assert post.work.store.history(cheap)[-1].what == "left_to_the_digest"


async def test_without_a_digest_the_rest_waits_for_the_channels_next_day(post: Post) -> None:
    post.lines.known = (replace(ROUTE, quiet=Quiet(), zone="Europe/Berlin", a_day=1), REST)
    post.digests = set()
    high, medium, low = (post.waiting(each.word, severity=each) for each in (HIGH, MEDIUM, LOW))
    assert await post.run() == 1
    assert post.told() == {high: Told.CHANNEL, medium: Told.WAITING, low: Told.WAITING}
    assert (post.of(medium).channel, post.of(medium).remind_at) == (PAYMENTS, None)
    midnight = datetime(2026, 11, 18, 23, tzinfo=UTC)
    assert await post.run(midnight - timedelta(minutes=1)) == 0
    assert await post.run(midnight) == 1
    assert post.told() == {high: Told.CHANNEL, medium: Told.CHANNEL, low: Told.WAITING}
    post.digests = {PAYMENTS}
    await post.run(midnight + timedelta(minutes=1))
    assert post.of(low).told is Told.DIGEST


async def test_a_day_begins_where_the_channel_is(post: Post) -> None:
    """23:30 of the 18th by UTC is the 19th in Berlin; High passes, so that night counts too."""
    post.lines.known = (replace(ROUTE, quiet=Quiet(), zone="Europe/Berlin", a_day=1), REST)
    evening, late = datetime(2026, 11, 18, 22, 30, tzinfo=UTC), datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
    first_of_day = post.waiting("a")
    await post.run(evening)
    second = post.waiting("b")
    await post.run(evening + timedelta(minutes=1))
    third = post.waiting("c")
    await post.run(late)
    assert post.told() == {first_of_day: Told.CHANNEL, second: Told.DIGEST, third: Told.CHANNEL}


async def test_each_channel_has_a_budget_of_its_own(post: Post) -> None:
    for at in range(4):
        post.waiting(f"service {at}")
    other = post.waiting(account="unknown")
    assert await post.run() == 4
    assert post.of(other).told is Told.CHANNEL


async def test_an_alert_that_is_shown_anew_counts_once(post: Post) -> None:
    number = post.waiting("a")
    await post.run()
    for _ in range(5):
        assert post.work.store.change(post.of(number), None, letters.told(None)) is not None
    assert post.letters == {f"alert:{number}": (PAYMENTS, 6)}
    for service in "bcd":
        post.waiting(service)
    assert await post.run(NOON + timedelta(minutes=1)) == 2


async def test_one_that_grew_is_told_after_all(post: Post) -> None:
    """The watch sets one that the digest had back to waiting, when its severity has risen."""
    post.lines.known = (replace(ROUTE, a_day=1), REST)
    post.waiting("a", severity=HIGH)
    number = post.waiting("b", severity=LOW)
    await post.run()
    assert post.of(number).told is Told.DIGEST
    tomorrow = NOON + timedelta(days=1)
    assert post.work.store.change(post.of(number).but(severity=HIGH, told=Told.WAITING), None) is not None
    assert await post.run(tomorrow) == 1


# Snoozes, and what goes wrong


async def test_a_snooze_of_the_route_keeps_back_what_the_route_takes(post: Post) -> None:
    lesson = Feedback(FeedbackKind.SNOOZE, route_scope(ROUTE.id), date(2026, 11, 17), date(2026, 11, 20), BOSS, NOON)
    post.work.store.teach(lesson)
    mine, other = post.waiting(), post.waiting(account="unknown")
    assert await post.run() == 1
    assert post.told() == {mine: Told.SILENT, other: Told.CHANNEL}
    (kept,) = post.work.store.suppressions(date(2026, 1, 1))
    assert (kept.series, kept.excess) == (post.of(mine).series, Decimal(100))
    assert post.of(mine).route == ROUTE.id, "so that it is told when the snooze is over"


async def test_one_that_cannot_be_placed_does_not_hold_up_the_others(post: Post) -> None:
    post.lines.broken = {"broken"}
    broken, fine = post.waiting(account="broken", severity=HIGH), post.waiting()
    with pytest.raises(TemporaryError):
        await post.run()
    assert post.told() == {broken: Told.WAITING, fine: Told.CHANNEL}
    post.lines.broken = set()
    assert await post.run() == 1
