"""Time is an argument: nothing asks the machine what day it is but `system_clock`, handed down from the top."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
SECOND = timedelta(seconds=1)


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
        found = local(day, at, zone)
        if found > moment and day.weekday() in weekdays:
            return found
        day += timedelta(days=1)


def local(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first moment of a day, UTC, at which the clocks of a zone show a time or, where they jump over it, a later one."""
    shown = datetime.combine(day, at)
    first, second = (shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    # A time in the gap, read with the offset from before the jump and with that from after it, gives two moments around it.
    return first if first <= second else _jump(second, first, zone)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment between two at which the clocks were put forward, to the second."""
    later = after.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) / 2
        is_after = middle.astimezone(zone).utcoffset() == later
        before, after = (before, middle) if is_after else (middle, after)
    return after.replace(microsecond=0)
