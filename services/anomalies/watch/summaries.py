"""One summary in place of an alert for each thing in an account that was connected; on the very first look, one for all of them.

It is kept as an episode that is over: what came in with a history of its own is a new normal from the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.watch import words
from services.anomalies.watch.firsts import ACCOUNTS, SERVICES
from storage.model.anomaly import (
    Anomaly,
    AnomalyKind,
    DayFigure,
    Ending,
    Figures,
    Happening,
    SeriesKey,
    Severity,
    Status,
    Told,
)
from storage.model.letter import Letter

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from services.anomalies.watch.morning import Morning
    from services.anomalies.watch.rows import Row
    from storage.anomalies import Anomalies

MOST_PARTS = 20
"""The largest, of which a summary keeps a line each."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What is told (its channel is whoever routes it), and the parts that are listed."""

    whole: Anomaly
    parts: tuple[Anomaly, ...]


def summaries(morning: Morning, connected: Collection[str], now: datetime, *, is_first: bool) -> Iterator[Summary]:
    """The first look has one a currency with its accounts; later, each account has one with its services."""
    accounts = [row for row in _rows(morning, ACCOUNTS) if row.key.value("account") in connected and row.known >= 0]
    if is_first:
        for currency in sorted({row.key.currency for row in accounts}):
            yield _summary(SeriesKey((), currency), [row for row in accounts if row.key.currency == currency], morning, now)
        return
    for account in accounts:
        services = [row for row in _rows(morning, SERVICES) if account.key.holds(row.key)]
        yield _summary(account.key, services, morning, now)


def keep(store: Anomalies, summary: Summary, channel: str) -> None:
    """Store it with the letter that tells it, once; without a channel nobody is told."""
    since = summary.whole.since
    if any(each.kind is AnomalyKind.NEW_ACCOUNT for each in store.of_series(summary.whole.series, since)):
        return
    said = Happening(summary.whole.opened_at, "", words.CONNECTED, f"{len(summary.parts)} parts, filled in silently.")
    stored = store.add(summary.whole.but(channel=channel), said, _letter if channel else lambda _: ())
    for part in summary.parts:
        store.add(part.but(parent=stored.id), said)


def _letter(stored: Anomaly) -> Iterable[Letter]:
    return (Letter(f"alert:{stored.id}:summary", "anomalies.summary", {"id": str(stored.id)}, channel=stored.channel),)


def _rows(morning: Morning, by: tuple[str, ...]) -> Iterator[Row]:
    group = morning.rows.groups[by]
    return (group.row(number) for number in range(len(group.keys)))


def _summary(series: SeriesKey, rows: list[Row], morning: Morning, now: datetime) -> Summary:
    kind = AnomalyKind.NEW_SERVICE if series.parts else AnomalyKind.NEW_ACCOUNT
    parts = sorted((_part(row.key, kind, [row], morning, now) for row in rows), key=lambda each: -each.figures.last.value)
    return Summary(_part(series, AnomalyKind.NEW_ACCOUNT, rows, morning, now), tuple(parts[:MOST_PARTS]))


def _part(series: SeriesKey, kind: AnomalyKind, rows: list[Row], morning: Morning, now: datetime) -> Anomaly:
    """The last day that is complete for all of it."""
    through = min(row.through for row in rows)
    value = Decimal(str(round(sum(float(np.nan_to_num(row.values[row.place(through)])) for row in rows), 6)))
    figures = Figures((DayFigure(through, value, value),), value, value, 1.0)
    since = min(row.begins or through for row in rows)
    return Anomaly(
        *(series, kind, Severity.LOW, since, through, through, figures, now, now),
        status=Status.RESOLVED,
        told=Told.SILENT,
        label=morning.labels.get(series.value("account") or ""),
        ending=Ending.NEW_NORMAL,
        ended_at=now,
    )
