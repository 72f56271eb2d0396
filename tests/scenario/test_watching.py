"""Given a bill that goes wrong on the 10th, when the jobs run morning by morning, then one message tells it to its end."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

import pytest

from bot.app import build
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.seed import ADMIN, FINOPS, PAYMENTS
from bot.sandbox.slack.server import LocalSlack
from bot.settings import load_settings
from handlers.anomalies import feature
from services.ingest.service import Ingest
from storage.model.anomaly import Ending, Status
from storage.model.period import DAY, Period
from tests.fakes.bills import WEB, write_csv
from tests.fakes.connected import connected
from tests.fakes.house import MovableClock
from tests.fakes.visitor import Visitor
from tests.fakes.watched import EC2, USUAL, Bill, about, changed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from bot.app import Bot
    from bot.sandbox.slack.workspace import Message

QUICK = Limits(processing=0.02, channel_gap=0.0)
TENTH, FIRST = date(2026, 11, 10), date(2026, 8, 1)
BILL = Bill({**USUAL, (WEB, EC2): changed(about("200"), (TENTH, TENTH + DAY, "600"))})
ROUTES = (f"routes set payments in <#{PAYMENTS}> zone UTC for account={WEB}", f"routes set rest in <#{FINOPS}> zone UTC")


@dataclass
class Days:
    """The program over some days."""

    slack: LocalSlack
    bot: Bot
    clock: MovableClock
    folder: Path

    async def morning(self, day: date) -> None:
        """The bill is there through yesterday; the hour's and the minute's job run, and what they say is said."""
        self.clock.now = datetime.combine(day, time(9, 23), UTC)
        rows = BILL.rows(Period(FIRST if day == TENTH else date(2026, 11, 1), day))
        Ingest(self.bot.house.stores.costs).run([write_csv(self.folder / "aws.csv", rows)], source="aws")
        for job in ("anomalies.watch", "anomalies.tell"):
            await feature.jobs[job].run(self.bot.house.services)
        async with asyncio.timeout(30):
            while await self.bot.pump.look() or len(self.bot.work):
                await self.bot.pump.idle()
                await self.bot.work.idle()

    def said(self, channel: str, *, in_threads: bool = False) -> Sequence[Message]:
        """What stands in a channel, or in its threads, for everybody."""
        every = self.slack.state.workspace.messages.get(channel, [])
        return [each for each in every if each.bot and not each.only_for and bool(each.thread) is in_threads]


async def _briefly(seconds: float) -> None:
    await asyncio.sleep(seconds / 100)


@asynccontextmanager
async def program(folder: Path) -> AsyncIterator[Days]:
    """Tuppence with two routes, and nothing known yet."""
    build(load_settings(home=folder / "home")).close()
    clock = MovableClock(datetime.combine(TENTH, time(8), UTC))
    async with LocalSlack(limits=QUICK) as slack, connected(slack, folder / "home", clock=clock, sleep=_briefly) as bot:
        for words in ROUTES:
            await Visitor(slack, bot, ADMIN, PAYMENTS).run(f"/tuppence {words}")
        yield Days(slack, bot, clock, folder)


@pytest.fixture
async def days(tmp_path: Path) -> AsyncIterator[Days]:
    async with program(tmp_path) as made:
        yield made


async def test_from_the_first_look_to_what_it_cost(days: Days) -> None:
    await days.morning(TENTH)
    assert days.said(PAYMENTS) == []
    (summary,) = days.said(FINOPS)
    assert "web" in summary.text

    await days.morning(TENTH + DAY)
    (alert,) = days.said(PAYMENTS)
    assert alert.text.startswith("High: spike in Amazon Elastic Compute Cloud in web")
    assert "$598" in alert.text
    for number in (2, 3, 4):
        await days.morning(TENTH + number * DAY)
    (alert,) = days.said(PAYMENTS)
    assert "$1,19" in alert.text, "the running dollars are those of both days"
    (ended,) = days.said(PAYMENTS, in_threads=True)
    assert "It was 1,19" in ended.text
    (found,) = (each for each in await days.bot.house.services.anomalies.latest() if each.channel == PAYMENTS)
    assert (found.status, found.ending) == (Status.RESOLVED, Ending.BACK)
    assert len(days.said(FINOPS)) == 1


async def test_a_second_hour_says_nothing_new(days: Days) -> None:
    await days.morning(TENTH)
    await days.morning(TENTH + DAY)
    before = [(each.ts, each.text) for each in days.said(PAYMENTS)]
    days.clock.move(hours=1)
    for job in ("anomalies.watch", "anomalies.tell"):
        await feature.jobs[job].run(days.bot.house.services)
    assert not await days.bot.pump.look()
    assert [(each.ts, each.text) for each in days.said(PAYMENTS)] == before
