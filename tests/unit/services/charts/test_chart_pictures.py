"""Given a chart, when it is looked at on a phone, then it is the picture that was found good, and small enough for Slack."""

from __future__ import annotations

import struct
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from time import thread_time

import numpy as np
import pytest
from chart_baselines import FOLDER, baseline, difference, on_a_phone, opaque
from chart_examples import AWKWARD, BREAKDOWN, PICTURED, TREND
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from services.charts import drawing, style
from services.charts.png import encode
from services.charts.results import Bar, ChartSpec

TOLERANCE = 3.0
"""RMS of 255: the edges of letters differ that much between builds of FreeType; a moved bar differs by more (see below)."""
LARGEST = 100_000


@pytest.mark.parametrize("name", PICTURED)
def test_it_looks_as_it_did(name: str) -> None:
    drawn = on_a_phone(drawing.png(PICTURED[name]))
    assert drawn.shape == baseline(name).shape
    assert difference(drawn, baseline(name)) <= TOLERANCE


def test_the_tolerance_notices_a_number_that_changed_by_a_tenth() -> None:
    bars = tuple(replace(bar, value=bar.value * 0.9) if bar.name == "Amazon S3" else bar for bar in BREAKDOWN.bars)
    assert difference(on_a_phone(drawing.png(replace(BREAKDOWN, bars=bars))), baseline("breakdown")) > TOLERANCE


def test_the_tolerance_notices_that_incomplete_days_are_not_striped() -> None:
    assert difference(on_a_phone(drawing.png(replace(TREND, complete_through=None))), baseline("trend")) > TOLERANCE


def test_every_baseline_belongs_to_a_chart() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == set(PICTURED), "write them anew with chart_baselines.py"


@pytest.mark.parametrize("spec", [*PICTURED.values(), *AWKWARD.values()], ids=[*PICTURED, *AWKWARD])
def test_it_is_small_and_as_wide_as_slack_can_show(spec: ChartSpec) -> None:
    png = drawing.png(spec)
    width, height = struct.unpack(">II", png[16:24])
    assert len(png) < LARGEST
    assert width == style.WIDTH
    assert 300 <= height <= width


def test_the_background_is_opaque_so_that_it_works_in_the_dark_theme() -> None:
    with Image.open(BytesIO(drawing.png(TREND))) as image:
        assert not image.has_transparency_data
        assert image.convert("RGB").getpixel((2, 2)) == (255, 255, 255)


def test_the_same_numbers_are_the_same_bytes() -> None:
    assert drawing.png(TREND) == drawing.png(TREND)


def test_a_png_of_few_colours_keeps_them_exactly() -> None:
    pixels = np.full((40, 60, 3), 255, np.uint8)
    pixels[5:30, 5:20] = (0, 114, 178)
    pixels[5:30, 25:40] = (230, 159, 0)
    with Image.open(BytesIO(encode(opaque(pixels)))) as image:
        assert np.array_equal(np.asarray(image.convert("RGB")), pixels)


def test_an_empty_page_is_a_picture_too() -> None:
    with Image.open(BytesIO(encode(opaque(np.full((4, 6, 3), 255, np.uint8))))) as image:
        assert (image.size, image.convert("RGB").getcolors()) == ((6, 4), [(24, (255, 255, 255))])


@pytest.mark.parametrize("name", PICTURED)
def test_drawing_is_quick(name: str) -> None:
    """Processor time, the best of three, because other tests run beside it; benchmarks/charts.py measures what people wait."""
    taken = []
    for _ in range(3):
        begun = thread_time()
        drawing.png(PICTURED[name])
        taken.append(thread_time() - begun)
    assert min(taken) < 0.3


@pytest.mark.parametrize("name", PICTURED)
def test_the_palette_loses_nothing_that_can_be_seen(name: str) -> None:
    canvas = FigureCanvasAgg(drawing.figure(PICTURED[name]))
    canvas.draw()
    drawn = np.asarray(canvas.buffer_rgba())
    with Image.open(BytesIO(encode(drawn))) as image:
        kept = np.asarray(image.convert("RGBA"))
    assert difference(kept, drawn) < 1
    assert np.abs(kept.astype(int) - drawn).max() < 32


def test_neighbours_in_a_stack_differ_on_a_grey_screen() -> None:
    def lightness(colour: str) -> float:
        channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05

    shades = [lightness(colour) for colour in style.PALETTE]
    assert all(max(pair) / min(pair) > 1.25 for pair in pairwise(shades))


def test_remainders_are_grey_and_names_are_not() -> None:
    colours = style.colours([Bar("web", 1), Bar("(untagged)", 1), Bar("other", 1), Bar("flagged by the caller", 1, is_rest=True)])
    assert colours[0] == style.PALETTE[0]
    assert set(colours[1:]) <= set(style.GREYS)
