"""Calendar memory: what this series did on this day of earlier months, a day sooner or later, and last year.

The strongest single rule there is: a charge on the first of the month is known from its second coming on. It is taken off before
a day is judged, so the rest of the day is judged as any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.detection.months import days_back, length
from services.anomalies.detection.robust import Floats, Ints, median

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from services.anomalies.detection.results import Memory

TOLERANCE = 1.35
"""A known fee may come this many times as large before the difference is news."""
LEAST_FEE = 1.0
MATERIAL = 3.0
"""An earlier day's excess is a fee when it was out of the noise by this many spreads."""
AROUND = np.array((-7, -4, -3, -2, 2, 3, 4, 7))
WEEKS_AROUND = np.array((-14, -7, 7, 14))
"""What an earlier day is compared with: the days around it but for its neighbours, and its weekday; the smaller excess counts."""


@dataclass(frozen=True, slots=True)
class Fees:
    """k × judged days: dollars that are expected on top of the level, and how much of such dollars is let through."""

    expected: Floats
    allowed: Floats


def remembered(values: Floats, days: Sequence[date], columns: Ints, last: int) -> Floats:
    """The largest one-day excess on the like days of earlier months, k × days; 0 without history.

    `values` is k × all days known, `columns` where the days are among them, `last` the last complete one. A day of the last three
    weeks is not memory: it is the incident itself.
    """
    found = [_like(day, int(column), last) for day, column in zip(days, columns, strict=True)]
    excess = np.zeros((len(values), len(found)))
    past = np.concatenate(found)
    if past.size:
        each = np.nan_to_num(_excess(values, past, last))
        ends = np.cumsum([len(like) for like in found])
        for index, (end, like) in enumerate(zip(ends, found, strict=True)):
            excess[:, index] = each[:, end - len(like) : end].max(axis=1, initial=0.0)
    return excess


def _like(day: date, column: int, last: int) -> Ints:
    past = column - days_back(day)
    return past[(past >= 0) & (past < last)]


def _excess(values: Floats, past: Ints, last: int) -> Floats:
    def usual(around: Ints) -> Floats:
        return median(values[:, np.clip(past[:, None] + around, 0, last - 1)])

    return values[:, past] - np.fmax(usual(AROUND), usual(WEEKS_AROUND))


def told(memories: Sequence[Memory], days: Sequence[date]) -> Floats:
    """What people said comes on these days, memories × days."""
    return np.array([[_told(memory, day) for day in days] for memory in memories])


def _told(memory: Memory, day: date) -> float:
    """The largest amount expected on the day or beside it; months are counted round, so the 1st is beside the 31st."""
    size = length(day)
    near = (min(number, size) for number in memory.expected)
    amounts = zip(near, memory.expected.values(), strict=True)
    return max((amount for number, amount in amounts if (number - day.day) % size in {0, 1, size - 1}), default=0.0)


def fees(excess: Floats, said: Floats, usual: Floats, spread: Floats) -> Fees:
    """Tell fees from noise: all are k × days, `usual` the dollars and `spread` the noise of a day without a fee."""
    noise = usual * np.expm1(np.minimum(MATERIAL * spread, MATERIAL))
    expected = np.fmax(np.where(excess > np.fmax(LEAST_FEE, noise), excess, 0.0), said)
    return Fees(expected, TOLERANCE * expected)
