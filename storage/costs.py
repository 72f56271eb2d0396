"""The cost store: `cost.db` and `lake/` in one folder, and the planner that sends a question to whichever adds it up fastest."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from storage.catalog import generation, read_catalog
from storage.database import Database
from storage.engines.cubes import CubeEngine
from storage.engines.lake import LakeEngine
from storage.ingest.commit import create_tables
from storage.layout import Layout
from storage.migrations.cost import migrations

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from storage.catalog import Catalog
    from storage.engines.base import Answer, Engine, Slice
    from storage.model.tags import TagKeys

GRACE_SECONDS = 3600
"""A lake file that is no longer listed stays this long, for questions that began before it was replaced."""

LAYOUT = "SELECT value FROM meta WHERE key = 'layout'"


@dataclass(frozen=True, slots=True)
class Reading:
    """The store at one generation; `asked` collects the SQL that was run."""

    catalog: Catalog
    connection: sqlite3.Connection
    plan: Callable[[Slice], Engine]
    asked: list[str] = field(default_factory=list)

    def run(self, piece: Slice, engine: Engine | None = None) -> Answer:
        """Answer one slice, by the engine that the planner picks unless one is given. Raises StoreError."""
        answer = (engine or self.plan(piece)).run(piece, self.connection, self.catalog)
        if answer.sql:
            self.asked.append(answer.sql)
        return answer


class CostStore:
    """Opens the cost store of a home folder. `run` may be called from any thread; it blocks, so keep it off the event loop.

    `memory` is DuckDB's limit (`1GB`), for questions and for each ingest.
    """

    def __init__(self, home: Path, tags: TagKeys, *, memory: str = "1GB") -> None:
        self.home, self.tags, self.memory = home, tags, memory
        self.lake, self.scratch = home / "lake", home / "tmp"
        self.layout = Layout(tags)
        # cost.db can be ingested again, so it need not survive a power cut to the last commit, only be consistent.
        self.database = Database(home / "cost.db", migrations, synchronous="NORMAL", readers=8, cache_kib=16_384)
        self._engines: tuple[Engine, ...] = ()
        self._lake_engine: LakeEngine | None = None
        self._catalog: Catalog | None = None

    def open(self) -> None:
        """Open the database and make its tables on the first start. Raises StoreError."""
        self.database.open()
        self.home.joinpath("ingest.lock").touch()
        if self._known_layout() is None:
            with self.database.write() as connection:
                # Asked again inside the transaction: another program's first start may have made them meanwhile.
                if connection.execute(LAYOUT).fetchone() is None:
                    create_tables(connection, self.layout)
        self._lake_engine = LakeEngine(self.lake, self.scratch / "questions", self.tags, self.memory)
        self._engines = (CubeEngine(self.layout.derived), self._lake_engine)

    @property
    def is_outdated(self) -> bool:
        """The tables were made for other tag keys or cubes than the settings now say: they must be rebuilt from the lake."""
        return self._known_layout() != self.layout.text()

    def _known_layout(self) -> str | None:
        with self.database.read() as connection:
            known = connection.execute(LAYOUT).fetchone()
        return known[0] if known else None

    def close(self) -> None:
        """Close databases and engines."""
        if self._lake_engine is not None:
            self._lake_engine.close()
        self.database.close()

    def run(self, *pieces: Slice) -> tuple[Answer, ...]:
        """Answer slices from one generation of the store: the first engine that covers each."""
        with self.reading() as reading:
            return tuple(reading.run(piece) for piece in pieces)

    def plan(self, piece: Slice) -> Engine:
        """Which engine answers a slice."""
        return next(engine for engine in self._engines if engine.covers(piece))

    def catalog(self) -> Catalog:
        """What the store holds now."""
        with self.reading() as reading:
            return reading.catalog

    def generation(self) -> int:
        """The number that grows with every ingest, also one by another process."""
        with self.database.read() as connection:
            return generation(connection)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """One moment of the store, for as many slices as an answer needs."""
        with self.database.read() as connection:
            current = generation(connection)
            catalog = self._catalog
            if catalog is None or catalog.generation != current:
                catalog = self._catalog = read_catalog(connection)
            yield Reading(catalog, connection, self.plan)

    def retire(self, names: Iterable[str]) -> None:
        """Start the grace period of lake files that are about to be replaced: it counts from a file's last change."""
        for name in names:
            with suppress(FileNotFoundError):
                os.utime(self.lake / name)

    def discard(self, names: Iterable[str]) -> None:
        """Remove lake files of an ingest that failed; one that is listed after all stays."""
        listed = {part.file for part in self.catalog().parts}
        for name in names:
            if name not in listed:
                (self.lake / name).unlink(missing_ok=True)

    def sweep(self, now: float | None = None) -> list[str]:
        """Remove lake files that nothing lists and scratch files, both past the grace period; returns their names."""
        listed = {part.file for part in self.catalog().parts}
        before = (now or time.time()) - GRACE_SECONDS
        loose = [path for path in self.lake.glob("*.parquet") if path.name not in listed]
        loose += [path for path in self.scratch.rglob("*") if path.is_file()]
        gone = [path for path in loose if path.stat().st_mtime < before]
        for path in gone:
            path.unlink(missing_ok=True)
        return [path.name for path in gone]
