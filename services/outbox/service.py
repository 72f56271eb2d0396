"""The outbox, for services and handlers: letters go in; whoever sends them is woken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.access.background import Background
from storage.outbox import Outbox as Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from services.clock import Clock
    from storage.database import Database
    from storage.model.letter import Delivery, Letter


class Outbox:
    """Queues letters. Who has a transaction of their own calls `storage.outbox.enqueue` in it, and `wake` afterwards."""

    def __init__(self, database: Database, executor: Executor, clock: Clock) -> None:
        self._store, self._background, self._clock = Store(database), Background(executor), clock
        self._sender: Callable[[], None] = _nobody

    async def post(self, *letters: Letter) -> None:
        """Queue letters, on disk when this returns; they are sent as soon as may be. Raises StoreError."""
        await self._background(self._store.enqueue, letters, self._clock())
        self.wake()

    async def find(self, key: str) -> Delivery | None:
        """What became of a letter."""
        return await self._background(self._store.find, key)

    def wake(self) -> None:
        """Something was queued: send it now. From any thread; where nobody sends, another process will see it soon."""
        self._sender()

    def wakes(self, sender: Callable[[], None]) -> None:
        """Whom to wake. One a process."""
        self._sender = sender


def _nobody() -> None:
    """There is no sender in this process: the terminal, a test."""
