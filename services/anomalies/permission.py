"""Who may see an anomaly and who may act on it, decided anew at each click."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from services.access.results import Role
from services.anomalies.results import Act, Reach, Wish
from services.errors import DeniedError, NotFoundError
from storage.model.scope import Scope

if TYPE_CHECKING:
    from services.access.results import Person
    from storage.model.anomaly import Anomaly, SeriesKey
    from storage.model.route import Route


class Routing(Protocol):
    """What is asked of the routes."""

    async def get(self, number: int) -> Route | None:
        """One by its id."""
        ...

    async def all(self) -> tuple[Route, ...]:
        """All in their order."""
        ...

    async def is_on_call(self, person: Person, route: Route) -> bool:
        """Whether somebody is on call for a route, by name or through a user group. Raises TemporaryError."""
        ...


EVERYTHING = Scope()


def may_see(scope: Scope, series: SeriesKey) -> bool:
    """Whether all rows of a series are within somebody's limits: a sum over more than they may see is not theirs."""
    return all(series.value(dimension) in allowed for dimension, allowed in scope.limits)


def check_seen(anomaly: Anomaly | None, number: int, scope: Scope = EVERYTHING) -> Anomaly:
    """The anomaly. Raises NotFoundError, the same whether it does not exist or is hidden."""
    if anomaly is None or not may_see(scope, anomaly.series):
        raise NotFoundError(f"There is no anomaly {number} that you may see.", "`/anomalies` lists the open ones.")
    return anomaly


async def limits(person: Person, anomaly: Anomaly | None, routes: Routing) -> Scope:
    """The limits that count for one anomaly: its message mentions the on-call of its route, so they may see all of it."""
    if anomaly is None or anomaly.route is None or may_see(person.scope, anomaly.series):
        return person.scope
    route = await routes.get(anomaly.route)
    return EVERYTHING if route is not None and await routes.is_on_call(person, route) else person.scope


def check_act(wish: Wish, person: Person, series: SeriesKey, route: Route | None, *, is_on_call: bool) -> None:
    """Operators may do everything about what they may see; whoever is on call may do everything for the alerts of their route.

    Raises DeniedError.
    """
    if person.role >= Role.OPERATOR and may_see(person.scope, series):
        return
    if not is_on_call:
        who = f"or whoever is on call for {route.name}" if route is not None else "because no route takes it"
        raise DeniedError(
            f"You may not {words(wish.act)} anomaly {wish.anomaly}: that needs the role operator, {who}.",
            f"Your role is {person.role.word}. Ask somebody on call, or an admin of Tuppence.",
        )
    if wish.act is Act.SNOOZE and wish.reach in {Reach.SERVICE, Reach.ACCOUNT}:
        raise DeniedError(
            "A snooze of a whole service or account is heard by other teams too, so it needs the role operator.",
            "As the one on call you can snooze this series, or all of your route.",
        )


def words(act: Act) -> str:
    """The act as a verb with `anomaly 17` behind it."""
    return _VERBS.get(act, str(act))


_VERBS = {
    Act.TAKE_OVER: "take over",
    Act.EXPECTED: "call expected",
    Act.FALSE_POSITIVE: "call a false positive",
    Act.REROUTE: "pass on",
    Act.FIXED: "close",
}
