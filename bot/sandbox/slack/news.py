"""Who is told that something changed: the page's stream of each person, and tests that wait for something to be so."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.sandbox.slack.workspace import Json

QUEUE = 1000
LOOK = 0.05
Seen = TypeVar("Seen")


class News:
    """Tells everybody, or some, what changed; not what it is now, which is read."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Queue[Json], str] = {}
        self._changed = asyncio.Event()

    def tell(self, what: str, *, channel: str = "", text: str = "", to: Iterable[str] | None = None) -> None:
        """`to` are people's ids; without it everybody is told."""
        item: Json = {"what": what} | ({"channel": channel} if channel else {}) | ({"text": text} if text else {})
        wanted = None if to is None else set(to)
        for queue, user in self._listeners.items():
            if (wanted is None or user in wanted) and not queue.full():
                queue.put_nowait(item)
        self._changed.set()

    @contextmanager
    def listen(self, user: str) -> Iterator[asyncio.Queue[Json]]:
        """What this person is told from now on."""
        queue: asyncio.Queue[Json] = asyncio.Queue(QUEUE)
        self._listeners[queue] = user
        try:
            yield queue
        finally:
            del self._listeners[queue]

    async def until(self, look: Callable[[], Seen], seconds: float = 5.0) -> Seen:
        """Look again after each change, and now and then, until what is seen is true. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not (seen := look()):
                self._changed.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), LOOK)
        return seen

    def close(self) -> None:
        """End every stream."""
        for queue in self._listeners:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait({})
