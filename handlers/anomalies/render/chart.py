"""The chart of an alert: thirty days, what was expected of them, and the day that stands out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.anomalies.render.words import change, short
from handlers.blocks import words
from services.charts.results import BandSpec, Mark

if TYPE_CHECKING:
    from decimal import Decimal

    from services.anomalies.results import Alert, DayLine

FEWEST = 5
"""Fewer days are told faster than drawn."""


def chart(alert: Alert) -> BandSpec | None:
    """None where there is too little to draw."""
    anomaly, days = alert.anomaly, alert.days
    if len(days) < FEWEST or not any(each.actual is not None for each in days):
        return None
    return BandSpec(
        title=short(anomaly),
        currency=anomaly.series.currency,
        days=tuple(each.day for each in days),
        actual=tuple(_number(each.actual) for each in days),
        expected=_row(tuple(_number(each.expected) for each in days)),
        low=_row(tuple(_number(each.lower) for each in days if _has_band(days))),
        high=_row(tuple(_number(each.upper) for each in days if _has_band(days))),
        marks=tuple(_marks(alert)),
        complete_through=anomaly.through,
    )


def _marks(alert: Alert) -> list[Mark]:
    """The day that is told, and the day it began where that is another."""
    anomaly, last = alert.anomaly, alert.anomaly.figures.last.day
    marks = [Mark(last, f"{words.day(last, anomaly.through)}: {change(anomaly)}")]
    if anomaly.since != last:
        marks.append(Mark(anomaly.since, "began"))
    return marks


def _has_band(days: tuple[DayLine, ...]) -> bool:
    return any(each.lower is not None for each in days) and any(each.upper is not None for each in days)


def _row(values: tuple[float | None, ...]) -> tuple[float | None, ...]:
    """Nothing at all rather than a row without a value."""
    return values if any(value is not None for value in values) else ()


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)
