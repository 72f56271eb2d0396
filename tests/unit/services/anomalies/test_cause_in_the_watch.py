"""Given a bill that goes wrong, when the watch looks at it in the morning, then what it stores names the cause."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from services.anomalies.cause.explain import Episode
from services.anomalies.watch.service import Watch
from storage.anomalies import Anomalies
from storage.database import Database
from storage.migrations.state import migrations
from storage.model.anomaly import AnomalyKind, Driver, Ending, Happening
from storage.model.period import DAY, Period
from tests.fakes.anomalies import spike
from tests.fakes.bills import write_csv
from tests.fakes.incidents import FIRST, LARGE, SERIES, SINCE, used
from tests.fakes.stores import ingest, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from storage.costs import CostStore
    from storage.model.anomaly import Anomaly
    from tests.fakes.bills import Row

MORNING = datetime.combine(SINCE + DAY, time(9), UTC)


def fleet(days: Period, hours: str = "240") -> list[Row]:
    """Ten machines' hours, 120 dollars a day."""
    return [row for day in days for row in (used(day, hours, ResourceId="i-1"), used(day, "20", ResourceId="i-2"))]


@contextmanager
def bill(folder: Path, rows: Sequence[Row]) -> Iterator[tuple[CostStore, Anomalies]]:
    """A cost store with the rows, and an empty store of anomalies."""
    database = Database(folder / "state.db", migrations)
    database.open()
    with opened(folder / "home") as costs:
        ingest(costs, write_csv(folder / "bill.csv", rows))
        yield costs, Anomalies(database)
    database.close()


def look(costs: CostStore, store: Anomalies, now: datetime = MORNING) -> Anomaly:
    """The one anomaly of that morning."""
    with ThreadPoolExecutor(1) as executor:
        asyncio.run(Watch(costs, store, executor, lambda: now).look())
    (found,) = store.open_ones()
    return found


def test_the_morning_after_the_cause_stands_with_the_anomaly(tmp_path: Path) -> None:
    rows = [*fleet(Period(FIRST, SINCE)), *fleet(Period(SINCE, SINCE + DAY), "2400")]
    with bill(tmp_path, rows) as (costs, store):
        found = look(costs, store)

    assert (found.series, found.since) == (SERIES, SINCE)
    assert found.cause is not None
    assert (found.cause.driver, found.cause.excess, found.cause.owner) == (Driver.USAGE, Decimal(1080), "shop")
    assert [each.value for each in found.cause.steps] == ["eu-west-1", LARGE, "i-1"]
    assert found.cause.first_seen == FIRST


def test_an_earlier_spike_is_not_what_it_usually_costs(tmp_path: Path) -> None:
    week_before = SINCE - DAY * 7
    quiet = [day for day in Period(FIRST, SINCE) if day != week_before]
    rows = [row for day in quiet for row in fleet(Period(day, day + DAY))]
    rows += fleet(Period(week_before, week_before + DAY), "3600") + fleet(Period(SINCE, SINCE + DAY), "2400")
    with bill(tmp_path, rows) as (costs, store):
        at = datetime.combine(week_before + DAY, time(9), UTC)
        over = spike(
            series=SERIES, since=week_before, until=week_before, through=week_before, cause=None, ending=Ending.BACK, ended_at=at
        )
        store.add(over.but(status=over.status.RESOLVED, opened_at=at, changed_at=at), Happening(at, "", "opened"))
        found = look(costs, store)

    assert found.cause is not None
    assert found.cause.excess == Decimal(1080)
    assert found.cause.rates[0].quantity_before == Decimal(260)


def test_only_complete_days_out_of_the_band_are_explained() -> None:
    anomaly = spike(since=SINCE, until=SINCE + DAY * 3, through=SINCE + DAY * 2)

    assert Episode.of(anomaly) == Episode(anomaly.series, AnomalyKind.SPIKE, SINCE, SINCE + DAY * 2)
    assert Episode.of(anomaly.but(through=SINCE + DAY * 9)).through == SINCE + DAY * 3
    earlier = spike(since=FIRST, until=FIRST + DAY)
    assert Episode.of(anomaly, [earlier]).apart == {FIRST, FIRST + DAY}


def test_what_was_found_on_half_a_day_is_found_anew_when_the_day_is_whole(tmp_path: Path) -> None:
    half = fleet(Period(SINCE, SINCE + DAY), "1200")[:1]
    with bill(tmp_path, [*fleet(Period(FIRST, SINCE)), *half]) as (costs, store):
        early = look(costs, store, MORNING - DAY * 0.5)
        ingest(
            costs, write_csv(tmp_path / "bill.csv", [*fleet(Period(FIRST, SINCE)), *fleet(Period(SINCE, SINCE + DAY), "2400")])
        )
        later = look(costs, store, MORNING)

    assert (early.id, early.figures.last.is_partial) == (later.id, True)
    assert early.cause is not None
    assert later.cause is not None
    assert (early.cause.excess, later.cause.excess) == (Decimal(470), Decimal(1080))
