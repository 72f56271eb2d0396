"""Budgets are looked at every hour; it costs nothing while neither the bill nor the day has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.budgets import feature

if TYPE_CHECKING:
    from services import Services


@feature.job("watch", cron="11 * * * *")
async def watch(services: Services) -> None:
    """Tell what is new of each of them."""
    await services.budgets.watch.look()
