"""What a chart is made of and what comes out. Values are plain numbers for drawing; the exact ones stay in the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date


@dataclass(frozen=True, slots=True)
class Series:
    """One named line or stack; as many values as the chart has buckets."""

    name: str
    values: tuple[float, ...]
    is_rest: bool = False
    """A remainder (other, untagged), drawn in grey. The usual names for one are recognised without it."""


@dataclass(frozen=True, slots=True)
class TrendSpec:
    """Stacked bars over time with the previous period as a line. `complete_through`: later buckets are hatched.

    The first series stands at the bottom of the stack. A bucket is incomplete when its last day is after `complete_through`.
    """

    title: str
    currency: str
    buckets: tuple[date, ...]
    series: tuple[Series, ...]
    previous: tuple[float, ...] = ()
    complete_through: date | None = None
    bucket_days: int = 1
    """1 for days, 7 for weeks, 31 for calendar months."""

    def __post_init__(self) -> None:
        """Refuse series that do not fit the buckets: that is always somebody's mistake."""
        if any(len(each.values) != len(self.buckets) for each in self.series) or self.bucket_days < 1:
            msg = "every series has one value a bucket, and a bucket has at least one day"
            raise ValueError(msg)

    def amounts(self) -> Iterator[float]:
        """Every number that is to be drawn."""
        yield from (value for each in self.series for value in each.values)
        yield from self.previous


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a name, its value, and the value it is compared with."""

    name: str
    value: float
    previous: float | None = None
    is_rest: bool = False
    """A remainder (other, untagged), drawn in grey. The usual names for one are recognised without it."""


@dataclass(frozen=True, slots=True)
class BreakdownSpec:
    """Bars sorted by size, largest on top."""

    title: str
    currency: str
    bars: tuple[Bar, ...]

    def amounts(self) -> Iterator[float]:
        """Every number that is to be drawn."""
        yield from (value for bar in self.bars for value in (bar.value, bar.previous or 0))


@dataclass(frozen=True, slots=True)
class MoversSpec:
    """A waterfall from `before` to `after`; the steps (bars' values are changes) add up to the difference.

    A step's `previous` is what it cost before, where that is known.
    """

    title: str
    currency: str
    before: Bar
    steps: tuple[Bar, ...]
    after: Bar

    def amounts(self) -> Iterator[float]:
        """Every number that is to be drawn."""
        yield from (value for bar in (self.before, *self.steps, self.after) for value in (bar.value, bar.previous or 0))


@dataclass(frozen=True, slots=True)
class Mark:
    """A day that is pointed at, and the words that stand by it."""

    day: date
    text: str


Values = tuple[float | None, ...]
"""One value a day; None where there is none."""


@dataclass(frozen=True, slots=True)
class BandSpec:
    """What was spent beside what was expected: actual days, an expected line, and the range around it, of past or future days.

    Days are consecutive and oldest first; every tuple has one value a day, or is empty. `low` and `high` are the range that is
    judged by (80 %), `low_outer` and `high_outer` a wider one (95 %). Days after `complete_through` that have an actual value are
    hatched. `is_cumulative`: values are sums since the first day, so the last expected one is the total.
    """

    title: str
    currency: str
    days: tuple[date, ...]
    actual: Values
    expected: Values = ()
    low: Values = ()
    high: Values = ()
    low_outer: Values = ()
    high_outer: Values = ()
    marks: tuple[Mark, ...] = ()
    budget: Values = ()
    budget_name: str = "budget"
    complete_through: date | None = None
    is_cumulative: bool = False

    def __post_init__(self) -> None:
        """Refuse what does not fit the days: that is always somebody's mistake."""
        if any(row and len(row) != len(self.days) for row in self._rows()) or len(self.actual) != len(self.days):
            msg = "every row of a band chart has one value a day, or none at all"
            raise ValueError(msg)

    def amounts(self) -> Iterator[float]:
        """Every number that is to be drawn."""
        yield from (value for row in self._rows() for value in row if value is not None)

    def _rows(self) -> tuple[Values, ...]:
        return (self.actual, self.expected, self.low, self.high, self.low_outer, self.high_outer, self.budget)


ChartSpec = TrendSpec | BreakdownSpec | MoversSpec | BandSpec


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished chart: PNG bytes, and the numbers in words for those who cannot see it."""

    png: bytes
    alt_text: str
    title: str
