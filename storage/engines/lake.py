"""The engine over the lake: DuckDB adding up line items in Parquet, for resources, any tag and whatever no cube covers.

Only the files the catalog lists are read, never a glob. Values are written into the SQL as literals, quoted, so that what is
shown is what was run. The SQL keeps to the portable subset of plain columns, `=`, `IN`, `BETWEEN`, SUM and GROUP BY; a tag that
is not configured goes through `tag_expression`, the one place that knows how this engine looks into a JSON object.
"""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from storage.engines.base import Answer, Cell
from storage.ingest.columns import LAKE_DIMENSIONS, literal, quoted
from storage.layout import MEASURES, column
from storage.model.errors import StoreError
from storage.model.query import TAG_PREFIX, Axis, Line

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

    from storage.catalog import Catalog, Part
    from storage.engines.base import Slice
    from storage.model.query import Filter
    from storage.model.tags import TagKeys

# A bill without meters still has SKUs.
METER = f"coalesce({quoted('SkuMeter')}, {quoted('SkuId')})"
# What was consumed, else what was priced; nobody consumes the part of a commitment that is not used.
_IS_CONSUMED = "ConsumedQuantity IS NOT NULL AND ConsumedUnit IS NOT NULL"
_IS_PRICED = (
    "PricingQuantity IS NOT NULL AND PricingUnit IS NOT NULL AND ChargeCategory = 'Usage' "
    "AND CommitmentDiscountStatus IS DISTINCT FROM 'Unused'"
)
UNIT = f"CASE WHEN {_IS_CONSUMED} THEN ConsumedUnit WHEN {_IS_PRICED} THEN PricingUnit END"
QUANTITY = f"CASE WHEN {_IS_CONSUMED} THEN ConsumedQuantity WHEN {_IS_PRICED} THEN PricingQuantity END"
COST_OF = dict(zip(MEASURES, ("EffectiveCost", "BilledCost", "ContractedCost", "ListCost"), strict=True))


class LakeEngine:
    """One in-process DuckDB; each thread has a cursor of its own."""

    name = "lake"

    def __init__(self, lake: Path, scratch: Path, tags: TagKeys, memory: str) -> None:
        self._lake, self._scratch, self._tags, self._memory = lake, scratch, tags, memory
        self._lock = threading.Lock()
        self._base: duckdb.DuckDBPyConnection | None = None
        self._cursors = threading.local()

    def covers(self, piece: Slice) -> bool:  # noqa: ARG002 - the protocol's
        """Everything: it has the line items."""
        return True

    def close(self) -> None:
        """Let go of the memory; cursors of other threads end with it."""
        with self._lock:
            base, self._base = self._base, None
        if base is not None:
            base.close()
        self._cursors = threading.local()

    def run(self, piece: Slice, connection: sqlite3.Connection, catalog: Catalog) -> Answer:  # noqa: ARG002 - files come from the catalog
        """Add up the line items of the parts that the period can be in. Raises StoreError when a listed file cannot be read."""
        import duckdb  # noqa: PLC0415 - a heavy library, loaded on first use

        parts = catalog.in_period(piece.period, billing=piece.axis is Axis.BILLING)
        if not parts:
            return Answer((), self.name, "")
        sql = self.sql(piece, parts)
        try:
            rows = self._cursor().execute(sql).fetchall()
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            raise StoreError("A file of the lake cannot be read.", "Run `tuppence doctor`; ingest the bill again.") from error
        except duckdb.OutOfMemoryException as error:
            raise StoreError(
                "The question needs more memory than is allowed.", "Narrow the period, or raise DUCKDB_MEMORY."
            ) from error
        shown = sql.replace(str(self._lake) + "/", "lake/")
        return Answer(tuple(_cell(piece, row) for row in rows), self.name, shown, rows[0][-1] if rows else 0)

    def tag_expression(self, key: str) -> str:
        """SQL for the value of a tag key that has no column of its own; an empty value is no value."""
        path = literal('$."' + key.replace("\\", "\\\\").replace('"', '\\"') + '"')
        return f"nullif(json_extract_string({quoted('Tags')}, {path}), '')"

    def sql(self, piece: Slice, parts: Sequence[Part]) -> str:
        """The one SELECT of a slice."""
        groups = [*(self._key(name) for name in piece.by), *_fixed(piece)]
        sums, source, wheres = _sums(piece), self._files(piece, parts), self._where(piece, piece.all_filters)
        loose = {name for name in piece.dimensions if self._is_loose(name)}
        if loose:
            plain = self._where(piece, [each for each in piece.all_filters if each.dimension not in loose])
            added = {place: group for place, group in enumerate(groups) if group not in {self._key(name) for name in loose}}
            source = _by_text(added, sums, source, plain)
            groups = [f"g{place}" if place in added else group for place, group in enumerate(groups)]
            sums = [f"sum(s{place})" for place in range(len(sums))]
            wheres = [self._test(each) for each in piece.all_filters if each.dimension in loose]
        order = _order(sums[piece.measures.index(piece.order)], len(piece.by)) if piece.order else ""
        page = f" LIMIT {piece.limit} OFFSET {piece.offset}" if piece.limit is not None else ""
        return (
            f"SELECT {', '.join((*groups, *sums))}, count(*) OVER () FROM {source} WHERE {' AND '.join(wheres) or 'true'} "
            f"GROUP BY {_numbered(len(groups))}{order}{page}"
        )

    def _files(self, piece: Slice, parts: Sequence[Part]) -> str:
        names = ", ".join(literal(str(self._lake / part.file)) for part in parts)
        if "source" not in piece.dimensions and not (piece.daily and piece.axis is Axis.BILLING):
            return f"read_parquet([{names}])"
        known = ", ".join(
            f"({literal(str(self._lake / part.file))}, {literal(part.source)}, DATE '{part.month}')" for part in parts
        )
        return f"read_parquet([{names}], filename=true) JOIN (VALUES {known}) f(file, source, month) ON f.file = filename"

    def _key(self, dimension: str) -> str:
        if dimension == "source":
            return "f.source"
        if dimension in self._tags.dimensions:
            return quoted(column(dimension))
        if dimension.startswith(TAG_PREFIX):
            return self.tag_expression(dimension.removeprefix(TAG_PREFIX))
        return METER if dimension == "meter" else quoted(LAKE_DIMENSIONS[dimension])

    def _is_loose(self, dimension: str) -> bool:
        """Whether it is a tag without a column of its own, to be looked up in the text of all tags."""
        return dimension.startswith(TAG_PREFIX) and dimension not in self._tags.dimensions

    def _where(self, piece: Slice, filters: Sequence[Filter]) -> list[str]:
        wheres = []
        if piece.axis is Axis.CHARGE:
            wheres.append(f"day BETWEEN DATE '{piece.period.start}' AND DATE '{piece.period.last}'")
        lines = (Line.CHARGES,) if piece.usage else piece.lines
        if lines:
            wheres.append(f"line IN ({', '.join(literal(line) for line in lines)})")
        if piece.usage:
            wheres.append("ConsumedQuantity IS NOT NULL AND ConsumedUnit IS NOT NULL")
        return [*wheres, *map(self._test, filters)]

    def _test(self, each: Filter) -> str:
        """A filter's condition; a plain one stays plain, so that whole row groups are passed over without reading them."""
        key, values = self._key(each.dimension), ", ".join(literal(value) for value in each.values if value is not None)
        tests = [f"{key} IN ({values})"] if values else []
        tests += [f"{key} IS NULL"] if None in each.values else []
        test = " OR ".join(tests)
        return f"NOT coalesce({test}, false)" if each.negate else f"({test})"

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            if self._base is None:
                self._base = self._connect()
            base = self._base
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._cursors, "cursor", None)
        if cursor is None:
            cursor = self._cursors.cursor = base.cursor()
        return cursor

    def _connect(self) -> duckdb.DuckDBPyConnection:
        import duckdb  # noqa: PLC0415 - a heavy library, loaded on first use

        self._scratch.mkdir(parents=True, exist_ok=True)
        base = duckdb.connect(":memory:", config={"memory_limit": self._memory, "autoinstall_known_extensions": "false"})
        base.execute(f"SET temp_directory = {literal(str(self._scratch))}")
        base.execute("SET GLOBAL TimeZone = 'UTC'")
        # Lake files never change, so their footers need reading once.
        base.execute("SET parquet_metadata_cache = true")
        return base


