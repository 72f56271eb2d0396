"""Services: what stands beside a service's name: its category, and what it consumed where that has one unit only."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from services.costs.paging import narrowed
from services.costs.results import Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.costs.book import Book, Key
    from storage.model.query import CostQuery

Usages = dict[str | None, Usage]
Categories = dict[str | None, str]


def of_services(book: Book, query: CostQuery, keys: Sequence[Key]) -> tuple[Usages, Categories]:
    """Of the services shown, the usage and the category, each where there is just one."""
    shown = narrowed(query, keys)
    return _usages(book, shown), _categories(book, shown)


def _usages(book: Book, query: CostQuery) -> Usages:
    units: dict[str | None, dict[str, Usage]] = defaultdict(dict)
    for cell in book.run(book.piece(query, query.period, ("service",), usage=True, is_rated=False)).cells:
        if cell.unit and cell.quantity:
            units[cell.key[0]][cell.unit] = Usage(cell.quantity, cell.unit)
    return {service: next(iter(found.values())) for service, found in units.items() if len(found) == 1}


def _categories(book: Book, query: CostQuery) -> Categories:
    kinds: dict[str | None, set[str]] = defaultdict(set)
    for cell in book.run(book.piece(query, query.period, ("service", "category"), is_rated=False)).cells:
        service, category = cell.key
        kinds[service].update({category} if category else ())
    return {service: next(iter(found)) for service, found in kinds.items() if len(found) == 1}
