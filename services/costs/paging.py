"""Paging: the rows of one page, largest first, in one currency. The engine ranks, unless rates must be applied before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.model.query import Filter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.costs.book import Book, Key, Sum
    from storage.model.query import CostQuery

MOST_NARROWED = 300
"""Beyond so many rows it is quicker to read all of them than to name each."""


@dataclass(frozen=True, slots=True)
class Page:
    """One currency's rows on the page, and how many there are on all pages. `query` asks for this currency only."""

    query: CostQuery
    rows: tuple[Sum, ...]
    count: int


def page(book: Book, query: CostQuery, currency: str, size: int, *, is_alone: bool) -> Page:
    """The page of a currency. `is_alone`: the answer has no other currency."""
    if not query.by:
        return Page(query, (), 0)
    first = (query.page - 1) * size
    if book.is_mixed(currency):
        return _converted(book, query, currency, first, size)
    query = query if is_alone else query.but(filters=(*query.filters, Filter("currency", (currency,))))
    rows, count = ranked(book, query, first, size)
    return Page(query, tuple(rows), count)


def ranked(book: Book, query: CostQuery, first: int, size: int) -> tuple[list[Sum], int]:
    """Some rows of the query's one currency, and how many there are in all. No rate applies, so the engine may rank."""
    piece = book.piece(query, query.period, query.by, order=query.basis, limit=size, offset=first, is_rated=False)
    rows, count = book.sums(piece, query.basis), book.run(piece).groups
    if not rows and first:
        # Beyond the last row nothing comes back that could say how many there are.
        one = book.piece(query, query.period, query.by, order=query.basis, limit=1, is_rated=False)
        count = book.run(one).groups
    return rows, count


def _converted(book: Book, query: CostQuery, currency: str, first: int, size: int) -> Page:
    every = book.sums(book.piece(query, query.period, query.by), query.basis)
    mine = sorted((row for row in every if row.money.currency == currency), key=_by_size)
    return Page(query, tuple(mine[first : first + size]), len(mine))


def _by_size(row: Sum) -> tuple[object, ...]:
    return (-abs(row.money.amount), *((name is None, name or "") for name in row.key))


def narrowed(query: CostQuery, keys: Sequence[Key]) -> CostQuery:
    """The query for (at least) the values that are shown, dimension by dimension; for very many, as it is."""
    if not keys or len(keys) > MOST_NARROWED:
        return query
    values = (tuple(dict.fromkeys(key[place] for key in keys)) for place in range(len(query.by)))
    return query.but(filters=(*query.filters, *(Filter(name, found) for name, found in zip(query.by, values, strict=True))))
