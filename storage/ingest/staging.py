"""Staging: bills become relations of one DuckDB session, one relation a kind of file, every row knowing its file and line.

CSV is read as text only (sniffing types would turn money into doubles) into a table that spills to disk; Parquet stays in place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.ingest.columns import literal, quoted
from storage.ingest.cur import FORMAT as CUR
from storage.ingest.focus import FORMAT as FOCUS
from storage.ingest.focus import NEEDED
from storage.ingest.lines import CsvPart, Torn
from storage.ingest.reader import Reader
from storage.ingest.vocabulary import clean_texts
from storage.model.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

    from storage.ingest.files import BillFile, Dialect
    from storage.ingest.formats import Format, Part

FORMATS: tuple[Format, ...] = (FOCUS, CUR)
FILE, LINE = "_file", "_line"
LONGEST_LINE = 8_388_608
LONGEST_SHOWN = 10_000
"""DuckDB shows this much of a record it could not split; what goes on after it was lost."""
RAW_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Relation:
    """Files of one shape, readable as the DuckDB table or view `name`. `csv` says of a table which rows are whose."""

    name: str
    files: tuple[BillFile, ...]
    format: Format
    reader: Reader
    parts: tuple[Part, ...]
    csv: tuple[CsvPart, ...] = ()

    @property
    def ignored(self) -> tuple[str, ...]:
        """Columns of the files that nothing reads."""
        return tuple(name for name in self.reader.types if name not in self.reader.used)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read: where it stands, and why. `raw` is its text where the file has lines."""

    file: str
    line: int
    reason: str
    raw: str = ""


def stage(session: duckdb.DuckDBPyConnection, files: tuple[BillFile, ...]) -> tuple[tuple[Relation, ...], list[BadRow]]:
    """Make relations of the files; also the lines that are not even rows. Raises DataError for a file of no known format."""
    parquet = [file for file in files if file.dialect is None]
    relations = []
    for number, (shape, alike) in enumerate(_by_shape(session, parquet).items()):
        name = f"parquet_{number}"
        relations.append(_relation(session, name, _parquet(session, name, alike), alike, shape))
    tables: dict[tuple[str, ...], list[tuple[BillFile, CsvPart]]] = {}
    for file in files:
        if file.dialect is not None:
            _csv(session, tables, file, file.dialect)
    for header, read in tables.items():
        table, parts = read[0][1].table, tuple(part for _, part in read)
        relations.append(_relation(session, table, _types(session, table), [file for file, _ in read], header, parts))
    return tuple(relations), [
        row for relation in relations for part in relation.csv if part.torn for row in _torn_rows(session, part)
    ]


def _by_shape(session: duckdb.DuckDBPyConnection, files: Sequence[BillFile]) -> dict[tuple[str, ...], list[BillFile]]:
    """Parquet files by their columns: an exporter that adds a column mid-year must not make the older files unreadable."""
    import duckdb as engine  # noqa: PLC0415 - a heavy library, loaded on first use

    shapes: dict[tuple[str, ...], list[BillFile]] = {}
    for file in files:
        try:
            rows = session.execute(f"DESCRIBE SELECT * FROM read_parquet({_path(file.path)})").fetchall()
        except engine.Error as error:
            raise DataError(f"{file.name} is a damaged Parquet file.", "Fetch it again.") from error
        shapes.setdefault(tuple(f"{name} {kind}" for name, kind, *_ in rows), []).append(file)
    return shapes


def _path(path: Path) -> str:
    """A path as DuckDB takes it: it reads `*`, `?` and `[` as patterns, and a file may be called `bill*.csv`."""
    return literal("".join(f"[{each}]" if each in "*?[" else each for each in str(path)))


def _parquet(session: duckdb.DuckDBPyConnection, name: str, files: Sequence[BillFile]) -> dict[str, str]:
    paths = ", ".join(_path(file.path) for file in files)
    # hive_partitioning off: a folder named BILLING_PERIOD=… would add a column the bill does not have.
    session.execute(
        f"CREATE VIEW {name} AS SELECT * EXCLUDE (filename, file_row_number), filename AS {FILE}, file_row_number + 1 AS {LINE} "
        f"FROM read_parquet([{paths}], filename=true, file_row_number=true, hive_partitioning=false)"
    )
    return _types(session, name)


