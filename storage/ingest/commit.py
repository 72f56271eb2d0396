"""Commit: names get ids, then everything of an ingest becomes visible in one SQLite transaction, or nothing does.

The lake files are already on disk when it begins; the rows of `parts` that list them are in the same transaction as the cells, so
facts and lake agree whatever happens. Ids are handed out under the ingest lock: one ingest at a time over all processes.
"""

from __future__ import annotations

import fcntl
import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from storage.ingest import load
from storage.ingest.columns import literal, quoted
from storage.layout import MEASURES, Layout, column
from storage.model.errors import StoreError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import duckdb

    from storage.ingest.load import LakeFile
    from storage.ingest.rows import Rows

EPOCH = date(1970, 1, 1)
BATCH = 20_000


@contextmanager
def ingest_lock(path: Path) -> Iterator[None]:
    """One ingest at a time, over all processes; the system lets go of it when its process dies. Raises StoreError."""
    try:
        file = path.open("w")
    except OSError as error:
        raise StoreError(f"{path.name} cannot be written: {error.strerror}.", "Check who may write in TUPPENCE_HOME.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError("Another ingest is running.", "Wait until it is done, then try again.") from error
        yield


@dataclass(frozen=True, slots=True)
class PartFacts:
    """What is recorded of a new part beside its cells. Days count from 1970-01-01."""

    id: int
    file: LakeFile
    charges: int
    first_day: int
    last_day: int
    missing: dict[str, int]
    """Basis → how many charges do not have it."""
    payers: tuple[str, ...]
    days: tuple[tuple[int, int], ...]
    """(day, charges)."""
    labels: tuple[tuple[str, int, str], ...]
    """(account, newest day with a name, that name)."""

    @property
    def first(self) -> date:
        """The first day with a charge."""
        return EPOCH + timedelta(days=self.first_day)

    @property
    def last(self) -> date:
        """The last day with a charge."""
        return EPOCH + timedelta(days=self.last_day)


@dataclass(frozen=True, slots=True)
class Replaced:
    """A billing period that went in: rows before (0: it was not there) and after."""

    period: date
    before: int
    after: int


def new_names(
    session: duckdb.DuckDBPyConnection, known: Sequence[tuple[int, str, str]], layout: Layout
) -> list[tuple[int, str, str]]:
    """Make the session's table `names` of the known ones and the values of `cells`; return (id, dimension, value) of the new."""
    session.execute("CREATE TABLE names (id BIGINT, dimension VARCHAR, value VARCHAR)")
    if known:
        session.executemany("INSERT INTO names VALUES (?, ?, ?)", known)
    selects = " UNION ALL ".join(
        f"SELECT DISTINCT {literal(dimension)} AS dimension, CAST({quoted(column(dimension))} AS VARCHAR) AS value FROM cells"
        for dimension in load.value_dimensions(layout)
    )
    found = session.execute(
        f"SELECT dimension, value FROM ({selects}) WHERE value IS NOT NULL "
        "EXCEPT SELECT dimension, value FROM names ORDER BY 1, 2"
    ).fetchall()
    first = max((number for number, _, _ in known), default=0) + 1
    fresh = [(first + place, dimension, value) for place, (dimension, value) in enumerate(found)]
    if fresh:
        session.executemany("INSERT INTO names VALUES (?, ?, ?)", fresh)
    return fresh


def _labels(session: duckdb.DuckDBPyConnection, file: LakeFile) -> tuple[tuple[str, int, str], ...]:
    """(account, day, label): the name each account has in the newest of a part's charges."""
    rows = session.execute(
        "SELECT account, newest.day - DATE '1970-01-01', newest.label "
        "FROM (SELECT account, max({'day': day, 'label': account_name}) AS newest "
        f"FROM read_parquet({literal(str(file.path))}) WHERE account IS NOT NULL AND account_name IS NOT NULL GROUP BY account)"
    ).fetchall()
    return tuple(rows)


def part_facts(session: duckdb.DuckDBPyConnection, files: Sequence[LakeFile], first_part: int) -> list[PartFacts]:
    """What is recorded of each new part, from `cells`."""
    missing = ", ".join(f"(sum(charges) - sum({basis}_n))::BIGINT" for basis in MEASURES)
    result = []
    for number, file in enumerate(files):
        part = first_part + number
        days = session.execute(
            f"SELECT day, sum(charges)::BIGINT FROM cells WHERE part = {part} GROUP BY day ORDER BY day"
        ).fetchall()
        counts = session.execute(f"SELECT {missing} FROM cells WHERE part = {part}").fetchone() or ()
        payers = session.execute(
            f"SELECT DISTINCT BillingAccountId FROM read_parquet({literal(str(file.path))}) "
            "WHERE BillingAccountId IS NOT NULL ORDER BY 1"
        ).fetchall()
        gaps = {basis: count for basis, count in zip(MEASURES, counts, strict=True) if count}
        payer_ids = tuple(payer for (payer,) in payers)
        result.append(
            PartFacts(part, file, file.rows, days[0][0], days[-1][0], gaps, payer_ids, tuple(days), _labels(session, file))
        )
    return result


@dataclass(frozen=True, slots=True)
class Harvest:
    """Everything of an ingest that is to become visible together."""

    source: str
    format: str
    rows: Rows
    names: Sequence[tuple[int, str, str]]
    parts: Sequence[PartFacts]


def publish(
    connection: sqlite3.Connection,
    session: duckdb.DuckDBPyConnection,
    layout: Layout,
    harvest: Harvest,
    step: Callable[[str], None],
) -> list[Replaced]:
    """Write all of it into an open transaction, taking out the parts it replaces. The caller commits."""
    connection.executemany("INSERT INTO names (id, dimension, value) VALUES (?, ?, ?)", harvest.names)
    step("names")
    source, ingest = _records(connection, harvest)
    replaced = _take_out(connection, layout, source, harvest.parts)
    step("old parts")
    _put_in(connection, harvest, source, ingest)
    step("parts")
    copy_cells(connection, session, layout, step)
    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
    step("generation")
    return replaced


def _records(connection: sqlite3.Connection, harvest: Harvest) -> tuple[int, int]:
    rows = harvest.rows
    connection.execute("INSERT OR IGNORE INTO sources (name) VALUES (?)", (harvest.source,))
    (source,) = connection.execute("SELECT id FROM sources WHERE name = ?", (harvest.source,)).fetchone()
    cursor = connection.execute(
        "INSERT INTO ingests (source, finished_at, read, kept, rejected) VALUES (?, ?, ?, ?, ?)",
        (source, datetime.now(UTC).isoformat(), rows.read, rows.read - rows.rejected, rows.rejected),
    )
    ingest = cursor.lastrowid or 0
    connection.executemany(
        "INSERT INTO rejected_rows VALUES (?, ?, ?, ?, ?)",
        [(ingest, row.file, row.line, row.reason, row.raw) for row in rows.bad],
    )
    return source, ingest


def _take_out(connection: sqlite3.Connection, layout: Layout, source: int, parts: Sequence[PartFacts]) -> list[Replaced]:
    replaced = []
    for part in parts:
        key = (source, (part.file.period - EPOCH).days)
        old = connection.execute("SELECT id, charges FROM parts WHERE source = ? AND period = ?", key).fetchone()
        replaced.append(Replaced(part.file.period, old[1] if old else 0, part.charges))
        if old:
            remove_part(connection, layout, old[0])
    return replaced


def remove_part(connection: sqlite3.Connection, layout: Layout, part: int) -> None:
    """Take one part's cells and records out of an open transaction; its lake file is swept later."""
    for table in (*(table.name for table in layout.tables), "part_days", "part_labels"):
        connection.execute(f"DELETE FROM {table} WHERE part = ?", (part,))
    connection.execute("DELETE FROM parts WHERE id = ?", (part,))


def _put_in(connection: sqlite3.Connection, harvest: Harvest, source: int, ingest: int) -> None:
    connection.executemany(
        "INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(part.id, source, (part.file.period - EPOCH).days, part.file.path.name, harvest.format, part.charges),
                *(part.first_day, part.last_day, json.dumps(part.missing), json.dumps(part.payers), ingest),
            )
            for part in harvest.parts
        ],
    )
    connection.executemany(
        "INSERT INTO part_days VALUES (?, ?, ?)",
        [(part.id, day, charges) for part in harvest.parts for day, charges in part.days],
    )
    connection.executemany(
        "INSERT INTO part_labels VALUES (?, ?, ?, ?)",
        [(account, part.id, day, label) for part in harvest.parts for account, day, label in part.labels],
    )
    # An account is called what its newest charge calls it, in whatever order the bills came in.
    connection.execute(
        "UPDATE names SET label = "
        "(SELECT label FROM part_labels WHERE account = names.value ORDER BY day DESC, label DESC LIMIT 1) "
        "WHERE dimension = 'account'"
    )


