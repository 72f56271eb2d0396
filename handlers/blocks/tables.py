"""Tables: one grid of cells, drawn as Slack's data table, as its simple table, or as aligned text that everything can show."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.blocks import limits
from handlers.blocks.build import section
from handlers.blocks.mrkdwn import BLANK, FENCE, clean, cut, cut_middle, escape_code, size
from handlers.blocks.words import width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from handlers.request import Block

NAME_WIDTH = 36
"""Longer names are cut in the middle; the whole name is in the CSV."""
TEXT_WIDTH = 68
"""What a code block shows without wrapping in a usual Slack window."""
TEXT_ROWS = 10
"""Longer tables are data tables, where people can sort and leaf."""
_GAP = "  "


@dataclass(frozen=True, slots=True)
class Number:
    """A cell that sorts by `value` and reads as `text`."""

    value: Decimal
    text: str


Cell = str | Number


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. Every row has as many cells as the header. `right`: the columns whose text is aligned to the right."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    right: frozenset[int] = frozenset()

    @property
    def lines(self) -> list[tuple[str, ...]]:
        """The cells as text, header first: cleaned, cut, never empty."""
        return [tuple(_text(cell) for cell in row) for row in (self.header, *self.rows)]

    @property
    def characters(self) -> int:
        """How much text the cells have together."""
        return sum(size(cell) for line in self.lines for cell in line)

    @property
    def widths(self) -> list[int]:
        """The columns' widths in a fixed-width font."""
        return [max(map(width, column)) for column in zip(*self.lines, strict=True)]


def _text(cell: Cell) -> str:
    text = cell.text if isinstance(cell, Number) else cell
    return cut_middle(clean(text), NAME_WIDTH) or BLANK


def data_table(grid: Grid, page_size: int = 10) -> Block:
    """Slack's sortable table. Rows beyond the limits are left out and the caption says so; see `room`."""
    rows = _within(grid, limits.DATA_TABLE_ROWS, limits.TABLE_CHARACTERS)
    left = len(grid.rows) - len(rows)
    caption = f"{clean(grid.caption)} (without {left} more rows)" if left else clean(grid.caption)
    return {
        "type": "data_table",
        "caption": cut(caption, limits.CAPTION) or BLANK,
        "page_size": max(1, min(page_size, limits.PAGE_SIZE)),
        "row_header_column_index": 0,
        "rows": [[_raw(cell, is_header=at == 0) for cell in row] for at, row in enumerate((_cut_row(grid.header), *rows))],
    }


def table(grid: Grid) -> Block:
    """Slack's simple table; it has no caption, so say what it shows in the line above."""
    rows = _within(grid, limits.TABLE_ROWS - 1, limits.TABLE_CHARACTERS)
    align = [{"align": "right"} if at in grid.right else {"is_wrapped": True} for at in range(len(grid.header))]
    return {
        "type": "table",
        "column_settings": align[: limits.TABLE_COLUMNS],
        "rows": [[{"type": "raw_text", "text": _text(cell)} for cell in row] for row in (_cut_row(grid.header), *rows)],
    }


def _cut_row(row: Sequence[Cell]) -> Sequence[Cell]:
    return row[: limits.TABLE_COLUMNS]


def _within(grid: Grid, most: int, characters: int) -> list[Sequence[Cell]]:
    """As many rows as stay within the limits; at least one, because Slack wants one."""
    used = sum(size(_text(cell)) for cell in grid.header)
    kept: list[Sequence[Cell]] = []
    for row in map(_cut_row, grid.rows[:most]):
        used += sum(size(_text(cell)) for cell in row)
        if kept and used > characters:
            break
        kept.append(row)
    return kept or [[BLANK] * len(_cut_row(grid.header))]


def _raw(cell: Cell, *, is_header: bool) -> Block:
    if isinstance(cell, Number) and not is_header:
        value = float(cell.value)
        if math.isfinite(value):
            return {"type": "raw_number", "value": value, "text": _text(cell)}
    return {"type": "raw_text", "text": _text(cell)}


def text_lines(grid: Grid) -> Iterator[str]:
    """The grid as aligned lines for a fixed-width font, a rule below the header. Not escaped."""
    widths = grid.widths
    for number, line in enumerate(grid.lines):
        cells = (_aligned(cell, widths[at], right=at in grid.right) for at, cell in enumerate(line))
        yield _GAP.join(cells).rstrip()
        if number == 0:
            yield _GAP.join("─" * each for each in widths)


def _aligned(cell: str, columns: int, *, right: bool) -> str:
    blanks = " " * (columns - width(cell))
    return blanks + cell if right else cell + blanks


def text_table(grid: Grid) -> list[Block]:
    """The grid as code blocks: shown everywhere, even where Slack refuses tables. As many sections as it needs."""
    room = limits.SECTION_TEXT - 2 * len(FENCE) - 2
    pieces: list[str] = []
    for line in (cut(escape_code(line), room) for line in text_lines(grid)):
        if pieces and size(pieces[-1]) + 1 + size(line) <= room:
            pieces[-1] += "\n" + line
        else:
            pieces.append(line)
    return [section(f"{FENCE}\n{piece}\n{FENCE}") for piece in pieces]


def room(header: Sequence[str], rows: Sequence[Sequence[Cell]], characters: int) -> int:
    """How many of the rows fit into so many characters, as cells and as aligned text (which counts its blanks too)."""
    candidates = tuple(map(tuple, rows[: limits.TABLE_ROWS - 1]))
    line = sum(Grid("", tuple(header), candidates).widths) + len(_GAP) * len(header) + 1
    used, count = 2 * line, 0
    for row in candidates:
        used += max(line, sum(size(_text(cell)) for cell in row)) + sum(_extra(_text(cell)) for cell in row)
        if used > characters:
            break
        count += 1
    return count


def _extra(text: str) -> int:
    return size(escape_code(text)) - width(text)


def is_small(grid: Grid) -> bool:
    """Whether aligned text shows it well: few rows, and narrow enough not to wrap."""
    return len(grid.rows) <= TEXT_ROWS + 2 and sum(grid.widths) + len(_GAP) * (len(grid.header) - 1) <= TEXT_WIDTH
