"""Given anomalies and a bill, when somebody looks, then they see days, names and what can be done, as far as they may."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from services.access.background import Background
from services.access.results import Role
from services.anomalies.days import SHOWN, ChartDays
from services.anomalies.results import Act
from services.errors import NotFoundError
from storage.model.anomaly import AnomalyKind, Ending, SeriesKey, Status, Told
from storage.model.period import Period
from tests.fakes.anomalies import ANA, BEN, CARA, DAN, DAY, NOW, OTHER, ROUTE, S3, Loop, loop, spike
from tests.fakes.bills import DATA, WEB, write_csv
from tests.fakes.company import AWS_LAST, EC2, aws
from tests.fakes.stores import ingest, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from storage.costs import CostStore
    from storage.model.anomaly import Anomaly

OF_THE_BILL = SeriesKey((("account", WEB), ("service", EC2)), "USD")


@pytest.fixture
async def work(tmp_path: Path) -> AsyncIterator[Loop]:
    """Ana is an operator; Cara sees one other account."""
    with loop(tmp_path) as each:
        await each.give(ANA, Role.OPERATOR)
        await each.give(CARA, Role.OPERATOR, account=("222",))
        yield each


async def test_one_anomaly_comes_with_all_that_is_known_about_it(work: Loop) -> None:
    work.open()
    folded = work.open(parent=1, series=SeriesKey((("account", "222"),), "USD"))
    await work.do(Act.CLAIM)
    await work.do(Act.SNOOZE, until=date(2026, 12, 1))
    found = await work.desk.board.alert(1, NOW, drawn=True)
    assert found.acts == (Act.TAKE_OVER, Act.INVESTIGATE, Act.EXPECTED, Act.FALSE_POSITIVE, Act.SNOOZE, *list(Act)[7:10])
    assert [each.id for each in found.members] == [folded.id]
    assert [each.what for each in found.history] == ["opened", "claimed", "snoozed"]
    assert (found.name(ANA), found.name("U9"), found.route) == ("Ana", "U9", ROUTE)
    assert [each.kind for each in found.lessons] == ["snooze"]
    assert [each.day for each in found.days] == [DAY, DAY + timedelta(days=1)]
    assert (await work.desk.board.alert(1, NOW)).days == ()
    assert (await work.desk.board.alert(1, NOW + timedelta(days=30))).lessons == ()


async def test_what_somebody_may_not_see_is_neither_shown_nor_listed(work: Loop) -> None:
    work.open()
    work.open(series=SeriesKey((("account", "222"),), "USD"), parent=1)
    mine = work.open(series=SeriesKey((("account", "222"), ("service", S3)), "USD"))
    cara = await work.person(CARA)
    with pytest.raises(NotFoundError):
        await work.desk.board.alert(1, NOW, person=cara)
    assert [each.id for each in (await work.desk.board.open_ones(cara)).anomalies] == [mine.id]
    await work.give(CARA, Role.OPERATOR, account=("111111111111",))
    whole = await work.desk.board.alert(1, NOW, person=await work.person(CARA))
    assert whole.members == ()


async def test_whoever_is_on_call_sees_the_alert_that_mentions_them_whatever_their_limits(work: Loop) -> None:
    work.open()
    folded = work.open(series=SeriesKey((("account", "333"),), "USD"), parent=1)
    elsewhere = work.open(route=OTHER.id)
    await work.give(DAN, Role.VIEWER, account=("222",))
    dan = await work.person(DAN)
    assert [each.id for each in (await work.desk.board.alert(1, NOW, person=dan)).members] == [folded.id]
    with pytest.raises(NotFoundError):
        await work.desk.board.alert(elsewhere.id, NOW, person=dan)


async def test_open_ones_are_listed_largest_first_and_folded_ones_with_their_alert(work: Loop) -> None:
    small = spike().figures
    work.open(figures=type(small)(small.daily[:1], small.lower, small.upper, 1.0))
    work.open()
    work.open(parent=2)
    work.open(status=Status.RESOLVED)
    listing = await work.desk.board.open_ones(await work.person(BEN))
    assert [each.id for each in listing.anomalies] == [2, 1]
    assert listing.judged.series == 1204


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [(DAY, DAY, [1]), (DAY - timedelta(days=9), DAY, [1]), (DAY + timedelta(days=2), DAY + timedelta(days=9), [])],
)
async def test_the_past_is_what_was_going_on_then(work: Loop, first: date, last: date, found: list[int]) -> None:
    work.open(status=Status.RESOLVED)
    listing = await work.desk.board.past(await work.person(BEN), Period.of_days(first, last))
    assert [each.id for each in listing.anomalies] == found


async def test_what_was_connected_is_no_anomaly_of_the_past(work: Loop) -> None:
    work.open(kind=AnomalyKind.NEW_ACCOUNT, status=Status.RESOLVED, told=Told.SILENT, ending=Ending.NEW_NORMAL)
    told = work.open(kind=AnomalyKind.NEW_ACCOUNT, status=Status.RESOLVED, told=Told.CHANNEL, ending=Ending.NEW_NORMAL)
    listing = await work.desk.board.past(await work.person(BEN), Period.of_days(DAY, DAY))
    assert [each.id for each in listing.anomalies] == [told.id]


# The days of the chart


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CostStore]:
    home = tmp_path_factory.mktemp("bill")
    with opened(home) as store:
        ingest(store, write_csv(home / "aws.csv", aws()))
        yield store


async def days(costs: CostStore, anomaly: Anomaly) -> list[tuple[date, Decimal | None, Decimal | None]]:
    with ThreadPoolExecutor(1) as executor:
        found = await ChartDays(costs, Background(executor)).of(anomaly)
    return [(each.day, each.actual, each.expected) for each in found]


def of_the_bill(**changes: object) -> Anomaly:
    return spike(**{"series": OF_THE_BILL, "through": AWS_LAST, **changes})


async def test_thirty_days_come_from_the_bill_with_what_was_expected_of_each(costs: CostStore) -> None:
    found = await days(costs, of_the_bill())
    assert len(found) == SHOWN
    complete = [each for each in found if each[0] < DAY]
    assert all(actual is not None and expected is not None for _, actual, expected in complete)
    assert all(abs(actual - expected) < expected / 2 for _, actual, expected in complete)  # type: ignore[operator]  # not None


async def test_a_day_that_is_not_complete_is_there_and_later_ones_are_not(costs: CostStore) -> None:
    found = await days(costs, of_the_bill(through=AWS_LAST - timedelta(days=2)))
    assert [each[0] for each in found][-1] == AWS_LAST + timedelta(days=1)


async def test_days_of_the_episode_are_held_against_the_level_from_before_it(costs: CostStore) -> None:
    with ThreadPoolExecutor(1) as executor:
        found = await ChartDays(costs, Background(executor)).of(of_the_bill())
    (first, second) = (each for each in found if DAY <= each.day <= AWS_LAST)
    assert (first.expected, first.lower, first.upper) == (Decimal("300.15"), Decimal("245.15"), Decimal("345.65"))
    assert (second.expected, second.lower, second.upper) == (Decimal(305), Decimal(250), Decimal("350.5"))


async def test_what_is_over_ends_with_its_last_complete_day(costs: CostStore) -> None:
    found = await days(costs, of_the_bill(status=Status.RESOLVED, through=AWS_LAST - timedelta(days=2)))
    assert found[-1][0] == AWS_LAST - timedelta(days=2)


async def test_a_series_that_the_bill_does_not_have_shows_what_was_told(costs: CostStore) -> None:
    found = await days(costs, of_the_bill(series=SeriesKey((("account", "404"), ("service", EC2)), "USD")))
    assert [each[0] for each in found] == [DAY, DAY + timedelta(days=1)]


@pytest.mark.parametrize("kind", [AnomalyKind.SILENCE, AnomalyKind.UNUSED, AnomalyKind.FEE])
async def test_what_usage_does_not_explain_shows_what_was_told(costs: CostStore, kind: AnomalyKind) -> None:
    assert len(await days(costs, of_the_bill(kind=kind))) == 2


async def test_another_currency_is_not_added(costs: CostStore) -> None:
    found = await days(costs, of_the_bill(series=SeriesKey((("account", DATA), ("service", EC2)), "EUR")))
    assert [each[1] for each in found] == [Decimal("812.40"), Decimal("1240.50")]
