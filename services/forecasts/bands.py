"""Bands: how far totals have been from what was forecast, in the series' own measure.

Conformal: the constants are quantiles of errors that were made on other series (simulated accounts and real public daily costs),
each divided by the spread of its own series. That spread is made of two things: how much the series' weeks differ, and how far
this very model was off on earlier days of the series; the more of those there are that do not overlap, the more they count. So
the bands are fitted anew on every customer's own history as soon as there is some.

Errors are logarithms of ratios: a band goes up further than down and never below zero. Where a series is not always positive
(credits, or weeks without any cost), they are differences in mean days instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from services.forecasts import level
from services.forecasts.calendar import WEEK

if TYPE_CHECKING:
    from services.forecasts.calendar import Days, Values
    from services.forecasts.level import Levels

AHEAD = (1, 3, 5, 7, 10, 14, 20, 26, 30, 45, 60, 90)
"""Days ahead that the constants were measured at; between them they are interpolated."""
INNER = (1.48, 1.48, 1.46, 1.46, 1.46, 1.46, 1.47, 1.48, 1.52, 1.62, 1.72, 2.00)
OUTER = (3.4, 3.3, 3.25, 3.25, 3.3, 3.5, 3.75, 3.9, 3.9, 4.2, 4.5, 5.4)
"""In spreads of the series: four of five totals were nearer than the first, nineteen of twenty nearer than the second."""
LOOKS = 16
"""Earlier forecasts that are made again, a week apart, the newest as late as there are days to judge it by."""
LEAST_DAYS = 60
"""Of history before an earlier forecast."""
SURE = 0.01
"""The least spread: nothing is known better than to a per cent."""
THIN_WIDER, THIN_LEAST = 1.25, 0.1
"""With little history: times the spread of the weeks there are, and the least of it."""
UNKNOWN = 1.0
"""An error that cannot be put into numbers, such as nothing where something was forecast."""


@dataclass(frozen=True, slots=True)
class Width:
    """How wide the bands of one series are: the two errors, and the cost of a mean day where they are differences."""

    inner: float
    outer: float
    scale: float
    is_ratio: bool

    def around(self, expected: float, count: float, error: float) -> tuple[float, float]:
        """From the lowest to the highest total of `count` days of which `expected` is expected."""
        if self.is_ratio and expected > 0:
            return expected * float(np.exp(-error)), expected * float(np.exp(error))
        reach = error * self.scale * count
        return expected - reach, expected + reach


def width(days: Days, values: Values, count: int, found: Levels, *, is_thin: bool) -> Width:
    """The width of the bands of the next `count` days together. `values` are without one-day charges."""
    scale = float(np.abs(found.weeks).mean()) if len(found.weeks) else float(np.abs(values).mean())
    spread = _spread(found, scale)
    if is_thin:
        spread = max(spread, THIN_LEAST) * THIN_WIDER
    errors = _own_errors(days, values, count, scale)
    if len(errors):
        apart = 1 + WEEK * (len(errors) - 1) / max(count, WEEK)
        share = min(apart, len(errors)) / (min(apart, len(errors)) + 1)
        spread = spread ** (1 - share) * _floored(float(np.sqrt((errors**2).mean()))) ** share
    inner, outer = (float(np.interp(np.log(count), np.log(AHEAD), table)) * spread for table in (INNER, OUTER))
    return Width(inner, outer, scale, found.is_positive)


def _spread(found: Levels, scale: float) -> float:
    """How much weeks differ from the week before."""
    if len(found.weeks) < 3 or not scale:  # noqa: PLR2004  # of fewer weeks there is no spread of differences
        return _floored(UNKNOWN if scale else 0.0)
    steps = np.diff(np.log(found.weeks)) if found.is_positive else np.diff(found.weeks) / scale
    return _floored(float(steps.std()))


def _own_errors(days: Days, values: Values, count: int, scale: float) -> Values:
    """How far the model was off on earlier days of this series."""
    ends = [len(values) - count - WEEK * look for look in range(LOOKS)]
    return np.array([_own_error(days, values, end, count, scale) for end in ends if end >= LEAST_DAYS])


def _own_error(days: Days, values: Values, end: int, count: int, scale: float) -> float:
    known, before = values[:end], days[:end]
    expected = float(level.ahead(before, known, count, level.levels(before, known)).sum())
    actual = float(values[end : end + count].sum())
    if expected > 0 and actual > 0:
        return abs(float(np.log(actual) - np.log(expected)))
    return min(abs(actual - expected) / (scale * count), UNKNOWN) if scale else 0.0


def _floored(spread: float) -> float:
    return float(np.hypot(spread, SURE))
