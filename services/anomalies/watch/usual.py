"""What the detector says of all series, with what people taught it, and what that kept back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.detection.judging import judge
from services.anomalies.watch.findings import Finding
from services.anomalies.watch.rules import DAILY_DAYS, YOUNG_DAYS
from storage.model.anomaly import AnomalyKind, Suppression

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from services.anomalies.detection.results import Judgement, Memory
    from services.anomalies.watch.lessons import Lessons
    from services.anomalies.watch.rows import Group, Ints

    Judge = Callable[[NDArray[np.datetime64], NDArray[np.float64], Ints, Sequence[Memory]], list[Judgement]]


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found, and what would have been found besides if nobody had said anything."""

    findings: tuple[Finding, ...]
    kept_back: tuple[Suppression, ...]


def judged(group: Group, known: Ints, lessons: Lessons, judging: Judge = judge) -> Judged:
    """Judge every series on its `known` column and the incomplete days after it."""
    days = np.datetime64(group.days.start) + np.arange(group.days.days)
    first = group.days.start
    memories = [lessons.memory(key, first) for key in group.keys]
    found = tuple(_findings(group, judging(days, group.values, known, memories)))
    kept = _kept_back(group, known, lessons, {each.series for each in found}, judging) if lessons else ()
    return Judged(found, tuple(kept))


def _kept_back(group: Group, known: Ints, lessons: Lessons, alerted: set[object], judging: Judge) -> list[Suppression]:
    """The series that people spoke about, judged as if they had not; what alerts only then was kept back by the newest lesson."""
    taught = [place for place, key in enumerate(group.keys) if key not in alerted and lessons.judged_by(key)]
    if not taught:
        return []
    days = np.datetime64(group.days.start) + np.arange(group.days.days)
    plain = [lessons.memory(group.keys[place], group.days.start, taught=False) for place in taught]
    part = np.array(taught, np.int64)
    kept = []
    for each in judging(days, group.values[part], known[part], plain):
        key = group.keys[taught[each.series]]
        lesson = lessons.judged_by(key)[-1]
        kept.append(Suppression(lesson.id, key, each.day, _decimal(each.value - each.expected)))
    return kept


def _findings(group: Group, judgements: Sequence[Judgement]) -> list[Finding]:
    found = []
    for number, run in groupby(judgements, key=lambda each: each.series):
        found.append(_finding(group, number, list(run)))
    return [each for each in found if each is not None]


def _finding(group: Group, number: int, run: Sequence[Judgement]) -> Finding | None:
    """The newest day of a series, under the name that its last complete day has; None where it is another rule's."""
    newest, complete = run[-1], [each for each in run if not each.is_partial]
    kind = AnomalyKind((complete or run)[-1].kind.value)
    row = group.row(number)
    place = row.place(newest.day)
    if row.begins is None or _is_young(group, number, place):
        return None
    if kind is AnomalyKind.DROP and _is_silent(row.charged, place):
        return None
    return Finding(
        *(row.key, kind, newest.day, max(min(each.since for each in run), row.begins)),
        *(newest.value, newest.expected, newest.lower, newest.upper, newest.score),
        is_partial=newest.is_partial,
    )


def _is_young(group: Group, number: int, place: int) -> bool:
    """A series without two weeks of its own is for the rules of what is seen for the first time."""
    first = int(np.argmax(~np.isnan(group.charged[number])))
    return place - first < YOUNG_DAYS


def _is_silent(charged: NDArray[np.float64], place: int) -> bool:
    """No charge on this day, and one on each of four weeks before the gap: data that stopped arriving, not a smaller bill."""
    if not np.isnan(charged[place]):
        return False
    there = np.flatnonzero(~np.isnan(charged[:place]))
    last = int(there[-1]) if there.size else -1
    return last + 1 >= DAILY_DAYS and not np.isnan(charged[last + 1 - DAILY_DAYS : last + 1]).any()


def _decimal(amount: float) -> Decimal:
    return Decimal(str(round(amount, 6)))
