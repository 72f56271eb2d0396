"""Everything that went between the app and this Slack, in order, with the tokens taken out: what the inspector shows.

`in` is what the app asked of Slack, `out` what Slack sent to the app.
"""

from __future__ import annotations

import re
import time
from collections import deque
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT = 1000
SECRET = re.compile(r"(xox[a-z](?:\.xox[a-z])?|xapp|xoxe)-[A-Za-z0-9-]{6,}")
HIDDEN = frozenset({"token", "client_secret", "access_token", "refresh_token", "authorization"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange: `status` is HTTP's, or 0 where no answer came; `ms` is how long the answer took."""

    n: int
    at: str
    direction: str
    kind: str
    name: str
    status: int
    ms: float
    request: object
    response: object

    def shown(self) -> dict[str, object]:
        """As JSON, without tokens: they are taken out when somebody looks, which is seldom."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return values | {"request": hidden(self.request), "response": hidden(self.response)}


class Traffic:
    """The newest entries. `told` is called after each."""

    def __init__(self, told: Callable[[], None]) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._told, self._n = told, 0

    def add(self, direction: str, kind: str, name: str, status: int, began: float, request: object, response: object) -> None:
        """Note an exchange that began at `began` (monotonic)."""
        self._n += 1
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        took = round((time.monotonic() - began) * 1000, 1)
        self._entries.append(Entry(self._n, at, direction, kind, name, status, took, request, response))
        self._told()

    def since(self, n: int) -> list[dict[str, object]]:
        """The entries after number `n`, oldest first."""
        return [each.shown() for each in self._entries if each.n > n]

    def named(self, name: str, direction: str = "") -> list[Entry]:
        """The entries of one method or kind of payload, oldest first."""
        return [each for each in self._entries if each.name == name and direction in {"", each.direction}]

    @property
    def newest(self) -> int:
        """The number of the newest entry."""
        return self._n


def hidden(value: object) -> object:
    """The same without tokens."""
    if isinstance(value, dict):
        return {str(name): "…" if str(name).lower() in HIDDEN and each else hidden(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [hidden(each) for each in value]
    return SECRET.sub(r"\1-…", value) if isinstance(value, str) else value
