"""The whole program, connected to a local Slack as in production: by its sockets, or over signed HTTP."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from slack_sdk.web.async_client import AsyncWebClient

from bot.app import assemble
from bot.sandbox.slack.seed import ADMIN
from bot.server import EVENTS_PATH
from bot.settings import load_settings
from bot.tokens import installation, slack_keys
from services.clock import fixed_clock, system_clock
from storage.jobs import Jobs
from tests.fakes.company import NOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from bot.app import Bot
    from bot.sandbox.slack.server import LocalSlack
    from handlers.feature import Feature
    from handlers.outbound.patience import Sleep
    from services.clock import Clock


@asynccontextmanager
async def connected(
    slack: LocalSlack,
    home: Path,
    *,
    now: datetime = NOW,
    mode: str = "socket",
    sleep: Sleep = asyncio.sleep,
    features: Sequence[Feature] = (),
    clock: Clock | None = None,
) -> AsyncIterator[Bot]:
    """The program with this home, asked at `now` (or by a `clock` that a test moves).

    `sleep` is how its way out waits, `features` stand in place of its own. It sends letters, and runs no jobs.
    """
    settings = load_settings(
        home=home,
        slack_mode=mode,
        slack_bot_token=slack.keys.bot,
        slack_app_token=slack.keys.app,
        slack_signing_secret=slack.keys.signing,
        slack_api_url=slack.api_url,
        admins=ADMIN,
        rate_limit=600,
    )
    client = AsyncWebClient(slack.keys.bot, base_url=slack.api_url)
    installed, ticks = await installation(client), clock or fixed_clock(now)
    bot = assemble(settings, slack_keys(settings), client, installed, ticks, features=features, sleep=sleep)
    try:
        port = await bot.server.start("127.0.0.1", 0)
        if mode == "http":
            await slack.send_to(f"http://127.0.0.1:{port}{EVENTS_PATH}")
        jobs = Jobs(bot.house.stores.state)
        jobs.take(bot.scheduler.owner, system_clock(), timedelta(hours=1))
        bot.pump.start()
        yield bot
        jobs.give_up(bot.scheduler.owner)
    finally:
        await bot.pump.stop()
        await bot.server.stop()
        bot.house.close()
