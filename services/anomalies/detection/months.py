"""Which earlier days are the same day of the month: what a series did on them is what it may do today."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from services.anomalies.detection.robust import Ints

MONTHS = (1, 2, 3, 12)
"""One, two and three months ago, and last year."""
YEAR = MONTHS.index(12)
JITTER, YEARLY_JITTER = 1, 2
"""Days by which a charge may come early or late; a yearly one may be counted in days as well (365 of a leap year)."""


@dataclass(frozen=True, slots=True)
class LikeDays:
    """For some days in a row the earlier ones that are like them."""

    shifts: Ints
    """Every earlier day once, as its distance (negative) from the first of the days."""
    months: Ints
    """days × MONTHS × the days around: which of `shifts` they are. A shorter row repeats its first."""


@lru_cache(maxsize=4096)
def like_days(first: date, count: int) -> LikeDays:
    """What is like `first` and the `count` - 1 days after it. The last day of a month is like other last days too."""
    rows = [
        [sorted(number - gap for gap in _gaps(first + timedelta(number), month)) for month in MONTHS] for number in range(count)
    ]
    longest = max(len(row) for day in rows for row in day)
    square = np.array([[row + row[:1] * (longest - len(row)) for row in day] for day in rows])
    shifts, which = np.unique(square, return_inverse=True)
    return LikeDays(shifts, which.reshape(square.shape))


def _gaps(day: date, months: int) -> set[int]:
    """Where a charge of this day may have been. It may itself be early or late, which counts where months differ in length."""
    jitter = YEARLY_JITTER if months == MONTHS[YEAR] else JITTER
    gaps = {(day - _earlier(meant, months, number)).days for meant in _around(day) for number in _numbers(meant)}
    middle = [(day - _earlier(day, months, number)).days for number in _numbers(day)]
    return gaps | {gap + shift for gap in middle for shift in range(-jitter, jitter + 1)}


def _around(day: date) -> list[date]:
    return [day + timedelta(shift) for shift in range(-JITTER, JITTER + 1)]


def _numbers(day: date) -> set[int]:
    """The day of the month; the last one may also be meant as the last."""
    return {day.day, 31} if day.day == length(day) else {day.day}


def _earlier(day: date, months: int, number: int) -> date:
    """The day of that number so many months before; the last of a shorter month."""
    index = day.year * 12 + day.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    return first + timedelta(days=min(number, length(first)) - 1)


def length(day: date) -> int:
    """Days of the month the day is in."""
    return monthrange(day.year, day.month)[1]
