"""How finely each stream is sliced, so that a ledger has about as many rows as were asked for.

A stream's day is cut into usage types × resources × hours. Streams with more money get more of each, less than in proportion;
services that bill by the hour go hourly once there are enough rows for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox.ledger.commitments import COMMITMENTS
from bot.sandbox.ledger.days import FULL_DAY
from bot.sandbox.ledger.streams import bought

if TYPE_CHECKING:
    from bot.sandbox.ledger.days import Days
    from bot.sandbox.ledger.streams import Stream

_MONEY_POWER = 0.75
_ROWS_A_SKU = 3
_HOURLY_FROM = 48
_BISECTIONS = 50
# Fees, credits, refunds, taxes of the three payers in a month: about so many, beside a credit every day.
_CHARGES_A_MONTH = 10


@dataclass(frozen=True, slots=True)
class Cut:
    """How a stream's day is sliced."""

    skus: int = 1
    resources: int = 1
    hours: int = 1

    @property
    def rows(self) -> int:
        """Rows a day."""
        return self.skus * self.resources * self.hours

    def with_resources(self, resources: int) -> Cut:
        """The same with another number of resources."""
        return Cut(self.skus, resources, self.hours)


class TooFewRowsError(ValueError):
    """So few rows do not hold every workload of every day once."""

    def __init__(self, asked: int, least: int, months: int) -> None:
        """Say how many it takes."""
        super().__init__(f"{asked} rows are too few for {months} months: at least {least} are needed")
        self.least = least


def _cut(stream: Stream, target: float) -> Cut:
    hourly = stream.workload.finest or (stream.service.hourly and target >= _HOURLY_FROM)
    hours = FULL_DAY if hourly else 1
    skus = min(len(stream.skus), max(1, int(target / hours / _ROWS_A_SKU)))
    return Cut(skus, max(1, int(target / (skus * hours))) if stream.several else 1, hours)


def _weight(stream: Stream) -> float:
    mean = float(stream.dollars[stream.active].mean())
    return math.pow(mean, _MONEY_POWER) * stream.service.detail


def fixed_rows(days: Days) -> int:
    """About how many rows there are that no slicing changes: fees, unused commitments, taxes, credits, refunds."""
    committed = sum(int(bought(days, commitment).sum()) * (1 if commitment.monthly else 2) for commitment in COMMITMENTS)
    return committed + days.period.days + days.months * _CHARGES_A_MONTH


@dataclass(frozen=True, slots=True)
class _Counted:
    """A stream, its part in the rows, and how many days and hours of it have arrived."""

    stream: Stream
    weight: float
    days: int
    hours: int

    def rows(self, cut: Cut) -> int:
        """Rows of the whole ledger under a cut."""
        return cut.skus * cut.resources * (self.hours if cut.hours == FULL_DAY else self.days)

    def more(self, cut: Cut) -> int:
        """Rows that one resource more would make."""
        return self.rows(cut.with_resources(1)) if self.stream.several else 0


def _counted(stream: Stream) -> _Counted:
    active = stream.active
    return _Counted(stream, _weight(stream), int(active.sum()), int(stream.hours[active].sum()))


def _cuts(streams: list[_Counted], scale: float) -> list[Cut]:
    return [_cut(of.stream, scale * of.weight) for of in streams]


def _count(streams: list[_Counted], cuts: list[Cut]) -> int:
    return sum(of.rows(cut) for of, cut in zip(streams, cuts, strict=True))


def _widest(streams: list[_Counted], room: int) -> list[Cut]:
    """The finest cuts, all to one scale, that fit."""
    low, high = 0.0, float(room)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if _count(streams, _cuts(streams, middle)) <= room else (low, middle)
    return _cuts(streams, low)


def _filled(streams: list[_Counted], cuts: list[Cut], room: int) -> list[Cut]:
    """Use what is left of the rows for one more resource here and there, largest steps first."""
    cuts, left = list(cuts), room - _count(streams, cuts)
    steps = [of.more(cut) for of, cut in zip(streams, cuts, strict=True)]
    for n in sorted(range(len(cuts)), key=steps.__getitem__, reverse=True):
        if 0 < steps[n] <= left:
            cuts[n] = cuts[n].with_resources(cuts[n].resources + 1)
            left -= steps[n]
    return cuts


def plan(days: Days, streams: list[Stream], rows: int) -> list[Cut]:
    """A cut for each stream. Raises TooFewRowsError, which names the least number of rows that works."""
    counted = [_counted(stream) for stream in streams]
    fixed = fixed_rows(days)
    least = _count(counted, _cuts(counted, 0.0)) + fixed
    if least > rows:
        raise TooFewRowsError(rows, least, days.months)
    return _filled(counted, _widest(counted, rows - fixed), rows - fixed)
