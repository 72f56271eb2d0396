"""Layout: the tables of `cost.db` that hold added-up money, made from the tag keys and the list of cubes.

Facts are daily cells over every dimension; a cube is the same cells over fewer. All are keyed by part first: a part is one
billing period of one source, written once and replaced whole, so that replacing it touches nothing else and a question reads only
the parts its days are in. Dimension values are ids of the `names` table (0: no value). Amounts are integers in the scale of their
currency. Days count from 1970-01-01. A change of tag keys or cubes changes the layout, and the store rebuilds from the lake.

Cubes are kept a second time, added up by calendar month, so that a year costs as little as a month; the day of such a cell is the
first of its month.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.model.query import TAG_PREFIX, Basis, Line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.model.tags import TagKeys

FACT_DIMENSIONS = ("provider", "category", "service", "account", "region", "charge", "pricing", "purchase", "commitment")
MEASURES = tuple(basis.value for basis in Basis)
LINES = tuple(Line)
"""A line is stored as its place in this tuple."""

# Small to large, as a planner tries them. `tags` stands for every configured tag key. The first dimension is the one that filters
# ask about most: its value is found without reading the others' cells. `charge` stands where usage alone is watched, day by day.
CUBES: dict[str, tuple[str, ...]] = {
    "overview": ("provider", "charge", "pricing", "purchase", "commitment"),
    "account": ("account", "provider"),
    "region": ("region", "provider", "charge"),
    "tag": ("tags", "provider", "charge"),
    "service": ("service", "provider", "category"),
    "account_purchase": ("account", "provider", "charge", "pricing", "purchase", "commitment"),
    "service_purchase": ("service", "provider", "category", "charge", "pricing", "purchase", "commitment"),
    "service_account": ("account", "provider", "category", "service", "charge"),
    "service_region": ("service", "provider", "category", "region"),
    "service_tag": ("tags", "provider", "category", "service"),
}
# The same for quantities, which are added up by unit instead of by currency and line.
USAGE: dict[str, tuple[str, ...]] = {
    "service": ("service", "provider", "category"),
    "account": ("account", "provider", "category", "service"),
    "tag": ("tags", "provider", "category", "service"),
}

SMALL_UNIT_CURRENCIES = (
    *(
        "CLP",
        "COP",
        "CRC",
        "HUF",
        "IDR",
        "INR",
        "IQD",
        "ISK",
        "JPY",
        "KHR",
        "KRW",
        "KZT",
        "LBP",
        "MMK",
        "NGN",
        "PHP",
        "PKR",
        "PYG",
    ),
    *("RSD", "RUB", "THB", "TWD", "TZS", "UGX", "UZS", "VND"),
)
"""Amounts in these are large numbers of small units: six digits after the point, not nine, leave room for SQLite's integers."""


def digits(currency: str) -> int:
    """Digits after the point that a cell keeps."""
    return 6 if currency in SMALL_UNIT_CURRENCIES else 9


@dataclass(frozen=True, slots=True)
class Table:
    """A table of cells: its name and its dimensions, in key order."""

    name: str
    dimensions: tuple[str, ...]
    usage: bool = False
    """Whether it adds up quantities by unit, instead of money by currency and line."""
    has_months: bool = False
    """Whether the same is kept by month, in the table `month`."""
    is_by_month: bool = False
    """Whether its days are the firsts of calendar months, and stand for all of them."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The dimensions as columns."""
        return tuple(column(dimension) for dimension in self.dimensions)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the primary key."""
        return ("part", "day", *self.columns, "unit") if self.usage else ("part", "day", "currency", "line", *self.columns)

    @property
    def sums(self) -> tuple[str, ...]:
        """The columns that are added up."""
        return ("quantity",) if self.usage else (*MEASURES, "charges")

    @property
    def month(self) -> Table:
        """The same by calendar month."""
        return Table(f"{self.name}_month", self.dimensions, self.usage, is_by_month=True)

    def ddl(self) -> str:
        """`CREATE TABLE` without a rowid, so the key is the table."""
        keys = ", ".join(f"{name} INTEGER NOT NULL" for name in self.key)
        sums = ", ".join(f"{name} {SUM_TYPES.get(name, 'INTEGER')}" for name in self.sums)
        return f"CREATE TABLE {self.name} ({keys}, {sums}, PRIMARY KEY ({', '.join(self.key)})) WITHOUT ROWID"


SUM_TYPES = {"charges": "INTEGER NOT NULL", "quantity": "REAL NOT NULL"}


def column(dimension: str) -> str:
    """`tag:team` → `tag_team`; the others are their own column."""
    return dimension.replace(TAG_PREFIX, "tag_", 1)


@dataclass(frozen=True, slots=True)
class Layout:
    """The tables for one set of tag keys."""

    tags: TagKeys

    @property
    def facts(self) -> Table:
        """Every dimension."""
        return Table("facts", (*FACT_DIMENSIONS, *self.tags.dimensions))

    @property
    def cubes(self) -> tuple[Table, ...]:
        """Fewer dimensions, small to large; without tag keys the cubes that are only about tags fall away."""
        return self._made("cube", CUBES, usage=False)

    @property
    def usage(self) -> tuple[Table, ...]:
        """Quantities by unit."""
        return self._made("usage", USAGE, usage=True)

    @property
    def derived(self) -> tuple[Table, ...]:
        """What is added up from the facts: each of these, and the same by month."""
        return (*self.cubes, *self.usage)

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables of cells."""
        return (self.facts, *self.derived, *(table.month for table in self.derived))

    def text(self) -> str:
        """What is stored beside the tables, to notice that settings, cubes or the scale of a currency changed."""
        tables = [table.ddl() for table in self.tables]
        return json.dumps({"tags": self.tags.keys, "tables": tables, "six digits": SMALL_UNIT_CURRENCIES})

    def _made(self, kind: str, named: Mapping[str, tuple[str, ...]], *, usage: bool) -> tuple[Table, ...]:
        return tuple(
            Table(f"{kind}_{name}", self._expand(dimensions), usage, has_months=True)
            for name, dimensions in named.items()
            if self.tags.keys or "tags" not in dimensions
        )

    def _expand(self, dimensions: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(each for name in dimensions for each in (self.tags.dimensions if name == "tags" else (name,)))
