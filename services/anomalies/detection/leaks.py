"""A slow leak: no day stands out, but the level has crept away from what it was weeks ago, and is still creeping."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.detection.model import ERRATIC, STEADY
from services.anomalies.detection.rises import LEAST_DOLLARS
from services.anomalies.detection.robust import Floats, deviation, mean, median
from services.anomalies.detection.window import DAYS, Window

if TYPE_CHECKING:
    from services.anomalies.detection.model import Model

WEEK = 7
OLD, NEWER = 50, 22
"""The older level is the median of the days between 50 and 22 days ago: three to seven weeks."""
SHIFT, SHIFT_SPREADS = 0.22, 3.5
"""A leak is 22 per cent over the older level, and so many spreads of a three-day mean. Growth of 8 % a month stays under."""
RISE, RISE_SPREADS = 0.03, 2.0
"""The last week is also above the week before: a step that was alerted or accepted weeks ago is not a leak for six more."""
NOISE = 1.0
OLD_SPREADS = 0.7
"""A level that wandered weeks ago as well counts as noise, at this share."""


def leaks(view: Window, model: Model, floor: Floats) -> Floats:
    """How far the judged day is on the way to a drift (1.0), k. `floor` (k × 1): dollars a day on top of the usual floor."""
    flat, calm = model.flat[:, :DAYS], model.calm
    latest = np.fmin(median(flat[:, -WEEK:]), mean(calm[:, -WEEK:]))
    rise = latest - median(flat[:, -2 * WEEK : -WEEK])
    old = flat[:, -OLD:-NEWER]
    older = median(old)
    noise = np.fmax(
        np.fmax(NOISE * deviation(model.surprise[:, STEADY - 1 : -NEWER]), 0.01), OLD_SPREADS * deviation(old - older[:, None])
    )
    dollars = (view.in_dollars(latest[:, None]) - view.in_dollars(older[:, None]))[:, 0]
    shift = latest - older
    conditions = (
        shift / np.log1p(SHIFT),
        shift / (SHIFT_SPREADS * noise),
        rise / RISE,
        rise / (RISE_SPREADS * noise),
        dollars / (LEAST_DOLLARS + floor[:, 0]),
    )
    return np.where(model.spreads[0] < ERRATIC, np.minimum.reduce(conditions), 0.0)
