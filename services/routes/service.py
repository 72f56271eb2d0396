"""The routes: which takes an anomaly, who is on call, and the list as an admin changes it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from services.errors import DeniedError, NotFoundError, TemporaryError, UsageError
from services.routes.checks import MOST_ROUTES, Places, check_facts
from services.routes.matching import dimensions, first, notes
from services.routes.results import Changed, Listing, Routed
from services.routes.spend import account_names, coverage, facts_of
from storage.model.audit import Entry, Origin
from storage.model.people import Subject, SubjectKind
from storage.model.period import utc_today
from storage.routes import Routes as Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from services.access.admins import Admins
    from services.access.background import Background
    from services.access.directory import Directory
    from services.access.results import Person
    from services.clock import Clock
    from services.costs.service import Costs
    from storage.database import Database
    from storage.model.anomaly import Anomaly
    from storage.model.people import UserGroup
    from storage.model.route import Route

    Routing = tuple[Route, ...]

NOWHERE = Origin()
NO_ROUTE = "No route takes it, and there is no fallback, so it came to an admin."
FALLBACK = "Nobody is known to own it, so it came by the fallback route “{name}”."


class Routes:
    """The first of `admins` is told what no route takes; `clock` says what last month is. A change goes with its record."""

    def __init__(
        self,
        database: Database,
        background: Background,
        directory: Directory,
        costs: Costs,
        clock: Clock,
        *,
        admins: Admins,
    ) -> None:
        self._store, self._background = Store(database), background
        self._directory, self._costs, self._clock, self._admins = directory, costs, clock, admins

    # Where an anomaly belongs.

    async def of(self, anomaly: Anomaly) -> Routed:
        """The route that takes it, and why. Raises StoreError."""
        routes = await self.all()
        facts = await facts_of(anomaly, dimensions(routes), self._costs)
        route = first(routes, facts, anomaly.severity)
        owner = anomaly.cause.owner if anomaly.cause else None
        if route is None:
            channel = next(iter(await self._admins()), "")
            return Routed(None, is_fallback=True, owner=owner, why=NO_ROUTE, channel=channel)
        if not route.match:
            why = FALLBACK.format(name=route.name)
            return Routed(route, is_fallback=True, owner=owner, why=why, channel=route.channel)
        about = ", ".join(f"{dimension} {facts[dimension]}" for dimension, _ in route.match)
        why = f"The route “{route.name}” takes {about}."
        return Routed(route, is_fallback=False, owner=owner or route.name, why=why, channel=route.channel)

    async def all(self) -> Routing:
        """Every route, in the order in which they are tried; the fallback stands last."""
        return await self._background(self._store.all)

    async def get(self, number: int) -> Route | None:
        """One by its id; None where there is none, or none any more."""
        return next((each for each in await self.all() if each.id == number), None)

    async def is_on_call(self, person: Person, route: Route) -> bool:
        """Whether somebody is on call for a route, by name or through a user group. Raises TemporaryError."""
        if Subject(SubjectKind.PERSON, person.id) in route.on_call:
            return True
        groups = {each.id for each in route.on_call if each.kind is SubjectKind.GROUP}
        return bool(groups) and any(each.id in groups and person.id in each.members for each in await self.groups())

    def on_call(self, route: Route) -> tuple[Subject, ...]:
        """Who is mentioned when nobody acknowledges."""
        return route.on_call

    async def groups(self) -> tuple[UserGroup, ...]:
        """The user groups that can be put on call. Raises TemporaryError."""
        return await self._directory.groups()

    # The list.

    async def listing(self) -> Listing:
        """All of it, with names, what to look at, and how much of last month's spend nobody owns."""
        routes = await self.all()
        names = await self._names({subject for each in routes for subject in each.on_call})
        try:
            month, covered = await coverage(routes, utc_today(self._clock()), self._costs)
        except NotFoundError:
            return Listing(routes, notes(routes), names)
        return Listing(routes, notes(routes), names, covered, month, await self.accounts())

    async def accounts(self) -> dict[str, str]:
        """What the bill calls its accounts."""
        return await account_names(utc_today(self._clock()), self._costs)

    async def _names(self, subjects: Iterable[Subject]) -> dict[Subject, str]:
        """What people call them; whoever is not known, or cannot be asked for now, keeps the id for a name."""
        return {subject: await self._name(subject) for subject in subjects}

    async def _name(self, subject: Subject) -> str:
        try:
            if subject.kind is SubjectKind.PERSON:
                return (await self._directory.user(subject.id)).name
            return next((each.handle for each in await self.groups() if each.id == subject.id), subject.id)
        except (NotFoundError, TemporaryError):
            return subject.id

    # Changes.

    async def check(self, route: Route) -> None:
        """Raises UsageError, at the field, for what cannot be kept; TemporaryError while Slack does not say."""
        check_facts(route)
        await Places(self._directory).check(route)

    async def put(self, actor: Person, route: Route, origin: Origin = NOWHERE) -> Changed:
        """Add a route (id 0), before the fallback, or keep a changed one in its place.

        Raises DeniedError, UsageError with the field, NotFoundError when it was removed meanwhile.
        """
        _check_actor(actor)
        route = replace(route, name=" ".join(route.name.split()))
        await self.check(route)
        action = "route.edit" if route.id else "route.add"
        after = await self._change(actor, action, route, lambda routes: _with(routes, route), origin)
        stored = next(each for each in after if each.name == route.name)
        return Changed(stored, _about(notes(after), stored))

    async def move(self, actor: Person, number: int, by: int, origin: Origin = NOWHERE) -> Changed:
        """Try a route earlier (-1) or later (1). Raises NotFoundError; UsageError where it cannot go further."""
        _check_actor(actor)
        route = await self._existing(number)
        action = "route.up" if by < 0 else "route.down"
        after = await self._change(actor, action, route, lambda routes: _moved(routes, number, by), origin)
        return Changed(route, _about(notes(after), route))

    async def remove(self, actor: Person, number: int, origin: Origin = NOWHERE) -> Route:
        """Take a route away; its open alerts stay where they are. Raises NotFoundError."""
        _check_actor(actor)
        route = await self._existing(number)
        await self._change(actor, "route.remove", route, lambda routes: _without(routes, number), origin)
        return route

    async def replace_all(self, actor: Person, routes: Sequence[Route], origin: Origin = NOWHERE) -> Listing:
        """Put a list in place of the one there is; a name that is known keeps its id. Each must have passed `check`."""
        _check_actor(actor)
        entry = self._entry(actor, "route.import", f"{len(routes)} routes", "; ".join(map(_words, routes))[:2000], origin)
        await self._background(self._store.change, lambda before: _replaced(before, routes), entry)
        return await self.listing()

    async def _existing(self, number: int) -> Route:
        found = await self.get(number)
        if found is None:
            raise _gone()
        return found

    async def _change(
        self, actor: Person, action: str, route: Route, edit: Callable[[Routing], Routing], origin: Origin
    ) -> Routing:
        entry = self._entry(actor, action, route.name, _words(route), origin)
        return await self._background(self._store.change, edit, entry)

    def _entry(self, actor: Person, action: str, target: str, detail: str, origin: Origin) -> Entry:
        return Entry(self._clock(), actor.id, action, target, "done", detail, origin)


