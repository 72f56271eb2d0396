"""The README's pictures: the page of the demo, on one fixed day, as a browser shows it. Taken and not drawn.

`python -m tests.e2e.picture` takes them again. The ledger is the same for the same seed and day, so only the program changes it.
"""

from __future__ import annotations

import asyncio
import io
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import expect
from rich.console import Console

from bot.demo.bills import prepare
from bot.demo.lately import live
from bot.demo.welcome import settle, welcome
from bot.sandbox.slack.server import LocalSlack
from bot.settings import load_settings
from tests.e2e.conftest import BROWSERS, Desk, browsing, connected
from tests.fakes.company import NOW, TODAY

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SIZE, TALL = {"width": 1320, "height": 1030}, {"width": 1320, "height": 1060}
PATIENCE = 30_000


async def take(home: Path, chromium: str) -> None:
    """Look at what burns in #payments; then ask as the viewer does, and keep what she sees."""
    async with LocalSlack() as slack, connected(slack, home):
        await settle(slack)
        welcome(slack)
        await live(load_settings(home=home), NOW)
        async with browsing(slack, chromium) as desk:
            await desk.page.set_viewport_size(TALL)
            await desk.visit("payments")
            await expect(desk.messages.get_by_role("img", name="Amazon DynamoDB").last).to_be_visible(timeout=PATIENCE)
            await desk.messages.get_by_text("High: spike in").first.scroll_into_view_if_needed()
            await _keep(desk, "alert")
            await desk.page.set_viewport_size(SIZE)
            await desk.visit("platform")
            await desk.write("/cost by service last month")
            await expect(desk.page.get_by_role("table").last).to_be_visible()
            await _keep(desk, "workspace")


async def _keep(desk: Desk, name: str) -> None:
    await desk.page.mouse.move(0, 0)
    PICTURES.mkdir(parents=True, exist_ok=True)
    await desk.page.screenshot(path=PICTURES / f"{name}.png")


def main() -> None:
    """Make the ledger in a folder of its own, and take the pictures."""
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None:
        sys.exit("There is no chromium on this machine: apt-get install chromium")
    with TemporaryDirectory() as folder:
        home = Path(folder)
        prepare(load_settings(home=home), Console(file=io.StringIO()), TODAY)
        asyncio.run(take(home, chromium))
    sys.stdout.write(f"taken: {PICTURES.relative_to(PICTURES.parents[1])}\n")


if __name__ == "__main__":
    main()
