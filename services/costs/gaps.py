"""Gaps: charges that do not have a basis. They are left out and named, never filled in from another basis and never 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.costs.results import MissingBasis
from storage.model.query import Axis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.costs.book import Book
    from storage.model.period import Period
    from storage.model.query import Basis, CostQuery


def may_lack(book: Book, query: CostQuery, period: Period, basis: Basis) -> bool:
    """Whether charges of the period's parts lack the basis: then nothing found means "not known", not "nothing spent"."""
    parts = book.reading.catalog.in_period(period, billing=query.axis is Axis.BILLING)
    return any(part.missing.get(basis, 0) for part in parts)


def missing(book: Book, query: CostQuery, compared: Period | None, bases: Sequence[Basis]) -> tuple[MissingBasis, ...]:
    """Per basis and source, how many of the charges that the query counts do not have it.

    Of the compared period too, where only its charges lack it.
    """
    now = _lacking(book, query, query.period, bases)
    before = _lacking(book, query, compared, bases) if compared else {}
    found = [MissingBasis(basis, source, charges) for (basis, source), charges in now.items()]
    found += [
        MissingBasis(basis, source, charges, is_compared=True)
        for (basis, source), charges in before.items()
        if (basis, source) not in now
    ]
    return tuple(sorted(found, key=lambda each: (bases.index(each.basis), each.source)))


def _lacking(book: Book, query: CostQuery, period: Period, bases: Sequence[Basis]) -> dict[tuple[Basis, str], int]:
    wanted = [basis for basis in bases if may_lack(book, query, period, basis)]
    if not wanted:
        return {}
    found: dict[tuple[Basis, str], int] = {}
    for cell in book.run(book.piece(query, period, ("source",), gaps=True, measures=tuple(wanted))).cells:
        for basis in wanted:
            count = (cell.lacking or {}).get(basis, 0)
            source = cell.key[0] or ""
            if count:
                found[basis, source] = found.get((basis, source), 0) + count
    return found