def _check_actor(actor: Person) -> None:
    if actor.scope.is_limited:
        raise DeniedError(f"Your own role is limited to {actor.scope.text()}, so you cannot change routes.")


def _gone() -> NotFoundError:
    return NotFoundError("That route is not there any more.", "`/tuppence routes` lists those that are.")


def _with(routes: Routing, route: Route) -> Routing:
    """Inside the write: what was checked before is checked against the list as it is now."""
    others = [each for each in routes if each.id != route.id]
    if any(each.name.casefold() == route.name.casefold() for each in others):
        raise UsageError(f"There is a route “{route.name}” already.", "Choose another name.", field="name")
    rival = next((each for each in others if each.takes_everything), None)
    if route.takes_everything and rival is not None:
        raise UsageError(f"“{rival.name}” is the fallback already.", "Say what this route is for.", field="match")
    if not route.id:
        if len(routes) >= MOST_ROUTES:
            raise UsageError(f"There are {MOST_ROUTES} routes already.", "Remove one, or put two together.", field="name")
        return _ordered((*routes, route))
    before = next((each for each in routes if each.id == route.id), None)
    if before is None:
        raise _gone()
    if before.revision != route.revision:
        raise UsageError("Somebody else changed this route meanwhile.", "Open it again to see how it is now.", field="name")
    return _ordered(tuple(route if each.id == route.id else each for each in routes))


def _moved(routes: Routing, number: int, by: int) -> Routing:
    at = next((at for at, each in enumerate(routes) if each.id == number), None)
    if at is None:
        raise _gone()
    to = at + by
    if not 0 <= to < len(routes):
        raise UsageError(f"“{routes[at].name}” is {'first' if by < 0 else 'last'} already.")
    if routes[at].takes_everything or routes[to].takes_everything:
        raise UsageError("The fallback stays last: whatever stood after it would get nothing.")
    changed = list(routes)
    changed[at], changed[to] = changed[to], changed[at]
    return tuple(changed)


def _without(routes: Routing, number: int) -> Routing:
    left = tuple(each for each in routes if each.id != number)
    if len(left) == len(routes):
        raise _gone()
    return left


def _replaced(before: Routing, routes: Sequence[Route]) -> Routing:
    known = {each.name.casefold(): each.id for each in before}
    return _ordered(tuple(replace(each, id=known.get(each.name.casefold(), 0)) for each in routes))


def _ordered(routes: Routing) -> Routing:
    """The fallback last, all else in its order."""
    return tuple(sorted(routes, key=lambda each: each.takes_everything))


def _about(found: Iterable[str], route: Route) -> tuple[str, ...]:
    """The notes that name a route."""
    return tuple(each for each in found if f"“{route.name}”" in each)


def _words(route: Route) -> str:
    """A route for the audit."""
    match = "; ".join(f"{dimension} {', '.join(values)}" for dimension, values in route.match) or "everything"
    on_call = ", ".join(each.id for each in route.on_call) or "nobody"
    return (
        f"{route.name}: {match}, from {route.least.word}, in {route.channel}, on call {on_call}, after {route.minutes} min "
        f"{route.escalate_to or 'nowhere'}, quiet {_quiet_words(route)}, {route.zone}, {route.a_day} a day"
    )


def _quiet_words(route: Route) -> str:
    quiet = route.quiet
    hours = f"{quiet.start:%H:%M}-{quiet.end:%H:%M}" if quiet.start and quiet.end else "never"
    return f"{hours}{' and weekends' if quiet.weekends else ''}{', High passes' if quiet.lets_high_through else ''}"
