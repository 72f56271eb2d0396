"""Which days a digest tells of, counted back from the last complete day: never one that is still being written."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from services.costs.freshness import is_estimated
from services.digests.results import Spans
from storage.model.digest import DigestKind
from storage.model.period import DAY, Period, first_of_month

if TYPE_CHECKING:
    from datetime import date

WEEK = timedelta(days=7)
WEEKS, MONTHS = 4, 3
"""Of the mean."""


def spans(kind: DigestKind, through: date, today: date) -> Spans:
    """The days of a digest whose data is complete through a day. `today` decides which month is closed."""
    if kind is DigestKind.DAILY:
        day = Period(through, through + DAY)
        return Spans(day, Period(day.start - WEEK, day.end - WEEK), Period(day.start - WEEK, day.start), 7)
    if kind is DigestKind.WEEKLY:
        week = Period(through + DAY - WEEK, through + DAY)
        return Spans(week, Period(week.start - WEEK, week.start), Period(week.start - WEEKS * WEEK, week.start), WEEKS)
    start = first_of_month(through, -1)
    while is_estimated(Period.month(start), today):
        start = first_of_month(start, -1)
    return Spans(
        Period.month(start), Period.month(first_of_month(start, -1)), Period(first_of_month(start, -MONTHS), start), MONTHS
    )
