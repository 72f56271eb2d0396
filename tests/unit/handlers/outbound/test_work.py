"""Background work is finished before the program stops, and a failure in it is never silent."""

from __future__ import annotations

import asyncio

import pytest
import structlog
from structlog.testing import capture_logs

from handlers.outbound.work import Work


async def test_what_runs_is_finished_when_the_program_stops() -> None:
    work, done = Work(), []

    async def job() -> None:
        await asyncio.sleep(0.01)
        done.append("first")
        work.start(second())

    async def second() -> None:
        await asyncio.sleep(0.01)
        done.append("second")

    work.start(job())
    assert len(work) == 1
    assert await work.drain(5) == 0
    assert done == ["first", "second"]
    assert len(work) == 0


async def test_what_takes_too_long_is_cut_off_and_counted() -> None:
    work = Work()
    task = work.start(asyncio.sleep(60))
    assert await work.drain(0.01) == 1
    assert task.cancelled()


async def test_nothing_new_is_taken_after_the_end() -> None:
    work = Work()
    await work.drain(1)
    with pytest.raises(RuntimeError, match="stopping"):
        work.start(asyncio.sleep(0))


async def test_a_failure_nobody_awaits_is_logged_with_its_traceback_and_its_request() -> None:
    work = Work()
    structlog.contextvars.bind_contextvars(request_id="r-9")

    async def job() -> None:
        msg = "broken"
        raise ValueError(msg)

    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        task = work.start(job())
        await asyncio.wait({task})
        await asyncio.sleep(0)
    structlog.contextvars.clear_contextvars()
    assert lines[0]["event"] == "background work failed"
    assert isinstance(lines[0]["exc_info"], ValueError)
