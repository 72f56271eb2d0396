"""The cost questions, each answered from one moment of the store, off the event loop, and remembered until the bill changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.costs import freshness
from services.costs.bases import bases
from services.costs.breakdown import breakdown
from services.costs.figures import key_figures
from services.costs.movers import movers
from services.costs.rates import Rates
from services.costs.reader import Reader, recent_usage
from storage.model.period import DAY, Period

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from services.clock import Clock
    from services.costs.book import Book
    from services.costs.results import Bases, Breakdown, Completeness, KeyFigures, Movers
    from storage.costs import CostStore
    from storage.model.query import CostQuery
    from storage.model.scope import Scope

__all__ = ["Costs", "recent_usage"]

NO_RATES = Rates()


class Costs:
    """Answers cost questions. Every method may raise NotFoundError (a filter names nothing) or StoreError.

    `reader` remembers the answers; others who ask the same store use it too.
    """

    def __init__(
        self, store: CostStore, executor: Executor, clock: Clock, *, rates: Rates = NO_RATES, week_start: int = 0
    ) -> None:
        self.reader = Reader(store, executor, clock, rates, week_start)

    @property
    def hits(self) -> int:
        """Answers that were there already."""
        return self.reader.hits

    @property
    def misses(self) -> int:
        """Answers that had to be worked out."""
        return self.reader.misses

    async def key_figures(self, query: CostQuery) -> KeyFigures:
        """The month of `query.period` so far, against the same days of the month before."""
        return await self.reader.answer(key_figures, query)

    async def breakdown(self, query: CostQuery) -> Breakdown:
        """Spend by the query's dimensions and granularity, beside `query.compared`."""
        return await self.reader.answer(breakdown, query)

    async def bases(self, query: CostQuery) -> Bases:
        """The four bases side by side, with the rates they imply."""
        return await self.reader.answer(bases, query)

    async def movers(self, query: CostQuery) -> Movers:
        """What moved between `query.compared` and `query.period`, by each of its dimensions."""
        return await self.reader.answer(movers, query)

    async def completeness(self) -> Completeness:
        """Through which day each source is complete."""

        def work(book: Book) -> Completeness:
            now = Period(book.today, book.today + DAY)
            return freshness.completeness(book.reading.catalog, book.today, now, book.reaches)

        return await self.reader.run(work)

    async def names(self, dimension: str, scope: Scope) -> tuple[str, ...]:
        """The values a dimension has, largest spend first, that the asker may see."""
        return await self.reader.run(lambda book: book.names(dimension, scope))
