"""The history of a forecast: complete days only, one exact amount a day and currency, of the whole and of its largest parts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from services.costs.lines import by_currency
from services.costs.paging import by_key, narrowed, ranked
from storage.model.period import DAY, Period
from storage.model.query import Filter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from services.costs.book import Book, Key, Sum
    from storage.model.query import CostQuery

SPAN = timedelta(days=425)
"""A year, to know its one-day charges, and two months more, to know what was usual around them."""
RECENT = timedelta(days=60)
"""Parts are ranked by what they cost in these days: what ended long ago needs no row."""
ROWS = 10


@dataclass(frozen=True, slots=True)
class Daily:
    """One amount a day of the history, exact."""

    days: Period
    amounts: tuple[Decimal, ...]

    def since(self, first: date) -> Decimal:
        """What the days from one on add up to."""
        return sum(self.amounts[max((first - self.days.start).days, 0) :], Decimal(0))

    @property
    def lived(self) -> tuple[Decimal, ...]:
        """The days from the first that cost anything."""
        first = next((n for n, amount in enumerate(self.amounts) if amount), len(self.amounts))
        return self.amounts[first:]

    def without(self, parts: Iterable[Daily]) -> Daily:
        """What parts leave of each day."""
        columns = zip(self.amounts, *(part.amounts for part in parts), strict=True)
        return Daily(self.days, tuple(whole - sum(rest, Decimal(0)) for whole, *rest in columns))


@dataclass(frozen=True, slots=True)
class CurrencyHistory:
    """One currency: the whole, the largest parts (key of the one dimension → days), and whether others are left over."""

    currency: str
    whole: Daily
    parts: dict[Key, Daily] = field(default_factory=dict)


def history(book: Book, query: CostQuery, through: date) -> list[CurrencyHistory]:
    """Read the complete days up to `through`, the most money first. `query` is prepared; its period is ignored."""
    span = Period(through + DAY - SPAN, through + DAY)
    query = query.but(period=span)
    book.keep_to_one_engine(book.piece(query, span, query.by, daily=True))
    sums = book.spans(query, [span], daily=True)[0]
    currencies = list(by_currency(sums))
    found = []
    for currency in currencies:
        whole = _daily(span, (each for each in sums if each.money.currency == currency))
        parts = _parts(book, query, currency, is_alone=len(currencies) == 1) if query.by else {}
        found.append(CurrencyHistory(currency, whole, parts))
    return found


def _parts(book: Book, query: CostQuery, currency: str, *, is_alone: bool) -> dict[Key, Daily]:
    """The largest values of the dimension, day by day."""
    if not is_alone and not book.is_mixed:
        query = query.but(filters=(*query.filters, Filter("currency", (currency,))))
    keys = _largest(book, query, currency)
    if not keys:
        return {}
    series: dict[Key, list[Sum]] = defaultdict(list)
    for each in book.spans(narrowed(query, keys), [query.period], query.by, daily=True)[0]:
        if each.money.currency == currency:
            series[each.key].append(each)
    return {key: _daily(query.period, series[key]) for key in keys}


def _largest(book: Book, query: CostQuery, currency: str) -> Sequence[Key]:
    most = query.top or ROWS
    recent = query.but(period=Period(query.period.end - RECENT, query.period.end))
    if not book.is_mixed:
        return [each.key for each in ranked(book, recent, 0, most)[0]]
    amounts = by_key(book.spans(recent, [recent.period], recent.by)[0], recent, currency)
    return sorted(amounts, key=lambda key: -abs(amounts[key].amount))[:most]


def _daily(span: Period, sums: Iterable[Sum]) -> Daily:
    amounts = dict.fromkeys(span, Decimal(0))
    for each in sums:
        if each.bucket is not None:
            amounts[each.bucket] += each.money.amount
    return Daily(span, tuple(amounts.values()))
