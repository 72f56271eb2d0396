"""What happened to the demo's company lately, found and told by the program itself, as on each of those mornings.

The bills are looked at morning by morning, so that a spike is opened, runs, and resolves on the days on which it did. What is to
be told is only queued here: the bot posts it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING

from bot.app import build
from bot.sandbox.slack.seed import ADMIN, FINOPS
from services.access.results import Person, Role
from storage.model.digest import Digest, DigestKind

if TYPE_CHECKING:
    from datetime import datetime

    from bot.settings import Settings
    from services import Services

MORNINGS = (*range(14, 3, -1), 0)
"""Days ago. The bill of the last days came in late, so of those there was nothing to look at."""
EVERY_DAY = tuple(range(7))


@dataclass(slots=True)
class Calendar:
    """A clock that is put forward by hand."""

    now: datetime

    def __call__(self) -> datetime:
        """The moment that it shows."""
        return self.now


async def live(settings: Settings, now: datetime) -> None:
    """Go through the two weeks before a moment, then look at the budgets and tell its digest. Raises StoreError."""
    calendar = Calendar(now)
    house = build(settings, calendar)
    try:
        await _live(house.services, calendar)
    finally:
        house.close()


async def _live(services: Services, calendar: Calendar) -> None:
    now = calendar.now
    for days in MORNINGS:
        calendar.now = now - timedelta(days=days)
        await services.anomalies.look()
    await services.budgets.watch.look()
    if not await services.digests.all():
        calendar.now = now - timedelta(days=1)
        ada = Person(ADMIN, "", "Ada", Role.ADMIN)
        await services.digests.put(ada, Digest(FINOPS, DigestKind.DAILY, time(now.hour), "UTC", ADMIN, now, EVERY_DAY))
        calendar.now = now
    await services.digests.tell(now)
