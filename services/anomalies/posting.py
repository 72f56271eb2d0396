"""Posting: whether, where and when an alert is told. Route, then snoozes, then quiet hours, then what its channel takes a day.

What waits is in the store and is decided anew each minute, so that after a night the most severe come first, and what was over
before anybody could be told is not told at all.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Protocol

import structlog

from services.anomalies import letters
from services.anomalies.hours import allowed_from, day_began, due
from services.errors import TuppenceError
from storage.model.anomaly import FeedbackKind, Happening, Suppression, Told
from storage.model.period import utc_today
from storage.model.route import DEFAULT_A_DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from services.access.background import Background
    from services.routes.results import Routed
    from storage.anomalies import Anomalies
    from storage.model.anomaly import Anomaly, Feedback
    from storage.model.route import Route
    from storage.outbox import Outbox

POSTED = "posted"
"""The word of the history for an alert that got its message, and for one that the digest has."""
LEFT_TO_DIGEST = "left_to_the_digest"


class Routing(Protocol):
    """What is asked of the routes."""

    async def of(self, anomaly: Anomaly) -> Routed:
        """Where an anomaly belongs."""
        ...

    async def get(self, number: int) -> Route | None:
        """One by its id."""
        ...


class Posting:
    """Every method may raise StoreError. `wake` is called after something was queued to be told.

    `covers` asks the store whether a channel has a digest that tells of its alerts.
    """

    def __init__(
        self,
        store: Anomalies,
        outbox: Outbox,
        background: Background,
        routes: Routing,
        wake: Callable[[], None],
        *,
        covers: Callable[[str], bool],
    ) -> None:
        self._store, self._outbox, self._background = store, outbox, background
        self._routes, self._wake, self._turn = routes, wake, asyncio.Lock()
        self._covers = covers

    async def run(self, now: datetime) -> int:
        """Tell what may be told by now, the most severe first; returns how many got their message.

        One that cannot be told (Slack or the bill did not answer) does not hold up the others: the first error is raised after.
        """
        async with self._turn:  # the watch and the minute may come together, and a channel's alerts are counted once
            return await self._run(now)

    async def _run(self, now: datetime) -> int:
        waiting = [each for each in await self._background(self._store.open_ones) if _is_waiting(each)]
        lessons = await self._background(self._store.feedback) if waiting else ()
        done, errors = Counter[Told](), list[TuppenceError]()
        for each in sorted(waiting, key=_urgency):
            try:
                done[await self._place(each, lessons, now)] += 1
            except TuppenceError as error:
                structlog.get_logger().warning("an alert could not be placed", anomaly=each.id, reason=error.sentence)
                errors.append(error)
        if done[Told.CHANNEL]:
            self._wake()
        if errors:
            raise errors[0]
        return done[Told.CHANNEL]

    async def _place(self, anomaly: Anomaly, lessons: Sequence[Feedback], now: datetime) -> Told:
        """Decide one, and write that down with what tells it; where it is left. Whoever wrote meanwhile has precedence."""
        routed = await self._routes.of(anomaly)
        there = anomaly.but(route=routed.route.id if routed.route else None, channel=routed.channel)
        snooze = _snooze(lessons, there, now)
        if snooze is not None:
            await self._silence(there, snooze)
            return Told.SILENT
        told = await self._where(routed, anomaly, now)
        if told is Told.WAITING:
            if there != anomaly:
                await self._background(self._store.change, there, None)
            return told
        after = there.but(
            told=told, changed_at=now, remind_at=_reminder(there, routed.route, now) if told is Told.CHANNEL else None
        )
        said = Happening(now, "", POSTED if told is Told.CHANNEL else LEFT_TO_DIGEST)
        stored = await self._background(self._store.change, after, said, letters.told(None))
        return told if stored is not None else Told.WAITING

    async def _where(self, routed: Routed, anomaly: Anomaly, now: datetime) -> Told:
        """What its channel does not take today is its digest's; where that has none, it waits for the channel's next day."""
        is_quiet = routed.route is not None and allowed_from(routed.route, anomaly.severity, now) > now
        if not routed.channel or is_quiet:
            return Told.WAITING
        if await self._has_room(routed, now):
            return Told.CHANNEL
        return Told.DIGEST if await self._background(self._covers, routed.channel) else Told.WAITING

    async def _has_room(self, routed: Routed, now: datetime) -> bool:
        """Whether its channel takes one more on the day that it is there; alerts that people passed on to it count too."""
        zone, most = (routed.route.zone, routed.route.a_day) if routed.route is not None else ("UTC", DEFAULT_A_DAY)
        since = day_began(zone, now)
        return await self._background(self._outbox.queued, letters.ALERT, routed.channel, since) < most

    async def _silence(self, anomaly: Anomaly, snooze: Feedback) -> None:
        """A snooze of a route holds only what that route takes, which was not known before."""
        figures = anomaly.figures
        kept = Suppression(snooze.id, anomaly.series, figures.last.day, figures.excess)
        if await self._background(self._store.change, anomaly.but(told=Told.SILENT), None) is not None:
            await self._background(self._store.suppress, [kept])


def _is_waiting(anomaly: Anomaly) -> bool:
    return anomaly.told is Told.WAITING and anomaly.parent is None


def _urgency(anomaly: Anomaly) -> tuple[int, object, int]:
    """The most severe first, then the most expensive, then the oldest."""
    return -anomaly.severity, -abs(anomaly.figures.excess), anomaly.id


def _snooze(lessons: Sequence[Feedback], anomaly: Anomaly, now: datetime) -> Feedback | None:
    today = utc_today(now)
    on = (each for each in lessons if each.kind is FeedbackKind.SNOOZE and each.is_in_force(today))
    return next((each for each in on if each.covers(anomaly.series, anomaly.route)), None)


def _reminder(anomaly: Anomaly, route: Route | None, now: datetime) -> datetime | None:
    """When its route's people are to be told again; None where it has none."""
    return due(route, anomaly.severity, now) if route is not None and (route.on_call or route.escalate_to) else None
