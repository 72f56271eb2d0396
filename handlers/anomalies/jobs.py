"""What the clock does about anomalies: the bills are judged as soon as a day of them is complete."""

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
