"""Days as numpy has them, and what the model needs to know of each: its weekday, its month, its place in the month.

Shapes: `Days` is datetime64[D] of length n, consecutive and oldest first; `Values` is float64 of length n, cost a day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Days = NDArray[np.datetime64]
    Values = NDArray[np.float64]
    Places = NDArray[np.int64]
    Flags = NDArray[np.bool_]

DAY = np.timedelta64(1, "D")
WEEK = 7


def weekdays(days: Days) -> Places:
    """0 is Monday."""
    found: Places = (days.astype(np.int64) + 3) % WEEK
    return found


def months(days: Days) -> Places:
    """Months since January 1970."""
    return days.astype("datetime64[M]").astype(np.int64)


def days_of_month(days: Days) -> Places:
    """1 to 31."""
    found: Places = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
    return found


def month_lengths(month: Places) -> Places:
    """How many days each of these months has."""
    first = month.astype("datetime64[M]")
    found: Places = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    return found


def after(days: Days, count: int) -> Days:
    """So many days after the last one."""
    following: Days = days[-1] + DAY * np.arange(1, count + 1)
    return following
