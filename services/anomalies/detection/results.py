"""What the detector is told about a series, and what it says of a day. Free of numpy, so that anybody may name these."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class Kind(StrEnum):
    """What is wrong with the day."""

    SPIKE = "spike"
    """Over the band, for one or two days so far."""
    STEP = "step"
    """Over the band for the third complete day: a new level."""
    DRIFT = "drift"
    """No day stands out, but the level crept away from what it was weeks ago."""
    DROP = "drop"
    """A complete day at a third or less of what it should be."""
    FEE = "fee"
    """A charge that comes on this day of the month came much larger."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What people said about one series. Every part is undone by leaving it out again: nothing of it is learned."""

    baseline_from: date | None = None
    """The level before this day no longer counts (“expected”); the shape of the week and the known fees still do."""
    floor: float = 0.0
    """Dollars a day by which the band is widened (“false positive”)."""
    skip: frozenset[int] = frozenset()
    """Indexes of days of planned work: neither judged nor learned from."""
    expected: Mapping[int, float] = field(default_factory=dict)
    """Day of the month → dollars that come on it (“expected, remember”), a day sooner or later. 31 is the month's last day."""


NOTHING = Memory()
"""A series nobody has said anything about."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A day that is out of the ordinary. `score` is 1.0 at the very threshold; dollars a day throughout."""

    series: int
    """The row of the series among those that were judged."""
    day: date
    kind: Kind
    value: float
    expected: float
    lower: float
    upper: float
    """The band of a whole day, fees and floor included. A run of days or a drift may be judged inside of it."""
    score: float
    since: date
    """The first of the days without a break that belong to it."""
    is_partial: bool = False
    """The day is not complete yet, and already too much. Never said of a drop."""
