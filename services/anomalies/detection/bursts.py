"""Series that come in bursts (a job now and then) have no level: a day is judged by the sizes of the bursts so far."""

from __future__ import annotations

import numpy as np

from services.anomalies.detection.robust import TINY, Flags, Floats, Ints, mean, median

SHARE = 0.1
"""What is below this share of the largest burst is not one."""
LONE, TWO = 1.5, 2
"""A largest one that is more than this many times the second is an incident of its own: it does not excuse the next as large."""
OVER, SPREADS, LEAST_SPREAD = 1.3, 2.6, 0.25
"""A burst is news above 1.3 × the largest so far, and above 2.6 spreads of the logarithms of all."""
MONTH, IDLE = 31, 0.05
"""A series is idle when most days of the last month cost less than this share of the largest burst."""
LEAST_BURSTS, OFTEN = 4, 0.05
"""Four bursts, and one in twenty days: fees come more rarely."""
WEEKLY = 0.8
"""A weekday with a burst in four weeks of five is regular, and its bursts are the shape of the week."""


def is_sparse(past: Floats) -> Flags:
    """Which series are idle but for days that come more often than fees, k. `past` is k × all days before the judged one."""
    if past.shape[1] < MONTH:
        return np.zeros(len(past), dtype=np.bool_)
    middle = median(past[:, -MONTH:])
    idle = middle < IDLE * np.fmax.reduce(past, axis=1, initial=0.0)
    if idle.any():
        known = past[idle]
        largest = _largest(known)
        days = (~np.isnan(known)).sum(axis=1)
        often = _irregular(known, largest) >= np.maximum(LEAST_BURSTS, OFTEN * days)
        idle[idle] = often & (middle[idle] < IDLE * largest)
    return np.asarray(idle)


def _irregular(past: Floats, largest: Floats) -> Ints:
    """How many bursts are not on a regular weekday, k."""
    weeks = past[:, past.shape[1] % 7 :].reshape(len(past), -1, 7)
    is_burst = weeks > SHARE * largest[:, None, None]
    regular = is_burst.sum(axis=1) >= WEEKLY * (~np.isnan(weeks)).sum(axis=1)
    return np.asarray((is_burst & ~regular[:, None]).sum(axis=(1, 2)))


def largest_usual(past: Floats) -> Floats:
    """Dollars up to which another burst is usual, k. `past` is k × all days before the judged one."""
    largest = _largest(past)
    is_burst = past > SHARE * np.maximum(largest, TINY)[:, None]
    sizes = np.log(np.where(is_burst, past, np.nan))
    middle = mean(sizes)
    spread = np.sqrt(mean((sizes - middle[:, None]) ** 2))
    return np.asarray(np.fmax(OVER * largest, np.exp(middle + SPREADS * np.fmax(spread, LEAST_SPREAD))))


def _largest(past: Floats) -> Floats:
    if past.shape[1] < TWO:
        return np.zeros(len(past))
    ordered = np.partition(np.where(past > 0, past, 0.0), -TWO, axis=1)
    return np.asarray(np.minimum(ordered[:, -1], LONE * ordered[:, -TWO]))
