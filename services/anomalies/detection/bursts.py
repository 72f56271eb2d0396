"""Series that come in bursts (a job now and then) have no level: a day is judged by the sizes of the bursts so far."""

from __future__ import annotations

import numpy as np

from services.anomalies.detection.robust import TINY, Floats, mean

SHARE = 0.1
"""What is below this share of the largest burst is not one."""
OVER, SPREADS, LEAST_SPREAD = 1.3, 2.6, 0.25
"""A burst is news above 1.3 × the largest so far, and above 2.6 spreads of the logarithms of all."""
LONE = 1.5
"""A largest one that is more than this many times the second is an incident of its own: it does not excuse the next as large."""


def largest_usual(past: Floats) -> Floats:
    """Dollars up to which another burst is usual, k. `past` is k × all days before the judged one."""
    known = np.where(past > 0, past, 0.0)
    second, first = np.sort(known, axis=1)[:, -2:].T
    largest = np.minimum(first, LONE * second)
    sizes = np.log(np.where(known > SHARE * np.maximum(largest, TINY)[:, None], known, np.nan))
    middle = mean(sizes)
    spread = np.sqrt(mean((sizes - middle[:, None]) ** 2))
    return np.asarray(np.fmax(OVER * largest, np.exp(middle + SPREADS * np.fmax(spread, LEAST_SPREAD))))
