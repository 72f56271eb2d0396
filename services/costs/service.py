"""The cost questions, each answered from one moment of the store, off the event loop, and remembered until the bill changes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar, cast

from cachetools import LRUCache

from services.costs.bases import bases
from services.costs.book import Book
from services.costs.breakdown import breakdown
from services.costs.figures import key_figures
from services.costs.freshness import completeness
from services.costs.movers import movers
from services.costs.rates import Rates
from storage.model.period import DAY, Period, utc_today

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from concurrent.futures import Executor

    from services.clock import Clock
    from services.costs.results import Bases, Breakdown, Completeness, KeyFigures, Movers
    from storage.costs import CostStore
    from storage.model.query import CostQuery
    from storage.model.scope import Scope

Result = TypeVar("Result")
REMEMBERED = 4096
NO_RATES = Rates()


class Costs:
    """Answers cost questions. Every method may raise NotFoundError (a filter names nothing) or StoreError.

    Answers are remembered by question, scope (it is part of the question), day and generation of the store; two people who ask
    the same at once wait for the same answer. `hits` and `misses` count.
    """

    def __init__(
        self, store: CostStore, executor: Executor, clock: Clock, *, rates: Rates = NO_RATES, week_start: int = 0
    ) -> None:
        self._store, self._executor, self._clock = store, executor, clock
        self._rates, self._week_start = rates, week_start
        self._answers: LRUCache[Hashable, asyncio.Future[object]] = LRUCache(REMEMBERED)
        self.hits = self.misses = 0

    async def key_figures(self, query: CostQuery) -> KeyFigures:
        """The month of `query.period` so far, against the same days of the month before."""
        return await self._answer(key_figures, query)

    async def breakdown(self, query: CostQuery) -> Breakdown:
        """Spend by the query's dimensions and granularity, beside `query.compared`."""
        return await self._answer(breakdown, query)

    async def bases(self, query: CostQuery) -> Bases:
        """The four bases side by side, with the rates they imply."""
        return await self._answer(bases, query)

    async def movers(self, query: CostQuery) -> Movers:
        """What moved between `query.compared` and `query.period`, by each of its dimensions."""
        return await self._answer(movers, query)

    async def completeness(self) -> Completeness:
        """Through which day each source is complete."""
        return await self._run(lambda book: completeness(book.reading.catalog, book.today, Period(book.today, book.today + DAY)))

    async def names(self, dimension: str, scope: Scope) -> tuple[str, ...]:
        """The values a dimension has, largest spend first, that the asker may see."""
        return await self._run(lambda book: book.names(dimension, scope))

    async def _answer(self, answer: Callable[[Book, CostQuery], Result], query: CostQuery) -> Result:
        loop = asyncio.get_running_loop()
        generation = await loop.run_in_executor(self._executor, self._store.generation)
        place = (answer.__name__, query, utc_today(self._clock()), generation)
        known = self._answers.get(place)
        if known is None:
            self.misses += 1
            task = asyncio.ensure_future(self._run(lambda book: answer(book, query)))
            task.add_done_callback(lambda done: self._forget_failure(place, done))
            known = self._answers[place] = cast("asyncio.Future[object]", task)
        else:
            self.hits += 1
        # Shielded: one asker who gives up must not take the answer away from the others who wait for it.
        return cast("Result", await asyncio.shield(known))

    def _forget_failure(self, place: Hashable, done: asyncio.Future[Result]) -> None:
        if done.cancelled() or done.exception() is not None:
            self._answers.pop(place, None)

    async def _run(self, work: Callable[[Book], Result]) -> Result:
        today = utc_today(self._clock())

        def read() -> Result:
            with self._store.reading() as reading:
                return work(Book(reading, self._rates, today, self._week_start))

        return await asyncio.get_running_loop().run_in_executor(self._executor, read)
