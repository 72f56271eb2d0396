"""How a method is declared, what it is given, and how all of them are found."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from bot.sandbox.slack import methods
from bot.sandbox.slack.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.sandbox.slack.state import State
    from bot.sandbox.slack.workspace import Channel, Json, Person, Workspace

    Function = Callable[["Call"], Json]

TIER_2, TIER_3, TIER_4, SPECIAL = 20, 50, 100, 600
"""Calls a minute."""
TRUE = frozenset({"true", "1", True})


@dataclass(frozen=True, slots=True)
class Call:
    """One call: who is asked what. JSON and form alike; fields that Slack takes as JSON strings are decoded already."""

    slack: State
    params: Json

    @property
    def workspace(self) -> Workspace:
        """What is so now."""
        return self.slack.workspace

    def text(self, name: str, default: str = "") -> str:
        """An argument as text, or the default."""
        value = self.params.get(name)
        return default if value is None else str(value)

    def needed(self, name: str) -> str:
        """An argument that must be there. Raises RefusedError."""
        value = self.text(name)
        if not value:
            raise RefusedError("invalid_arguments", f"missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A yes or no."""
        value = self.params.get(name)
        return default if value is None else (value.lower() if isinstance(value, str) else value) in TRUE

    def person(self, name: str = "user") -> Person:
        """The person an argument names. Raises RefusedError."""
        found = self.workspace.people.get(self.needed(name))
        if found is None:
            raise RefusedError("user_not_found")
        return found

    def channel(self, name: str = "channel") -> Channel:
        """The conversation an argument names, if the bot sees it. Raises RefusedError."""
        found = self.workspace.channels.get(self.needed(name))
        if found is None or not self.workspace.sees(self.workspace.bot_user, found):
            raise RefusedError("channel_not_found")
        return found

    def has(self, scope: str) -> bool:
        """Whether the manifest asks for a scope."""
        return scope in self.slack.manifest.scopes

    def need(self, scope: str) -> None:
        """Go on only with this scope. Raises RefusedError."""
        if not self.has(scope):
            raise missing(scope, self.slack.manifest.scopes)


@dataclass(frozen=True, slots=True)
class Method:
    """A method. `scopes`: one of them is needed; `key`: "bot", "app", or "" for the client's own secret."""

    name: str
    run: Function
    scopes: tuple[str, ...] = ()
    key: str = "bot"
    a_minute: int = 0

    def answer(self, call: Call) -> Json:
        """Check what it needs, then run it. Raises RefusedError."""
        granted = call.slack.manifest.scopes
        if self.key == "bot" and self.scopes and not granted & set(self.scopes):
            raise missing(self.scopes[0], granted)
        call.slack.pace.call(self.name, self.a_minute)
        return {"ok": True, **self.run(call)}


def missing(scope: str, granted: frozenset[str]) -> RefusedError:
    """The refusal for want of a scope, with what Slack says beside it."""
    return RefusedError("missing_scope", needed=scope, provided=",".join(sorted(granted)))


def method(name: str, *scopes: str, key: str = "bot", a_minute: int = TIER_3) -> Callable[[Function], Method]:
    """Declare a method; any one of `scopes` will do."""

    def declare(run: Function) -> Method:
        return Method(name, run, scopes, key, a_minute)

    return declare


@cache
def all_methods() -> Mapping[str, Method]:
    """Every method that a file of this folder declares, by name."""
    modules = [importlib.import_module(f"{methods.__name__}.{each.name}") for each in pkgutil.iter_modules(methods.__path__)]
    return {each.name: each for module in modules for each in vars(module).values() if isinstance(each, Method)}
