"""Freshness: through which day each source's bill is complete, judged from the bill itself and never from the clock alone.

A day with far fewer charges or far less usage than its like is still being written by the provider: some bills come with fewer
rows, others with all rows and smaller amounts. Only the newest days can be incomplete; a day that ended a while ago is complete
whatever it looks like, so that a smaller bill is believed after some days.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

from services.costs.results import Completeness, SourceState
from storage.model.period import DAY, Period, first_of_month

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from storage.catalog import Catalog

    Reaches = Mapping[str, date | None]
    """Source → its last complete day; None where no day is complete."""
    Amounts = Mapping[str, Mapping[date, Decimal]]
    """Source → day → what its usage cost."""

TAIL_DAYS = 4
"""Providers deliver late by up to three days."""
SAME_WEEKDAYS = 4
LEAST_CHARGES, LEAST_USAGE = Decimal("0.95"), Decimal("0.9")
"""Of the thinnest same weekday of the last weeks: bills are steady in rows, less so in money."""
TYPICAL_DAYS = 14
LEAST_SHARE = Decimal("0.6")
"""Of the typical day, where there is too little history to compare weekdays."""
SETTLED_DAYS = 5
"""Days after which nobody adds to a day in bulk."""
LOOK_BACK = timedelta(days=SETTLED_DAYS + 7 * SAME_WEEKDAYS + 1)
"""So far back reaches what `reaches` looks at."""
USUAL_LAG = timedelta(days=3)
"""A source is late when its last complete day is older than this."""
WAITED_FOR = timedelta(days=7)
"""A source that is further behind the freshest one than this does not hold the others back: it is named, not waited for."""
QUIET = timedelta(days=45)
"""A source that has sent nothing for so long has ended; before a question's period, it no longer counts."""
INVOICED_ON = 15
"""Providers close a month around the middle of the next one."""


def completeness(
    catalog: Catalog, today: date, period: Period, known: Reaches | None = None, only: Collection[str] | None = None
) -> Completeness:
    """The sources that a question about the period stands on (`only`: those it can touch), and how far they reach.

    `known` is what `reaches` found; without it, days are judged by their number of charges alone.
    """
    known = reaches(catalog, today, {}) if known is None else known
    spans = {source: (min(days), max(days)) for source, days in sorted(catalog.charges_a_day.items()) if days}
    asked = {source: span for source, span in spans.items() if only is None or source in only}
    near = [source for source, (first, last) in asked.items() if first < period.end and last >= period.start - QUIET]
    # When none is near, all are named: "there is no bill" would be wrong, it only tells of other days.
    running = {source for source in near or asked if today - spans[source][1] <= QUIET}
    expected = min(today - USUAL_LAG, period.last)
    states = tuple(
        SourceState(
            source, known.get(source), late=source in running and (known.get(source) or spans[source][0] - DAY) < expected
        )
        for source in near or asked
    )
    return Completeness(_together(states, running), states)


def _together(states: Iterable[SourceState], running: Collection[str]) -> date | None:
    """The day through which all are complete that may still send something, but for those far behind."""
    reached = {state.name: state.through for state in states if state.through is not None}
    newest = max(reached.values(), default=None)
    awaited = (day for name, day in reached.items() if name in running and newest and newest - day <= WAITED_FOR)
    return min(awaited, default=newest)


def reaches(catalog: Catalog, today: date, usage: Amounts) -> Reaches:
    """How far each source is complete. `usage` needs the days since `today - LOOK_BACK` only."""
    return {source: complete_through(charges, usage.get(source, {}), today) for source, charges in catalog.charges_a_day.items()}


def complete_through(charges: Mapping[date, int], usage: Mapping[date, Decimal], today: date) -> date | None:
    """The last complete day: yesterday at most, without the thin days at the end. None when no day is complete."""
    days = sorted(day for day in charges if day < today)
    for _ in range(TAIL_DAYS):
        if not days or not _is_open(charges, usage, days, today):
            break
        days.pop()
    return days[-1] if days else None


def _is_open(charges: Mapping[date, int], usage: Mapping[date, Decimal], days: list[date], today: date) -> bool:
    last = days[-1]
    if today - last > timedelta(days=SETTLED_DAYS):
        return False
    counts = {day: Decimal(charges[day]) for day in _compared_days(last) if day in charges}
    return _is_thin(counts, last, LEAST_CHARGES) or (bool(usage) and _is_thin(usage, last, LEAST_USAGE))


def _compared_days(last: date) -> Iterable[date]:
    return (last - DAY * back for back in range(7 * SAME_WEEKDAYS + 1))


def _is_thin(values: Mapping[date, Decimal], last: date, share: Decimal) -> bool:
    """Whether a day has less than its like: the same weekdays, or the days before where there are too few of those."""
    value = values.get(last, Decimal(0))
    like = sorted(values[day] for week in range(1, SAME_WEEKDAYS + 1) if (day := last - timedelta(weeks=week)) in values)
    if len(like) > 1:
        # The lowest two tell how much low days differ: a restless bill must fall further before a day counts as thin.
        return value < share * (like[0] - (like[1] - like[0]))
    before = [values[day] for back in range(1, TYPICAL_DAYS + 1) if (day := last - DAY * back) in values]
    return bool(before) and value < LEAST_SHARE * median(before)


def is_estimated(period: Period, today: date) -> bool:
    """Whether the period touches a month that the provider has not closed: this one, and the last until its middle."""
    open_from = first_of_month(today, -1 if today.day < INVOICED_ON else 0)
    return period.end > open_from
