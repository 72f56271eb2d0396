"""The clock's side of the program: every feature's jobs, run when they are due, each once, by one process.

APScheduler only ticks. Whether a job runs is decided by state.db: the holder of the lease inserts the run, and what was missed
while nobody held it is made up for once, not once for each time. A run that a process took to its grave stays visible as lost.
"""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from structlog.contextvars import bound_contextvars

from services.errors import TuppenceError
from storage.jobs import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from handlers.feature import Job
    from services import Services
    from services.access.background import Background
    from services.clock import Clock
    from storage.jobs import Jobs

LEASE = timedelta(seconds=60)
RENEW_SECONDS = 20.0
"""Two renewals may fail before the lease is lost."""
DRAIN_SECONDS = 20.0
"""How long running jobs may take to end when the program stops; together with the server's, below what supervisors wait."""
CATCH_UP = timedelta(hours=12)
"""A job that was missed longer ago waits for its next turn: a digest of yesterday morning helps nobody."""
LOOK_BACK = (timedelta(minutes=2), timedelta(hours=2), CATCH_UP)


@dataclass(frozen=True, slots=True)
class Turn:
    """A job and its timetable."""

    job: Job
    trigger: CronTrigger

    @classmethod
    def of(cls, job: Job) -> Turn:
        """Read the cron expression. Raises ValueError, also for weekday numbers: cron's 0 is Sunday, APScheduler's is Monday."""
        if any(sign.isdigit() for sign in job.cron.split()[-1]):
            msg = f"{job.name}: write weekdays as names (mon-fri), not {job.cron.split()[-1]}"
            raise ValueError(msg)
        return cls(job, CronTrigger.from_crontab(job.cron, timezone=UTC))

    def due(self, now: datetime) -> datetime | None:
        """The last moment, up to now, that it was due; None when that is longer ago than `CATCH_UP`."""
        for span in LOOK_BACK:
            last, fire = None, self._after(None, now - span)
            while fire is not None and fire <= now:
                last, fire = fire, self._after(fire, fire)
            if last is not None:
                return last
        return None

    def _after(self, previous: datetime | None, now: datetime) -> datetime | None:
        fire: datetime | None = self.trigger.get_next_fire_time(previous, now)
        return fire.astimezone(UTC) if fire else None


