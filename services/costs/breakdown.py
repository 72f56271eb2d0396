"""Breakdown: spend by dimensions and over time, beside another period. The parts add up to the total, whatever is on the page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.costs import buckets, freshness
from services.costs.book import Book, Key, Sum, below, counted
from services.costs.results import Breakdown, CostRow, Section, Usage
from storage.model.money import Money
from storage.model.query import Axis, Filter, Granularity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from storage.model.period import Period
    from storage.model.query import CostQuery, Line

DEFAULT_ROWS = 10
CUBES = "cost.db"


@dataclass(frozen=True, slots=True)
class _Page:
    """The rows of one currency that are shown, with what stands beside each."""

    rows: Sequence[Sum]
    count: int
    before: Mapping[Key, Money]
    trends: Mapping[Key, tuple[Money, ...]]


def breakdown(book: Book, query: CostQuery) -> Breakdown:
    """Answer it. Raises NotFoundError when a filter names nothing the asker may see."""
    query = book.prepared(query)
    query = query.but(compare=compared(book, query), top=query.top or DEFAULT_ROWS)
    now, before = book.totals(query, query.period), book.totals(query, query.compared)
    sections, most = [], 0
    for currency in dict.fromkeys((*now, *before)):
        page = _page(book, query, currency, alone=len({*now, *before}) == 1)
        most = max(most, page.count)
        sections.append(_section(book, query, now.get(currency, {}), before.get(currency, {}), currency, page))
    cut = query.granularity is not Granularity.TOTAL
    shown = buckets.buckets(query.period, buckets.granularity(query), book.week_start) if cut else ()
    return Breakdown(book.basics(query, now), tuple(sections), most, shown)


def compared(book: Book, query: CostQuery) -> Period:
    """As many days as the period has complete ones: a month to date is never held against a whole month."""
    if query.compare:
        return query.compare
    if query.axis is Axis.BILLING:
        return query.period.previous()
    through = freshness.completeness(book.reading.catalog, book.today, query.period).through
    return freshness.settled(query.period, through).previous()


def _page(book: Book, query: CostQuery, currency: str, *, alone: bool) -> _Page:
    if not query.by:
        return _Page((), 0, {}, {})
    narrowed = query if alone else query.but(filters=(*query.filters, Filter("currency", (currency,))))
    rows, count = _ranked(book, query if book.converts((currency,)) else narrowed, currency)
    shown = _only(query, [row.key for row in rows])
    before = {
        row.key: row.money
        for row in book.sums(book.piece(shown, query.compared, query.by), query.basis)
        if row.money.currency == currency
    }
    piece = book.piece(shown, query.period, query.by, daily=True)
    drawn = query.granularity is not Granularity.TOTAL or book.reading.plan(piece).name == CUBES
    return _Page(rows, count, before, _trends(book, query, book.sums(piece, query.basis), currency) if drawn and rows else {})


def _ranked(book: Book, query: CostQuery, currency: str) -> tuple[list[Sum], int]:
    """The page of rows, largest first, and how many there are. Paged by the engine unless rates must be applied first."""
    size, first = query.top or DEFAULT_ROWS, ((query.page - 1) * (query.top or DEFAULT_ROWS))
    if not book.converts((currency,)):
        piece = book.piece(query, query.period, query.by, order=query.basis, limit=size, offset=first)
        rows, count = book.counted_sums(piece, query.basis)
        return rows, max(count, first + len(rows))
    every = book.sums(book.piece(query, query.period, query.by), query.basis)
    mine = sorted((row for row in every if row.money.currency == currency), key=lambda row: -abs(row.money.amount))
    return mine[first : first + size], len(mine)


def _only(query: CostQuery, keys: Sequence[Key]) -> CostQuery:
    """The query narrowed to the values that are shown, dimension by dimension."""
    if not keys:
        return query
    values = (tuple(dict.fromkeys(key[place] for key in keys)) for place in range(len(query.by)))
    return query.but(filters=(*query.filters, *(Filter(name, found) for name, found in zip(query.by, values, strict=True))))


def _trends(book: Book, query: CostQuery, sums: Sequence[Sum], currency: str) -> dict[Key, tuple[Money, ...]]:
    """Key → one amount a bucket of the query's period."""
    return {key: series(book, query, query.period, found, currency) for key, found in _by_key(sums, currency).items()}


