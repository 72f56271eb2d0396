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
from services.anomalies.detection.rises import Rises, is_high, recent_columns, rises
from services.anomalies.detection.window import JUDGED, RECENT, Window, window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.anomalies.detection.results import Memory
    from services.anomalies.detection.robust import Floats, Ints


@dataclass(frozen=True, slots=True)
class Measures:
    """What the rules say: `rises` is k × (the judged day and the incomplete ones), `drift` and `drop` are k."""

    view: Window
    model: Model
    floor: Floats
    """k × 1, what people added to it."""
    rises: Rises
    drift: Floats
    drop: Floats

    @property
    def score(self) -> Floats:
        """The highest rule, k × judged days; NaN with too little to judge by. Drift and drop are of settled days only."""
        score = self.rises.score.copy()
        score[:, 0] = np.fmax(np.fmax(score[:, 0], self.drift), self.drop)
        return score

    @property
    def lower(self) -> Floats:
        """The lower end of the band, k × judged days."""
        return bottoms(self.view, self.model, recent_columns(self.view)[RECENT:], self.floor)


def measure(first: date, values: Floats, last: int, memories: Sequence[Memory], *, wholly: bool = False) -> Measures:
    """Judge column `last` of `values` (k × days from `first` on) and the incomplete days after it.

    What the calendar remembers is looked up only for series that are high enough to need an excuse, unless `wholly`: then the
    band is right on every day, not only on those that may alert.
    """
    values, view, model = known_parts(first, values, last, memories)
    floor = np.array([[memory.floor] for memory in memories])
    recent = recent_columns(view)
    fixed = np.zeros((len(values), len(recent)))
    day = first + timedelta(days=last - RECENT)
    rows = np.arange(len(values)) if wholly else np.flatnonzero(is_high(view, model, recent))
    if rows.size:
        fixed[rows] = remembered(values[rows], model.noise[rows], day, last - RECENT, len(recent), last)
    said = told(memories, [day + timedelta(days=number) for number in range(len(recent))])
    risen = rises(view, model, fees(fixed, said), floor)
    return Measures(view, model, floor, risen, leaks(view, model, floor), drops(view, model, floor))


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
