"""Given a message with buttons, a window or a home, when a person uses it, then the app hears what, where and by whom."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.slack.seed import ADMIN, FINOPS, GUEST, VIEWER
from tests.fakes.small_app import SmallApp, small_app

Json = dict[str, Any]
OPTIONS = [{"text": {"type": "plain_text", "text": name.title()}, "value": name} for name in ("day", "month")]
ROW: list[Json] = [
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {"type": "button", "action_id": "costs.share", "text": {"type": "plain_text", "text": "Share"}, "value": "v=1"},
            {"type": "static_select", "action_id": "costs.grain", "options": OPTIONS},
        ],
    }
]
ASK: Json = {
    "type": "modal",
    "callback_id": "ask",
    "private_metadata": "kept",
    "title": {"type": "plain_text", "text": "Budget"},
    "submit": {"type": "plain_text", "text": "Save"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "Name"},
            "element": {"type": "plain_text_input", "action_id": "name"},
        },
        {
            "type": "input",
            "block_id": "grain",
            "label": {"type": "plain_text", "text": "Grain"},
            "element": {"type": "static_select", "action_id": "grain", "options": OPTIONS, "initial_option": OPTIONS[1]},
        },
        {"type": "actions", "block_id": "more", "elements": [{**ROW[0]["elements"][0], "action_id": "more"}]},
    ],
}


async def _posted(app: SmallApp, **more: object) -> str:
    answer = await app.call("chat.postMessage", channel=FINOPS, text="numbers", blocks=ROW, **more)
    return str(answer["ts"])


async def _click(app: SmallApp, ts: str, action: str = "costs.share", **chosen: object) -> Json:
    return await app.act("click", as_=VIEWER, channel=FINOPS, ts=ts, block_id="row", action_id=action, **chosen)


async def test_a_click_says_who_used_what_and_where() -> None:
    async with small_app() as app:
        ts = await _posted(app)
        assert await _click(app, ts) == {"ok": True}
        clicked = (await app.got("block_actions"))[0]
        action = clicked["actions"][0]
        assert (action["action_id"], action["value"], clicked["user"]["id"]) == ("costs.share", "v=1", VIEWER)
        assert clicked["container"] == {"type": "message", "message_ts": ts, "channel_id": FINOPS, "is_ephemeral": False}
        assert clicked["message"]["text"] == "numbers"


async def test_a_choice_comes_with_the_whole_option() -> None:
    async with small_app() as app:
        await _click(app, await _posted(app), "costs.grain", selected={"selected_option": {"value": "month"}})
        clicked = (await app.got("block_actions"))[0]
        assert clicked["actions"][0]["selected_option"] == OPTIONS[1]
        assert clicked["state"]["values"]["row"]["costs.grain"]["selected_option"] == OPTIONS[1]


async def test_what_is_not_offered_cannot_be_chosen() -> None:
    async with small_app() as app:
        ts = await _posted(app)
        assert "error" in await _click(app, ts, "costs.grain", selected={"selected_option": {"value": "year"}})
        assert "error" in await _click(app, ts, "costs.delete")
        assert "error" in await app.act("click", as_=GUEST, channel=FINOPS, ts=ts, block_id="row", action_id="costs.share")


async def test_an_ephemeral_message_is_not_in_the_payload_and_only_its_address_changes_it() -> None:
    async with small_app() as app:
        await app.call("chat.postEphemeral", channel=FINOPS, user=VIEWER, text="yours", blocks=ROW)
        shown = (await app.shown(VIEWER, FINOPS))[0]
        await _click(app, shown["ts"])
        clicked = (await app.got("block_actions"))[0]
        assert clicked["container"]["is_ephemeral"]
        assert "message" not in clicked
        assert (await app.call("chat.update", channel=FINOPS, ts=shown["ts"], text="x"))["error"] == "message_not_found"
        await app.respond(clicked["response_url"], text="changed", replace_original=True)
        assert [(each["text"], each["blocks"]) for each in await app.shown(VIEWER, FINOPS)] == [("changed", None)]


async def test_an_answer_to_a_click_without_a_word_on_it_is_for_the_clicker_alone() -> None:
    async with small_app() as app:
        await _click(app, await _posted(app))
        url = (await app.got("block_actions"))[0]["response_url"]
        await app.respond(url, text="only you")
        assert [each["text"] for each in await app.shown(VIEWER, FINOPS)] == ["numbers", "only you"]
        assert [each["text"] for each in await app.shown(ADMIN, FINOPS)] == ["numbers"]


async def test_blocks_and_elements_without_a_name_get_one() -> None:
    async with small_app() as app:
        button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}}
        await app.call("chat.postMessage", channel=FINOPS, text="x", blocks=[{"type": "actions", "elements": [button]}])
        block = (await app.shown(VIEWER, FINOPS))[0]["blocks"][0]
        assert block["block_id"]
        assert block["elements"][0]["action_id"]


async def test_a_home_that_is_opened_asks_the_app_and_shows_what_it_publishes() -> None:
    async with small_app() as app:
        await app.act("home", as_=VIEWER)
        event = (await app.got("app_home_opened"))[0]["event"]
        assert (event["user"], event["tab"]) == (VIEWER, "home")
        home = {"type": "home", "blocks": [{"type": "divider"}]}
        assert (await app.call("views.publish", user_id=VIEWER, view=home))["ok"]
        assert (await app.see("home", as_=VIEWER))["view"]["blocks"][0]["type"] == "divider"
        assert (await app.see("home", as_=ADMIN))["view"] is None


async def _opened(app: SmallApp, **changes: object) -> Json:
    await app.act("run", as_=VIEWER, channel=FINOPS, text="/cost")
    trigger = (await app.got("/cost"))[-1]["trigger_id"]
    return await app.call("views.open", trigger_id=trigger, view={**ASK, **changes})


async def test_a_window_is_filled_in_and_submitted() -> None:
    async with small_app() as app:
        view = (await _opened(app))["view"]
        values = {"name": {"name": {"value": "Q1"}}}
        assert await app.act("submit", as_=VIEWER, view_id=view["id"], values=values) == {"ok": True}
        submitted = (await app.got("view_submission"))[0]["view"]
        assert (submitted["callback_id"], submitted["private_metadata"]) == ("ask", "kept")
        assert submitted["state"]["values"]["name"]["name"]["value"] == "Q1"
        assert submitted["state"]["values"]["grain"]["grain"]["selected_option"] == OPTIONS[1]
        assert (await app.see("modals", as_=VIEWER))["stack"] == []


async def test_an_input_that_must_be_filled_in_is_asked_for_before_the_app_hears_of_it() -> None:
    async with small_app() as app:
        view = (await _opened(app))["view"]
        answer = await app.act("submit", as_=VIEWER, view_id=view["id"], values={})
        assert answer["errors"] == {"name": "Please complete this required field."}
        assert not app.of("view_submission")


async def test_the_app_may_refuse_a_submission_beside_an_input() -> None:
    async with small_app() as app:
        view = (await _opened(app))["view"]
        app.answer = lambda _: {"response_action": "errors", "errors": {"name": "There is one already."}}
        await app.act("submit", as_=VIEWER, view_id=view["id"], values={"name": {"name": {"value": "Q1"}}})
        assert (await app.see("modals", as_=VIEWER))["stack"][0]["errors"] == {"name": "There is one already."}
        app.answer = lambda _: {"response_action": "errors", "errors": {"nowhere": "?"}}
        refused = await app.act("submit", as_=VIEWER, view_id=view["id"], values={})
        assert (refused["ok"], refused["error"]) == (False, "invalid_errors")


@pytest.mark.parametrize(("action", "titles"), [("update", ["Next"]), ("push", ["Budget", "Next"]), ("clear", [])])
async def test_a_submission_may_lead_to_another_window(action: str, titles: list[str]) -> None:
    async with small_app() as app:
        view = (await _opened(app))["view"]
        following = {"type": "modal", "title": {"type": "plain_text", "text": "Next"}, "blocks": [{"type": "divider"}]}
        app.answer = lambda _: {"response_action": action} | ({} if action == "clear" else {"view": following})
        await app.act("submit", as_=VIEWER, view_id=view["id"], values={"name": {"name": {"value": "Q1"}}})
        stack = (await app.see("modals", as_=VIEWER))["stack"]
        assert [each["title"]["text"] for each in stack] == titles


async def test_at_most_three_windows_stand_on_each_other() -> None:
    async with small_app() as app:
        await _opened(app)
        answers = []
        for _ in range(3):
            top = (await app.see("modals", as_=VIEWER))["stack"][-1]
            await app.act("click", as_=VIEWER, view_id=top["id"], block_id="more", action_id="more")
            trigger = app.of("block_actions")[-1]["trigger_id"]
            answers.append((await app.call("views.push", trigger_id=trigger, view=ASK)).get("error"))
        assert answers == [None, None, "push_limit_reached"]


async def test_a_window_that_was_changed_meanwhile_is_not_overwritten() -> None:
    async with small_app() as app:
        view = (await _opened(app))["view"]
        changed = await app.call("views.update", view_id=view["id"], hash=view["hash"], view=ASK)
        assert changed["ok"]
        again = await app.call("views.update", view_id=view["id"], hash=view["hash"], view=ASK)
        assert again["error"] == "hash_conflict"


async def test_closing_is_told_where_it_was_asked_for() -> None:
    async with small_app() as app:
        view = (await _opened(app))["view"]
        assert await app.act("close", as_=VIEWER, view_id=view["id"]) == {"ok": True}
        assert (await app.got("view_closed"))[0]["view"]["id"] == view["id"]
        assert "error" in await app.act("close", as_=VIEWER, view_id=view["id"])


async def test_a_menu_asks_the_app_for_its_options() -> None:
    async with small_app() as app:
        menu = {"type": "external_select", "action_id": "tags", "min_query_length": 2}
        await app.call(
            "chat.postMessage", channel=FINOPS, text="x", blocks=[{"type": "actions", "block_id": "b", "elements": [menu]}]
        )
        ts = (await app.shown(VIEWER, FINOPS))[0]["ts"]
        app.answer = lambda payload: {"options": OPTIONS} if payload["type"] == "block_suggestion" else None
        ask = {"as_": VIEWER, "channel": FINOPS, "ts": ts, "block_id": "b", "action_id": "tags"}
        assert await app.act("options", **ask, value="m") == {"options": []}
        assert await app.act("options", **ask, value="mo") == {"options": OPTIONS}
        assert (await app.got("block_suggestion"))[0]["value"] == "mo"


async def test_an_answer_stands_in_a_thread_only_where_it_says_so() -> None:
    async with small_app() as app:
        root = await app.act("say", as_=VIEWER, channel=FINOPS, text="why?")
        await app.call("chat.postMessage", channel=FINOPS, thread_ts=root["ts"], text="numbers", blocks=ROW)
        reply = (await app.shown(VIEWER, FINOPS, root["ts"]))[1]
        await _click(app, reply["ts"])
        clicked = (await app.got("block_actions"))[0]
        assert clicked["container"]["thread_ts"] == root["ts"]
        await app.respond(clicked["response_url"], text="in the thread", thread_ts=root["ts"])
        await app.respond(clicked["response_url"], text="in the channel")
        assert [each["text"] for each in await app.shown(VIEWER, FINOPS, root["ts"])] == ["why?", "numbers", "in the thread"]
        assert [each["text"] for each in await app.shown(VIEWER, FINOPS)] == ["why?", "in the channel"]
