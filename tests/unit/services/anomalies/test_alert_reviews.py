"""Given weeks of alerts and feedback, when somebody looks back, then they see what was kept back, and how good it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from services.access.results import Role
from services.anomalies.preview import Previews
from services.anomalies.quality import QualityOf
from services.anomalies.results import Act, Reach
from services.anomalies.tuning import TuningList
from services.errors import UsageError
from storage.model.anomaly import Cause, Driver, Ending, SeriesKey, Status, Suppression, Told
from storage.model.money import Money
from tests.fakes.anomalies import ANA, BEN, CARA, NOW, ORIGIN, ROUTE, S3, SERIES, Loop, loop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from storage.model.anomaly import Anomaly

ELSEWHERE = SeriesKey((("account", "222"), ("service", "Amazon EC2")), "USD")
EUROS = SeriesKey((("account", "111111111111"), ("service", S3)), "EUR")
EXCESS = Decimal("1447.75")
"""Of each of these anomalies."""


@pytest.fixture
async def work(tmp_path: Path) -> AsyncIterator[Loop]:
    """Ana is an operator; four alerts, one of them folded, one older than what is looked at."""
    with loop(tmp_path) as each:
        await each.give(ANA, Role.OPERATOR)
        await each.give(CARA, Role.OPERATOR, account=("222",))
        each.open()
        each.open(series=ELSEWHERE, route=9)
        each.open(series=EUROS)
        each.open(series=ELSEWHERE, parent=1)
        each.open(opened_at=NOW - timedelta(days=91))
        yield each


def first(work: Loop) -> Anomaly:
    found = work.store.get(1)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("reach", "found", "amounts"),
    [
        (Reach.SERIES, [1], [Money(EXCESS, "USD")]),
        (Reach.SERVICE, [1, 2], [Money(2 * EXCESS, "USD")]),
        (Reach.ACCOUNT, [1], [Money(EXCESS, "USD")]),
        (Reach.ROUTE, [1, 3], [Money(EXCESS, "EUR"), Money(EXCESS, "USD")]),
    ],
)
async def test_a_snooze_says_what_it_would_have_kept_back(
    work: Loop, reach: Reach, found: list[int], amounts: list[Money]
) -> None:
    seen = await Previews(work.store, work.house.background).of(first(work), reach, await work.person(ANA), NOW)
    assert sorted(each.id for each in seen.largest) == found
    assert (seen.count, list(seen.amounts), seen.since) == (len(found), amounts, date(2026, 8, 23))


async def test_a_preview_counts_what_its_reader_may_see(work: Loop) -> None:
    second = work.store.get(2)
    assert second is not None
    seen = await Previews(work.store, work.house.background).of(second, Reach.SERVICE, await work.person(CARA), NOW)
    assert [each.id for each in seen.largest] == [2]


async def test_a_preview_of_nothing_is_refused(work: Loop) -> None:
    with pytest.raises(UsageError):
        await Previews(work.store, work.house.background).of(
            first(work).but(route=None), Reach.ROUTE, await work.person(ANA), NOW
        )


async def test_the_tuning_list_has_what_is_in_force_and_what_it_kept_back(work: Loop) -> None:
    await work.do(Act.SNOOZE, until=date(2026, 12, 1), reach=Reach.ROUTE)
    await work.do(Act.FALSE_POSITIVE, 2)
    await work.do(Act.EXPECTED, 3, until=NOW.date())
    work.store.suppress(
        [
            Suppression(1, SERIES, date(2026, 11, 21), Decimal("10.5")),
            Suppression(1, SERIES, date(2026, 11, 22), Decimal(-20)),
            Suppression(1, EUROS, date(2026, 11, 22), Decimal(7)),
        ]
    )
    tuning = TuningList(work.store, work.house.background, work.house.access, work.routes)
    ended, floor, snooze = (await tuning.list(await work.person(ANA), NOW)).lessons
    assert (snooze.kept_back, snooze.amounts) == (3, (Money(Decimal("30.5"), "USD"), Money(Decimal(7), "EUR")))
    assert (snooze.first, snooze.last, snooze.route) == (date(2026, 11, 21), date(2026, 11, 22), ROUTE.name)
    assert (floor.kept_back, floor.first, floor.may_undo) == (0, None, True)
    assert ended.feedback.anomaly == 3

    later = await tuning.list(await work.person(BEN), NOW + timedelta(days=1))
    assert [(each.feedback.kind, each.may_undo) for each in later.lessons] == [("false_positive", False), ("snooze", False)]
    assert later.names == {ANA: "Ana"}
    assert [each.feedback.anomaly for each in (await tuning.list(await work.person(CARA), NOW)).lessons] == [2]


async def test_an_undone_lesson_is_gone_from_the_list(work: Loop) -> None:
    await work.do(Act.FALSE_POSITIVE)
    tuning = TuningList(work.store, work.house.background, work.house.access, work.routes)
    person = await work.person(ANA)
    await work.desk.undo(1, person, ORIGIN)
    assert (await tuning.list(person, NOW)).lessons == ()


async def test_quality_is_measured_by_what_people_did(tmp_path: Path) -> None:
    monday = datetime(2026, 11, 16, 8, tzinfo=UTC)
    fast, slow = monday + timedelta(minutes=10), monday + timedelta(minutes=50)
    with loop(tmp_path) as work:
        work.open(opened_at=monday - timedelta(days=8), cause=None)
        work.open(opened_at=monday, status=Status.FALSE_POSITIVE, acknowledged_at=fast)
        work.open(opened_at=monday, status=Status.RESOLVED, ending=Ending.FIXED, acknowledged_at=slow)
        work.open(opened_at=monday, status=Status.RESOLVED, ending=Ending.BACK, cause=None, route=9)
        work.open(opened_at=monday, status=Status.NEW, cause=Cause(Driver.UNKNOWN), parent=1)
        work.open(opened_at=monday, told=Told.SILENT)
        work.open(opened_at=monday - timedelta(days=1), status=Status.EXPECTED, series=ELSEWHERE)
        found = await QualityOf(work.store, work.house.background, work.routes).quality(await work.person(BEN), NOW)
    this, before, *older = found.weeks
    assert (this.start, this.alerts, this.judged, this.false_positives) == (date(2026, 11, 16), 3, 2, 1)
    assert (this.acknowledged, this.time_to_acknowledge, this.unowned) == (2, timedelta(minutes=30), 1)
    assert (before.start, before.alerts, before.judged, before.expected) == (date(2026, 11, 9), 1, 1, 1)
    assert before.time_to_acknowledge is None
    assert [each.alerts for each in older] == [1, 0, 0, 0, 0, 0]
    assert older[0].unowned == 0, "its route is somebody's"
    assert (found.total.alerts, found.total.judged, found.silent) == (5, 3, 1)
    (again,) = found.offenders
    assert (again.series, again.count, again.excess) == (SERIES, 4, Money(4 * EXCESS, "USD"))


async def test_without_any_alert_quality_says_so(tmp_path: Path) -> None:
    with loop(tmp_path) as work:
        found = await QualityOf(work.store, work.house.background, work.routes).quality(await work.person(BEN), NOW)
    assert (found.total.alerts, found.offenders, len(found.weeks)) == (0, (), 8)
