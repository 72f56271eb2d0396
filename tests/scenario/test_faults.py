"""Given Slack on a bad day, when somebody asks, then the answer arrives exactly once, or they are told.

Where Slack itself takes nothing, log and metrics say so. One test or more for each switch of the local Slack; waits are short
because its limits are, and because the way out is given another sleep: nothing inside the program is replaced.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.slack.acts import clicks, words
from bot.sandbox.slack.control import faults
from bot.sandbox.slack.elements import blocks_with_elements
from bot.sandbox.slack.faults import NAMES
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.seed import BOT_USER, DATA, FINOPS, VIEWER
from bot.sandbox.slack.server import LocalSlack
from tests.fakes.connected import connected

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.app import Bot
    from bot.sandbox.slack.workspace import Message

Json = dict[str, Any]
QUICK = Limits(ack=1.0, processing=0.02, channel_gap=0.0, retries=(0.0, 0.02, 0.05))
ANSWERED = "$273"
"""What the days of November cost: stands in every answer to a question about them."""
NOT_SAID = "Slack did not say whether it took the message."


@dataclass(slots=True)
class Company:
    """People on one side, the program on the other, and a Slack between them that fails as it is told."""

    slack: LocalSlack
    bot: Bot

    async def fault(self, name: str, **fields: object) -> None:
        """Switch one on."""
        assert await faults.switch_on(self.slack.state, {"name": name, **fields}) == {"ok": True}

    async def ask(self, text: str = "/cost by service", channel: str = FINOPS) -> None:
        """Run a command, and let the program finish."""
        assert await words.run(self.slack.state, VIEWER, channel, text) == {"ok": True}
        await self.settled()

    async def mention(self, text: str = "cost by service", channel: str = DATA) -> Message:
        """Name the program in a channel, and let it finish."""
        calls = len(self.delivered())
        said = words.say(self.slack.state, VIEWER, channel, f"@tuppence {text}")
        await self.slack.until(lambda: len(self.delivered()) > calls)
        await self.settled()
        return said

    async def press(self, label: str, channel: str = FINOPS) -> None:
        """A button of the newest answer, and let the program finish."""
        message = self.seen(channel)[-1]
        block, element = next((block, each) for block, each in blocks_with_elements(message.blocks) if _label(each) == label)
        place = {"as": VIEWER, "channel": channel, "ts": message.ts}
        ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
        assert await clicks.click(self.slack.state, place | ids) == {"ok": True}
        await self.settled()

    async def settled(self) -> None:
        """Until the program has nothing more to do."""
        await asyncio.sleep(0.05)
        async with asyncio.timeout(10):
            await self.bot.work.idle()

    def seen(self, channel: str = FINOPS) -> list[Message]:
        """What the program said in a conversation that the asker sees, oldest first."""
        said = self.slack.state.workspace.messages.get(channel, [])
        return [each for each in said if each.user == BOT_USER and each.is_for(VIEWER)]

    def texts(self, channel: str = FINOPS) -> list[str]:
        """The same as words."""
        return [f"{each.text} {each.blocks}" for each in self.seen(channel)]

    def answers(self, channel: str = FINOPS) -> list[Message]:
        """Those that hold the figure that was asked for."""
        return [each for each in self.seen(channel) if ANSWERED in f"{each.text} {each.blocks}"]

    def delivered(self, name: str = "app_mention") -> list[object]:
        """Every acknowledged delivery of an event, repeated ones too."""
        return [each for each in self.slack.state.traffic.named(name, "out") if each.status == 200]

    def calls(self, name: str) -> int:
        """How often the program called a method, answered or not."""
        return len(self.slack.state.traffic.named(name, "in"))

    def posts(self, outcome: str) -> float:
        """What `/metrics` says of messages sent to Slack."""
        return self.bot.server.metrics.registry.get_sample_value("tuppence_posts_total", {"outcome": outcome}) or 0.0


def _label(element: Json) -> str:
    text = element.get("text")
    return str(text["text"]) if isinstance(text, dict) else ""


@pytest.fixture
async def company(home: Path, mode: str) -> AsyncIterator[Company]:
    """In both modes."""
    async with open_for_business(home, mode) as company:
        yield company


@asynccontextmanager
async def open_for_business(home: Path, mode: str, limits: Limits = QUICK) -> AsyncIterator[Company]:
    """One workspace, and the program in it; Slack's waits of seconds are waits of hundredths."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / 100)

    async with LocalSlack(limits=limits) as slack, connected(slack, home, mode=mode, sleep=sleep) as bot:
        yield Company(slack, bot)


