"""Trends: sums cut into days, weeks or months, and the compared period's beside them, day for day or month for month."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from services.costs import buckets
from storage.model.money import Money
from storage.model.query import Axis, Granularity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from services.costs.book import Book, Key, Sum
    from storage.model.period import Period
    from storage.model.query import CostQuery

LONGEST = {Granularity.DAY: 1, Granularity.WEEK: 7}


def series(book: Book, query: CostQuery, period: Period, sums: Iterable[Sum], currency: str) -> tuple[Money, ...]:
    """One amount a bucket of the period, zero where nothing was spent."""
    places = buckets.places(period, buckets.granularity(query), book.week_start)
    added = dict.fromkeys(places.values(), Decimal(0))
    for each in sums:
        if each.bucket is not None and each.money.currency == currency:
            added[places[each.bucket]] += each.money.amount
    return tuple(Money(amount, currency) for amount in added.values())


def series_by_key(book: Book, query: CostQuery, currency: str, *, is_quick: bool) -> dict[Key, tuple[Money, ...]]:
    """Key → one amount a bucket of the query's period. `is_quick`: a cube answers."""
    found: dict[Key, list[Sum]] = defaultdict(list)
    for each in _cells(book, query, is_quick=is_quick):
        if each.money.currency == currency:
            found[each.key].append(each)
    return {key: series(book, query, query.period, mine, currency) for key, mine in found.items()}


def _cells(book: Book, query: CostQuery, *, is_quick: bool) -> list[Sum]:
    """Sums cut as finely as the buckets need. Cubes cut by week or month themselves; the lake is quicker with days."""
    cut = buckets.granularity(query)
    if not is_quick or cut is Granularity.DAY or query.axis is Axis.BILLING:
        return book.sums(book.piece(query, query.period, query.by, daily=True), query.basis)
    starts = buckets.buckets(query.period, cut, book.week_start)[1:]
    return book.cut_sums(book.piece(query, query.period, query.by), query.basis, starts)


def series_beside(book: Book, query: CostQuery, before: Period, sums: Iterable[Sum], currency: str) -> tuple[Money, ...]:
    """The compared period's amounts, each beside the bucket of the query's period that is as far from the start.

    Months stand beside months; otherwise each bucket has as many days as the one beside it, so that 6 days are never held against
    7. What is left over of a longer compared period follows in buckets of its own.
    """
    cut = buckets.granularity(query)
    if cut is Granularity.MONTH and before.start.day == query.period.start.day == 1:
        return series(book, query, before, sums, currency)
    starts = _offsets(query.period, buckets.buckets(query.period, cut, book.week_start), before.days, LONGEST.get(cut, 31))
    added = [Money.zero(currency) for _ in starts]
    for each in sums:
        if each.bucket is not None and each.money.currency == currency:
            added[bisect_right(starts, (each.bucket - before.start).days) - 1] += each.money
    return tuple(added)


def _offsets(period: Period, starts: Sequence[date], days: int, step: int) -> list[int]:
    """On which day of the compared period each bucket begins: as in the period, then on by whole steps."""
    known = [(start - period.start).days for start in starts]
    return [*(offset for offset in known if offset < days), *range(period.days, days, step)]
