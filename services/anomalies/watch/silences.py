"""Data that stopped arriving: of a series that had a charge every day, and of a whole source. Never read as a drop."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.watch.findings import Finding
from services.anomalies.watch.rows import Row
from services.anomalies.watch.rules import DAILY_DAYS, LATE_DAYS, SILENT_DAYS, SILENT_FROM
from services.costs.freshness import QUIET
from storage.engines.base import Slice
from storage.model.anomaly import AnomalyKind, SeriesKey
from storage.model.period import DAY
from storage.model.query import Basis, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from services.anomalies.watch.rows import Group
    from services.costs.freshness import Reaches
    from storage.costs import Reading
    from storage.model.period import Period

    UsualLag = Callable[[str, date, date], int]
    """Of a source that is complete through a day, today: by how many days it usually is behind."""


def silent(group: Group) -> Iterator[Finding]:
    """Series with a charge on each of four weeks, and none on the last complete days that their source has."""
    is_charged = ~np.isnan(group.charged)
    for number in np.flatnonzero(group.known >= DAILY_DAYS + SILENT_DAYS):
        known = int(group.known[number])
        if is_charged[number, known - SILENT_DAYS + 1 : known + 1].any():
            continue
        there = np.flatnonzero(is_charged[number, : known + 1])
        if there.size:
            finding = _stopped(group.row(int(number)), int(there[-1]))
            if finding is not None:
                yield finding


def _stopped(row: Row, last: int) -> Finding | None:
    before = row.charged[last + 1 - DAILY_DAYS : last + 1] if last + 1 >= DAILY_DAYS else row.charged[:0]
    if not before.size or np.isnan(before).any() or row.known - last > DAILY_DAYS:
        return None
    usual = float(np.median(before))
    return None if usual < SILENT_FROM else _finding(row, last + 1, usual)


def _finding(row: Row, since: int, usual: float) -> Finding:
    return Finding(
        *(row.key, AnomalyKind.SILENCE, row.through, row.day(since)),
        *(0.0, usual, usual / 2, usual * 2, max(usual / SILENT_FROM, 1.0)),
    )


def sources(reading: Reading, days: Period, reaches: Reaches, usual_lag: UsualLag) -> Iterator[Row]:
    """What each source sent, in the currency that most of it is in; `days` end with today.

    One that is late sent nothing on the days it should have by now, whatever a part of them cost.
    """
    for key, amounts in _sent(reading, days).items():
        source, yesterday = key.value("source") or "", days.last - DAY
        through = reaches.get(source)
        if through is None or yesterday - through > QUIET:
            continue
        values = np.array([float(amounts.get(day, "nan")) for day in days])
        is_late = (days.last - through).days > max(LATE_DAYS, usual_lag(source, through, days.last) + 1)
        if is_late:
            values[(through - days.start).days + 1 :] = 0.0
        last = yesterday if is_late else through
        yield Row(key, days.start, values, values, (last - days.start).days, (source,) if is_late else ())


def _sent(reading: Reading, days: Period) -> dict[SeriesKey, dict[date, Decimal]]:
    piece = Slice(days, by=("source",), daily=True, lines=(Line.CHARGES,), measures=(Basis.EFFECTIVE, Basis.BILLED))
    found: dict[SeriesKey, dict[date, Decimal]] = {}
    for cell in reading.run(piece).cells:
        amount = cell.amounts[Basis.EFFECTIVE] or cell.amounts[Basis.BILLED]
        if cell.bucket is not None and amount is not None:
            each = found.setdefault(SeriesKey((("source", cell.key[0]),), cell.currency), {})
            each[cell.bucket] = each.get(cell.bucket, Decimal(0)) + amount
    ranked = sorted(found, key=lambda key: (abs(sum(found[key].values())), key.currency))
    return {key: found[key] for key in {key.value("source"): key for key in ranked}.values()}


def late(row: Row, reaches: Reaches) -> Finding | None:
    """A source of `sources`, when it is late."""
    through = reaches.get(row.key.value("source") or "")
    if not row.late or through is None:
        return None
    since = row.place(through) + 1
    before = row.values[max(since - DAILY_DAYS, 0) : since]
    if not before.size or np.isnan(before).all():
        return None
    return _finding(row, since, float(np.nanmedian(before)))
