"""Opens a written ledger again: the one place from which fake clouds take their figures.

The Parquet files are the ledger's stored form; nothing else is kept beside them. Whoever answers as a cloud asks SQL of the
view `ledger`: the columns of FOCUS as `words` and `table` name them, and `source` (aws, gcp, azure).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from bot.sandbox.ledger.generator import PART, PARTITION
from bot.sandbox.ledger.organisation import PAYERS

if TYPE_CHECKING:
    from pathlib import Path


def files(out: Path) -> dict[str, list[Path]]:
    """The files of each provider that has any, oldest month first."""
    found = {payer: sorted(out.glob(f"{payer}/{PARTITION}*/{PART}")) for payer in PAYERS}
    return {payer: paths for payer, paths in found.items() if paths}


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _select(payer: str, paths: list[Path]) -> str:
    listed = ", ".join(_quoted(path) for path in paths)
    # The folder names would come back as a column that is no part of the bill.
    return f"SELECT '{payer}' AS source, * FROM read_parquet([{listed}], hive_partitioning = false)"  # noqa: S608 - our own names


def connect(out: Path) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB in UTC with the view `ledger`. Raises FileNotFoundError where no ledger was written.

    Give each thread its own `cursor()` of it. The rows of a file have an order; the view does not promise one. Turn moments
    into days or text in SQL: DuckDB hands aware ones to Python only where pytz is installed.
    """
    found = files(out)
    if not found:
        msg = f"there is no ledger in {out}: write one with `tuppence ledger`"
        raise FileNotFoundError(msg)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("CREATE VIEW ledger AS " + " UNION ALL ".join(_select(payer, paths) for payer, paths in found.items()))
    return connection
