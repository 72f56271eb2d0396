"""What a chart is made of and what comes out. Values are plain numbers for drawing; the exact ones stay in the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.model.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

LARGEST = 1e15
"""Beyond this a float no longer holds the cents, and no picture helps."""


def _check(values: Iterable[float | None]) -> None:
    if not all(value is None or abs(value) <= LARGEST for value in values):  # also False for what is not a number
        raise DataError(
            "An amount is too large to draw.", "The answer itself has the numbers; leave the odd rows out to see a chart."
        )


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
        """Refuse series that do not fit the buckets (ValueError), and amounts that cannot be drawn (DataError)."""
        if any(len(each.values) != len(self.buckets) for each in self.series) or self.bucket_days < 1:
            msg = "every series has one value a bucket, and a bucket has at least one day"
            raise ValueError(msg)
        _check(value for each in self.series for value in each.values)
        _check(self.previous)


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

    def __post_init__(self) -> None:
        """Refuse amounts that cannot be drawn (DataError)."""
        _check(value for bar in self.bars for value in (bar.value, bar.previous))


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

    def __post_init__(self) -> None:
        """Refuse amounts that cannot be drawn (DataError)."""
        _check(value for bar in (self.before, *self.steps, self.after) for value in (bar.value, bar.previous))


ChartSpec = TrendSpec | BreakdownSpec | MoversSpec


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished chart: PNG bytes, and the numbers in words for those who cannot see it."""

    png: bytes
    alt_text: str
    title: str
