"""What the two ways to the app have in common: something is sent, and within three seconds acknowledged, or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Json

COMMANDS, INTERACTIVE, EVENTS = "slash_commands", "interactive", "events_api"
TIMEOUT, NOBODY = "operation_timeout", "dispatch_failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """The acknowledgement, with what came in it; `error` is what a person would read otherwise."""

    error: str = ""
    body: Any = None

    @property
    def is_ok(self) -> bool:
        """Whether it came, and in time."""
        return not self.error


class Courier(Protocol):
    """A way to the app."""

    async def send(self, kind: str, payload: Json, *, attempt: int = 0, reason: str = "") -> Answer:
        """Deliver once and wait for the acknowledgement. `attempt` counts from 0; `reason` is why there was another."""
        ...
