"""Load: from staged relations to lake files and cells, all in one DuckDB session. Nothing here touches cost.db."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from storage.ingest.columns import COLUMNS, LAKE_DIMENSIONS, literal, quoted
from storage.ingest.formats import lake_row
from storage.ingest.staging import FILE, LINE, BadRow
from storage.layout import FACT_DIMENSIONS, LINES, MEASURES, SMALL_UNIT_CURRENCIES, USAGE_DIMENSIONS, Layout, column, digits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    import duckdb

    from storage.ingest.staging import Relation
    from storage.model.tags import TagKeys

OURS = ("day", "line", "account", "account_name", "region", "purchase")
COST_OF = dict(zip(MEASURES, ("EffectiveCost", "BilledCost", "ContractedCost", "ListCost"), strict=True))
ROW_GROUP = 122_880


@dataclass(frozen=True, slots=True)
class LakeFile:
    """One billing period, written: its month (first day), its file in the lake, how many rows."""

    period: date
    path: Path
    rows: int


@dataclass(slots=True)
class Rows:
    """What was read. `rounded` counts amounts with more than 18 decimals."""

    read: int = 0
    rounded: int = 0
    bad: list[BadRow] = field(default_factory=list)


def examine(session: duckdb.DuckDBPyConnection, relations: Sequence[Relation], torn: list[BadRow]) -> Rows:
    """Count every row, find the bad ones with their reasons, and make the view `charges` of the good ones."""
    rows = Rows(read=len(torn), bad=list(torn))
    selects = []
    for relation in relations:
        bad = _bad_rows(session, relation, rows)
        good = f"NOT ({_any_bad(relation)})" if bad else "true"
        selects += [_select(relation, part, good) for part in (lake_row(each) for each in relation.parts)]
        rows.bad += bad
    wheres = [part.where for relation in relations for part in relation.parts]
    session.execute(
        "CREATE VIEW charges AS "
        + " UNION ALL ".join(f"{select} AND ({where})" for select, where in zip(selects, wheres, strict=True))
    )
    return rows


def _any_bad(relation: Relation) -> str:
    return " OR ".join(check.bad for check in relation.reader.checks.values()) or "false"


def _bad_rows(session: duckdb.DuckDBPyConnection, relation: Relation, rows: Rows) -> list[BadRow]:
    rounded = " OR ".join(relation.reader.rounded.values()) or "false"
    found = session.execute(
        f"SELECT count(*), count(*) FILTER ({rounded}), count(*) FILTER ({_any_bad(relation)}) FROM {relation.name}"
    ).fetchone()
    read, rounded_rows, bad = found or (0, 0, 0)
    rows.read += read
    rows.rounded += rounded_rows
    if not bad:
        return []
    reasons = " ".join(f"WHEN {check.bad} THEN {check.reason}" for check in relation.reader.checks.values())
    names = [name for name in relation.reader.types if relation.reader.types[name] == "VARCHAR"][:12]
    raw = f"concat_ws(' | ', {', '.join(quoted(name) for name in names)})" if names else "''"
    values = session.execute(
        f"SELECT {FILE}, {LINE}, CASE {reasons} END, left({raw}, 500) FROM {relation.name} WHERE {_any_bad(relation)} ORDER BY 1, 2"
    ).fetchall()
    return [BadRow(os.path.basename(file), line, reason, text) for file, line, reason, text in values]  # noqa: PTH119 - text


def _select(relation: Relation, row: dict[str, str], good: str) -> str:
    values = ", ".join(f"{expression} AS {quoted(name)}" for name, expression in row.items())
    return f"SELECT {values}, {FILE} FROM {relation.name} WHERE ({good})"


def tag_value(tags: str, spellings: Sequence[str]) -> str:
    """SQL for the first spelling that has a value in a JSON object; an empty value is no value."""
    paths = ", ".join(literal('$."' + spelling.replace('"', '\\"') + '"') for spelling in spellings)
    return f"list_filter(json_extract_string({tags}, [{paths}]), lambda x: x <> '')[1]"


def write_lake(
    session: duckdb.DuckDBPyConnection, lake: Path, scratch: Path, tags: TagKeys, step: Callable[[str], None]
) -> list[LakeFile]:
    """One sorted Parquet file a billing period of the view `charges`, under a name no file ever had.

    Written beside the lake and moved in whole, flushed to disk: a file in the lake is complete, listed or not.
    """
    lake.mkdir(parents=True, exist_ok=True)
    tag_columns = "".join(
        f", {tag_value(quoted('Tags'), spellings)} AS {quoted(column(dimension))}"
        for dimension, (_, spellings) in zip(tags.dimensions, tags.keys, strict=True)
    )
    names = ", ".join(quoted(name) for name in (*COLUMNS, *OURS))
    written = []
    for period, rows, held_by in session.execute(
        f"SELECT period, count(*), list(DISTINCT {FILE}) FROM charges GROUP BY period ORDER BY period"
    ).fetchall():
        name = f"{period:%Y-%m}-{uuid4().hex}.parquet"
        partial = scratch / name
        # Naming the files lets DuckDB pass over the others: an export has one a month, and each period reads its own only.
        inside = f"{FILE} IN ({', '.join(literal(file) for file in held_by)}) AND period = DATE '{period}'"
        session.execute(
            f"COPY (SELECT {names}{tag_columns} FROM charges WHERE {inside} ORDER BY day, {quoted('ServiceName')}, account) "
            f"TO {literal(str(partial))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        )
        _move_in(partial, lake / name)
        written.append(LakeFile(period, lake / name, rows))
        step(f"lake {period:%Y-%m}")
    return written


def _move_in(partial: Path, target: Path) -> None:
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def add_up(
    session: duckdb.DuckDBPyConnection, files: Sequence[LakeFile], first_part: int, layout: Layout, step: Callable[[str], None]
) -> None:
    """Make the table `cells`: exact sums a day over every dimension and unit, part numbers counting from `first_part`."""
    dimensions = [f"{quoted(LAKE_DIMENSIONS[name])} AS {name}" for name in FACT_DIMENSIONS]
    dimensions += [quoted(column(name)) for name in layout.tags.dimensions]
    sums = ", ".join(f"sum({cost}) AS {basis}, count({cost}) AS {basis}_n" for basis, cost in COST_OF.items())
    for number, file in enumerate(files):
        select = (
            f"SELECT {first_part + number} AS part, day - DATE '1970-01-01' AS day, BillingCurrency AS currency, line, "
            f"{', '.join(dimensions)}, ConsumedUnit AS unit, {sums}, sum(ConsumedQuantity) AS quantity, count(*) AS charges "
            f"FROM read_parquet({literal(str(file.path))}) GROUP BY ALL"
        )
        session.execute(f"CREATE TEMP TABLE cells AS {select}" if number == 0 else f"INSERT INTO cells {select}")
        step(f"cells {file.period:%Y-%m}")


def value_dimensions(layout: Layout) -> tuple[str, ...]:
    """The dimensions of `cells` whose values get ids: the coded ones, the currency and the unit."""
    return ("currency", "unit", *layout.facts.dimensions)


def code(session: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """Make the table `coded`: facts as integers, from `cells` and the table `names` (dimension, value, id)."""
    joins, ids = [], {}
    for number, dimension in enumerate(value_dimensions(layout)):
        name = f"n{number}"
        joins.append(
            f"LEFT JOIN names {name} ON {name}.dimension = {literal(dimension)} AND {name}.value = c.{quoted(column(dimension))}"
        )
        ids[dimension] = f"coalesce({name}.id, 0)"
    line = " ".join(f"WHEN {literal(each)} THEN {place}" for place, each in enumerate(LINES))
    keys = ", ".join(f"{ids[dimension]} AS {quoted(column(dimension))}" for dimension in value_dimensions(layout))
    session.execute(
        f"CREATE TEMP TABLE coded AS SELECT c.part, c.day, CASE c.line {line} END AS line, {keys}, "
        f"c.currency AS currency_code, {', '.join(f'c.{basis}' for basis in MEASURES)}, c.quantity, c.charges "
        f"FROM cells c {' '.join(joins)}"
    )
    facts = ", ".join(("part", "day", "currency", "line", *layout.facts.columns))
    session.execute(
        f"CREATE TEMP TABLE facts AS SELECT {facts}, {', '.join(_scaled(basis) for basis in MEASURES)}, sum(charges)::BIGINT AS charges "
        f"FROM coded GROUP BY {facts}, currency_code ORDER BY {facts}"
    )


def _scaled(basis: str) -> str:
    """The exact sum, rounded once to the currency's scale, as an integer; NULL where no charge has the basis."""
    small = ", ".join(literal(code) for code in SMALL_UNIT_CURRENCIES)

    def integer(places: int) -> str:
        return f"CAST(CAST(sum({basis}) AS DECIMAL(38,{places})) * {10**places} AS BIGINT)"

    return f"CASE WHEN currency_code IN ({small}) THEN {integer(digits('JPY'))} ELSE {integer(digits('USD'))} END AS {basis}"


def cube_select(columns: Sequence[str]) -> str:
    """The rows of a cube, from the coded facts, in key order: integer sums, so a cube equals its facts exactly."""
    key = ", ".join(("part", "day", "currency", "line", *columns))
    sums = ", ".join(f"sum({basis})::BIGINT" for basis in MEASURES)
    return f"SELECT {key}, {sums}, sum(charges)::BIGINT FROM facts GROUP BY {key} ORDER BY {key}"


def usage_select() -> str:
    """The rows of the usage table: quantities of charges that consumed something, by unit."""
    key = ", ".join(("part", "day", *USAGE_DIMENSIONS, "unit"))
    return f"SELECT {key}, sum(quantity) FROM coded WHERE line = 0 AND quantity IS NOT NULL AND unit > 0 GROUP BY {key} ORDER BY {key}"


def totals(session: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Exact sums by currency: (currency, then the bases in the order of MEASURES)."""
    sums = ", ".join(f"sum({basis})" for basis in MEASURES)
    return session.execute(f"SELECT currency, {sums} FROM cells GROUP BY currency ORDER BY currency").fetchall()
