"""How good the alerts are, measured by what people did with them: an alert that nobody needed is a fault of ours."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from services.anomalies.permission import may_see
from services.anomalies.preview import MOST, known_excess
from services.anomalies.results import Offender, Quality, Week
from storage.model.anomaly import AnomalyKind, Ending, Status, Told
from storage.model.money import Money
from storage.model.period import DAY, utc_today

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from services.access.background import Background
    from services.access.results import Person
    from services.anomalies.permission import Routing
    from storage.anomalies import Anomalies
    from storage.model.anomaly import Anomaly, SeriesKey

WEEKS = 8
AGAIN = 3
"""Alerts of one series in that time that make it one that comes again and again."""
OFFENDERS = 5


class QualityOf:
    """Looks back over eight weeks."""

    def __init__(self, store: Anomalies, background: Background, routes: Routing) -> None:
        self._store, self._background, self._routes = store, background, routes

    async def quality(self, person: Person, now: datetime) -> Quality:
        """The last eight weeks, of what the person may see; what was folded into another alert counts with that one."""
        first = _monday(utc_today(now)) - DAY * 7 * (WEEKS - 1)
        since = now - (utc_today(now) - first) - timedelta(hours=now.hour, minutes=now.minute, seconds=now.second)
        known = await self._background(self._store.latest, MOST, since=since)
        owning = frozenset(each.id for each in await self._routes.all() if each.match)
        return quality([each for each in known if may_see(person.scope, each.series)], first, owning)


def quality(known: Sequence[Anomaly], first: date, owning: Collection[int] = ()) -> Quality:
    """Measured on the anomalies that were opened since `first`, a Monday. Only alerts that somebody was told of count.

    `owning` are the ids of the routes that are somebody's.
    """
    alerts = [each for each in known if each.parent is None and each.told is not Told.SILENT]
    by_week: dict[date, list[Anomaly]] = {first + DAY * 7 * at: [] for at in range(WEEKS)}
    for each in alerts:
        by_week.setdefault(_monday(utc_today(each.opened_at)), []).append(each)
    weeks = tuple(_week(start, by_week[start], owning) for start in sorted(by_week, reverse=True))
    silent = sum(each.parent is None and each.told is Told.SILENT and each.kind is not AnomalyKind.NEW_ACCOUNT for each in known)
    return Quality(weeks, _week(first, alerts, owning), _offenders(alerts), silent)


def _week(start: date, alerts: Sequence[Anomaly], owning: Collection[int]) -> Week:
    acknowledged = [each for each in alerts if each.acknowledged_at is not None]
    waits = [(each.acknowledged_at - each.opened_at).total_seconds() for each in acknowledged if each.acknowledged_at]
    return Week(
        start=start,
        alerts=len(alerts),
        judged=sum(map(_is_judged, alerts)),
        false_positives=sum(each.status is Status.FALSE_POSITIVE for each in alerts),
        expected=sum(each.status is Status.EXPECTED for each in alerts),
        acknowledged=len(acknowledged),
        time_to_acknowledge=timedelta(seconds=median(waits)) if waits else None,
        unowned=sum(not _is_owned(each, owning) for each in alerts),
    )


def _is_owned(anomaly: Anomaly, owning: Collection[int]) -> bool:
    """Whether its tags name an owner, or a route that is somebody's took it."""
    return bool(anomaly.cause and anomaly.cause.owner) or anomaly.route in owning


def _is_judged(anomaly: Anomaly) -> bool:
    """Somebody said what it was: that it was none, that it was known, that it was mended, or that it is worth looking into."""
    said = {Status.FALSE_POSITIVE, Status.EXPECTED, Status.INVESTIGATING}
    return anomaly.status in said or anomaly.ending is Ending.FIXED


def _offenders(alerts: Sequence[Anomaly]) -> tuple[Offender, ...]:
    by_series: dict[SeriesKey, list[Anomaly]] = defaultdict(list)
    for each in alerts:
        by_series[each.series].append(each)
    found = [
        Offender(series, every[0].label, len(every), Money.total(map(abs, known_excess(every)), series.currency))
        for series, every in by_series.items()
        if len(every) >= AGAIN
    ]
    return tuple(sorted(found, key=lambda each: (-each.count, -each.excess.amount, each.series.id))[:OFFENDERS])


def _monday(day: date) -> date:
    return day - DAY * day.weekday()
