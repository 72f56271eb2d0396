"""Changes: what a day of the anomaly cost on average and a day from before, for each value that line items are grouped by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from storage.engines.base import Slice
from storage.model.query import Basis, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from services.anomalies.cause.days import Days
    from storage.costs import Reading
    from storage.engines.base import Answer, Cell, Engine
    from storage.model.query import Filter

Key = tuple[str | None, ...]
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Change:
    """One group, a day. Quantities are of `unit`; None where its charges have none."""

    key: Key
    unit: str | None
    before: Decimal = NOTHING
    during: Decimal = NOTHING
    quantity_before: Decimal = NOTHING
    quantity: Decimal = NOTHING

    @property
    def excess(self) -> Decimal:
        """What it adds to a day; negative where it costs less than before."""
        return self.during - self.before

    def __add__(self, other: Change) -> Change:
        """Both together; the key and the unit are the first one's."""
        return Change(
            self.key,
            self.unit,
            self.before + other.before,
            self.during + other.during,
            self.quantity_before + other.quantity_before,
            self.quantity + other.quantity,
        )


@dataclass(slots=True)
class Ledger:
    """The charges of a series, asked for both sides at once. `engine` None: whichever the planner picks."""

    reading: Reading
    days: Days
    filters: tuple[Filter, ...]
    engine: Engine | None = None

    def piece(self, by: Sequence[str], filters: Sequence[Filter] = (), **more: object) -> Slice:
        """The slice of both sides, cut where one begins."""
        return Slice(
            self.days.period,
            by=tuple(by),
            filters=(*self.filters, *filters),
            lines=(Line.CHARGES,),
            cuts=self.days.starts[1:],
            measures=(Basis.EFFECTIVE,),
            **more,  # type: ignore[arg-type]  # the dataclass checks the names itself
        )

    def answer(self, piece: Slice) -> Answer:
        """Its cells. Raises StoreError."""
        return self.reading.run(piece, self.engine)

    def changes(self, answer: Answer) -> list[Change]:
        """The cells of an answer as changes, one a key and unit."""
        found: dict[tuple[Key, str | None], Change] = {}
        sides = self.days.sides
        for cell in answer.cells:
            side = sides[cell.cut]
            if side is not None:
                each = self._change(cell, is_during=side)
                known = found.get((each.key, each.unit))
                found[each.key, each.unit] = each if known is None else known + each
        return list(found.values())

    def _change(self, cell: Cell, *, is_during: bool) -> Change:
        amount, quantity = cell.amounts[Basis.EFFECTIVE] or NOTHING, cell.quantity or NOTHING
        if is_during:
            days = len(self.days.during)
            return Change(cell.key, cell.unit, during=amount / days, quantity=quantity / days)
        days = len(self.days.before)
        return Change(cell.key, cell.unit, before=amount / days, quantity_before=quantity / days)


def grouped(changes: Iterable[Change], places: Sequence[int]) -> dict[Key, Change]:
    """Added up by some places of their keys, whatever their units."""
    found: dict[Key, Change] = {}
    for each in changes:
        key = tuple(each.key[place] for place in places)
        known = found.get(key)
        found[key] = each if known is None else known + each
    return found


def by_unit(changes: Iterable[Change], places: Sequence[int]) -> list[Change]:
    """Added up by some places of their keys, each unit apart."""
    found: dict[tuple[Key, str | None], Change] = {}
    for each in changes:
        cut = replace(each, key=tuple(each.key[place] for place in places))
        known = found.get((cut.key, cut.unit))
        found[cut.key, cut.unit] = cut if known is None else known + cut
    return list(found.values())


def excess_by(changes: Iterable[Change], place: int) -> Mapping[str | None, Decimal]:
    """What each value at one place of the keys adds to a day."""
    return {key[0]: each.excess for key, each in grouped(changes, (place,)).items()}


def total(changes: Iterable[Change]) -> Decimal:
    """What all of them add to a day."""
    return sum((each.excess for each in changes), NOTHING)
