"""Services: what stands beside a service's name: its category, and what it consumed where that has one unit only."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from services.costs.paging import narrowed
from services.costs.results import Usage
from storage.model.query import Axis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.costs.book import Book, Key
    from storage.engines.base import Slice
    from storage.model.query import CostQuery

MOST_CHARGES = 300_000
"""Where a cube has the money and only the line items the usage, so many of them are looked through for it and no more."""

Usages = dict[str | None, Usage]
Categories = dict[str | None, str]


def of_services(book: Book, query: CostQuery, keys: Sequence[Key]) -> tuple[Usages, Categories]:
    """Of the services shown, the usage and the category, each where there is just one."""
    return _usages(book, narrowed(query, keys)), _categories(book, narrowed(query.but(filters=()), keys))


def _usages(book: Book, query: CostQuery) -> Usages:
    units: dict[str | None, dict[str, Usage]] = defaultdict(dict)
    piece = book.piece(query, query.period, ("service",), usage=True, is_rated=False)
    if not _is_cheap(book, query, piece):
        return {}
    for cell in book.run(piece).cells:
        if cell.unit and cell.quantity:
            units[cell.key[0]][cell.unit] = Usage(cell.quantity, cell.unit)
    return {service: next(iter(found.values())) for service, found in units.items() if len(found) == 1}


def _is_cheap(book: Book, query: CostQuery, piece: Slice) -> bool:
    """Whether the usage takes no longer than the money did."""
    if book.is_quick(piece) or not book.is_quick(book.piece(query, query.period, query.by)):
        return True
    parts = book.reading.catalog.in_period(query.period, billing=query.axis is Axis.BILLING)
    return sum(part.charges for part in parts) <= MOST_CHARGES


def _categories(book: Book, query: CostQuery) -> Categories:
    """A service's categories are the same whatever else was asked for, so a cube can tell them."""
    kinds: dict[str | None, set[str]] = defaultdict(set)
    piece = book.piece(query, query.period, ("service", "category"), is_rated=False, every_line=True)
    for cell in book.run_anywhere(piece).cells:
        service, category = cell.key
        kinds[service].update({category} if category else ())
    return {service: next(iter(found)) for service, found in kinds.items() if len(found) == 1}
