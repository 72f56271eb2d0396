"""What happens around every dispatch, outermost first. Who asks, and what they may, the dispatcher itself decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.middleware.deduplication import Deduplication
from bot.middleware.measuring import Measuring
from bot.middleware.rate_limit import RateLimit
from bot.middleware.request_id import RequestId

if TYPE_CHECKING:
    from bot.metrics import Metrics
    from handlers.incoming import Middleware
    from services.access.background import Background
    from services.clock import Clock
    from storage.deliveries import Deliveries

__all__ = ["Deduplication", "Measuring", "RateLimit", "RequestId", "standard"]


def standard(
    deliveries: Deliveries, background: Background, clock: Clock, metrics: Metrics, names: frozenset[str]
) -> tuple[Middleware, ...]:
    """The chain for Slack: a duplicate is dropped before it costs its person anything of their rate.

    `names`: what the features declare (`handlers.dispatch.declared`), the only names that are counted apart.
    """
    return (RequestId(), Measuring(metrics, names), Deduplication(deliveries, background, clock), RateLimit())
