"""A Reply in the terminal: the very blocks that Slack would get, drawn with rich.

What is drawn came from bills and tags as well, so it goes into `Text` objects, without control characters: it is read neither as
rich's markup nor as the terminal's own escapes. Buttons are left out, because the same words can be typed.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len
from rich.console import Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from handlers.blocks.mrkdwn import FENCE, unescape
from handlers.blocks.words import number, sparkline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import Console, RenderableType

    from handlers.request import Block, Reply

_MARKS = re.compile(r"(?<!\w)\*(?P<bold>(?! )[^*\n]+(?<! ))\*(?!\w)|`(?P<code>[^`\n]+)`|<(?P<link>[^<>\n]+)>")
_RULE = re.compile(r"[─ ]+")
_EIGHTHS = " ▏▎▍▌▋▊▉"
_BAR, _SHORTEST = 30, 4
_CHART_WORDS, _NUMBER = 26, 14  # columns of a chart's labels with their margins, and of a series' numbers
_COMPARED = 2  # series that still read as bars; more of them are drawn as small lines
_SUMS = ("Total", "(")
_NAME = 24  # columns that the first column of a table keeps
_MARGIN = 4


def draw(reply: Reply, console: Console) -> None:
    """Print everything a reply shows, or its text where it has no blocks; what it carries as files is named."""
    shown = reply.view or reply.home
    blocks = shown["blocks"] if shown else reply.blocks or reply.plain
    for piece in _pieces(blocks, console.width) if blocks else [_paragraph(reply.text)]:
        console.print(piece)
    for file in reply.files:
        console.print(Text(f"[file: {_safe(file.name)}, {len(file.content):,} bytes]", style="dim"))


def _pieces(blocks: Iterable[Block], width: int) -> Iterator[RenderableType]:
    for block in blocks:
        kind = block["type"]
        if kind in _SIZED:
            yield _SIZED[kind](block, width)
        elif kind in _DRAWINGS:
            yield _DRAWINGS[kind](block)


def _safe(text: str) -> str:
    """Without control characters and overrides of direction; lines and blanks stay."""
    return "".join(character for character in text if character.isprintable() or character in "\n ")


def _rich(text: str) -> Text:
    """Slack's mrkdwn as styled text."""
    styled = Text()
    at = 0
    for found in _MARKS.finditer(text):
        styled.append(_plain(text[at : found.start()]))
        styled.append(*_marked(found))
        at = found.end()
    return styled.append(_plain(text[at:]))


def _marked(found: re.Match[str]) -> tuple[str, str]:
    if found["bold"]:
        return _plain(found["bold"]), "bold"
    if found["code"]:
        return _plain(found["code"]), "cyan"
    target, _, label = found["link"].partition("|")
    return _plain(label or target), "underline"


def _plain(text: str) -> str:
    return _safe(unescape(text))


def _text_object(node: Block) -> Text:
    return _rich(node["text"]) if node["type"] == "mrkdwn" else Text(_safe(node["text"]))


def _header(block: Block) -> RenderableType:
    return Padding(Text(_safe(block["text"]["text"]), style="bold underline"), (1, 0, 0, 0))


def _section(block: Block) -> RenderableType:
    parts: list[RenderableType] = []
    if "text" in block:
        parts.append(_paragraph(block["text"]["text"]) if block["text"]["type"] == "mrkdwn" else _text_object(block["text"]))
    if "fields" in block:
        parts.append(_fields(block["fields"]))
    return Group(*parts)


def _paragraph(text: str) -> RenderableType:
    """Text whose code blocks keep their lines and columns."""
    pieces = text.split(FENCE)
    parts = [_code(piece) if at % 2 else _rich(piece.strip("\n")) for at, piece in enumerate(pieces) if piece.strip()]
    return Group(*parts)


def _code(text: str) -> RenderableType:
    """A code block. A line of dashes makes the one above it a table's header."""
    lines = [_plain(line) for line in text.strip("\n").split("\n")]
    styled = Text(overflow="fold")
    for at, line in enumerate(lines):
        styled.append(line + ("\n" if at < len(lines) - 1 else ""), _line_style(lines, at))
    return Padding(styled, (1, 0, 1, 2), expand=False)


def _line_style(lines: Sequence[str], at: int) -> str:
    if _RULE.fullmatch(lines[at]):
        return "dim"
    is_header = at + 1 < len(lines) and _RULE.fullmatch(lines[at + 1])
    return "bold" if is_header or lines[at].startswith("Total") else ""


def _fields(fields: Sequence[Block]) -> RenderableType:
    """Two columns, as Slack has them."""
    grid = Table.grid(padding=(0, 4, 0, 0))
    for at in range(0, len(fields), 2):
        if at:
            grid.add_row()
        grid.add_row(*map(_text_object, fields[at : at + 2]))
    return Padding(grid, (1, 0, 0, 2), expand=False)


