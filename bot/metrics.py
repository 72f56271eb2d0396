"""What is counted for `/metrics`. Labels are what the features declare and the names that admins gave to sources.

None is what somebody typed or a bill said: there could be any number of those.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time
from time import monotonic
from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, Histogram

from storage.model.period import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_client import CollectorRegistry

    from services.status.results import SourceStatus

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
        self.letters = Counter(
            "tuppence_letters", "Errands of the outbox, by how they ended (later: tried again).", ("outcome",), registry=registry
        )
        self.shown = Histogram(
            "tuppence_shown_seconds",
            "From Slack's payload to the answer in Slack.",
            ("kind",),
            buckets=SECONDS,
            registry=registry,
        )
        self.ingest_rows = Gauge(
            "tuppence_ingest_rows",
            "Rows of a source's newest ingest: kept or rejected.",
            ("source", "outcome"),
            registry=registry,
        )
        self.ingest_time = Gauge(
            "tuppence_ingest_time_seconds", "When a source's newest ingest ended, Unix time.", ("source",), registry=registry
        )
        self.stored = Gauge("tuppence_stored_charges", "Charges of a source in the store.", ("source",), registry=registry)
        self.reach = Gauge(
            "tuppence_complete_until_seconds",
            "Where a source's last complete day ends, Unix time.",
            ("source",),
            registry=registry,
        )

    def show_sources(self, sources: Iterable[SourceStatus]) -> None:
        """Say of each source what the store says: bills are read in by other processes, which nobody scrapes."""
        for each in (self.ingest_rows, self.ingest_time, self.stored, self.reach):
            each.clear()
        for source in sources:
            self._show_source(source)

    def _show_source(self, source: SourceStatus) -> None:
        read, rejected = source.read or 0, source.rejected or 0
        self.stored.labels(source.name).set(source.charges or 0)
        self.ingest_rows.labels(source.name, "kept").set(read - rejected)
        self.ingest_rows.labels(source.name, "rejected").set(rejected)
        if source.ingested_at:
            self.ingest_time.labels(source.name).set(source.ingested_at.timestamp())
        if source.through:
            end = datetime.combine(source.through + DAY, time(), UTC)
            self.reach.labels(source.name).set(end.timestamp())

    async def watch_loop(self, every: float = LAG_EVERY) -> None:
        """Measure until cancelled how late a sleep ends: what blocks the loop shows here."""
        while True:
            before = monotonic()
            await asyncio.sleep(every)
            self.loop_lag.observe(max(0.0, monotonic() - before - every))
