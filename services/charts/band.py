"""What was spent beside what was expected: actual days, the expected line in its range, marked days, incomplete days, a budget.

Bars would hide a range that lies behind them, so where it covers days that are known (an alert) they are a line with dots, and
where it only lies ahead (a forecast) bars.
"""

from __future__ import annotations

from itertools import groupby
from math import nan
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.lines import Line2D

from services.charts import bands, style
from services.charts.spans import named_buckets
from services.charts.style import Key, Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from services.charts.results import BandSpec, Values

HEIGHT = 720
TOP, BOTTOM = 196, HEIGHT - 66
KEYS = 160
"""The baseline of the line of keys."""
MIN_SLOTS = 5
"""With fewer days than this the bars do not grow wider."""
BAR_WIDTH, LONG = 0.82, 60
"""Of more days than LONG, bars touch and dots go."""
ROOM = 0.06
WORDS = 44
"""Pixels kept free above for a line of words of a mark, or for the name of the budget."""
OUTER_MOST, BUDGET_MOST = 1.7, 2.5
"""Times everything else: what lies higher is cut off (a range) or only named (a budget), so that the days can be seen."""


def figure(spec: BandSpec) -> Figure:
    """Draw it. In the axes labelled `data` day n is at n: a `StepPatch` or a line `actual`, a line `expected`, areas `range`."""
    page = Page(HEIGHT)
    page.head(spec.title, bands.headline(spec), ())
    page.keys(_keys(spec), style.MARGIN, KEYS)
    axes = _axes(page, spec)
    found = bands.ranges(spec)
    for each, colour in zip(found, style.RANGES[len(style.RANGES) - len(found) :], strict=True):
        _range(axes, spec, each, colour)
    _actual(axes, spec)
    _incomplete(axes, spec)
    _expected(axes, spec)
    _budget(page, axes, spec)
    _marks(page, axes, spec)
    return page.figure


def has_bars(spec: BandSpec) -> bool:
    """Whether actual days are bars: not where a range lies behind one of them, nor where they are sums."""
    known = [value is not None and not late for value, late in zip(spec.actual, bands.is_incomplete(spec), strict=True)]
    return not spec.is_cumulative and not any(
        is_known and spec.low and spec.low[n] is not None for n, is_known in enumerate(known)
    )


def _keys(spec: BandSpec) -> list[Key]:
    mark: Literal["bar", "line"] = "bar" if has_bars(spec) else "line"
    keys = [Key("actual", mark, style.PALETTE[0])] if bands.latest(spec) is not None else []
    has_open_days = any(bands.is_incomplete(spec))
    if any(value is not None for value in spec.expected):
        keys.append(Key("expected", "dash"))
    if spec.low:
        # Five names fit the line only when this one is short.
        inner = "80 %" if has_open_days else "80 % range"
        keys.append(Key(inner if spec.low_outer else "range", "bar", style.RANGES[1]))
    if spec.low_outer:
        keys.append(Key("95 %", "bar", style.RANGES[0]))
    if has_open_days:
        keys.append(Key("incomplete", "hatch"))
    return keys


def _axes(page: Page, spec: BandSpec) -> Axes:
    low, high = _reach(spec)
    ticks, names = style.scale(low, high, spec.currency)
    left = style.MARGIN + max(page.width(name) for name in names) + 14
    axes = page.plot(left, TOP, style.WIDTH - style.MARGIN, BOTTOM)
    middle, slots = (len(spec.days) - 1) / 2, max(len(spec.days), MIN_SLOTS)
    span = high - low or 1
    words = WORDS * (len(bands.marked(spec)) + bool(spec.budget)) / (BOTTOM - TOP)
    room = span * (ROOM + words / (1 - min(words, 0.5)))
    axes.set(xlim=(middle - slots / 2, middle + slots / 2), ylim=(low - (0.03 * span if low else 0), high + room))
    style.name_heights(page, axes, list(zip(ticks, names, strict=True)))
    style.name_places(page, axes, list(named_buckets(spec.days, 1)))
    axes.axhline(0, color=style.MUTED, linewidth=2, zorder=4)
    return axes


def _reach(spec: BandSpec) -> tuple[float, float]:
    """The lowest and the highest amount that must be seen."""
    rows = (spec.actual, spec.expected, spec.low, spec.high)
    values = [value for row in rows for value in row if value is not None]
    low, high = min((0.0, *values)), max((0.0, *values))
    wide = [value for value in (*spec.low_outer, *spec.high_outer) if value is not None]
    low, high = max(min((low, *wide)), low - high * (OUTER_MOST - 1)), min(max((high, *wide)), max(high, -low) * OUTER_MOST)
    near = [value for value in spec.budget if value is not None and value <= high * BUDGET_MOST]
    return min((low, *near)), max((high, *near))


def _range(axes: Axes, spec: BandSpec, each: bands.Range, colour: str) -> None:
    """Single days are wide areas, sums one area from day to day. Where the range has no day it has a hole."""
    low, high = (_floats(row) for row in each)
    if spec.is_cumulative:
        places = np.arange(len(spec.days))
        area = axes.fill_between(places, low, high, where=~np.isnan(low), color=colour, linewidth=0, zorder=1)
        area.set_label("range")
        return
    edges = [n - 0.5 for n in range(len(spec.days) + 1)]
    stepped = style.steps(high, edges, low, "range", 1)
    stepped.set(facecolor=colour, linewidth=0)
    axes.add_artist(stepped)


