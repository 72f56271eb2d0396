"""A slow leak: no day stands out, but the level has crept away from what it was weeks ago, and is still creeping."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.detection.model import STEADY
from services.anomalies.detection.rises import LEAST_DOLLARS
from services.anomalies.detection.robust import Floats, deviation, mean, median
from services.anomalies.detection.window import DAYS, Window

if TYPE_CHECKING:
    from services.anomalies.detection.model import Model

WEEK = 7
OLD, NEWER = 50, 22
"""The older level is the median of the days between 50 and 22 days ago: three to seven weeks."""
SHIFT, SHIFT_SPREADS = 0.22, 3.5
"""A leak is 22 per cent and 3.5 spreads over the older level. Growth of 8 per cent a month stays under."""
RISE, RISE_SPREADS, TWICE_SPREADS, EVEN = 0.03, 1.2, 4.0, 0.25
"""The last week is above the week before by 3 per cent and 1.2 spreads, and above the one before that by 4: it creeps still. A
quarter at least of those two weeks' rise is of the last: a step that was alerted or accepted is not a leak for weeks more."""
LEAST_NOISE, WANDERING = 0.01, 0.7
"""Noise is what days strayed while the older level held. Of its own wandering then, and the last weeks', this share is."""


def leaks(view: Window, model: Model, floor: Floats) -> Floats:
    """How far the judged day is on the way to a drift (1.0), k. `floor` (k × 1): dollars a day on top of the usual floor."""
    flat = model.flat[:, :DAYS]
    older = median(flat[:, -OLD:-NEWER])
    weeks = flat[:, -3 * WEEK :].reshape(-1, 3, WEEK)
    middles = median(weeks)
    earlier, before, latest = middles.T
    latest = np.fmin(latest, mean(model.calm[:, -WEEK:]))
    far = (latest - older) / np.log1p(SHIFT)
    if not (far >= 1.0).any():
        return np.asarray(far)
    lately = (weeks[:, 1:] - middles[:, 1:, None]).reshape(-1, 2 * WEEK)
    noise = _noise(model, flat[:, -OLD:-NEWER] - older[:, None], lately)
    dollars = (view.in_dollars(latest[:, None]) - view.in_dollars(older[:, None]))[:, 0]
    conditions = (
        far,
        (latest - older) / (SHIFT_SPREADS * noise),
        (latest - before) / np.fmax(np.fmax(RISE, RISE_SPREADS * noise), EVEN * (latest - earlier)),
        (latest - earlier) / (TWICE_SPREADS * noise),
        dollars / (LEAST_DOLLARS + floor[:, 0]),
    )
    return np.where(model.erratic, 0.0, np.minimum.reduce(conditions))


def _noise(model: Model, wandering: Floats, lately: Floats) -> Floats:
    strays = deviation(model.surprise[:, STEADY - 1 : -NEWER])
    return np.fmax(np.fmax(strays, LEAST_NOISE), WANDERING * np.fmax(deviation(wandering), deviation(lately)))
