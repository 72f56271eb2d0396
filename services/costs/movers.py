"""Movers: what changed between two periods, and what each value of a dimension contributed. Complete days only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from services.costs.basics import basics
from services.costs.breakdown import label
from services.costs.compare import Comparison, comparison
from services.costs.exact import share
from services.costs.gaps import may_lack
from services.costs.lines import by_currency, counted
from services.costs.paging import FEW, by_key, ranked
from services.costs.results import Mover, Movers, MoverSection
from storage.model.money import Money
from storage.model.period import DAY, Period
from storage.model.query import Axis, Filter, Granularity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from services.costs.book import Book, Key
    from storage.model.query import CostQuery

    Amounts = Mapping[Key, Money]

DEFAULT_DIMENSIONS = ("service", "account", "region")
DEFAULT_ROWS = 10
CONSIDERED = 2000
"""So many values of each period, the largest, are looked at in both: one that moved by more than the smallest is among them."""
JUST_NOW = timedelta(days=7)
"""A question about days that began so shortly after the last complete one is answered with the last complete days instead."""


def movers(book: Book, query: CostQuery) -> Movers:
    """Answer it: a section a currency and dimension, each adding up to the whole change."""
    query = book.prepared(query.but(granularity=Granularity.TOTAL, page=1))
    state = book.completeness(query)
    found = _judged(query, state.through, has_sources=bool(state.sources))
    query = query.but(period=found.judged, compare=found.before, by=query.by or DEFAULT_DIMENSIONS, top=query.top or DEFAULT_ROWS)
    sections = tuple(section for dimension in query.by for section in _Dimension(book, query, dimension).sections())
    by_size = dict.fromkeys(section.currency for section in sections)
    ordered = tuple(section for currency in by_size for section in sections if section.currency == currency)
    return Movers(basics(book, query, state), ordered)


def _judged(query: CostQuery, through: date | None, *, has_sources: bool) -> Comparison:
    """The days that are judged; where none of those asked for is complete, the last complete days, as many as were asked for."""
    found = comparison(query, through, has_sources=has_sources)
    if found is None and through and query.axis is Axis.CHARGE and query.period.start - through <= JUST_NOW:
        days = Period(through + DAY - DAY * query.period.days, through + DAY)
        found = Comparison(days, Period(days.start - DAY * days.days, days.start))
    return found or Comparison(query.period, query.compared)


@dataclass(frozen=True, slots=True)
class _Dimension:
    """The movers of one dimension. The query's period and comparison are those that are judged."""

    book: Book
    query: CostQuery
    dimension: str

    def sections(self) -> list[MoverSection]:
        """One a currency, the largest first."""
        query = self.query
        self.book.keep_to_one_engine(self.book.piece(query, query.period, (self.dimension,)))
        after, before = (by_currency(sums) for sums in self.book.spans(query, [query.period, query.compared], every_line=True))
        currencies = tuple(dict.fromkeys((*after, *before)))
        return [
            self._section(
                currency,
                counted(before.get(currency, {}), query, currency),
                counted(after.get(currency, {}), query, currency),
                is_alone=len(currencies) == 1,
            )
            for currency in currencies
        ]

    def _section(self, currency: str, before: Money, after: Money, *, is_alone: bool) -> MoverSection:
        new, old = self._amounts(currency, is_alone=is_alone)
        change = after - before
        found = [self._mover(key, old.get(key), new.get(key), change) for key in dict.fromkeys((*new, *old))]
        moved = sorted((each for each in found if each.change), key=_by_size)[: self.query.top]
        rest = change - Money.total((each.change for each in moved), currency)
        return MoverSection(currency, before, after, change, tuple(moved), rest, self.dimension)

    def _mover(self, key: Key, before: Money | None, after: Money | None, whole: Money) -> Mover:
        zero = Money.zero(whole.currency)
        change = (after or zero) - (before or zero)
        return Mover(
            key={self.dimension: key[0]},
            label=label(self.book, (self.dimension,), key),
            before=before or zero,
            after=after or zero,
            change=change,
            share=share(change, whole),
            is_new=before is None and not self._may_lack(self.query.compared),
            is_gone=after is None and not self._may_lack(self.query.period),
        )

    def _may_lack(self, period: Period) -> bool:
        return may_lack(self.book, self.query, period, self.query.basis)

    def _amounts(self, currency: str, *, is_alone: bool) -> tuple[Amounts, Amounts]:
        """Key → money in the period, and in the compared one, for every key that can be among the movers."""
        query = self.query.but(by=(self.dimension,))
        if self.book.is_mixed or self.book.size_of(self.dimension) <= FEW:
            after, before = self.book.spans(query, [query.period, query.compared], query.by)
            return by_key(after, query, currency), by_key(before, query, currency)
        if not is_alone:
            query = query.but(filters=(*query.filters, Filter("currency", (currency,))))
        sides = [query, query.but(period=query.compared)]
        (new, is_new_cut), (old, is_old_cut) = (self._largest(side, currency) for side in sides)
        if is_old_cut:
            old = {**old, **self._named(sides[1], [key for key in new if key not in old], currency)}
        if is_new_cut:
            new = {**new, **self._named(sides[0], [key for key in old if key not in new], currency)}
        return new, old

    def _largest(self, query: CostQuery, currency: str) -> tuple[Amounts, bool]:
        """The largest values, and whether there are more."""
        rows, count = ranked(self.book, query, 0, CONSIDERED)
        return by_key(rows, query, currency), count > len(rows)

    def _named(self, query: CostQuery, keys: list[Key], currency: str) -> Amounts:
        """What these values cost, which were too small to be among the largest."""
        if not keys:
            return {}
        shown = query.but(filters=(*query.filters, Filter(self.dimension, tuple(key[0] for key in keys))))
        return by_key(self.book.sums(self.book.piece(shown, shown.period, shown.by), shown.basis), shown, currency)


def _by_size(each: Mover) -> tuple[object, ...]:
    name = next(iter(each.key.values()))
    return (-abs(each.change.amount), name is None, name or "")
