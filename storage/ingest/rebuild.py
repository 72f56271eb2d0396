"""Rebuild: the tables made anew from the lake, when the settings name other tag keys or this version has other cubes.

Each part's line items are written again with the tag columns that are now asked for, and added up as an ingest does. All of
it becomes visible in one transaction; a rebuild that is killed leaves what was there. What came in stays as it was told: source,
period, payers, rejected rows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.ingest import commit, load
from storage.ingest.columns import literal
from storage.ingest.load import LakeFile
from storage.ingest.session import duckdb_session
from storage.ingest.staging import FILE
from storage.model.errors import DataError, StoreError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence

    from storage.catalog import Part
    from storage.costs import CostStore


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many parts (billing periods of a source) and charges the new tables were made of."""

    parts: int
    charges: int


def rebuild(store: CostStore, step: Callable[[str], None]) -> Rebuilt:
    """Make the tables anew, if they still are outdated. Blocking, for as long as the ingests took.

    `step` is called with a name after every write. Raises StoreError when a lake file cannot be read, another ingest runs, or the
    disk is full; the tables are then what they were.
    """
    written: list[str] = []
    with commit.ingest_lock(store.home / "ingest.lock"):
        if not store.is_outdated:
            return Rebuilt(0, 0)
        parts = store.catalog().parts
        try:
            files = dict(_lake_files(store, parts, written, step))
            store.retire(part.file for part in parts if part.file != files[part.id].path.name)
            with store.database.write() as connection:
                _refill(connection, store, files, step)
            step("committed")
        except BaseException:
            store.discard(written)
            raise
    store.sweep()
    return Rebuilt(len(parts), sum(part.charges for part in parts))


def _lake_files(
    store: CostStore, parts: Sequence[Part], written: list[str], step: Callable[[str], None]
) -> Iterator[tuple[int, LakeFile]]:
    """Part → its file with the tag columns of the settings; the names of those that were written are added to `written`."""
    are_tags_new = _tags_differ(store)
    for part in parts:
        if are_tags_new:
            file = _rewritten(store, part)
            written.append(file.path.name)
        else:
            file = LakeFile(part.month, store.lake / part.file, part.charges)
        yield part.id, file
        step(f"lake {part.source} {part.month:%Y-%m}")


def _tags_differ(store: CostStore) -> bool:
    """Where only cubes differ, the lake is what it should be."""
    with store.database.read() as connection:
        (text,) = connection.execute("SELECT value FROM meta WHERE key = 'layout'").fetchone()
    return bool(json.loads(text)["tags"] != json.loads(store.layout.text())["tags"])


def _rewritten(store: CostStore, part: Part) -> LakeFile:
    old = literal(str(store.lake / part.file))
    try:
        with duckdb_session(store.scratch, store.memory) as session:
            session.execute(
                f"CREATE VIEW charges AS SELECT *, DATE '{part.month}' AS period, {old} AS {FILE} FROM read_parquet({old})"
            )
            (file,) = load.write_lake(session, store.lake, store.scratch, store.tags)
    except DataError as error:
        raise StoreError(
            f"The tables could not be made for the new tag settings: the lake file of {part.source} {part.month:%Y-%m} "
            "cannot be read.",
            "Set TUPPENCE_TAGS back to what it was, ingest that bill again, then change it.",
        ) from error
    return file


def _refill(connection: sqlite3.Connection, store: CostStore, files: dict[int, LakeFile], step: Callable[[str], None]) -> None:
    commit.create_tables(connection, store.layout)
    _forget_names(connection, store)
    step("tables")
    for part, file in files.items():
        _fill(connection, store, part, file, step)
    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
    step("generation")


def _forget_names(connection: sqlite3.Connection, store: CostStore) -> None:
    """Values of tag keys that are no columns any more: nothing refers to them."""
    kept = ", ".join(literal(dimension) for dimension in load.value_dimensions(store.layout))
    connection.execute(f"DELETE FROM names WHERE dimension NOT IN ({kept})")


def _fill(connection: sqlite3.Connection, store: CostStore, part: int, file: LakeFile, step: Callable[[str], None]) -> None:
    """The cells of one part, in a session of its own, so that the memory is that of the largest part."""
    with duckdb_session(store.scratch, store.memory) as session:
        load.add_up(session, [file], part, store.layout, step)
        known = connection.execute("SELECT id, dimension, value FROM names").fetchall()
        names = commit.new_names(session, known, store.layout)
        load.code(session, store.layout)
        connection.executemany("INSERT INTO names (id, dimension, value) VALUES (?, ?, ?)", names)
        commit.copy_cells(connection, session, store.layout, step)
    connection.execute("UPDATE parts SET file = ? WHERE id = ?", (file.path.name, part))
