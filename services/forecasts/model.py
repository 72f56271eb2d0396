"""The forecast of one series of daily costs: each day ahead, their total, and the bands around it. Pure; numpy and nothing else.

One-day charges are taken out (`charges`), the level, its week and its drift go on (`level`), the charges come back on their
day, and the band says how far such totals have been off (`bands`). What it is worth is in docs/performance.md;
`benchmarks/forecast.py` measures it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from services.forecasts import bands, charges, level

if TYPE_CHECKING:
    from services.forecasts.bands import Width
    from services.forecasts.calendar import Days, Values
    from services.forecasts.charges import Charge

LEAST_DAYS = 14
"""With less history nothing is forecast: there is not one weekday that came twice."""
MEMORY_DAYS = 60
"""With less history there is no calendar memory: a charge was not seen on two due days yet."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is expected of the days ahead. Bands are of sums since the first day ahead, one a day: the last is that of the total.

    `inner` and `outer` are (low, high) of 80 and 95 %. `charges` are the one-day charges inside `expected`.
    """

    expected: Values
    inner: tuple[Values, Values]
    outer: tuple[Values, Values]
    charges: tuple[Charge, ...]

    @property
    def total(self) -> float:
        """The sum of the days ahead."""
        return float(self.expected.sum())


def forecast(days: Days, values: Values, count: int) -> Outlook:
    """Forecast the next `count` days of a series. Raises ValueError with less than `LEAST_DAYS` of history.

    `days`: datetime64[D], consecutive, oldest first; `values`: cost a day, all of them complete.
    """
    if len(values) < LEAST_DAYS or count < 1:
        msg = f"at least {LEAST_DAYS} days of history and one day ahead"
        raise ValueError(msg)
    is_thin = len(values) < MEMORY_DAYS
    clean = charges.cleaned(days, values, count)
    found = level.levels(days, clean.values)
    smooth = level.ahead(days, clean.values, count, found)
    due = () if is_thin else clean.charges
    known = np.zeros(count)
    for each in due:
        known[each.ahead - 1] += each.amount
    width = bands.width(days, clean.values, count, found, is_thin=is_thin)
    floor = 0.0 if values.min() >= 0 else -np.inf
    inner, outer = (_band(smooth, known, width, error, floor) for error in (width.inner, width.outer))
    return Outlook(smooth + known, inner, outer, due)


def _band(smooth: Values, known: Values, width: Width, error: float, floor: float) -> tuple[Values, Values]:
    """The band of each sum since the first day. Charges are known: only what is smooth is uncertain."""
    sums, paid = np.cumsum(smooth), np.cumsum(known)
    pairs = np.array([width.around(float(total), day + 1, error) for day, total in enumerate(sums)])
    return np.maximum(pairs[:, 0] + paid, floor), pairs[:, 1] + paid
