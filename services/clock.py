"""Time is an argument: nothing asks the machine what day it is but `system_clock`, handed down from the top."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def fixed_clock(moment: datetime) -> Clock:
    """A clock that stands still: for `--as-of` and for tests."""
    return lambda: moment


def next_local(moment: datetime, at: time, zone: ZoneInfo, weekdays: Collection[int] = range(7)) -> datetime:
    """The next moment after one, UTC, at which the clocks of a zone show a time on one of the weekdays (Monday is 0).

    Where clocks go forward over it, the first moment after the gap; where they show it twice, the first time only. Raises
    ValueError without a weekday.
    """
    if not weekdays:
        msg = "on no weekday it is never"
        raise ValueError(msg)
    day = moment.astimezone(zone).date() - timedelta(days=1)
    while True:
        found = _local(day, at, zone)
        if found > moment and day.weekday() in weekdays:
            return found
        day += timedelta(days=1)


def _local(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A time of a day on the clocks of a zone, the first of two; a time that is skipped is the end of the gap."""
    first = datetime.combine(day, at, zone).replace(fold=0)
    moment = first.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == first.replace(tzinfo=None):
        return moment
    # In a gap fold=0 reads the clock before the change and fold=1 the one after: between the two instants lies the change.
    low, high = first.replace(fold=1).astimezone(UTC), moment
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        is_before = middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset()
        low, high = (middle, high) if is_before else (low, middle)
    return high.replace(microsecond=0)
