"""When a route may speak: its quiet hours and weekends as spans of real time, its days as they begin where it is.

Once a year a clock on a wall leaves some times out, and once it shows some twice. A quiet time that begins or ends at one that is
left out does so when the clock jumps over it; at one that is shown twice, the first time. So none begins again when the clock is
put back.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from services.clock import local
from storage.model.anomaly import Severity
from storage.model.period import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from storage.model.route import Quiet, Route

MIDNIGHT = time()
SATURDAY = 5
MOST_SPANS = 10
"""Quiet times that may follow one another without a gap: a night, a weekend and a night are three."""


def allowed_from(route: Route, severity: Severity, moment: datetime) -> datetime:
    """The first moment, from `moment` (aware) on, at which an alert of this severity may be told. UTC."""
    if severity is Severity.HIGH and route.quiet.lets_high_through:
        return moment.astimezone(UTC)
    return quiet_until(route.quiet, route.zone, moment)


def quiet_until(quiet: Quiet, zone: str, moment: datetime) -> datetime:
    """The end of the quiet time that `moment` (aware) lies in; `moment` itself where it lies in none. UTC."""
    there, free = ZoneInfo(zone), moment.astimezone(UTC)
    for _ in range(MOST_SPANS):
        end = next((end for begin, end in _spans(quiet, there, free) if begin <= free < end), free)
        if end == free:
            return free
        free = end
    return free


def due(route: Route, severity: Severity, since: datetime) -> datetime:
    """When somebody is to be told again of what was told at `since`: after the route's minutes, not in its quiet time. UTC."""
    return allowed_from(route, severity, since + timedelta(minutes=route.minutes))


def local_day(zone: str, moment: datetime) -> date:
    """The day that the wall's calendar shows."""
    return moment.astimezone(ZoneInfo(zone)).date()


def day_began(zone: str, moment: datetime) -> datetime:
    """When the day of a moment began there. UTC."""
    return local(local_day(zone, moment), MIDNIGHT, ZoneInfo(zone))


def _spans(quiet: Quiet, zone: ZoneInfo, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The quiet times that begin on the day of a moment, or on one of the two before: a weekend may be in its second day."""
    today = moment.astimezone(zone).date()
    for day in (today - 2 * DAY, today - DAY, today):
        if quiet.weekends and day.weekday() == SATURDAY:
            yield local(day, MIDNIGHT, zone), local(day + 2 * DAY, MIDNIGHT, zone)
        if quiet.start is not None and quiet.end is not None and quiet.start != quiet.end:
            last = day if quiet.start < quiet.end else day + DAY
            yield local(day, quiet.start, zone), local(last, quiet.end, zone)
