"""Staging: bills become relations of one DuckDB session, one relation a kind of file, every row knowing its file and line.

CSV is read as text only (sniffing types would turn money into doubles) into a table that spills to disk; Parquet is read in place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.ingest.columns import literal, quoted
from storage.ingest.cur import FORMAT as CUR
from storage.ingest.focus import FORMAT as FOCUS
from storage.ingest.reader import Reader
from storage.model.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from storage.ingest.files import BillFile, Dialect
    from storage.ingest.formats import Format, Part

FORMATS: tuple[Format, ...] = (FOCUS, CUR)
FILE, LINE = "_file", "_line"


@dataclass(frozen=True, slots=True)
class Relation:
    """Files of one shape, readable as the DuckDB table or view `name`."""

    name: str
    files: tuple[Path, ...]
    format: Format
    reader: Reader
    parts: tuple[Part, ...]

    @property
    def ignored(self) -> tuple[str, ...]:
        """Columns of the files that nothing reads."""
        return tuple(name for name in self.reader.types if name not in self.reader.used and name not in (FILE, LINE))


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read: where it stands, and why. `raw` is its text where the file has lines."""

    file: str
    line: int
    reason: str
    raw: str = ""


def stage(session: duckdb.DuckDBPyConnection, files: tuple[BillFile, ...]) -> tuple[tuple[Relation, ...], list[BadRow]]:
    """Make relations of the files; also the lines that are not even rows. Raises DataError for a file of no known format."""
    parquet = [file.path for file in files if file.dialect is None]
    relations, torn = [], []
    for number, (shape, paths) in enumerate(_by_shape(session, parquet).items()):
        relations.append(_relation(f"parquet_{number}", _parquet(session, f"parquet_{number}", paths), paths, shape))
    tables: dict[tuple[str, ...], str] = {}
    for file in files:
        if file.dialect is not None:
            torn += _csv(session, tables, file.path, file.dialect)
    for header, table in tables.items():
        paths = tuple(file.path for file in files if file.dialect and _shape(file.dialect.header) == header)
        relations.append(_relation(table, _types(session, table), paths, header))
    return tuple(relations), torn


def _shape(header: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(header))


def _by_shape(session: duckdb.DuckDBPyConnection, paths: list[Path]) -> dict[tuple[str, ...], tuple[Path, ...]]:
    """Parquet files by their columns: an exporter that adds a column mid-year must not make the older files unreadable."""
    import duckdb as engine  # noqa: PLC0415 - a heavy library, loaded on first use

    shapes: dict[tuple[str, ...], list[Path]] = {}
    for path in paths:
        try:
            rows = session.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(str(path))})").fetchall()
        except engine.Error as error:
            raise DataError(f"{path.name} is a damaged Parquet file.", "Fetch it again.") from error
        shapes.setdefault(tuple(f"{name} {kind}" for name, kind, *_ in rows), []).append(path)
    return {shape: tuple(found) for shape, found in shapes.items()}


def _parquet(session: duckdb.DuckDBPyConnection, name: str, paths: tuple[Path, ...]) -> dict[str, str]:
    names = ", ".join(literal(str(path)) for path in paths)
    # hive_partitioning off: a folder named BILLING_PERIOD=… would add a column the bill does not have.
    session.execute(
        f"CREATE VIEW {name} AS SELECT * EXCLUDE (filename, file_row_number), filename AS {FILE}, file_row_number + 1 AS {LINE} "
        f"FROM read_parquet([{names}], filename=true, file_row_number=true, hive_partitioning=false)"
    )
    return _types(session, name)


def _csv(session: duckdb.DuckDBPyConnection, tables: dict[tuple[str, ...], str], path: Path, dialect: Dialect) -> list[BadRow]:
    shape = _shape(dialect.header)
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in dialect.header)
    scan = (
        f"SELECT *, {literal(str(path))} AS {FILE}, row_number() OVER () + 1 AS {LINE} FROM read_csv({literal(str(path))}, "
        f"auto_detect=false, header=true, delim={literal(dialect.delimiter)}, quote={literal(dialect.quote)}, "
        f"escape={literal(dialect.escape)}, columns={{{columns}}}, nullstr=['', 'NULL'], allow_quoted_nulls=false, "
        f"store_rejects=true, compression={literal('gzip' if dialect.gzipped else 'none')}, max_line_size=8388608)"
    )
    if shape in tables:
        session.execute(f"INSERT INTO {tables[shape]} BY NAME {scan}")
    else:
        tables[shape] = f"csv_{len(tables)}"
        session.execute(f"CREATE TEMP TABLE {tables[shape]} AS {scan}")
    return _torn(session, tables[shape], path)


def _torn(session: duckdb.DuckDBPyConnection, table: str, path: Path) -> list[BadRow]:
    """Lines DuckDB could not split into columns; the numbers of the rows after each are moved down past it."""
    rows = session.execute(
        "SELECT line, any_value(error_message), any_value(csv_line) FROM reject_errors GROUP BY line ORDER BY line"
    ).fetchall()
    if not rows:
        return []
    session.execute("DROP TABLE reject_errors")
    session.execute("DROP TABLE reject_scans")
    for line, *_ in rows:
        session.execute(f"UPDATE {table} SET {LINE} = {LINE} + 1 WHERE {FILE} = ? AND {LINE} >= ?", [str(path), line])
    return [BadRow(path.name, line, message.split("\n")[0], text or "") for line, message, text in rows]


def _types(session: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    return {column: kind for column, kind, *_ in session.execute(f"DESCRIBE {quoted(name)}").fetchall()}


def _relation(name: str, types: dict[str, str], files: tuple[Path, ...], shape: tuple[str, ...]) -> Relation:
    reader = Reader({column: kind for column, kind in types.items() if column not in (FILE, LINE)})
    for each in FORMATS:
        if each.matches(reader):
            return Relation(name, files, each, reader, each.parts(reader))
    columns = ", ".join(column.split(" ")[0] for column in shape[:6])
    raise DataError(
        f"{files[0].name} is neither FOCUS nor an AWS Cost and Usage Report: its columns are {columns} …",
        "FOCUS needs ChargePeriodStart, BillingPeriodStart, BillingCurrency, ChargeCategory and a cost.",
    )
