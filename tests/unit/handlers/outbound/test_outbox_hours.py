"""Given a Slack that is away for an hour, when it is back, then all that was to be said arrives, in order, at Slack's pace.

The clock is the test's: an hour is a loop, and whoever waits moves it.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.control import faults
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.seed import ADMIN, BOT, BOT_USER, DATA, FINOPS
from bot.sandbox.slack.server import LocalSlack
from handlers.outbound.audience import Audience
from handlers.outbound.outbox import Pump
from handlers.outbound.patience import CHANNEL_GAP, Lanes
from handlers.outbound.pictures import Uploads
from handlers.outbound.post_office import PostOffice, impatient
from handlers.outbound.routes import Wire
from handlers.outbound.work import Work
from handlers.outbox import letters
from services import Services
from services.access.admins import Admins
from services.access.background import Background
from services.access.directory import LocalDirectory
from services.outbox.sending import FAULT_WAITS, LONGEST_WAIT, Sending
from services.outbox.service import Outbox
from storage.claims import Claims
from storage.jobs import Jobs
from storage.model.letter import LetterState
from storage.roles import Roles
from tests.fakes.correspondence import Correspondence, anybody, letter
from tests.fakes.homes import state
from tests.fakes.house import MovableClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from storage.model.letter import Letter

HOUR = 3600.0
HISTORY = {"channels:history", "groups:history"}
ALL = [*(f"alert:{number}" for number in range(6)), "digest"]


@dataclass
class Sender:
    """A pump that is driven by hand, beside a Slack on a port that may be closed."""

    pump: Pump
    outbox: Outbox
    clock: MovableClock
    news: Correspondence
    slack: LocalSlack
    counted: list[str] = field(default_factory=list)

    async def lives(self, seconds: float, step: float = 5.0) -> None:
        """Let time pass, looking all the time."""
        end = self.clock.now + timedelta(seconds=seconds)
        while self.clock.now < end:
            while await self.pump.look():
                await self.pump.idle()
            self.clock.move(seconds=step)

    async def state(self, key: str) -> LetterState:
        """How far a letter is."""
        found = await self.outbox.find(key)
        assert found is not None
        return found.state

    def seen(self, channel: str = FINOPS) -> list[str]:
        """What stands in a channel."""
        return [each.text for each in self.slack.state.workspace.messages.get(channel, []) if each.user == BOT_USER]


@asynccontextmanager
async def sender(slack: LocalSlack, home: Path, url: str) -> AsyncIterator[Sender]:
    """The parts, wired as the program wires them, on the test's clock."""
    clock, news, counted = MovableClock(), Correspondence(), []

    async def sleep(seconds: float) -> None:
        clock.move(seconds=seconds)
        await asyncio.sleep(0)

    with state(home) as database, ThreadPoolExecutor(2) as executor:
        outbox = Outbox(database, executor, clock)
        services = Services(**{each.name: None for each in fields(Services)} | {"outbox": outbox, "clock": clock})  # type: ignore[arg-type]  # unused
        client = AsyncWebClient(slack.keys.bot, base_url=url)
        background = Background(executor)
        admins = Admins(Roles(database), LocalDirectory(), background, (ADMIN,))
        lanes = Lanes(sleep, lambda: clock.now.timestamp())  # noqa: PLW0108  # `now` changes
        once = impatient(client)
        office = PostOffice(
            kinds=news.feature().letters | letters.feature.letters,
            services=services,
            sending=Sending(Claims(database), background, "me", clock, clock, admins),
            wire=Wire(once, lanes, sleep),
            uploads=Uploads(Wire(client, lanes, sleep)),
            audience=Audience(once),
            work=Work(),
            admit=anybody,
            bot=BOT,
            count=counted.append,
        )
        Jobs(database).take("me", clock(), timedelta(days=30))
        yield Sender(Pump(office), outbox, clock, news, slack, counted)


async def queue(sender: Sender) -> None:
    """Some alerts for one channel, and a digest for another."""
    written: list[Letter] = [letter(name, FINOPS) for name in ALL[:-1]]
    await sender.outbox.post(*written, letter("digest", DATA, "digest"))


@pytest.mark.parametrize("fault", ["server_error", "rate_limited", "revoked_token"])
async def test_after_an_hour_without_slack_all_arrives_in_order_at_its_pace(tmp_path: Path, fault: str) -> None:
    async with LocalSlack(limits=Limits(channel_gap=0.0)) as slack, sender(slack, tmp_path, slack.api_url) as each:
        await faults.switch_on(slack.state, {"name": fault, "seconds": 30})
        await queue(each)
        await each.lives(HOUR)
        assert (each.seen(), each.seen(DATA)) == ([], [])
        assert len(slack.state.traffic.since(0)) < 300, "it is asked later and later"
        faults.switch_off(slack.state)
        slack.state.tokens.is_revoked = False
        before = each.clock.now
        await each.lives(LONGEST_WAIT + 10)
        assert (each.seen(), each.seen(DATA)) == (ALL[:-1], ["digest"])
        assert each.clock.now - before >= timedelta(seconds=5 * CHANNEL_GAP)
        assert await each.state("digest") is LetterState.SENT


