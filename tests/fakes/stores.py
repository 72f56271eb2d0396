"""Cost stores for tests: made, filled, and read out in a form that two stores of the same bills share."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb

from services.ingest.service import Ingest
from storage.costs import CostStore
from storage.engines.base import Slice
from storage.engines.lake import LakeEngine
from storage.layout import MEASURES, Layout
from storage.model.period import Period
from storage.model.tags import TagKeys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal
    from pathlib import Path

    from services.ingest.results import IngestReport
    from storage.engines.base import Answer
    from storage.model.query import Line

ALWAYS = Period(date(2000, 1, 1), date(2100, 1, 1))
Dump = dict[str, list[tuple[Any, ...]]]


@contextmanager
def opened(home: Path, tags: TagKeys | None = None) -> Iterator[CostStore]:
    """An open store of a home folder, closed afterwards."""
    store = CostStore(home, tags or TagKeys())
    store.open()
    try:
        yield store
    finally:
        store.close()


def ingest(store: CostStore, *paths: Path, source: str = "aws", accept_bad: bool = False) -> IngestReport:
    """Put bills in."""
    return Ingest(store).run(paths, source=source, accept_bad=accept_bad)


def ask_lake(store: CostStore, piece: Slice) -> Answer:
    """Answer from the line items, whatever the planner would do."""
    engine = LakeEngine(store.lake, store.scratch / "test", store.tags, "1GB")
    with store.reading() as reading, closing(engine):
        return engine.run(piece, reading.connection, reading.catalog)


def amounts(answer: Answer) -> dict[tuple[str | None, ...], dict[str, Decimal | None]]:
    """(currency, *key) → basis → amount, lines added together: what plain sums over a file give."""
    result: dict[tuple[str | None, ...], dict[str, Decimal | None]] = {}
    for cell in answer.cells:
        group = result.setdefault((cell.currency, *cell.key), dict.fromkeys(MEASURES))
        for basis, amount in cell.amounts.items():
            if amount is not None:
                group[basis] = (group[basis] or 0) + amount
    return result


def by_line(store: CostStore) -> dict[Line, Decimal | None]:
    """Billed dollars on each line."""
    (answer,) = store.run(Slice(ALWAYS))
    return {cell.line: cell.amounts["billed"] for cell in answer.cells if cell.currency == "USD"}  # type: ignore[index]  # Basis is a str


def lake_rows(store: CostStore, columns: Sequence[str], source: str | None = None) -> list[tuple[Any, ...]]:
    """These columns of the listed line items, sorted."""
    files = [str(store.lake / part.file) for part in store.catalog().parts if source in (None, part.source)]
    with duckdb.connect() as session:
        session.execute("SET TimeZone = 'UTC'")
        select = ", ".join(f'"{name}"' for name in columns)
        rows = session.execute(f"SELECT {select} FROM read_parquet(?, union_by_name=true)", [files]).fetchall()  # noqa: S608
    return sorted(rows, key=repr)


def logical_dump(home: Path) -> Dump:
    """All that the store says, with names in place of ids and in one order: equal for equal bills, however they came in."""
    layout = Layout(TagKeys())
    with closing(sqlite3.connect(home / "cost.db")) as connection:
        names = dict(connection.execute("SELECT id, value FROM names").fetchall())
        parts = {
            number: (source, period)
            for number, source, period in connection.execute(
                "SELECT p.id, s.name, p.period FROM parts p JOIN sources s ON s.id = p.source"
            )
        }
        dump: Dump = {
            table.name: _named(connection, table.name, ("currency", "unit", *table.columns), names, parts)
            for table in layout.tables
        }
        dump["part_days"] = _named(connection, "part_days", (), names, parts)
        dump["part_labels"] = _named(connection, "part_labels", (), names, parts)
        dump["labels"] = sorted(
            connection.execute(
                "SELECT DISTINCT n.value, n.label FROM names n JOIN facts f ON f.account = n.id WHERE n.dimension = 'account'"
            ).fetchall(),
            key=repr,
        )
        dump["parts"] = sorted(
            (parts[number], *rest)
            for number, *rest in connection.execute("SELECT id, charges, first_day, last_day, missing, payers, format FROM parts")
        )
    return dump


def _named(
    connection: sqlite3.Connection, table: str, coded: Sequence[str], names: dict[int, str], parts: dict[int, tuple[str, int]]
) -> list[tuple[Any, ...]]:
    cursor = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own tables
    columns = [column for column, *_ in cursor.description]

    def value(column: str, raw: Any) -> Any:  # noqa: ANN401 - whatever SQLite gives
        if column == "part":
            return parts.get(raw, f"orphan {raw}")
        if column in coded:
            return names[raw] if raw else None
        # Doubles are added up in any order.
        return f"{raw:.9g}" if isinstance(raw, float) else raw

    rows = [tuple(value(column, raw) for column, raw in zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return sorted(rows, key=repr)


def loose_files(home: Path) -> set[str]:
    """Lake files that nothing lists, and whatever lies in the scratch folder."""
    with closing(sqlite3.connect(home / "cost.db")) as connection:
        listed = {name for (name,) in connection.execute("SELECT file FROM parts")}
    lake = {path.name for path in (home / "lake").glob("*")} if (home / "lake").is_dir() else set()
    scratch = {path.name for path in (home / "tmp").rglob("*") if path.is_file()}
    return (lake - listed) | scratch
