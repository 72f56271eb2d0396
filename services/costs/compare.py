"""What is held against what: as many days as are complete, with as many before. An incomplete day is never judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.model.period import DAY, Period, first_of_month
from storage.model.query import Axis, Granularity

if TYPE_CHECKING:
    from datetime import date

    from storage.model.query import CostQuery

WEEK = 7


@dataclass(frozen=True, slots=True)
class Comparison:
    """The complete days of what was asked, and the days they are held against."""

    judged: Period
    before: Period


def comparison(query: CostQuery, through: date | None, *, has_sources: bool, since: date | None = None) -> Comparison | None:
    """What can be compared fairly; None when that is nothing, and nobody named what to compare with.

    That is when no day of the period is complete, or when bills are known only `since` a later day than the comparison would
    need: what is not known is no increase. Without any source there is nothing to be incomplete. A comparison that somebody
    named is kept, but for its last days where the period has no complete ones to hold against them.
    """
    judged = query.period if not has_sources else _complete(query, through)
    if judged is None:
        return Comparison(query.period, query.compare) if query.compare else None
    if query.compare is None:
        before = _before(query, judged)
        return None if since and before.start < since else Comparison(judged, before)
    is_cut = judged != query.period and query.axis is Axis.CHARGE
    return Comparison(judged, _first_days(query.compare, judged.days) if is_cut else query.compare)


def _complete(query: CostQuery, through: date | None) -> Period | None:
    """The complete days of the period; on the billing axis the complete months, which are invoiced as a whole."""
    if through is None:
        return None
    if query.axis is Axis.BILLING and through < query.period.last:
        end = first_of_month(through + DAY)
        return Period(query.period.start, end) if end > query.period.start else None
    return query.period.until(through)


def _first_days(period: Period, days: int) -> Period:
    return Period(period.start, min(period.end, period.start + DAY * days))


def _before(query: CostQuery, judged: Period) -> Period:
    """The days before, in step with the cuts of the question: a month stands beside a month, a Monday beside a Monday."""
    starts_a_month = judged.start.day == 1
    is_within_a_month = starts_a_month and judged.end <= first_of_month(judged.start, 1)
    if query.axis is Axis.BILLING or (query.granularity is Granularity.MONTH and starts_a_month and not is_within_a_month):
        return _months_before(judged)
    if query.granularity is Granularity.WEEK and not is_within_a_month:
        back = timedelta(days=-(-judged.days // WEEK) * WEEK)
        return Period(judged.start - back, judged.end - back)
    return judged.previous()


def _months_before(judged: Period) -> Period:
    """As many months before; of a last month that is not whole, the same days (never more than that month has)."""
    whole = _months(judged.start, judged.end)
    rest = (judged.end - first_of_month(judged.end)).days
    count = whole + (rest > 0)
    start, last = first_of_month(judged.start, -count), first_of_month(judged.start, -1)
    return Period(start, judged.start if not rest else min(last + DAY * rest, judged.start))


def _months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month