def _csv(
    session: duckdb.DuckDBPyConnection,
    tables: dict[tuple[str, ...], list[tuple[BillFile, CsvPart]]],
    file: BillFile,
    dialect: Dialect,
) -> None:
    """Put a file's rows into the table of its columns, behind those of the files before it."""
    import duckdb as engine  # noqa: PLC0415 - a heavy library, loaded on first use

    shape = tuple(sorted(dialect.header))
    before = tables.get(shape, [])
    table, first = (before[-1][1].table, before[-1][1].end) if before else (f"csv_{len(tables)}", 0)
    into = f"INSERT INTO {table} BY NAME" if before else f"CREATE TABLE {table} AS"
    try:
        session.execute(f"{into} {_scan(file.path, dialect)}")
    except engine.InvalidInputException as error:
        raise DataError(f"{file.name} cannot be split into lines and columns to its end.", "Export or fetch it again.") from error
    (end,) = session.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
    tables[shape] = [*before, (file, CsvPart(file.name, table, first, end, _torn(session, file.name)))]


def _scan(path: Path, dialect: Dialect) -> str:
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in dialect.header)
    return (
        f"SELECT * FROM read_csv({_path(path)}, auto_detect=false, header=true, delim={literal(dialect.delimiter)}, "
        f"quote={literal(dialect.quote)}, escape={literal(dialect.escape)}, columns={{{columns}}}, nullstr=['', 'NULL'], "
        f"allow_quoted_nulls=false, store_rejects=true, max_line_size={LONGEST_LINE}, "
        f"compression={literal('gzip' if dialect.gzipped else 'none')})"
    )


def _torn(session: duckdb.DuckDBPyConnection, name: str) -> tuple[Torn, ...]:
    """Records of the file read last that DuckDB could not split into columns. Raises DataError when rows are lost behind one."""
    rows = session.execute(
        "SELECT line, max(error_message), any_value(csv_line) FROM reject_errors GROUP BY line ORDER BY line"
    ).fetchall()
    if rows:
        session.execute("DROP TABLE reject_errors")
        session.execute("DROP TABLE reject_scans")
    torn = tuple(Torn(line, message.split("\n")[0][:200], (text or "").strip()) for line, message, text in rows)
    for each in torn:
        if each.inner_ends and len(each.text) >= LONGEST_SHOWN - 1:
            raise DataError(
                f"{name} has a quote near line {each.record:,} that is never closed; what follows cannot be read.",
                "Mend that line.",
            )
    return torn


def _torn_rows(session: duckdb.DuckDBPyConnection, part: CsvPart) -> list[BadRow]:
    """A torn record is as many bad rows as it has lines: a quote that is closed too late has swallowed whole charges."""
    found = []
    for torn, line in zip(part.torn, part.torn_lines(session), strict=True):
        found.append(BadRow(part.name, line, torn.reason, torn.text[:RAW_LENGTH]))
        found += [
            BadRow(part.name, line + number + 1, f"swallowed by the quote on line {line}", text[:RAW_LENGTH])
            for number, text in enumerate(torn.text.split("\n")[1:])
        ]
    return found


def _types(session: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    return {column: kind for column, kind, *_ in session.execute(f"DESCRIBE {quoted(name)}").fetchall()}


def _relation(
    session: duckdb.DuckDBPyConnection,
    name: str,
    types: dict[str, str],
    files: Sequence[BillFile],
    shape: tuple[str, ...],
    csv: tuple[CsvPart, ...] = (),
) -> Relation:
    columns = {column: kind for column, kind in types.items() if column not in (FILE, LINE)}
    texts = [column for column, kind in columns.items() if kind == "VARCHAR"]
    reader = Reader(columns, clean_texts(session, name, texts))
    for each in FORMATS:
        if each.matches(reader):
            return Relation(name, tuple(files), each, reader, each.parts(reader), csv)
    raise _unknown(files[0].name, reader, shape)


def _unknown(name: str, reader: Reader, shape: tuple[str, ...]) -> DataError:
    """Why a file is no bill: the one or two columns it lacks, or that it is something else altogether."""
    missing = [column for column in NEEDED if not reader.has(column)]
    if len(missing) < len(NEEDED) / 2:
        lacks = f"no column {' and no column '.join(missing)}" if missing else "none of the four costs"
        return DataError(f"{name} looks like FOCUS but has {lacks}.", "Export it again with all columns.")
    columns = ", ".join(column.split(" ")[0][:40] for column in shape[:6])
    return DataError(
        f"{name} is neither FOCUS nor an AWS Cost and Usage Report: its columns are {columns} …",
        f"FOCUS needs {', '.join(NEEDED)} and a cost.",
    )
