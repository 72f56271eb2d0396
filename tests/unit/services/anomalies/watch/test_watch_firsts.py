"""Given something in a bill for the first time, when it is new, then it is told; when it was connected, one summary says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from storage.model.anomaly import AnomalyKind, Ending, SeriesKey, Status, Told
from storage.model.period import DAY
from storage.outbox import Outbox
from tests.fakes.bills import DATA, WEB, usage
from tests.fakes.watched import EC2, USUAL, Bill, about, series, ward

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.model.anomaly import Anomaly
    from tests.fakes.bills import Row
    from tests.fakes.watched import Cost, Ward

TENTH = date(2026, 11, 10)
SHADOW = "100000000666"


@dataclass(frozen=True)
class ToOps:
    """Whatever it is, it is told in one channel."""

    channel: str = "C0OPS"

    async def of(self, _: Anomaly) -> ToOps:
        """Here."""
        return self


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path, routes=ToOps()) as made:
        yield made


def since(first: date, cost: Cost) -> Cost:
    """Nothing before."""
    return lambda day: cost(day) if day >= first else None


def and_also(account: str, service: str, cost: Cost, **more: object) -> Bill:
    return Bill({**USUAL, (account, service): cost}, **more)  # type: ignore[arg-type]  # fields of a bill


async def test_the_very_first_look_tells_nothing_but_one_summary(watched: Ward) -> None:
    looked = await watched.morning(TENTH, Bill(USUAL))
    assert (watched.alerts, looked.connected) == ([], (WEB, DATA))
    (summary,) = watched.summaries
    letter = Outbox(watched.store._database).find(f"alert:{summary.id}:summary")
    assert (summary.status, summary.told, summary.series.parts) == (Status.RESOLVED, Told.SILENT, ())
    assert [each.label for each in watched.store.members(summary.id)] == ["data", "web"]
    assert letter is not None
    await watched.morning(TENTH + DAY, Bill(USUAL))
    assert len(watched.summaries) == 1


async def test_a_service_that_is_new_in_an_account(watched: Ward) -> None:
    bill = and_also(WEB, "Amazon SageMaker", since(TENTH, about("80")))
    await watched.mornings(TENTH, TENTH + DAY, bill)
    found = watched.only
    assert (found.kind, found.since, found.series) == (AnomalyKind.NEW_SERVICE, TENTH, series("Amazon SageMaker"))
    assert found.figures.excess == found.figures.last.value
    await watched.mornings(TENTH + 2 * DAY, TENTH + 14 * DAY, bill)
    assert (watched.only.ending, len(watched.only.figures.daily)) == (Ending.NEW_NORMAL, 14)


async def test_a_service_that_was_there_for_one_day_only(watched: Ward) -> None:
    """Both days come in at once: it is told by what it cost, not by the day after."""
    bill = and_also(WEB, "Amazon SageMaker", lambda day: "80" if day == TENTH else None)
    await watched.morning(TENTH, bill)
    await watched.morning(TENTH + 2 * DAY, bill)
    found = watched.only
    assert (found.kind, found.since, found.figures.excess) == (AnomalyKind.NEW_SERVICE, TENTH, 80)
    await watched.mornings(TENTH + 3 * DAY, TENTH + 4 * DAY, bill)
    assert (watched.only.ending, watched.only.figures.excess) == (Ending.BACK, 80)


async def test_a_few_cents_are_no_news_until_they_are_dollars(watched: Ward) -> None:
    grows = since(TENTH, lambda day: "0.4" if day < TENTH + 2 * DAY else "50")
    await watched.mornings(TENTH, TENTH + 2 * DAY, and_also(WEB, "Amazon Bedrock", grows))
    assert watched.alerts == []
    await watched.morning(TENTH + 3 * DAY, and_also(WEB, "Amazon Bedrock", grows))
    assert (watched.only.kind, watched.only.since) == (AnomalyKind.NEW_SERVICE, TENTH)


async def test_a_region_that_nobody_used_before(watched: Ward) -> None:
    def elsewhere(day: date) -> list[Row]:
        return [usage("25", day.isoformat(), RegionId="ap-east-1", ServiceName=EC2)] if day >= TENTH else []

    await watched.mornings(TENTH, TENTH + DAY, Bill(USUAL, more=elsewhere))
    assert [(each.kind, each.series.parts) for each in watched.alerts] == [(AnomalyKind.NEW_REGION, (("region", "ap-east-1"),))]


async def test_a_new_account_is_one_alert_whatever_is_in_it(watched: Ward) -> None:
    new = {(SHADOW, name): since(TENTH, about("60")) for name in (EC2, "Amazon SageMaker", "AWS Lambda")}
    await watched.mornings(TENTH, TENTH + 3 * DAY, Bill({**USUAL, **new}))
    found = watched.only
    assert (found.kind, found.series) == (AnomalyKind.NEW_ACCOUNT, SeriesKey((("account", SHADOW),), "USD"))
    assert 530 < found.figures.excess < 550


async def test_an_account_that_comes_with_its_history_is_filled_in_silently(watched: Ward) -> None:
    await watched.morning(TENTH, Bill(USUAL))
    azure = replace(and_also("sub-1", "Virtual Machines", about("300")), source="azure")
    azure.lines = {("sub-1", name): about("300") for name in ("Virtual Machines", "Storage", "SQL")}
    looked = await watched.morning(TENTH + DAY, Bill(USUAL), azure)
    assert (looked.connected, watched.alerts) == (("sub-1",), [])
    first, second = watched.summaries
    members = watched.store.members(second.id)
    assert (second.series, len(members), second.channel) == (SeriesKey((("account", "sub-1"),), "USD"), 3, "C0OPS")
    assert {each.told for each in (first, second, *members)} == {Told.SILENT}
    assert second.figures.last.value == sum(each.figures.last.value for each in members)