async def test_a_slack_that_is_not_there_at_all_is_waited_for_too(tmp_path: Path) -> None:
    async with LocalSlack(limits=Limits(channel_gap=0.0)) as slack:
        url, port = slack.api_url, int(slack.url.rpartition(":")[2])
    async with sender(slack, tmp_path, url) as each:
        await queue(each)
        await each.lives(HOUR, step=60)
        assert set(each.counted) == {"later"}
        async with LocalSlack(port=port, limits=Limits(channel_gap=0.0), keys=slack.state.keys) as each.slack:
            await each.lives(LONGEST_WAIT + 10)
            assert (each.seen(), each.seen(DATA)) == (ALL[:-1], ["digest"])


async def test_a_message_that_slack_never_changes_is_over_after_an_hour_and_an_admin_is_told(tmp_path: Path) -> None:
    async with LocalSlack(limits=Limits(channel_gap=0.0)) as slack, sender(slack, tmp_path, slack.api_url) as each:
        await each.outbox.post(letter("alert", FINOPS))
        await each.lives(10)
        await faults.switch_on(slack.state, {"name": "server_error", "method": "chat.update"})
        await each.outbox.post(letter("alert", FINOPS))
        for number in range(8):
            await each.lives(HOUR / 6, step=10)
            await each.outbox.post(letter(f"other:{number}", DATA))
        assert await each.state("alert") is LetterState.FAILED
        (told,) = each.seen(slack.state.workspace.direct(ADMIN).id)
        assert "not taking messages" in told


@pytest.mark.parametrize(("may_read", "count"), [(True, 1), (False, 1 + len(FAULT_WAITS))])
async def test_a_slack_that_never_answers_a_post_does_not_get_it_for_ever(tmp_path: Path, *, may_read: bool, count: int) -> None:
    manifest = Manifest.read()
    scopes = manifest.scopes | HISTORY if may_read else manifest.scopes - HISTORY
    slack = LocalSlack(limits=Limits(channel_gap=0.0), manifest=replace(manifest, scopes=scopes))
    async with slack, sender(slack, tmp_path, slack.api_url) as each:
        await faults.switch_on(slack.state, {"name": "lost_answer", "method": "chat.postMessage"})
        await each.outbox.post(letter("alert", FINOPS))
        await each.lives(HOUR)
        assert each.seen() == ["alert"] * count
        assert await each.state("alert") is (LetterState.SENT if may_read else LetterState.DROPPED)
        assert len(each.seen(slack.state.workspace.direct(ADMIN).id)) == (0 if may_read else 1)


async def test_what_cannot_be_put_into_words_fails_after_a_while_and_an_admin_is_told(tmp_path: Path) -> None:
    async with LocalSlack(limits=Limits(channel_gap=0.0)) as slack, sender(slack, tmp_path, slack.api_url) as each:
        each.news.errors = [RuntimeError("boom") for _ in range(len(FAULT_WAITS) + 1)]
        await each.outbox.post(letter("alert", FINOPS))
        await each.lives(60, step=1)
        found = await each.outbox.find("alert")
        assert found is not None
        assert found.state is LetterState.FAILED
        assert "boom" not in found.reason
        (told,) = each.seen(slack.state.workspace.direct(ADMIN).id)
        assert found.reason.rpartition(" ")[2].rstrip(".") in told, "the id that stands in the log"
        assert each.counted == [*["later"] * len(FAULT_WAITS), "failed", "sent"]


async def test_a_letter_that_nobody_writes_any_more_has_failed(tmp_path: Path) -> None:
    async with LocalSlack(limits=Limits(channel_gap=0.0)) as slack, sender(slack, tmp_path, slack.api_url) as each:
        await each.outbox.post(letter("alert", FINOPS, "gone"))
        await each.lives(5)
        assert await each.state("alert") is LetterState.FAILED


async def test_what_is_for_later_comes_when_it_is_time(tmp_path: Path) -> None:
    async with LocalSlack(limits=Limits(channel_gap=0.0)) as slack, sender(slack, tmp_path, slack.api_url) as each:
        await each.outbox.post(letter("alert", FINOPS, not_before=each.clock.now + timedelta(hours=1)))
        await each.lives(HOUR - 10)
        assert each.seen() == []
        await each.lives(20)
        assert each.seen() == ["alert"]
