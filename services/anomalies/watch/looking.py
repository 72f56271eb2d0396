"""One look, off the event loop: read, judge, keep, and say what is to be remembered of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from services.anomalies.cause.explain import Episode, explain
from services.anomalies.watch.beginning import Beginner
from services.anomalies.watch.episodes import Terms
from services.anomalies.watch.keeping import Keeper
from services.anomalies.watch.lessons import Lessons
from services.anomalies.watch.morning import find, read
from services.anomalies.watch.rules import HIGH_FROM, REVISED, worth
from services.anomalies.watch.summaries import summaries
from services.anomalies.watch.writing import Pen
from services.costs.exact import exactly
from storage.model.anomaly import Cause, Driver, Ending, Status
from storage.model.errors import StoreError
from storage.model.period import utc_today

if TYPE_CHECKING:
    from datetime import datetime

    from services.anomalies.watch.marks import Marks
    from services.anomalies.watch.morning import Found, Morning
    from services.anomalies.watch.results import Watching
    from services.anomalies.watch.summaries import Summary
    from services.anomalies.watch.writing import Explain
    from storage.anomalies import Anomalies
    from storage.costs import Reading
    from storage.model.anomaly import Anomaly, Feedback

MOST_EXPLAINED = 40
"""Causes that one look finds: each is a few questions to the line items."""
CLOSED = tuple(status for status in Status if not status.is_open)


@dataclass(slots=True)
class Looked:
    """What one look found, for whoever notes it. `feedback` is what it went by."""

    morning: Morning
    found: Found
    pen: Pen
    feedback: tuple[Feedback, ...]
    summaries: tuple[Summary, ...]


def look(reading: Reading, store: Anomalies, marks: Marks, watching: Watching, now: datetime, *, anew: bool) -> Looked | None:
    """Look once; None when nothing moved since `marks`, unless `anew`. Raises StoreError, TemporaryError."""
    feedback = store.feedback()
    if not anew and not marks.is_due(reading.catalog.generation, now, feedback):
        return None
    morning = read(reading, utc_today(now), watching.extra, marks.usual_lag)
    lessons = Lessons(feedback, store.latest(10_000, statuses=CLOSED, since=now - REVISED * 2))
    seen = store.seen()
    found = find(morning, lessons, seen, marks.reaches)
    terms = Terms(
        now,
        is_restated=marks.generation != morning.generation,
        worth=lambda currency, day: worth(watching.rates, currency, day),
        high_from=watching.high_from or HIGH_FROM,
    )
    pen = Pen(store, morning, lessons, terms, _explaining(reading, store, watching.owner))
    with exactly():
        _write(pen, found)
    store.suppress((*found.kept_back, *pen.kept_back))
    told = tuple(summaries(morning, found.firsts.connected, now, is_first=not seen))
    return Looked(morning, found, pen, feedback, told)


def _write(pen: Pen, found: Found) -> None:
    """What is there first, so that what is new finds it as it is; what is made of others last."""
    keeper = Keeper(pen)
    keeper.refresh({each.series: each for each in found.findings})
    keeper.revise()
    Beginner(pen).begin(found.findings)
    keeper.follow()
    keeper.wake()


def _explaining(reading: Reading, store: Anomalies, owner: str) -> Explain:
    left = [MOST_EXPLAINED]

    def cause(anomaly: Anomaly) -> Cause | None:
        if not left[0]:
            return None
        left[0] -= 1
        try:
            return explain(reading, Episode.of(anomaly, _over(store, anomaly), owner))
        except StoreError as error:
            structlog.get_logger().warning("no cause was found", reason=error.sentence)
            return Cause(Driver.UNKNOWN, missing=(error.sentence,))

    return cause


def _over(store: Anomalies, anomaly: Anomaly) -> list[Anomaly]:
    """Earlier ones of the series that did not stay: what they cost is not what it usually costs."""
    known = store.of_series(anomaly.series, anomaly.since - REVISED)
    return [each for each in known if each.until < anomaly.since and each.ending in {Ending.BACK, Ending.FIXED}]
