"""Series of daily costs as bills have them, without any noise but what is asked for. Shared by the forecast tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
Values = NDArray[np.float64]
WEEK = np.array([1.0, 1.1, 1.1, 1.05, 1.0, 0.5, 0.45])


def days(count: int, last: str = "2026-11-20") -> Days:
    """So many days, the last of them this one."""
    return np.datetime64(last) - np.arange(count)[::-1]


def weekly(when: Days, level: float = 100.0) -> Values:
    """Working days and weekends."""
    return level * WEEK[(when.astype(int) + 3) % 7]


def with_fee(when: Days, values: Values, day: int, amount: float) -> Values:
    """The same with a charge on one day of each month."""
    place = (when - when.astype("datetime64[M]")).astype(int) + 1
    return values + np.where(place == day, amount, 0.0)


def noisy(when: Days, values: Values, spread: float = 0.05, seed: int = 7) -> Values:
    """The same, restless."""
    return values * np.exp(np.random.default_rng(seed).normal(0, spread, len(when)))
