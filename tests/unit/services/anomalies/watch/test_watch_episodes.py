"""Given an anomaly, when mornings go by, then it is one episode that ends as it ended, costs what it cost, and is corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from storage.model.anomaly import AnomalyKind, Ending, Happening, Severity, Status, Told
from storage.model.letter import LetterState
from storage.model.period import DAY, Period
from storage.outbox import Outbox
from tests.fakes.bills import WEB
from tests.fakes.watched import EC2, USUAL, Bill, about, changed, ward

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.model.anomaly import Anomaly
    from tests.fakes.watched import Cost, Ward

TENTH, EVER = date(2026, 11, 10), date(2027, 3, 1)
BASE = about("200")


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as made:
        yield made


def bill_of(*days: tuple[date, date, str]) -> Bill:
    return Bill({**USUAL, (WEB, EC2): changed(BASE, *days)})


def cost_of(cost: Cost, first: date, last: date) -> Decimal:
    return sum((Decimal(str(cost(day))) for day in Period.of_days(first, last)), Decimal(0))


def changed_by(watched: Ward, anomaly: Anomaly, **changes: object) -> Anomaly:
    """As if somebody had clicked."""
    now = watched.clock()
    stored = watched.store.change(anomaly.but(**changes), Happening(now, "U1", "clicked"))
    assert stored is not None
    return stored


async def test_it_resolves_itself_after_two_days_back_and_says_what_it_cost(watched: Ward) -> None:
    last = TENTH + 2 * DAY
    bill = bill_of((TENTH, last, "600"))
    await watched.mornings(TENTH, TENTH + 4 * DAY, bill)
    going_on = watched.only
    assert (going_on.status, going_on.until, going_on.through) == (Status.NEW, last, TENTH + 3 * DAY)
    await watched.morning(TENTH + 5 * DAY, bill)
    found = watched.only
    assert (found.status, found.ending, found.remind_at) == (Status.RESOLVED, Ending.BACK, None)
    assert found.ended_at == datetime(2026, 11, 15, 9, tzinfo=UTC)
    expected = sum((day.expected for day in found.figures.daily), Decimal(0))
    assert [day.day for day in found.figures.daily] == list(Period.of_days(TENTH, last))
    assert found.figures.excess == cost_of(bill.lines[WEB, EC2], TENTH, last) - expected
    assert abs(expected - 600) < 6
    assert watched.history(found) == ["opened", "kind", "resolved"]
    assert watched.last_words(found) == (
        f"Two complete days at the level from before. It was {found.figures.excess:,.0f} USD above the expected in 3 days."
    )


async def test_going_back_to_the_level_from_before_is_no_drop(watched: Ward) -> None:
    bill = bill_of((TENTH, TENTH + 9 * DAY, "600"))
    await watched.mornings(TENTH, TENTH + 16 * DAY, bill)
    assert [(each.kind, each.ending) for each in watched.alerts] == [(AnomalyKind.STEP, Ending.BACK)]


async def test_a_level_that_stays_is_a_new_normal_and_not_fixed(watched: Ward) -> None:
    bill = bill_of((TENTH, EVER, "150"))
    await watched.mornings(TENTH, TENTH + 14 * DAY, bill)
    found = watched.only
    assert (found.status, found.ending, len(found.figures.daily)) == (Status.RESOLVED, Ending.NEW_NORMAL, 14)
    assert watched.last_words(found).startswith("The level has stayed: a new normal, not fixed. So far 2,")
    await watched.mornings(TENTH + 15 * DAY, TENTH + 18 * DAY, bill)
    assert len(watched.alerts) == 1


async def test_what_was_called_fixed_and_burns_on_is_opened_again(watched: Ward) -> None:
    bill = bill_of((TENTH, EVER, "600"))
    await watched.mornings(TENTH, TENTH + 2 * DAY, bill)
    fixed = {"status": Status.RESOLVED, "ending": Ending.FIXED, "ended_at": watched.clock(), "acknowledged_by": "U1"}
    changed_by(watched, watched.only, **fixed)
    await watched.morning(TENTH + 3 * DAY, bill)
    assert watched.only.status is Status.RESOLVED, "the day on which it was mended is no proof"
    await watched.morning(TENTH + 4 * DAY, bill)
    found = watched.only
    assert (found.status, found.ending, found.ended_at, found.acknowledged_by) == (Status.NEW, None, None, "")
    assert found.remind_at is not None
    assert watched.last_words(found).startswith("Called fixed on 12 Nov, and 13 Nov was still out of the band. So far 2,39")


async def test_what_was_fixed_stays_so(watched: Ward) -> None:
    bill = bill_of((TENTH, TENTH + 2 * DAY, "600"))
    await watched.mornings(TENTH, TENTH + 2 * DAY, bill)
    changed_by(watched, watched.only, status=Status.RESOLVED, ending=Ending.FIXED, ended_at=watched.clock())
    await watched.mornings(TENTH + 3 * DAY, TENTH + 7 * DAY, bill)
    assert (watched.only.status, watched.only.ending) == (Status.RESOLVED, Ending.FIXED)


async def test_severity_rises_and_does_not_fall(watched: Ward) -> None:
    bill = bill_of((TENTH, EVER, "150"), (TENTH + DAY, TENTH + DAY, "600"))
    await watched.mornings(TENTH, TENTH + DAY, bill)
    assert watched.only.severity is Severity.MEDIUM
    left_to_digest = changed_by(watched, watched.only, told=Told.DIGEST)
    await watched.morning(TENTH + 2 * DAY, bill)
    found = watched.only
    assert (found.severity, found.told) == (Severity.HIGH, Told.WAITING), "it is told after all"
    assert watched.last_words(found).startswith("It is High now: ")
    assert found.id == left_to_digest.id
    await watched.morning(TENTH + 3 * DAY, bill)
    assert watched.only.severity is Severity.HIGH


async def test_the_running_numbers_are_shown_anew_in_the_same_message(watched: Ward) -> None:
    bill = bill_of((TENTH, EVER, "600"))
    await watched.mornings(TENTH, TENTH + DAY, bill)
    told = changed_by(watched, watched.only, told=Told.CHANNEL, channel="C1")
    outbox = Outbox(watched.store._database)
    await watched.morning(TENTH + 2 * DAY, bill)
    delivery = outbox.find(f"alert:{told.id}")
    assert delivery is not None
    assert delivery.state is LetterState.PENDING
    assert outbox.find(f"alert:{told.id}:note:{watched.only.revision}") is None, "numbers that move are no line in the thread"
    await watched.morning(TENTH + 3 * DAY, bill)
    assert outbox.find(f"alert:{told.id}:note:{watched.only.revision}") is not None, "that it has become a step is one"


async def test_restated_numbers_correct_what_was_told(watched: Ward) -> None:
    bill = bill_of((TENTH, EVER, "600"))
    await watched.mornings(TENTH, TENTH + 2 * DAY, bill)
    before = watched.only.figures.excess
    corrected = bill_of((TENTH, TENTH, "900"), (TENTH + DAY, EVER, "600"))
    watched.deliver(corrected, TENTH + DAY, since=TENTH)
    await watched.look(TENTH + 2 * DAY, hour=15)
    found = watched.only
    assert found.figures.excess - before == 300
    assert found.restated.startswith("10 Nov: 798 USD → 1,098 USD; away from the expected: 1,19")
    assert watched.history(found)[-1] == "restated"


async def test_what_vanishes_by_restatement_ends_and_says_so(watched: Ward) -> None:
    await watched.mornings(TENTH, TENTH + 2 * DAY, bill_of((TENTH, EVER, "600")))
    watched.deliver(Bill(USUAL), TENTH + DAY, since=TENTH)
    await watched.look(TENTH + 2 * DAY, hour=15)
    found = watched.only
    assert (found.status, found.ending) == (Status.RESOLVED, Ending.BACK)
    assert watched.last_words(found).startswith(
        "The provider corrected the bill, and nothing is left of it. 10 Nov: 798 USD → 19"
    )
    assert abs(found.figures.excess) < 5


async def test_an_episode_that_is_over_is_corrected_too(watched: Ward) -> None:
    bill = bill_of((TENTH, TENTH, "600"))
    await watched.mornings(TENTH, TENTH + 3 * DAY, bill)
    assert watched.only.ending is Ending.BACK
    watched.deliver(bill_of((TENTH, TENTH, "700")), TENTH + 2 * DAY, since=TENTH)
    await watched.look(TENTH + 3 * DAY, hour=15)
    found = watched.only
    assert (found.status, watched.history(found)[-1]) == (Status.RESOLVED, "restated")
    assert found.restated.startswith("10 Nov: 798 USD → 898 USD")


async def test_a_second_look_at_the_same_bill_does_nothing(watched: Ward) -> None:
    bill = bill_of((TENTH, EVER, "600"))
    await watched.mornings(TENTH, TENTH + DAY, bill)
    found = watched.only
    assert (await watched.look(TENTH + DAY, hour=10)).series == 0
    again = await watched.look(TENTH + DAY, hour=11, anew=True)
    assert (again.series > 0, again.opened, again.changed) == (True, 0, 0)
    assert watched.only == found
    assert len(watched.told) == 4, "what waits is told after every look"


async def test_the_mornings_that_nobody_looked_are_made_up_for(watched: Ward) -> None:
    bill = bill_of((TENTH, TENTH, "600"))
    await watched.morning(TENTH, bill)
    await watched.morning(TENTH + 3 * DAY, bill)
    assert (watched.only.since, watched.only.kind) == (TENTH, AnomalyKind.SPIKE)


async def test_two_programs_that_look_at_once_open_one(watched: Ward) -> None:
    bill = bill_of((TENTH, EVER, "600"))
    await watched.mornings(TENTH, TENTH + DAY, bill)
    found = watched.only
    twin = replace(found, id=0, revision=0)
    assert watched.store.begin(twin, Happening(watched.clock(), "", "opened")) is None
    assert watched.only == found


async def test_a_look_that_was_cut_off_is_repeated(watched: Ward) -> None:
    """Its episodes were written, its marks were not: nothing is opened twice."""
    bill = bill_of((TENTH, EVER, "600"))
    await watched.mornings(TENTH, TENTH + DAY, bill)
    watched.store.mark("looked", "", watched.clock())
    again = await watched.look(TENTH + DAY, hour=10)
    assert (again.opened, len(watched.alerts)) == (0, 1)
