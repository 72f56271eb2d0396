"""Lessons: what people said, and what earlier episodes left behind, as the detector's memory of each series."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from services.anomalies.detection.results import NOTHING, Memory
from storage.model.anomaly import Ending, Feedback, FeedbackKind
from storage.model.period import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from storage.model.anomaly import Anomaly, SeriesKey

JUDGED_BY = (FeedbackKind.EXPECTED, FeedbackKind.REMEMBER, FeedbackKind.FALSE_POSITIVE, FeedbackKind.PLANNED)


class Lessons:
    """Lessons in force, and the days of episodes that are over.

    What went up and came back is not learned from: the level before it is still the usual one. What stayed is the level.
    """

    def __init__(self, feedback: Iterable[Feedback], over: Iterable[Anomaly] = ()) -> None:
        """`feedback` without what was taken back; `over` are closed episodes of late."""
        self._by_series: dict[str, list[Feedback]] = defaultdict(list)
        self._wide: list[Feedback] = []
        for each in feedback:
            is_narrow = bool(each.scope.currency) and {"account", "service"} <= set(each.scope.dimensions)
            (self._by_series[each.scope.id] if is_narrow else self._wide).append(each)
        self._over: dict[str, list[Anomaly]] = defaultdict(list)
        for anomaly in over:
            # What was connected, and kept as a summary, was over as it began.
            if anomaly.ending is not None and anomaly.ended_at != anomaly.opened_at:
                self._over[anomaly.series.id].append(anomaly)

    def of(self, series: SeriesKey) -> list[Feedback]:
        """Those about a series, oldest first. A floor is raised for the very series only."""
        wide = (each for each in self._wide if each.scope.holds(series))
        every = sorted((*self._by_series.get(series.id, ()), *wide), key=lambda each: each.id)
        return [each for each in every if each.kind is not FeedbackKind.FALSE_POSITIVE or each.scope == series]

    def memory(self, series: SeriesKey, first: date, *, taught: bool = True, apart_from: int | None = None) -> Memory:
        """For the detector, whose columns begin on `first`. `taught=False`: as if nobody had ever said anything.

        `apart_from` is an episode that is looked at itself: what it left behind does not count.
        """
        found = [each for each in self.of(series) if each.kind in JUDGED_BY] if taught else []
        over = [each for each in self._over.get(series.id, ()) if each.id != apart_from]
        if not found and not over:
            return NOTHING
        planned = [(each.since, each.until or each.since) for each in found if each.kind is FeedbackKind.PLANNED]
        passed = [(each.since, each.until) for each in over if each.ending is not Ending.NEW_NORMAL]
        levels = [each.since for each in found if each.kind is FeedbackKind.EXPECTED]
        levels += [each.since for each in over if each.ending is Ending.NEW_NORMAL]
        floors = [float(each.amount) for each in found if each.kind is FeedbackKind.FALSE_POSITIVE]
        return Memory(
            baseline_from=max(levels, default=None),
            floor=max(floors, default=0.0),
            skip=frozenset((day - first).days for span in (*planned, *passed) for day in _days(*span)),
            expected={
                each.since.day: float(each.amount) for each in found if each.kind is FeedbackKind.REMEMBER and each.amount > 0
            },
        )

    def leaves_alone(self, series: SeriesKey, day: date) -> Feedback | None:
        """The expectation that a day falls into: until it ends the series is left alone."""
        kinds = (FeedbackKind.EXPECTED, FeedbackKind.PLANNED)
        return next((each for each in self.of(series) if each.kind in kinds and each.until and each.is_in_force(day)), None)

    def judged_by(self, series: SeriesKey) -> list[Feedback]:
        """Those that change how it is judged."""
        return [each for each in self.of(series) if each.kind in JUDGED_BY]

    def snooze(self, series: SeriesKey, today: date, route: int | None = None) -> Feedback | None:
        """The snooze that is on for it."""
        every: Sequence[Feedback] = [*self._by_series.get(series.id, ()), *self._wide]
        snoozes = (each for each in every if each.kind is FeedbackKind.SNOOZE and each.is_in_force(today))
        return next((each for each in snoozes if each.covers(series, route)), None)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._by_series or self._wide)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + DAY * place for place in range(max((last - first).days + 1, 0)))
