"""The outbox, for services and handlers: letters go in; whoever sends them is woken."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from services.access.background import Background
from storage.model.period import DAY
from storage.outbox import Outbox as Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor
    from datetime import date

    from services.clock import Clock
    from storage.database import Database
    from storage.model.letter import Delivery, Letter, LetterState, Trouble


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

    async def counts(self) -> Mapping[LetterState, int]:
        """How many letters are in each state."""
        return await self._background(self._store.counts)

    async def troubles(self, channel: str, day: date) -> tuple[Trouble, ...]:
        """What did not arrive in a channel, or with a person, on a day (UTC)."""
        start = datetime.combine(day, time(), UTC)
        return await self._background(self._store.troubles, channel, start, start + DAY)

    def wake(self) -> None:
        """Something was queued: send it now. From any thread; where nobody sends, another process will see it soon."""
        self._sender()

    def wakes(self, sender: Callable[[], None]) -> None:
        """Whom to wake. One a process."""
        self._sender = sender


def _nobody() -> None:
    """There is no sender in this process: the terminal, a test."""
