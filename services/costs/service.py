"""The cost questions, each answered from a few slices of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.costs.results import Bases, Breakdown, Completeness, KeyFigures, Movers
    from storage.model.query import CostQuery
    from storage.model.scope import Scope


class Costs:
    """Answers cost questions. Every method may raise NotFoundError (a filter names nothing) or StoreError."""

    async def key_figures(self, query: CostQuery) -> KeyFigures:
        """The month of `query.period` so far, against the same days of the month before."""
        raise NotImplementedError

    async def breakdown(self, query: CostQuery) -> Breakdown:
        """Spend by the query's dimensions and granularity, beside `query.compared`."""
        raise NotImplementedError

    async def bases(self, query: CostQuery) -> Bases:
        """The four bases side by side, with the rates they imply."""
        raise NotImplementedError

    async def movers(self, query: CostQuery) -> Movers:
        """What moved between `query.compared` and `query.period`, by the first dimension."""
        raise NotImplementedError

    async def completeness(self) -> Completeness:
        """Through which day each source is complete."""
        raise NotImplementedError

    async def names(self, dimension: str, scope: Scope) -> tuple[str, ...]:
        """The values a dimension has, largest spend first, that the asker may see."""
        raise NotImplementedError
