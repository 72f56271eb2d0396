"""Slack delivers at least once, and people click twice: the same delivery does its work one time, over restarts too."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from handlers.incoming import Incoming, Next
    from handlers.request import Reply
    from services.access.background import Background
    from services.clock import Clock
    from storage.deliveries import Deliveries


class Deduplication:
    """Claims the delivery's key before the work, and finishes it when there is an answer: an error in words is one too.

    Its way to Slack is not part of that. Slack had its acknowledgement before the work began and will not deliver again, so a
    claim that is left open would wait for nobody; what cannot be sent is told to the asker or logged.
    """

    def __init__(self, deliveries: Deliveries, background: Background, clock: Clock) -> None:
        self._deliveries, self._background, self._clock = deliveries, background, clock

    async def __call__(self, incoming: Incoming, proceed: Next) -> Reply | None:
        """Go on the first time; say nothing the second time. Without a key there is nothing to compare."""
        if not incoming.delivery:
            return await proceed(incoming)
        key = f"{incoming.team}:{incoming.delivery}"
        if not await self._background(self._deliveries.claim, key, self._clock()):
            structlog.get_logger().info("duplicate delivery")
            return None
        is_answered = True
        try:
            return await proceed(incoming)
        except asyncio.CancelledError:
            # The program stops: nobody was told anything, so the next delivery may do it.
            is_answered = False
            raise
        finally:
            if is_answered:
                await self._background(self._deliveries.finish, key)
