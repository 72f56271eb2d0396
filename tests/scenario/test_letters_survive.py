"""Given processes that are stopped, killed and doubled while they send, then what was to be said stands there once, or is told.

Real processes, real signals, one state.db, and a Slack that deduplicates nothing.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.slack.control import faults
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.seed import ADMIN, BOT_USER, DATA, FINOPS, ML, PAYMENTS, PLATFORM
from bot.sandbox.slack.server import LocalSlack
from storage.jobs import Jobs, Outcome
from storage.model.letter import LetterState
from storage.outbox import Outbox
from tests.fakes.correspondence import letter
from tests.fakes.homes import state
from tests.fakes.senders import JOB, STEPS, Orders, kill, start

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from storage.database import Database

HISTORY = {"channels:history", "groups:history"}
CHANNELS = (FINOPS, PAYMENTS, PLATFORM, DATA, ML)
OVER = {LetterState.SENT, LetterState.DROPPED, LetterState.FAILED, LetterState.REFUSED}


@dataclass
class Company:
    """A Slack, a home, and the processes that were started on it."""

    slack: LocalSlack
    home: Path
    database: Database
    senders: list[BaseProcess] = field(default_factory=list)

    @property
    def outbox(self) -> Outbox:
        """The rows, seen from a third process."""
        return Outbox(self.database)

    def start(self, **orders: object) -> BaseProcess:
        """One more sender."""
        made = start(replace(Orders(str(self.home), self.slack.api_url, self.slack.keys.bot), **orders))
        self.senders.append(made)
        return made

    async def fault(self, name: str, **fields: object) -> None:
        """Switch one on."""
        assert await faults.switch_on(self.slack.state, {"name": name, **fields}) == {"ok": True}

    def posted(self, channel: str = FINOPS) -> list[str]:
        """What stands in a channel."""
        return [each.text for each in self.slack.state.workspace.messages.get(channel, []) if each.user == BOT_USER]

    async def over(self, key: str) -> LetterState:
        """How a letter ended."""
        async with asyncio.timeout(20):
            while (found := self.outbox.find(key)) is None or found.state not in OVER:  # noqa: ASYNC110 - in a database
                await asyncio.sleep(0.02)
        return found.state


@contextmanager
def company_of(slack: LocalSlack, home: Path) -> Iterator[Company]:
    """Nothing that was started outlives the test."""
    with state(home) as database:
        company = Company(slack, home, database)
        try:
            yield company
        finally:
            for each in company.senders:
                kill(each)


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    manifest = Manifest.read()
    async with LocalSlack(limits=Limits(channel_gap=0.0), manifest=replace(manifest, scopes=manifest.scopes | HISTORY)) as each:
        yield each


@pytest.fixture
def company(slack: LocalSlack, tmp_path: Path) -> Iterator[Company]:
    with company_of(slack, tmp_path) as each:
        yield each


def a_job_ran_before(database: Database) -> None:
    """So that the one that was missed since is made up for."""
    jobs, then = Jobs(database), datetime.now(UTC) - timedelta(minutes=5)
    assert jobs.take("earlier", then, timedelta(seconds=1))
    jobs.begin(JOB, then.replace(second=0, microsecond=0), "earlier", then)
    jobs.finish(JOB, then.replace(second=0, microsecond=0), Outcome.DONE, then)
    jobs.give_up("earlier")


async def test_two_processes_post_one_digest(company: Company) -> None:
    a_job_ran_before(company.database)
    for _ in range(2):
        company.start(posts_to=FINOPS)
    await company.slack.until(company.posted)
    assert await company.over("digest") is LetterState.SENT
    await asyncio.sleep(0.5)
    assert company.posted() == ["digest"]


@pytest.mark.parametrize("moment", ["writing", "looking", "posting"])
async def test_a_holder_that_was_stopped_past_its_lease_posts_nothing_twice(company: Company, moment: str) -> None:
    first = company.start(writes=0.3 if moment == "writing" else 0.0)
    await _held(company)
    if moment != "writing":
        await company.fault(
            "slow_answer", method="conversations.info" if moment == "looking" else "chat.postMessage", times=1, seconds=0.3
        )
    company.outbox.enqueue([letter("digest", FINOPS, "digest")], datetime.now(UTC))
    await _until(lambda: company.outbox.find("digest").state is LetterState.SENDING)
    if moment != "writing":
        await company.slack.until(lambda: not company.slack.state.faults.listed())
    os.kill(first.pid, signal.SIGSTOP)
    second = company.start()
    assert await company.over("digest") is LetterState.SENT
    os.kill(first.pid, signal.SIGCONT)
    await asyncio.sleep(0.8)
    assert company.posted() == ["digest"]
    assert first.is_alive()
    assert '"letter": "digest"' in (company.home / f"{second.pid}.log").read_text(), "the second one saw to it"


@pytest.mark.parametrize("may_read", [True, False])
async def test_killed_at_any_step_nothing_is_lost_silently(slack: LocalSlack, tmp_path: Path, *, may_read: bool) -> None:
    if not may_read:
        slack.state.manifest = replace(slack.state.manifest, scopes=slack.state.manifest.scopes - HISTORY)
    deaths = zip(STEPS, CHANNELS, strict=False)
    await asyncio.gather(*(_killed(slack, tmp_path / death, death, channel, may_read) for death, channel in deaths))
    # By itself: the one slow answer is for whoever posts next.
    await _killed(slack, tmp_path / "by Slack", "taken by Slack", CHANNELS[-1], may_read)


async def _killed(slack: LocalSlack, home: Path, death: str, channel: str, may_read: bool) -> None:  # noqa: FBT001 - a test's own
    """One process dies over an alert and a digest each, another comes after it."""
    for kind in ("alert", "digest"):
        with company_of(slack, home / kind) as company:
            before = len(company.posted(channel))
            company.outbox.enqueue([letter(kind, channel, kind)], datetime.now(UTC))
            await _dies(company, death, channel, before)
            company.start()
            ended = await company.over(kind)
            _judge(death, kind, ended, len(company.posted(channel)) - before, may_read=may_read)
            if ended is LetterState.DROPPED:
                await company.slack.until(lambda: any(f"<#{channel}>" in each for each in _told(company)))


async def _dies(company: Company, death: str, channel: str, before: int) -> None:
    if death in STEPS:
        victim = company.start(die_at=death)
        await _until(lambda: not victim.is_alive())
        return
    await company.fault("slow_answer", method="chat.postMessage", times=1, seconds=3)
    victim = company.start()
    await company.slack.until(lambda: len(company.posted(channel)) > before)
    kill(victim)


def _judge(death: str, kind: str, ended: LetterState, count: int, *, may_read: bool) -> None:
    """It stands there once. Where nobody may look, what may stand there comes again as an alert, and not as a digest."""
    is_unclear = death in {"begun", "answered", "taken by Slack"} and not may_read
    was_posted = death in {"answered", "taken by Slack"}
    if not is_unclear:
        assert (ended, count) == (LetterState.SENT, 1), death
    elif kind == "alert":
        assert (ended, count) == (LetterState.SENT, 2 if was_posted else 1), death
    else:
        assert (ended, count) == (LetterState.DROPPED, 1 if was_posted else 0), death


async def test_killed_at_random_moments_every_letter_stands_there_once_and_in_order(company: Company) -> None:
    dice, names = random.Random(20261122), [f"alert:{number}" for number in range(4)]  # noqa: S311 - where to die is no secret
    company.outbox.enqueue([letter(name, FINOPS) for name in names], datetime.now(UTC))
    for _ in range(4):
        victim = company.start()
        await _held(company)
        await asyncio.sleep(dice.uniform(0.0, 0.06))
        kill(victim)
    company.start()
    assert await company.over(names[-1]) is LetterState.SENT
    assert company.posted() == names


async def _held(company: Company) -> None:
    """Until some live process has the lease."""

    def held() -> bool:
        with company.database.read() as connection:
            query = "SELECT 1 FROM leases WHERE owner LIKE ? AND expires_at > ?"
            pids = [each.pid for each in company.senders if each.is_alive()]
            now = datetime.now(UTC).timestamp()
            return any(connection.execute(query, (f"%:{pid}:%", now)).fetchone() for pid in pids)

    await _until(held)


async def _until(condition: object) -> None:
    async with asyncio.timeout(15):
        while not condition():  # type: ignore[operator]  # noqa: ASYNC110 - what is waited for is another process
            await asyncio.sleep(0.01)


def _told(company: Company) -> list[str]:
    return company.posted(company.slack.state.workspace.direct(ADMIN).id)