def only(found: list[Message]) -> Message:
    """The one and only."""
    assert len(found) == 1, [each.text for each in found]
    return found[0]


# Slow and full.


async def test_a_slow_slack_gets_the_answer_once(company: Company) -> None:
    await company.fault("delay", seconds=0.1)
    await company.ask()
    await company.mention()
    only(company.answers())
    only(company.answers(DATA))


async def test_an_answer_of_slack_that_comes_late_is_waited_for(company: Company) -> None:
    await company.fault("slow_answer", seconds=0.1)
    await company.mention()
    only(company.answers(DATA))


@pytest.mark.parametrize("method", ["response_url", "chat.postMessage"])
async def test_a_full_slack_is_asked_again_as_late_as_it_says(company: Company, method: str) -> None:
    await company.fault("rate_limited", method=method, times=2, seconds=3)
    await company.ask()
    await company.mention()
    only(company.answers())
    only(company.answers(DATA))
    assert company.calls(method) == 3


async def test_who_asked_is_told_when_the_storm_outlasts_the_post(company: Company) -> None:
    await company.fault("rate_limited", method="chat.postMessage")
    await company.mention()
    assert "Slack is not taking messages just now." in only(company.seen(DATA)).text
    assert only(company.seen(DATA)).only_for == VIEWER
    assert company.posts("failed") == 1


# Broken.


async def test_a_private_answer_is_sent_again_after_a_server_error(company: Company) -> None:
    await company.fault("server_error", method="response_url", times=2)
    await company.ask()
    only(company.answers())


async def test_a_broken_look_at_the_channel_is_tried_again(company: Company) -> None:
    await company.fault("server_error", method="conversations.info", times=2)
    await company.mention()
    only(company.answers(DATA))


async def test_a_post_that_may_stand_there_is_not_repeated_but_told(company: Company) -> None:
    await company.fault("server_error", method="chat.postMessage", times=1)
    await company.mention()
    told = only(company.seen(DATA))
    assert NOT_SAID in told.text
    assert told.only_for == VIEWER
    assert company.calls("chat.postMessage") == 1


async def test_the_same_direct_words_are_told_directly(company: Company) -> None:
    direct = company.slack.state.workspace.direct(VIEWER).id
    await company.fault("server_error", method="chat.postMessage", times=1)
    words.say(company.slack.state, VIEWER, direct, "cost by service")
    assert NOT_SAID in (await company.slack.until(lambda: company.seen(direct)))[0].text


async def test_where_slack_takes_nothing_at_all_log_and_metrics_say_so(
    company: Company, log_lines: list[dict[str, object]]
) -> None:
    await company.ask("/cost")
    await company.fault("server_error")
    await company.ask()
    only(company.seen())
    assert company.posts("failed") == 3
    said = [each["event"] for each in log_lines]
    assert said.count("not sent") == 3
    assert "the error could not be told either" in said


# Lost: it was carried out, and nobody heard.


async def test_a_share_that_was_taken_without_a_word_stands_there_once_and_is_told(company: Company) -> None:
    await company.ask()
    await company.fault("lost_answer", method="chat.postMessage", times=1)
    await company.press("Share to channel")
    only([each for each in company.answers() if not each.only_for])
    assert NOT_SAID in company.texts()[-1]
    assert company.calls("chat.postMessage") == 1


@pytest.mark.parametrize("method", ["conversations.info", "users.info"])
async def test_a_question_to_slack_is_asked_again(company: Company, method: str) -> None:
    await company.fault("lost_answer", method=method, times=1)
    await company.mention()
    only(company.answers(DATA))


