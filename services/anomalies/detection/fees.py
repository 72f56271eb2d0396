"""Calendar memory: what this series did on this day of earlier months, a day sooner or later, and last year.

The strongest single rule there is. What is known to come is taken off before a day is judged, so the rest of it is judged as any
other. A charge of two of the last three months is known, and so is one of a year ago; in a younger series a single one is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.detection.months import JITTER, YEAR, length, like_days
from services.anomalies.detection.robust import Floats, Ints, median

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from services.anomalies.detection.results import Memory

TOLERANCE = 1.35
"""A known fee may come this many times as large before the difference is news."""
LEAST_FEE = 1.0
MATERIAL = 3.0
"""An earlier day's excess is a fee when it was out of the noise by this many spreads. Of bursts none is."""
BESIDE = 8
AROUND = np.array((-7, -4, -3, -2, 2, 3, 4, 7, -14, -7, 7, 14))
"""What an earlier day is compared with: days around it but for its neighbours, and its weekday; the smaller excess is it."""


@dataclass(frozen=True, slots=True)
class Fees:
    """k × judged days: dollars that are expected on top of the level, and how much of such dollars is let through."""

    expected: Floats
    allowed: Floats


def fees(remembered: Floats, said: Floats) -> Fees:
    """Of what the calendar remembers and what people said, the larger counts."""
    expected = np.fmax(remembered, said)
    return Fees(expected, TOLERANCE * expected)


def remembered(values: Floats, noise: Floats, first: date, column: int, count: int, last: int) -> Floats:
    """Dollars that came on the like days of earlier months and were no noise, k × `count` days; 0 where nothing did.

    `values` is k × all days known, `noise` (k) their spread (infinite: nothing is told from it), `last` the last complete day.
    The days asked for begin with `first`, which is `column` among the known ones.
    """
    like = like_days(first, count)
    past = column + like.shifts
    at = np.minimum(np.maximum(past, 0), max(last - 1, 0))
    known = ((past >= 0) & (past < last)) & ~np.isnan(values[:, at])
    excess = np.where(known, _excess(values, noise, at, last), 0.0)[:, like.months].max(axis=-1)
    lately = np.sort(excess[..., :YEAR], axis=-1)
    enough = known[:, like.months[:, :YEAR]].all(axis=-1).all(axis=-1)
    return np.asarray(np.fmax(np.where(enough, lately[..., -2], lately[..., -1]), excess[..., YEAR]))


def _excess(values: Floats, noise: Floats, at: Ints, last: int) -> Floats:
    """How much more than usual these columns were, and 0 where that was noise."""
    near = values[:, np.minimum(np.maximum(at[:, None] + AROUND, 0), last - 1)]
    usual = np.fmax(median(near[..., :BESIDE]), median(near[..., BESIDE:]))
    excess = values[:, at] - usual
    least = usual * np.expm1(np.minimum(MATERIAL * noise, MATERIAL))[:, None]
    is_fee = (excess > np.fmax(least, LEAST_FEE)) & np.isfinite(noise)[:, None]
    return np.asarray(np.where(is_fee, excess, 0.0))


def told(memories: Sequence[Memory], days: Sequence[date]) -> Floats:
    """What people said comes on these days, memories × days."""
    if not any(memory.expected for memory in memories):
        return np.zeros((len(memories), len(days)))
    return np.array([[_told(memory, day) for day in days] for memory in memories])


def _told(memory: Memory, day: date) -> float:
    """The largest amount expected on the day or beside it; months are counted round, so the 1st is beside the last."""
    size = length(day)
    near = {0, *range(1, JITTER + 1), *range(size - JITTER, size)}
    amounts = (amount for number, amount in memory.expected.items() if (min(number, size) - day.day) % size in near)
    return max(amounts, default=0.0)
