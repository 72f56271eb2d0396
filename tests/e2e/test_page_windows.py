"""Given an app that opens windows, asks before it acts and offers menus, when people use them, then it hears what they chose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playwright.async_api import expect

from bot.sandbox.slack.seed import FINOPS, VIEWER
from tests.fakes.small_app import small_app

if TYPE_CHECKING:
    from tests.e2e.conftest import Desk, Look
    from tests.fakes.small_app import SmallApp

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(name: str) -> Json:
    return {"text": plain(name), "value": name.lower()}


def asked(block: str, label: str, element: Json, **more: object) -> Json:
    return {"type": "input", "block_id": block, "label": plain(label), "element": {"action_id": block, **element}, **more}


BUDGET: Json = {
    "type": "modal",
    "callback_id": "budget",
    "title": plain("A budget"),
    "submit": plain("Save"),
    "close": plain("Cancel"),
    "blocks": [
        asked("name", "Name", {"type": "plain_text_input"}, hint=plain("What people will call it")),
        asked("amount", "A month", {"type": "number_input", "is_decimal_allowed": True}),
        asked(
            "grain",
            "Grain",
            {"type": "static_select", "placeholder": plain("Choose"), "options": [option("Day"), option("Month")]},
        ),
        asked("when", "When", {"type": "checkboxes", "options": [option("At half"), option("At all")]}, optional=True),
    ],
}
DELETE: Json = {
    "type": "button",
    "action_id": "delete",
    "text": plain("Delete"),
    "style": "danger",
    "value": "b1",
    "confirm": {
        "title": plain("Delete it?"),
        "text": plain("It is gone then."),
        "confirm": plain("Delete it"),
        "deny": plain("Keep it"),
    },
}
FIND: Json = {"type": "external_select", "action_id": "find", "placeholder": plain("Find a team"), "min_query_length": 1}
ROW: list[Json] = [{"type": "actions", "block_id": "row", "elements": [DELETE, FIND]}]


async def opened(app: SmallApp, desk: Desk) -> None:
    """The window, opened by a command as apps do."""
    await desk.write("/cost budget")
    trigger = (await app.got("/cost"))[0]["trigger_id"]
    assert (await app.call("views.open", trigger_id=trigger, view=BUDGET))["ok"]


async def test_a_window_is_filled_in_mended_and_taken(look: Look) -> None:
    def answer(payload: Json) -> object:
        if payload.get("type") != "view_submission":
            return None
        name = payload["view"]["state"]["values"]["name"]["name"]["value"]
        return {"response_action": "errors", "errors": {"name": "There is one of that name."}} if name == "web" else None

    async with small_app() as app, look(app.slack) as desk:
        app.answer = answer
        await opened(app, desk)
        window = desk.page.get_by_role("dialog", name="A budget")
        await window.get_by_label("Name").fill("web")
        await window.get_by_label("A month").fill("1200.5")
        await window.get_by_role("button", name="Save").click()
        await expect(window.get_by_text("Please complete this required field.")).to_be_visible()
        assert app.of("view_submission") == []

        await window.get_by_role("button", name="Grain").click()
        await desk.page.keyboard.press("ArrowDown")
        await desk.page.keyboard.press("Enter")
        await window.get_by_label("At half").check()
        await window.get_by_role("button", name="Save").click()
        await expect(window.get_by_text("There is one of that name.")).to_be_visible()
        await expect(window.get_by_label("Name")).to_be_focused()
        await desk.picture("window-with-an-error")

        await window.get_by_label("Name").fill("web 2026")
        await desk.page.keyboard.press("Enter")
        await expect(window).to_be_hidden()
        values = app.of("view_submission")[-1]["view"]["state"]["values"]
        assert values["name"]["name"]["value"] == "web 2026"
        assert values["amount"]["amount"]["value"] == "1200.5"
        assert values["grain"]["grain"]["selected_option"]["value"] == "month"
        assert [each["value"] for each in values["when"]["when"]["selected_options"]] == ["at half"]
        assert desk.problems == []


async def test_escape_closes_a_window(look: Look) -> None:
    async with small_app() as app, look(app.slack) as desk:
        await opened(app, desk)
        window = desk.page.get_by_role("dialog", name="A budget")
        await expect(window).to_be_visible()
        await desk.page.keyboard.press("Escape")
        await expect(window).to_be_hidden()
        assert (await app.see("modals", as_=VIEWER))["stack"] == []


async def test_a_dangerous_button_asks_first(look: Look) -> None:
    async with small_app() as app, look(app.slack) as desk:
        await app.call("chat.postMessage", channel=FINOPS, text="A budget", blocks=ROW)
        await desk.press("Delete")
        await desk.press("Keep it")
        await desk.press("Delete")
        await desk.picture("a-question-first")
        await desk.press("Delete it")
        clicked = await app.got("block_actions")
        assert [(each["actions"][0]["action_id"], each["actions"][0]["value"]) for each in clicked] == [("delete", "b1")]


async def test_a_menu_asks_the_app_for_what_was_typed(look: Look) -> None:
    def answer(payload: Json) -> object:
        return {"options": [option(f"Team {payload['value']}")]} if payload.get("type") == "block_suggestion" else None

    async with small_app() as app, look(app.slack) as desk:
        app.answer = answer
        await app.call("chat.postMessage", channel=FINOPS, text="Find", blocks=ROW)
        await desk.press("Find a team")
        await desk.page.keyboard.type("web")
        await desk.page.get_by_role("option", name="Team web").click()
        chosen = (await app.got("block_actions"))[0]["actions"][0]
        assert chosen["selected_option"]["value"] == "team web"
        await expect(desk.page.get_by_role("button", name="Find a team Team web")).to_be_visible()


async def test_an_app_that_does_not_answer_is_told_of(look: Look) -> None:
    async with small_app() as app, look(app.slack) as desk:
        app.is_deaf = True
        await desk.write("/cost")
        alert = desk.page.get_by_role("alert")
        await expect(alert).to_have_count(1)
        await expect(alert).to_contain_text(re.compile("/cost failed with the error .operation_timeout."))
        await desk.picture("a-timeout")


async def test_names_are_shown_and_never_run(look: Look) -> None:
    hostile = '<img src=x onerror="document.title=1"> &lt;script&gt; <javascript:alert(1)|click> <!channel>'
    async with small_app() as app, look(app.slack) as desk:
        section = {"type": "section", "text": {"type": "mrkdwn", "text": hostile}}
        table = {"type": "data_table", "caption": "<b>x</b>", "rows": [[{"type": "raw_text", "text": "<i>y</i>"}]] * 2}
        await app.call("chat.postMessage", channel=FINOPS, text="hostile", blocks=[section, table])
        await expect(desk.messages.get_by_text("<script>")).to_be_visible()
        await expect(desk.messages.get_by_text("<b>x</b>")).to_be_visible()
        assert await desk.page.locator(".message :is(script, b, i, a, img[src=x])").count() == 0
        assert desk.problems == []
