"""What a series usually does: its week, its level, and how far one day strays from the level of the days before it.

Everything is in logarithms, where a weekend at half price and noise of ten per cent are the same at $40 and at $4,000 a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from services.anomalies.detection.bursts import is_sparse
from services.anomalies.detection.robust import TINY, Flags, Floats, Ints, deviation, mean, median
from services.anomalies.detection.window import DAYS, JUDGED, WEEKS, Window

DOUBT = 2.0
"""A weekday's factor is shrunk to one (James-Stein), wholly below this many standard errors."""
TRIM = 2.5
"""Days further than this many spreads from their weekday's middle do not shape the week."""
PACE = 0.35
"""Weight of the newest day in the level: half of it is the last two days."""
HOLD, CLIP = 9, 2.5
"""Days are clipped to 2.5 spreads around the median of nine before they move the level; a step does on its fifth."""
OLDER = 31
"""The level does not fall below the median of a month: coming back from a drop is not a spike."""
STEADY = 9
"""The first days of a window have too little before them to be surprised by."""
LEAST_SPREAD = 0.02
ERRATIC = 0.8
"""With a spread like this (a factor of two and more a day) a series comes in bursts and has no level to speak of. So has one that
is idle but for rare days."""
OWN_WEEKS, OWN_WEIGHT, OWN_CAP = 8, 8, 6.0
"""A weekday's own spread counts against so many days of the common one, if larger: a weekly batch is noisy one day in seven. A
day of it counts as six common spreads at most."""


@dataclass(frozen=True, slots=True)
class Model:
    """`k` series. Columns as in the window."""

    week: Floats
    """k × all columns: the weekday's factor."""
    flat: Floats
    """k × all columns: logarithms without the week."""
    calm: Floats
    """k × DAYS: the same, wild days clipped."""
    level: Floats
    """k × DAYS: the level after that day."""
    older: Floats
    """k: the median of the month before the judged day."""
    spreads: Floats
    """k × 3: how far the mean of one, two, three days strays from the level before them."""
    surprise: Floats
    """k × (DAYS - 1): each day but the first against the level of the day before it."""
    erratic: Flags
    """k: comes in bursts."""

    @property
    def noise(self) -> Floats:
        """k: the spread of one day; infinite of what comes in bursts."""
        return np.asarray(np.where(self.erratic, np.inf, self.spreads[:, 0]))

    def before(self, columns: Ints) -> Floats:
        """The level just before the columns, k × columns: of complete days only, and not below the older one."""
        return np.fmax(self.level[:, np.minimum(columns - 1, JUDGED)], self.older[:, None])


def fit(view: Window, since: Ints) -> Model:
    """Learn from the days before the judged one. `since` (k): what is before this column does not count for the level."""
    week = _week(view.logs)
    flat = _rebased(view.logs - week, since)
    middle = median(flat[:, _trailing()])
    reach = CLIP * _usual(flat[:, :JUDGED] - middle[:, :JUDGED])
    calm = _within(flat[:, :DAYS], middle - reach, middle + reach)
    level = _level(calm)
    spreads = np.maximum(deviation(_strays(flat, level)), LEAST_SPREAD)
    surprise = flat[:, 1:DAYS] - level[:, :-1]
    older = median(flat[:, JUDGED - OLDER : JUDGED])
    erratic = (spreads[:, 0] > ERRATIC) | is_sparse(view.past)
    week[erratic] = 0.0
    return Model(week, flat, calm, level, older, spreads, surprise, erratic)


def _or_zero(values: Floats) -> Floats:
    return np.asarray(np.where(np.isnan(values), 0.0, values))


def _within(values: Floats, low: Floats, high: Floats) -> Floats:
    return np.asarray(np.minimum(np.maximum(values, low), high))


def _usual(strays: Floats) -> Floats:
    """Normal-consistent median deviation, k × 1."""
    return 1.4826 * median(np.abs(strays))[:, None]


