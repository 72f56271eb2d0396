"""Given the drawing thread, when charts are asked for, then matplotlib loads late, in that thread, without pyplot."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from chart_examples import BREAKDOWN, MOVERS, TREND, days

from services.charts.alt import alt_text
from services.charts.results import Bar, BreakdownSpec, MoversSpec, Series, TrendSpec
from services.charts.service import Charts, picture
from services.errors import DataError

ROOT = Path(__file__).parents[4]
LATE = """
import asyncio, sys, threading
from services.charts.service import Charts
import services.charts.alt, services.charts.results, services.charts.folding, services.charts.spans
heavy = {"matplotlib", "numpy", "PIL"}
assert not heavy & set(sys.modules), sorted(heavy & set(sys.modules))
charts = Charts()
assert threading.active_count() == 1
asyncio.run(charts.warm())
assert "matplotlib" in sys.modules
assert "matplotlib.pyplot" not in sys.modules
assert [thread.name for thread in threading.enumerate() if thread.name.startswith("charts")] == ["charts_0"]
charts.close()
assert threading.active_count() == 1
print("as promised")
"""


def test_matplotlib_loads_on_first_use_in_one_thread_and_pyplot_never() -> None:
    command = [sys.executable, "-W", "error", "-c", LATE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own interpreter and words
    assert (done.stdout, done.returncode) == ("as promised\n", 0), done.stderr


async def test_a_picture_has_its_png_its_words_and_its_title() -> None:
    charts = Charts()
    drawn = await charts.draw(TREND)
    charts.close()
    assert drawn.png.startswith(b"\x89PNG")
    assert drawn.alt_text == alt_text(TREND)
    assert drawn.title == TREND.title


async def test_the_same_chart_is_drawn_once_and_a_failure_is_not_kept() -> None:
    charts = Charts()
    await charts.warm()
    first, second = await asyncio.gather(charts.draw(BREAKDOWN), charts.draw(BREAKDOWN))
    assert first is second
    assert await charts.draw(BREAKDOWN) is first
    assert await charts.draw(BreakdownSpec("Other", "USD", BREAKDOWN.bars)) is not first
    endless = BreakdownSpec("Too much", "USD", (Bar("a", 1e300),))
    for _ in range(2):
        with pytest.raises(DataError):
            await charts.draw(endless)
    charts.close()


async def test_one_who_gives_up_leaves_the_picture_to_the_others() -> None:
    charts = Charts()
    waiting = [asyncio.create_task(charts.draw(MOVERS)) for _ in range(2)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    assert (await waiting[1]).png.startswith(b"\x89PNG")
    charts.close()


async def test_many_who_ask_at_once_get_their_own_chart() -> None:
    charts = Charts()
    await charts.warm()
    alone = [await charts.draw(spec) for spec in (TREND, BREAKDOWN, MOVERS)]
    together = await asyncio.gather(*(charts.draw(spec) for spec in (TREND, BREAKDOWN, MOVERS)))
    charts.close()
    assert list(together) == alone


async def test_the_event_loop_goes_on_while_a_chart_is_drawn() -> None:
    charts = Charts()
    drawing = asyncio.create_task(charts.draw(TREND))
    beats = 0
    while not drawing.done():
        beats += 1
        await asyncio.sleep(0.005)
    charts.close()
    assert beats > 3


async def test_after_closing_the_thread_is_gone_and_nothing_is_drawn() -> None:
    charts = Charts()
    await charts.warm()
    charts.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("charts")]
    with pytest.raises(RuntimeError):
        await charts.draw(TREND)


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), 1e16])
def test_an_amount_that_cannot_be_drawn_is_refused_with_a_remedy(value: float) -> None:
    bar = Bar("web", value)
    specs = (
        BreakdownSpec("Cost", "USD", (Bar("data", 1.0), bar)),
        BreakdownSpec("Cost", "USD", (Bar("data", 1.0, value),)),
        MoversSpec("Cost", "USD", Bar("a", 1.0), (bar,), Bar("b", 1.0)),
        TrendSpec("Cost", "USD", days(1), (Series("web", (value,)),)),
        TrendSpec("Cost", "USD", days(1), (), previous=(value,)),
    )
    for spec in specs:
        with pytest.raises(DataError, match="too large to draw") as refused:
            picture(spec)
        assert refused.value.remedy


async def test_a_chart_that_cannot_be_drawn_does_not_stop_the_next() -> None:
    charts = Charts()
    with pytest.raises(DataError):
        await charts.draw(BreakdownSpec("Cost", "USD", (Bar("web", float("inf")),)))
    assert (await charts.draw(BREAKDOWN)).png
    charts.close()


def test_series_that_do_not_fit_the_buckets_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="one value a bucket"):
        TrendSpec("Cost", "USD", (date(2026, 1, 1),), (Series("web", (1.0, 2.0)),))
