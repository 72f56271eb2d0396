"""Given everything the program can send, when it goes to a Slack as strict as the real one, then nothing is refused.

The local Slack has its own schemas, scopes and limits, written from Slack's documentation and not from our kit: where the two
disagree, one of them is wrong. Loops over all verbs and over every button of their answers, private and shared.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import assemble
from bot.sandbox.slack.acts import clicks, windows, words
from bot.sandbox.slack.elements import blocks_with_elements
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.seed import ADMIN, BOT_USER, DATA, FINOPS, ML, VIEWER, WITH_PARTNER
from bot.sandbox.slack.server import LocalSlack
from bot.settings import load_settings
from bot.tokens import installation, slack_keys
from handlers.feature import load_features
from services.clock import fixed_clock
from tests.fakes.anomalies import seed
from tests.scenario.office import NOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.app import Bot

Json = dict[str, Any]
VERBS = [verb for feature in load_features() for verb in feature.verbs.values()]
QUICK = Limits(processing=0.02, channel_gap=0.0)
WITHOUT_BUTTONS = {"help", "export"}
MEANT = frozenset({"files.info"})
"""What may be asked before it is so: a picture that Slack still looks at."""


@pytest.fixture(autouse=True)
def _open_anomaly(home: Path) -> None:
    """The one whose number the examples have."""
    seed(home, ADMIN, channel=FINOPS)


@asynccontextmanager
async def company(home: Path) -> AsyncIterator[tuple[LocalSlack, Bot]]:
    """The program in Socket Mode in the local Slack."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.03))

    async with LocalSlack(limits=QUICK) as slack:
        settings = load_settings(
            home=home,
            slack_bot_token=slack.keys.bot,
            slack_app_token=slack.keys.app,
            slack_api_url=slack.api_url,
            admins=(ADMIN,),
            port=0,
            rate_limit=600,
        )
        client = AsyncWebClient(slack.keys.bot, base_url=slack.api_url)
        installed = await installation(client)
        bot = assemble(settings, slack_keys(settings), client, installed, fixed_clock(NOW), sleep=sleep)
        try:
            await bot.server.start("127.0.0.1", 0)
            yield slack, bot
        finally:
            await bot.server.stop()
            bot.house.close()


async def settled(bot: Bot) -> None:
    """Until the program has nothing more to do."""
    await asyncio.sleep(0.02)
    async with asyncio.timeout(20):
        await bot.work.idle()


def refused(slack: LocalSlack) -> list[str]:
    """Everything that the program asked of Slack and was refused, with the reason."""
    return [
        f"{each['name']}: {each['response']}"
        for each in slack.state.traffic.since(0)
        if each["direction"] == "in" and each["name"] not in MEANT and _is_refusal(each)
    ]


def _is_refusal(entry: Json) -> bool:
    answer = entry["response"]
    return entry["status"] != 200 or (isinstance(answer, dict) and answer.get("ok") is False)


async def press_everything(slack: LocalSlack, bot: Bot, user: str, channel: str) -> int:
    """Every button and menu of the newest answer; how many there were.

    An answer takes the place of the one before, so the first one is put back before each press: that of a client that is behind.
    """
    message = [each for each in slack.state.workspace.messages[channel] if each.is_for(user) and each.bot][-1]
    shown = list(message.blocks)
    found = list(blocks_with_elements(shown))
    for block, element in found:
        message.blocks = shown
        chosen = {"selected_option": element["options"][0]} if element.get("options") else {}
        place = {"as": user, "channel": channel, "ts": message.ts, "block_id": block["block_id"]}
        assert await clicks.click(slack.state, {**place, "action_id": element["action_id"], **chosen}) == {"ok": True}
        await settled(bot)
    return len(found)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: f"{verb.root}-{verb.name}")
async def test_every_answer_and_all_its_buttons_are_taken(home: Path, verb: Any) -> None:  # noqa: ANN401 - a parameter's own type
    async with company(home) as (slack, bot):
        said = f"/{verb.root} {verb.example}".replace("@ana", "@vera")
        assert await words.run(slack.state, ADMIN, FINOPS, said) == {"ok": True}
        await settled(bot)
        pressed = await press_everything(slack, bot, ADMIN, FINOPS)
        assert pressed or verb.root != "cost" or verb.name in WITHOUT_BUTTONS
        assert refused(slack) == []
        assert all(each.text for channel in slack.state.workspace.messages.values() for each in channel if not each.files)


async def test_mentions_direct_words_and_the_home_are_taken(home: Path) -> None:
    async with company(home) as (slack, bot):
        words.say(slack.state, VIEWER, DATA, "@tuppence cost by service")
        words.say(slack.state, VIEWER, slack.state.workspace.direct(VIEWER).id, "cost trend 30d")
        windows.home(slack.state, VIEWER)
        slack.state.workspace.channels[ML].members.discard(BOT_USER)
        await words.run(slack.state, ADMIN, ML, "/invite @tuppence")
        await slack.until(lambda: slack.state.workspace.homes)
        await settled(bot)
        root = slack.state.workspace.messages[DATA][0]
        assert slack.state.workspace.replies(DATA, root.ts)
        assert "Thank you for inviting me" in slack.state.workspace.messages[ML][0].text
        assert refused(slack) == []


async def test_what_others_would_read_is_shown_to_the_asker_alone(home: Path) -> None:
    async with company(home) as (slack, bot):
        words.say(slack.state, VIEWER, WITH_PARTNER, "@tuppence cost by service")
        await slack.until(lambda: len(slack.state.workspace.messages[WITH_PARTNER]) > 1)
        await settled(bot)
        assert all(each.only_for == VIEWER for each in slack.state.workspace.messages[WITH_PARTNER][1:])
        assert refused(slack) == []
