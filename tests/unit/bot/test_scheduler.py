"""Given jobs with a timetable, when their time comes, then each is run once, by whoever holds the lease, and failures show."""

from __future__ import annotations

import asyncio
import io
import logging
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from apscheduler.triggers.cron import CronTrigger

from bot.logs import configure_logs
from bot.scheduler import LEASE, Scheduler, Turn
from handlers.feature import Feature, Job, load_features
from services import Services
from services.access.background import Background
from services.clock import system_clock
from services.errors import StoreError
from storage.jobs import Jobs, Outcome
from tests.fakes.homes import state
from tests.fakes.house import MovableClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from storage.database import Database

NOON = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
DUE = NOON.replace(second=0)
SERVICES: Any = Services(**dict.fromkeys(Services.__dataclass_fields__))  # type: ignore[arg-type]  # unused


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with state(tmp_path) as each:
        yield each


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream, root = io.StringIO(), logging.getLogger()
    before, level = root.handlers, root.level
    configure_logs("INFO", "json", stream)
    yield stream
    root.handlers, root.level = before, level
    structlog.reset_defaults()


@dataclass
class Office:
    """A process that runs jobs, its clock, and what its job did."""

    scheduler: Scheduler
    store: Jobs
    clock: MovableClock
    done: list[datetime] = field(default_factory=list)

    async def until(self, condition: Callable[[], object]) -> None:
        """Five seconds at most."""
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110 - what is waited for is in a database
                await asyncio.sleep(0.01)

    def outcomes(self) -> dict[str, Outcome]:
        """How each job's newest run ended."""
        return {run.job: run.outcome for run in self.store.latest()}


@asynccontextmanager
async def office(
    database: Database,
    *more: Job,
    cron: str = "* * * * *",
    owner: str = "a",
    clock: MovableClock | None = None,
    drain_seconds: float = 5,
    renew_seconds: float = 0.05,
) -> AsyncIterator[Office]:
    """Started, and stopped at the end. Its job `test.note` notes when it ran."""
    clock, store = clock or MovableClock(NOON), Jobs(database)

    async def note(_: Services) -> None:
        each.done.append(clock())

    with ThreadPoolExecutor(2) as executor:
        scheduler = Scheduler(
            [Job("test.note", cron, note), *more],
            SERVICES,
            store,
            Background(executor),
            clock,
            owner=owner,
            renew_seconds=renew_seconds,
            drain_seconds=drain_seconds,
        )
        each = Office(scheduler, store, clock)
        await scheduler.start()
        # The tests tick by their own clock; a real minute that begins meanwhile must not tick too.
        scheduler._ticker.pause()
        try:
            yield each
        finally:
            await scheduler.stop()


def ran(database: Database, job: str = "test.note", before: timedelta = timedelta(hours=1)) -> None:
    """Some earlier process ran the job some time ago."""
    store = Jobs(database)
    store.take("earlier", NOON - before, LEASE)
    assert store.begin(job, DUE - before, "earlier", NOON - before)
    store.finish(job, DUE - before, Outcome.DONE, NOON - before)
    store.give_up("earlier")


# When a job is due


