"""Spend by something: sorted bars, each under its own name, with its amount, its change, and a tick where it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.charts import rows, style
from services.charts.folding import sorted_bars
from services.charts.rows import Row
from services.charts.style import Key, Page
from services.charts.words import label, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from services.charts.results import Bar, BreakdownSpec


def figure(spec: BreakdownSpec) -> Figure:
    """Draw it. The axes labelled `data` hold one bar a row, the largest on top; row n lies between n and n + 1."""
    bars = sorted_bars(spec.bars)
    page = Page(rows.height(len(bars)))
    compared = any(bar.previous is not None for bar in bars)
    total = label(sum(bar.value for bar in bars), spec.currency)
    page.head(spec.title, f"Total {total}", [Key("previous", "tick")] if compared else [])
    lines = [Row(bar.name, label(bar.value, spec.currency), percent(bar.value, bar.previous)) for bar in bars]
    values = [0.0, *(bar.value for bar in bars), *(bar.previous or 0 for bar in bars)]
    axes = rows.axes(page, lines, min(values), max(values), spec.currency)
    widths = [bar.value for bar in bars]
    axes.barh(rows.centres(len(bars)), widths, rows.THICK, color=style.colours_of_rows(bars), label="amounts", zorder=2)
    for row, bar in enumerate(bars):
        _previous(axes, row, bar)
    return page.figure


def _previous(axes: Axes, row: int, bar: Bar) -> None:
    """A tick across the bar where the amount was; none for what is new."""
    if bar.previous:
        middle, reach = row + rows.CENTRE, rows.THICK * 0.65
        style.tick(axes, [bar.previous] * 2, [middle - reach, middle + reach], f"previous {row}")
