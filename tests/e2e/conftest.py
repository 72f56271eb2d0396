"""The whole of it: a bill, the program, the local Slack, and a real browser in which a person looks at the page.

Without chromium these tests are skipped with the reason, except where CI is set: there they fail, because they are counted on.
"""

from __future__ import annotations

import os
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import async_playwright

from bot.app import build
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.server import LocalSlack
from bot.settings import load_settings, variables
from services.ingest.service import Ingest
from tests.fakes.bills import write_csv
from tests.fakes.company import aws, azure
from tests.fakes.connected import connected

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from playwright.async_api import Locator, Page

    Look = Callable[[LocalSlack], AbstractAsyncContextManager["Desk"]]

PICTURES = Path(__file__).parents[1] / "pictures"
"""What each test saw, to be looked at; not checked in."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
WIDE = {"width": 1200, "height": 900}
PATIENCE = 10_000
QUICK = Limits(processing=0.1, channel_gap=0.05)
"""Slack's rules, with waits that a test can afford."""


@dataclass(slots=True)
class Desk:
    """One person's browser at the page, and the Slack behind it."""

    slack: LocalSlack
    page: Page
    problems: list[str] = field(default_factory=list)
    """Errors of the page, and whatever it asked of anybody but this Slack."""

    @property
    def messages(self) -> Locator:
        """The conversation in the middle."""
        return self.page.get_by_role("region", name="Messages")

    async def write(self, text: str) -> None:
        """Type into the conversation and send it."""
        await self.page.get_by_placeholder("Message ").last.fill(text)
        await self.page.keyboard.press("Enter")

    async def press(self, label: str) -> None:
        """The newest button of that name."""
        await self.page.get_by_role("button", name=label, exact=True).last.click()

    async def visit(self, channel: str) -> None:
        """Go to a channel or to the app."""
        await self.page.get_by_role("navigation").get_by_role("button", name=channel).click()

    async def become(self, person: str) -> None:
        """Act as somebody else: the beginning of their name."""
        await self.page.get_by_role("radio", name=person).check(force=True)

    async def picture(self, name: str) -> None:
        """Keep what is seen now."""
        PICTURES.mkdir(exist_ok=True)
        await self.page.screenshot(path=PICTURES / f"{name}.png")

    def watch(self) -> None:
        """Note what should not happen."""
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda said: self.problems.append(said.text) if said.type in {"error", "warning"} else None)
        self.page.on("request", lambda sent: None if sent.url.startswith(self.slack.url) else self.problems.append(sent.url))


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return found
    reason = "no chromium on this machine: apt-get install chromium"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that a small company's bills were read into."""
    home, bills = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("bills")
    paths = [write_csv(bills / "aws.csv", aws()), write_csv(bills / "azure.csv", azure())]
    house = build(load_settings(home=home))
    for path in paths:
        Ingest(house.stores.costs).run([path])
    house.close()
    return home


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)


@asynccontextmanager
async def browsing(slack: LocalSlack, chromium: str) -> AsyncIterator[Desk]:
    """A browser at the page of this Slack."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = await browser.new_page(viewport=WIDE, color_scheme="light", reduced_motion="reduce")
        page.set_default_timeout(PATIENCE)
        desk = Desk(slack, page)
        desk.watch()
        await page.goto(slack.url)
        try:
            yield desk
        finally:
            await browser.close()


@pytest.fixture
def look(chromium: str) -> Look:
    """A browser at the page of any local Slack."""
    return partial(browsing, chromium=chromium)


@pytest.fixture
async def desk(chromium: str, billed: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """Everything together; afterwards neither the page nor the app may have done what it should not."""
    home = shutil.copytree(billed, tmp_path / "home")
    async with LocalSlack(limits=QUICK) as slack, connected(slack, home), browsing(slack, chromium) as desk:
        yield desk
        assert desk.problems == []
