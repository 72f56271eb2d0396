"""What each act does beside the change of state: what it teaches, whom it tells, what it takes back. No store, no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from services.anomalies import letters
from services.anomalies.hours import due
from services.anomalies.results import Act, Reach
from services.anomalies.transitions import LAST_CALL, LESSONS, after
from services.errors import UsageError
from storage.model.anomaly import Anomaly, Feedback, FeedbackKind, Happening, SeriesKey, Told, route_scope
from storage.model.period import DAY, utc_today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from services.anomalies.results import Wish
    from storage.model.anomaly import DayFigure
    from storage.model.letter import Letter
    from storage.model.route import Route

LONGEST = timedelta(days=2 * 366)
"""Nobody knows what is expected later; what is silent for longer is forgotten."""
NOTE = 500
"""Characters of a note."""
KINDS = {Act.EXPECTED: FeedbackKind.EXPECTED, Act.FALSE_POSITIVE: FeedbackKind.FALSE_POSITIVE, Act.SNOOZE: FeedbackKind.SNOOZE}


@dataclass(frozen=True, slots=True)
class Case:
    """What is known when somebody decides: the anomaly with what is folded into it, its route, its lessons in force.

    `target` is the route to pass it on to, where one was named; `rival` the id of another open one of its series.
    """

    anomaly: Anomaly
    members: tuple[Anomaly, ...] = ()
    route: Route | None = None
    lessons: tuple[Feedback, ...] = ()
    target: Route | None = None
    rival: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Everything that one act writes."""

    after: Anomaly
    said: Happening
    tells: letters.Letters
    lessons: tuple[Feedback, ...] = ()
    taken_back: tuple[int, ...] = ()


def decide(wish: Wish, case: Case, actor: str, now: datetime) -> Change:
    """What the wish changes; that it is allowed in this state, somebody has seen to. Raises UsageError with the field's name."""
    if len(wish.note) > NOTE:
        raise UsageError(f"A note has at most {NOTE} characters; this one has {len(wish.note)}.", field="note")
    special: Callable[[Wish, Case, Change], Change] | None = _SPECIAL.get(wish.act)
    said = Happening(now, actor, wish.act.done, wish.note)
    plain = Change(after(case.anomaly, wish.act, actor, now), said, letters.told(said))
    return special(wish, case, plain) if special else plain


def worst(anomaly: Anomaly) -> DayFigure:
    """The day that was furthest from what was expected."""
    return max(anomaly.figures.daily, key=lambda each: abs(each.excess))


def scope_of(reach: Reach, anomaly: Anomaly) -> SeriesKey:
    """What a snooze of that reach is about. Raises UsageError where the anomaly has no such thing."""
    if reach is Reach.SERIES:
        return anomaly.series
    if reach is Reach.ROUTE:
        if anomaly.route is None:
            raise UsageError("No route takes this alert, so there is none to snooze.", field="reach")
        return route_scope(anomaly.route)
    value = anomaly.series.value(reach.value)
    if value is None:
        raise UsageError(f"This alert is not about one {reach.value}.", "Snooze the series itself.", field="reach")
    return SeriesKey(((reach.value, value),), anomaly.series.currency)


def reaches(anomaly: Anomaly) -> tuple[Reach, ...]:
    """What a snooze of it can be about, narrowest first."""
    fits = {
        Reach.SERIES: True,
        Reach.SERVICE: anomaly.series.value("service") is not None,
        Reach.ACCOUNT: anomaly.series.value("account") is not None,
        Reach.ROUTE: anomaly.route is not None,
    }
    return tuple(reach for reach in Reach if fits[reach])


def _expected(wish: Wish, case: Case, change: Change) -> Change:
    anomaly, until = case.anomaly, _until(wish, change)
    lesson = Feedback(
        *(FeedbackKind.EXPECTED, anomaly.series, anomaly.since, until, change.said.actor, change.said.at),
        note=wish.note,
        anomaly=anomaly.id,
    )
    lessons = [lesson, *(replace(lesson, scope=each.series, since=each.since) for each in _apart(case, anomaly.series))]
    if wish.remember:
        day = worst(anomaly)
        lessons.append(replace(lesson, kind=FeedbackKind.REMEMBER, since=day.day, until=None, amount=day.excess))
    said = _saying(change.said, f"until {_day(until)}" + (", and again each month" if wish.remember else ""))
    after = change.after.but(expected_until=until, remind_at=_day_after(until))
    return Change(after, said, letters.told(said), tuple(lessons))


def _false_positive(wish: Wish, case: Case, change: Change) -> Change:
    """Each series of a folded alert has its own floor raised, by what it was above the expected itself."""
    anomaly = case.anomaly
    amount = abs(worst(anomaly).excess) if wish.amount is None else wish.amount
    if amount <= 0:
        raise UsageError("The floor is raised by more than nothing.", "Name an amount a day.", field="amount")
    lesson = Feedback(
        *(FeedbackKind.FALSE_POSITIVE, anomaly.series, anomaly.since, None, change.said.actor, change.said.at),
        note=wish.note,
        amount=amount,
        anomaly=anomaly.id,
    )
    folded = (replace(lesson, scope=each.series, since=each.since, amount=abs(worst(each).excess)) for each in case.members)
    return replace(change, lessons=(lesson, *folded))


