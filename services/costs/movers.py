"""Movers: what changed between two periods, and what each value of a dimension contributed. Complete days only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.costs import freshness
from services.costs.book import Book, Key, counted
from services.costs.breakdown import compared
from services.costs.results import Mover, Movers, MoverSection
from storage.model.money import Money
from storage.model.query import Axis

if TYPE_CHECKING:
    from storage.model.period import Period
    from storage.model.query import CostQuery

DEFAULT_DIMENSIONS = ("service", "account", "region")
DEFAULT_ROWS = 10
CONSIDERED = 2000
"""Of each period the largest so many values are compared: a value that moved more than the smallest of these is among them."""


def movers(book: Book, query: CostQuery) -> Movers:
    """Answer it: a section a currency and dimension, each adding up to the whole change."""
    query = book.prepared(query)
    before = compared(book, query)
    through = freshness.completeness(book.reading.catalog, book.today, query.period).through
    now = query.period if query.axis is Axis.BILLING or query.compare else freshness.settled(query.period, through)
    query = query.but(period=now, compare=before, by=query.by or DEFAULT_DIMENSIONS, top=query.top or DEFAULT_ROWS)
    totals = [book.totals(query, period) for period in (before, now)]
    sections = tuple(
        _section(book, query, dimension, currency, *(counted(each.get(currency, {}), query, currency) for each in totals))
        for currency in dict.fromkeys((*totals[1], *totals[0]))
        for dimension in query.by
    )
    return Movers(book.basics(query, {**totals[0], **totals[1]}), sections)


def _section(book: Book, query: CostQuery, dimension: str, currency: str, before: Money, after: Money) -> MoverSection:
    old, new = (_amounts(book, query, dimension, currency, period) for period in (query.compared, query.period))
    zero, change = Money.zero(currency), after - before
    found = [_mover(book, dimension, key, old.get(key), new.get(key), change, zero) for key in dict.fromkeys((*new, *old))]
    ranked = sorted((each for each in found if each.change), key=lambda each: -abs(each.change.amount))[: query.top]
    moved = Money.total((each.change for each in ranked), currency)
    return MoverSection(currency, before, after, change, tuple(ranked), change - moved, dimension)


def _amounts(book: Book, query: CostQuery, dimension: str, currency: str, period: Period) -> dict[Key, Money]:
    piece = book.piece(query, period, (dimension,), order=query.basis, limit=CONSIDERED)
    return {each.key: each.money for each in book.sums(piece, query.basis) if each.money.currency == currency}


def _mover(book: Book, dimension: str, key: Key, before: Money | None, after: Money | None, whole: Money, zero: Money) -> Mover:
    change = (after or zero) - (before or zero)
    name = key[0]
    return Mover(
        key={dimension: name},
        label=book.reading.catalog.labels.get(name) if dimension == "account" and name else None,
        before=before or zero,
        after=after or zero,
        change=change,
        share=change.ratio(whole),
        is_new=before is None,
        is_gone=after is None,
    )
