"""Which earlier days are the same day of the month: what a series did on them is what it may do today."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from services.anomalies.detection.robust import Ints

MONTHS = (1, 2, 3, 12)
"""One, two and three months ago, and last year. Further back a single charge says nothing of today."""
JITTER, YEARLY_JITTER = 1, 2
"""Days by which a charge may come early or late; a yearly one may be counted in days as well (365 of a leap year)."""


@lru_cache(maxsize=4096)
def days_back(day: date) -> Ints:
    """How many days ago the same day of earlier months was, and the days around it; a last day is like other last days too."""
    is_last = day.day == length(day)
    back: set[int] = set()
    for month in MONTHS:
        jitter = YEARLY_JITTER if month == MONTHS[-1] else JITTER
        for number in {day.day, 31} if is_last else {day.day}:
            gap = (day - _earlier(day, month, number)).days
            back.update(range(gap - jitter, gap + jitter + 1))
    return np.array(sorted(back))


def _earlier(day: date, months: int, number: int) -> date:
    """The day of that number so many months before; the last of a shorter month."""
    index = day.year * 12 + day.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    return first + timedelta(days=min(number, length(first)) - 1)


def length(day: date) -> int:
    """Days of the month the day is in."""
    following = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return (following - timedelta(days=1)).day
