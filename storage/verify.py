"""Verify: the databases sound, every listed lake file there, and cubes, facts and lake saying the same of every part.

Cubes equal their facts exactly, being sums of the same integers. Facts equal the lake within half a unit a cell, which is what
rounding once a cell leaves. Sums are taken in two halves, because SQLite's own stop at 64 bits.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from storage.catalog import read_catalog
from storage.engines.lake import COST_OF
from storage.failures import translated
from storage.ingest.columns import literal, quoted
from storage.ingest.session import duckdb_session
from storage.layout import LINES, MEASURES, digits
from storage.model.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import duckdb

    from storage.catalog import Catalog, Part
    from storage.costs import CostStore

    Key = tuple[str, str]
    """Currency and line."""

LOW = 0xFFFFFFFF
HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Difference:
    """What is wrong with one part: `where` names a file of the lake or a table, `what` says how."""

    source: str
    month: str
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much was looked at, and what is wrong with it."""

    parts: int
    charges: int
    tables: int
    missing: tuple[Difference, ...]
    """Lake files that are not there or cannot be read."""
    unequal: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """Money of a part in one currency and line, of so many `cells`; an amount is None where no charge has that basis."""

    amounts: tuple[Decimal | None, ...]
    charges: int
    cells: int


def damage(path: Path) -> tuple[str, ...]:
    """What SQLite finds wrong with a database that can be opened; nothing when it is sound. Raises StoreError."""
    with translated(path), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        found = [text for (text,) in connection.execute("PRAGMA quick_check(5)") if text != "ok"]
        dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
    return (*found, *(f"{table} refers to what is not in {parent}" for table, _, parent, _ in dangling[:5]))


def verify(store: CostStore) -> Verdict:
    """Hold everything in the cost store against everything else, at one moment of it. Takes as long as reading the lake's costs.

    Raises StoreError.
    """
    with store.database.read() as connection:
        catalog = read_catalog(connection)
        cubes = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE name GLOB 'cube_*' ORDER BY name")]
        added = {table: _of_table(connection, table, catalog) for table in ("facts", *cubes)}
        with duckdb_session(store.scratch, store.memory) as session:
            lake = {part.id: _of_file(session, store, part) for part in catalog.parts}
    missing = [found for found in lake.values() if isinstance(found, Difference)]
    unequal = [
        difference
        for part in catalog.parts
        if not isinstance(found := lake[part.id], Difference)
        for difference in _compare(part, found, {table: sums.get(part.id, {}) for table, sums in added.items()})
    ]
    charges = sum(part.charges for part in catalog.parts)
    return Verdict(len(catalog.parts), charges, len(added), tuple(missing), tuple(unequal))


def _of_table(connection: sqlite3.Connection, table: str, catalog: Catalog) -> dict[int, dict[Key, Sums]]:
    """Part → its sums in a table of cells."""
    halves = ", ".join(f"sum({name} >> 32), sum({name} & {LOW})" for name in MEASURES)
    rows = connection.execute(
        f"SELECT part, currency, line, {halves}, sum(charges), count(*) FROM {quoted(table)} GROUP BY part, currency, line"
    )
    result: dict[int, dict[Key, Sums]] = {}
    for part, currency_id, line, *numbers, charges, cells in rows.fetchall():
        currency = catalog.values.get(currency_id, "?")
        amounts = tuple(_whole(high, low, currency) for high, low in zip(numbers[::2], numbers[1::2], strict=True))
        result.setdefault(part, {})[currency, LINES[line]] = Sums(amounts, charges, cells)
    return result


def _whole(high: int | None, low: int | None, currency: str) -> Decimal | None:
    return None if high is None or low is None else Decimal((high << 32) + low).scaleb(-digits(currency))


def _of_file(session: duckdb.DuckDBPyConnection, store: CostStore, part: Part) -> dict[Key, Sums] | Difference:
    """The sums of a lake file, or why there are none."""
    path = store.lake / part.file
    if not path.exists():
        return _difference(part, part.file, "is not there")
    try:
        rows = _lake_sums(session, path)
    except DataError:
        return _difference(part, part.file, "cannot be read")
    return {(currency, line): Sums(tuple(amounts), charges, 0) for currency, line, *amounts, charges in rows}


def _lake_sums(session: duckdb.DuckDBPyConnection, path: Path) -> Sequence[tuple[Any, ...]]:
    import duckdb as engine  # noqa: PLC0415 - a heavy library, loaded on first use

    sums = ", ".join(f"sum({cost})" for cost in COST_OF.values())
    try:
        return session.execute(
            f"SELECT BillingCurrency, line, {sums}, count(*) FROM read_parquet({literal(str(path))}) GROUP BY 1, 2"
        ).fetchall()
    except engine.Error as error:
        raise DataError(f"{path.name} cannot be read.") from error


def _compare(part: Part, lake: Mapping[Key, Sums], tables: Mapping[str, Mapping[Key, Sums]]) -> Iterator[Difference]:
    facts = tables["facts"]
    yield from (_difference(part, "facts", what) for what in _unlike(facts, lake, HALF))
    for table, cube in tables.items():
        if table != "facts":
            yield from (_difference(part, table, what) for what in _unlike(cube, facts, Decimal(0)))


def _unlike(sums: Mapping[Key, Sums], other: Mapping[Key, Sums], slack: Decimal) -> Iterable[str]:
    """Where two disagree. `slack` is the most that a cell may differ, in units of the currency's scale."""
    for key in sorted(sums.keys() | other.keys()):
        currency, line = key
        mine, theirs = sums.get(key), other.get(key)
        if mine is None or theirs is None or mine.charges != theirs.charges:
            counts = " and ".join(f"{each.charges:,}" if each else "no" for each in (mine, theirs))
            yield f"{counts} charges in {currency} {line}"
            continue
        most = (slack * mine.cells).scaleb(-digits(currency))
        for basis, one, two in zip(MEASURES, mine.amounts, theirs.amounts, strict=True):
            if (one is None) != (two is None) or (one is not None and two is not None and abs(one - two) > most):
                yield f"{one} and {two} {basis} in {currency} {line}"


def _difference(part: Part, where: str, what: str) -> Difference:
    return Difference(part.source, f"{part.month:%Y-%m}", where, what)