def copy_cells(
    connection: sqlite3.Connection, session: duckdb.DuckDBPyConnection, layout: Layout, step: Callable[[str], None]
) -> None:
    """Copy the session's facts, and the cubes and usage that come of them, into an open transaction."""
    _copy(connection, session, "SELECT * FROM facts", layout.facts.name)
    step("facts")
    for table in layout.derived:
        load.gather(session, table)
        _copy(connection, session, "SELECT * FROM gathered", table.name)
        _copy(connection, session, load.by_month(table), table.month.name)
        step(table.name)


def _copy(connection: sqlite3.Connection, session: duckdb.DuckDBPyConnection, select: str, table: str) -> None:
    rows = session.execute(select)
    insert = f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows.description or ()))})"
    while batch := rows.fetchmany(BATCH):
        connection.executemany(insert, batch)


def create_tables(connection: sqlite3.Connection, layout: Layout) -> None:
    """Make the tables of cells anew, empty, and note their layout."""
    made = "name = 'facts' OR name GLOB 'usage*' OR name GLOB 'cube_*'"
    for (name,) in connection.execute(f"SELECT name FROM sqlite_master WHERE type = 'table' AND ({made})").fetchall():
        connection.execute(f"DROP TABLE {quoted(name)}")
    for table in layout.tables:
        connection.execute(table.ddl())
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('layout', ?)", (layout.text(),))
