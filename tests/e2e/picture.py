"""The README's picture: the page of the demo, on one fixed day, as a browser shows it. Taken and not drawn.

`python -m tests.e2e.picture` takes it again. The ledger is the same for the same seed and day, so only the program changes it.
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
from bot.demo.welcome import welcome
from bot.sandbox.slack.server import LocalSlack
from bot.settings import load_settings
from tests.e2e.conftest import BROWSERS, browsing, connected
from tests.fakes.company import TODAY

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "workspace.png"
SIZE = {"width": 1320, "height": 1030}


async def take(home: Path, chromium: str) -> None:
    """Ask as the viewer does, and keep what she sees."""
    async with LocalSlack() as slack, connected(slack, home):
        await welcome(slack.state)
        async with browsing(slack, chromium) as desk:
            await desk.page.set_viewport_size(SIZE)
            await desk.write("/cost by service last month")
            await expect(desk.page.get_by_role("table").last).to_be_visible()
            await desk.page.mouse.move(0, 0)
            PICTURE.parent.mkdir(parents=True, exist_ok=True)
            await desk.page.screenshot(path=PICTURE)


def main() -> None:
    """Make the ledger in a folder of its own, and take the picture."""
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None:
        sys.exit("There is no chromium on this machine: apt-get install chromium")
    with TemporaryDirectory() as folder:
        home = Path(folder)
        prepare(load_settings(home=home), Console(file=io.StringIO()), TODAY)
        asyncio.run(take(home, chromium))
    sys.stdout.write(f"taken: {PICTURE.relative_to(PICTURE.parents[2])}\n")


if __name__ == "__main__":
    main()
