"""Given an app with more scopes than ours, when it looks around, then every family of methods answers as Slack documents."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.methods.method import all_methods
from bot.sandbox.slack.seed import ADMIN, BOT, BOT_USER, DATA, FINOPS, LEADS, VIEWER
from tests.fakes.small_app import small_app

if TYPE_CHECKING:
    from tests.fakes.small_app import Json

EVERY_SCOPE = frozenset(scope for method in all_methods().values() for scope in method.scopes) | {
    "im:read",
    "groups:history",
    "im:history",
}
WIDE = replace(Manifest.read(), scopes=EVERY_SCOPE, shortcuts=("ask", "explain"))


async def test_channels_are_listed_a_page_at_a_time() -> None:
    async with small_app(connections=0, manifest=WIDE) as app:
        first = await app.call("conversations.list", limit=4, types="public_channel,private_channel")
        rest = await app.call(
            "conversations.list", types="public_channel,private_channel", cursor=first["response_metadata"]["next_cursor"]
        )
        names = [each["name"] for each in (*first["channels"], *rest["channels"])]
        assert names == ["finops", "payments", "platform", "data", "ml", "with-partner", "leads"]
        assert rest["response_metadata"]["next_cursor"] == ""


async def test_who_is_in_a_channel_and_where_somebody_is() -> None:
    async with small_app(connections=0, manifest=WIDE) as app:
        assert set((await app.call("conversations.members", channel=LEADS))["members"]) >= {ADMIN, BOT_USER}
        found = await app.call("users.conversations", user=ADMIN, types="private_channel")
        assert [each["name"] for each in found["channels"]] == ["leads"]


async def test_what_was_said_is_read_newest_first_and_a_thread_from_its_root() -> None:
    async with small_app(manifest=WIDE) as app:
        root = await app.act("say", as_=VIEWER, channel=FINOPS, text="why?")
        meta = {"event_type": "seen", "event_payload": {"n": 1}}
        await app.call("chat.postMessage", channel=FINOPS, thread_ts=root["ts"], text="because", metadata=meta)
        await app.act("say", as_=VIEWER, channel=FINOPS, text="thanks")
        assert [each["text"] for each in (await app.call("conversations.history", channel=FINOPS))["messages"]] == [
            "thanks",
            "why?",
        ]
        plain = (await app.call("conversations.replies", channel=FINOPS, ts=root["ts"]))["messages"]
        assert ([each["text"] for each in plain], "metadata" in plain[1]) == (["why?", "because"], False)
        full = await app.call("conversations.replies", channel=FINOPS, ts=root["ts"], include_all_metadata=True)
        assert full["messages"][1]["metadata"] == meta


async def test_the_bot_joins_what_is_open() -> None:
    async with small_app(connections=0, manifest=WIDE) as app:
        app.slack.state.workspace.channels[DATA].members.discard(BOT_USER)
        assert not (await app.call("conversations.info", channel=DATA))["channel"]["is_member"]
        assert (await app.call("conversations.join", channel=DATA))["channel"]["is_member"]
        assert (await app.call("conversations.join", channel=LEADS))["error"] == "method_not_supported_for_channel_type"


async def test_a_direct_conversation_is_opened_with_a_person() -> None:
    async with small_app(connections=0, manifest=WIDE) as app:
        opened = (await app.call("conversations.open", users=VIEWER))["channel"]["id"]
        assert (await app.call("conversations.info", channel=opened))["channel"]["user"] == VIEWER
        assert (await app.call("chat.postMessage", channel=VIEWER, text="by person"))["channel"] == opened
        assert (await app.call("conversations.open", users=BOT_USER))["error"] == "cannot_dm_bot"


@pytest.mark.parametrize(
    ("method", "params", "field"),
    [
        ("users.list", {}, "members"),
        ("users.lookupByEmail", {"email": "vera@example.com"}, "user"),
        ("bots.info", {"bot": BOT}, "bot"),
        ("team.info", {}, "team"),
        ("usergroups.users.list", {"usergroup": "S0FINOPS01"}, "users"),
        ("files.list", {}, "files"),
        ("api.test", {"said": "hello"}, "args"),
        ("blocks.validate", {"blocks": [{"type": "divider"}]}, "ok"),
        ("auth.revoke", {}, "revoked"),
    ],
)
async def test_what_else_can_be_asked(method: str, params: Json, field: str) -> None:
    async with small_app(connections=0, manifest=WIDE) as app:
        answer = await app.call(method, **params)
        assert answer["ok"], answer
        assert field in answer


async def test_blocks_are_looked_at_without_being_shown() -> None:
    async with small_app(connections=0, manifest=WIDE) as app:
        answer = await app.call("blocks.validate", blocks=[{"type": "divider"}, {"type": "header"}])
        assert (answer["error"], answer["errors"]) == (
            "invalid_blocks",
            ["missing required field: text [json-pointer:/blocks/1]"],
        )


async def test_a_message_has_an_address() -> None:
    async with small_app(manifest=WIDE) as app:
        said = await app.act("say", as_=VIEWER, channel=FINOPS, text="x")
        answer = await app.call("chat.getPermalink", channel=FINOPS, message_ts=said["ts"])
        assert answer["permalink"].endswith(f"/archives/{FINOPS}/p{said['ts'].replace('.', '')}")


async def test_an_assistant_says_what_it_does_and_what_may_be_asked() -> None:
    async with small_app(manifest=WIDE) as app:
        root = await app.act("say", as_=VIEWER, channel=FINOPS, text="x")
        place = {"channel_id": FINOPS, "thread_ts": root["ts"]}
        assert (await app.call("assistant.threads.setStatus", status="is reading the bill…", **place))["ok"]
        assert (await app.call("assistant.threads.setTitle", title="Costs", **place))["ok"]
        prompts = [{"title": "Costs", "message": "cost by service"}]
        assert (await app.call("assistant.threads.setSuggestedPrompts", prompts=prompts, **place))["ok"]
        refused = await app.call("assistant.threads.setSuggestedPrompts", prompts=[{"title": "Costs"}], **place)
        assert refused["error"] == "invalid_arguments"


async def test_shortcuts_are_those_of_the_manifest() -> None:
    async with small_app(manifest=WIDE) as app:
        said = await app.act("say", as_=VIEWER, channel=FINOPS, text="$13")
        assert await app.act("shortcut", as_=VIEWER, callback_id="ask") == {"ok": True}
        assert await app.act("shortcut", as_=VIEWER, callback_id="explain", channel=FINOPS, ts=said["ts"]) == {"ok": True}
        assert (await app.got("shortcut"))[0]["callback_id"] == "ask"
        assert (await app.got("message_action"))[0]["message"]["text"] == "$13"
        assert "error" in await app.act("shortcut", as_=VIEWER, callback_id="delete-everything")


async def test_the_program_alone_says_what_an_app_needs() -> None:
    command = (sys.executable, "-m", "bot.sandbox.slack", "--port", "0")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        lines = [(await process.stdout.readline()).decode().partition("=")[0].strip() for _ in range(5)]
    finally:
        process.terminate()
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # asyncio closes its pipe only when the loop ends
    assert lines[0].startswith("http://127.0.0.1:")
    assert lines[1:] == ["SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"]
