"""Basics: what every answer carries beside its numbers, put together once its slices were asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.costs import freshness
from services.costs.gaps import missing
from services.costs.results import Basics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.costs.book import Book
    from services.costs.results import Completeness
    from storage.model.query import Basis, CostQuery


def basics(book: Book, query: CostQuery, state: Completeness, bases: Sequence[Basis] = ()) -> Basics:
    """The question as it was answered, its freshness, gaps (in `bases`; else in the query's own), rates and SQL."""
    gaps = missing(book, query, query.compare, bases or (query.basis,))
    return Basics(
        query=query,
        completeness=state,
        missing=gaps,
        sql=";\n".join(dict.fromkeys(book.reading.asked)),
        generation=book.reading.catalog.generation,
        estimated=freshness.is_estimated(query.period, book.today),
        rates=book.rates.said(book.applied),
        unrated=tuple(sorted(book.unrated)),
    )
