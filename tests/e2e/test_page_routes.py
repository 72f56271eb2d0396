"""Given the whole program in a browser, when an admin adds an alert route, then mistakes are said there, and it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect

if TYPE_CHECKING:
    from tests.e2e.conftest import Desk


async def test_a_route_is_added_in_a_window(desk: Desk) -> None:
    await desk.become("Ada")
    await desk.write("/tuppence routes")
    await expect(desk.messages.get_by_text("has no owner")).to_be_visible()
    await desk.press("Add a route…")

    window = desk.page.get_by_role("dialog", name="Add a route")
    await window.get_by_label("Name").fill("shop")
    await window.get_by_label("Tags and others").fill("team=shop")
    await window.get_by_label("Time zone").fill("Berlin")
    await window.get_by_role("button", name="Save").click()
    await expect(window.get_by_text("“Berlin” is not a time zone.")).to_be_visible()
    await desk.picture("route-with-an-error")
    await window.get_by_label("Time zone").fill("Europe/Berlin")
    await window.get_by_role("button", name="Save").click()

    saved = desk.page.get_by_role("dialog", name="Alert routes")
    await expect(saved.get_by_text("“shop” is saved.")).to_be_visible()
    await expect(saved.get_by_text("team (tag) shop")).to_be_visible()
    await desk.picture("route-saved")
    await desk.page.keyboard.press("Escape")

    await desk.become("Vera")
    await desk.write("/tuppence routes")
    await expect(desk.messages.get_by_text("That needs the role admin; yours is viewer.").last).to_be_visible()
