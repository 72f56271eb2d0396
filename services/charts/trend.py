"""Spend over time: what it is made of as a stack, the previous period as a dashed line, incomplete days striped."""

from __future__ import annotations

from itertools import groupby
from math import nan
from typing import TYPE_CHECKING

from services.charts import style
from services.charts.folding import folded_series
from services.charts.spans import incomplete, named_buckets, outline, stacked
from services.charts.style import Key, Page
from services.charts.words import label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from services.charts.results import Series, TrendSpec
    from services.charts.spans import Layer

HEIGHT = 720
TOP, BOTTOM = 150, HEIGHT - 66
LEGEND = 320
"""Pixels for the names beside a stack."""
ROW = 70
"""Pixels for one of them: the name, and below it the amount."""
MAX_BARS = 60
"""Buckets that are drawn as bars; more of them are one stepped area a series."""
MIN_SLOTS = 5
"""With fewer buckets than this the bars do not grow wider."""
BAR_WIDTH = 0.82
ROOM = 0.11
"""Of the height, kept free for the amount above the highest bar."""


def figure(spec: TrendSpec) -> Figure:
    """Draw it. The axes labelled `data` hold one `StepPatch` a series; bucket n is centred on n."""
    series = folded_series(spec.series)
    colours = style.colours(series)
    layers = stacked([each.values for each in series], len(spec.buckets))
    page = Page(HEIGHT)
    total = sum(sum(each.values) for each in series)
    page.head(spec.title, f"Total {label(total, spec.currency)}", _keys(spec, series))
    axes = _axes(page, spec, layers)
    for each, layer, colour in zip(series, layers, colours, strict=True):
        _draw(axes, each.name, layer, colour)
    _incomplete(axes, spec, layers)
    _previous(axes, spec)
    _peak(page, axes, spec, layers)
    if len(series) > 1:
        _legend(page, spec, series, colours)
    return page.figure


def _keys(spec: TrendSpec, series: Sequence[Series]) -> list[Key]:
    keys = [Key(series[0].name, "bar", style.colours(series)[0])] if len(series) == 1 else []
    if spec.previous:
        keys.append(Key("previous", "dash"))
    if any(incomplete(spec)):
        keys.append(Key("incomplete", "hatch"))
    return keys


def _axes(page: Page, spec: TrendSpec, layers: Sequence[Layer]) -> Axes:
    lows, tops = outline(layers, len(spec.buckets))
    low, high = min((0.0, *lows, *spec.previous)), max((0.0, *tops, *spec.previous))
    ticks, names = style.scale(low, high, spec.currency)
    left = style.MARGIN + max(page.width(name) for name in names) + 14
    right = style.WIDTH - style.MARGIN - (LEGEND + 26 if len(layers) > 1 else 0)
    axes = page.plot(left, TOP, right, BOTTOM)
    middle, slots = (len(spec.buckets) - 1) / 2, max(len(spec.buckets), MIN_SLOTS)
    span = high - low or 1
    axes.set(xlim=(middle - slots / 2, middle + slots / 2), ylim=(low - (0.03 * span if low else 0), high + ROOM * span))
    style.name_heights(page, axes, list(zip(ticks, names, strict=True)))
    style.name_places(page, axes, named_buckets(spec.buckets, spec.bucket_days))
    axes.axhline(0, color=style.MUTED, linewidth=2, zorder=4)
    return axes


def _draw(axes: Axes, name: str, layer: Layer, colour: str) -> None:
    """One artist a series, because one a bar is slow: steps whose gaps between bars are holes (NaN)."""
    ends = [start + value for start, value in zip(layer.starts, layer.values, strict=True)]
    half, width = (0.5, 0.0) if len(ends) > MAX_BARS else (BAR_WIDTH / 2, 1.5)
    edges, tops, floors = [-half], list[float](), list[float]()
    for n, (end, start) in enumerate(zip(ends, layer.starts, strict=True)):
        if edges[-1] < n - half:
            edges.append(n - half)
            tops.append(nan)
            floors.append(nan)
        edges.append(n + half)
        tops.append(end)
        floors.append(start)
    steps = style.steps(tops, edges, floors, name, 2)
    steps.set(facecolor=colour, edgecolor=style.BACKGROUND, linewidth=width)  # neighbours of like greys stay apart
    axes.add_artist(steps)


def _incomplete(axes: Axes, spec: TrendSpec, layers: Sequence[Layer]) -> None:
    lows, tops = outline(layers, len(spec.buckets))
    for is_incomplete, run in groupby(enumerate(incomplete(spec)), key=lambda each: each[1]):
        if not is_incomplete:
            continue
        places = [n for n, _ in run]
        edges = [places[0] - 0.5, *(n + 0.5 for n in places)]
        axes.axvspan(edges[0], edges[-1], color=style.SHADE, linewidth=0, zorder=0)
        stripes = style.steps([tops[n] for n in places], edges, [lows[n] for n in places], "incomplete", 3)
        axes.add_artist(style.hatched(stripes))


def _previous(axes: Axes, spec: TrendSpec) -> None:
    values = spec.previous[: len(spec.buckets)]
    if len(values) == 1:  # one point makes no line
        style.dashes(axes, [-0.5, 0.5], values * 2)
    elif values:
        style.dashes(axes, range(len(values)), values)


def _peak(page: Page, axes: Axes, spec: TrendSpec, layers: Sequence[Layer]) -> None:
    lows, tops = outline(layers, len(spec.buckets))
    highest = max(tops, default=0)
    if any(lows):  # the top of such a stack is not what the bucket cost
        return
    if not highest:
        page.write(style.WIDTH / 2, HEIGHT / 2, "No spend in this period", colour=style.MUTED, side="center")
        return
    place, text = tops.index(highest), label(highest, spec.currency)
    left, right = axes.get_xlim()
    half = page.width(text) / 2 * (right - left) / axes.bbox.width
    x = min(max(place, left + half), right - half)
    at = axes.transData.transform((x, highest))
    page.write(at[0], HEIGHT - at[1] - 10, text, weight="bold", side="center", is_clear=True)


def _legend(page: Page, spec: TrendSpec, series: Sequence[Series], colours: Sequence[str]) -> None:
    """The names beside the stack, in its order: the first at the foot."""
    x, size = style.WIDTH - style.MARGIN - LEGEND, style.SMALL_SIZE
    for number, (each, colour) in enumerate(zip(series, colours, strict=True)):
        y = BOTTOM - number * ROW
        page.mark(x - 10, y - 40, Key(each.name, "bar", colour))
        page.write(x + 42, y - 31, page.fit(each.name, LEGEND - 42, size, number=number + 1), size=size)
        page.write(x + 42, y, label(sum(each.values), spec.currency), size=size, colour=style.MUTED)
