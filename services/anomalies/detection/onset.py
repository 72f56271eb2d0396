"""Since when? The first day of what an alert is about, told from the level before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.detection import drops, leaks, rises
from services.anomalies.detection.results import Kind
from services.anomalies.detection.window import DAYS, JUDGED

if TYPE_CHECKING:
    from services.anomalies.detection.measure import Measures

LONGEST = 14
"""Days looked back. By then the level has followed."""
HALF = 0.5
"""A day belongs to a run when it is half way out of the band, as seen from the level before the run."""
QUARTER = 0.25
"""A drift began when the level last stood under a quarter of what it has shifted."""


def begun(seen: Measures, row: int, column: int, kind: Kind) -> tuple[int, int]:
    """The window's column where it began, and how many complete days belong to it. `column` 0 is the judged day."""
    if kind is Kind.FEE:
        return JUDGED + column, int(column == 0)
    start = _drifted(seen, row) if kind is Kind.DRIFT else _ran(seen, row, JUDGED + column, kind)
    return start, max(JUDGED + 1 - start, 0)


def _ran(seen: Measures, row: int, end: int, kind: Kind) -> int:
    """The earliest day from which on all are out on the same side."""
    model, spread = seen.model, float(seen.model.spreads[row, 0])
    sign, reach = (-1, drops.SPREADS) if kind is Kind.DROP else (1, rises.ONE_DAY)
    margin = HALF * max(reach * spread, float(np.log1p(rises.LEAST_SHARE)))
    start = end
    for first in range(end - 1, end - LONGEST, -1):
        level = float(model.level[row, min(first - 1, JUDGED)])
        if (sign * (model.flat[row, first : end + 1] - level) > margin).all():
            start = first
    return start


def _drifted(seen: Measures, row: int) -> int:
    level = seen.model.level[row]
    older = float(np.nanmedian(seen.model.flat[row, DAYS - leaks.OLD : DAYS - leaks.NEWER]))
    under = np.flatnonzero(level[:JUDGED] - older < QUARTER * (level[JUDGED] - older))
    return int(under[-1]) + 1 if under.size else DAYS - leaks.OLD
