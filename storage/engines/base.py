"""Slice, Cell and Engine: the one narrow door between a question and whatever adds it up.

A `Slice` is one SELECT in the portable subset: sums over a span of days, grouped by dimensions, filtered by equality. Everything
an answer needs is made of a few slices. Engines for data too large for one machine are further files beside this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from storage.model.query import Axis, Basis, Filter, Line

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from storage.catalog import Catalog
    from storage.model.period import Period
    from storage.model.scope import Scope


@dataclass(frozen=True, slots=True)
class Slice:
    """One SELECT. Groups always carry currency and line beside `by`, because neither may ever be added across.

    `order` sorts by the size of that basis (largest first) within `lines`, without the groups that do not have it;
    `limit`/`offset` page it. `cuts` are days on which a rate changes or a period ends: a cell never spans one. `lines` empty
    means all four.
    """

    period: Period
    by: tuple[str, ...] = ()
    daily: bool = False
    """Cut by day; on the billing axis, by billing month."""
    axis: Axis = Axis.CHARGE
    filters: tuple[Filter, ...] = ()
    scope: Scope | None = None
    lines: tuple[Line, ...] = ()
    order: Basis | None = None
    limit: int | None = None
    offset: int = 0
    cuts: tuple[date, ...] = ()
    folded: bool = False
    """Add the lines together (a net question): every cell then says `charges`."""
    usage: bool = False
    """Add up ConsumedQuantity instead of money; groups then carry ConsumedUnit, and no currency."""
    measures: tuple[Basis, ...] = tuple(Basis)
    """The bases to add up: each one costs."""
    metered: bool = False
    """Carry quantities beside the money: groups are cut by unit too. Only line items know."""
    gaps: bool = False
    """Count the charges without each basis too. Only line items know."""

    @property
    def dimensions(self) -> frozenset[str]:
        """Every dimension the slice touches: grouped, filtered or limited by the asker's scope."""
        return frozenset((*self.by, *(each.dimension for each in self.all_filters)))

    @property
    def all_filters(self) -> tuple[Filter, ...]:
        """What was asked for, and what the asker's scope allows."""
        limits = self.scope.limits if self.scope else ()
        return (*self.filters, *(Filter(name, values) for name, values in limits))


@dataclass(frozen=True, slots=True)
class Cell:
    """One group of a slice. `amounts` has the slice's measures; None for a basis that no charge in the group has.

    `charges` counts the line items. `unit` and `quantity` are those of a slice of usage, or of one that is `metered`: what was
    consumed, else what was priced; None for charges without either.
    """

    key: tuple[str | None, ...]
    bucket: date | None
    currency: str
    line: Line
    amounts: Mapping[Basis, Decimal | None]
    charges: int
    cut: int = 0
    unit: str | None = None
    quantity: Decimal | None = None
    lacking: Mapping[Basis, int] | None = None
    """Basis → charges without it; None unless the slice asked for `gaps`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The cells of a slice, which engine and table gave them, and the SQL with its values written in.

    `groups` is how many cells there are without the limit.
    """

    cells: tuple[Cell, ...]
    engine: str
    sql: str
    groups: int = 0


class Engine(Protocol):
    """Adds up money. Blocking: callers run it in the bounded executor."""

    name: str

    def covers(self, piece: Slice) -> bool:
        """Whether this engine can answer the slice at all."""
        ...

    def run(self, piece: Slice, connection: sqlite3.Connection, catalog: Catalog) -> Answer:
        """Answer it from the snapshot that `connection` is in and `catalog` was read from. Raises StoreError."""
        ...
