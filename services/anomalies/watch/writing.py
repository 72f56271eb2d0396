"""The pen: how the watch reads and writes its episodes. Each change is one transaction with what tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from services.anomalies import letters
from services.anomalies.watch import words
from services.errors import TemporaryError
from storage.model.anomaly import Happening, Suppression

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from services.anomalies.detection.results import Memory
    from services.anomalies.watch.episodes import Step, Terms
    from services.anomalies.watch.lessons import Lessons
    from services.anomalies.watch.morning import Morning
    from storage.anomalies import Anomalies
    from storage.model.anomaly import Anomaly, Cause, SeriesKey

    Explain = Callable[[Anomaly], Cause | None]
    Make = Callable[[Anomaly], Step | None]

TRIES = 5
"""How often somebody may act on an episode between our reading and our writing."""


@dataclass(slots=True)
class Pen:
    """What one look writes with. `opened` and `changed` count; `kept_back` is what a snooze silenced."""

    store: Anomalies
    morning: Morning
    lessons: Lessons
    terms: Terms
    explain: Explain
    opened: int = 0
    changed: int = 0
    kept_back: list[Suppression] = field(default_factory=list)

    def add(self, anomaly: Anomaly, said: str = "", members: Sequence[Anomaly] = ()) -> Anomaly | None:
        """Store a new one with what is folded into it; None where its series has an open one by now."""
        happening = Happening(self.terms.now, "", words.OPENED, said or words.begun(anomaly))
        stored = self.store.begin(anomaly, happening, self._each(members))
        self.opened += stored is not None
        return stored

    def write(self, anomaly: Anomaly, make: Make) -> Anomaly:
        """Take a step; made anew from what is there when somebody else wrote meanwhile. Raises TemporaryError."""
        for _ in range(TRIES):
            step = make(anomaly)
            if step is None:
                return anomaly
            tells, members = letters.told(step.said), self._each(step.members)
            stored = self.store.change(step.anomaly, step.said, tells, members=members)
            if stored is not None:
                self.changed += 1
                return stored
            anomaly = self.store.get(anomaly.id) or anomaly
        raise TemporaryError(f"Anomaly {anomaly.id} is being worked on by others right now.")

    def _each(self, members: Sequence[Anomaly]) -> list[tuple[Anomaly, Happening]]:
        return [(each, Happening(self.terms.now, "", words.OPENED, words.begun(each))) for each in members]

    def is_parent(self, anomaly: Anomaly) -> bool:
        """Whether others are folded into it: its numbers are theirs."""
        return bool(self.store.members(anomaly.id))

    def memory(self, series: SeriesKey, *, of: Anomaly | None = None) -> Memory:
        """What is known of a series; `of` is an episode of its own that is looked at."""
        return self.lessons.memory(series, self.morning.rows.first, apart_from=of.id if of else None)

    def label(self, series: SeriesKey) -> str | None:
        """The name of its account."""
        return self.morning.labels.get(series.value("account") or "")