class Scheduler:
    """Runs jobs while it holds the lease. `owner` is this process, whatever else runs on the machine."""

    def __init__(
        self,
        jobs: Iterable[Job],
        services: Services,
        store: Jobs,
        background: Background,
        clock: Clock,
        *,
        owner: str = "",
        lease: timedelta = LEASE,
        renew_seconds: float = RENEW_SECONDS,
        drain_seconds: float = DRAIN_SECONDS,
    ) -> None:
        self.owner = owner or f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._turns = tuple(Turn.of(job) for job in jobs)
        self._services, self._store, self._background, self._clock = services, store, background, clock
        self._lease, self._renew_seconds, self._drain_seconds = lease, renew_seconds, drain_seconds
        self._ticker = AsyncIOScheduler(timezone=UTC)
        self._running: dict[str, asyncio.Task[None]] = {}
        self._asking: set[asyncio.Task[bool]] = set()
        self._keeper: asyncio.Task[None] | None = None
        self._holds = False

    @property
    def holds(self) -> bool:
        """Whether this process runs the jobs now."""
        return self._holds

    async def start(self) -> None:
        """Take the lease if it is free, make up for what was missed, and tick from now on. Raises StoreError."""
        holder = await self._background(self._store.holder)
        if _is_gone(holder):
            # What a crash left behind: whoever starts again right after it need not wait until it expires.
            await self._background(self._store.give_up, holder)
        await self._renew()
        late = int(CATCH_UP.total_seconds())
        for turn in self._turns:
            self._ticker.add_job(
                self._tick, turn.trigger, args=[turn], id=turn.job.name, coalesce=True, misfire_grace_time=late, max_instances=1
            )
        self._ticker.start()
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Begin nothing more, let what runs come to its end, and let go of the lease."""
        if self._keeper is None:
            return
        self._ticker.shutdown(wait=False)
        self._keeper.cancel()
        await asyncio.wait({self._keeper})
        self._keeper = None
        await self._drain()
        self._holds = False
        if self._asking:
            await asyncio.wait(self._asking)
        with suppress(TuppenceError):  # it expires by itself
            await self._background(self._store.give_up, self.owner)

    async def _drain(self) -> None:
        if not self._running:
            return
        _, left = await asyncio.wait(self._running.values(), timeout=self._drain_seconds)
        for task in left:
            task.cancel()
        if left:
            structlog.get_logger().warning("jobs were cut off", jobs=sorted(self._running))
            await asyncio.wait(left)

    async def _keep(self) -> None:
        """Renew the lease until cancelled; a store that cannot be written for a while is no reason to give up."""
        while True:
            await asyncio.sleep(self._renew_seconds)
            await self._try_to_renew()

    async def _try_to_renew(self) -> None:
        try:
            await self._renew()
        except TuppenceError as error:
            structlog.get_logger().warning("the lease of the jobs was not renewed", reason=error.sentence)

    async def _renew(self) -> None:
        held_before = self._holds
        self._holds = await self._ask()
        if self._holds and not held_before:
            await self._take_over()
        elif held_before and not self._holds:
            structlog.get_logger().warning("another Tuppence runs the jobs now")

    async def _ask(self) -> bool:
        """Ask for the lease. The question outlives whoever is cancelled over it, and `stop` waits for it."""
        asking = asyncio.create_task(self._background(self._store.take, self.owner, self._clock(), self._lease))
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)
        return await asyncio.shield(asking)

    async def _take_over(self) -> None:
        for run in await self._background(self._store.settle, self.owner):
            structlog.get_logger().warning("a job was cut off", job=run.job, due=run.scheduled_for.isoformat())
        known = {run.job: run.scheduled_for for run in await self._background(self._store.latest)}
        for turn in self._turns:
            due = turn.due(self._clock())
            # A job that never ran has missed nothing: it begins with its next turn.
            if due is not None and turn.job.name in known and known[turn.job.name] < due:
                self._launch(turn, due)

    async def _tick(self, turn: Turn) -> None:
        # A machine that slept through its lease wakes up to a job that is due: it may have it back first.
        await self._try_to_renew()
        due = turn.due(self._clock())
        if self._holds and due is not None:
            self._launch(turn, due)

    def _launch(self, turn: Turn, due: datetime) -> None:
        name = turn.job.name
        if name in self._running:
            structlog.get_logger().warning("a job takes longer than its turn", job=name)
            return
        self._running[name] = task = asyncio.create_task(self._run(turn.job, due))
        task.add_done_callback(lambda _: self._running.pop(name, None))

    async def _run(self, job: Job, due: datetime) -> None:
        """One run, from its row to its outcome."""
        identity = uuid4().hex[:12]
        with bound_contextvars(request_id=identity, job=job.name):
            log = structlog.get_logger()
            try:
                if await self._background(self._store.begin, job.name, due, self.owner, self._clock()):
                    outcome, detail = await self._outcome(job, identity)
                    await self._background(self._store.finish, job.name, due, outcome, self._clock(), detail)
            except TuppenceError as error:
                log.warning("a job's run could not be noted", reason=error.sentence)

    async def _outcome(self, job: Job, identity: str) -> tuple[Outcome, str]:
        """Run it, under an id for the log. Nothing that a job raises may end the clock."""
        log = structlog.get_logger()
        try:
            await job.run(self._services)
        except TuppenceError as error:
            log.warning("job failed", reason=error.sentence, remedy=error.remedy)
            return Outcome.FAILED, error.sentence
        except Exception as error:  # the job runner is one of the four boundaries
            log.exception("job failed")
            return Outcome.FAILED, f"{type(error).__name__}, {identity} in the log"
        return Outcome.DONE, ""


def _is_gone(owner: str) -> bool:
    """Whether the owner was a process of this machine that is no more; one with our own number was another before us."""
    host, _, rest = owner.partition(":")
    number = rest.partition(":")[0]
    if host != socket.gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return int(number) == os.getpid()
