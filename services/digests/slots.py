"""When a digest is due. Pure, so that clocks that change and machines that sleep can be tried in a table."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from services.clock import next_local
from services.costs.freshness import INVOICED_ON
from storage.model.digest import DigestKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from storage.model.digest import Digest, Issue

CATCH_UP = {
    DigestKind.DAILY: timedelta(hours=12),
    DigestKind.WEEKLY: timedelta(days=3),
    DigestKind.MONTHLY: timedelta(days=10),
}
"""A digest that was missed longer ago is not made up for: by then the next one is near, and tells of newer days."""
EVERY_DAY = tuple(range(7))


def next_due(digest: Digest, after: datetime) -> datetime:
    """The next moment, UTC, after one at which it is due."""
    zone = ZoneInfo(digest.zone)
    weekdays = EVERY_DAY if digest.kind is DigestKind.MONTHLY else digest.weekdays
    due = next_local(after, digest.at, zone, weekdays)
    while digest.kind is DigestKind.MONTHLY and due.astimezone(zone).day != INVOICED_ON:
        due = next_local(due, digest.at, zone, weekdays)
    return due


def last_due(digest: Digest, now: datetime) -> datetime | None:
    """The latest moment up to now at which it was due, since it was made; None when that is too long ago to be made up for."""
    since = max(now - CATCH_UP[digest.kind] - timedelta(minutes=digest.wait), digest.made_at)
    last, due = None, next_due(digest, since)
    while due <= now:
        last, due = due, next_due(digest, due)
    return last


def slot_of(digest: Digest, due: datetime) -> date:
    """The day on the clocks of its zone: what its one issue of that day is known by."""
    return due.astimezone(ZoneInfo(digest.zone)).date()


def expected_through(issues: Sequence[Issue], slot: date) -> date | None:
    """The day that the data should reach, as fresh as the freshest of the last issues; None for the first one."""
    lags = [each.slot - each.through for each in issues]
    return slot - min(lags) if lags else None
