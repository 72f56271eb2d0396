"""The frame of every cost answer: the line with the number, the tables, what stands below, the context line, the buttons.

Tables take the room that everything else leaves, so a message stays within Slack's total however much there is to show. What is
not shown is added up in a row that says how many rows it stands for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handlers.blocks import build, limits, tables
from handlers.blocks.mrkdwn import size
from handlers.blocks.tables import Grid
from handlers.request import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from handlers.blocks.tables import Cell
    from handlers.request import Block
    from services.charts.results import ChartSpec

SECTIONS = 4
"""Currencies shown with a table of their own; further ones are named with their totals."""
HEADROOM = 2_500
"""Characters left for the picture's alt text and for a note, which are added to the message later."""
_TOO_LARGE = "The table does not fit here: the CSV has it."
_PAGE = 15  # rows of a data table that are seen at once
_FOOT = 3  # rows that may stand under the shown ones
_LINE = 140  # characters of one of them, generously


@dataclass(frozen=True, slots=True)
class Listing:
    """One table before it is known how many of its rows fit. `foot` gives the rows below when only so many are shown."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: Callable[[int], tuple[tuple[Cell, ...], ...]]
    right: frozenset[int]
    heading: str = ""
    below: str = ""

    def fitted(self, characters: int) -> tuple[Grid, list[Block]] | None:
        """As many rows as so many characters hold, and they as text; None when they do not even hold the sums."""
        shown = tables.room(self.header, self.rows, characters - _FOOT * _LINE)
        while True:
            grid = Grid(self.caption, self.header, self.rows[:shown] + self.foot(shown), self.right)
            text = tables.text_table(grid)
            if _characters(text) <= characters:
                return grid, text
            if shown == 0:
                return None
            shown //= 2


def _characters(blocks: Sequence[Block]) -> int:
    return sum(map(size, build.texts(blocks)))


@dataclass(frozen=True, slots=True)
class Content:
    """Everything an answer says. `lead`, `notes` and `context` are mrkdwn, already escaped."""

    lead: str
    context: str
    listings: Sequence[Listing] = ()
    fields: Sequence[str] = ()
    notes: Sequence[str] = ()
    charts: Sequence[Block] = ()
    buttons: Sequence[Block] = ()
    picture: ChartSpec | None = None
    result: Mapping[str, Any] = field(default_factory=dict)


def reply(content: Content) -> Reply:
    """The answer as blocks, and as plain ones without tables and charts of Slack's own."""
    head = [*build.sections(content.lead), *build.field_sections(content.fields)]
    notes = build.sections("\n".join(content.notes)) if content.notes else []
    tail = [*notes, build.context(*content.context.split("\n")), *content.buttons]
    room = limits.MESSAGE_CHARACTERS - HEADROOM - _characters([*head, *tail])
    charts = [each for each in content.charts[: limits.MESSAGE_CHARTS] if _characters([each]) < room // 2]
    native, plain = _listed(content.listings, room - _characters(charts))
    return Reply(
        text=build.fallback("\n".join(filter(None, [content.lead, *content.notes, content.context]))),
        blocks=tuple(build.fitted([*head, *native, *charts, *tail])),
        plain=tuple(build.fitted([*head, *plain, *tail])),
        chart=content.picture,
        result=content.result,
    )


def _listed(listings: Sequence[Listing], characters: int) -> tuple[list[Block], list[Block]]:
    native: list[Block] = []
    plain: list[Block] = []
    tables_left = limits.MESSAGE_TABLES
    for at, each in enumerate(listings):
        heads = build.sections(each.heading) if each.heading else []
        feet = build.sections(each.below) if each.below else []
        share = characters // (len(listings) - at)
        grid, text = each.fitted(share - _characters([*heads, *feet])) or (None, [build.section(_TOO_LARGE)])
        is_native = grid is not None and tables_left > 0 and not tables.is_small(grid)
        tables_left -= is_native
        plain += [*heads, *text, *feet]
        native += [*heads, *([tables.data_table(grid, _PAGE)] if grid and is_native else text), *feet]
        characters -= _characters([*heads, *text, *feet])
    return native, plain
