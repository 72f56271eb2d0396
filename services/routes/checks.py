"""Whether a route can be kept: each fault is said at the field that it is in, with what would mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from services.errors import NotFoundError, UsageError
from storage.model.people import SubjectKind
from storage.model.query import is_dimension

if TYPE_CHECKING:
    from services.access.directory import Directory
    from storage.model.people import Subject
    from storage.model.route import Route

NAME = 60
MINUTES = range(5, 24 * 60 + 1)
A_DAY = range(1, 51)
MOST_VALUES = 100
"""Values of one dimension of one route."""
MOST_ROUTES = 100
INVITE = "Invite me there with `/invite @tuppence`, then try again."


def check_facts(route: Route) -> None:
    """What can be seen without asking anybody. Raises UsageError."""
    name = route.name.strip()
    if not 0 < len(name) <= NAME:
        raise UsageError(f"A route has a name of 1 to {NAME} characters.", field="name")
    if route.minutes not in MINUTES:
        raise UsageError(f"{route.minutes} is not from {MINUTES[0]} to {MINUTES[-1]} minutes.", field="minutes")
    if route.a_day not in A_DAY:
        raise UsageError(f"{route.a_day} is not from {A_DAY[0]} to {A_DAY[-1]} alerts a day.", field="a_day")
    _check_quiet(route)
    _check_match(route)


def _check_quiet(route: Route) -> None:
    if (route.quiet.start is None) is not (route.quiet.end is None):
        missing = "quiet_from" if route.quiet.start is None else "quiet_to"
        raise UsageError("Quiet hours have a beginning and an end.", "Fill in both, or neither.", field=missing)
    if route.quiet.start is not None and route.quiet.start == route.quiet.end:
        raise UsageError("Quiet hours that end when they begin are none.", "Fill in both, or neither.", field="quiet_to")
    try:
        ZoneInfo(route.zone)
    except (KeyError, OSError, ValueError):  # unknown; the name of a folder; no name at all
        raise UsageError(f"“{route.zone[:60]}” is not a time zone.", "Write it as Europe/Berlin or UTC.", field="zone") from None


def _check_match(route: Route) -> None:
    for dimension, values in route.match:
        if not is_dimension(dimension):
            raise UsageError(f"“{dimension[:60]}” is not a dimension.", field="match")
        if not values or not all(value.strip() for value in values):
            raise UsageError(f"Which {dimension}?", "Name one value at least.", field="match")
        if len(values) > MOST_VALUES:
            raise UsageError(f"More than {MOST_VALUES} values of {dimension}.", "Make two routes of it.", field="match")


@dataclass(frozen=True, slots=True)
class Places:
    """What only Slack can tell: whether we may speak in a channel, and who somebody is."""

    directory: Directory

    async def check(self, route: Route) -> None:
        """Raises UsageError with the field; TemporaryError while it cannot be known."""
        if not route.channel:
            raise UsageError("In which channel?", field="channel")
        await self._check_channel(route.channel, "channel")
        if route.escalate_to == route.channel:
            raise UsageError("The escalation channel is the route's own.", "Choose another, or none.", field="escalate_to")
        if route.escalate_to:
            await self._check_channel(route.escalate_to, "escalate_to")
        for subject in route.on_call:
            await self._check_subject(subject)

    async def _check_channel(self, channel: str, field: str) -> None:
        try:
            facts = await self.directory.channel(channel)
        except NotFoundError:
            raise UsageError("I am not in that channel.", INVITE, field=field) from None
        if facts.is_external:
            remedy = "Choose a channel of your own company."
            raise UsageError("That channel is shared with another company, so no alerts go there.", remedy, field=field)
        if not facts.is_member:
            raise UsageError("I am not in that channel.", INVITE, field=field)

    async def _check_subject(self, subject: Subject) -> None:
        if subject.kind is SubjectKind.GROUP:
            known = {group.id for group in await self.directory.groups()}
            if known and subject.id not in known:  # the terminal knows none, and cannot say which there are
                raise UsageError(f"There is no user group {subject.id}.", field="groups")
            return
        try:
            facts = await self.directory.user(subject.id)
        except NotFoundError:
            raise UsageError(f"There is nobody {subject.id} in the workspace.", field="people") from None
        if facts.is_bot or facts.is_deleted or facts.is_stranger or facts.is_restricted or facts.is_ultra_restricted:
            raise UsageError(f"{facts.name} cannot be on call.", "Only full members of the workspace see costs.", field="people")
