"""All rules over many series that are complete through the same day: `judging` asks for alerts, `bands` for a chart's band."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.detection.drops import bottoms, drops
from services.anomalies.detection.fees import fees, remembered, told
from services.anomalies.detection.leaks import leaks
from services.anomalies.detection.model import Model, fit
from services.anomalies.detection.rises import Rises, recent_columns, rises
from services.anomalies.detection.window import JUDGED, RECENT, Window, window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.anomalies.detection.results import Memory
    from services.anomalies.detection.robust import Floats, Ints


@dataclass(frozen=True, slots=True)
class Measures:
    """What the rules say: `rises` and `lower` are k × (the judged day and the incomplete ones), `drift` and `drop` are k."""

    view: Window
    model: Model
    rises: Rises
    lower: Floats
    drift: Floats
    drop: Floats

    @property
    def score(self) -> Floats:
        """The highest rule, k × judged days; NaN with too little to judge by. Drift and drop are of settled days only."""
        score = self.rises.score.copy()
        score[:, 0] = np.fmax(np.fmax(score[:, 0], self.drift), self.drop)
        return score


def measure(first: date, values: Floats, last: int, memories: Sequence[Memory]) -> Measures:
    """Judge column `last` of `values` (k × days from `first` on) and the incomplete days after it."""
    values, view, model = known_parts(first, values, last, memories)
    floor = np.array([[memory.floor] for memory in memories])
    recent = recent_columns(view)
    start, count = last - RECENT, len(recent)
    days = [first + timedelta(days=start + number) for number in range(count)]
    known = fees(remembered(values, model.spreads[0], days[0], start, count, last), told(memories, days))
    risen = rises(view, model, known, floor)
    lower = bottoms(view, model, recent[RECENT:], floor)
    return Measures(view, model, risen, lower, leaks(view, model, floor), drops(view, model, floor))


def known_parts(first: date, values: Floats, last: int, memories: Sequence[Memory]) -> tuple[Floats, Window, Model]:
    """The values that may be looked at, the window that ends with column `last`, and what it teaches."""
    values = _without_planned(values, memories)
    view = window(values, last)
    return values, view, fit(view, _since(first, last, memories))


def _without_planned(values: Floats, memories: Sequence[Memory]) -> Floats:
    planned = [(row, day) for row, memory in enumerate(memories) for day in memory.skip if 0 <= day < values.shape[1]]
    values = np.where(np.isfinite(values), values, np.nan)
    if planned:
        values[tuple(np.array(planned).T)] = np.nan
    return values


def _since(first: date, last: int, memories: Sequence[Memory]) -> Ints:
    """Columns of the window where the levels begin that count, at most the judged one; 0 where all counts."""
    starts = [(memory.baseline_from - first).days - last + JUDGED if memory.baseline_from else 0 for memory in memories]
    return np.array(starts, dtype=np.int64).clip(0, JUDGED)
