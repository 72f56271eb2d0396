"""Given a home that was used for a while, when it is tidied up, then what is past its time goes, and only that."""

from __future__ import annotations

import asyncio
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.app import run
from services.clock import fixed_clock
from services.upkeep.results import Tidied
from services.upkeep.service import RUNS_KEPT, Upkeep
from storage.backup import STAGING
from storage.costs import GRACE_SECONDS
from storage.deliveries import KEPT, Deliveries
from storage.jobs import Jobs, Outcome
from tests.fakes.homes import filled, state
from tests.fakes.slack import FakeSlack
from tests.fakes.stores import opened
from tests.scenario.office import settings_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LEASE = timedelta(minutes=1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return filled(tmp_path / "home")


def age(path: Path, now: datetime, seconds: float) -> Path:
    """The file exists, and was last changed so long ago."""
    path.parent.mkdir(exist_ok=True)
    path.touch()
    moment = now.timestamp() - seconds
    os.utime(path, (moment, moment))
    return path


def ran(jobs: Jobs, job: str, moment: datetime) -> None:
    jobs.take("a", moment, LEASE)
    jobs.begin(job, moment.replace(microsecond=0), "a", moment)
    jobs.finish(job, moment.replace(microsecond=0), Outcome.DONE, moment)
    jobs.give_up("a")


async def test_what_is_past_its_time_goes_and_the_rest_stays(home: Path) -> None:
    old = [
        age(home / "lake" / "replaced.parquet", NOW, GRACE_SECONDS + 1),
        age(home / "tmp" / "half.parquet", NOW, GRACE_SECONDS + 1),
    ]
    young = [age(home / "lake" / "just-now.parquet", NOW, GRACE_SECONDS - 1), age(home / "tmp" / "busy.tmp", NOW, 5)]
    other = [age(home / "master.key", NOW, 10**6), age(home / "notes" / "x.parquet", NOW, 10**6)]
    (home / STAGING / "lake").mkdir(parents=True)
    with opened(home) as store, state(home) as database, ThreadPoolExecutor(1) as executor:
        listed = [age(home / "lake" / part.file, NOW, 10**6) for part in store.catalog().parts]
        deliveries, jobs = Deliveries(database), Jobs(database)
        deliveries.claim("young", NOW - KEPT / 2)
        ran(jobs, "job", NOW - RUNS_KEPT - timedelta(days=1))
        ran(jobs, "job", NOW - timedelta(days=1))
        upkeep = Upkeep(store, database, executor, fixed_clock(NOW))
        assert await upkeep.tidy() == Tidied(files=2, deliveries=0, runs=1)
        assert await upkeep.tidy() == Tidied(0, 0, 0)
        later = Upkeep(store, database, executor, fixed_clock(NOW + KEPT))
        assert (await later.tidy()).deliveries == 1
        assert deliveries.claim("young", NOW + KEPT), "it was forgotten"
    assert [path.exists() for path in (*old, *other, *listed)] == [False, False, *[True] * (len(other) + len(listed))]
    assert [path.exists() for path in young] == [False, False], "by the last look they were old as well"
    assert not (home / STAGING).exists()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for is in a database
            await asyncio.sleep(0.05)


async def test_the_program_does_its_housekeeping_by_itself(home: Path) -> None:
    """Down when it was due, it does it after the start, and says so in the store."""
    now = datetime.now(UTC)
    loose = age(home / "lake" / "replaced.parquet", now, GRACE_SECONDS + 60)
    with state(home) as database:
        ran(Jobs(database), "upkeep.housekeeping", now - timedelta(hours=3))
    async with FakeSlack() as slack:
        running = asyncio.create_task(run(settings_for(slack, home, "http", log_level="ERROR")))

        def latest() -> tuple[Outcome, bool]:
            with state(home) as database:
                (found,) = Jobs(database).latest()
            return found.outcome, found.scheduled_for > now - timedelta(hours=2)

        await until(lambda: running.done() or latest() == (Outcome.DONE, True))
        assert not running.done(), running.exception()
        assert not loose.exists()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(running, 10)
    with state(home) as database:
        assert Jobs(database).take("next", datetime.now(UTC), LEASE), "the lease was given back"
