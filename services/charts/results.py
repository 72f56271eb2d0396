"""What a chart is made of and what comes out. Values are plain numbers for drawing; the exact ones stay in the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Series:
    """One named line or stack; as many values as the chart has buckets."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TrendSpec:
    """Stacked bars over time with the previous period as a line. `complete_through`: later buckets are hatched."""

    title: str
    currency: str
    buckets: tuple[date, ...]
    series: tuple[Series, ...]
    previous: tuple[float, ...] = ()
    complete_through: date | None = None
    bucket_days: int = 1
    """1 for days, 7 for weeks, 31 for calendar months."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a name, its value, and the value it is compared with."""

    name: str
    value: float
    previous: float | None = None


@dataclass(frozen=True, slots=True)
class BreakdownSpec:
    """Bars sorted by size, largest on top."""

    title: str
    currency: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class MoversSpec:
    """A waterfall from `before` to `after`; the steps (bars' values are changes) add up to the difference."""

    title: str
    currency: str
    before: Bar
    steps: tuple[Bar, ...]
    after: Bar


ChartSpec = TrendSpec | BreakdownSpec | MoversSpec


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished chart: PNG bytes, and the numbers in words for those who cannot see it."""

    png: bytes
    alt_text: str
    title: str
