"""The demo's workspace: the local Slack and clouds, the bot as a process of its own, and one Ctrl-C that ends all of them.

The bot is started as `tuppence run` is, and knows of what is local by its environment alone.
"""

from __future__ import annotations

import asyncio
import os
import sys
import webbrowser
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.demo.bills import begin_anew, folder, prepare
from bot.demo.lately import live
from bot.demo.welcome import settle, welcome
from bot.manifest import manifest_yaml
from bot.sandbox.clouds.inventory.process import NoInventoryError
from bot.sandbox.clouds.rig import local_clouds
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.seed import ADMIN
from bot.sandbox.slack.server import LocalSlack
from bot.server import until_told_to_stop
from bot.settings import inherited
from handlers.feature import load_features
from services.clock import system_clock
from services.errors import ConfigurationError, TemporaryError
from storage.model.period import utc_today

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator
    from datetime import date

    from rich.console import Console

    from bot.sandbox.clouds.rig import LocalClouds
    from bot.settings import Settings

PORT = 8484
CONNECTED_SECONDS, STOP_SECONDS = 30.0, 40.0


async def serve(settings: Settings, console: Console, *, port: int = PORT, opened: bool = False) -> None:
    """Everything until SIGINT or SIGTERM. Raises ConfigurationError for a busy port, TemporaryError when the bot ends."""
    async with _slack(port) as slack:
        begin_anew(settings)
        await asyncio.to_thread(prepare, settings, console, _today())
        # The inventory takes some seconds to stand, and nobody asks for it in the first ones.
        async with local_clouds(folder(settings), _today, stocked=False) as clouds:
            stocking = asyncio.create_task(_stock(clouds, console))
            try:
                await _talk(settings, console, slack, clouds, opened=opened)
            finally:
                stocking.cancel()


async def _stock(clouds: LocalClouds, console: Console) -> None:
    """What the inventory could not do is said, and everything else goes on."""
    try:
        if clouds.inventory:
            await clouds.inventory.stocked()
    except NoInventoryError as error:
        console.print(str(error), markup=False)


async def _talk(settings: Settings, console: Console, slack: LocalSlack, clouds: LocalClouds, *, opened: bool) -> None:
    """The bot between its start and the end of the demo."""
    with console.status("Starting the bot"):
        bot = await _start(environment(settings, slack) | clouds.environment)
    try:
        await _until_connected(slack, bot)
        await settle(slack)
        welcome(slack)
        with console.status("Looking at the last two weeks"):
            await live(settings, system_clock())
        console.print(f"\n[bold]{slack.url}[/bold]  is a Slack of your own: five people, the bot, and the bills of a year.")
        console.print("Ctrl-C ends it.", style="dim")
        if opened:
            webbrowser.open(slack.url)
        await _until_the_end(bot)
    finally:
        await _stop(bot)


@asynccontextmanager
async def _slack(port: int) -> AsyncIterator[LocalSlack]:
    manifest = Manifest.parse(manifest_yaml(load_features()))
    try:
        slack = await LocalSlack(port=port, manifest=manifest).__aenter__()
    except OSError as error:
        why = os.strerror(error.errno or 0).lower()
        raise ConfigurationError(
            f"Port {port} cannot be used: {why}.", "End what listens there, or choose another with --port."
        ) from error
    try:
        yield slack
    finally:
        await slack.__aexit__(None, None, None)


def environment(settings: Settings, slack: LocalSlack) -> dict[str, str]:
    """What the bot is told: nothing of a real Slack or AWS that may be set up here, everything of the local ones."""
    return inherited(without=("SLACK_", "AWS_", "TUPPENCE_PREFIX")) | {
        "TUPPENCE_HOME": str(settings.folder),
        "TUPPENCE_ADMINS": ADMIN,
        "SLACK_MODE": "socket",
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.keys.bot,
        "SLACK_APP_TOKEN": slack.keys.app,
        "PORT": "0",
        "LOG_LEVEL": "WARNING",
    }


async def _start(told: dict[str, str]) -> Process:
    # A group of its own: Ctrl-C reaches this process only, which then ends the bot in order.
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", env=told, process_group=0)


def _today() -> date:
    return utc_today(system_clock())


async def _until_connected(slack: LocalSlack, bot: Process) -> None:
    ended = asyncio.create_task(bot.wait())
    connected = asyncio.create_task(slack.until(lambda: bool(slack.state.sockets.connections), CONNECTED_SECONDS))
    await asyncio.wait((ended, connected), return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if not connected.done() or connected.exception():
        connected.cancel()
        raise TemporaryError("The bot did not connect to the local Slack.", "What it wrote above says why.")


async def _until_the_end(bot: Process) -> None:
    told, ended = asyncio.create_task(until_told_to_stop()), asyncio.create_task(bot.wait())
    await asyncio.wait((told, ended), return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if ended.done():
        raise TemporaryError("The bot has ended.", "What it wrote above says why.")
    ended.cancel()


async def _stop(bot: Process) -> None:
    if bot.returncode is None:
        bot.terminate()
    try:
        await asyncio.wait_for(bot.wait(), STOP_SECONDS)
    except TimeoutError:
        bot.kill()
        await bot.wait()