@pytest.mark.parametrize(
    ("cron", "now", "due"),
    [
        ("* * * * *", "2026-11-22T12:00:30", "2026-11-22T12:00:00"),
        ("* * * * *", "2026-11-22T12:00:00", "2026-11-22T12:00:00"),
        ("17 * * * *", "2026-11-22T12:16:59", "2026-11-22T11:17:00"),
        ("0 9 * * *", "2026-11-22T20:59:59", "2026-11-22T09:00:00"),
        ("0 9 * * *", "2026-11-22T21:00:01", None),
        ("0 9 * * mon-fri", "2026-11-22T10:00:00", None),
        ("0 9 * * mon-fri", "2026-11-23T10:00:00", "2026-11-23T09:00:00"),
        ("30 23 1 * *", "2026-12-02T00:10:00", "2026-12-01T23:30:00"),
    ],
)
def test_a_job_is_due_at_its_last_moment_unless_that_is_long_ago(cron: str, now: str, due: str | None) -> None:
    turn = Turn.of(Job("test.job", cron, pytest.fail))
    found = turn.due(datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert found == (datetime.fromisoformat(due).replace(tzinfo=UTC) if due else None)


@pytest.mark.parametrize("cron", ["0 9 * * 1-5", "0 9 * *", "61 * * * *", "nonsense"])
def test_a_timetable_that_means_something_else_is_refused(cron: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - three libraries' words
        Turn.of(Job("test.job", cron, pytest.fail))


@pytest.mark.parametrize("job", [job for feature in load_features() for job in feature.jobs.values()], ids=lambda job: job.name)
def test_every_job_that_is_declared_can_be_scheduled(job: Job) -> None:
    Turn.of(job)
    assert job.name.count(".") == 1


def test_a_feature_declares_its_jobs_under_its_name() -> None:
    feature = Feature("test")

    @feature.job("daily", cron="0 9 * * *")
    async def daily(_: Services) -> None:
        """Nothing."""

    assert feature.jobs["test.daily"] == Job("test.daily", "0 9 * * *", daily)


# Running them


async def test_what_was_missed_is_made_up_for_once(database: Database) -> None:
    ran(database, before=timedelta(hours=2))
    async with office(database, cron="17 * * * *") as each:
        await each.until(lambda: each.outcomes()["test.note"] is Outcome.DONE and each.done)
        assert each.done == [NOON]
        (run,) = each.store.latest()
        assert run.scheduled_for == datetime(2026, 11, 22, 11, 17, tzinfo=UTC)


async def test_what_was_missed_too_long_ago_waits_for_its_turn(database: Database) -> None:
    ran(database, before=timedelta(days=3))
    async with office(database, cron="0 23 * * *"):
        await asyncio.sleep(0.1)
    (run,) = Jobs(database).latest()
    assert run.scheduled_for == DUE - timedelta(days=3)


async def test_a_job_that_never_ran_has_missed_nothing(database: Database) -> None:
    async with office(database) as each:
        await asyncio.sleep(0.1)
        assert each.done == []


async def test_what_ran_already_is_not_run_again_after_a_restart(database: Database) -> None:
    ran(database)
    async with office(database) as each:
        await each.until(lambda: each.done)
    async with office(database) as again:
        await asyncio.sleep(0.1)
        assert again.done == []


async def test_the_clock_ticks_and_the_job_runs_each_time(database: Database) -> None:
    done: list[int] = []

    async def note(_: Services) -> None:
        done.append(1)

    with ThreadPoolExecutor(1) as executor:
        scheduler = Scheduler([], SERVICES, Jobs(database), Background(executor), system_clock)
        # A timetable in seconds, so that the test need not wait for a minute of the real clock.
        scheduler._turns = (Turn(Job("test.note", "* * * * *", note), CronTrigger(second="*", timezone=UTC)),)
        await scheduler.start()
        async with asyncio.timeout(10):
            while len(done) < 2:  # noqa: ASYNC110 - what is waited for is the clock
                await asyncio.sleep(0.02)
        await scheduler.stop()
    with database.read() as connection:
        runs = connection.execute(
            "SELECT count(*), count(DISTINCT scheduled_for), min(outcome), max(outcome) FROM job_runs"
        ).fetchone()
    assert runs == (len(done), len(done), "done", "done")


async def test_a_second_tick_of_the_same_moment_does_nothing(database: Database) -> None:
    async with office(database) as each:
        (turn,) = each.scheduler._turns
        await each.scheduler._tick(turn)
        await each.until(lambda: each.outcomes() == {"test.note": Outcome.DONE})
        await each.scheduler._tick(turn)
        await asyncio.sleep(0.05)
        assert len(each.done) == 1


async def test_a_machine_that_slept_through_its_lease_takes_it_back_and_runs_what_is_due(database: Database) -> None:
    async with office(database, renew_seconds=60) as each:
        each.clock.move(hours=3)
        await each.scheduler._tick(each.scheduler._turns[0])
        await each.until(lambda: each.outcomes() == {"test.note": Outcome.DONE})
        assert each.done == [NOON + timedelta(hours=3)]


async def test_a_job_that_raises_is_failed_with_an_id_that_stands_in_the_log(database: Database, log: io.StringIO) -> None:
    async def broken(_: Services) -> None:
        msg = "xoxb-111111111111-secret"
        raise RuntimeError(msg)

    async def full(_: Services) -> None:
        raise StoreError("The disk is full.", "Free some.")

    ran(database, "test.broken")
    ran(database, "test.full")
    async with office(database, Job("test.broken", "* * * * *", broken), Job("test.full", "* * * * *", full)) as each:
        await each.until(lambda: list(each.outcomes().values()) == [Outcome.FAILED] * 2)
        details = {run.job: run.detail for run in each.store.latest()}
    assert details["test.full"] == "The disk is full."
    assert details["test.broken"].startswith("RuntimeError")
    text = log.getvalue()
    assert "Traceback" in text
    assert "secret" not in text
    (identity,) = {line.split('"request_id": "')[1][:12] for line in text.splitlines() if "Traceback" in line}
    assert identity in details["test.broken"]


async def test_one_that_fails_does_not_stop_the_others_nor_the_next_time(database: Database) -> None:
    async def broken(_: Services) -> None:
        raise RuntimeError

    ran(database, "test.broken")
    ran(database)
    async with office(database, Job("test.broken", "* * * * *", broken)) as each:
        await each.until(lambda: each.outcomes() == {"test.broken": Outcome.FAILED, "test.note": Outcome.DONE})


async def test_a_run_that_takes_longer_than_its_turn_is_not_doubled(database: Database, log: io.StringIO) -> None:
    going, begun = asyncio.Event(), []

    async def slow(_: Services) -> None:
        begun.append(1)
        await going.wait()

    ran(database, "test.slow")
    async with office(database, Job("test.slow", "* * * * *", slow)) as each:
        await each.until(lambda: begun)
        each.clock.move(minutes=1)
        await each.scheduler._tick(each.scheduler._turns[1])
        assert begun == [1]
        going.set()
        await each.until(lambda: each.outcomes()["test.slow"] is Outcome.DONE)
    assert "longer than its turn" in log.getvalue()


# Who runs them


async def test_one_process_runs_the_jobs_and_the_other_takes_over_when_it_stops(database: Database) -> None:
    ran(database)
    async with office(database, owner="b") as first:
        await first.until(lambda: first.done)
        async with office(database, owner="c", clock=first.clock) as second:
            assert (first.scheduler.holds, second.scheduler.holds) == (True, False)
            await second.scheduler._tick(second.scheduler._turns[0])
            await asyncio.sleep(0.05)
            assert second.done == []
            first.clock.move(seconds=45)
            await first.scheduler.stop()
            await second.until(lambda: second.done)
            assert second.scheduler.holds


@pytest.mark.parametrize(("host", "is_alive", "holds"), [("", False, True), ("", True, False), ("elsewhere", False, False)])
async def test_the_lease_of_a_process_that_is_no_more_is_not_waited_for(
    database: Database, host: str, *, is_alive: bool, holds: bool
) -> None:
    process = subprocess.Popen(["sleep", "60"])  # noqa: S607, ASYNC220 - any process will do
    if not is_alive:
        process.kill()
        process.wait()
    Jobs(database).take(f"{host or socket.gethostname()}:{process.pid}:abc", NOON, LEASE)
    async with office(database) as each:
        assert each.scheduler.holds is holds
    process.kill()
    process.wait()


async def test_what_a_dead_process_was_at_is_said_and_kept(database: Database, log: io.StringIO) -> None:
    store = Jobs(database)
    store.take("dead", NOON - timedelta(hours=1), LEASE)
    store.begin("test.note", DUE - timedelta(hours=1), "dead", NOON - timedelta(hours=1))
    async with office(database, cron="0 0 1 1 *") as each:
        assert each.outcomes() == {"test.note": Outcome.LOST}
    assert "a job was cut off" in log.getvalue()


async def test_who_loses_the_lease_runs_nothing_more(database: Database, log: io.StringIO) -> None:
    async with office(database) as each:
        each.store.give_up("a")
        each.store.take("thief", each.clock() + timedelta(hours=1), LEASE)
        await each.until(lambda: not each.scheduler.holds)
        each.clock.move(minutes=1)
        await each.scheduler._tick(each.scheduler._turns[0])
        await asyncio.sleep(0.05)
        assert each.done == []
    assert "another Tuppence runs the jobs" in log.getvalue()


async def test_a_store_that_is_locked_for_a_while_does_not_end_the_clock(
    database: Database, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(database) as each:
        with monkeypatch.context() as while_locked:
            while_locked.setattr(database, "_timeout", 0.01)
            with database.write():
                await each.until(lambda: "not renewed" in log.getvalue())
        assert each.scheduler.holds
        await asyncio.sleep(0.1)
        assert each.store.take("a", NOON, LEASE)


# Stopping


async def test_what_runs_comes_to_its_end(database: Database) -> None:
    begun = asyncio.Event()

    async def slow(_: Services) -> None:
        begun.set()
        await asyncio.sleep(0.2)

    ran(database, "test.slow")
    async with office(database, Job("test.slow", "* * * * *", slow)) as each:
        await begun.wait()
        await each.scheduler.stop()
        assert each.outcomes()["test.slow"] is Outcome.DONE
        assert each.store.take("next", NOON, LEASE), "the lease is free at once"


async def test_what_does_not_come_to_its_end_is_cut_off_and_stays_visible(database: Database, log: io.StringIO) -> None:
    async def endless(_: Services) -> None:
        await asyncio.Event().wait()

    ran(database, "test.endless")
    async with office(database, Job("test.endless", "* * * * *", endless), drain_seconds=0.05) as each:
        await each.until(lambda: each.outcomes()["test.endless"] is Outcome.RUNNING)
        await each.scheduler.stop()
    assert "test.endless" in log.getvalue()
    (lost,) = Jobs(database).settle("next")
    assert (lost.job, lost.finished_at) == ("test.endless", None)


async def test_stopping_twice_or_before_the_start_is_nothing(database: Database) -> None:
    with ThreadPoolExecutor(1) as executor:
        await Scheduler([], SERVICES, Jobs(database), Background(executor), MovableClock(NOON)).stop()
    async with office(database) as each:
        await each.scheduler.stop()
