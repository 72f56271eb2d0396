"""The book: one moment of the store, asked in slices, with exchange rates applied and filters spelled as the bill spells them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.costs import freshness
from services.costs.names import resolve
from services.costs.results import Basics, BelowLine, MissingBasis
from storage.engines.base import Slice
from storage.model.money import Money
from storage.model.period import first_of_month
from storage.model.query import TAG_PREFIX, Axis, Basis, Charges, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from services.costs.rates import Rates
    from storage.costs import Reading
    from storage.engines.base import Cell
    from storage.model.period import Period
    from storage.model.query import CostQuery, Filter
    from storage.model.scope import Scope

Key = tuple[str | None, ...]
MOST_NAMES = 5000


@dataclass(frozen=True, slots=True)
class Sum:
    """Money of one key, bucket and line in one currency. `bucket` is None when the slice is not cut by day."""

    key: Key
    bucket: date | None
    line: Line
    money: Money
    charges: int


@dataclass(slots=True)
class Book:
    """Reads sums for one answer. `today` is the UTC day the answer is given on."""

    reading: Reading
    rates: Rates
    today: date
    week_start: int = 0

    def prepared(self, query: CostQuery) -> CostQuery:
        """The query with names as the bill spells them and, on the billing axis, whole months. Raises NotFoundError."""
        filters = tuple(self._resolved(each, query.scope) for each in query.filters)
        if query.axis is Axis.CHARGE:
            return query.but(filters=filters)
        return query.but(
            filters=filters, period=_whole_months(query.period), compare=query.compare and _whole_months(query.compare)
        )

    def piece(
        self, query: CostQuery, period: Period, by: tuple[str, ...] = (), *, every_line: bool = False, **more: object
    ) -> Slice:
        """A slice of the query over a period: its filters, scope and axis, and the lines that it counts (or each line apart)."""
        is_net = query.charges is Charges.NET
        return Slice(
            period,
            by=by,
            axis=query.axis,
            filters=query.filters,
            scope=query.scope,
            cuts=self.rates.cuts(period),
            folded=is_net and not every_line,
            lines=() if is_net or every_line else (Line.CHARGES,),
            **more,  # type: ignore[arg-type]  # the dataclass checks the names itself
        )

    def sums(self, piece: Slice, basis: Basis) -> list[Sum]:
        """The slice's cells in one basis, converted where there is a rate. Cells without that basis are left out."""
        return self.counted_sums(piece, basis)[0]

    def counted_sums(self, piece: Slice, basis: Basis) -> tuple[list[Sum], int]:
        """The same, and how many groups there are without the slice's limit."""
        answer = self.reading.run(piece)
        added: dict[tuple[Key, date | None, Line, str], tuple[Money, int]] = {}
        starts = (piece.period.start, *piece.cuts)
        for cell in answer.cells:
            amount = cell.amounts[basis]
            if amount is None:
                continue
            money = self.rates.convert(Money(amount, cell.currency), starts[cell.cut])
            place = (cell.key, cell.bucket, cell.line, money.currency)
            before, charges = added.get(place, (Money.zero(money.currency), 0))
            added[place] = (before + money, charges + cell.charges)
        sums = [Sum(key, bucket, line, money, charges) for (key, bucket, line, _), (money, charges) in added.items()]
        return sums, answer.groups

    def cells(self, piece: Slice) -> tuple[Cell, ...]:
        """The slice's cells as they are."""
        return self.reading.run(piece).cells

    def totals(self, query: CostQuery, period: Period) -> dict[str, dict[Line, Money]]:
        """Currency → line → money of the period, whatever the query counts."""
        result: dict[str, dict[Line, Money]] = defaultdict(dict)
        for each in self.sums(self.piece(query, period, every_line=True), query.basis):
            result[each.money.currency][each.line] = each.money
        return dict(sorted(result.items(), key=lambda item: -sum(abs(money.amount) for money in item[1].values())))

    def converts(self, currencies: Iterable[str]) -> bool:
        """Whether rates may bring cells of several currencies together, so that ranking must wait until they are converted."""
        return bool(self.rates.reporting) and set(currencies) != {self.rates.reporting}

    def basics(self, query: CostQuery, currencies: Iterable[str] = ()) -> Basics:
        """What every answer carries, once its slices were asked."""
        known = set(self.reading.catalog.by_dimension.get("currency", ())) | set(currencies)
        return Basics(
            query=query,
            completeness=freshness.completeness(self.reading.catalog, self.today, query.period),
            missing=self._missing(query),
            sql=";\n".join(dict.fromkeys(self.reading.asked)),
            generation=self.reading.catalog.generation,
            estimated=freshness.is_estimated(query.period, self.today),
            rates=self.rates.said(known, query.period),
        )

    def names(self, dimension: str, scope: Scope) -> tuple[str, ...]:
        """The values of a dimension that the asker may see, largest spend first, over all that is stored."""
        span = [part.days for part in self.reading.catalog.parts]
        if not span:
            return ()
        whole = type(span[0])(min(period.start for period in span), max(period.end for period in span))
        piece = Slice(whole, by=(dimension,), scope=scope, order=Basis.BILLED, limit=MOST_NAMES)
        found = (cell.key[0] for cell in self.reading.run(piece).cells)
        return tuple(dict.fromkeys(name for name in found if name is not None))

    def _resolved(self, each: Filter, scope: Scope) -> Filter:
        catalog = self.reading.catalog
        if each.dimension == "source":
            return resolve(each, tuple(catalog.sources), {})
        known = catalog.by_dimension.get(each.dimension, ())
        if scope.is_limited and known:
            known = self.names(each.dimension, scope)
        if each.dimension == "resource" or (each.dimension.startswith(TAG_PREFIX) and not known):
            return each
        return resolve(each, known, catalog.labels if each.dimension == "account" else {})

    def _missing(self, query: CostQuery) -> tuple[MissingBasis, ...]:
        """Per source, the charges of the period's parts that do not have the basis."""
        gaps: dict[str, int] = defaultdict(int)
        for part in self.reading.catalog.in_period(query.period, billing=query.axis is Axis.BILLING):
            gaps[part.source] += part.missing.get(query.basis, 0)
        return tuple(MissingBasis(query.basis, source, charges) for source, charges in sorted(gaps.items()) if charges)


def counted(lines: Mapping[Line, Money], query: CostQuery, currency: str) -> Money:
    """What the query counts of a currency's lines: the charges, or everything."""
    if query.charges is Charges.GROSS:
        return lines.get(Line.CHARGES, Money.zero(currency))
    return Money.total(lines.values(), currency)


def below(lines: Mapping[Line, Money], query: CostQuery) -> tuple[BelowLine, ...]:
    """The lines that stand below a gross figure; a net figure has them inside."""
    if query.charges is Charges.NET:
        return ()
    return tuple(BelowLine(line, lines[line]) for line in Line if line is not Line.CHARGES and lines.get(line))


def _whole_months(period: Period) -> Period:
    return type(period)(first_of_month(period.start), first_of_month(period.last, 1))
