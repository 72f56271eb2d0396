"""What a series would have cost had the incident not begun. The excess is counted against it, and whether the level is back.

Judged against the level from before, a leak cannot resolve itself by being learned.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.detection.fees import fees, remembered, told
from services.anomalies.detection.measure import known_parts
from services.anomalies.detection.results import NOTHING, Memory
from services.anomalies.detection.window import JUDGED

if TYPE_CHECKING:
    import numpy.typing as npt

    from services.anomalies.detection.robust import Floats

MOST_SMEARED = 0.5
"""The mean of noisy dollars is above their logarithms' middle by half the squared spread. Of bursts that is not believed."""


def counterfactual(days: npt.NDArray[np.datetime64], values: Floats, start: int, upto: int, memory: Memory = NOTHING) -> Floats:
    """Expected dollars of the days `start` to `upto` (not included), from the days before `start` only.

    The level is the one before `start`, with the shape of the week and the fees known then. Zeros when nothing is known before: a
    service that did not exist would have cost nothing. `days` may end before `upto`.
    """
    first, later = days[0].astype(date), np.arange(start, upto)
    if upto <= start or start < 1 or not np.isfinite(values[:start]).any():
        return np.zeros(later.size)
    with np.errstate(all="ignore"):
        past, view, model = known_parts(first, values[None, :start], start - 1, [memory])
        level = model.level[:, JUDGED, None] + model.week[:, (JUDGED + 1 + later - start) % 7]
        spread = model.spreads[:, :1]
        usual = view.in_dollars(level + np.nan_to_num(np.minimum(spread, MOST_SMEARED)) ** 2 / 2)
        named = [first + timedelta(days=int(column)) for column in later]
        fixed = remembered(past, model.noise, named[0], start, len(named), start)
        known = fees(fixed, told([memory], named))
    return np.asarray(np.nan_to_num(usual + known.expected)[0])
