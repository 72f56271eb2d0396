"""Timers: who is told of an alert that nobody acknowledges, and in its thread when a snooze or an expectation is over.

All of it is in the anomaly: when somebody is to be told again, and how often that was done. So a restart forgets nothing, and a
change that somebody else made meanwhile is seen, because each writes only on the revision that it has read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.anomalies import letters
from services.anomalies.hours import allowed_from, due
from services.anomalies.transitions import LAST_CALL
from storage.model.anomaly import Happening, Status, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from services.access.background import Background
    from services.anomalies.posting import Routing
    from storage.anomalies import Anomalies
    from storage.model.anomaly import Anomaly
    from storage.model.letter import Letter
    from storage.model.route import Route

REMINDED, ESCALATED, SNOOZE_OVER, EXPECTATION_OVER = "reminded", "escalated", "snooze_over", "expectation_over"
"""Words of the history."""


class Timers:
    """Every method may raise StoreError. `wake` is called after something was queued to be told."""

    def __init__(self, store: Anomalies, background: Background, routes: Routing, wake: Callable[[], None]) -> None:
        self._store, self._background, self._routes, self._wake = store, background, routes, wake

    async def run(self, now: datetime) -> int:
        """Do what is due by now, each thing once; returns how many people or channels were told."""
        told = 0
        for each in await self._background(self._store.to_remind, now):
            told += await self._remind(each, now)
        for each in await self._background(self._store.open_ones):
            told += await self._wake_up(each, now)
        if told:
            self._wake()
        return told

    async def _remind(self, anomaly: Anomaly, now: datetime) -> bool:
        """One step further, where it is still nobody's; not in quiet hours."""
        route = await self._route(anomaly)
        free = allowed_from(route, anomaly.severity, now) if route is not None else now
        if free > now:
            await self._background(self._store.change, anomaly.but(remind_at=free), None)
            return False
        if anomaly.status is Status.EXPECTED and anomaly.expected_until is not None:
            return await self._judge_again(anomaly, now)
        if route is None or not _is_nobodys(anomaly):
            await self._background(self._store.change, anomaly.but(remind_at=None), None)
            return False
        return await (self._mention(anomaly, route, now) if _is_first(anomaly, route) else self._escalate(anomaly, route, now))

    async def _route(self, anomaly: Anomaly) -> Route | None:
        return await self._routes.get(anomaly.route) if anomaly.route is not None else None

    async def _mention(self, anomaly: Anomaly, route: Route, now: datetime) -> bool:
        again = due(route, anomaly.severity, now) if route.escalate_to else None
        said = Happening(now, "", REMINDED, "nobody has acknowledged it yet")
        tells = letters.told(said, mention=route.on_call, broadcast=True)
        after = anomaly.but(reminded=1, remind_at=again)
        return await self._background(self._store.change, after, said, tells) is not None

    async def _escalate(self, anomaly: Anomaly, route: Route, now: datetime) -> bool:
        if not route.escalate_to:
            await self._background(self._store.change, anomaly.but(remind_at=None), None)
            return False
        said = Happening(now, "", ESCALATED, "still not acknowledged, so the escalation channel was told")

        def tells(stored: Anomaly) -> Iterable[Letter]:
            yield from letters.told(said)(stored)
            yield letters.escalation(stored, Happening(now, "", ESCALATED), route.escalate_to)

        after = anomaly.but(reminded=LAST_CALL, remind_at=None)
        return await self._background(self._store.change, after, said, tells) is not None

    async def _judge_again(self, anomaly: Anomaly, now: datetime) -> bool:
        """What was expected until a day is said in its thread when that is over; the detection knows by itself."""
        said = Happening(now, "", EXPECTATION_OVER, "from now on it is judged as before")
        stored = await self._background(self._store.change, anomaly.but(remind_at=None), said, letters.told(said))
        return stored is not None and letters.is_told(stored)

    async def _wake_up(self, anomaly: Anomaly, now: datetime) -> bool:
        """What somebody snoozed and is still going on is told in its thread when that is over."""
        if anomaly.snoozed_until is None or anomaly.snoozed_until > now or anomaly.parent is not None:
            return False
        route = await self._route(anomaly)
        if route is not None and allowed_from(route, anomaly.severity, now) > now:
            return False
        said = Happening(now, "", SNOOZE_OVER, "it is still going on")
        after = anomaly.but(snoozed_until=None, changed_at=now)
        stored = await self._background(self._store.change, after, said, letters.told(said), with_members=True)
        return stored is not None and letters.is_told(stored)


def _is_nobodys(anomaly: Anomaly) -> bool:
    """Whether it was told and nobody has taken it up."""
    return anomaly.status is Status.NEW and anomaly.told is Told.CHANNEL and anomaly.parent is None


def _is_first(anomaly: Anomaly, route: Route) -> bool:
    """Whether the on-call are to be mentioned; where there are none, the escalation channel is told at once."""
    return not anomaly.reminded and bool(route.on_call)
