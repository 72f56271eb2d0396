"""The watch, once an hour: it does nothing unless a day became complete, a bill came in, or somebody taught it something."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

import structlog

from services.anomalies.watch.marks import Marks
from services.anomalies.watch.results import Watched, Watching

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from concurrent.futures import Executor
    from datetime import datetime

    from services.anomalies.results import Judged
    from services.anomalies.watch.looking import Looked
    from services.clock import Clock
    from storage.anomalies import Anomalies
    from storage.costs import CostStore
    from storage.model.anomaly import Anomaly

    Tell = Callable[[datetime], Awaitable[object]]

AS_USUAL = Watching()


class Place(Protocol):
    """Where something is told."""

    @property
    def channel(self) -> str:
        """A channel's id, or a person's; empty when nobody is there to be told."""
        ...


class Routing(Protocol):
    """What is asked of the routes."""

    async def of(self, anomaly: Anomaly) -> Place:
        """Where an anomaly belongs. Raises StoreError."""
        ...


class Watch:
    """Judges every series and keeps episodes true. `tell` posts what waits to be told; it is called after every look."""

    def __init__(
        self,
        costs: CostStore,
        store: Anomalies,
        executor: Executor,
        clock: Clock,
        *,
        routes: Routing | None = None,
        tell: Tell | None = None,
        watching: Watching = AS_USUAL,
    ) -> None:
        self._costs, self._store, self._executor, self._clock = costs, store, executor, clock
        self._routes, self._tell, self._watching = routes, tell, watching
        self._turn = asyncio.Lock()

    async def look(self, *, anew: bool = False) -> Watched:
        """Look once; `anew`: even where nothing moved. Raises StoreError, TemporaryError."""
        async with self._turn:
            now, loop = self._clock(), asyncio.get_running_loop()
            looked = await loop.run_in_executor(self._executor, lambda: self._look(now, anew=anew))
            if looked is not None:
                channels = [await self._channel(each.whole) for each in looked.summaries]
                await loop.run_in_executor(self._executor, self._note, looked, channels, now)
        if self._tell is not None:
            await self._tell(self._clock())
        return _watched(looked) if looked is not None else Watched()

    async def judged(self) -> Judged:
        """How far it has come. Raises StoreError."""
        marks = await asyncio.get_running_loop().run_in_executor(self._executor, self._store.marks)
        return Marks(marks).judged

    def _look(self, now: datetime, *, anew: bool) -> Looked | None:
        from services.anomalies.watch import looking  # noqa: PLC0415 - numpy, only where it is needed

        marks = Marks(self._store.marks())
        with self._costs.reading() as reading:
            return looking.look(reading, self._store, marks, self._watching, now, anew=anew)

    async def _channel(self, anomaly: Anomaly) -> str:
        """Where it is told; empty, and said in the log, where nobody is there to be told."""
        channel = (await self._routes.of(anomaly)).channel if self._routes is not None else ""
        if not channel:
            structlog.get_logger().warning("no route takes the summary of what was connected")
        return channel

    def _note(self, looked: Looked, channels: Sequence[str], now: datetime) -> None:
        """The marks come last, so that a look that was cut off is repeated."""
        from services.anomalies.watch.summaries import keep  # noqa: PLC0415 - numpy, only where it is needed

        for summary, channel in zip(looked.summaries, channels, strict=True):
            keep(self._store, summary, channel)
        self._store.see(looked.found.firsts.seen, now)
        for name, mark in Marks(self._store.marks()).after(looked.morning, now, looked.feedback):
            self._store.mark(name, mark, now)


def _watched(looked: Looked) -> Watched:
    pen = looked.pen
    return Watched(looked.morning.series, pen.opened, pen.changed, tuple(sorted(looked.found.firsts.connected)))
