"""The engine over cost.db: a question that a cube covers is a few thousand integers to add, in well under a millisecond to 30 ms.

Chooses the smallest table that has every dimension of the slice. With `facts` among its tables it answers everything but
resources and tags that are not configured; that is how a test holds cubes, facts and lake against each other.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, cast

from storage.catalog import day_number, day_of
from storage.engines.base import Answer, Cell
from storage.layout import LINES, column, digits
from storage.model.period import Period
from storage.model.query import Axis

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from datetime import date

    from storage.catalog import Catalog, Part
    from storage.engines.base import Slice
    from storage.layout import Table

FREE = frozenset(("currency", "source"))
"""Dimensions every table has: the currency is a key, the source is the part's."""
MOST_DAYS = 100
"""More days than these are read whole, not looked up one by one."""


class CubeEngine:
    """Adds up cells of SQLite tables."""

    name = "cost.db"

    def __init__(self, tables: Sequence[Table]) -> None:
        self._tables = tuple(tables)

    def covers(self, piece: Slice) -> bool:
        """Whether some table has every dimension of the slice."""
        return self.table_for(piece) is not None

    def table_for(self, piece: Slice) -> Table | None:
        """The first, which is the smallest, table that covers it."""
        if piece.gaps or piece.metered or (piece.usage and (piece.axis is Axis.BILLING or "currency" in piece.dimensions)):
            return None
        needed = piece.dimensions - FREE
        return next((each for each in self._tables if each.usage is piece.usage and needed <= set(each.dimensions)), None)

    def run(self, piece: Slice, connection: sqlite3.Connection, catalog: Catalog) -> Answer:
        """Answer from one snapshot. The caller made sure that `covers` holds."""
        table = self.table_for(piece)
        if table is None:
            msg = f"no table covers {piece.dimensions}"
            raise LookupError(msg)
        parts = _of_sources(piece, catalog.in_period(piece.period, billing=piece.axis is Axis.BILLING))
        if not parts:
            return Answer((), table.name, "")
        sql = _select(piece, table, parts, catalog)
        rows = connection.execute(sql).fetchall()
        cells = map(_usage_reader(piece, catalog) if piece.usage else _reader(piece, catalog), rows)
        return Answer(tuple(cells), table.name, sql, rows[0][-1] if rows else 0)


def _select(piece: Slice, table: Table, parts: Sequence[Part], catalog: Catalog) -> str:
    """The SQL. Every value in it is an integer of our own making, so it can be shown as it was run."""
    keys = [_key(name) for name in piece.by]
    bucket = "0" if not piece.daily else ("p.period" if piece.axis is Axis.BILLING else "c.day")
    cut = " + ".join(f"(c.day >= {day_number(day)})" for day in piece.cuts) or "0"
    sums = ["sum(quantity)"] if piece.usage else [*(f"sum({basis})" for basis in piece.measures), "sum(c.charges)"]
    line = "0" if piece.folded else "line"
    fixed = ["unit", "0"] if piece.usage else ["currency", line]
    groups = [*keys, bucket, cut, *fixed]
    ties = "".join(f", {place}" for place in range(1, len(keys) + 1))
    order = f" HAVING sum({piece.order}) IS NOT NULL ORDER BY abs(sum({piece.order})) DESC{ties}" if piece.order else ""
    page = f" LIMIT {piece.limit} OFFSET {piece.offset}" if piece.limit is not None else ""
    # A constant is no group: with a window beside it SQLite would take its 0 for the place of a column.
    numbered = ", ".join(str(place) for place, group in enumerate(groups, 1) if group != "0")
    join = " JOIN parts p ON p.id = c.part" if any("p." in each for each in groups) else ""
    columns = ", ".join((*groups, *sums, "count(*) OVER ()"))
    return f"SELECT {columns} FROM {_cells(piece, table, parts, catalog)} c{join} GROUP BY {numbered}{order}{page}"


def _cells(piece: Slice, table: Table, parts: Sequence[Part], catalog: Catalog) -> str:
    """The cells of the slice: of one table, or days and whole months of two, one below the other."""
    measures = ("quantity",) if piece.usage else (*piece.measures, "charges")
    columns, wheres, selects = ", ".join((*table.key, *measures)), _where(piece, catalog), []
    for source, span in spans(piece, table):
        inside = ", ".join(str(part.id) for part in parts if span is None or part.days.overlap(span))
        where = " AND ".join((f"part IN ({inside})", *_days(piece, source, span, catalog), *wheres))
        selects.append(f"SELECT {columns} FROM {source.name} WHERE {where}")
    return f"({' UNION ALL '.join(selects)})"


