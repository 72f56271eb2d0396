"""The usage that lines are about, read from line items: groups of charges with their money and, where they have it, one quantity.

Groups are cut by every dimension that any line filters by, and by unit: so each is wholly in a line's usage or wholly out of it,
and no dollar is in two groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from storage.model.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from services.costs.book import Book
    from storage.model.period import Period
    from storage.model.query import CostQuery, Filter
    from storage.model.scenario import ScenarioLine

NOTHING = Decimal(0)
COMMITMENT, PRICING, RESOURCE = "commitment", "pricing", "resource"


@dataclass(frozen=True, slots=True)
class Group:
    """Charges that are alike, over the days of the baseline. `key` is (dimension, value) pairs in the order of the dimensions."""

    key: tuple[tuple[str, str | None], ...]
    unit: str | None
    cost: Decimal
    quantity: Decimal | None
    charges: int

    def value(self, dimension: str) -> str | None:
        """What it is of a dimension it was cut by."""
        return dict(self.key).get(dimension)

    def is_in(self, filters: Iterable[Filter]) -> bool:
        """Whether all its charges pass the filters."""
        values = dict(self.key)
        return all((values[each.dimension] in each.values) is not each.negate for each in filters)

    @property
    def is_committed(self) -> bool:
        """Whether a commitment covers it, or it is the unused part of one."""
        return self.value(COMMITMENT) is not None or self.value(PRICING) == "Committed"


def dimensions(lines: Iterable[ScenarioLine]) -> tuple[str, ...]:
    """What groups are cut by: whatever any line filters by, what tells commitments, and resources where hours are scheduled."""
    lines = tuple(lines)
    named = {each.dimension for line in lines for each in (*line.filters, *line.target)}
    by_resource = {RESOURCE} if any(line.hours is not None for line in lines) else set()
    return tuple(sorted({*named, COMMITMENT, PRICING, *by_resource}))


def read(book: Book, query: CostQuery, lines: Sequence[ScenarioLine], baseline: Period) -> Mapping[str, tuple[Group, ...]]:
    """Currency → its groups, all that any line or target is about. `query` has basis and scope; lines' filters are resolved."""
    by = dimensions(lines)
    found: dict[tuple[str, tuple[tuple[str, str | None], ...], str | None], Group] = {}
    for filters in dict.fromkeys((*(line.filters for line in lines), *(line.target for line in lines if line.target))):
        piece = book.piece(query.but(filters=filters), baseline, by, metered=True)
        fresh: dict[tuple[str, tuple[tuple[str, str | None], ...], str | None], Group] = {}
        for cell in book.run(piece).cells:
            amount = cell.amounts[query.basis]
            if amount is None:
                continue
            money = book.convert(Money(amount, cell.currency), (baseline.start, *piece.cuts)[cell.cut])
            key = tuple(zip(by, cell.key, strict=True))
            place = (money.currency, key, cell.unit)
            fresh[place] = _together(fresh.get(place), Group(key, cell.unit, money.amount, cell.quantity, cell.charges))
        found |= fresh
    groups: dict[str, list[Group]] = {}
    for (currency, _, _), group in found.items():
        groups.setdefault(currency, []).append(group)
    return {currency: tuple(each) for currency, each in groups.items()}


def _together(one: Group | None, other: Group) -> Group:
    """Two parts of one group: of two currencies that a rate brought together, or of the lines of a net question."""
    if one is None:
        return other
    quantity = (
        None if one.quantity is None and other.quantity is None else (one.quantity or NOTHING) + (other.quantity or NOTHING)
    )
    return Group(one.key, one.unit, one.cost + other.cost, quantity, one.charges + other.charges)
