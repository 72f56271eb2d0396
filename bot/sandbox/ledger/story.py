"""What happened to the made-up company: growth, working days, and the four events that every ledger tells.

The events hang on the last day, so that they are always in view: a **launch** (a service that was never there before), a **leak**
(storage that nobody deletes, a little more every day), a **spike** (three days of a query gone wrong, and over) and a **surge**
(requests that are tried again and again, since three days ago and still).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.sandbox.ledger.noise import name_key, uniform
from storage.model.period import first_of_month

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.sandbox.ledger.days import Days
    from bot.sandbox.ledger.workloads import Workload

LAUNCH_DAYS_AGO = 120
LEAK_DAYS_AGO = 80
SPIKE_DAYS_AGO = 12
SPIKE_DAYS = 3
SURGE_DAYS_AGO = 3
"""The first of its days is there in full by now, the others are not."""

_MONTH = 30.4375
_WEEK = 7
_RAMP_DAYS = 45.0
_LEAK_A_DAY = 0.035
_SPIKE_TIMES = 6.5
_SURGE_TIMES = 6.0
_DAILY_NOISE = 0.05
_SWELL = 0.03
_SWELL_DAYS = 41.0
# Monday to Sunday, each with a mean of one.
_WEEKDAYS = {
    "prod": (1.04, 1.05, 1.05, 1.05, 1.04, 0.90, 0.87),
    "batch": (1.12, 1.06, 1.05, 1.04, 1.03, 0.85, 0.85),
    "staging": (1.22, 1.24, 1.24, 1.23, 1.17, 0.47, 0.43),
    "dev": (1.36, 1.39, 1.39, 1.38, 1.30, 0.10, 0.08),
    "flat": (1.0,) * _WEEK,
}


def _weekdays(workload: Workload) -> str:
    if not workload.team:
        return "flat"
    if workload.env != "prod":
        return workload.env
    return "batch" if workload.team in {"data", "ml"} else "prod"


def growth(days: Days, per_cent: float) -> NDArray[np.float64]:
    """Growth of each day, relative to the first of the last month."""
    months = (days.ordinals - first_of_month(days.as_of).toordinal()) / _MONTH
    return np.asarray((1.0 + per_cent / 100.0) ** months, dtype=np.float64)


def _launch(days: Days) -> NDArray[np.float64]:
    age = days.ordinals - days.before(LAUNCH_DAYS_AGO).toordinal()
    return np.where(age >= 0, 1.0 - np.exp(-(np.maximum(age, 0) + 2) / _RAMP_DAYS), 0.0)


def _leak(days: Days) -> NDArray[np.float64]:
    return 1.0 + _LEAK_A_DAY * np.maximum(days.ordinals - days.before(LEAK_DAYS_AGO).toordinal(), 0)


def _spike(days: Days) -> NDArray[np.float64]:
    age = days.ordinals - days.before(SPIKE_DAYS_AGO).toordinal()
    return np.where((age >= 0) & (age < SPIKE_DAYS), _SPIKE_TIMES, 1.0)


def _surge(days: Days) -> NDArray[np.float64]:
    return np.where(days.ordinals >= days.before(SURGE_DAYS_AGO).toordinal(), _SURGE_TIMES, 1.0)


_EVENTS = {"launch": _launch, "leak": _leak, "spike": _spike, "surge": _surge}


def demand(days: Days, workload: Workload, seed: int) -> NDArray[np.float64]:
    """What the workload would cost on each whole day at contracted prices, without commitments, in dollars."""
    key = name_key(workload.key)
    ordinals = days.ordinals
    week = np.array(_WEEKDAYS[_weekdays(workload)])[(ordinals - 1) % _WEEK]
    jitter = 1.0 + _DAILY_NOISE * (uniform(seed, key, ordinals) + uniform(seed, key + 1, ordinals) - 1.0)
    swell = 1.0 + _SWELL * np.sin(2.0 * np.pi * (ordinals / _SWELL_DAYS + uniform(seed, key)))
    event = _EVENTS[workload.event](days) if workload.event else 1.0
    trend = workload.dollars / _MONTH * growth(days, workload.growth)
    return np.asarray(trend * week * jitter * swell * event, dtype=np.float64)
