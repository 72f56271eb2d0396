"""What the clock does about anomalies: bills are judged when a day of them is complete, alerts told when they may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from handlers.anomalies import feature

if TYPE_CHECKING:
    from services import Services


@feature.job("watch", cron="23 * * * *")
async def watch(services: Services) -> None:
    """Judge what became complete since the last time; most of the time nothing did."""
    found = await services.anomalies.look()
    if found.series:
        structlog.get_logger().info("watched", series=found.series, opened=found.opened, changed=found.changed)


@feature.job("tell", cron="* * * * *")
async def tell(services: Services) -> None:
    """Tell whoever is next of what nobody has acknowledged, then what may be told by now."""
    now = services.clock()
    await services.anomalies.timers.run(now)
    await services.anomalies.posting.run(now)