def _by_key(sums: Sequence[Sum], currency: str) -> dict[Key, list[Sum]]:
    found: dict[Key, list[Sum]] = defaultdict(list)
    for each in sums:
        if each.money.currency == currency:
            found[each.key].append(each)
    return found


def series(book: Book, query: CostQuery, period: Period, sums: Sequence[Sum], currency: str) -> tuple[Money, ...]:
    """One amount a bucket of the period, zero where nothing was spent."""
    cut = buckets.granularity(query)
    added: dict[date, Money] = {day: Money.zero(currency) for day in buckets.buckets(period, cut, book.week_start)}
    for each in sums:
        if each.bucket is not None and each.money.currency == currency:
            place = buckets.bucket_of(max(each.bucket, period.start), period, cut, book.week_start)
            added[place] += each.money
    return tuple(added.values())


def _section(
    book: Book,
    query: CostQuery,
    now: Mapping[Line, Money],
    before: Mapping[Line, Money],
    currency: str,
    page: _Page,
) -> Section:
    total, previous = counted(now, query, currency), counted(before, query, currency)
    usages, categories = _of_services(book, query, page.rows) if query.by == ("service",) else ({}, {})
    rows = tuple(
        CostRow(
            key=dict(zip(query.by, row.key, strict=True)),
            label=_label(book, query, row.key),
            amount=row.money,
            previous=page.before.get(row.key, Money.zero(currency)),
            share=row.money.ratio(total),
            trend=page.trends.get(row.key, ()),
            category=categories.get(row.key[0]),
            usage=usages.get(row.key[0]),
        )
        for row in page.rows
    )
    zero = Money.zero(currency)
    trend, previous_trend = _total_trend(book, query, currency)
    return Section(
        currency=currency,
        rows=rows,
        remainder=total - Money.total((row.amount for row in rows), currency),
        remainder_previous=previous - Money.total((row.previous or zero for row in rows), currency),
        remainder_rows=page.count - len(rows),
        total=total,
        previous=previous,
        below=below(now, query),
        net=Money.total(now.values(), currency),
        trend=trend,
        previous_trend=previous_trend,
    )


def _total_trend(book: Book, query: CostQuery, currency: str) -> tuple[tuple[Money, ...], tuple[Money, ...]]:
    """The total's series and that of the compared period, when the query is cut over time."""
    if query.granularity is Granularity.TOTAL:
        return (), ()
    found = [
        series(book, query, period, book.sums(book.piece(query, period, daily=True), query.basis), currency)
        for period in (query.period, query.compared)
    ]
    return found[0], found[1]


def _label(book: Book, query: CostQuery, key: Key) -> str | None:
    """The account's name, when accounts are asked for."""
    if "account" not in query.by:
        return None
    account = key[query.by.index("account")]
    return book.reading.catalog.labels.get(account) if account else None


def _of_services(book: Book, query: CostQuery, rows: Sequence[Sum]) -> tuple[dict[str | None, Usage], dict[str | None, str]]:
    """Service → what it consumed, where that has one unit only; service → its category, where it has one only."""
    shown = _only(query, [row.key for row in rows])
    units: dict[str | None, list[Usage]] = defaultdict(list)
    for cell in book.cells(book.piece(shown, query.period, ("service",), usage=True)):
        if cell.unit and cell.quantity:
            units[cell.key[0]].append(Usage(cell.quantity, cell.unit))
    kinds: dict[str | None, set[str]] = defaultdict(set)
    for each in book.sums(book.piece(shown, query.period, ("service", "category")), query.basis):
        service, category = each.key
        kinds[service].update({category} if category else ())
    return (
        {service: found[0] for service, found in units.items() if len(found) == 1},
        {service: next(iter(found)) for service, found in kinds.items() if len(found) == 1},
    )
