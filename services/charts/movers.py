"""What moved between two periods: a waterfall from the first total to the second, a row a step, read from the top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.charts import rows, style
from services.charts.folding import grey, sorted_steps, step_percent
from services.charts.rows import Row
from services.charts.style import Key, Page
from services.charts.words import label, percent, signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from services.charts.results import Bar, MoversSpec

ZOOM_BELOW = 0.4
"""When all that happens takes less than this share of the axis, the axis begins later and the totals are shown cut."""


def figure(spec: MoversSpec) -> Figure:
    """Draw it. The axes labelled `data` hold the two totals from 0 and each step from where the one before it ended."""
    steps = sorted_steps(spec)
    levels = _levels(spec.before.value, steps)
    lines = _lines(spec, steps)
    page = Page(rows.height(len(lines)))
    change = signed(spec.after.value - spec.before.value, spec.currency)
    page.head(spec.title, f"Change {change}", [Key("more", "bar", style.UP), Key("less", "bar", style.DOWN)])
    low, high = _limits(levels)
    axes = rows.axes(page, lines, low, high, spec.currency)
    _bars(axes, spec, steps, levels)
    _connect(axes, levels)
    if low > 0 or high < 0:
        _cut(axes, len(lines) - 1, is_right=high < 0)
    return page.figure


def _levels(before: float, steps: Sequence[Bar]) -> list[float]:
    """Where the sum stands before the first step and after each."""
    levels = [before]
    for step in steps:
        levels.append(levels[-1] + step.value)
    return levels


def _limits(levels: Sequence[float]) -> tuple[float, float]:
    low, high = min(levels), max(levels)
    span = high - low
    if low > 0 and 0 < span < ZOOM_BELOW * high:
        return max(low - span / 2, 0), high
    if high < 0 and 0 < span < ZOOM_BELOW * -low:
        return low, min(high + span / 2, 0)
    return min(low, 0), max(high, 0)


def _bars(axes: Axes, spec: MoversSpec, steps: Sequence[Bar], levels: Sequence[float]) -> None:
    widths = [spec.before.value, *(step.value for step in steps), spec.after.value]
    starts = [0.0, *levels[:-1], 0.0]
    colours = [style.TOTAL, *(_colour(step) for step in steps), style.TOTAL]
    axes.barh(rows.centres(len(widths)), widths, rows.THICK, starts, color=colours, label="steps", zorder=2)


def _colour(step: Bar) -> str:
    return style.GREYS[0] if grey(step) else style.UP if step.value > 0 else style.DOWN


def _connect(axes: Axes, levels: Sequence[float]) -> None:
    """A thin line from where a row ends to where the next one begins."""
    for row, level in enumerate(levels):
        begin, end = row + rows.CENTRE - rows.THICK / 2, row + 1 + rows.CENTRE + rows.THICK / 2
        axes.plot([level, level], [begin, end], color=style.MUTED, linewidth=2, zorder=3, label=f"level {row}")


def _cut(axes: Axes, last: int, *, is_right: bool) -> None:
    """Two slanted gaps in the bars of the totals: they begin at 0, outside of the picture."""
    for row in (0, last):
        top, foot = row + rows.CENTRE - rows.THICK * 0.6, row + rows.CENTRE + rows.THICK * 0.6
        for x in (0.95, 0.97) if is_right else (0.03, 0.05):
            at = axes.get_yaxis_transform()
            axes.plot([x + 0.012, x], [top, foot], color=style.BACKGROUND, linewidth=7, zorder=3, transform=at, label="cut")


def _lines(spec: MoversSpec, steps: Sequence[Bar]) -> list[Row]:
    total = percent(spec.after.value, spec.before.value)
    return [
        Row(spec.before.name, label(spec.before.value, spec.currency), is_total=True),
        *(Row(step.name, signed(step.value, spec.currency), step_percent(step)) for step in steps),
        Row(spec.after.name, label(spec.after.value, spec.currency), total, is_total=True),
    ]
