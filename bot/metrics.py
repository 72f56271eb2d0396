"""What is counted for `/metrics`. Labels come from what the features declare, never from what somebody typed or a bill said."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from prometheus_client import Counter, Histogram

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0)
"""0.3 is the promise for numbers; 3 is when Slack gives up on us."""
LAGS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
LAG_EVERY = 1.0


class Metrics:
    """Every metric object, registered in the registry that `/metrics` prints (a registry of its own in each test)."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.requests = Counter(
            "tuppence_requests", "What people did, by how it ended.", ("kind", "name", "outcome"), registry=registry
        )
        self.seconds = Histogram(
            "tuppence_request_seconds", "From the dispatcher's door to the reply.", ("kind",), buckets=SECONDS, registry=registry
        )
        self.cache = Counter(
            "tuppence_cache_lookups", "Looks into the answer cache: hit or miss.", ("result",), registry=registry
        )
        self.loop_lag = Histogram(
            "tuppence_loop_lag_seconds", "How late the event loop came to each tick.", buckets=LAGS, registry=registry
        )
        self.posts = Counter("tuppence_posts", "Messages sent to Slack, by how it ended.", ("outcome",), registry=registry)
        self.ingest_rows = Counter(
            "tuppence_ingest_rows", "Rows read from bills: kept or rejected.", ("outcome",), registry=registry
        )
        self.ingest_seconds = Histogram(
            "tuppence_ingest_seconds", "One ingest.", buckets=(1, 5, 15, 60, 300, 1800), registry=registry
        )

    async def watch_loop(self, every: float = LAG_EVERY) -> None:
        """Measure until cancelled how late a sleep ends: what blocks the loop shows here."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(every)
            self.loop_lag.observe(max(0.0, time.monotonic() - before - every))
