"""Given the page in a real browser, when people ask, click, share and change places, then they see what Slack would show them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.async_api import expect

if TYPE_CHECKING:
    from tests.e2e.conftest import Desk


async def test_a_question_its_chart_and_another_cut(desk: Desk) -> None:
    page = desk.page
    await desk.write("/cost by service")
    table = page.get_by_role("table").filter(has=page.get_by_role("columnheader", name="Service")).last
    await expect(table.get_by_role("rowheader", name="Amazon Elastic Compute Cloud")).to_be_visible()
    await expect(desk.messages.get_by_text("Only visible to you").last).to_be_visible()
    await desk.picture("by-service")

    await desk.press("Chart")
    chart = page.locator("figure").filter(has_text="Cost by service").last
    await expect(chart.get_by_role("img").last).to_be_visible()
    await chart.scroll_into_view_if_needed()
    await desk.picture("by-service-with-a-chart")

    await desk.press("By account")
    await expect(page.get_by_role("button", name="By service", exact=True).last).to_be_visible()
    await expect(desk.messages.get_by_text("by account").last).to_be_visible()
    await desk.picture("by-account")


async def test_a_series_too_long_for_slacks_own_chart_comes_as_a_picture(desk: Desk) -> None:
    await desk.write("/cost trend by day 2026-09-22..2026-11-19")
    picture = desk.messages.get_by_alt_text("Stacked bars over time").last
    await expect(picture).to_be_visible()
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_have_js_property("complete", value=True)
    assert await picture.evaluate("image => image.naturalWidth") > 500
    await desk.picture("trend-as-a-picture")


async def test_a_table_is_sorted_by_keyboard(desk: Desk) -> None:
    page = desk.page
    await desk.write("/cost by service")
    heading = page.get_by_role("columnheader", name="Cost").last
    await heading.get_by_role("button").focus()
    await page.keyboard.press("Enter")
    await expect(heading).to_have_attribute("aria-sort", "ascending")
    await page.keyboard.press("Enter")
    await expect(heading).to_have_attribute("aria-sort", "descending")
    rows = page.get_by_role("table").last.get_by_role("rowheader")
    await expect(rows.first).to_have_text("Total")


async def test_what_is_shared_is_seen_by_others_and_what_is_not_is_not(desk: Desk) -> None:
    page = desk.page
    await desk.write("/cost")
    await expect(desk.messages.get_by_text("Only visible to you")).to_be_visible()
    await desk.become("Anton")
    await expect(desk.messages.get_by_text("This is the beginning of #finops")).to_be_visible()
    await desk.become("Vera")
    await desk.press("Share to channel")
    await expect(page.locator(".message:not(.is-ephemeral)")).to_have_count(1)
    await desk.become("Anton")
    await expect(page.locator(".message")).to_have_count(1)
    await desk.picture("shared")


async def test_no_share_into_a_channel_of_another_company(desk: Desk) -> None:
    await desk.visit("with-partner")
    await expect(desk.page.get_by_text("Shared with another company", exact=True)).to_be_visible()
    await desk.write("/cost")
    await desk.press("Share to channel")
    await expect(desk.messages.get_by_text("This channel is shared with another company")).to_be_visible()
    await expect(desk.page.locator(".message:not(.is-ephemeral)")).to_have_count(0)
    await desk.picture("a-share-that-is-refused")


async def test_a_mention_is_answered_in_its_thread(desk: Desk) -> None:
    page = desk.page
    await desk.write("@tuppence cost by service last month")
    await page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_text("tuppence", exact=True)).to_be_visible()
    await desk.picture("thread")
    await page.keyboard.press("Escape")
    await expect(thread).to_be_hidden()


async def test_app_home_and_a_direct_message(desk: Desk) -> None:
    page = desk.page
    await desk.visit("tuppence")
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_role("heading", name=re.compile("This month"))).to_be_visible()
    await desk.picture("home")
    await page.get_by_role("tab", name="Messages").click()
    await desk.write("help")
    await expect(desk.messages.get_by_text("What you can ask").last).to_be_visible()


async def test_a_guest_sees_no_cost_and_a_viewer_no_roles(desk: Desk) -> None:
    page = desk.page
    await desk.write("/tuppence role")
    await expect(desk.messages.get_by_text(re.compile("admin", re.IGNORECASE)).last).to_be_visible()
    await desk.become("Gus")
    await expect(page.get_by_role("heading", name="payments", level=1)).to_be_visible()
    await desk.write("/cost")
    await expect(desk.messages.get_by_text("Guests of the workspace cannot see costs")).to_be_visible()
    await desk.picture("a-guest")


async def test_a_command_in_a_thread_and_an_unknown_one_are_refused_in_words(desk: Desk) -> None:
    page = desk.page
    await desk.write("/nothing of the kind")
    await expect(page.get_by_text("/nothing is not a valid command")).to_be_visible()
    await page.get_by_placeholder("Message ").last.fill("")
    await desk.write("hello")
    await page.locator(".message").hover()
    await page.get_by_role("button", name="Reply in thread").click()
    await page.get_by_label("Reply").fill("/cost")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("/cost is not supported in threads")).to_be_visible()


async def test_what_passed_is_in_the_inspector(desk: Desk) -> None:
    page = desk.page
    await page.get_by_role("button", name="Show the traffic").click()
    await desk.write("/cost")
    traffic = page.get_by_role("complementary", name="Traffic")
    await expect(traffic.locator("summary").filter(has_text="/cost")).to_be_visible()
    await traffic.get_by_label("Filter the traffic").fill("response_url")
    await traffic.locator("summary").first.click()
    await expect(traffic.get_by_role("heading", name="Request")).to_be_visible()
    await desk.picture("traffic")


async def test_a_narrow_window_in_the_dark(desk: Desk) -> None:
    page = desk.page
    await page.set_viewport_size({"width": 320, "height": 640})
    await page.emulate_media(color_scheme="dark")
    await desk.write("/cost by service")
    await expect(page.get_by_role("table").last).to_be_attached()
    for name in ("narrow", "narrow-list"):
        assert await page.evaluate("document.documentElement.scrollWidth") == 320, "it scrolls sideways"
        await desk.picture(name)
        await page.get_by_role("button", name="Channels").click()
    await expect(page.get_by_placeholder("Message ").last).to_be_visible()
