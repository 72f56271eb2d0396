"""The days that a judgement looks at: ten weeks of complete days, the judged one last, and the incomplete days after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from services.anomalies.detection.robust import Floats

WEEKS = 10
DAYS = 7 * WEEKS
JUDGED = DAYS - 1
"""The column of the judged day; columns after it are incomplete days."""
RECENT = 2
"""Complete days before the judged one that may belong to the same run."""
MOST_PARTIAL = 3
"""More incomplete days than these say nothing."""
OFFSET, LEAST_OFFSET = 0.03, 0.05
"""Added before the logarithm, as a share of the usual level and in dollars: pennies on idle days are not news."""
SCALE_DAYS, SCALE_AT = 35, 0.8


@dataclass(frozen=True, slots=True)
class Window:
    """`k` series. `values` and `logs` are k × (DAYS + incomplete days); NaN is a day without data."""

    past: Floats
    """k × all days before the judged one."""
    values: Floats
    offset: Floats
    """k × 1"""
    logs: Floats

    @property
    def partial(self) -> int:
        """How many incomplete days there are."""
        return int(self.values.shape[1]) - DAYS

    def in_dollars(self, logs: Floats) -> Floats:
        """From logarithms back to dollars a day, never below zero. `logs` is k × anything."""
        return np.maximum(np.exp(logs) - self.offset, 0.0)

    def in_logs(self, dollars: Floats) -> Floats:
        """Logarithms of dollars a day; what is below zero counts as nothing."""
        return np.asarray(np.log(np.maximum(dollars, 0.0) + self.offset))


def window(values: Floats, last: int) -> Window:
    """Cut the window that ends with column `last`, the judged day, and at most MOST_PARTIAL days after it."""
    part = values[:, max(last - JUDGED, 0) : last + 1 + MOST_PARTIAL]
    missing = max(JUDGED - last, 0)
    if missing:
        part = np.concatenate([np.full((len(part), missing), np.nan), part], axis=1)
    offset = _offset(part)
    return Window(values[:, :last], part, offset, np.log(np.maximum(part, 0.0) + offset))


def _offset(values: Floats) -> Floats:
    usual = np.sort(values[:, JUDGED - SCALE_DAYS : JUDGED], axis=1)
    count = SCALE_DAYS - np.isnan(usual).sum(axis=1)
    at = np.maximum((SCALE_AT * count).astype(np.int64) - 1, 0)
    level = usual[np.arange(len(usual)), at]
    return np.asarray(OFFSET * np.fmax(level, 0.0) + LEAST_OFFSET)[:, None]
