"""What a snooze or an expectation would have kept back: counted on the alerts that there were, before anybody decides."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from services.anomalies.effects import scope_of
from services.anomalies.permission import may_see
from services.anomalies.results import Preview
from storage.model.anomaly import AnomalyKind, Feedback, FeedbackKind, Told
from storage.model.money import Money
from storage.model.period import utc_today

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from services.access.background import Background
    from services.access.results import Person
    from services.anomalies.results import Reach
    from storage.anomalies import Anomalies
    from storage.model.anomaly import Anomaly

LOOKS_BACK = timedelta(days=90)
MOST = 5_000
"""Anomalies that are looked at: more than fifty a day."""
SHOWN = 5


class Previews:
    """Looks back over what was told."""

    def __init__(self, store: Anomalies, background: Background) -> None:
        self._store, self._background = store, background

    async def of(self, anomaly: Anomaly, reach: Reach, person: Person, now: datetime) -> Preview:
        """What this reach would have kept back in the last 90 days, of what the person may see.

        Raises UsageError where the anomaly has no such thing.
        """
        since = now - LOOKS_BACK
        lesson = Feedback(FeedbackKind.SNOOZE, scope_of(reach, anomaly), utc_today(since), None, person.id, now)
        known = await self._background(self._store.latest, MOST, since=since)
        return preview(lesson, (each for each in known if may_see(person.scope, each.series)))


def preview(lesson: Feedback, known: Iterable[Anomaly]) -> Preview:
    """Alerts that the lesson covers; what was folded into one counts with that one, and what told nobody is none."""
    told = [each for each in known if each.parent is None and each.told is not Told.SILENT]
    found = [each for each in told if lesson.covers(each.series, each.route)]
    largest = sorted(found, key=lambda each: -abs(each.figures.excess))
    return Preview(lesson.since, len(found), added_up(known_excess(found)), tuple(largest[:SHOWN]))


def known_excess(found: Iterable[Anomaly]) -> Iterator[Money]:
    """What each was away from the expected; of data that is missing that is not known."""
    return (each.excess for each in found if each.kind is not AnomalyKind.SILENCE)


def added_up(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum a currency, of the sizes: what cost more and what cost less do not cancel out. Largest first."""
    sums: dict[str, Money] = defaultdict(lambda: Money.zero(""))
    for each in amounts:
        sums[each.currency] = Money(sums[each.currency].amount, each.currency) + abs(each)
    return tuple(sorted(sums.values(), key=lambda each: (-each.amount, each.currency)))
