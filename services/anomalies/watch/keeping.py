"""Keeping: episodes that are there already, brought up to this morning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.anomalies.watch import episodes
from services.anomalies.watch.course import summed
from services.anomalies.watch.episodes import Step
from services.anomalies.watch.rules import REVISED
from storage.model.anomaly import Ending, Status, Told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from services.anomalies.watch.findings import Finding
    from services.anomalies.watch.writing import Pen
    from storage.model.anomaly import Anomaly, SeriesKey

MOST_CLOSED = 10_000
CLOSED = tuple(status for status in Status if not status.is_open)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps what is stored true. Every method may raise StoreError, TemporaryError."""

    pen: Pen

    def refresh(self, findings: Mapping[SeriesKey, Finding]) -> None:
        """The open ones that stand on a series of their own."""
        for each in self.pen.store.open_ones():
            if not self.pen.is_parent(each):
                self._refresh(each, findings.get(each.series))

    def follow(self) -> None:
        """The open ones that others are folded into."""
        for each in self.pen.store.open_ones():
            if self.pen.is_parent(each):
                self._follow(each)

    def revise(self) -> None:
        """Those that are over: not fixed after all, or told of days that were restated."""
        open_series = {each.series for each in self.pen.store.open_ones()}
        for each in self.pen.store.latest(MOST_CLOSED, statuses=CLOSED, since=self.pen.terms.now - REVISED * 2):
            may_move = self.pen.terms.is_restated or each.ending is Ending.FIXED
            is_old = self.pen.morning.today - each.until > REVISED
            is_summary = each.ended_at == each.opened_at
            if may_move and not (is_old or is_summary) and each.parent is None and each.series not in open_series:
                if self.pen.is_parent(each):
                    self._revise_parent(each)
                else:
                    self._revise(each)

    def wake(self) -> None:
        """What a snooze kept silent is told when that is over."""
        today = self.pen.morning.today
        for each in self.pen.store.open_ones():
            is_silenced = each.told is Told.SILENT and each.parent is None
            if is_silenced and self.pen.lessons.snooze(each.series, today, each.route) is None:
                self.pen.write(each, lambda now: Step(now.but(told=Told.WAITING)) if now.told is Told.SILENT else None)

    def _refresh(self, anomaly: Anomaly, finding: Finding | None) -> None:
        row, memory = self.pen.morning.rows.get(anomaly.series), self.pen.memory(anomaly.series)
        if row is not None:
            self.pen.write(
                anomaly, lambda now: self._explained(now, episodes.refreshed(now, row, finding, memory, self.pen.terms))
            )

    def _follow(self, parent: Anomaly) -> None:
        members = self.pen.store.members(parent.id)
        self.pen.write(parent, lambda now: self._explained(now, episodes.with_members(now, members, self.pen.terms)))

    def _explained(self, before: Anomaly, step: Step | None) -> Step | None:
        """The step of an open one, its cause found anew where that may be another one now."""
        if not before.is_open:
            return None
        after = step.anomaly if step is not None else before
        cause = self.pen.explain(after) if _is_explained_anew(before, after) else None
        return step if cause is None else Step(after.but(cause=cause), step.said if step is not None else None)

    def _revise(self, anomaly: Anomaly) -> bool:
        """Whether it burns on."""
        row, memory = self.pen.morning.rows.get(anomaly.series), self.pen.memory(anomaly.series, of=anomaly)
        if row is None:
            return False

        def make(now: Anomaly) -> Step | None:
            again = episodes.reopened(now, row, memory, self.pen.terms)
            return again or (episodes.corrected(now, row, memory, self.pen.terms) if self.pen.terms.is_restated else None)

        return self.pen.write(anomaly, make).is_open

    def _revise_parent(self, parent: Anomaly) -> None:
        burning = [each for each in self.pen.store.members(parent.id) if self._revise(each)]
        members, terms = self.pen.store.members(parent.id), self.pen.terms
        total = summed([each.figures for each in members])
        if burning:
            self.pen.write(parent, lambda now: None if now.is_open else episodes.again(now, total, terms))
        elif total != parent.figures:
            self.pen.write(parent, lambda now: episodes.with_members(now, members, terms))


def _is_explained_anew(before: Anomaly, after: Anomaly) -> bool:
    """Nobody has looked yet, its first day is complete now, it has become of another kind, or its days were restated."""
    if after.parent is not None:
        return False
    is_complete_now = before.through < before.since <= after.through
    return before.cause is None or is_complete_now or after.kind is not before.kind or after.restated != before.restated
