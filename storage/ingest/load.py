"""Load: from staged relations to lake files and cells, all in one DuckDB session. Nothing here touches cost.db."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from storage.ingest.columns import COLUMNS, LAKE_DIMENSIONS, literal, quoted
from storage.ingest.staging import FILE
from storage.ingest.vocabulary import written_small
from storage.layout import FACT_DIMENSIONS, LINES, MEASURES, SMALL_UNIT_CURRENCIES, Layout, Table, column, digits
from storage.model.errors import DataError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    import duckdb

    from storage.model.tags import TagKeys

OURS = ("day", "line", "account", "account_name", "region", "purchase")
COST_OF = dict(zip(MEASURES, ("EffectiveCost", "BilledCost", "ContractedCost", "ListCost"), strict=True))
NOTHING_KNOWN: Mapping[str, str] = MappingProxyType({})
WRITERS = 2
PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 122880"


@dataclass(frozen=True, slots=True)
class LakeFile:
    """One billing period, written: its month (first day), its file in the lake, how many rows."""

    period: date
    path: Path
    rows: int


def write_lake(
    session: duckdb.DuckDBPyConnection,
    lake: Path,
    scratch: Path,
    tags: TagKeys,
    texts: Mapping[str, str] = NOTHING_KNOWN,
    step: Callable[[str], None] = lambda _: None,
) -> list[LakeFile]:
    """One sorted Parquet file a billing period of the view `charges`, under a name no file ever had; `step` hears of each.

    Written beside the lake and moved in whole, flushed to disk: a file in the lake is complete, listed or not.
    `texts` are columns of `charges` and the SELECT of all texts each may have, as far as they are known.
    Raises DataError when there is no charge, StoreError when the disk does not take it; then none of the files is left.
    """
    periods = session.execute(
        f"SELECT period, count(*), list(DISTINCT {FILE}) FROM charges GROUP BY period ORDER BY period"
    ).fetchall()
    if not periods:
        raise DataError("The bill has no charges.", "Check that the export has rows for the period you want.")
    columns, relation = written_small(session, (*COLUMNS, *OURS), tags, texts)
    files = [LakeFile(period, lake / f"{period:%Y-%m}-{uuid4().hex}.parquet", rows) for period, rows, _ in periods]

    def write(file: LakeFile, held_by: Sequence[str]) -> None:
        # Naming the files lets DuckDB pass over the others: an export has one a month, and each period reads its own only.
        inside = f"{FILE} IN ({', '.join(literal(each) for each in held_by)}) AND period = DATE '{file.period}'"
        select = f"SELECT {columns} FROM {relation} WHERE {inside} ORDER BY day, {quoted('ServiceName')}, account"
        with _partial(scratch / file.path.name) as partial, session.cursor() as cursor:
            cursor.execute(f"COPY ({select}) TO {literal(str(partial))} ({PARQUET})")
            _move_in(partial, file.path)

    # Two at a time: a sorted write is mostly one thread's work.
    with ThreadPoolExecutor(WRITERS) as pool:
        writing = [pool.submit(write, file, held_by) for file, (*_, held_by) in zip(files, periods, strict=True)]
        try:
            for file, each in zip(files, writing, strict=True):
                each.result()
                step(f"lake {file.period:%Y-%m}")
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            for file in files:
                # One that was not written yet, or the very folder is not there.
                with suppress(FileNotFoundError, NotADirectoryError):
                    file.path.unlink()
            raise
    return files


@contextmanager
def _partial(path: Path) -> Iterator[Path]:
    """A file that is gone afterwards unless it was moved; a disk that does not take it raises StoreError."""
    import duckdb  # noqa: PLC0415 - a heavy library, loaded on first use

    try:
        yield path
    except (OSError, duckdb.IOException) as error:
        raise StoreError(
            "The lake cannot be written; nothing was stored.",
            "Check the free space under TUPPENCE_HOME, and who may write in it.",
        ) from error
    finally:
        path.unlink(missing_ok=True)


def _move_in(partial: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
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
        session.execute(f"CREATE TABLE cells AS {select}" if number == 0 else f"INSERT INTO cells {select}")
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
        f"CREATE TABLE coded AS SELECT c.part, c.day, CASE c.line {line} END AS line, {keys}, "
        f"c.currency AS currency_code, {', '.join(f'c.{basis}' for basis in MEASURES)}, c.quantity, c.charges "
        f"FROM cells c {' '.join(joins)}"
    )
    facts = ", ".join(("part", "day", "currency", "line", *layout.facts.columns))
    sums = ", ".join(_scaled(basis) for basis in MEASURES)
    session.execute(
        f"CREATE TABLE facts AS SELECT {facts}, {sums}, sum(charges)::BIGINT AS charges "
        f"FROM coded GROUP BY {facts}, currency_code ORDER BY {facts}"
    )


def _scaled(basis: str) -> str:
    """The exact sum, rounded once to the currency's scale, as an integer; NULL where no charge has the basis."""
    small = ", ".join(literal(code) for code in SMALL_UNIT_CURRENCIES)

    def integer(places: int) -> str:
        return f"CAST(CAST(sum({basis}) AS DECIMAL(38,{places})) * {10**places} AS BIGINT)"

    return f"CASE WHEN currency_code IN ({small}) THEN {integer(digits('JPY'))} ELSE {integer(digits('USD'))} END AS {basis}"


def gather(session: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Make the table `gathered`: the rows of a cube or usage table, in key order. Of integers, so a cube equals its facts."""
    key = ", ".join(table.key)
    if table.usage:
        select, cells = "sum(quantity) AS quantity", "coded WHERE line = 0 AND quantity IS NOT NULL AND unit > 0"
    else:
        select, cells = ", ".join(f"sum({name})::BIGINT AS {name}" for name in table.sums), "facts"
    session.execute(f"CREATE OR REPLACE TABLE gathered AS SELECT {key}, {select} FROM {cells} GROUP BY {key} ORDER BY {key}")


def by_month(table: Table) -> str:
    """The rows of `gathered` by calendar month, whose first day is the day of the row."""
    month = "date_trunc('month', DATE '1970-01-01' + day::INTEGER)::DATE - DATE '1970-01-01'"
    key = ", ".join("month" if name == "day" else name for name in table.key)
    columns = ", ".join(f"{month} AS month" if name == "day" else name for name in table.key)
    sums = ", ".join(f"sum({name})" if table.usage else f"sum({name})::BIGINT" for name in table.sums)
    return f"SELECT {columns}, {sums} FROM gathered GROUP BY {key} ORDER BY {key}"


def totals(session: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Exact sums by currency: (currency, then the bases in the order of MEASURES)."""
    sums = ", ".join(f"sum({basis})" for basis in MEASURES)
    return session.execute(f"SELECT currency, {sums} FROM cells GROUP BY currency ORDER BY currency").fetchall()
