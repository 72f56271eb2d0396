"""Rows: every row of the staged bills is counted, and the bad ones are found, each with its place and a reason.

What is left becomes the view `charges`, with the lake's columns and the Parquet file of each row; nothing is written here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from storage.ingest.columns import COSTS, literal, quoted
from storage.ingest.formats import MADE_OF, lake_row
from storage.ingest.reader import Check
from storage.ingest.staging import FILE, LINE, RAW_LENGTH, BadRow
from storage.layout import SMALL_UNIT_CURRENCIES, digits

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from storage.ingest.formats import Part
    from storage.ingest.staging import Relation

# Whether a currency is one of small units → its largest charge: nine of them still fit into one cell of SQLite.
LARGEST = {small: 2**63 // 10 ** digits("JPY" if small else "USD") // 9 for small in (True, False)}
KEPT_BAD_ROWS = 100_000
"""A bill that is bad all through must not fill the memory with its bad rows; the count goes on."""


@dataclass(slots=True)
class Rows:
    """What was read. `rounded` counts rows with an amount of more than 18 decimals; of `rejected` rows, `bad` holds the first."""

    read: int = 0
    rounded: int = 0
    rejected: int = 0
    bad: list[BadRow] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    """Column of `charges` → the SELECT of all its texts, where reading the bill has shown them."""


def examine(session: duckdb.DuckDBPyConnection, relations: Sequence[Relation], torn: Sequence[BadRow]) -> Rows:
    """Count every row, find the bad ones with their reasons, and make the view `charges` of the good ones."""
    rows = Rows(read=len(torn), rejected=len(torn), bad=list(torn[:KEPT_BAD_ROWS]))
    selects, texts = [], []
    for relation in relations:
        mapped = [(part, lake_row(part)) for part in relation.parts]
        for part, row in mapped:
            _limit_amounts(relation, part, row)
        good = "true"
        if _count(session, relation, rows):
            _set_aside(session, relation)
            rows.rejected += _one(session, f"SELECT count(*) FROM {_aside(relation)}")
            rows.bad += _bad_rows(session, relation, KEPT_BAD_ROWS - len(rows.bad))
            good = _without_bad(session, relation)
        texts += [_texts(relation, row) for _, row in mapped]
        selects += [_select(relation, row, f"{good} AND ({part.where})") for part, row in mapped]
    session.execute("CREATE VIEW charges AS " + " UNION ALL ".join(selects))
    rows.texts = {name: " UNION ALL ".join(each[name] for each in texts) for name in set.intersection(*map(set, texts))}
    rows.bad.sort(key=lambda row: (row.file, row.line))
    return rows


def _texts(relation: Relation, row: dict[str, str]) -> dict[str, str]:
    """Column → the SELECT of all texts it may have, where the reader knows them of all that the column is made of."""
    known = relation.reader.texts
    texts = {name: known[value] for name, value in row.items() if value in known}
    for name, (columns, words) in MADE_OF.items():
        if all(column in texts for column in columns):
            texts[name] = " UNION ALL ".join(
                (*(texts[column] for column in columns), *(f"SELECT {literal(word)} AS text" for word in words))
            )
    return texts


def _limit_amounts(relation: Relation, part: Part, row: dict[str, str]) -> None:
    """A cost past what a cell of its currency holds is a slip of the pen, and would stop the whole bill when it is added up."""
    small = ", ".join(literal(code) for code in SMALL_UNIT_CURRENCIES)
    least = min(LARGEST.values())
    largest = f"CASE WHEN {row['BillingCurrency']} IN ({small}) THEN {LARGEST[True]} ELSE {LARGEST[False]} END"
    for cost in COSTS:
        relation.reader.checks[f"{cost} {part.where}"] = Check(
            # The currency is looked at only where the amount is large in any.
            f"CASE WHEN abs({row[cost]}) >= {least} THEN coalesce(({part.where}) AND abs({row[cost]}) >= {largest}, false) "
            "ELSE false END",
            literal(f"{cost} is too large to be a charge"),
        )


def _count(session: duckdb.DuckDBPyConnection, relation: Relation, rows: Rows) -> bool:
    """Add a relation's rows to the counts; returns whether any is bad."""
    rounded = " OR ".join(relation.reader.rounded.values()) or "false"
    # With one count a check, what checks share is worked out once; a long OR costs twice as much, and is asked only for bad rows.
    each = "".join(f", count_if({check.bad})" for check in relation.reader.checks.values())
    found = session.execute(f"SELECT count(*), count(*) FILTER ({rounded}){each} FROM {relation.name}").fetchone()
    read, rounded_rows, *failed = found or (0, 0)
    rows.read += read
    rows.rounded += rounded_rows
    return any(failed)


