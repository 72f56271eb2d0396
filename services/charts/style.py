"""One look for every chart: a picture a phone can read at Slack's width, on one opaque background, safe for the colour-blind.

Everything is placed in pixels on a page 1080 wide, because Slack shows it at about 360 (a third): text of 28 is seen as 9.
matplotlib is imported here, so only the drawing thread may import this module (see `service.py`). Never pyplot: it keeps
global state and every figure alive.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle, StepPatch
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D

from services.charts.folding import grey
from services.charts.png import encode
from services.charts.words import ELLIPSIS, axis, clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch
    from matplotlib.text import Text

    from services.charts.results import Bar, Series

WIDTH = 1080
MARGIN = 36
DPI = 72  # one point is one pixel, so that sizes are pixels everywhere
BACKGROUND = "#FFFFFF"
INK = "#1D1C1D"
MUTED = "#53595F"
GRID = "#E4E7EA"
SHADE = "#F1F3F5"
PREVIOUS = "#1D1C1D"
TOTAL = "#53595F"
BUDGET = "#007A5A"
RANGES = ("#DCEBF5", "#A9CFE6")
"""Behind the expected line: the wider range, and the one that is judged by."""
UP = "#D55E00"
DOWN = "#0072B2"
GREYS = ("#A9AFB5", "#C9CDD2")
# Okabe and Ito's palette (2008), ordered so that neighbours in a stack differ in lightness too, for print and for grey screens.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#56B4E9", "#D55E00", "#CC79A7", "#F0E442")
TITLE_SIZE = 38
TEXT_SIZE = 29
SMALL_SIZE = 26
HATCH = "//"
DASHES = (3, 1.8)
DOTS = (0, (1, 1))
OVERHANG, APART = 14, 18
"""Pixels: how far the last name below an axis may stand out, and how far names stay apart."""
# Asked for the letters DejaVu lacks, where the machine has them. DejaVu comes with matplotlib.
FALLBACK_FONTS = (
    "Noto Sans",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans Thai",
    "Noto Sans Devanagari",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "Unifont",
)
BEHIND: dict[str, str | float] = {"facecolor": BACKGROUND, "edgecolor": "none", "pad": 2}
"""What lies under words: grid lines and connectors stop before them."""
Weight = Literal["normal", "bold"]
Side = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a key: what the mark looks like, and its name."""

    name: str
    mark: Literal["bar", "hatch", "dash", "tick", "line", "dots"]
    colour: str = MUTED


