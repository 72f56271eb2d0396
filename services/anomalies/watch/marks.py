"""Marks: how far the watch has come, as it is kept. A look is due when a bill, the day or the lessons are others than then."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from services.anomalies.results import Judged
from storage.model.period import utc_today

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from services.anomalies.watch.morning import Morning
    from services.costs.freshness import Reaches
    from storage.model.anomaly import Feedback

THROUGH, LAG, GENERATION, LOOKED, JUDGED = "through:", "lag:", "generation", "looked", "judged"
MOST_LAG = 10
"""Days. A source that was further behind was late, which is nothing to get used to."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of the last look, by name."""

    known: Mapping[str, str]

    def is_due(self, generation: int, now: datetime, feedback: Iterable[Feedback]) -> bool:
        """How far a bill is complete follows from the bill and the day, so these are what can move."""
        return self.known.get(LOOKED) != _looked(generation, utc_today(now), feedback)

    @property
    def generation(self) -> int:
        """Of the store, when it was looked at."""
        return int(self.known.get(GENERATION, "-1"))

    @property
    def reaches(self) -> Reaches:
        """How far each source was complete."""
        return {
            name.removeprefix(THROUGH): date.fromisoformat(day) for name, day in self.known.items() if name.startswith(THROUGH)
        }

    def usual_lag(self, source: str, through: date, today: date) -> int:
        """By how many days a source usually is behind just before it goes on; of an unknown one, what it is now."""
        known = self.known.get(LAG + source)
        return int(known) if known else min((today - through).days, MOST_LAG)

    @property
    def judged(self) -> Judged:
        """For people."""
        if JUDGED not in self.known:
            return Judged()
        known = json.loads(self.known[JUDGED])
        through = date.fromisoformat(known["through"]) if known["through"] else None
        return Judged(through, datetime.fromisoformat(known["at"]), known["series"], tuple(known["missing"]))

    def after(self, morning: Morning, now: datetime, feedback: Iterable[Feedback]) -> Iterator[tuple[str, str]]:
        """What is to be marked, in this order: the last says that all before it was done."""
        before = self.reaches
        for source, through in morning.reaches.items():
            if through is None:
                continue
            yield THROUGH + source, through.isoformat()
            lag = self.usual_lag(source, through, morning.today)
            old = before.get(source)
            if old is not None and through > old:
                lag = max(min((morning.today - old).days, MOST_LAG), lag - 1)
            yield LAG + source, str(lag)
        yield GENERATION, str(morning.generation)
        reached = morning.completeness.through
        judged = {
            "through": reached.isoformat() if reached else "",
            "at": now.isoformat(),
            "series": morning.series,
            "missing": morning.missing,
        }
        yield JUDGED, json.dumps(judged)
        yield LOOKED, _looked(morning.generation, morning.today, feedback)


def _looked(generation: int, today: date, feedback: Iterable[Feedback]) -> str:
    return f"{generation} {today} {','.join(str(each.id) for each in feedback)}"