def _one(session: duckdb.DuckDBPyConnection, select: str) -> int:
    (count,) = session.execute(select).fetchone() or (0,)
    return int(count)


def _aside(relation: Relation) -> str:
    """The table of a relation's bad rows: file, line (a CSV table's row id), reason, raw."""
    return f"bad_{relation.name}"


def _set_aside(session: duckdb.DuckDBPyConnection, relation: Relation) -> None:
    """Copy the bad rows into a table of their own."""
    checks = relation.reader.checks.values()
    reasons = " ".join(f"WHEN {check.bad} THEN {check.reason}" for check in checks)
    names = [name for name in relation.reader.types if relation.reader.types[name] == "VARCHAR"][:12]
    raw = f"concat_ws(' | ', {', '.join(quoted(name) for name in names)})" if names else "''"
    line = "rowid" if relation.csv else LINE
    session.execute(
        f"CREATE TABLE {_aside(relation)} AS "
        f"SELECT {_file(relation)} AS file, {line} AS line, CASE {reasons} END AS reason, left({raw}, {RAW_LENGTH}) AS raw "
        f"FROM {relation.name} WHERE {' OR '.join(f'({check.bad})' for check in checks)}"
    )


def _without_bad(session: duckdb.DuckDBPyConnection, relation: Relation) -> str:
    """Take the bad rows out of a table; of a view, returns SQL for those that are left.

    To ask every check of every row again, for each billing period, would make one bad row cost more than all the others.
    """
    if relation.csv:
        session.execute(f"DELETE FROM {relation.name} WHERE rowid IN (SELECT line FROM {_aside(relation)})")
        return "true"
    return f"({FILE}, {LINE}) NOT IN (SELECT (file, line) FROM {_aside(relation)})"


def _bad_rows(session: duckdb.DuckDBPyConnection, relation: Relation, most: int) -> list[BadRow]:
    values = session.execute(f"SELECT file, line, reason, raw FROM {_aside(relation)} ORDER BY 1, 2 LIMIT {most}").fetchall()
    places = _csv_places(session, relation, [row for _, row, *_ in values]) if relation.csv else _parquet_places(relation, values)
    return [BadRow(*place, reason, text) for place, (_, _, reason, text) in zip(places, values, strict=True)]


def _csv_places(session: duckdb.DuckDBPyConnection, relation: Relation, rows: Sequence[int]) -> list[tuple[str, int]]:
    """File and line of rows of a table, given by ascending row id."""
    places: list[tuple[str, int]] = []
    for part in relation.csv:
        mine = [row for row in rows if part.first <= row < part.end]
        places += [(part.name, line) for line in part.lines(session, mine)] if mine else []
    return places


def _parquet_places(relation: Relation, values: Sequence[tuple[Any, ...]]) -> list[tuple[str, int]]:
    names = {str(file.path): file.name for file in relation.files}
    return [(names[path], row) for path, row, *_ in values]


def _select(relation: Relation, row: dict[str, str], where: str) -> str:
    values = ", ".join(f"{expression} AS {quoted(name)}" for name, expression in row.items())
    return f"SELECT {values}, {_file(relation)} AS {FILE} FROM {relation.name} WHERE {where}"


def _file(relation: Relation) -> str:
    return "''" if relation.csv else FILE
