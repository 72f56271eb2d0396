"""The cost questions, each answered from one moment of the store, off the event loop, and remembered until the bill changes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar, cast

from cachetools import LRUCache

from services.costs import freshness
from services.costs.bases import bases
from services.costs.book import Book
from services.costs.breakdown import breakdown
from services.costs.exact import exactly
from services.costs.figures import key_figures
from services.costs.movers import movers
from services.costs.rates import Rates
from services.costs.results import Breakdown
from storage.engines.base import Slice
from storage.model.period import DAY, Period, utc_today
from storage.model.query import Basis, Filter, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from concurrent.futures import Executor
    from datetime import date
    from decimal import Decimal

    from services.clock import Clock
    from services.costs.freshness import Reaches
    from services.costs.results import Bases, Completeness, KeyFigures, Movers
    from storage.costs import CostStore, Reading
    from storage.model.query import CostQuery
    from storage.model.scope import Scope

Result = TypeVar("Result")
REMEMBERED = 4096
MOST_ROWS = 1000
"""A longer answer (a file for somebody) is not remembered: a thousand of them would fill the memory."""
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
        self._generation = -1
        self._reached: tuple[tuple[int, date], Reaches] | None = None
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

        def work(book: Book) -> Completeness:
            now = Period(book.today, book.today + DAY)
            return freshness.completeness(book.reading.catalog, book.today, now, book.reaches)

        return await self._run(work)

    async def names(self, dimension: str, scope: Scope) -> tuple[str, ...]:
        """The values a dimension has, largest spend first, that the asker may see."""
        return await self._run(lambda book: book.names(dimension, scope))

    async def read(self, work: Callable[[Book], Result]) -> Result:
        """What another feature works out from one moment of the store, in the executor; not remembered."""
        return await self._run(work)

    async def _answer(self, answer: Callable[[Book, CostQuery], Result], query: CostQuery) -> Result:
        # Not behind the questions that are being worked out: what is remembered is there at once.
        generation = await asyncio.to_thread(self._store.generation)
        self._turn_to(generation)
        place = (answer.__name__, query, utc_today(self._clock()), generation)
        known = self._answers.get(place)
        if known is None:
            self.misses += 1
            task = asyncio.ensure_future(self._run(lambda book: answer(book, query)))
            task.add_done_callback(lambda done: self._let_go(place, done))
            known = self._answers[place] = cast("asyncio.Future[object]", task)
        else:
            self.hits += 1
        # Shielded: one asker who gives up must not take the answer away from the others who wait for it.
        return cast("Result", await asyncio.shield(known))

    def _turn_to(self, generation: int) -> None:
        """Forget the answers of earlier generations: nobody can ask for them any more."""
        if generation > self._generation:
            self._generation = generation
            self._answers.clear()

    def _let_go(self, place: Hashable, done: asyncio.Future[Result]) -> None:
        """A failure is not remembered, nor is what is too large to keep."""
        if done.cancelled() or done.exception() is not None or _rows(done.result()) > MOST_ROWS:
            self._answers.pop(place, None)

    async def _run(self, work: Callable[[Book], Result]) -> Result:
        today = utc_today(self._clock())

        def read() -> Result:
            with self._store.reading() as reading, exactly():
                return work(Book(reading, self._rates, today, self._reaches(reading, today), self._week_start))

        return await asyncio.get_running_loop().run_in_executor(self._executor, read)

    def _reaches(self, reading: Reading, today: date) -> Reaches:
        """How far each source is complete, found once a generation and day. Two threads may find it at once: the same thing."""
        moment = (reading.catalog.generation, today)
        if self._reached is None or self._reached[0] != moment:
            self._reached = (moment, freshness.reaches(reading.catalog, today, recent_usage(reading, today)))
        return self._reached[1]


def recent_usage(reading: Reading, today: date) -> dict[str, dict[date, Decimal]]:
    """Source → day → what its usage of late cost, as a measure of how much of the day is there."""
    piece = Slice(
        Period(today - freshness.LOOK_BACK, today + DAY),
        by=("source",),
        daily=True,
        lines=(Line.CHARGES,),
        filters=(Filter("charge", ("Usage",)),),
    )
    found: dict[str, dict[date, Decimal]] = {}
    for cell in reading.plan(piece).run(piece, reading.connection, reading.catalog).cells:
        amount = cell.amounts[Basis.EFFECTIVE] or cell.amounts[Basis.BILLED]
        if amount is not None and cell.bucket is not None:
            days = found.setdefault(cell.key[0] or "", {})
            # Several currencies of a source: no sum of money, only a measure.
            days[cell.bucket] = days.get(cell.bucket, 0) + amount
    return found


def _rows(result: object) -> int:
    return sum(len(section.rows) for section in result.sections) if isinstance(result, Breakdown) else 0
