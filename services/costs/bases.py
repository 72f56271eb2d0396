"""Bases: list, contracted, billed and effective side by side, and the discounts they imply. They are never added to each other.

Savings leave purchases out: a commitment's fee and the usage it covers would count twice. The negotiated saving is
List - Contracted; the commitment saving is what the used rows saved, less what was paid for unused commitment.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from services.costs.results import Bases, BasisFigures
from storage.model.money import Money
from storage.model.query import Basis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from services.costs.book import Book, Key
    from storage.model.query import CostQuery

Amounts = dict[Basis, Money | None]
PURCHASE, USED, UNUSED = "Purchase", "Used", "Unused"


def bases(book: Book, query: CostQuery) -> Bases:
    """Answer it, one set of figures a currency."""
    query = book.prepared(query)
    piece = book.piece(query, query.period, ("charge", "commitment"))
    grouped: dict[str, dict[Key, Amounts]] = defaultdict(dict)
    for basis in Basis:
        for each in book.sums(piece, basis):
            grouped[each.money.currency].setdefault(each.key, dict.fromkeys(Basis))[basis] = each.money
    figures = tuple(_figures(currency, rows) for currency, rows in grouped.items())
    return Bases(book.basics(query, grouped), figures)


def _figures(currency: str, rows: dict[Key, Amounts]) -> BasisFigures:
    amounts = {basis: _sum((row[basis] for row in rows.values()), currency) for basis in Basis}
    usage = [row for (charge, _), row in rows.items() if charge != PURCHASE]
    listed, contracted = _both(usage, Basis.LIST, Basis.CONTRACTED, currency)
    used = _sum((row[Basis.EFFECTIVE] for (_, status), row in rows.items() if status == USED), currency)
    unused = _sum((row[Basis.EFFECTIVE] for (_, status), row in rows.items() if status == UNUSED), currency)
    zero = Money.zero(currency)
    negotiated = None if listed is None or contracted is None else listed - contracted
    committed = _commitment_saving(rows, currency, unused or zero)
    commitment = (used or zero) + (unused or zero)
    return BasisFigures(
        currency=currency,
        amounts=amounts,
        negotiated_saving=negotiated,
        negotiated_rate=negotiated.ratio(listed) if negotiated and listed else None,
        commitment_saving=committed,
        commitment_rate=committed.ratio(contracted) if committed and contracted else None,
        used=used or zero,
        unused=unused or zero,
        utilisation=(used or zero).ratio(commitment) if commitment else None,
    )


def _commitment_saving(rows: dict[Key, Amounts], currency: str, unused: Money) -> Money | None:
    contracted, effective = _both(
        [row for (_, status), row in rows.items() if status == USED], Basis.CONTRACTED, Basis.EFFECTIVE, currency
    )
    if contracted is None or effective is None:
        return -unused if unused else None
    return contracted - effective - unused


def _both(rows: list[Amounts], left: Basis, right: Basis, currency: str) -> tuple[Money | None, Money | None]:
    """The sums of two bases over the rows that have both: a difference with a basis that is missing would be no saving."""
    have = [row for row in rows if row[left] is not None and row[right] is not None]
    return _sum((row[left] for row in have), currency), _sum((row[right] for row in have), currency)


def _sum(amounts: Iterable[Money | None], currency: str) -> Money | None:
    found = [amount for amount in amounts if amount is not None]
    return Money.total(found, currency) if found else None
