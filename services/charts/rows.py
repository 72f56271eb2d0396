"""Rows of bars, each under its name: on a phone a long name needs the whole width, so it stands above its bar, not beside it.

The amounts have a column of their own at the right, which no bar reaches, with the change below each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.charts import style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from services.charts.style import Page

TOP, FOOT = 142, 66
ROW = 84
"""Pixels a row."""
CENTRE, THICK = 0.7, 0.33
"""Of a row: where its bar lies, and how thick it is."""
NAME, BELOW = 0.37, 0.81
"""Of a row: the baselines of its name and of the change below the amount."""
GAP = 30
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Row:
    """The words of one row."""

    name: str
    amount: str
    change: str = ""
    is_total: bool = False


def height(count: int) -> int:
    """How many pixels a page with so many rows is high."""
    return TOP + ROW * max(count, FEWEST) + FOOT


def centres(count: int) -> list[float]:
    """Where the bars lie, from the top."""
    return [row + CENTRE for row in range(count)]


def axes(page: Page, rows: Sequence[Row], low: float, high: float, currency: str) -> Axes:
    """Write the rows, and return axes for their bars: amounts along the foot, row n between n and n + 1 from the top."""
    words = [page.width(text, weight="bold") for row in rows for text in (row.amount, row.change)]
    right = style.WIDTH - style.MARGIN - max(words, default=0) - GAP
    found = page.plot(style.MARGIN, TOP, right, page.height - FOOT)
    span = high - low or 1
    found.set(xlim=(low - 0.01 * span * (low < 0), high + 0.01 * span), ylim=(max(len(rows), FEWEST), 0))
    ticks, names = style.scale(low, high, currency)
    style.name_places(page, found, list(zip(ticks, names, strict=True)))
    for tick in ticks:
        found.axvline(tick, color=style.GRID, linewidth=2, zorder=0.5, label="grid")
    if low <= 0 <= high:
        found.axvline(0, color=style.MUTED, linewidth=2, zorder=4)
    for number, row in enumerate(rows):
        _write(page, number, row, right)
    if not rows:
        page.write(style.WIDTH / 2, TOP + ROW, "No spend in this period", colour=style.MUTED, side="center")
    return found


def _write(page: Page, number: int, row: Row, width: float) -> None:
    weight: style.Weight = "bold" if row.is_total else "normal"
    top, right = TOP + ROW * number, style.WIDTH - style.MARGIN
    name = page.fit(row.name, width - style.MARGIN, weight=weight, number=number + 1)
    page.write(style.MARGIN, top + ROW * NAME, name, weight=weight, is_clear=True)
    page.write(right, top + ROW * NAME, row.amount, weight="bold", side="right")
    page.write(right, top + ROW * BELOW, row.change, colour=style.MUTED, side="right")
