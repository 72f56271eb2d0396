"""The band of an alert's chart: for each of the last days what was expected that morning, from the days before it only."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.detection.measure import measure
from services.anomalies.detection.results import NOTHING, Memory

if TYPE_CHECKING:
    import numpy.typing as npt

    from services.anomalies.detection.robust import Floats


def band(
    days: npt.NDArray[np.datetime64], values: Floats, known: int, memory: Memory = NOTHING, count: int = 30
) -> tuple[Floats, Floats, Floats]:
    """Expected, lower and upper dollars of the last `count` days of one series (or of all, if it has fewer).

    `days` and `values` are as for `judge`, of one series; `known` is the index of its last complete day. The days after it are
    judged as it is done in the morning: against the level of the last complete day. NaN where there was too little to tell.
    """
    first = days[0].astype(date)
    last = len(values) - 1
    parts = [_of_day(first, values, column, memory) for column in range(max(last + 1 - count, 0), min(known, last))]
    if known <= last:
        parts.append(_of_day(first, values, known, memory, partial=last - known))
    expected, lower, upper = (np.concatenate(each)[-count:] for each in zip(*parts, strict=True))
    return expected, lower, upper


def _of_day(first: date, values: Floats, column: int, memory: Memory, partial: int = 0) -> tuple[Floats, Floats, Floats]:
    with np.errstate(all="ignore"):
        seen = measure(first, values[None, : column + 1 + partial], column, [memory], wholly=True)
    return seen.rises.expected[0], seen.lower[0], seen.rises.upper[0]
