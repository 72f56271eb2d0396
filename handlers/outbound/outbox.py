"""The outbox is emptied here, by the process that holds the jobs' lease: at once when woken, and twice a second for others' rows.

Each letter is an errand of its own, so a channel that is slow or refuses holds up nobody else; what keeps a channel's order is
that the store hands out its next letter only when the one before is settled.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from handlers.outbound.errand import Errand
from services.errors import TuppenceError

if TYPE_CHECKING:
    from handlers.outbound.post_office import PostOffice
    from storage.model.letter import Claim

LOOK = 0.5
"""Seconds between two looks when nobody wakes us."""
AT_ONCE = 32
"""Errands at the same time."""


class Pump:
    """Takes letters and sees each to its end. Built anywhere, `start`ed inside the loop."""

    def __init__(self, office: PostOffice, *, at_once: int = AT_ONCE, look: float = LOOK) -> None:
        self._office, self._at_once, self._every = office, at_once, look
        self._hands: dict[str, asyncio.Task[None]] = {}
        self._woken, self._looking = asyncio.Event(), asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look; from now on `services.outbox` wakes us."""
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._keep_looking())
        self._office.services.outbox.wakes(self.wake)

    def wake(self) -> None:
        """Look now. From any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def stop(self) -> None:
        """Take nothing more. What is in hand is tracked work and ends with that; what does not is found out about later."""
        if self._task is None:
            return
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._task = None

    async def look(self) -> int:
        """Take what can be taken now; how many that were. Raises StoreError."""
        # One after the other: what the first has just taken is not in hand yet, and the second would call it left behind.
        async with self._looking:
            free = self._at_once - len(self._hands)
            claims = await self._office.sending.next(frozenset(self._hands), free) if free > 0 else ()
            for claim in claims:
                self._carry(claim)
        return len(claims)

    def _carry(self, claim: Claim) -> None:
        task = self._office.work.start(Errand(self._office, claim).run())
        self._hands[claim.token] = task
        task.add_done_callback(lambda _: self._done(claim.token))

    async def idle(self) -> None:
        """Wait until nothing is in hand."""
        while self._hands:
            await asyncio.wait(self._hands.values())

    def _done(self, token: str) -> None:
        self._hands.pop(token, None)
        self._woken.set()

    async def _keep_looking(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self.look()
            except TuppenceError as error:
                structlog.get_logger().warning("the outbox could not be read", reason=error.sentence)
            # Not wait_for: before Python 3.12 that loses a cancellation that comes just when the event does.
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await self._woken.wait()
