"""Draws charts in one thread of its own, because matplotlib is not thread-safe and must not hold up the event loop.

matplotlib takes most of a second to import, so nothing here imports it: the drawing modules are loaded in the thread, when
the first chart is asked for or when `warm` is called at start.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING

from cachetools import LRUCache

from services.charts.alt import alt_text
from services.charts.results import BandSpec, Bar, BreakdownSpec, MoversSpec, Picture, Series, TrendSpec
from services.charts.words import clean
from services.errors import DataError

if TYPE_CHECKING:
    from services.charts.results import ChartSpec

REMEMBERED = 128
"""Pictures, of under 100 kB each."""
TITLE = 150
LARGEST = 1e15
"""Beyond this a float no longer holds the cents, and no picture helps."""
# One of each kind, with every mark: drawing them once loads the fonts and fills matplotlib's caches.
_WARM = (
    TrendSpec("Warm", "USD", (date(2026, 1, 1),), (Series("a", (1.0,)), Series("b", (-1.0,))), (1.0,), date(2025, 12, 31)),
    BreakdownSpec("Warm", "USD", (Bar("a", 1.0, 2.0),)),
    MoversSpec("Warm", "USD", Bar("before", 1.0), (Bar("a", 1.0),), Bar("after", 2.0)),
    BandSpec("Warm", "USD", (date(2026, 1, 1), date(2026, 1, 2)), (1.0, None), (1.0, 1.0), (0.5, 0.5), (2.0, 2.0)),
)


class Charts:
    """Numbers in, PNG and alt text out. Make one for the process, `warm` it, and `close` it at the end."""

    def __init__(self) -> None:
        """The thread starts with the first chart."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="charts")
        self._drawn: LRUCache[ChartSpec, asyncio.Future[Picture]] = LRUCache(REMEMBERED)

    async def draw(self, spec: ChartSpec) -> Picture:
        """Draw it off the event loop, one chart at a time in the order asked for; what was drawn of late is not drawn again.

        A drawing is a tenth of a second of a processor, and on a busy morning many people look at the same numbers.
        Raises DataError for amounts that cannot be drawn: here and not in the spec, so that the answer's numbers still go
        out. RuntimeError after `close`.
        """
        drawn = self._drawn.get(spec)
        if drawn is None:
            drawn = asyncio.get_running_loop().run_in_executor(self._thread, picture, spec)
            self._drawn[spec] = drawn
            drawn.add_done_callback(lambda done: self._forget_failed(spec, done))
        # Shielded: one who gives up must not take the picture away from the others who wait for it.
        return await asyncio.shield(drawn)

    def _forget_failed(self, spec: ChartSpec, done: asyncio.Future[Picture]) -> None:
        if done.cancelled() or done.exception() is not None:
            self._drawn.pop(spec, None)

    async def warm(self) -> None:
        """Load matplotlib and draw once, so that the first person does not wait for it."""
        for spec in _WARM:
            await self.draw(spec)

    def close(self) -> None:
        """Let the chart in hand finish, and forget the waiting ones. May block for as long as one chart takes."""
        self._thread.shutdown(wait=True, cancel_futures=True)


def picture(spec: ChartSpec) -> Picture:
    """Draw it here and now; only one thread at a time may. DataError for amounts that cannot be drawn."""
    if not all(abs(amount) <= LARGEST for amount in spec.amounts()):  # also not what is not a number
        raise DataError("An amount is too large to draw.", "The answer itself has the numbers.")
    from services.charts import drawing  # noqa: PLC0415  # the one door to matplotlib, which loads on first use

    return Picture(drawing.png(spec), alt_text(spec), clean(spec.title, TITLE))