def _week(logs: Floats) -> Floats:
    """The factor of each column's weekday: its middle against the median of the seven days around, if more than chance."""
    days = logs[:, :DAYS]
    aside = days - median(days[:, _centred()])
    aside[:, JUDGED] = aside[:, JUDGED - 7]  # the judged day is not learned from; that weekday's last one counts twice instead
    aside = aside.reshape(-1, WEEKS, 7).swapaxes(1, 2)
    middle = _or_zero(median(aside))
    rest = aside - middle[..., None]
    spread = deviation(rest.reshape(len(rest), -1))[:, None]
    counted = (~np.isnan(rest)).sum(axis=-1)
    reach = TRIM * spread[..., None]
    middle = middle + _or_zero(mean(_within(rest, -reach, reach)))
    surely = np.abs(middle) * np.sqrt(counted) / np.maximum(DOUBT * spread, TINY)
    factor = middle * np.maximum(0.0, 1.0 - 1.0 / np.maximum(surely, TINY) ** 2)
    return _or_zero(factor)[:, np.arange(logs.shape[1]) % 7]


def _rebased(flat: Floats, since: Ints) -> Floats:
    """Lift or lower what is before `since` to the level after it, so that its week and its noise still count."""
    for row in np.flatnonzero(since > 0):
        split = int(since[row])
        after = flat[row, split:JUDGED]
        moved = median(after) - median(flat[row, max(split - 28, 0) : split]) if after.size else np.nan
        flat[row, :split] += moved
    return flat


def _level(calm: Floats) -> Floats:
    """Exponentially weighted mean of the days so far, NaN left out."""
    weights = _weights()
    known = ~np.isnan(calm)
    total = known @ weights
    level = (np.where(known, calm, 0.0) @ weights) / np.maximum(total, TINY)
    return np.asarray(np.where(total > PACE * (1 - PACE) ** 7, level, np.nan))


def _strays(flat: Floats, level: Floats) -> Floats:
    """K × 3 × days: how far the mean of one, two, three days up to each was from the level before them."""
    before, end = STEADY - 1, JUDGED
    one, two, three = (flat[:, before + 3 - size : end + 1 - size] for size in (1, 2, 3))
    after_one, after_two, after_three = (level[:, before + 2 - size : end - size] for size in (1, 2, 3))
    strays = (one - after_one, (one + two) / 2 - after_two, (one + two + three) / 3 - after_three)
    return np.stack(strays, axis=1)


def own_spreads(model: Model, columns: Ints) -> Floats:
    """The spread of the columns' weekdays, k × columns: the common one unless the weekday's own days stray further."""
    common = model.spreads[:, :1]
    weeks = columns[:, None] - 7 * np.arange(1, OWN_WEEKS + 1)
    strays = np.minimum(np.abs(model.surprise[:, weeks - 1]), OWN_CAP * common[..., None])
    known = ~np.isnan(strays)
    total = np.where(known, strays * strays, 0.0).sum(axis=-1) + OWN_WEIGHT * common**2
    return np.asarray(np.maximum(common, np.sqrt(total / (OWN_WEIGHT + known.sum(axis=-1)))))


@lru_cache(maxsize=1)
def _centred() -> Ints:
    """For each column seven columns around it, each weekday once, none of them the judged one."""
    return np.asarray(np.clip(np.arange(DAYS), 3, JUDGED - 4)[:, None] + np.arange(-3, 4))


@lru_cache(maxsize=1)
def _trailing() -> Ints:
    """For each column itself and those before it."""
    return np.asarray(np.maximum(np.arange(DAYS)[:, None] - np.arange(HOLD), 0))


@lru_cache(maxsize=1)
def _weights() -> Floats:
    age = np.arange(DAYS)[None, :] - np.arange(DAYS)[:, None]
    return np.asarray(np.where(age >= 0, PACE * (1 - PACE) ** np.maximum(age, 0), 0.0))
