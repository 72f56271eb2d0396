"""Given state.db, when processes want to run jobs, then one holds the lease, each turn is run once, and what was lost shows."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from storage.jobs import Jobs, Outcome
from tests.fakes.homes import state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE, LEASE = timedelta(minutes=1), timedelta(seconds=60)


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    with state(tmp_path) as database:
        yield Jobs(database)


def test_one_holds_the_lease_until_it_expires(jobs: Jobs) -> None:
    assert jobs.take("a", NOON, LEASE)
    assert not jobs.take("b", NOON + LEASE / 2, LEASE)
    assert jobs.take("a", NOON + LEASE / 2, LEASE), "it renews its own"
    assert not jobs.take("b", NOON + LEASE, LEASE), "which moved its end"
    assert jobs.take("b", NOON + LEASE * 3 / 2, LEASE)
    assert not jobs.take("a", NOON + LEASE * 3 / 2, LEASE)


def test_who_gives_it_up_lets_the_next_one_in_at_once(jobs: Jobs) -> None:
    jobs.take("a", NOON, LEASE)
    jobs.give_up("b")
    assert not jobs.take("b", NOON, LEASE)
    jobs.give_up("a")
    assert jobs.take("b", NOON, LEASE)


def test_only_the_holder_begins_and_each_turn_once(jobs: Jobs) -> None:
    assert not jobs.begin("home.digest", NOON, "a", NOON), "nobody holds the lease"
    jobs.take("a", NOON, LEASE)
    assert not jobs.begin("home.digest", NOON, "b", NOON)
    assert jobs.begin("home.digest", NOON, "a", NOON)
    assert not jobs.begin("home.digest", NOON, "a", NOON)
    assert jobs.begin("home.digest", NOON + MINUTE, "a", NOON)
    assert jobs.begin("home.other", NOON, "a", NOON)
    assert not jobs.begin("home.other", NOON + MINUTE, "a", NOON + LEASE), "the lease has expired"


def test_of_many_threads_one_begins(jobs: Jobs) -> None:
    jobs.take("a", NOON, LEASE)
    begun: list[bool] = []
    threads = [threading.Thread(target=lambda: begun.append(jobs.begin("job", NOON, "a", NOON))) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(begun) == [False] * 7 + [True]


def test_a_run_says_how_it_ended(jobs: Jobs) -> None:
    jobs.take("a", NOON, LEASE)
    jobs.begin("job", NOON, "a", NOON)
    (running,) = jobs.latest()
    assert (running.outcome, running.finished_at, running.owner) == (Outcome.RUNNING, None, "a")
    jobs.finish("job", NOON, Outcome.FAILED, NOON + MINUTE, "the disk is full")
    (run,) = jobs.latest()
    assert (run.job, run.scheduled_for, run.started_at, run.finished_at) == ("job", NOON, NOON, NOON + MINUTE)
    assert (run.outcome, run.detail) == (Outcome.FAILED, "the disk is full")


def test_what_a_dead_process_left_running_is_lost_and_said_once(jobs: Jobs) -> None:
    jobs.take("a", NOON, LEASE)
    jobs.begin("job", NOON, "a", NOON)
    jobs.take("b", NOON + 2 * LEASE, LEASE)
    jobs.begin("mine", NOON, "b", NOON + 2 * LEASE)
    assert [(run.job, run.outcome, run.finished_at) for run in jobs.settle("b")] == [("job", Outcome.LOST, None)]
    assert jobs.settle("b") == ()
    assert [(run.job, run.outcome) for run in jobs.latest()] == [("job", Outcome.LOST), ("mine", Outcome.RUNNING)]


def test_runs_survive_a_restart_and_go_when_they_are_old_but_for_the_newest(tmp_path: Path) -> None:
    with state(tmp_path) as database:
        jobs = Jobs(database)
        jobs.take("a", NOON, LEASE)
        for days in (0, 1, 2):
            jobs.begin("daily", NOON - timedelta(days=days), "a", NOON)
        jobs.begin("yearly", NOON - timedelta(days=300), "a", NOON)
    with state(tmp_path) as database:
        jobs = Jobs(database)
        assert jobs.prune(NOON - timedelta(hours=36)) == 1
        assert jobs.prune(NOON + MINUTE) == 1
        assert [(run.job, (NOON - run.scheduled_for).days) for run in jobs.latest()] == [("daily", 0), ("yearly", 300)]