def _fixed(piece: Slice) -> list[str]:
    """What cells have beside their key: bucket, cut, currency, line, unit."""
    bucket = "NULL" if not piece.daily else ("f.month" if piece.axis is Axis.BILLING else "day")
    cut = " + ".join(f"CAST(day >= DATE '{day}' AS INTEGER)" for day in piece.cuts) or "0"
    line = literal(Line.CHARGES) if piece.folded or piece.usage else "line"
    if piece.usage:
        return [bucket, cut, "''", line, quoted("ConsumedUnit")]
    return [bucket, cut, quoted("BillingCurrency"), line, UNIT if piece.metered else "NULL"]


def _sums(piece: Slice) -> list[str]:
    """The measures, what lacks them where that is asked, and the number of line items."""
    costs = ["ConsumedQuantity"] if piece.usage else [COST_OF[basis] for basis in piece.measures]
    gaps = [f"count(*) - count({cost})" for cost in costs] if piece.gaps else []
    quantity = [f"sum({QUANTITY})"] if piece.metered else []
    return [*(f"sum({cost})" for cost in costs), *gaps, *quantity, "count(*)"]


def _by_text(groups: Mapping[int, str], sums: Sequence[str], source: str, wheres: Sequence[str]) -> str:
    """The line items added up by the text of their tags: far fewer texts to look into than line items.

    `groups` are those that need no look, by their place in the SELECT.
    """
    columns = [f"{group} AS g{place}" for place, group in groups.items()]
    columns += [f"{each} AS s{place}" for place, each in enumerate(sums)]
    where = " AND ".join(wheres) or "true"
    return f"(SELECT {quoted('Tags')}, {', '.join(columns)} FROM {source} WHERE {where} GROUP BY {_numbered(len(groups) + 1)})"


def _numbered(count: int) -> str:
    return ", ".join(str(number) for number in range(1, count + 1))


def _order(amount: str, keys: int) -> str:
    ties = "".join(f", {place}" for place in range(1, keys + 1))
    return f" HAVING {amount} IS NOT NULL ORDER BY abs({amount}) DESC{ties}"


def _cell(piece: Slice, row: Sequence[Any]) -> Cell:
    """One row of DuckDB's, whose types are those of the SELECT."""
    width = len(piece.by)
    bucket, cut, currency, line, unit = row[width : width + 5]
    *sums, charges = row[width + 5 : -1]
    key = tuple(row[:width])
    if piece.usage:
        return Cell(key, bucket, "", Line.CHARGES, {}, charges, cut, unit, Decimal(repr(sums[0])))
    quantity = sums.pop() if piece.metered else None
    amounts = dict(zip(piece.measures, sums, strict=not piece.gaps))
    lacking = dict(zip(piece.measures, sums[len(piece.measures) :], strict=True)) if piece.gaps else None
    consumed = None if quantity is None else Decimal(repr(quantity))
    return Cell(key, bucket, currency, Line(line), amounts, charges, cut, unit, consumed, lacking)
