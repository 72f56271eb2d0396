"""Work that outlives the request that started it. Bolt and asyncio keep no strong reference to a task, so somebody must."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import structlog

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


class Work:
    """The running tasks. `drain` lets them finish when the program stops; afterwards nothing new is taken."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()
        self._closed = False

    def __len__(self) -> int:
        """How many are running."""
        return len(self._tasks)

    def start(self, job: Coroutine[object, object, T], *, quiet: bool = False) -> asyncio.Task[T]:
        """Run it in the background; a failure that nobody awaits is logged. `quiet`: the caller looks at the outcome itself."""
        if self._closed:
            job.close()
            msg = "the program is stopping"
            raise RuntimeError(msg)
        task = asyncio.create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._forget if quiet else self._report)
        return task

    async def idle(self) -> None:
        """Wait until nothing runs any more."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def drain(self, seconds: float) -> int:
        """Wait for what runs, also for what it starts meanwhile; returns how many had to be cancelled after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self.idle()
        except TimeoutError:
            structlog.get_logger().warning("work was cut off", tasks=len(self._tasks))
        self._closed = True
        left = list(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return len(left)

    def _forget(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)

    def _report(self, task: asyncio.Task[object]) -> None:
        self._forget(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            structlog.get_logger().error("background work failed", exc_info=error)