def _actual(axes: Axes, spec: BandSpec) -> None:
    if not has_bars(spec):
        _line(axes, spec)
        return
    half = BAR_WIDTH / 2 if len(spec.days) <= LONG else 0.5
    edges, tops = list[float](), list[float]()
    for n, value in enumerate(_floats(spec.actual)):
        if edges and edges[-1] < n - half:
            tops.append(nan)
        if not edges or edges[-1] < n - half:
            edges.append(n - half)
        edges.append(n + half)
        tops.append(value)
    if tops:
        bars = style.steps(tops, edges, [0.0 * top for top in tops], "actual", 2)
        bars.set(facecolor=style.PALETTE[0], edgecolor=style.BACKGROUND, linewidth=1.5 if half < 0.5 else 0)  # noqa: PLR2004  # bars that touch
        axes.add_artist(bars)


def _line(axes: Axes, spec: BandSpec) -> None:
    values = _floats(spec.actual)
    dots = "o" if len(values) <= LONG else ""
    line = Line2D(range(len(values)), values, color=style.PALETTE[0], linewidth=5, marker=dots, markersize=11)
    line.set(label="actual", zorder=3)
    axes.add_line(line)


def _incomplete(axes: Axes, spec: BandSpec) -> None:
    for run in _runs(bands.is_incomplete(spec)):
        edges = [run[0] - 0.5, *(n + 0.5 for n in run)]
        axes.axvspan(edges[0], edges[-1], color=style.SHADE, linewidth=0, zorder=0)
        tops = [spec.actual[n] or 0.0 for n in run]
        axes.add_artist(style.hatched(style.steps(tops, edges, [0.0] * len(run), "incomplete", 2.5)))


def _expected(axes: Axes, spec: BandSpec) -> None:
    values = _floats(spec.expected)
    if sum(not np.isnan(value) for value in values) == 1:  # one point makes no line
        place = next(n for n, value in enumerate(values) if not np.isnan(value))
        axes.plot(
            [place - 0.5, place + 0.5], [values[place]] * 2, color=style.PREVIOUS, linewidth=4, label="expected", zorder=2.8
        )
    elif values:
        axes.plot(
            range(len(values)), values, color=style.PREVIOUS, linewidth=4, dashes=style.DASHES, label="expected", zorder=2.8
        )


def _budget(page: Page, axes: Axes, spec: BandSpec) -> None:
    """The budget as a dotted line with its name; one that lies far above everything is only named."""
    known = [(n, value) for n, value in enumerate(spec.budget) if value is not None]
    if not known:
        return
    first, amount = known[0]
    text = page.fit(bands.budget_words(spec), axes.bbox.width - 24, style.SMALL_SIZE)
    top = axes.get_ylim()[1]
    if min(value for _, value in known) > top:
        page.write(axes.bbox.x0 + 12, TOP + 24, f"↑ {text}", size=style.SMALL_SIZE, is_clear=True)
        return
    places = [x for n, _ in known for x in (n - 0.5, n + 0.5)]
    heights = [value for _, value in known for _ in range(2)]
    axes.plot(places, heights, color=style.BUDGET, linewidth=5, linestyle=style.DOTS, label="budget", zorder=4.5, aa=False)
    x, y = axes.transData.transform((first - 0.5, amount))
    # A stepped budget may begin above all that is shown: its name stays on the page.
    height = max(min(HEIGHT - y - 12, HEIGHT - axes.bbox.y0), TOP + 24)
    page.write(x + 12, height, text, size=style.SMALL_SIZE, is_clear=True)


def _marks(page: Page, axes: Axes, spec: BandSpec) -> None:
    """A large dot in a second colour at the day, a line up, and the words; the words of each mark on a line of their own."""
    left, right = axes.bbox.x0, axes.bbox.x1
    for row, (place, words) in enumerate(bands.marked(spec)):
        value = spec.actual[place] or 0.0
        x, y = axes.transData.transform((place, value))
        baseline = TOP + 30 + WORDS * row
        foot = axes.transData.inverted().transform((x, HEIGHT - baseline))[1]
        axes.plot([place, place], [value, foot], color=style.UP, linewidth=3, zorder=5.5, label="leader", aa=False)
        axes.plot(
            [place],
            [value],
            color=style.UP,
            marker="D",
            mec=style.BACKGROUND,
            mew=2,
            markersize=20,
            zorder=6,
            label="mark",
            linestyle="",
        )
        text = page.fit(words, right - left - 12, weight="bold", number=row + 1)
        half = page.width(text, weight="bold") / 2
        at = min(max(x, left + half), right - half)
        page.write(at, min(baseline, HEIGHT - y - 20), text, weight="bold", side="center", is_clear=True)


def _runs(flags: Sequence[bool]) -> Iterator[list[int]]:
    for flag, run in groupby(enumerate(flags), key=lambda each: each[1]):
        if flag:
            yield [n for n, _ in run]


def _floats(values: Values) -> list[float]:
    return [nan if value is None else value for value in values]
