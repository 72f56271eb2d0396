"""What there is to look at: one anomaly with everything that is known about it, the open ones, those of the past."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from services.anomalies.permission import EVERYTHING, check_seen, limits, may_see
from services.anomalies.results import Alert, Listing
from services.anomalies.transitions import acts
from storage.model.anomaly import AnomalyKind, Ending, Told
from storage.model.period import utc_today

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import date, datetime

    from services.access.background import Background
    from services.access.results import Person
    from services.access.service import Access
    from services.anomalies.permission import Routing
    from services.anomalies.results import DayLine, Judged
    from storage.anomalies import Anomalies
    from storage.model.anomaly import Anomaly, Feedback, Happening
    from storage.model.period import Period

MOST = 2_000
"""Of a list of the past: six alerts a day for a year."""


class Days(Protocol):
    """Knows the days of a chart."""

    async def of(self, anomaly: Anomaly) -> tuple[DayLine, ...]:
        """Oldest first."""
        ...


class Board:
    """Reads and never writes. `judged` says how far the watch has come."""

    def __init__(
        self,
        store: Anomalies,
        background: Background,
        access: Access,
        routes: Routing,
        days: Days,
        judged: Callable[[], Awaitable[Judged]],
    ) -> None:
        self._store, self._background, self._access = store, background, access
        self._routes, self._days, self._judged = routes, days, judged

    async def alert(self, number: int, now: datetime, *, person: Person | None = None, drawn: bool = False) -> Alert:
        """One with its history, names and what can be done; with the days of its chart where it is `drawn`.

        As `person` may see it; as its channel does without. Raises NotFoundError for what is not there or hidden.
        """

        def read() -> tuple[Anomaly | None, tuple[Anomaly, ...], tuple[Happening, ...], tuple[Feedback, ...]]:
            store = self._store
            return store.get(number), store.members(number), store.history(number), store.feedback()

        found, members, history, lessons = await self._background(read)
        scope = await limits(person, found, self._routes) if person is not None else EVERYTHING
        anomaly = check_seen(found, number, scope)
        route = await self._routes.get(anomaly.route) if anomaly.route is not None else None
        today = utc_today(now)
        in_force = tuple(each for each in lessons if each.covers(anomaly.series, anomaly.route) and _counts(each, today))
        people = {anomaly.acknowledged_by, anomaly.claimed_by, *(each.actor for each in history), *(each.by for each in in_force)}
        return Alert(
            anomaly,
            acts(anomaly),
            tuple(each for each in members if may_see(scope, each.series)),
            history,
            in_force,
            await self._access.names(people - {""}),
            route,
            await self._days.of(anomaly) if drawn else (),
        )

    async def open_ones(self, person: Person) -> Listing:
        """What is still somebody's to do and the person may see: the largest first. Folded ones count with their alert."""
        found = await self._background(self._store.open_ones)
        return await self._listing(found, person, None)

    async def past(self, person: Person, period: Period) -> Listing:
        """Those that were going on in the period, open ones too, the largest first."""
        found = await self._background(self._store.during, period.start, period.last, MOST)
        return await self._listing([each for each in found if not _is_connection(each)], person, period)

    async def _listing(self, found: Iterable[Anomaly], person: Person, period: Period | None) -> Listing:
        shown = [each for each in found if each.parent is None and may_see(person.scope, each.series)]
        ordered = sorted(shown, key=lambda each: (-abs(each.figures.excess), -each.id))
        names = await self._access.names({each.claimed_by or each.acknowledged_by for each in shown} - {""})
        return Listing(tuple(ordered), await self._judged(), names, period, person.scope.is_limited)


def _is_connection(anomaly: Anomaly) -> bool:
    """Whether it only says what was connected: a summary is kept like an anomaly, and is none."""
    return anomaly.kind is AnomalyKind.NEW_ACCOUNT and anomaly.told is Told.SILENT and anomaly.ending is Ending.NEW_NORMAL


def _counts(lesson: Feedback, today: date) -> bool:
    return lesson.until is None or lesson.until >= today
