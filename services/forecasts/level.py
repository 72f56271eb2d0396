"""The level of a series, its week, and where it drifts: everything that is left once one-day charges are out.

The level blends three that differ in patience, because each is best on some bills: the same weekdays of four weeks, the last 7
and 28 days, and weeks smoothed exponentially. Its drift is the median slope of the logarithms of weeks, short and long, and only
as much of it as stands out from the noise; it fades, because what grew does not grow for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from services.forecasts.calendar import WEEK, after, weekdays
from services.forecasts.charges import NORMAL

if TYPE_CHECKING:
    from services.forecasts.calendar import Days, Values

FACTOR_WEEKS = 12
SAME_WEEKDAYS = 4
SHORT, LONG = 7, 28
SMOOTHING = 0.5
"""Of the newest week, in the exponential smoothing of weeks."""
TRENDS = ((8, 0.3), (26, 0.7))
"""(weeks, weight) of the slopes that are blended."""
LEAST_WEEKS = 6
AGE = 8.0
"""Days by which the blended level lags behind a drift."""
FADING = 60.0
"""Days in which a drift loses most of its force."""
STEEPEST = 0.004
"""A day, of the logarithm: about 12 % a month. What is steeper does not last."""
WIDER = 1.2
"""By which the error of a median slope exceeds that of a straight line."""
SURE = 1e-4
"""The least noise of weeks, so that a series without any is not divided by zero."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Weeks as levels (cost a mean day, newest first), and the factor of each weekday (0 is Monday; their mean is 1)."""

    weeks: Values
    factors: Values

    @property
    def is_positive(self) -> bool:
        """Whether logarithms make sense: no week cost nothing or less."""
        return bool(len(self.weeks)) and bool((self.weeks > 0).all())


def levels(days: Days, values: Values) -> Levels:
    """Of the last half year."""
    most = max(weeks for weeks, _ in TRENDS)
    count = min(len(values) // WEEK, most)
    weeks = values[len(values) - WEEK * count :].reshape(count, WEEK).mean(axis=1)[::-1]
    return Levels(weeks, factors(days, values))


def factors(days: Days, values: Values) -> Values:
    """What each weekday costs of a mean day of its week: the median over weeks, so that one odd day does not count."""
    count = min(len(values) // WEEK, FACTOR_WEEKS) * WEEK
    result = np.ones(WEEK)
    if count < 2 * WEEK:
        return result
    weeks = values[len(values) - count :].reshape(-1, WEEK)
    means = weeks.mean(axis=1)
    lived = means > 0
    if lived.any():
        result[weekdays(days[-WEEK:])] = np.median(weeks[lived] / means[lived, None], axis=0)
    mean = result.mean()
    return result / mean if mean > 0 and result.min() >= 0 else np.ones(WEEK)


def ahead(days: Days, values: Values, count: int, found: Levels) -> Values:
    """The next `count` days, without one-day charges."""
    coming = weekdays(after(days, count))
    recent = (_level(days, values, found, SHORT) + _level(days, values, found, LONG)) / 2
    steady = (_same_weekdays(days, values)[coming] + recent * found.factors[coming]) / 2
    weeks = found.weeks if len(found.weeks) else np.array([values.mean()])
    blended = (steady + _smoothed(weeks) * found.factors[coming]) / 2
    return blended * _drift(found, count)


def _level(days: Days, values: Values, found: Levels, span: int) -> float:
    """Cost a mean day over the last `span` days, whichever weekdays they are."""
    weight = found.factors[weekdays(days[-span:])].sum()
    total = values[-span:].sum()
    return float(total / weight) if weight > 0 else float(values[-span:].mean())


def _same_weekdays(days: Days, values: Values) -> Values:
    """The mean of the last four of each weekday; of a weekday that never was, the mean of all days."""
    places = weekdays(days)
    found = [values[places == weekday][-SAME_WEEKDAYS:] for weekday in range(WEEK)]
    return np.array([each.mean() if len(each) else values.mean() for each in found])


def _smoothed(weeks: Values) -> float:
    level = float(weeks[-1])
    for week in weeks[-2::-1]:
        level += SMOOTHING * (float(week) - level)
    return level


def _drift(found: Levels, count: int) -> Values:
    """By which each day ahead differs from the level: 1 where nothing drifts, or where nobody can tell."""
    if not found.is_positive or len(found.weeks) < LEAST_WEEKS:
        return np.ones(count)
    slope = sum(weight * _slope(np.log(found.weeks[:weeks])) for weeks, weight in TRENDS)
    horizon = np.arange(1, count + 1)
    reach = AGE + FADING * (1 - np.exp(-horizon / FADING))
    drift: Values = np.exp(np.clip(slope, -STEEPEST, STEEPEST) * reach)
    return drift


def _slope(logs: Values) -> float:
    """The median slope a day (Theil and Sen) of weeks, newest first, shrunk by what noise alone could have made of it."""
    count = len(logs)
    newer, older = np.triu_indices(count, 1)
    slope = float(np.median((logs[newer] - logs[older]) / (older - newer))) / WEEK
    line = logs + slope * WEEK * np.arange(count)
    noise = NORMAL * float(np.median(np.abs(line - np.median(line)))) + SURE
    error = WIDER * noise / (WEEK * np.sqrt(count * (count * count - 1) / 12))
    return slope * max(0.0, 1 - (error / slope) ** 2) if slope else 0.0
