"""Freshness: through which day each source's bill is complete, judged from the bill itself and never from the clock alone.

A day whose charges are far fewer than the days before it is still being written by the provider. Only the newest days can be
incomplete; a day that ended a while ago is complete whatever it looks like.
"""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from services.costs.results import Completeness, SourceState
from storage.model.period import DAY, Period, first_of_month

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from storage.catalog import Catalog

TAIL_DAYS = 4
"""Providers deliver late by up to three days."""
SAME_WEEKDAYS = 4
LEAST_OF_WEEKDAY = 0.95
"""Of the thinnest same weekday of the last weeks: bills are steady in rows, and after a week a smaller bill is the new normal."""
TYPICAL_DAYS = 14
LEAST_SHARE = 0.6
"""Of the typical day, where there is too little history to compare weekdays."""
SETTLED_DAYS = 5
"""Days after which nobody adds rows to a day in bulk."""
USUAL_LAG = timedelta(days=2)
"""A source is late when its last complete day is older than this."""
QUIET = timedelta(days=45)
"""A source that ended longer than this before the question's period no longer counts."""
INVOICED_ON = 15
"""Providers close a month around the middle of the next one."""


def completeness(catalog: Catalog, today: date, period: Period) -> Completeness:
    """The sources that a question about the period stands on, and how far all of them reach."""
    expected = min(today - USUAL_LAG, period.last)
    states = []
    for source, charges in sorted(catalog.charges_a_day.items()):
        through = complete_through(charges, today)
        last = max(charges, default=None)
        if last is not None and min(charges) < period.end and last >= period.start - QUIET:
            states.append(SourceState(source, through, late=through is None or through < expected))
    known = [state.through for state in states if state.through is not None]
    return Completeness(min(known, default=None), tuple(states))


def complete_through(charges: Mapping[date, int], today: date) -> date | None:
    """The last complete day: yesterday at most, without the thin days at the end. None when no day is complete."""
    days = sorted(day for day in charges if day < today)
    tail = 0
    while days and tail < TAIL_DAYS and _is_thin(charges, days, today):
        days.pop()
        tail += 1
    return days[-1] if days else None


def _is_thin(charges: Mapping[date, int], days: list[date], today: date) -> bool:
    last = days[-1]
    if today - last > timedelta(days=SETTLED_DAYS):
        return False
    weekdays = [charges[day] for week in range(1, SAME_WEEKDAYS + 1) if (day := last - timedelta(weeks=week)) in charges]
    if len(weekdays) > 1:
        return charges[last] < LEAST_OF_WEEKDAY * min(weekdays)
    before = [charges[day] for day in days[-1 - TYPICAL_DAYS : -1]]
    return bool(before) and charges[last] < LEAST_SHARE * median(before)


def is_estimated(period: Period, today: date) -> bool:
    """Whether the period touches a month that the provider has not closed: this one, and the last until its middle."""
    open_from = first_of_month(today, -1 if today.day < INVOICED_ON else 0)
    return period.end > open_from


def settled(period: Period, through: date | None) -> Period:
    """The period without its incomplete days; itself when nothing would be left."""
    if through is None or through >= period.last:
        return period
    return Period(period.start, through + DAY) if through >= period.start else period
