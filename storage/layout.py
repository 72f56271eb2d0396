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
    from storage.model.tags import TagKeys

FACT_DIMENSIONS = ("provider", "category", "service", "account", "region", "charge", "pricing", "purchase", "commitment")
MEASURES = tuple(basis.value for basis in Basis)
LINES = tuple(Line)
"""A line is stored as its place in this tuple."""

# Small to large, as a planner tries them. `tags` stands for every configured tag key.
CUBES: dict[str, tuple[str, ...]] = {
    "overview": ("provider", "charge", "pricing", "purchase", "commitment"),
    "account": ("provider", "account"),
    "region": ("provider", "region"),
    "tag": ("provider", "tags"),
    "service": ("provider", "category", "service"),
    "account_purchase": ("provider", "account", "charge", "pricing", "purchase", "commitment"),
    "service_purchase": ("provider", "category", "service", "charge", "pricing", "purchase", "commitment"),
    "service_account": ("provider", "category", "service", "account"),
    "service_region": ("provider", "category", "service", "region"),
    "service_tag": ("provider", "category", "service", "tags"),
}
USAGE_DIMENSIONS = ("provider", "category", "service", "account")

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
        return Table(f"{self.name}_month", self.dimensions, self.usage)

    def ddl(self) -> str:
        """`CREATE TABLE` without a rowid, so the key is the table."""
        keys = ", ".join(f"{name} INTEGER NOT NULL" for name in self.key)
        sums = ", ".join(f"{name} {SUM_TYPES.get(name, 'INTEGER')}" for name in self.sums)
        return f"CREATE TABLE {self.name} ({keys}, {sums}, PRIMARY KEY ({', '.join(self.key)})) WITHOUT ROWID"


SUM_TYPES = {"charges": "INTEGER NOT NULL", "quantity": "REAL NOT NULL"}
# Small to large.
USAGE = (
    Table("usage_service", USAGE_DIMENSIONS[:-1], usage=True, has_months=True),
    Table("usage", USAGE_DIMENSIONS, usage=True, has_months=True),
)


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
        return tuple(
            Table(f"cube_{name}", self._expand(dimensions), has_months=True)
            for name, dimensions in CUBES.items()
            if self.tags.keys or "tags" not in dimensions
        )

    @property
    def tables(self) -> tuple[Table, ...]:
        """Facts and cubes, by day and by month."""
        return (self.facts, *self.cubes, *(cube.month for cube in self.cubes))

    @property
    def every(self) -> tuple[Table, ...]:
        """All tables of cells."""
        return (*self.tables, *USAGE, *(table.month for table in USAGE))

    def text(self) -> str:
        """What is stored beside the tables, to notice that settings, cubes or the scale of a currency changed."""
        tables = [table.ddl() for table in self.every]
        return json.dumps({"tags": self.tags.keys, "tables": tables, "six digits": SMALL_UNIT_CURRENCIES})

    def _expand(self, dimensions: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(each for name in dimensions for each in (self.tags.dimensions if name == "tags" else (name,)))