def _days(piece: Slice, table: Table, span: Period | None, catalog: Catalog) -> list[str]:
    """The days to read, and what else of the key makes it quick.

    Where the table begins with a filtered dimension, everything before it in the key is spelt out, so that SQLite goes straight
    to those cells instead of reading all of each day.
    """
    if span is None:
        return []
    wanted = {each.dimension for each in piece.all_filters if not each.negate}
    days = [day_number(day) for day in (_firsts(span) if table.is_by_month else span)]
    if table.dimensions[0] not in wanted or len(days) > MOST_DAYS:
        return [f"day BETWEEN {day_number(span.start)} AND {day_number(span.last)}"]
    found = [f"day IN ({', '.join(map(str, days))})"]
    if not table.usage:
        codes = sorted(catalog.ids["currency", code] for code in catalog.by_dimension.get("currency", ()))
        found += [f"currency IN ({', '.join(map(str, codes))})"]
        found += [] if piece.lines else [f"line IN ({', '.join(map(str, range(len(LINES))))})"]
    return found


def spans(piece: Slice, table: Table) -> list[tuple[Table, Period | None]]:
    """Which table to read for which days (None: for all days of the parts): by month where no month is cut short or in two."""
    is_by_month = table.has_months and not (piece.daily and piece.axis is Axis.CHARGE)
    if piece.axis is Axis.BILLING:
        return [(table.month if is_by_month and all(day.day == 1 for day in piece.cuts) else table, None)]
    if not is_by_month:
        return [(table, piece.period)]
    runs = groupby(_months(piece.period), key=lambda month: _is_whole(month, piece))
    found: list[tuple[Table, Period | None]] = []
    for is_whole, run in runs:
        months = list(run)
        found.append((table.month if is_whole else table, Period(months[0].start, months[-1].end)))
    return found


def _months(period: Period) -> list[Period]:
    """The period, cut at the first of each month."""
    firsts = _firsts(period)
    starts = firsts if firsts and firsts[0] == period.start else [period.start, *firsts]
    return [Period(start, end) for start, end in pairwise((*starts, period.end))]


def _firsts(period: Period) -> list[date]:
    return [day for day in period if day.day == 1]


def _is_whole(month: Period, piece: Slice) -> bool:
    return month.is_month and not any(month.start < day < month.end for day in piece.cuts)


def _key(dimension: str) -> str:
    return "p.source" if dimension == "source" else column(dimension)


def _of_sources(piece: Slice, parts: Sequence[Part]) -> list[Part]:
    """The parts that the slice's filters on the source let through."""
    filters = [each for each in piece.all_filters if each.dimension == "source"]
    return [part for part in parts if all((part.source in each.values) is not each.negate for each in filters)]


def _where(piece: Slice, catalog: Catalog) -> list[str]:
    wheres = []
    if piece.lines and not piece.usage:
        wheres.append(f"line IN ({', '.join(str(LINES.index(line)) for line in piece.lines)})")
    for each in piece.all_filters:
        if each.dimension != "source":
            found = [0 if value is None else catalog.ids.get((each.dimension, value)) for value in each.values]
            ids = ", ".join(str(number) for number in found if number is not None)
            wheres.append(f"{_key(each.dimension)} {'NOT ' if each.negate else ''}IN ({ids})")
    return wheres


def _keys(piece: Slice, catalog: Catalog) -> list[Callable[[int], str | None]]:
    """For each dimension of the slice, what makes an id a value; 0 is none."""
    return [(catalog.source_names if name == "source" else catalog.values).get for name in piece.by]


def _reader(piece: Slice, catalog: Catalog) -> Callable[[Sequence[int]], Cell]:
    """What makes a row a cell. An answer has hundreds of them, so whatever is the same for all is found here, once."""
    keys, width, daily, measures = _keys(piece, catalog), len(piece.by), piece.daily, piece.measures
    first, last = width + 4, width + 4 + len(measures)
    codes = catalog.by_dimension.get("currency", ())
    scales = {catalog.ids["currency", code]: (code, -digits(code)) for code in codes}

    def read(row: Sequence[int | None]) -> Cell:
        bucket, cut, currency_id, line = cast("Sequence[int]", row[width:first])
        currency, scale = scales[currency_id]
        amounts = {
            basis: None if amount is None else Decimal(amount).scaleb(scale)
            for basis, amount in zip(measures, row[first:last], strict=True)
        }
        key = tuple([get(number) for get, number in zip(keys, cast("Sequence[int]", row), strict=False)])
        return Cell(key, day_of(bucket) if daily else None, currency, LINES[line], amounts, row[last] or 0, cut)

    return read


def _usage_reader(piece: Slice, catalog: Catalog) -> Callable[[Sequence[int]], Cell]:
    keys, width = _keys(piece, catalog), len(piece.by)

    def read(row: Sequence[int]) -> Cell:
        bucket, cut, unit, _, quantity = row[width : width + 5]
        key = tuple(get(number) for get, number in zip(keys, row, strict=False))
        return Cell(
            *(key, day_of(bucket) if piece.daily else None, "", LINES[0], {}, 0, cut),
            unit=catalog.values.get(unit),
            quantity=Decimal(repr(quantity)),
        )

    return read
