"""What Slack gives out for a while: trigger ids (three seconds, one use) and response URLs (thirty minutes, five uses)."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox.slack.refusals import RefusedError

if TYPE_CHECKING:
    from bot.sandbox.slack.limits import Limits


@dataclass(slots=True)
class Trigger:
    """Leave to open a window for a person; `view` is the window it was given in, "" outside one."""

    user: str
    made: float
    view: str = ""
    is_used: bool = False


@dataclass(slots=True)
class Address:
    """Behind a response URL: the conversation and person it was given for, and the message it may replace ("" so far)."""

    channel: str
    user: str
    made: float
    uses: int
    message: str = ""


@dataclass(slots=True)
class Tickets:
    """Both kinds, by name."""

    limits: Limits
    _triggers: dict[str, Trigger] = field(default_factory=dict)
    _addresses: dict[str, Address] = field(default_factory=dict)

    def trigger(self, user: str, view: str = "") -> str:
        """A new trigger id."""
        name = f"{time.time_ns() // 1_000_000}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[name] = Trigger(user, time.monotonic(), view)
        return name

    def pull(self, name: str) -> Trigger:
        """Use a trigger. Raises RefusedError: unknown, used before, too late."""
        found = self._triggers.get(name)
        if found is None:
            raise RefusedError("invalid_trigger_id" if name else "invalid_arguments")
        if found.is_used:
            raise RefusedError("exchanged_trigger_id")
        if time.monotonic() - found.made > self.limits.trigger:
            raise RefusedError("expired_trigger_id")
        found.is_used = True
        return found

    def address(self, channel: str, user: str, *, message: str = "") -> str:
        """A new response URL's name."""
        name = f"{secrets.token_hex(6)}/{secrets.token_hex(12)}"
        self._addresses[name] = Address(channel, user, time.monotonic(), self.limits.response_uses, message)
        return name

    def use(self, name: str) -> Address:
        """Use a response URL once. Raises RefusedError: unknown or used up, too late."""
        found = self._addresses.get(name)
        if found is None or found.uses <= 0:
            raise RefusedError("used_url")
        if time.monotonic() - found.made > self.limits.response:
            raise RefusedError("expired_url")
        found.uses -= 1
        return found
