"""Feedback in force and what it kept back, so that nobody has to wonder why an alert did not come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.access.results import Role
from services.anomalies.permission import may_see
from services.anomalies.preview import added_up
from services.anomalies.results import Lesson, Tuning
from storage.model.anomaly import ROUTE
from storage.model.money import Money
from storage.model.period import utc_today

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from services.access.background import Background
    from services.access.results import Person
    from services.access.service import Access
    from services.anomalies.permission import Routing
    from storage.anomalies import Anomalies
    from storage.model.anomaly import Feedback, Suppression


class TuningList:
    """What was taught, by whom, and with what effect."""

    def __init__(self, store: Anomalies, background: Background, access: Access, routes: Routing) -> None:
        self._store, self._background, self._access, self._routes = store, background, access, routes

    async def list(self, person: Person, now: datetime) -> Tuning:
        """Every lesson that counts today or later and that the person may see, newest first."""
        today = utc_today(now)
        lessons = [each for each in await self._background(self._store.feedback) if _counts(each, today)]
        lessons = [each for each in lessons if may_see(person.scope, each.scope)]
        first = min((each.since for each in lessons), default=today)
        held = await self._background(self._store.suppressions, first)
        routes = {str(route.id): route.name for route in await self._routes.all()}
        names = await self._access.names({each.by for each in lessons})
        shown = tuple(_lesson(each, held, routes, person) for each in reversed(lessons))
        return Tuning(shown, names)


def _counts(feedback: Feedback, today: date) -> bool:
    return not feedback.undone_by and (feedback.until is None or feedback.until >= today)


def _lesson(feedback: Feedback, held: Sequence[Suppression], routes: dict[str, str], person: Person) -> Lesson:
    kept = [each for each in held if each.feedback == feedback.id and may_see(person.scope, each.series)]
    return Lesson(
        feedback,
        len(kept),
        added_up(Money(each.excess, each.series.currency) for each in kept),
        min((each.day for each in kept), default=None),
        max((each.day for each in kept), default=None),
        routes.get(feedback.scope.value(ROUTE) or "", ""),
        person.role >= Role.OPERATOR or feedback.by == person.id,
    )
