"""A drop: something stopped. Judged on settled days only, because a day that is still arriving always looks like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.detection.robust import TINY, Floats, Ints
from services.anomalies.detection.window import DAYS, JUDGED, Window

if TYPE_CHECKING:
    from services.anomalies.detection.model import Model

LEFT = 0.35
"""A drop leaves at most this share: a holiday at half price is not one."""
SPREADS = 4.0
"""The day is this many spreads under the level."""
LEAST_DOLLARS = 10.0
"""What is missing a day."""


def drops(view: Window, model: Model, floor: Floats) -> Floats:
    """How far the judged day is on the way to a drop (1.0 is one), k. `floor` (k × 1): dollars a day on top of the usual floor.

    An incomplete day after it that is already back in the band says that it is over: a gap of one day is not an alert.
    """
    level, spread = model.level[:, JUDGED - 1], model.spreads[:, 0]
    usual = view.in_dollars((level + model.week[:, JUDGED])[:, None])[:, 0]
    value = view.values[:, JUDGED]
    share = (1 - value / np.fmax(usual, TINY)) / (1 - LEFT)
    if not (share >= 1.0).any():
        return share
    conditions = (
        share,
        (level - model.flat[:, JUDGED]) / (SPREADS * spread),
        (usual - value) / (floor[:, 0] + LEAST_DOLLARS),
    )
    over = (model.flat[:, DAYS:] > (level - SPREADS * spread)[:, None]).any(axis=1)
    return np.where(over | model.erratic, 0.0, np.minimum.reduce(conditions))


def bottoms(view: Window, model: Model, columns: Ints, floor: Floats) -> Floats:
    """The lower end of the band, k × columns, dollars: what a settled day must not fall under."""
    level = model.level[:, np.minimum(columns - 1, JUDGED)] + model.week[:, columns]
    usual = view.in_dollars(level)
    under = view.in_dollars(level - SPREADS * model.spreads[:, :1])
    return np.fmax(np.fmin(np.fmin(under, LEFT * usual), usual - floor - LEAST_DOLLARS), 0.0)
