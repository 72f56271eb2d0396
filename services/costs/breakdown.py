"""Breakdown: spend by dimensions and over time, beside another period. The parts add up to the total, whatever is on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.costs import buckets
from services.costs.basics import basics
from services.costs.compare import comparison
from services.costs.exact import share
from services.costs.gaps import may_lack
from services.costs.lines import below, by_currency, counted
from services.costs.paging import narrowed, page
from services.costs.results import Breakdown, CostRow, Section
from services.costs.services import of_services
from services.costs.trends import series, series_beside, series_by_key
from storage.model.money import Money
from storage.model.query import Granularity, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from services.costs.book import Book, Key, Sum
    from services.costs.compare import Comparison
    from services.costs.lines import Lines
    from services.costs.paging import Page
    from services.costs.results import Completeness
    from storage.model.period import Period
    from storage.model.query import CostQuery

DEFAULT_ROWS = 10
MOST_DRAWN = 50
"""On a longer page nobody looks at the small line beside each row."""


def breakdown(book: Book, query: CostQuery) -> Breakdown:
    """Answer it. Raises NotFoundError when a filter names nothing the asker may see."""
    query = book.prepared(query)
    state = book.completeness(query)
    return _Question.of(book, query, state).answer(state)


@dataclass(frozen=True, slots=True)
class _Question:
    """A breakdown on its way. `before` is None where nothing can be compared; `judged` where all days are."""

    book: Book
    query: CostQuery
    before: Period | None
    judged: Period | None
    is_gapped: bool
    """Charges of the compared period lack the basis: nothing found there is not zero."""

    @classmethod
    def of(cls, book: Book, query: CostQuery, state: Completeness) -> _Question:
        found: Comparison | None = comparison(query, state.through, has_sources=bool(state.sources))
        before = found.before if found else None
        query = query.but(compare=before, top=query.top or DEFAULT_ROWS)
        book.keep_to_one_engine(book.piece(query, query.period, query.by))
        judged = found.judged if found and found.judged != query.period else None
        is_gapped = before is not None and may_lack(book, query, before, query.basis)
        return cls(book, query, before, judged, is_gapped)

    def answer(self, state: Completeness) -> Breakdown:
        """The whole answer."""
        now, judged, before = (by_currency(sums) for sums in self._beside(self.query, every_line=True))
        currencies = tuple(dict.fromkeys((*now, *before)))
        query, pages = self._pages(currencies)
        known = {currency: (now.get(currency, {}), judged.get(currency, {}), before.get(currency)) for currency in currencies}
        sections = tuple(self._section(pages[currency], currency, *lines) for currency, lines in known.items())
        cut = self.query.granularity is not Granularity.TOTAL
        shown = buckets.buckets(query.period, buckets.granularity(query), self.book.week_start) if cut else ()
        most = max((found.count for found in pages.values()), default=0)
        return Breakdown(basics(self.book, query, state), sections, most, shown, self.judged)

    def _pages(self, currencies: tuple[str, ...]) -> tuple[CostQuery, dict[str, Page]]:
        """Each currency's page; the last one where a page beyond it was asked for."""
        size, query = self.query.top or DEFAULT_ROWS, self.query
        while True:
            found = {each: page(self.book, query, each, size, is_alone=len(currencies) == 1) for each in currencies}
            last = max(-(-max((each.count for each in found.values()), default=0) // size), 1)
            if query.page <= last:
                return query, found
            query = query.but(page=last)

    def _beside(self, query: CostQuery, by: tuple[str, ...] = (), *, every_line: bool = False) -> tuple[list[Sum], ...]:
        """Sums of the period (of totals only: rows have theirs from the page), of the judged days, of the compared period."""
        wanted = [query.period if every_line else None, self.judged, self.before]
        periods = [period for period in wanted if period]
        found = iter(self.book.spans(query, periods, by, every_line=every_line) if periods else ())
        return tuple(next(found) if period else [] for period in wanted)

    def _section(self, page: Page, currency: str, now: Lines, judged: Lines, before: Lines | None) -> Section:
        total = counted(now, self.query, currency)
        rows = self._rows(page, currency, total)
        comparable = counted(judged, self.query, currency) if self.judged else None
        previous = self._previous(None if before is None else counted(before, self.query, currency), currency)
        trend, previous_trend = self._total_trend(page.query, currency)
        return Section(
            currency=currency,
            rows=rows,
            remainder=_rest(total, (row.amount for row in rows)),
            remainder_previous=None if previous is None else _rest(previous, (row.previous for row in rows)),
            remainder_rows=page.count - len(rows),
            total=total,
            previous=previous,
            below=below(now, self.query),
            net=Money.total(now.values(), currency),
            trend=trend,
            previous_trend=previous_trend,
            judged=comparable,
            remainder_judged=None if comparable is None else _rest(comparable, (row.comparable for row in rows)),
        )

    def _previous(self, found: Money | None, currency: str) -> Money | None:
        """What was spent before; None where that is not known, which is not the same as nothing."""
        if self.before is None:
            return None
        return found if found is not None else None if self.is_gapped else Money.zero(currency)

    def _rows(self, page: Page, currency: str, total: Money) -> tuple[CostRow, ...]:
        if not page.rows:
            return ()
        keys = [row.key for row in page.rows]
        shown = narrowed(page.query, keys)
        _, judged, before = (_of(sums, currency) for sums in self._beside(shown, page.query.by))
        trends = self._trends(shown, page, currency)
        usages, categories = of_services(self.book, page.query, keys) if page.query.by == ("service",) else ({}, {})
        return tuple(
            CostRow(
                key=dict(zip(page.query.by, row.key, strict=True)),
                label=label(self.book, page.query.by, row.key),
                amount=row.money,
                previous=self._previous(before.get(row.key), currency),
                share=share(row.money, total),
                trend=trends.get(row.key, ()),
                category=categories.get(row.key[0]),
                usage=usages.get(row.key[0]),
                judged=judged.get(row.key, Money.zero(currency)) if self.judged else None,
            )
            for row in page.rows
        )

    def _trends(self, shown: CostQuery, page: Page, currency: str) -> Mapping[Key, tuple[Money, ...]]:
        """Key → its series: when the question is cut over time, and beside a short page where it costs next to nothing."""
        piece = self.book.piece(shown, shown.period, shown.by, daily=True)
        is_asked = shown.granularity is not Granularity.TOTAL
        if not is_asked and (len(page.rows) > MOST_DRAWN or not self.book.is_quick(piece)):
            return {}
        sums = [each for each in self.book.sums(piece, shown.basis) if each.money.currency == currency]
        return series_by_key(self.book, shown, shown.period, sums, currency)

    def _total_trend(self, query: CostQuery, currency: str) -> tuple[tuple[Money, ...], tuple[Money, ...]]:
        """The total's series and that of the compared period, when the query is cut over time."""
        if query.granularity is Granularity.TOTAL:
            return (), ()
        periods = [query.period, *([self.before] if self.before else [])]
        now, *before = self.book.spans(query, periods, daily=True)
        trend = series(self.book, query, query.period, now, currency)
        if not self.before or self._previous(_any(before[0], currency), currency) is None:
            return trend, ()
        return trend, series_beside(self.book, query, self.before, before[0], currency)


def label(book: Book, by: tuple[str, ...], key: Key) -> str | None:
    """The account's name, when accounts are asked for."""
    account = key[by.index("account")] if "account" in by else None
    return book.reading.catalog.labels.get(account) if account else None


def _rest(whole: Money, parts: Iterable[Money | None]) -> Money:
    """What the parts leave of the whole; a part that is not known counts as nothing."""
    return whole - Money.total((part for part in parts if part is not None), whole.currency)


def _of(sums: list[Sum], currency: str) -> dict[Key, Money]:
    return {each.key: each.money for each in sums if each.money.currency == currency and each.line is Line.CHARGES}


def _any(sums: list[Sum], currency: str) -> Money | None:
    return next((each.money for each in sums if each.money.currency == currency), None)