async def test_a_private_answer_that_was_taken_without_a_word_is_there_once_and_told(company: Company) -> None:
    await company.fault("lost_answer", method="response_url", times=1)
    await company.ask()
    only(company.answers())
    assert NOT_SAID in company.texts()[-1]


async def test_a_chart_that_was_taken_without_a_word_is_there_once(company: Company) -> None:
    await company.fault("lost_answer", method="chat.update", times=1)
    await company.mention("cost trend")
    only(company.seen(DATA))
    assert [each["type"] for each in company.seen(DATA)[0].blocks].count("image") == 1


# Cut, doubled, out of order.


async def test_cut_sockets_are_opened_again_and_nothing_is_lost(home: Path) -> None:
    patient = replace(QUICK, retries=(0.0, *(0.1,) * 40))
    async with open_for_business(home, "socket", patient) as company:
        sockets = company.slack.state.sockets
        await company.fault("drop_sockets")
        await company.slack.until(lambda: not sockets.connections)
        assert (await words.run(company.slack.state, VIEWER, FINOPS, "/cost"))["error"] == "dispatch_failed"
        words.say(company.slack.state, VIEWER, DATA, "@tuppence cost by service")
        await company.slack.until(company.delivered)
        await company.ask()
        only(company.answers())
        only(company.answers(DATA))


async def test_an_event_that_comes_twice_is_answered_once(company: Company) -> None:
    await company.fault("duplicate_events", times=1)
    words.say(company.slack.state, VIEWER, DATA, "@tuppence cost by service")
    await company.slack.until(lambda: len(company.delivered()) == 2)
    await company.settled()
    only(company.answers(DATA))


async def test_events_that_overtake_each_other_are_answered_where_they_belong(company: Company) -> None:
    await company.fault("reorder_events", times=1, seconds=1)
    first = words.say(company.slack.state, VIEWER, DATA, "@tuppence cost by service")
    second = words.say(company.slack.state, VIEWER, DATA, "@tuppence cost by account")
    await company.slack.until(lambda: len(company.delivered()) == 2)
    await company.settled()
    workspace = company.slack.state.workspace
    assert "by service" in only(workspace.replies(DATA, first.ts)).text
    assert "by account" in only(workspace.replies(DATA, second.ts)).text


# Taken away while the answer is on its way.


async def test_a_revoked_token_is_told_where_no_token_is_needed(company: Company, log_lines: list[dict[str, object]]) -> None:
    await company.ask()
    await company.fault("revoked_token")
    await company.press("Share to channel")
    assert "token_revoked" in company.texts()[-1]
    await company.mention()
    assert company.seen(DATA) == []
    assert "the error could not be told either" in [each["event"] for each in log_lines]
    assert company.posts("failed") == 4


async def test_a_channel_archived_meanwhile_is_told_directly(company: Company) -> None:
    await company.ask()
    before, direct = company.texts(), company.slack.state.workspace.direct(VIEWER).id
    await company.fault("archive_channel", channel=FINOPS)
    await company.press("Share to channel")
    assert company.texts() == before
    told = only(company.seen(direct))
    assert "This channel is archived." in told.text
    assert f"You asked in <#{FINOPS}>." in str(told.blocks)


async def test_nothing_is_posted_in_a_channel_shared_meanwhile_with_another_company(company: Company) -> None:
    await company.ask()
    await company.fault("delay", method="conversations.info", seconds=0.2, times=1)
    pressed = asyncio.create_task(company.press("Share to channel"))
    await company.slack.until(lambda: not company.slack.state.faults.listed())
    await company.fault("share_channel", channel=FINOPS)
    await pressed
    assert all(each.only_for == VIEWER for each in company.seen())
    assert "This channel is shared with another company" in company.texts()[-1]


def test_every_switch_has_a_test_here() -> None:
    refreshing = {"refresh_sockets"}
    assert NAMES.keys() - refreshing <= set(Path(__file__).read_text(encoding="utf-8").split('"'))
