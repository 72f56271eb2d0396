"""Slack on a bad day, by name: slow, full, broken, forgetful. Each is on until its `times` are over or it is switched off."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from bot.sandbox.slack.refusals import NotPossibleError

if TYPE_CHECKING:
    from bot.sandbox.slack.workspace import Json

NAMES = {
    "delay": "calls are answered `seconds` later",
    "rate_limited": "calls are refused with 429 and Retry-After of `seconds`",
    "server_error": "calls are refused with 503",
    "lost_answer": "calls are carried out, and the connection breaks before the answer",
    "slow_answer": "calls are carried out, and answered `seconds` later",
    "drop_sockets": "every socket is cut, once",
    "refresh_sockets": "every socket is asked to come again, once",
    "duplicate_events": "events are delivered twice, with one id",
    "reorder_events": "an event waits until the next one was delivered, at most `seconds`",
    "revoked_token": "the bot token is no longer taken",
    "archive_channel": "`channel` is archived",
    "share_channel": "`channel` is shared with another company",
}
FIELDS = frozenset({"name", "method", "channel", "times", "seconds"})


@dataclass(slots=True)
class Fault:
    """One that is on. `method`: only this method, or `response_url`, or `upload`; `times` 0: until it is switched off."""

    name: str
    method: str = ""
    channel: str = ""
    times: int = 0
    seconds: float = 1.0


class Faults:
    """What is on."""

    def __init__(self) -> None:
        self._on: list[Fault] = []

    def switch_on(self, body: Json) -> Fault:
        """Switch one on. Raises NotPossibleError for a name or field that there is not."""
        if body.get("name") not in NAMES or body.keys() - FIELDS:
            raise NotPossibleError(f"A fault has {', '.join(sorted(FIELDS))}; its name is one of {', '.join(NAMES)}.")
        made = Fault(**body)
        self._on.append(made)
        return made

    def switch_off(self) -> None:
        """Switch all off."""
        self._on.clear()

    def listed(self) -> list[Json]:
        """Those that are on."""
        return [asdict(each) for each in self._on]

    def take(self, name: str, method: str = "") -> Fault | None:
        """The fault of that name that is due for this method; one of its times is used."""
        found = next((each for each in self._on if each.name == name and each.method in {"", method}), None)
        if found is None or not found.times:
            return found
        found.times -= 1
        if not found.times:
            self._on.remove(found)
        return found
