"""Where people close the loop: what somebody wants done with an anomaly is authorised, decided and written here, and told.

The first of two who act at once wins; the second is told who did what, and when. An act is decided on what the store has at
that moment, never on what a message showed: it works after a restart and after weeks.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from services.access.results import Role
from services.anomalies import letters
from services.anomalies.board import Board
from services.anomalies.effects import Case, decide
from services.anomalies.permission import check_act, check_seen, limits, may_see
from services.anomalies.preview import Previews
from services.anomalies.quality import QualityOf
from services.anomalies.results import DID, ENDED, UNDELIVERED, UNDONE, Act
from services.anomalies.settings import in_force
from services.anomalies.transitions import acts
from services.anomalies.tuning import TuningList
from services.anomalies.watch.results import Watching
from services.errors import ConflictError, DeniedError, NotFoundError, TemporaryError, UsageError
from storage.model.anomaly import Anomaly, Feedback, FeedbackKind, Happening
from storage.model.audit import Entry
from storage.model.period import utc_today

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import date, datetime

    from services.access.background import Background
    from services.access.results import Person
    from services.access.service import Access
    from services.anomalies.board import Days
    from services.anomalies.effects import Change
    from services.anomalies.permission import Routing
    from services.anomalies.results import Judged, Setting, Wish
    from services.clock import Clock
    from storage.anomalies import Anomalies
    from storage.model.anomaly import SeriesKey
    from storage.model.audit import Origin
    from storage.model.route import Route

AS_USUAL = Watching()
HANDS = frozenset(DID) - {UNDONE}
"""What somebody did with an anomaly, and not only with what was learned from it."""
TRIES = 5
"""How often the watch may write new numbers between our reading and our writing."""


class Desk:
    """Everything that people do about anomalies, and what they look at before they do it.

    `days` knows the days of a chart, `judged` how far the watch has come; `wake` is called after something was queued to be told.
    `watching` is what the settings say of the watch.
    """

    def __init__(
        self,
        store: Anomalies,
        background: Background,
        access: Access,
        routes: Routing,
        clock: Clock,
        *,
        days: Days,
        judged: Callable[[], Awaitable[Judged]],
        wake: Callable[[], None],
        watching: Watching = AS_USUAL,
    ) -> None:
        self._store, self._background, self._access = store, background, access
        self._routes, self._clock, self._wake = routes, clock, wake
        self._watching = watching
        self.board = Board(store, background, access, routes, days, judged)
        self.previews = Previews(store, background)
        self.tuning = TuningList(store, background, access, routes)
        self.quality = QualityOf(store, background, routes)

    async def do(self, wish: Wish, person: Person, origin: Origin) -> Anomaly:
        """Do it, and return the anomaly as it is then.

        Raises NotFoundError (none that the person may see), DeniedError (not theirs to act on), ConflictError (somebody was
        first, or it is closed already), UsageError (a day, an amount, a place that cannot be; `field` names which).
        """
        seen = await self._as_seen(wish, person)
        await self.check(wish, seen, person)
        for _ in range(TRIES):
            await self._check_state(wish.act, seen, person)
            change = decide(wish, await self._case(wish, seen), person.id, self._clock())
            stored = await self._write(change, self._entry(wish.act, wish.anomaly, person, origin, change.said.note))
            if stored is not None:
                return stored
            newer = await self._seen(wish.anomaly, person)
            if _hands(newer) != _hands(seen):
                raise await self._overtaken(newer, person)
            seen = newer
        raise TemporaryError("This anomaly is being worked on by others right now.")

    async def check(self, wish: Wish, anomaly: Anomaly, person: Person) -> None:
        """Raise DeniedError unless the person may do this to this anomaly."""
        route = await self.route_of(anomaly)
        is_on_call = route is not None and await self._routes.is_on_call(person, route)
        check_act(wish, person, anomaly.series, route, is_on_call=is_on_call)

    async def opens(self, wish: Wish, person: Person) -> Anomaly:
        """The anomaly, when the person may do this to it now: before a window is opened for the rest. Raises as `do` does."""
        seen = await self._as_seen(wish, person)
        await self.check(wish, seen, person)
        await self._check_state(wish.act, seen, person)
        return seen

    async def route_of(self, anomaly: Anomaly) -> Route | None:
        """The route that took it; None where there is none, or none any more."""
        return await self._routes.get(anomaly.route) if anomaly.route is not None else None

    async def routes(self) -> tuple[Route, ...]:
        """Where alerts can be passed on to."""
        return await self._routes.all()

    def settings(self) -> tuple[Setting, ...]:
        """What the watch goes by."""
        return in_force(self._watching)

    async def undo(self, number: int, person: Person, origin: Origin) -> Feedback:
        """Take a lesson back: the detection judges as if it had never been given. Operators, and whoever gave it.

        What one act taught about several folded series is one lesson.
        Raises NotFoundError (none in force that the person may see), DeniedError.
        """
        lesson = next((each for each in await self._background(self._store.feedback) if each.id == number), None)
        if lesson is None or not may_see(person.scope, lesson.scope):
            raise NotFoundError(f"There is no feedback {number} in force.", "`/anomalies tuning` lists what is.")
        if person.role < Role.OPERATOR and lesson.by != person.id:
            raise DeniedError("Only operators and whoever gave it may take feedback back.")
        entry = Entry(self._clock(), person.id, "anomaly.undo", f"feedback:{number}", "done", lesson.kind, origin)
        is_undone = await (self._unlearn(lesson, entry) if lesson.anomaly is not None else self._forget(lesson, entry))
        if not is_undone:
            raise ConflictError("Somebody else has just taken that back.", "`/anomalies tuning` lists what is in force.")
        return lesson

    async def plan(self, scopes: Sequence[SeriesKey], first: date, last: date, note: str, person: Person, origin: Origin) -> None:
        """Days that are neither judged nor learned from, for each of the scopes. Raises DeniedError, UsageError."""
        if person.role < Role.OPERATOR:
            raise DeniedError(f"Planning needs the role operator; yours is {person.role.word}.")
        hidden = [scope for scope in scopes if not may_see(person.scope, scope)]
        if hidden:
            raise DeniedError(f"Your role is limited to {person.scope.text()}, and this is about more than that.")
        now = self._clock()
        if last < utc_today(now):
            raise UsageError("Those days are over already.", "Days that were judged are changed by *Expected…* on their alert.")
        for scope in scopes:
            lesson = Feedback(FeedbackKind.PLANNED, scope, first, last, person.id, now, note=note)
            entry = Entry(now, person.id, "anomaly.plan", scope.id, "done", f"{first} to {last}", origin)
            await self._background(self._store.teach, lesson, entry)

    async def undelivered(self, number: int, post: int, reason: str) -> None:
        """Its channel does not take it any more: it goes on in the fallback's, where that is another; the history says why.

        `post` says which of its messages is meant, as the letter has it.
        """
        anomaly = await self._background(self._store.get, number)
        if anomaly is None or anomaly.moved != post:
            return
        said = Happening(self._clock(), "", UNDELIVERED, reason)
        fallback = next((each for each in await self._routes.all() if each.takes_everything), None)
        if fallback is None or fallback.channel == anomaly.channel or not letters.is_told(anomaly):
            await self._background(self._store.note, number, said)
            return
        there = anomaly.but(channel=fallback.channel, moved=anomaly.moved + 1, changed_at=said.at)
        await self._background(self._store.change, there, said, letters.told(None))
        self._wake()

    async def _seen(self, number: int, person: Person) -> Anomaly:
        found = await self._background(self._store.get, number)
        return check_seen(found, number, await limits(person, found, self._routes))

    async def _as_seen(self, wish: Wish, person: Person) -> Anomaly:
        """As the person's window showed it: of two windows the second is too late, also where it is not theirs any more."""
        seen = await self._seen(wish.anomaly, person)
        if wish.seen not in {None, seen.touched}:
            raise await self._overtaken(seen, person)
        return seen

    async def _check_state(self, act: Act, anomaly: Anomaly, person: Person) -> None:
        if anomaly.parent is not None:
            remedy = f"Act on that one: `/anomalies show {anomaly.parent}`."
            raise ConflictError(f"Anomaly {anomaly.id} is part of anomaly {anomaly.parent}.", remedy)
        if act not in acts(anomaly):
            raise await self._overtaken(anomaly, person)

    async def _overtaken(self, anomaly: Anomaly, person: Person) -> ConflictError:
        """Who did what and when, for the one who came second."""
        history = await self._background(self._store.history, anomaly.id)
        last = next((each for each in reversed(history) if each.what in (HANDS if each.actor else ENDED)), None)
        remedy = f"It is {anomaly.status.word} now; `/anomalies show {anomaly.id}` has its history."
        if last is None:
            return ConflictError(f"That cannot be done with anomaly {anomaly.id} any more.", remedy)
        if not last.actor:
            return ConflictError(f"It ended by itself on {_moment(last.at)}.", remedy)
        if last.actor == person.id:
            did = DID[last.what].replace("is investigating", "are investigating")
            return ConflictError(f"You {did} already, on {_moment(last.at)}.", remedy)
        who = (await self._access.names((last.actor,)))[last.actor]
        return ConflictError(f"{who} was first and {DID[last.what]}, on {_moment(last.at)}.", remedy)

    async def _case(self, wish: Wish, anomaly: Anomaly) -> Case:
        def read() -> tuple[tuple[Anomaly, ...], tuple[Feedback, ...], int | None]:
            same = self._store.of_series(anomaly.series, anomaly.since)
            rival = next((each.id for each in same if each.is_open and each.id != anomaly.id), None)
            return self._store.members(anomaly.id), self._store.feedback(), rival

        members, lessons, rival = await self._background(read)
        target = await self._target(wish)
        return Case(anomaly, members, await self.route_of(anomaly), lessons, target, rival)

    async def _target(self, wish: Wish) -> Route | None:
        """Where to pass it on to. A channel that is a route's is that route. Raises where not everybody may read it."""
        if wish.act is not Act.REROUTE:
            return None
        routes = await self._routes.all()
        found = next((each for each in routes if each.id == wish.route), None) if wish.route is not None else None
        if wish.route is not None and found is None:
            raise UsageError("There is no such route any more.", "Choose another one.", field="route")
        found = found or next((each for each in routes if each.channel == wish.channel), None)
        await self._access.check_audience(found.channel if found else wish.channel)
        return found

    async def _write(self, change: Change, entry: Entry) -> Anomaly | None:
        stored = await self._background(
            self._store.change,
            change.after,
            change.said,
            change.tells,
            lessons=change.lessons,
            taken_back=change.taken_back,
            entry=entry,
            with_members=True,
        )
        if stored is not None:
            self._wake()
        return stored

    async def _unlearn(self, lesson: Feedback, entry: Entry) -> bool:
        """With a line in the anomaly's history, and its message anew."""
        for _ in range(TRIES):
            anomaly = await self._background(self._store.get, lesson.anomaly or 0)
            current = await self._background(self._store.feedback)
            together = tuple(each.id for each in current if _given_with(each) == _given_with(lesson))
            if anomaly is None or lesson.id not in together:
                return False
            said = Happening(entry.at, entry.actor, UNDONE, lesson.kind.word)
            change = _without(anomaly, lesson).but(changed_at=entry.at)
            tells = letters.told(said)
            stored = await self._background(
                self._store.change, change, said, tells, taken_back=together, entry=entry, with_members=True
            )
            if stored is not None:
                self._wake()
                return True
        raise TemporaryError("This anomaly is being worked on by others right now.")

    async def _forget(self, lesson: Feedback, entry: Entry) -> bool:
        return await self._background(self._store.undo, lesson.id, entry.actor, entry.at, entry)

    def _entry(self, act: Act, number: int, person: Person, origin: Origin, detail: str) -> Entry:
        return Entry(self._clock(), person.id, f"anomaly.{act}", f"anomaly:{number}", "done", detail, origin)


def _hands(anomaly: Anomaly) -> tuple[object, ...]:
    """What people change; everything else is the watch's running numbers."""
    return (
        *(anomaly.status, anomaly.acknowledged_by, anomaly.claimed_by, anomaly.snoozed_until, anomaly.expected_until),
        *(anomaly.route, anomaly.channel, anomaly.reminded, anomaly.parent),
    )


def _given_with(lesson: Feedback) -> tuple[object, ...]:
    return lesson.kind, lesson.anomaly, lesson.at, lesson.by


def _without(anomaly: Anomaly, lesson: Feedback) -> Anomaly:
    if lesson.kind is FeedbackKind.SNOOZE:
        return anomaly.but(snoozed_until=None)
    return anomaly.but(expected_until=None) if lesson.kind is FeedbackKind.EXPECTED else anomaly


def _moment(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b %Y at %H:%M} UTC"
