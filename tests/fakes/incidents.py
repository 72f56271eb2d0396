"""Bills with something planted in them: eight steady weeks of a small service, then whatever a test says, from a Monday on."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from services.anomalies.cause.explain import Episode, explain
from storage.model.anomaly import AnomalyKind, SeriesKey
from storage.model.period import DAY, Period
from tests.fakes.bills import FOCUS_1_2, WEB, usage, write_csv
from tests.fakes.stores import ingest, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from storage.costs import CostStore
    from storage.model.anomaly import Cause
    from tests.fakes.bills import Row

FIRST, SINCE = date(2026, 9, 14), date(2026, 11, 9)
WEEKS_BEFORE = Period(FIRST, SINCE)
EC2 = "Amazon Elastic Compute Cloud"
LARGE, DISK = "EUW1-BoxUsage:m7g.large", "EUW1-EBS:VolumeUsage.gp3"
SERIES = SeriesKey((("account", WEB), ("service", EC2)), "USD")


def used(day: date, quantity: str = "24", price: str = "0.5", **columns: str | None) -> Row:
    """A day of a machine: its hours at its price."""
    cost = str(Decimal(quantity) * Decimal(price))
    return usage(cost, day.isoformat(), **{"SkuMeter": LARGE, "ConsumedQuantity": quantity, **columns})


def steady(days: Period = WEEKS_BEFORE) -> list[Row]:
    """Two machines and a disk, the same every day: 12 + 12 + 2 dollars."""
    return [
        row
        for day in days
        for row in (
            used(day, ResourceId="i-1"),
            used(day, ResourceId="i-2"),
            used(day, "20", "0.1", SkuMeter=DISK, ConsumedUnit="GB-Months", ResourceId="vol-1"),
        )
    ]


def days_from(count: int = 1) -> Period:
    """The days of the incident."""
    return Period(SINCE, SINCE + DAY * count)


@contextmanager
def store_of(folder: Path, rows: Sequence[Row], columns: Sequence[str] = FOCUS_1_2) -> Iterator[CostStore]:
    """A store with one bill."""
    with opened(folder / "home") as store:
        ingest(store, write_csv(folder / "bill.csv", rows, columns))
        yield store


def ask(store: CostStore, series: SeriesKey = SERIES, kind: AnomalyKind = AnomalyKind.SPIKE, days: Period | None = None) -> Cause:
    """The cause of an incident that began on the Monday."""
    span = days or days_from()
    with store.reading() as reading:
        return explain(reading, Episode(series, kind, span.start, span.last))
