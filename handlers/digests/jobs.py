"""Digests are looked at every minute: each has its own time, in its own zone, and some wait for data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.digests import feature

if TYPE_CHECKING:
    from services import Services


@feature.job("tell", cron="* * * * *")
async def tell(services: Services) -> None:
    """Tell what is due, once."""
    await services.digests.tell(services.clock())


@feature.job("correct", cron="41 * * * *")
async def correct(services: Services) -> None:
    """Correct what was told of days whose bill has changed since."""
    await services.digests.correct(services.clock())
