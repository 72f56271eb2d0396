"""The book: one moment of the store, asked in slices, with exchange rates applied and filters spelled as the bill spells them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import inf
from typing import TYPE_CHECKING

from services.costs import freshness
from services.costs.names import resolve
from storage.engines.base import Slice
from storage.model.money import Money
from storage.model.period import DAY, Period, first_of_month
from storage.model.query import DIMENSIONS, OF_LINE_ITEMS, TAG_PREFIX, Axis, Charges, Filter, Granularity, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from services.costs.freshness import Reaches
    from services.costs.rates import Rates
    from services.costs.results import Completeness
    from storage.costs import Reading
    from storage.engines.base import Answer, Engine
    from storage.model.query import Basis, CostQuery
    from storage.model.scope import Scope

Key = tuple[str | None, ...]
CUBES = "cost.db"


@dataclass(frozen=True, slots=True)
class Sum:
    """Money of one key, bucket and line in one currency. `bucket` is None when the slice is not cut by day.

    `since` is the first day of the cut that the money is of; sums that were added together over cuts keep the first.
    """

    key: Key
    bucket: date | None
    line: Line
    money: Money
    since: date


@dataclass(slots=True)
class Book:
    """Reads sums for one answer. `today` is the UTC day the answer is given on; `reaches` is how far each source is complete."""

    reading: Reading
    rates: Rates
    today: date
    reaches: Reaches
    week_start: int = 0
    applied: set[tuple[str, date]] = field(default_factory=set)
    """(currency, day) of the exchange rates that were applied."""
    unrated: set[str] = field(default_factory=set)
    """Currencies that should have been converted, and had no rate on their day."""
    _engine: Engine | None = None
    _known: dict[tuple[Slice, bool], Answer] = field(default_factory=dict)

    def prepared(self, query: CostQuery) -> CostQuery:
        """The query with names as the bill spells them and, on the billing axis, whole months. Raises NotFoundError."""
        query = query.but(filters=tuple(self._resolved(each, query.scope) for each in query.filters))
        if query.axis is Axis.CHARGE:
            return query
        is_cut = query.granularity is not Granularity.TOTAL
        return query.but(
            period=_whole_months(query.period),
            compare=query.compare and _whole_months(query.compare),
            granularity=Granularity.MONTH if is_cut else Granularity.TOTAL,
        )

    def keep_to_one_engine(self, piece: Slice) -> None:
        """Answer everything by the engine that this slice needs.

        Cells of cost.db are rounded, line items are not: the parts of an answer add up to the last digit only within one of them.
        """
        engine = self.reading.plan(piece)
        self._engine = None if engine.name == CUBES else engine

    def is_quick(self, piece: Slice) -> bool:
        """Whether a slice costs next to nothing: a cube has it."""
        return self._engine is None and self.reading.plan(piece).name == CUBES

    def piece(
        self,
        query: CostQuery,
        period: Period,
        by: tuple[str, ...] = (),
        *,
        every_line: bool = False,
        is_rated: bool = True,
        measures: tuple[Basis, ...] = (),
        **more: object,
    ) -> Slice:
        """A slice of the query over a period: its filters, scope and axis, and the lines that it counts (or each line apart).

        `is_rated`: cut where an exchange rate changes; without, its cells must not be converted. `measures`: the bases that are
        read, if not just the query's own.
        """
        is_net = query.charges is Charges.NET
        return Slice(
            period,
            by=by,
            axis=query.axis,
            filters=query.filters,
            scope=query.scope,
            cuts=self.rates.cuts(period, self._currencies) if is_rated else (),
            folded=is_net and not every_line,
            lines=() if is_net or every_line else (Line.CHARGES,),
            measures=measures or (query.basis,),
            **more,  # type: ignore[arg-type]  # the dataclass checks the names itself
        )

    def run(self, piece: Slice) -> Answer:
        """The slice's answer; the same slice is read once."""
        place = (piece, self._engine is None)
        if place not in self._known:
            self._known[place] = self.reading.run(piece, self._engine)
        return self._known[place]

    def run_anywhere(self, piece: Slice) -> Answer:
        """The slice's answer by the quickest engine: for what is named and not added up."""
        return self.reading.run(piece)

    def sums(self, piece: Slice, basis: Basis) -> list[Sum]:
        """The slice's cells in one basis, converted where there is a rate. Cells without that basis are left out."""
        return added(self._converted(piece, basis))

    def cut_sums(self, piece: Slice, basis: Basis, days: Iterable[date]) -> list[Sum]:
        """The slice's cells cut at these days, each with the first day of its cut as its bucket."""
        piece = replace(piece, cuts=tuple(sorted({*piece.cuts, *days})))
        return [replace(each, bucket=each.since) for each in self._converted(piece, basis)]

    def spans(
        self,
        query: CostQuery,
        periods: Sequence[Period],
        by: tuple[str, ...] = (),
        *,
        every_line: bool = False,
        daily: bool = False,
        most: int | None = None,
    ) -> list[list[Sum]]:
        """The sums of several periods, read together where they lie close to each other.

        Nothing at all where more cells are than `most`.
        """
        hull = Period(min(each.start for each in periods), max(each.end for each in periods))
        is_close = hull.days <= 2 * len({day for each in periods for day in each})
        if query.axis is Axis.BILLING or not is_close:
            pieces = [self.piece(query, each, by, every_line=every_line, daily=daily, limit=most) for each in periods]
            return [self.sums(piece, query.basis) for piece in pieces] if self._are_whole(pieces) else []
        piece = self.piece(query, hull, by, every_line=every_line, daily=daily, limit=most)
        borders = () if daily else (day for each in periods for day in (each.start, each.end) if hull.start < day < hull.end)
        piece = replace(piece, cuts=tuple(sorted({*piece.cuts, *borders})))
        if not self._are_whole([piece]):
            return []
        every = self._converted(piece, query.basis)
        return [added(each for each in every if (each.bucket or each.since) in period) for period in periods]

    def _are_whole(self, pieces: Sequence[Slice]) -> bool:
        """Whether no limit cuts any of them short."""
        return all(piece.limit is None or self.run(piece).groups <= piece.limit for piece in pieces)

    @property
    def is_mixed(self) -> bool:
        """Whether rates bring money of several currencies together, so that ranking must wait until it is added up."""
        return self.rates.apply_to(self._currencies)

    def size_of(self, dimension: str) -> float:
        """How many values a dimension may have, none included; infinity where the catalog does not know."""
        catalog = self.reading.catalog
        known = catalog.sources if dimension == "source" else catalog.by_dimension.get(dimension)
        return len(known) + 1 if known is not None else 1 if dimension in DIMENSIONS.keys() - OF_LINE_ITEMS else inf

    def completeness(self, query: CostQuery, period: Period | None = None) -> Completeness:
        """The sources that the query stands on, and how far they reach."""
        period = period or query.period
        return freshness.completeness(self.reading.catalog, self.today, period, self.reaches, self._sources(query, period))

    def known_since(self, state: Completeness) -> date | None:
        """The first day that the bills of these sources tell of: of their first month, or a charge before that."""
        named = {source.name for source in state.sources}
        parts = (part for part in self.reading.catalog.parts if part.source in named)
        return min((min(part.month, part.days.start) for part in parts), default=None)

    def names(self, dimension: str, scope: Scope) -> tuple[str, ...]:
        """The values of a dimension that the asker may see, largest spend first, over all that is stored."""
        spans = [part.days for part in self.reading.catalog.parts]
        if not spans:
            return ()
        whole = Period(min(each.start for each in spans), max(each.end for each in spans))
        sizes: dict[str, Decimal] = {}
        for cell in self.reading.run(Slice(whole, by=(dimension,), scope=scope)).cells:
            name, known = cell.key[0], [abs(amount) for amount in cell.amounts.values() if amount is not None]
            if name is not None:
                # Across currencies this is no sum of money, only a rough order.
                sizes[name] = sizes.get(name, Decimal(0)) + max(known, default=Decimal(0))
        return tuple(sorted(sizes, key=lambda name: (-sizes[name], name)))

    @property
    def _currencies(self) -> tuple[str, ...]:
        return self.reading.catalog.by_dimension.get("currency", ())

    def _converted(self, piece: Slice, basis: Basis) -> list[Sum]:
        starts = (piece.period.start, *piece.cuts)
        found = []
        for cell in self.run(piece).cells:
            amount = cell.amounts[basis]
            if amount is not None:
                since = starts[cell.cut]
                found.append(Sum(cell.key, cell.bucket, cell.line, self.convert(Money(amount, cell.currency), since), since))
        return found

    def convert(self, money: Money, day: date) -> Money:
        """In the reporting currency at the day's rate; as it is where no rate is set or known."""
        if money.currency == self.rates.reporting or not self.rates.reporting:
            return money
        rate = self.rates.on(money.currency, day)
        if rate is None:
            self.unrated.add(money.currency)
            return money
        self.applied.add((money.currency, rate.since))
        return Money(money.amount * rate.value, self.rates.reporting)

    def _sources(self, query: CostQuery, period: Period) -> frozenset[str] | None:
        """The sources that the query's filters and the asker's scope can touch, of late; None: all of them.

        A filter is asked about only where that is quick; a scope always, because the names of sources are not for everybody.
        """
        since = min(period.start, self.today) - freshness.QUIET
        span = Period(since, max(period.end, self.today + DAY))
        piece = Slice(span, by=("source",), axis=query.axis, filters=query.filters, scope=query.scope)
        if not query.scope.is_limited and not (query.filters and self.is_quick(piece)):
            return None
        found = frozenset(cell.key[0] for cell in self.run(piece).cells if cell.key[0] is not None)
        # A filter that finds nothing lately leaves the sources as they are; a scope never shows what is not its own.
        return found if found or query.scope.is_limited else None

    def _resolved(self, each: Filter, scope: Scope) -> Filter:
        catalog = self.reading.catalog
        known = tuple(catalog.sources) if each.dimension == "source" else catalog.by_dimension.get(each.dimension, ())
        if each.dimension in OF_LINE_ITEMS or (each.dimension.startswith(TAG_PREFIX) and not known):
            return each
        if scope.is_limited and known:
            known = self.names(each.dimension, scope)
        return resolve(each, known, catalog.labels if each.dimension == "account" else {})


def added(sums: Iterable[Sum]) -> list[Sum]:
    """One sum a key, bucket, line and currency."""
    found: dict[tuple[Key, date | None, Line, str], Sum] = {}
    for each in sums:
        place = (each.key, each.bucket, each.line, each.money.currency)
        before = found.get(place)
        found[place] = each if before is None else replace(before, money=before.money + each.money)
    return list(found.values())


def _whole_months(period: Period) -> Period:
    return Period(first_of_month(period.start), first_of_month(period.last, 1))