def _context(block: Block) -> RenderableType:
    lines = Text("\n").join(_text_object(each) for each in block["elements"] if "text" in each)
    lines.stylize("dim")
    return lines


def _divider(_block: Block) -> RenderableType:
    return Rule(style="dim")


def _table(block: Block, width: int) -> RenderableType:
    """Both kinds of tables. Numbers stand on the right and are never broken, sums are set apart by their weight."""
    header, *rows = block["rows"]
    right = [_is_right(block, rows, at) for at in range(len(header))]
    kept = _columns(block["rows"], right, width)
    drawn = Table(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold", border_style="dim"
    )
    for at in kept:
        drawn.add_column(Text(_safe(header[at]["text"])), justify="right" if right[at] else "left", no_wrap=at > 0)
    for row in rows:
        drawn.add_row(*(Text(_safe(row[at]["text"])) for at in kept), style=_row_style(row[0]["text"]))
    hidden = [_safe(cell["text"]) for at, cell in enumerate(header) if at not in kept]
    note = [Text(f"({', '.join(hidden)}: in a wider window)", style="dim")] if hidden else []
    return Padding(Group(drawn, *note), (1, 0, 1, 2), expand=False)


def _columns(rows: Sequence[Sequence[Block]], right: Sequence[bool], width: int) -> list[int]:
    """The columns that a window has room for: texts after the first column give way to it, the last first; numbers stay."""
    widths = [max(cell_len(_safe(row[at]["text"])) for row in rows) + 2 for at in range(len(right))]
    widths[0] = min(widths[0], _NAME)
    kept = list(range(len(right)))
    for at in reversed(range(1, len(right))):
        if sum(widths[each] for each in kept) + _MARGIN > width and not right[at]:
            kept.remove(at)
    return kept


def _row_style(first: str) -> str:
    if first == _SUMS[0]:
        return "bold"
    return "dim" if first.startswith(_SUMS[1]) else ""


def _is_right(block: Block, rows: Sequence[Sequence[Block]], at: int) -> bool:
    settings = block.get("column_settings", [])
    if at < len(settings):
        return bool(settings[at].get("align") == "right")
    return any(row[at]["type"] == "raw_number" for row in rows)


def _chart(block: Block, width: int) -> RenderableType:
    chart = block["chart"]
    title = Text(_safe(block["title"]), style="bold")
    if chart["type"] == "pie":
        return _bars(title, [{"name": "", "data": chart["segments"]}], width)
    return _bars(title, chart["series"], width) if len(chart["series"]) <= _COMPARED else _lines(title, chart["series"])


def _bars(title: Text, series: Sequence[Block], width: int) -> RenderableType:
    """One bar a point; a second series stands beside it as numbers. The bars take the room that the words leave."""
    largest = max((abs(point["value"]) for point in series[0]["data"]), default=0)
    room = width - _CHART_WORDS - _NUMBER * len(series)
    longest = max(_SHORTEST, min(_BAR, room))
    grid = Table.grid(padding=(0, 2, 0, 0))
    for at in range(2 + len(series)):
        grid.add_column(justify="right" if at > 1 else "left", no_wrap=True)
    if len(series) > 1:
        grid.add_row("", "", *(Text(_safe(each["name"]), style="dim") for each in series))
    for at, point in enumerate(series[0]["data"]):
        values = [Text(_amount(each["data"][at]["value"]), style="dim" if place else "") for place, each in enumerate(series)]
        grid.add_row(Text(_safe(point["label"])), Text(_bar(point["value"], largest, longest), style="cyan"), *values)
    return Padding(Group(title, grid), (1, 0, 1, 2), expand=False)


def _bar(value: float, largest: float, longest: int) -> str:
    eighths = round(abs(value) / largest * longest * 8) if largest else 0
    full, part = divmod(eighths, 8)
    return ("░" if value < 0 else "█") * full + _EIGHTHS[part].strip()


def _lines(title: Text, series: Sequence[Block]) -> RenderableType:
    """One small line a series, with its first and last value."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    for each in series:
        values = [point["value"] for point in each["data"]]
        ends = f"{_amount(values[0])} → {_amount(values[-1])}"
        line = sparkline([Decimal(str(value)) for value in values], _BAR)
        grid.add_row(Text(_safe(each["name"])), Text(line, style="cyan"), Text(ends))
    return Padding(Group(title, grid), (1, 0, 1, 2), expand=False)


def _amount(value: float) -> str:
    return number(Decimal(str(value)))


def _image(block: Block) -> RenderableType:
    return Text(f"[chart: {_safe(block['alt_text'])}]", style="dim")


_DRAWINGS: dict[str, Callable[[Block], RenderableType]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "divider": _divider,
    "image": _image,
}
_SIZED: dict[str, Callable[[Block, int], RenderableType]] = {
    "table": _table,
    "data_table": _table,
    "data_visualization": _chart,
}
