"""Buckets: a period cut into days, weeks or months, each named by its first day that is in the period."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from storage.model.period import first_of_month
from storage.model.query import Axis, Granularity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from storage.model.period import Period
    from storage.model.query import CostQuery

MOST_DAYS, MOST_WEEKS = 31, 26 * 7


def granularity(query: CostQuery) -> Granularity:
    """What the query says; when it says nothing, as fine as a small line can show. The billing axis knows months only."""
    if query.axis is Axis.BILLING:
        return Granularity.MONTH
    if query.granularity is not Granularity.TOTAL:
        return query.granularity
    if query.period.days <= MOST_DAYS:
        return Granularity.DAY
    return Granularity.WEEK if query.period.days <= MOST_WEEKS else Granularity.MONTH


def bucket_of(day: date, period: Period, cut: Granularity, week_start: int) -> date:
    """The bucket a day falls into. `week_start` 0 is Monday."""
    if cut is Granularity.MONTH:
        return max(first_of_month(day), period.start)
    if cut is Granularity.WEEK:
        return max(day - timedelta(days=(day.weekday() - week_start) % 7), period.start)
    return day


def buckets(period: Period, cut: Granularity, week_start: int) -> tuple[date, ...]:
    """Every bucket of the period, oldest first, empty ones too."""
    return tuple(dict.fromkeys(places(period, cut, week_start).values()))


@lru_cache(maxsize=512)
def places(period: Period, cut: Granularity, week_start: int) -> Mapping[date, date]:
    """Day of the period → its bucket: the same few are wanted of every row of an answer."""
    return {day: bucket_of(day, period, cut, week_start) for day in period}
