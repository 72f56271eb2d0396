"""The reader: one moment of the store, off the event loop; and answers made from it, remembered until the bill changes.

Whoever answers questions about money (costs, forecasts) asks here, so that one memory serves all and nobody blocks the loop.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar, cast

from cachetools import LRUCache

from services.costs import freshness
from services.costs.book import Book
from services.costs.exact import exactly
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
    from services.costs.rates import Rates
    from storage.costs import CostStore, Reading

Result = TypeVar("Result")
Question = TypeVar("Question")
REMEMBERED = 4096
MOST_ROWS = 1000
"""A longer answer (a file for somebody) is not remembered: a thousand of them would fill the memory."""


class Reader:
    """Answers are remembered by question, scope (it is part of the question), day and generation of the store.

    Two people who ask the same at once wait for the same answer. `hits` and `misses` count.
    """

    def __init__(self, store: CostStore, executor: Executor, clock: Clock, rates: Rates, week_start: int) -> None:
        self._store, self._executor, self._clock = store, executor, clock
        self._rates, self._week_start = rates, week_start
        self._answers: LRUCache[Hashable, asyncio.Future[object]] = LRUCache(REMEMBERED)
        self._generation = -1
        self._reached: tuple[tuple[int, date], Reaches] | None = None
        self.hits = self.misses = 0

    async def answer(self, answer: Callable[[Book, Question], Result], question: Question) -> Result:
        """What a function makes of a question, which must be hashable. Raises what the function does."""
        # Not behind the questions that are being worked out: what is remembered is there at once.
        generation = await asyncio.to_thread(self._store.generation)
        self._turn_to(generation)
        place = (answer.__name__, question, utc_today(self._clock()), generation)
        known = self._answers.get(place)
        if known is None:
            self.misses += 1
            task = asyncio.ensure_future(self.run(lambda book: answer(book, question)))
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

    async def run(self, work: Callable[[Book], Result]) -> Result:
        """Do something with one moment of the store; nothing is remembered."""
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
