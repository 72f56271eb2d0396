"""The course of an episode: what each of its days cost and should have, whether the level is back, and whether it stays.

Everything is held against the level from before the incident, so that a leak cannot resolve itself by being learned.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.detection.counterfactual import counterfactual
from services.anomalies.watch import words
from services.anomalies.watch.rules import (
    BACK_DAYS,
    BACK_SHARE,
    DAILY_DAYS,
    FALLS,
    FIRSTS,
    LONGEST_DAYS,
    RESTATED_FROM,
    STAYS_DAYS,
    STEADY,
)
from storage.model.anomaly import AnomalyKind, DayFigure, Ending, Figures, newest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from services.anomalies.detection.results import Memory
    from services.anomalies.watch.findings import Finding
    from services.anomalies.watch.rows import Floats, Row

    Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]

NEAR = 0.1
"""The band is never narrower than a tenth of the expected."""
MISSED = 2
"""So many of the days of a level that stays may look like the one before."""


@dataclass(frozen=True, slots=True)
class Band:
    """How far a day may be from the expected: `above` in dollars, down to `below` of it (1 = all). `score` as judged."""

    above: float
    below: float
    score: float

    @classmethod
    def of(cls, figures: Figures) -> Band:
        """As it was told last."""
        expected = figures.last.expected
        below = figures.lower / expected if expected else Decimal(0)
        return cls(float(figures.upper - expected), float(below), figures.score)

    @classmethod
    def judged(cls, finding: Finding) -> Band:
        """As it was just found."""
        below = finding.lower / finding.expected if finding.expected else 0.0
        return cls(finding.upper - finding.expected, below, finding.score)


@dataclass(frozen=True, slots=True)
class Course:
    """`figures` of every day so far, `until` the last one that was out of the band; `ending` None: it goes on.

    `outs` are the complete days that were out of the band; without any, nothing is left of it.
    """

    figures: Figures
    until: date
    through: date
    ending: Ending | None
    outs: tuple[date, ...]

    @property
    def is_gone(self) -> bool:
        """It is over, and no complete day was ever out of the band: the numbers were corrected."""
        return self.ending is Ending.BACK and not self.outs


def course(row: Row, kind: AnomalyKind, since: date, band: Band, memory: Memory) -> Course:
    """How the episode that began on `since` has gone."""
    start = max(row.place(since), 0)
    expected = _expected(row, kind, start, memory)
    values, sign = row.values[start:], -1.0 if kind in FALLS else 1.0
    excess = sign * (values - expected)
    is_complete = np.arange(start, len(row.values)) <= row.known
    out = np.nan_to_num(excess, nan=-np.inf) > _tolerance(expected, excess, band, is_fall=kind in FALLS)
    shown = ~np.isnan(values) & (is_complete | (out & (sign > 0)))
    ending = _ending(out & shown, is_complete & shown, excess)
    last = int(np.flatnonzero(out & shown)[-1]) if (out & shown).any() else 0
    if ending is Ending.BACK:
        shown = shown & (np.arange(len(shown)) <= last)
    daily = tuple(_figure(row, start + place, float(expected[place])) for place in np.flatnonzero(shown).tolist())
    outs = tuple(row.day(start + place) for place in np.flatnonzero(out & is_complete & shown).tolist())
    return Course(
        figures(daily or (_figure(row, start, float(expected[0])),), band), row.day(start + last), row.through, ending, outs
    )


def figures(daily: Sequence[DayFigure], band: Band) -> Figures:
    """The days with the band of the one that is told."""
    expected = newest(daily).expected
    return Figures(tuple(daily), expected * _decimal(band.below), expected + _decimal(band.above), band.score)


def summed(parts: Iterable[Figures]) -> Figures:
    """Several episodes as one: day by day, so that their excesses add up to its own."""
    parts = tuple(parts)
    days = sorted({each.day for part in parts for each in part.daily})
    of_day = {day: [each for part in parts for each in part.daily if each.day == day] for day in days}
    nothing = Decimal(0)
    daily = tuple(
        DayFigure(
            day,
            sum((each.value for each in found), nothing),
            sum((each.expected for each in found), nothing),
            any(each.is_partial for each in found),
        )
        for day, found in of_day.items()
    )
    told = [part for part in parts if part.last.day == newest(daily).day] or parts
    lower, upper = sum((part.lower for part in told), nothing), sum((part.upper for part in told), nothing)
    return Figures(daily, lower, upper, max(part.score for part in parts))


def restated(before: Figures, after: Figures, currency: str) -> str:
    """In words, what changed in complete days that were told; empty when that is too little to be told."""
    new = {each.day: each for each in after.daily}
    told = [each for each in before.daily if not each.is_partial and each.day in new]
    was, now = (sum((each.value for each in days), Decimal(0)) for days in (told, [new[each.day] for each in told]))
    least, share = RESTATED_FROM
    moved = sum((abs(new[each.day].value - each.value) for each in told), Decimal(0))
    if moved < least or moved < share * max(abs(was), abs(now)):
        return ""
    return words.restated(before.daily, after.daily, currency)


def same_days(before: Figures, after: Course, row: Row) -> Figures:
    """The figures of an episode that is over, over the days it had; those that are back at the level too."""
    new = {each.day: each for each in after.figures.daily}
    daily = [replace(new.get(each.day, each), day=each.day) for each in before.daily]
    daily = [each if each.day in new else _now(row, each) for each in daily]
    return figures(daily, Band.of(before))


def _now(row: Row, each: DayFigure) -> DayFigure:
    place = row.place(each.day)
    is_there = 0 <= place < len(row.values) and not np.isnan(row.values[place])
    return DayFigure(each.day, _decimal(float(row.values[place])), each.expected) if is_there else each


def _expected(row: Row, kind: AnomalyKind, start: int, memory: Memory) -> Floats:
    count = len(row.values) - start
    if kind in FIRSTS:
        return np.zeros(count)
    if kind is AnomalyKind.UNUSED or "source" in row.key.dimensions:
        before = row.values[max(start - DAILY_DAYS, 0) : start]
        return np.full(count, float(np.nanmedian(before)) if (~np.isnan(before)).any() else 0.0)
    days = np.datetime64(row.first) + np.arange(len(row.values))
    return counterfactual(days, row.values, start, len(row.values), memory)


def _tolerance(expected: Floats, excess: Floats, band: Band, *, is_fall: bool) -> Floats:
    """What a day may be away and still be usual: the band, and never more than half of what the incident is at its worst."""
    width = expected * (1 - band.below) if is_fall else np.full(len(expected), band.above)
    worst = float(np.nanmax(excess)) if (~np.isnan(excess)).any() else 0.0
    return np.minimum(np.maximum(width, NEAR * expected), BACK_SHARE * max(worst, 0.0))


def _ending(out: Flags, is_complete: Flags, excess: Floats) -> Ending | None:
    complete = np.flatnonzero(is_complete)
    if out[~is_complete].any() or not complete.size:
        return None
    newest = out[complete][-BACK_DAYS:]
    if len(newest) == BACK_DAYS and not newest.any():
        return Ending.BACK
    if len(complete) < STAYS_DAYS or not newest.any():
        return None
    lately, amounts = out[complete][-STAYS_DAYS:], excess[complete][-STAYS_DAYS:]
    half = STAYS_DAYS // 2
    is_steady = abs(amounts[half:].mean() - amounts[:half].mean()) <= STEADY * abs(amounts[half:].mean())
    has_stayed = lately.sum() >= STAYS_DAYS - MISSED and is_steady
    return Ending.NEW_NORMAL if has_stayed or len(complete) >= LONGEST_DAYS else None


def _figure(row: Row, place: int, expected: float) -> DayFigure:
    value = row.values[place]
    return DayFigure(row.day(place), _decimal(float(np.nan_to_num(value))), _decimal(expected), is_partial=place > row.known)


def _decimal(amount: float) -> Decimal:
    """Of a double: exact to far below a cent, without its binary tail."""
    return Decimal(str(round(amount, 6)))
