"""One-day charges: fees that come on one day of each month, or of the year. They are no level, and would bend every fit.

They are taken out before the fit and put back on their day: of all that was measured for month-end forecasts, this matters most.
A monthly charge counts when two of its last three due days had it, a yearly one when it stood alone a year ago.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from services.forecasts.calendar import DAY, WEEK, after, days_of_month, month_lengths, months

if TYPE_CHECKING:
    from services.forecasts.calendar import Days, Flags, Places, Values

TALL_SPREADS, TALL_SHARE = 5.0, 0.15
"""A monthly charge stands out by so many times the usual spread of days, and by this share of a usual day."""
LONE_SPREADS, LONE_SHARE = 8.0, 0.3
"""The same for what came once: it has only its height to show."""
LONE_A_YEAR = 4
"""A series with more lone peaks than this a year is just restless: they are no yearly charges."""
DUE_DAYS, LEAST_HITS = 3, 2
"""Of so many due days so many must have had the charge, to the day."""
LOOK_BACK = 6
"""Months in which a charge is looked for."""
YEAR = 365
NEAR_A_YEAR = 3
"""A second charge within so many days of the anniversary has come already."""
NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
"""Weeks whose same weekday says what a day would have cost."""
NORMAL = 1.4826
"""From the median absolute deviation to a standard deviation."""


class Rhythm(StrEnum):
    """How often a one-day charge comes."""

    MONTHLY = "monthly"
    YEARLY = "yearly"


@dataclass(frozen=True, slots=True)
class Charge:
    """A one-day charge that is expected: how many days after the last known one (1 = the next), and how much."""

    ahead: int
    amount: float
    rhythm: Rhythm


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Days without their one-day charges, and the charges expected among the days ahead, in order of time."""

    values: Values
    charges: tuple[Charge, ...]


@dataclass(frozen=True, slots=True)
class _Monthly:
    """A charge that comes on `day` of each month (the last day, where a month is shorter)."""

    day: int
    amount: float
    may_be_late: bool
    hits: Places


def cleaned(days: Days, values: Values, count: int) -> Cleaned:
    """Take one-day charges out of the days, and find those of the next `count` days."""
    up, ahead = _one_way(days, values, count)
    if values.min(initial=0.0) >= 0:
        return Cleaned(up, ahead)
    down, credits_ahead = _one_way(days, -up, count)
    credited = tuple(Charge(each.ahead, -each.amount, each.rhythm) for each in credits_ahead)
    return Cleaned(-down, tuple(sorted((*ahead, *credited), key=lambda each: each.ahead)))


def _one_way(days: Days, values: Values, count: int) -> tuple[Values, tuple[Charge, ...]]:
    excess = values - usual(values)
    spread = NORMAL * float(np.median(np.abs(excess)))
    level = float(np.median(np.abs(values - excess)))
    tall = excess > max(TALL_SPREADS * spread, TALL_SHARE * level, 0.0)
    found = _monthly(days, excess, tall)
    left = values.copy()
    for each in found:
        left[each.hits] -= excess[each.hits]
        tall[each.hits] = False
    lone = _alone(tall & (excess > max(LONE_SPREADS * spread, LONE_SHARE * level)))
    left[lone] -= excess[lone]
    following = after(days, count)
    charges = [*_due(days, following, found), *_anniversaries(days, excess, lone, following)]
    return left, tuple(sorted(charges, key=lambda each: each.ahead))


def usual(values: Values) -> Values:
    """What each day would have cost without a one-day charge: the median of the same weekdays around it."""
    count = len(values)
    places = np.arange(count)[:, None] + WEEK * np.array(NEIGHBOURS)
    around = np.where((places >= 0) & (places < count), values[np.clip(places, 0, count - 1)], np.nan)
    known = ~np.isnan(around).all(axis=1)
    result = values.copy()
    result[known] = np.nanmedian(around[known], axis=1)
    return result


def _monthly(days: Days, excess: Values, tall: Flags) -> list[_Monthly]:
    """The monthly charges, the surest first; a day belongs to one of them only."""
    month, place = months(days), days_of_month(days)
    free = tall.copy()
    found: list[_Monthly] = []
    candidates = [(_exact_hits(month, place, tall, day), day) for day in range(1, 32)]
    for exact, day in sorted(candidates, key=lambda each: (-each[0], each[1])):
        hits = _hits(month, place, excess, free, day)
        if exact >= LEAST_HITS and _is_regular(month, place, hits, day):
            free[hits] = False
            offsets = place[hits] - np.minimum(day, month_lengths(month[hits]))
            found.append(_Monthly(day, float(np.median(excess[hits[-DUE_DAYS:]])), bool((offsets == 1).any()), hits))
    return found


def _exact_hits(month: Places, place: Places, tall: Flags, day: int) -> int:
    """On how many of the last due days a charge came, to the day."""
    due = np.flatnonzero(place == np.minimum(day, month_lengths(month)))
    return int(tall[due[-LOOK_BACK:]].sum())


def _hits(month: Places, place: Places, excess: Values, free: Flags, day: int) -> Places:
    """The places of this charge, one a month: the tallest within a day of the due day."""
    near = np.flatnonzero(free & (np.abs(place - np.minimum(day, month_lengths(month))) <= 1))
    tallest = {int(month[at]): int(at) for at in near[np.argsort(excess[near], kind="stable")]}
    return np.array(sorted(tallest.values()), dtype=np.int64)


def _is_regular(month: Places, place: Places, hits: Places, day: int) -> bool:
    """Whether enough of the last due days had it."""
    due = month[place == np.minimum(day, month_lengths(month))][-DUE_DAYS:]
    return int(np.isin(due, month[hits]).sum()) >= LEAST_HITS


def _due(days: Days, following: Days, found: list[_Monthly]) -> list[Charge]:
    """The monthly charges of the days ahead; one that came this month does not come again."""
    month, place = months(following), days_of_month(following)
    known_months = months(days)
    charges = []
    for each in found:
        came = set(known_months[each.hits].tolist())
        due = np.flatnonzero(place == np.minimum(each.day, month_lengths(month)))
        charges += [Charge(int(at) + 1, each.amount, Rhythm.MONTHLY) for at in due if int(month[at]) not in came]
        was_due = days_of_month(days[-1:])[0] == min(each.day, int(month_lengths(known_months[-1:])[0]))
        if was_due and each.may_be_late and int(known_months[-1]) not in came and len(following):
            charges.append(Charge(1, each.amount, Rhythm.MONTHLY))
    return charges


def _alone(tall: Flags) -> Places:
    """The tall days without a tall neighbour: what lasts is no one-day charge."""
    padded = np.concatenate([[False], tall, [False]])
    return np.flatnonzero(tall & ~padded[:-2] & ~padded[2:])


def _anniversaries(days: Days, excess: Values, lone: Places, following: Days) -> list[Charge]:
    """What stood alone a year ago and is due again: a yearly fee. Not in a restless series, nor where it came already."""
    if len(lone) > LONE_A_YEAR * max(1.0, len(days) / YEAR):
        return []
    charges = []
    for at in lone:
        due = days[at] + DAY * YEAR
        has_come = (np.abs(days[lone] - due) <= DAY * NEAR_A_YEAR).any()
        charges += [
            Charge(int(n) + 1, float(excess[at]), Rhythm.YEARLY) for n in np.flatnonzero(following == due) if not has_come
        ]
    return charges
