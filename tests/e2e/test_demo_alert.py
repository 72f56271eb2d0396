"""Given the demo as it comes, when its planted spike burns in #payments, then the operator takes it and the viewer cannot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.e2e.conftest import browsing
from tests.fakes.demo import started

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 30_000


@dataclass(frozen=True, slots=True)
class Address:
    """Where the demo's page is."""

    url: str


async def test_the_operator_acknowledges_the_spike_and_the_viewer_cannot(tmp_path: Path, chromium: str) -> None:
    async with started(tmp_path / "home") as (_, url), browsing(Address(url), chromium) as desk:
        await desk.visit("payments")
        button = desk.messages.locator("button", has_text="Acknowledge")
        spike = desk.messages.get_by_text("High: spike in Amazon DynamoDB")
        await expect(spike).to_be_visible(timeout=PATIENCE)
        await expect(desk.messages.get_by_text("New: nobody has acknowledged it yet")).to_be_visible()
        await expect(desk.messages.get_by_role("img", name="Amazon DynamoDB").last).to_be_visible()
        await desk.picture("demo-alert-new")

        await button.click()
        refusal = desk.messages.get_by_text("on call").last
        await expect(refusal).to_be_visible()
        await expect(desk.messages.get_by_text("New: nobody has acknowledged it yet")).to_be_visible()
        await refusal.scroll_into_view_if_needed()
        await desk.picture("demo-alert-refused")

        await desk.become("Olga")
        await button.click()
        await expect(desk.messages.get_by_text("acknowledged").first).to_be_visible()
        await expect(desk.messages.get_by_text("New: nobody has acknowledged it yet")).to_have_count(0)
        await expect(desk.messages.get_by_text("olga").first).to_be_visible()
        await expect(button).to_have_count(0)
        await desk.picture("demo-alert-acknowledged")

        await desk.become("Vera")
        await expect(desk.messages.get_by_text("olga").first).to_be_visible()
        await desk.visit("finops")
        await expect(desk.messages.get_by_text("1 open anomaly")).to_be_visible(timeout=PATIENCE)
        await desk.picture("demo-digest")
        assert desk.problems == []
