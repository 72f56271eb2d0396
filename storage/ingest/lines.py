"""Lines: where in its CSV file a row stands, so that a person finds it in an editor.

DuckDB numbers records, not lines: a record it could not split is not among the rows, and a quoted text may go over several lines.
Both are added back here, and only for the few rows that somebody has to look at.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from storage.ingest.columns import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

HEADER = 1


@dataclass(frozen=True, slots=True)
class Torn:
    """A record that is no row: its number (the header is 1), what DuckDB says of it, and its text."""

    record: int
    reason: str
    text: str

    @property
    def inner_ends(self) -> int:
        """How many line ends it swallowed."""
        return self.text.count("\n")


@dataclass(frozen=True, slots=True)
class CsvPart:
    """One file's rows in a table: their first row id and the one after the last, and what of the file did not become a row."""

    name: str
    table: str
    first: int
    end: int
    torn: tuple[Torn, ...] = ()

    def lines(self, session: duckdb.DuckDBPyConnection, rows: Sequence[int]) -> list[int]:
        """The line on which each row (a row id of the table) begins."""
        # The n-th torn record pushes every row from here on down by one, and by the lines it swallowed.
        pushing = [each.record - place for place, each in enumerate(self.torn)]
        swallowed = list(accumulate((each.inner_ends for each in self.torn), initial=0))
        result = []
        for row, inside in zip(rows, self._inner_ends(session, rows), strict=True):
            record = row - self.first + HEADER + 1
            pushed = bisect_right(pushing, record)
            result.append(record + pushed + swallowed[pushed] + inside)
        return result

    def torn_lines(self, session: duckdb.DuckDBPyConnection) -> list[int]:
        """The line on which each torn record begins."""
        rows = [self.first + each.record - HEADER - 1 - place for place, each in enumerate(self.torn)]
        swallowed = accumulate((each.inner_ends for each in self.torn), initial=0)
        inside = self._inner_ends(session, rows)
        return [each.record + ends + more for each, ends, more in zip(self.torn, swallowed, inside, strict=False)]

    def _inner_ends(self, session: duckdb.DuckDBPyConnection, rows: Sequence[int]) -> list[int]:
        """How many line ends stand inside fields of the rows before each row."""
        columns = [name for name, *_ in session.execute(f"DESCRIBE {self.table}").fetchall()]
        ends = " + ".join(
            f"coalesce(length({quoted(name)}) - length(replace({quoted(name)}, chr(10), '')), 0)" for name in columns
        )
        found = session.execute(
            f"WITH each_row AS (SELECT rowid AS row, {ends} AS ends FROM {self.table} "
            f"WHERE rowid >= {self.first} AND rowid < {self.end}), "
            "so_far AS (SELECT row, sum(ends) OVER (ORDER BY row) AS ends FROM each_row WHERE ends > 0), "
            "wanted AS (SELECT DISTINCT unnest(?::BIGINT[]) AS row) "
            "SELECT wanted.row, so_far.ends FROM wanted ASOF JOIN so_far ON wanted.row > so_far.row",
            [list(rows)],
        ).fetchall()
        before = {row: int(ends) for row, ends in found}
        return [before.get(row, 0) for row in rows]
