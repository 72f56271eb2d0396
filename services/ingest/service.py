"""Ingest: decides what goes in: the 1 % rule, the source's name, the warnings. Reading, mapping and adding up are the store's."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from services.ingest.results import IngestReport
from storage.ingest import commit, load
from storage.ingest.files import bill_files
from storage.ingest.rows import examine
from storage.ingest.session import duckdb_session
from storage.ingest.staging import stage
from storage.layout import MEASURES
from storage.model.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import duckdb

    from storage.catalog import Catalog
    from storage.costs import CostStore
    from storage.ingest.load import LakeFile
    from storage.ingest.rows import Rows
    from storage.ingest.staging import Relation

ACCEPTED_BAD_SHARE = 0.01
SHOWN_BAD_ROWS = 5
SHRUNK = 0.5
"""A period that keeps less than this share of its charges is worth a warning."""


def no_step(_name: str) -> None:
    """Nobody watches."""


def source_name(path: Path) -> str:
    """The name a bill gets when nobody gives one: its file's or folder's, without dates, part numbers and endings."""
    stem = path.name.split(".")[0] if path.is_file() else path.name
    words = [word for word in re.split(r"[-_= ]+", stem) if word and not re.fullmatch(r"\d+|part|v\d+", word.lower())]
    return "-".join(words).lower() or "bill"


class Ingest:
    """Puts bills into a cost store. Blocking, for minutes: run it in a thread or a process of its own."""

    def __init__(self, store: CostStore) -> None:
        self._store = store

    def run(
        self,
        paths: Sequence[Path],
        *,
        source: str = "",
        accept_bad: bool = False,
        step: Callable[[str], None] = no_step,
    ) -> IngestReport:
        """Read the bills and replace exactly the billing periods they hold, of this source.

        `step` is called with a name after every write, for a progress bar. Raises DataError (nothing is stored) when a file is no
        bill or more than 1 % of the rows are bad and `accept_bad` is not set; StoreError when the store cannot be written.
        """
        started = time.monotonic()
        store, name = self._store, source or source_name(paths[0])
        files = bill_files(paths)
        step("files")
        with commit.ingest_lock(store.home / "ingest.lock"), duckdb_session(store.scratch, store.memory) as session:
            relations, torn = stage(session, files)
            rows = examine(session, relations, torn)
            step("rows")
            _refuse_bad(rows, accept_bad=accept_bad)
            replaced, parts, warnings = self._store_rows(session, name, relations, rows, step)
            totals = {currency: dict(zip(MEASURES, sums, strict=True)) for currency, *sums in load.totals(session)}
        store.sweep()
        return IngestReport(
            source=name,
            files=tuple(file.name for file in files),
            formats=tuple(dict.fromkeys(relation.format.name for relation in relations)),
            read=rows.read,
            kept=rows.read - rows.rejected,
            charges=sum(part.charges for part in parts),
            rejected=tuple(rows.bad),
            rounded=rows.rounded,
            periods=tuple(replaced),
            totals=totals,
            ignored=tuple(sorted({column for relation in relations for column in relation.ignored})),
            warnings=tuple(warnings),
            first_day=min((part.first for part in parts), default=None),
            last_day=max((part.last for part in parts), default=None),
            seconds=time.monotonic() - started,
        )

    def _store_rows(
        self,
        session: duckdb.DuckDBPyConnection,
        source: str,
        relations: Sequence[Relation],
        rows: Rows,
        step: Callable[[str], None],
    ) -> tuple[list[commit.Replaced], list[commit.PartFacts], list[str]]:
        store = self._store
        files = load.write_lake(session, store.lake, store.scratch, store.tags, rows.texts, step)
        try:
            return self._publish(session, source, relations, rows, files, step)
        except BaseException:
            store.discard(file.path.name for file in files)
            raise

    def _publish(
        self,
        session: duckdb.DuckDBPyConnection,
        source: str,
        relations: Sequence[Relation],
        rows: Rows,
        files: Sequence[LakeFile],
        step: Callable[[str], None],
    ) -> tuple[list[commit.Replaced], list[commit.PartFacts], list[str]]:
        store, layout = self._store, self._store.layout
        catalog = store.catalog()
        first_part = max((part.id for part in catalog.parts), default=0) + 1
        load.add_up(session, files, first_part, layout, step)
        known = [(number, dimension, value) for (dimension, value), number in catalog.ids.items()]
        names = commit.new_names(session, known, layout)
        load.code(session, layout)
        step("facts added up")
        harvest = commit.Harvest(
            source,
            ", ".join(dict.fromkeys(relation.format.name for relation in relations)),
            rows,
            names,
            commit.part_facts(session, files, first_part),
        )
        months = {file.period for file in files}
        store.retire(part.file for part in catalog.parts if part.source == source and part.month in months)
        with store.database.write() as connection:
            replaced = commit.publish(connection, session, layout, harvest, step)
        step("committed")
        return replaced, list(harvest.parts), _warnings(catalog, source, harvest.parts, replaced)


def _refuse_bad(rows: Rows, *, accept_bad: bool) -> None:
    if accept_bad or rows.rejected <= rows.read * ACCEPTED_BAD_SHARE:
        return
    shown = "; ".join(f"{row.file} line {row.line}: {row.reason}" for row in rows.bad[:SHOWN_BAD_ROWS])
    raise DataError(
        f"{rows.rejected:,} of {rows.read:,} rows cannot be read; nothing was stored. {shown}",
        "Mend the export, or give --accept-bad to leave those rows out.",
    )


def _warnings(catalog: Catalog, source: str, parts: Sequence[commit.PartFacts], replaced: Sequence[commit.Replaced]) -> list[str]:
    """What is stored as asked but looks like a mistake: the same bill under two names, a month that lost most of its rows."""
    found = []
    for part in parts:
        twins = sorted(
            {
                old.source
                for old in catalog.parts
                if old.source != source and old.month == part.file.period and set(old.payers) & set(part.payers)
            }
        )
        if twins:
            found.append(f"{part.file.period:%Y-%m} of the same billing account is also in {', '.join(twins)}: it counts twice.")
    found += [
        f"{each.period:%Y-%m} had {each.before:,} charges and now has {each.after:,}."
        for each in replaced
        if each.after < each.before * SHRUNK
    ]
    return found
