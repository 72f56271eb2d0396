"""The band of an alert's chart: for each of the last days what was expected that morning, from the days before it only."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.detection.measure import measure
from services.anomalies.detection.results import NOTHING, Memory
from services.anomalies.detection.window import MOST_PARTIAL

if TYPE_CHECKING:
    import numpy.typing as npt

    from services.anomalies.detection.robust import Floats


def band(
    days: npt.NDArray[np.datetime64], values: Floats, known: int, memory: Memory = NOTHING, count: int = 30
) -> tuple[Floats, Floats, Floats]:
    """Expected, lower and upper dollars of the last `count` days of one series (or of all, if it has fewer).

    `days` and `values` are as for `judge`, of one series; `known` is the index of its last complete day. The incomplete days
    after it (MOST_PARTIAL at most) are judged as in the morning: against the level of the last complete day. NaN where there was
    too little to tell.
    """
    first, size = days[0].astype(date), len(values)
    parts = np.full((3, size), np.nan)
    for column in range(max(min(size - count, known), 0), min(known + 1, size)):
        after = min(size - 1 - column, MOST_PARTIAL) if column == known else 0
        parts[:, column : column + after + 1] = _of_day(first, values[: column + after + 1], column, memory)
    expected, lower, upper = parts[:, -count:]
    return expected, lower, upper


def _of_day(first: date, values: Floats, column: int, memory: Memory) -> Floats:
    """Expected, lower and upper of the column and of the incomplete days after it, 3 × days."""
    with np.errstate(all="ignore"):
        seen = measure(first, values[None, :], column, [memory], wholly=True)
        return np.stack([seen.rises.expected[0], seen.lower[0], seen.rises.upper[0]])
