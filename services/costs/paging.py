"""Paging: the rows of one page of one currency, largest first, each with what it cost before.

Where there can only be a few rows, or rates must be applied before anything can be ranked, all are read at once with the totals;
otherwise the engine ranks, and only what is shown is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING

from services.costs.lines import is_counted
from storage.model.query import TAG_PREFIX, Filter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from services.costs.book import Book, Key, Sum
    from storage.model.money import Money
    from storage.model.period import Period
    from storage.model.query import CostQuery

FEW = 300
"""So many rows are quicker read than ranked and then looked up."""
FEW_CELLS = 5000
"""Nobody knows how many values a tag has that is not configured; where there are no more cells than these, all are read."""
MOST_NARROWED = 300
"""Beyond so many rows it is quicker to read all of them than to name each."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Sums of the period, of its judged days and of the compared period; empty where there is no such period."""

    now: Sequence[Sum] = ()
    judged: Sequence[Sum] = ()
    before: Sequence[Sum] = ()
    by_row: bool = False
    """Whether they are sums of each row."""


@dataclass(frozen=True, slots=True)
class Page:
    """One currency's rows on the page, and how many there are on all pages. `query` asks for this currency only."""

    query: CostQuery
    rows: Sequence[tuple[Key, Money]] = ()
    count: int = 0
    judged: Mapping[Key, Money] = field(default_factory=dict)
    before: Mapping[Key, Money] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pager:
    """Reads the sides of a question and turns its pages. `judged` and `before` are None where there is no such period."""

    book: Book
    query: CostQuery
    judged: Period | None
    before: Period | None

    def totals(self) -> Sides:
        """What the totals are added up from; row by row where all are read."""
        periods, query = [self.query.period, *filter(None, (self.judged, self.before))], self.query
        if self.book.is_mixed or _may_have(self.book, query.by) <= FEW:
            now, *others = self.book.spans(query, periods, query.by, every_line=True)
            return self._named(others, now, by_row=True)
        if len(query.by) == 1 and query.by[0].startswith(TAG_PREFIX):
            found = self.book.spans(query, periods, query.by, every_line=True, most=FEW_CELLS)
            if found:
                return self._named(found[1:], found[0], by_row=True)
        now, *others = self.book.spans(query, periods, every_line=True)
        return self._named(others, now)

    def page(self, number: int, size: int, currency: str, totals: Sides, *, is_alone: bool) -> Page:
        """The page of a currency. `is_alone`: the answer has no other currency."""
        query = self.query
        if not is_alone and not self.book.is_mixed:
            query = query.but(filters=(*query.filters, Filter("currency", (currency,))))
        if not query.by:
            return Page(query)
        first = (number - 1) * size
        return self._read(query, currency, first, size, totals) if totals.by_row else self._ranked(query, currency, first, size)

    def _read(self, query: CostQuery, currency: str, first: int, size: int, totals: Sides) -> Page:
        now, judged, before = (by_key(side, query, currency) for side in (totals.now, totals.judged, totals.before))
        rows = sorted(now.items(), key=_by_size)
        return Page(query, rows[first : first + size], len(rows), judged, before)

    def _ranked(self, query: CostQuery, currency: str, first: int, size: int) -> Page:
        found, count = ranked(self.book, query, first, size)
        rows = [(each.key, each.money) for each in found]
        periods = list(filter(None, (self.judged, self.before)))
        shown = narrowed(query, [key for key, _ in rows])
        others = self.book.spans(shown, periods, query.by) if rows and periods else []
        sides = self._named(others)
        judged, before = (by_key(side, query, currency) for side in (sides.judged, sides.before))
        return Page(query, rows, count, judged, before)

    def _named(self, others: Sequence[Sequence[Sum]], now: Sequence[Sum] = (), *, by_row: bool = False) -> Sides:
        found = iter(others)
        judged = next(found, ()) if self.judged else ()
        return Sides(now, judged, next(found, ()) if self.before else (), by_row)


def ranked(book: Book, query: CostQuery, first: int, size: int) -> tuple[list[Sum], int]:
    """Some rows of the query's one currency, and how many there are in all. No rate applies, so the engine may rank."""
    piece = book.piece(query, query.period, query.by, order=query.basis, limit=size, offset=first, is_rated=False)
    rows, count = book.sums(piece, query.basis), book.run(piece).groups
    if not rows and first:
        # Beyond the last row nothing comes back that could say how many there are.
        one = book.piece(query, query.period, query.by, order=query.basis, limit=1, is_rated=False)
        count = book.run(one).groups
    return rows, count


def by_key(sums: Iterable[Sum], query: CostQuery, currency: str) -> dict[Key, Money]:
    """Key → what the query counts of it in a currency."""
    found: dict[Key, Money] = {}
    for each in sums:
        if each.money.currency == currency and is_counted(each.line, query):
            before = found.get(each.key)
            found[each.key] = each.money if before is None else before + each.money
    return found


def narrowed(query: CostQuery, keys: Sequence[Key]) -> CostQuery:
    """The query for (at least) the values that are shown, dimension by dimension; for very many, as it is."""
    if not keys or len(keys) > MOST_NARROWED:
        return query
    values = (tuple(dict.fromkeys(key[place] for key in keys)) for place in range(len(query.by)))
    return query.but(filters=(*query.filters, *(Filter(name, found) for name, found in zip(query.by, values, strict=True))))


def _may_have(book: Book, by: Sequence[str]) -> float:
    """At most so many rows; of resources and of tags that are not configured nobody knows."""
    return prod(book.size_of(name) for name in by)


def _by_size(row: tuple[Key, Money]) -> tuple[object, ...]:
    key, money = row
    return (-abs(money.amount), *((name is None, name or "") for name in key))
