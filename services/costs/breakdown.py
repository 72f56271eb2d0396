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
from services.costs.paging import Pager, narrowed
from services.costs.results import Breakdown, CostRow, Section
from services.costs.services import of_services
from services.costs.trends import series, series_beside, series_by_key
from storage.model.money import Money
from storage.model.query import Granularity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from services.costs.book import Book, Key, Sum
    from services.costs.lines import Lines
    from services.costs.paging import Page, Sides
    from services.costs.results import Completeness
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
    """A breakdown on its way."""

    book: Book
    query: CostQuery
    pager: Pager
    is_gapped: bool
    """Charges of the compared period lack the basis: nothing found there is not zero."""

    @classmethod
    def of(cls, book: Book, query: CostQuery, state: Completeness) -> _Question:
        """Decide what is compared, and which engine answers."""
        found = comparison(query, state.through, has_sources=bool(state.sources), since=book.known_since(state))
        before = found.before if found else None
        judged = found.judged if found and found.judged != query.period else None
        query = query.but(compare=before, top=query.top or DEFAULT_ROWS)
        book.keep_to_one_engine(book.piece(query, query.period, query.by))
        is_gapped = before is not None and may_lack(book, query, before, query.basis)
        return cls(book, query, Pager(book, query, judged, before), is_gapped)

    def answer(self, state: Completeness) -> Breakdown:
        """The whole answer."""
        totals = self.pager.totals()
        now, judged, before = (by_currency(sums) for sums in (totals.now, totals.judged, totals.before))
        number, pages = self._pages(tuple(dict.fromkeys((*now, *before))), totals)
        sections = tuple(
            self._section(page, currency, now.get(currency, {}), judged.get(currency, {}), before.get(currency))
            for currency, page in pages.items()
        )
        query = self.query.but(page=number)
        cut = query.granularity is not Granularity.TOTAL
        shown = buckets.buckets(query.period, buckets.granularity(query), self.book.week_start) if cut else ()
        most = max((found.count for found in pages.values()), default=0)
        return Breakdown(basics(self.book, query, state), sections, most, shown, self.pager.judged)

    def _pages(self, currencies: tuple[str, ...], totals: Sides) -> tuple[int, dict[str, Page]]:
        """The page's number and each currency's; the last one where a page beyond it was asked for."""
        size, number = self.query.top or DEFAULT_ROWS, self.query.page
        while True:
            is_alone = len(currencies) == 1
            found = {each: self.pager.page(number, size, each, totals, is_alone=is_alone) for each in currencies}
            last = max(-(-max((each.count for each in found.values()), default=0) // size), 1)
            if number <= last:
                return number, found
            number = last

    def _section(self, page: Page, currency: str, now: Lines, judged: Lines, before: Lines | None) -> Section:
        total = counted(now, self.query, currency)
        rows = self._rows(page, currency, total)
        comparable = counted(judged, self.query, currency) if self.pager.judged else None
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
        if self.pager.before is None:
            return None
        return found if found is not None else None if self.is_gapped else Money.zero(currency)

    def _rows(self, page: Page, currency: str, total: Money) -> tuple[CostRow, ...]:
        query, keys = page.query, [key for key, _ in page.rows]
        trends = self._trends(narrowed(query, keys), page, currency) if keys else {}
        usages, categories = of_services(self.book, query, keys) if keys and query.by == ("service",) else ({}, {})
        return tuple(
            CostRow(
                key=dict(zip(query.by, key, strict=True)),
                label=label(self.book, query.by, key),
                amount=money,
                previous=self._previous(page.before.get(key), currency),
                share=share(money, total),
                trend=trends.get(key, ()),
                category=categories.get(key[0]),
                usage=usages.get(key[0]),
                judged=page.judged.get(key, Money.zero(currency)) if self.pager.judged else None,
            )
            for key, money in page.rows
        )

    def _trends(self, shown: CostQuery, page: Page, currency: str) -> Mapping[Key, tuple[Money, ...]]:
        """Key → its series: when the question is cut over time, and beside a short page where it costs next to nothing."""
        is_asked = shown.granularity is not Granularity.TOTAL
        is_quick = self.book.is_quick(self.book.piece(shown, shown.period, shown.by))
        if not is_asked and (len(page.rows) > MOST_DRAWN or not is_quick):
            return {}
        return series_by_key(self.book, shown, currency, is_quick=is_quick)

    def _total_trend(self, query: CostQuery, currency: str) -> tuple[tuple[Money, ...], tuple[Money, ...]]:
        """The total's series and that of the compared period, when the query is cut over time."""
        if query.granularity is Granularity.TOTAL:
            return (), ()
        before = self.pager.before
        now, *others = self.book.spans(query, [query.period, *([before] if before else [])], daily=True)
        trend = series(self.book, query, query.period, now, currency)
        if not before or self._previous(_any(others[0], currency), currency) is None:
            return trend, ()
        return trend, series_beside(self.book, query, before, others[0], currency)


def label(book: Book, by: tuple[str, ...], key: Key) -> str | None:
    """The account's name, when accounts are asked for."""
    account = key[by.index("account")] if "account" in by else None
    return book.reading.catalog.labels.get(account) if account else None


def _rest(whole: Money, parts: Iterable[Money | None]) -> Money:
    """What the parts leave of the whole; a part that is not known counts as nothing."""
    return whole - Money.total((part for part in parts if part is not None), whole.currency)


def _any(sums: list[Sum], currency: str) -> Money | None:
    return next((each.money for each in sums if each.money.currency == currency), None)
