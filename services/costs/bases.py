"""Bases: list, contracted, billed and effective side by side, and the discounts they imply. They are never added to each other.

Savings leave purchases out: a commitment's fee and the usage it covers would count twice. The negotiated saving is
List - Contracted; the commitment saving is what the used rows saved, less what was paid for unused commitment. A difference is
taken source by source, and only where every charge has both bases: one that lacks a basis would look like a saving or a loss.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.costs.basics import basics
from services.costs.exact import share
from services.costs.gaps import may_lack
from services.costs.results import Bases, BasisFigures
from storage.model.money import Money
from storage.model.query import Basis, Charges, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from services.costs.book import Book, Sum
    from storage.engines.base import Slice
    from storage.model.query import CostQuery

PURCHASE, USED, UNUSED = "Purchase", "Used", "Unused"
BY = ("source", "charge", "commitment")
FINER = (*BY, "service")
"""Where charges lack a basis: usually those of whole services."""


@dataclass(slots=True)
class _Row:
    """The amounts of one source, charge category, commitment status and line. Some of its charges lack those in `lacking`."""

    source: str | None
    charge: str | None
    status: str | None
    line: Line
    amounts: dict[Basis, Money]
    lacking: frozenset[Basis]

    def has(self, *wanted: Basis) -> bool:
        """Whether every charge has these bases, so that their sums may be held against each other."""
        return all(basis in self.amounts and basis not in self.lacking for basis in wanted)


def bases(book: Book, query: CostQuery) -> Bases:
    """Answer it, one set of figures a currency."""
    query = book.prepared(query).but(compare=None)
    state = book.completeness(query)
    is_gapped = any(may_lack(book, query, query.period, basis) for basis in Basis)
    piece = book.piece(query, query.period, FINER if is_gapped else BY, every_line=True, gaps=is_gapped, measures=tuple(Basis))
    lacking = _lacking(book, piece)
    found: dict[str, dict[tuple[object, ...], _Row]] = defaultdict(dict)
    for basis in Basis:
        for each in book.sums(piece, basis):
            row = found[each.money.currency].setdefault((each.key, each.line), _row(each, lacking))
            row.amounts[basis] = each.money
    figures = [_figures(currency, list(rows.values()), query) for currency, rows in found.items()]
    return Bases(basics(book, query, state, tuple(Basis)), tuple(sorted(figures, key=_by_size)))


def _lacking(book: Book, piece: Slice) -> dict[object, set[Basis]]:
    found: dict[object, set[Basis]] = defaultdict(set)
    for cell in book.run(piece).cells:
        found[cell.key, cell.line] |= {basis for basis, charges in (cell.lacking or {}).items() if charges}
    return found


def _row(each: Sum, lacking: Mapping[object, set[Basis]]) -> _Row:
    source, charge, status, *_ = each.key
    return _Row(source, charge, status, each.line, {}, frozenset(lacking.get((each.key, each.line), ())))


def _figures(currency: str, every: Sequence[_Row], query: CostQuery) -> BasisFigures:
    charges = [row for row in every if row.line is Line.CHARGES]
    counted = every if query.charges is Charges.NET else charges
    usage = [row for row in charges if row.charge != PURCHASE]
    listed = [row for row in usage if row.has(Basis.LIST, Basis.CONTRACTED)]
    negotiated = _difference(listed, Basis.LIST, Basis.CONTRACTED, currency)
    committed = _commitment_saving(usage, currency)
    used, unused = (_total(_with(usage, status), Basis.EFFECTIVE, currency) for status in (USED, UNUSED))
    return BasisFigures(
        currency=currency,
        amounts={basis: _known_total(counted, basis, currency) for basis in Basis},
        negotiated_saving=negotiated,
        negotiated_rate=None if negotiated is None else share(negotiated, _total(listed, Basis.LIST, currency)),
        commitment_saving=committed,
        commitment_rate=None if committed is None else share(committed, _total(usage, Basis.CONTRACTED, currency)),
        used=used,
        unused=unused,
        utilisation=share(used, used + unused),
    )


def _commitment_saving(usage: Sequence[_Row], currency: str) -> Money | None:
    """Of the sources whose used rows have both bases; None where there is no commitment, or no source that has them."""
    committed = [row for row in usage if row.status in {USED, UNUSED}]
    unknown = {row.source for row in _with(committed, USED) if not row.has(Basis.CONTRACTED, Basis.EFFECTIVE)}
    known = [row for row in committed if row.source not in unknown]
    if not known:
        return None
    saved = _total(_with(known, USED), Basis.CONTRACTED, currency) - _total(_with(known, USED), Basis.EFFECTIVE, currency)
    return saved - _total(_with(known, UNUSED), Basis.EFFECTIVE, currency)


def _difference(rows: Sequence[_Row], left: Basis, right: Basis, currency: str) -> Money | None:
    return _total(rows, left, currency) - _total(rows, right, currency) if rows else None


def _with(rows: Iterable[_Row], status: str) -> list[_Row]:
    return [row for row in rows if row.status == status]


def _total(rows: Iterable[_Row], basis: Basis, currency: str) -> Money:
    return Money.total((row.amounts[basis] for row in rows if basis in row.amounts), currency)


def _known_total(rows: Sequence[_Row], basis: Basis, currency: str) -> Money | None:
    return _total(rows, basis, currency) if any(basis in row.amounts for row in rows) else None


def _by_size(figures: BasisFigures) -> tuple[object, ...]:
    return (-max((abs(each.amount) for each in figures.amounts.values() if each), default=0), figures.currency)