def _snooze(wish: Wish, case: Case, change: Change) -> Change:
    anomaly, until, scope = case.anomaly, _until(wish, change), scope_of(wish.reach, case.anomaly)
    lesson = Feedback(
        *(FeedbackKind.SNOOZE, scope, utc_today(change.said.at), until, change.said.actor, change.said.at),
        note=wish.note,
        anomaly=anomaly.id,
    )
    apart = _apart(case, scope) if wish.reach is not Reach.ROUTE else ()
    lessons = (lesson, *(replace(lesson, scope=each.series) for each in apart))
    what = {Reach.SERIES: "this series", Reach.ROUTE: "everything of its route"}.get(wish.reach, f"all of its {wish.reach}")
    said = _saying(change.said, f"{what} until {_day(until)}")
    return Change(change.after.but(snoozed_until=_day_after(until)), said, letters.told(said), lessons)


def _escalate(_: Wish, case: Case, change: Change) -> Change:
    """The on-call are mentioned and the escalation channel is told at once, so the clock need not do it any more.

    What was only in a digest gets its message now.
    """
    route, said = case.route, change.said
    if route is None or not (route.on_call or route.escalate_to):
        raise UsageError(
            "There is nobody to escalate this to: its route names neither who is on call nor an escalation channel.",
            "An admin adds them with `/tuppence routes`.",
        )

    def tells(stored: Anomaly) -> Iterable[Letter]:
        yield from letters.told(said, mention=route.on_call, broadcast=True)(stored)
        if route.escalate_to:
            yield letters.escalation(stored, said, route.escalate_to, mention=route.on_call)

    there = change.after.but(told=Told.CHANNEL, channel=change.after.channel or route.channel, remind_at=None, reminded=LAST_CALL)
    return replace(change, after=there, tells=tells)


def _reroute(wish: Wish, case: Case, change: Change) -> Change:
    before, target = case.anomaly, case.target
    channel = target.channel if target is not None else wish.channel
    if not channel:
        raise UsageError("Whose is it then?", "Choose a route or a channel.", field="route")
    if channel == before.channel and (target is None or target.id == before.route):
        raise UsageError("It is there already.", "Choose another route or channel.", field="route" if target else "channel")
    is_elsewhere = channel != before.channel and letters.is_told(before)
    there = change.after.but(
        channel=channel,
        route=target.id if target else None,
        told=Told.CHANNEL,
        moved=before.moved + is_elsewhere,
        remind_at=_reminder(target, change),
    )
    said = _saying(change.said, f"to {target.name}" if target is not None else "to another channel")
    tells = letters.told(said) if channel == before.channel else letters.passed_on(before, said)
    return Change(there, said, tells)


def _reopen(_: Wish, case: Case, change: Change) -> Change:
    if case.rival is not None:
        remedy = f"Look at that one: `/anomalies show {case.rival}`."
        raise UsageError(f"The same series has been opened again as anomaly {case.rival}.", remedy)
    kinds = {KINDS[act] for act in LESSONS} | {FeedbackKind.REMEMBER}
    taken_back = tuple(each.id for each in case.lessons if each.anomaly == case.anomaly.id and each.kind in kinds)
    reopened = change.after.but(remind_at=_reminder(case.route, change))
    return replace(change, after=reopened, taken_back=taken_back)


_SPECIAL: dict[Act, Callable[[Wish, Case, Change], Change]] = {
    Act.EXPECTED: _expected,
    Act.FALSE_POSITIVE: _false_positive,
    Act.SNOOZE: _snooze,
    Act.ESCALATE: _escalate,
    Act.REROUTE: _reroute,
    Act.REOPEN: _reopen,
}


def _until(wish: Wish, change: Change) -> date:
    today = utc_today(change.said.at)
    if wish.until is None:
        raise UsageError("Until when?", "Name the last day, for example `2026-12-01`.", field="until")
    if not today <= wish.until <= today + LONGEST:
        when = "over already" if wish.until < today else "more than two years ahead"
        raise UsageError(f"{_day(wish.until)} is {when}.", "Choose a day from today on, within two years.", field="until")
    return wish.until


def _day_after(day: date) -> datetime:
    """When what lasts until a day (included) is over."""
    return datetime.combine(day + DAY, time(), tzinfo=UTC)


def _apart(case: Case, scope: SeriesKey) -> tuple[Anomaly, ...]:
    """The folded ones that a lesson about `scope` does not reach."""
    return tuple(each for each in case.members if not scope.holds(each.series))


def _reminder(route: Route | None, change: Change) -> datetime | None:
    """When its people are to be told again, if nobody acknowledges; None where there are none."""
    if route is None or not (route.on_call or route.escalate_to):
        return None
    return due(route, change.after.severity, change.said.at)


def _saying(said: Happening, what: str) -> Happening:
    return replace(said, note=f"{what}: {said.note}" if said.note else what)


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
