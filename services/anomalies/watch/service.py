"""The watch, once an hour: it does nothing unless a day became complete, a bill came in, or somebody taught it something."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

import structlog

from services.anomalies.watch.marks import Marks
from services.anomalies.watch.results import Watched, Watching
from storage.model.anomaly import Anomaly, AnomalyKind, DayFigure, Figures, SeriesKey, Severity
from storage.model.letter import Letter

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from concurrent.futures import Executor
    from datetime import date, datetime

    from services.anomalies.results import Judged
    from services.anomalies.watch.looking import Looked
    from services.clock import Clock
    from storage.anomalies import Anomalies
    from storage.costs import CostStore

    Tell = Callable[[], Awaitable[object]]

MOST_NAMED = 20
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
                letters = await self._summaries(looked, now)
                await loop.run_in_executor(self._executor, self._note, looked, letters, now)
        if self._tell is not None:
            await self._tell()
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

    def _note(self, looked: Looked, letters: Iterable[Letter], now: datetime) -> None:
        """What was seen and what tells of it are one write; the marks come last, so that a look that was cut off is repeated."""
        self._store.see(looked.found.firsts.seen, now, letters)
        for name, mark in Marks(self._store.marks()).after(looked.morning, now, looked.feedback):
            self._store.mark(name, mark, now)

    async def _summaries(self, looked: Looked, now: datetime) -> list[Letter]:
        """One for the very first look, else one for each account that was connected."""
        accounts = sorted(looked.connected)
        letters = []
        for group in filter(None, [accounts] if looked.is_first else [[each] for each in accounts]):
            since = min(looked.connected[each] for each in group)
            channel = await self._channel(group[0], since, now)
            if channel:
                letters.append(_summary(group, since, looked, channel))
            else:
                structlog.get_logger().warning("no route takes the summary of new accounts", accounts=len(group))
        return letters

    async def _channel(self, account: str, since: date, now: datetime) -> str:
        """Where an alert of that account would be told."""
        if self._routes is None:
            return ""
        zero = Decimal(0)
        nothing = Figures((DayFigure(since, zero, zero),), zero, zero, 1.0)
        series = SeriesKey((("account", account),), "USD")
        about = (series, AnomalyKind.NEW_ACCOUNT, Severity.LOW, since, since, since, nothing, now, now)
        return (await self._routes.of(Anomaly(*about))).channel


def _summary(accounts: list[str], since: date, looked: Looked, channel: str) -> Letter:
    key = "anomalies:summary" if looked.is_first else f"anomalies:summary:{accounts[0]}"
    args = {
        "accounts": ",".join(accounts[:MOST_NAMED]),
        "count": str(len(accounts)),
        "since": since.isoformat(),
        "series": str(sum(looked.morning.of_account(each) for each in accounts)),
    }
    return Letter(key, "anomalies.summary", args, channel=channel)


def _watched(looked: Looked) -> Watched:
    keeper = looked.keeper
    return Watched(looked.morning.series, keeper.opened, keeper.changed, tuple(sorted(looked.connected)))
