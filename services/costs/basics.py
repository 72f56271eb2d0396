"""Basics: what every answer carries beside its numbers, put together once its slices were asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.costs import freshness
from services.costs.gaps import missing
from services.costs.results import Basics
from storage.ingest.columns import literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.costs.book import Book
    from services.costs.results import Completeness
    from storage.model.query import Basis, CostQuery

HIDDEN = "'(hidden)'"


def basics(book: Book, query: CostQuery, state: Completeness, bases: Sequence[Basis] = ()) -> Basics:
    """The question as it was answered, its freshness, gaps (in `bases`; else in the query's own), rates and SQL."""
    gaps = missing(book, query, query.compare, bases or (query.basis,))
    return Basics(
        query=query,
        completeness=state,
        missing=gaps,
        sql=_sql(book, query, state),
        generation=book.reading.catalog.generation,
        estimated=freshness.is_estimated(query.period, book.today),
        rates=book.rates.said(book.applied),
        unrated=tuple(sorted(book.unrated)),
    )


def _sql(book: Book, query: CostQuery, state: Completeness) -> str:
    """What was run. The lake's files are listed with their sources; of other sources a limited asker does not learn the names."""
    text = ";\n".join(dict.fromkeys(book.reading.asked))
    own = {source.name for source in state.sources}
    others = sorted(set(book.reading.catalog.sources) - own, key=len, reverse=True) if query.scope.is_limited else []
    for name in others:
        text = text.replace(literal(name), HIDDEN)
    return text
