"""What came in, before anybody knows whether it is allowed: the same shape from Slack, from the terminal and from a test."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from handlers.parse.command import HELP_ROOT
from storage.model.audit import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.request import Place, Reply, Request


class Kind(StrEnum):
    """Which of a feature's declarations is meant."""

    COMMAND = "command"
    ACTION = "action"
    VIEW = "view"
    EVENT = "event"


def new_request_id() -> str:
    """Short enough to be read out, long enough to be the only one in the log."""
    return secrets.token_hex(6)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that somebody did.

    `name` is the root of a command (for words after a mention or in a direct message: `tuppence`, which hands them to the root
    they begin with), the action id of a button, the callback id of a view, or an event's name. `text` is what was typed. `value`
    is what a button or a submitted view remembered, `kept` what the view remembered in which somebody clicked, `state` what is
    filled into a view (an input by its block id, any other element by its action id): all from outside, all untrusted.
    `delivery` tells one delivery from another ("" is never a duplicate). `is_escaped`: the text has Slack's escapes.
    """

    kind: Kind
    place: Place
    team: str
    user: str
    name: str = HELP_ROOT
    text: str = ""
    value: str = ""
    kept: str = ""
    state: Mapping[str, str] = field(default_factory=dict)
    delivery: str = ""
    is_escaped: bool = True
    request_id: str = field(default_factory=new_request_id)

    @property
    def label(self) -> str:
        """For the audit and the log: `command cost`, `action costs.share`."""
        return f"{self.kind} {self.name}"

    @property
    def origin(self) -> Origin:
        """From where, for the audit."""
        return Origin(self.team, self.place.channel, self.place.surface.value, self.request_id)


def origin(request: Request) -> Origin:
    """From where a request came, for what a service records."""
    return Origin(request.person.team, request.place.channel, request.place.surface.value, request.request_id)


Next = Callable[[Incoming], Awaitable["Reply | None"]]


class Middleware(Protocol):
    """Something that happens around every dispatch. None for a reply: there is nothing to say."""

    async def __call__(self, incoming: Incoming, proceed: Next) -> Reply | None:
        """Await `proceed(incoming)`, or refuse by raising a TuppenceError."""
        ...
