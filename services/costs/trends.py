"""Trends: sums cut into days, weeks or months, and the compared period's beside them, day for day or month for month."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

from services.costs import buckets
from storage.model.money import Money
from storage.model.query import Granularity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from services.costs.book import Book, Key, Sum
    from storage.model.period import Period
    from storage.model.query import CostQuery

LONGEST = {Granularity.DAY: 1, Granularity.WEEK: 7}


def series(book: Book, query: CostQuery, period: Period, sums: Iterable[Sum], currency: str) -> tuple[Money, ...]:
    """One amount a bucket of the period, zero where nothing was spent."""
    cut = buckets.granularity(query)
    added: dict[date, Money] = {day: Money.zero(currency) for day in buckets.buckets(period, cut, book.week_start)}
    for each in sums:
        if each.bucket is not None and each.money.currency == currency:
            place = buckets.bucket_of(max(each.bucket, period.start), period, cut, book.week_start)
            added[place] += each.money
    return tuple(added.values())


def series_by_key(
    book: Book, query: CostQuery, period: Period, sums: Iterable[Sum], currency: str
) -> dict[Key, tuple[Money, ...]]:
    """Key → one amount a bucket of the period."""
    found: dict[Key, list[Sum]] = defaultdict(list)
    for each in sums:
        found[each.key].append(each)
    return {key: series(book, query, period, mine, currency) for key, mine in found.items()}


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
