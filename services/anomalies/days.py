"""The days of an alert's chart: what the series cost on each of the last thirty, and what was expected of it that morning."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from math import isnan, nan
from typing import TYPE_CHECKING

from services.anomalies.results import DayLine
from storage.engines.base import Slice
from storage.model.anomaly import AnomalyKind
from storage.model.period import Period
from storage.model.query import Basis, Filter, Line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from services.access.background import Background
    from storage.costs import CostStore
    from storage.model.anomaly import Anomaly, SeriesKey

SHOWN = 30
LEARNED = 140
"""Days before those: the judgement looks back ten weeks, and at the fees of three months."""
LATER = 3
"""Incomplete days after the judged one that say something; what is over is not looked at any more."""
USAGE = Filter("charge", ("Usage",))
WITHOUT_USAGE = frozenset({AnomalyKind.SILENCE, AnomalyKind.UNUSED, AnomalyKind.FEE})
"""These are not judged by the usage of a day, so a line of it would explain nothing."""


class ChartDays:
    """Reads the bill anew each time: a restated day is drawn as it is now."""

    def __init__(self, store: CostStore, background: Background) -> None:
        """`background` is the bounded executor of cost questions."""
        self._store, self._background = store, background

    async def of(self, anomaly: Anomaly) -> tuple[DayLine, ...]:
        """Oldest first; only the days that were told where the bill's usage does not explain it. Raises StoreError."""
        if anomaly.kind in WITHOUT_USAGE:
            return told(anomaly)
        return await self._background(self._read, anomaly) or told(anomaly)

    def _read(self, anomaly: Anomaly) -> tuple[DayLine, ...]:
        later = timedelta(days=LATER if anomaly.is_open else 0)
        days = Period.of_days(anomaly.through - timedelta(days=SHOWN + LEARNED), anomaly.through + later)
        amounts = self._amounts(anomaly.series, days)
        if not amounts or min(amounts) > anomaly.through:
            return ()
        first, last = min(amounts), max(*amounts, anomaly.through)
        known = [day for day in days if first <= day <= last]
        lines = _lines(known, [amounts.get(day) for day in known], known.index(anomaly.through))
        return tuple(_as_told(each, anomaly) for each in lines)

    def _amounts(self, series: SeriesKey, days: Period) -> dict[date, Decimal]:
        piece = Slice(
            *(days, (), True),
            lines=(Line.CHARGES,),
            filters=(*series.filters, USAGE),
            measures=(Basis.EFFECTIVE,),
        )
        (answer,) = self._store.run(piece)
        found: dict[date, Decimal] = {}
        for cell in answer.cells:
            amount = cell.amounts[Basis.EFFECTIVE]
            if cell.currency == series.currency and cell.bucket is not None and amount is not None:
                found[cell.bucket] = found.get(cell.bucket, amount * 0) + amount
        return found


def told(anomaly: Anomaly) -> tuple[DayLine, ...]:
    """The days of the episode as they were told; the band is known of the last one only."""
    figures = anomaly.figures
    lines = {each.day: DayLine(each.day, each.value, each.expected) for each in figures.daily}
    last = figures.last
    lines[last.day] = DayLine(last.day, last.value, last.expected, figures.lower, figures.upper)
    return tuple(lines.values())


def _as_told(line: DayLine, anomaly: Anomaly) -> DayLine:
    """Days of the episode are held against the level from before it began, as the message says; never against itself."""
    figures = anomaly.figures
    told_day = next((each for each in figures.daily if each.day == line.day), None)
    if told_day is None:
        return line
    moved = told_day.expected - figures.last.expected
    lower, upper = (max(edge + moved, moved * 0) for edge in (figures.lower, figures.upper))
    return DayLine(line.day, line.actual, told_day.expected, lower, upper)


def _lines(days: Sequence[date], amounts: Sequence[Decimal | None], known: int) -> tuple[DayLine, ...]:
    import numpy as np  # noqa: PLC0415  # takes long to import, and the program starts without it

    from services.anomalies.detection.bands import band  # noqa: PLC0415  # the same

    values = np.array([_cost(value, is_complete=at <= known) for at, value in enumerate(amounts)])
    rows = band(np.array(days, "datetime64[D]"), values, known, count=SHOWN)
    shown = days[-SHOWN:]
    expected, lower, upper = ([_amount(each) for each in row[-len(shown) :]] for row in rows)
    actual = [_amount(float(each)) for each in values[-len(shown) :]]
    return tuple(DayLine(*each) for each in zip(shown, actual, expected, lower, upper, strict=True))


def _cost(amount: Decimal | None, *, is_complete: bool) -> float:
    """A complete day without a charge cost nothing; what one that is not complete will cost is not known."""
    return float(amount) if amount is not None else 0.0 if is_complete else nan


def _amount(value: float) -> Decimal | None:
    return None if isnan(value) else Decimal(repr(float(value)))
