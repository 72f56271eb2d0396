"""Given what people said, when the watch looks again, then it heeds that, notes what it kept back, and forgets what is undone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from storage.model.anomaly import Ending, Feedback, FeedbackKind, Happening, SeriesKey, Status, Told
from storage.model.period import DAY
from tests.fakes.bills import DATA, WEB
from tests.fakes.watched import EC2, S3, USUAL, Bill, about, changed, series, ward

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fakes.watched import Ward

TENTH, EVER = date(2026, 11, 10), date(2027, 3, 1)
STEP = Bill({**USUAL, (WEB, EC2): changed(about("200"), (TENTH, EVER, "300"))})


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as made:
        yield made


def taught(
    watched: Ward,
    kind: FeedbackKind,
    scope: SeriesKey | None = None,
    since: date = TENTH,
    until: date | None = None,
    amount: str = "0",
) -> Feedback:
    return watched.store.teach(Feedback(kind, scope or series(), since, until, "U1", watched.clock(), amount=Decimal(amount)))


def kept_back(watched: Ward) -> list[tuple[int, date]]:
    return [(each.feedback, each.day) for each in watched.store.suppressions(TENTH)]


async def test_expected_leaves_it_alone_and_then_judges_it_against_its_new_level(watched: Ward) -> None:
    await watched.morning(TENTH, STEP)
    lesson = taught(watched, FeedbackKind.EXPECTED, until=TENTH + 2 * DAY)
    await watched.mornings(TENTH + DAY, TENTH + 5 * DAY, STEP)
    assert watched.alerts == []
    assert kept_back(watched)[0] == (lesson.id, TENTH)


async def test_undone_it_is_judged_again(watched: Ward) -> None:
    await watched.morning(TENTH, STEP)
    lesson = taught(watched, FeedbackKind.EXPECTED, until=TENTH + 9 * DAY)
    await watched.morning(TENTH + DAY, STEP)
    assert watched.alerts == []
    assert watched.store.undo(lesson.id, "U1", watched.clock())
    assert (await watched.look(TENTH + DAY, hour=10)).opened == 1, "what was undone counts in the next look"
    assert watched.only.series == series()


async def test_what_was_called_expected_comes_back_when_that_is_undone(watched: Ward) -> None:
    await watched.mornings(TENTH, TENTH + DAY, STEP)
    alert, now = watched.only, watched.clock()
    lesson = Feedback(FeedbackKind.EXPECTED, series(), TENTH, TENTH + 9 * DAY, "U1", now, anomaly=alert.id)
    closed = alert.but(status=Status.EXPECTED, ended_at=now.replace(hour=10))
    assert watched.store.change(closed, Happening(now, "U1", "expected"), lessons=[lesson]) is not None
    await watched.mornings(TENTH + 2 * DAY, TENTH + 3 * DAY, STEP)
    assert [each.status for each in watched.alerts] == [Status.EXPECTED]
    (taught_now,) = watched.store.feedback()
    assert watched.store.undo(taught_now.id, "U1", watched.clock())
    await watched.look(TENTH + 3 * DAY, hour=12)
    assert [each.status for each in watched.alerts] == [Status.EXPECTED, Status.NEW]


async def test_a_false_positive_raises_the_floor_of_that_series_alone(watched: Ward) -> None:
    more = {(WEB, EC2): changed(about("200"), (TENTH, TENTH, "100")), (DATA, EC2): changed(about("90"), (TENTH, TENTH, "100"))}
    bill = Bill({**USUAL, **more})
    await watched.morning(TENTH, bill)
    lesson = taught(watched, FeedbackKind.FALSE_POSITIVE, amount="120")
    await watched.morning(TENTH + DAY, bill)
    assert watched.only.series == series(EC2, DATA)
    assert kept_back(watched) == [(lesson.id, TENTH)]
    (kept,) = watched.store.suppressions(TENTH)
    assert 95 < kept.excess < 105


@pytest.mark.parametrize("parts", [(("account", WEB),), (("account", WEB), ("service", EC2)), ()])
async def test_planned_days_are_neither_judged_nor_learned(watched: Ward, parts: tuple[tuple[str, str], ...]) -> None:
    bill = Bill({**USUAL, (WEB, EC2): changed(about("200"), (TENTH, TENTH + 2 * DAY, "600"))})
    await watched.morning(TENTH, bill)
    lesson = taught(watched, FeedbackKind.PLANNED, SeriesKey(parts, ""), until=TENTH + 2 * DAY)
    await watched.mornings(TENTH + DAY, TENTH + 6 * DAY, bill)
    assert watched.alerts == []
    assert (lesson.id, TENTH) in kept_back(watched)


async def test_an_amount_to_remember_is_expected_on_its_day_of_the_month(watched: Ward) -> None:
    licence = (date(2026, 10, 10), date(2026, 10, 10), "400")
    bill = Bill({**USUAL, (WEB, EC2): changed(about("200"), licence, (TENTH, TENTH, "400"))})
    await watched.morning(TENTH, bill)
    taught(watched, FeedbackKind.REMEMBER, since=date(2026, 10, 10), amount="400")
    await watched.morning(TENTH + DAY, bill)
    assert watched.alerts == []


async def test_what_is_snoozed_is_counted_and_told_when_the_snooze_is_over(watched: Ward) -> None:
    await watched.morning(TENTH, STEP)
    lesson = taught(watched, FeedbackKind.SNOOZE, SeriesKey((("service", EC2),), "USD"), until=TENTH + 2 * DAY)
    await watched.morning(TENTH + DAY, STEP)
    assert (watched.only.told, watched.only.is_open) == (Told.SILENT, True)
    assert kept_back(watched) == [(lesson.id, TENTH)]
    await watched.morning(TENTH + 2 * DAY, STEP)
    assert (watched.only.told, len(watched.only.figures.daily)) == (Told.SILENT, 2)
    await watched.morning(TENTH + 3 * DAY, STEP)
    assert watched.only.told is Told.WAITING


async def test_one_series_lessons_are_no_other_series(watched: Ward) -> None:
    bill = Bill({**USUAL, (WEB, S3): changed(about("40"), (TENTH, EVER, "300"))})
    await watched.morning(TENTH, bill)
    taught(watched, FeedbackKind.EXPECTED, series(EC2), until=TENTH + 9 * DAY)
    await watched.morning(TENTH + DAY, bill)
    assert watched.only.series == series(S3)
    assert kept_back(watched) == []


async def test_after_a_new_normal_the_level_is_what_it_became(watched: Ward) -> None:
    bill = Bill({**USUAL, (WEB, EC2): changed(about("200"), (TENTH, EVER, "300"), (TENTH + 16 * DAY, EVER, "700"))})
    await watched.mornings(TENTH, TENTH + 14 * DAY, bill)
    assert watched.only.ending is Ending.NEW_NORMAL
    await watched.mornings(TENTH + 15 * DAY, TENTH + 17 * DAY, bill)
    first, second = watched.alerts
    assert (first.ending, second.status, second.since) == (Ending.NEW_NORMAL, Status.NEW, TENTH + 16 * DAY)
    assert abs(second.figures.last.expected - 500) < 10
