"""Housekeeping, once an hour: a lake file that was replaced is kept for an hour, so it goes within two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from handlers.upkeep import feature

if TYPE_CHECKING:
    from services import Services


@feature.job("housekeeping", cron="17 * * * *")
async def housekeeping(services: Services) -> None:
    """Remove what is past its time, and say how much it was."""
    gone = await services.upkeep.tidy()
    log = structlog.get_logger()
    log.info("tidied up", files=gone.files, deliveries=gone.deliveries, runs=gone.runs, letters=gone.letters)
