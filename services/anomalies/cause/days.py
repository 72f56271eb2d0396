"""The days that are compared: those of the anomaly, and their like from before it began."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from storage.model.period import DAY, Period, first_of_month

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

WEEK = 7
WEEKS_BEFORE = 4
MOST_WEEKS = 4
"""Of a long anomaly the last four weeks are judged: what it is now, not what it was when it began."""
MONTHS_BEFORE = 3


@dataclass(frozen=True, slots=True)
class Days:
    """Both sides of the comparison, each in order. Neither is empty."""

    during: tuple[date, ...]
    before: tuple[date, ...]

    @property
    def period(self) -> Period:
        """From the first to the last of all of them, with days between that are neither."""
        every = (*self.before, *self.during)
        return Period.of_days(min(every), max(every))

    @property
    def starts(self) -> tuple[date, ...]:
        """The period's first day, and every day on which it passes from one side to another or to neither."""
        sides = [(day, self._side(day)) for day in self.period]
        return (self.period.start, *(day for (_, left), (day, right) in pairwise(sides) if left is not right))

    @property
    def sides(self) -> tuple[bool | None, ...]:
        """For each of `starts`: True where the days of the anomaly begin, False for those from before, None for neither."""
        return tuple(self._side(day) for day in self.starts)

    def _side(self, day: date) -> bool | None:
        return True if day in self.during else False if day in self.before else None


def judged(since: date, through: date, has_bill: Callable[[date], bool]) -> tuple[date, ...]:
    """The days of the anomaly to look at. From a week on whole weeks, the last ones, so that each weekday counts alike."""
    count = (through - since).days + 1
    weeks = min(count // WEEK, MOST_WEEKS)
    first = through - DAY * (weeks * WEEK - 1) if weeks else since
    return tuple(day for day in Period.of_days(first, max(first, through)) if has_bill(day))


def like_weekdays(since: date, during: Iterable[date], has_bill: Callable[[date], bool]) -> tuple[date, ...]:
    """The same weekdays of the four weeks before `since`."""
    weekdays = {day.weekday() for day in during}
    weeks = Period(since - DAY * WEEK * WEEKS_BEFORE, since)
    return tuple(day for day in weeks if day.weekday() in weekdays and has_bill(day))


def like_dates(since: date, during: Iterable[date], has_bill: Callable[[date], bool]) -> tuple[date, ...]:
    """The same days of the three months before `since`: what a monthly fee is held against."""
    found = (first_of_month(day, -back) + DAY * (day.day - 1) for day in during for back in range(1, MONTHS_BEFORE + 1))
    return tuple(sorted({day for day in found if day < since and has_bill(day)}))
