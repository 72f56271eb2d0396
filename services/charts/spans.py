"""What a trend is made of before anything is drawn: the stack's layers, the incomplete buckets, the days to name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.charts.words import day
from storage.model.period import DAY, first_of_month

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from services.charts.results import TrendSpec

MONTH_DAYS = 28
"""Buckets of at least as many days are calendar months."""
WEEK_DAYS = 7
DAY_STEPS = (1, 2, 5, 7, 14, 28)
MONTH_STEPS = (1, 2, 3, 4, 6, 12)
MAX_NAMED = 5
"""How many buckets can be named below a chart before the names touch."""
LONG_DAYS = 70
"""Longer spans name months instead of days."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One series of a stack: where each bucket's value begins, and the value. What is negative hangs below zero."""

    starts: tuple[float, ...]
    values: tuple[float, ...]


def stacked(rows: Sequence[Sequence[float]], count: int) -> list[Layer]:
    """Pile series on each other, what is positive upwards and what is negative downwards, so that neither hides the other."""
    above, below = [0.0] * count, [0.0] * count
    layers = []
    for row in rows:
        layers.append(Layer(tuple(above[n] if value >= 0 else below[n] for n, value in enumerate(row)), tuple(row)))
        for n, value in enumerate(row):
            (above if value >= 0 else below)[n] += value
    return layers


def outline(layers: Sequence[Layer], count: int) -> tuple[list[float], list[float]]:
    """The lower and the upper edge of the whole stack, bucket by bucket; 0 where there is nothing on that side."""
    ends = [[start + value for start, value in zip(layer.starts, layer.values, strict=True)] for layer in layers]
    columns = list(zip(*ends, strict=True)) or [()] * count
    return [min((0.0, *column)) for column in columns], [max((0.0, *column)) for column in columns]


def last_day(first: date, days: int) -> date:
    """The last day of the bucket that begins on `first`."""
    return first_of_month(first, 1) - DAY if days >= MONTH_DAYS else first + DAY * (days - 1)


def incomplete(spec: TrendSpec) -> list[bool]:
    """Which buckets have days after `complete_through`; none when that is not known."""
    through = spec.complete_through
    return [through is not None and last_day(first, spec.bucket_days) > through for first in spec.buckets]


def bucket_words(first: date, days: int) -> str:
    """A bucket in words: `5 Nov 2026`, `week of 2 Nov 2026`, `Nov 2026`."""
    if days >= MONTH_DAYS:
        return f"{first:%b %Y}"
    return f"week of {day(first)}" if days >= WEEK_DAYS else day(first)


def named_buckets(buckets: Sequence[date], bucket_days: int) -> list[tuple[int, str]]:
    """The buckets to name on the axis, a handful at most, with short names: `5 Nov`; `Nov`, in January `Jan 2026`."""
    by_month = bucket_days >= MONTH_DAYS or len(buckets) * bucket_days > LONG_DAYS
    if not by_month:
        return [(n, f"{buckets[n].day} {buckets[n]:%b}") for n in _every(len(buckets), DAY_STEPS)]
    months = [first.replace(day=1) for first in buckets]
    starts = [n for n, month in enumerate(months) if n == 0 or months[n - 1] != month]
    if bucket_days < MONTH_DAYS and buckets[0].day > WEEK_DAYS:
        starts = starts[1:]  # the first month is cut: its name would stand beside that of the next
    thinned = [starts[n] for n in _every(len(starts), MONTH_STEPS)]
    return [(n, _month(months[n], months[before])) for before, n in zip([*thinned[:1], *thinned], thinned, strict=False)]


def _every(count: int, steps: Sequence[int]) -> range:
    step = next((step for step in steps if count <= step * MAX_NAMED), -(-count // MAX_NAMED))
    return range(0, count, step)


def _month(month: date, before: date) -> str:
    return f"{month:%b}" if month.year == before.year else f"{month:%b %Y}"