class Page:
    """A picture being drawn: a `figure`, on which words and marks are placed in pixels from the top left."""

    def __init__(self, height: int) -> None:
        """Begin with an empty, opaque page."""
        self.height = height
        self.figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=BACKGROUND)
        self._down = Affine2D().scale(1, -1).translate(0, height)

    def plot(self, left: float, top: float, right: float, bottom: float) -> Axes:
        """Axes for the data between these pixels, labelled `data`. Without matplotlib's own ticks, which are slow to make."""
        box = (left / WIDTH, 1 - bottom / self.height, (right - left) / WIDTH, (bottom - top) / self.height)
        axes = self.figure.add_axes(box, label="data", facecolor="none", zorder=-1)
        axes.set_axis_off()
        return axes

    def width(self, text: str, size: float = TEXT_SIZE, weight: Weight = "normal") -> float:
        """How many pixels wide a text is drawn."""
        return _width(text, size, weight)

    def fit(self, name: str, width: float, size: float = TEXT_SIZE, weight: Weight = "normal", number: int = 0) -> str:
        """A name from a bill as it can be drawn in `width` pixels. A longer one loses its middle: ends tell names apart."""
        text = drawable(clean(name), number, weight)
        if self.width(text, size, weight) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            fits = self.width(_shortened(text, middle), size, weight) <= width
            low, high = (middle, high) if fits else (low, middle - 1)
        return _shortened(text, low)

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = TEXT_SIZE,
        colour: str = INK,
        weight: Weight = "normal",
        side: Side = "left",
        is_clear: bool = False,
    ) -> Text:
        """Text with its baseline at a pixel; `is_clear` of lines behind it. `$` is a dollar, never the start of a formula."""
        font, at, box = _font(weight, size), self._down, dict(BEHIND) if is_clear else None
        return self.figure.text(x, y, text, ha=side, color=colour, font=font, transform=at, bbox=box, parse_math=False)

    def head(self, title: str, total: str, keys: Sequence[Key]) -> None:
        """The title, and below it the total and what the marks mean. The first key is cut when the line is too short."""
        self.write(MARGIN, 62, self.fit(title, WIDTH - 2 * MARGIN, TITLE_SIZE, "bold"), size=TITLE_SIZE, weight="bold")
        self.write(MARGIN, 112, total)
        self.keys(keys, MARGIN + self.width(total), 112)

    def keys(self, keys: Sequence[Key], end: float, y: float) -> None:
        """What the marks mean, in a line at the right that begins no further left than `end`; the first one is cut to that."""
        x = float(WIDTH - MARGIN)
        for number, key in reversed(list(enumerate(keys))):
            name = self.fit(key.name, x - end - 104, number=1) if number == 0 else key.name
            x -= self.width(name)
            self.write(x, y, name, colour=MUTED)
            self.mark(x - 52, y - 10, key)
            x -= 80

    def mark(self, x: float, y: float, key: Key) -> None:
        """The sample of a key, 40 pixels wide, centred on `y`."""
        if key.mark == "dash":
            self._add(Line2D([x, x + 40], [y, y], color=PREVIOUS, linewidth=4, dashes=DASHES))
        elif key.mark in {"line", "dots"}:
            self._add(Line2D([x, x + 40], [y, y], color=key.colour, linewidth=6, linestyle="-" if key.mark == "line" else DOTS))
        elif key.mark == "tick":
            self._add(Line2D([x + 32, x + 32], [y - 15, y + 15], color=PREVIOUS, linewidth=6, solid_capstyle="butt"))
        else:
            self._add(Rectangle((x + 10, y - 14), 30, 28, facecolor=key.colour, linewidth=0))
        if key.mark == "hatch":
            self._add(hatched(Rectangle((x + 10, y - 14), 30, 28)))

    def _add(self, artist: Artist) -> None:
        artist.set_transform(self._down)
        self.figure.add_artist(artist)


def png(figure: Figure) -> bytes:
    """A figure as PNG bytes, without metadata, so that the same numbers are the same bytes."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]  # matplotlib has no types for its backends
    return encode(np.asarray(canvas.buffer_rgba()))  # type: ignore[no-untyped-call]  # same


def steps(values: Sequence[float], edges: Sequence[float], floors: Sequence[float], name: str, layer: float) -> StepPatch:
    """A stepped area from `floors` up to `values`, with a hole where both are NaN. Faster than one patch a bar."""
    return StepPatch(values, edges, baseline=floors, label=name, zorder=layer)  # type: ignore[arg-type]  # an array is fine too


def hatched(patch: Patch) -> Patch:
    """Make a patch nothing but stripes in the colour of the background, to lie over what is incomplete."""
    patch.set(facecolor="none", edgecolor=BACKGROUND, linewidth=0, hatch=HATCH)
    patch.set_hatch_linewidth(5)
    return patch


def colours(items: Sequence[Bar | Series]) -> list[str]:
    """A colour for each: the palette in order, greys for remainders."""
    vivid = iter(PALETTE * (len(items) // len(PALETTE) + 1))
    greys = iter(GREYS * (len(items) // len(GREYS) + 1))
    return [next(greys if grey(item) else vivid) for item in items]


def colours_of_rows(items: Sequence[Bar]) -> list[str]:
    """One colour for named rows, grey for remainders: names stand at the bars, so colour need not tell them apart."""
    return [GREYS[0] if grey(item) else PALETTE[0] for item in items]


def scale(low: float, high: float, currency: str, bins: int = 4) -> tuple[list[float], list[str]]:
    """Few round ticks from `low` to `high` and what they say. Both 0: one tick."""
    if high - low <= 0:
        return [0.0], axis([0.0], currency)
    found = MaxNLocator(nbins=bins, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    slack = (high - low) * 1e-6
    ticks = [float(tick) for tick in found if low - slack <= tick <= high + slack]
    return ticks, axis(ticks, currency)


def drawable(text: str, number: int = 0, weight: Weight = "normal") -> str:
    """The text without letters that no font here has; `#3` for the third of a list when nothing is left of its name."""
    known = _glyphs(weight)
    kept = " ".join("".join(char if ord(char) in known else " " for char in text).split())
    return kept if any(map(str.isalnum, kept)) or kept == text else f"#{number}" if number else "?"


def tick(axes: Axes, x: Sequence[float], y: Sequence[float], name: str) -> None:
    """A thick line in the colour of what was before, with straight ends."""
    axes.add_line(Line2D(x, y, color=PREVIOUS, linewidth=6, solid_capstyle="butt", zorder=3, label=name))


def dashes(axes: Axes, x: Sequence[float], y: Sequence[float]) -> None:
    """The dashed line of the previous period."""
    axes.add_line(Line2D(x, y, color=PREVIOUS, linewidth=4, dashes=DASHES, zorder=5, label="previous"))


def name_places(page: Page, axes: Axes, places: Sequence[tuple[float, str]]) -> None:
    """Name places along the foot. Outer names are moved inwards, and a name that would touch the one before is left out."""
    box, (low, high) = axes.bbox, axes.get_xlim()
    taken = 0.0
    for at, name in places:
        half = page.width(name) / 2
        x = box.x0 + (at - low) / (high - low) * box.width
        x = min(max(x, box.x0 + half), max(box.x1 + OVERHANG, box.x0 + 2 * half) - half)
        if x - half >= taken:
            page.write(x, page.height - box.y0 + 42, name, colour=MUTED, side="center")
            taken = x + half + APART


def name_heights(page: Page, axes: Axes, heights: Sequence[tuple[float, str]]) -> None:
    """Name heights at the left of the axes, each with a faint line across."""
    box, (low, high) = axes.bbox, axes.get_ylim()
    for at, name in heights:
        y = box.y0 + (at - low) / (high - low) * box.height
        page.write(box.x0 - 12, page.height - y + 10, name, colour=MUTED, side="right")
        axes.axhline(at, color=GRID, linewidth=2, zorder=0.5, label="grid")


def _shortened(text: str, kept: int) -> str:
    head = -(-kept * 2 // 3)
    return text[:head].rstrip() + ELLIPSIS + text[len(text) - (kept - head) :].lstrip()


@cache
def families() -> tuple[str, ...]:
    """The fonts to look in for a letter, in order. Only those that are here: a missing one would be complained about."""
    here = {font.name for font in font_manager.fontManager.ttflist}
    return ("DejaVu Sans", *(name for name in FALLBACK_FONTS if name in here))


@cache
def _glyphs(weight: Weight) -> frozenset[int]:
    """The code points that can be drawn. A bold face may have fewer than the plain one."""
    paths = [font_manager.findfont(font_manager.FontProperties(family=name, weight=weight)) for name in families()]
    return frozenset(code for path in paths for code in font_manager.get_font(path).get_charmap())


@cache
def _font(weight: Weight, size: float) -> font_manager.FontProperties:
    return font_manager.FontProperties(family=list(families()), weight=weight, size=size)


@cache
def _renderer() -> RendererAgg:
    """Measures text; nothing is drawn on it."""
    return RendererAgg(1, 1, DPI)  # type: ignore[no-untyped-call]  # matplotlib has no types for its backends


@lru_cache(maxsize=4096)  # the same names come back in chart after chart, and measuring is a fifth of drawing
def _width(text: str, size: float, weight: Weight) -> float:
    measured: tuple[float, float, float] = _renderer().get_text_width_height_descent(text, _font(weight, size), ismath=False)  # type: ignore[no-untyped-call]  # same
    return measured[0]
