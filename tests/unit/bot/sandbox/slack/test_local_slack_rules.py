"""Given Slack's limits, when an app calls too often, too late, or for what it may not, then it gets Slack's own code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.methods.method import all_methods
from bot.sandbox.slack.seed import BOT_USER, DATA, FINOPS, GUEST, LEADS, VIEWER, WITH_PARTNER
from tests.fakes.small_app import QUICK, SmallApp, small_app

if TYPE_CHECKING:
    from typing import Any

MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": [{"type": "divider"}]}


# Who may call.


@pytest.mark.parametrize(
    ("token", "code"), [("", "not_authed"), ("xoxb-1-2-somebodyelse", "invalid_auth"), ("app", "not_allowed_token_type")]
)
async def test_only_the_bot_token_opens_methods(token: str, code: str) -> None:
    async with small_app(connections=0) as app:
        headers = {"Authorization": f"Bearer {app.slack.keys.app if token == 'app' else token}"} if token else {}
        async with app.http.post(f"{app.slack.api_url}auth.test", headers=headers) as answer:
            assert (await answer.json())["error"] == code


async def test_who_we_are_comes_with_the_scopes_of_the_manifest() -> None:
    async with small_app(connections=0) as app:
        answer = await app.client.auth_test()
        assert (answer["user_id"], answer["team"]) == (BOT_USER, "Example Corp")
        assert set(answer.headers["x-oauth-scopes"].split(",")) == set(Manifest.read().scopes)


async def test_a_method_whose_scope_is_not_in_the_manifest_is_refused() -> None:
    manifest = replace(Manifest.read(), scopes=frozenset({"commands", "chat:write"}))
    async with small_app(connections=0, manifest=manifest) as app:
        answer = await app.call("users.info", user=VIEWER)
        assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "users:read", "chat:write,commands")
        assert (await app.call("conversations.info", channel=FINOPS))["error"] == "missing_scope"


async def test_the_scope_must_fit_the_kind_of_conversation() -> None:
    manifest = replace(Manifest.read(), scopes=frozenset({"channels:read"}))
    async with small_app(connections=0, manifest=manifest) as app:
        assert (await app.call("conversations.info", channel=FINOPS))["ok"]
        assert (await app.call("conversations.info", channel=LEADS))["needed"] == "groups:read"


async def test_every_scope_of_the_manifest_is_good_for_something_here() -> None:
    known = {scope for method in all_methods().values() for scope in method.scopes}
    assert Manifest.read().scopes - known <= {"commands", "app_mentions:read", "im:history"}


async def test_what_slack_does_not_have_is_an_unknown_method() -> None:
    async with small_app(connections=0) as app:
        assert (await app.call("chat.postEverywhere"))["error"] == "unknown_method"


# How often, how late.


async def test_one_message_a_second_and_channel() -> None:
    async with small_app(replace(QUICK, channel_gap=60.0), connections=0) as app:
        assert (await app.call("chat.postMessage", channel=FINOPS, text="1"))["ok"]
        assert (await app.call("chat.postMessage", channel=DATA, text="1"))["ok"]
        async with app.http.post(
            f"{app.slack.api_url}chat.postMessage",
            json={"channel": FINOPS, "text": "2"},
            headers={"Authorization": f"Bearer {app.slack.keys.bot}"},
        ) as answer:
            assert (answer.status, (await answer.json())["error"]) == (429, "ratelimited")
            assert 55 <= int(answer.headers["Retry-After"]) <= 60


async def test_posted_twice_stands_there_twice() -> None:
    async with small_app(replace(QUICK, channel_gap=0.0), connections=0) as app:
        for _ in range(2):
            await app.call("chat.postMessage", channel=FINOPS, text="once?")
        assert [each["text"] for each in await app.shown(VIEWER, FINOPS)] == ["once?", "once?"]


async def test_tiers_are_kept_where_they_are_asked_for() -> None:
    async with small_app(replace(QUICK, tiers=True), connections=0) as app:
        answers = [(await app.call("usergroups.list"))["ok"] for _ in range(21)]
        assert answers == [True] * 20 + [False]


async def _trigger(app: SmallApp) -> str:
    await app.act("run", as_=VIEWER, channel=FINOPS, text="/cost")
    return str((await app.got("/cost"))[-1]["trigger_id"])


async def test_a_trigger_opens_one_window() -> None:
    async with small_app() as app:
        trigger = await _trigger(app)
        assert (await app.call("views.open", trigger_id=trigger, view=MODAL))["ok"]
        assert (await app.call("views.open", trigger_id=trigger, view=MODAL))["error"] == "exchanged_trigger_id"
        assert (await app.call("views.open", trigger_id="1.2.3", view=MODAL))["error"] == "invalid_trigger_id"


async def test_a_trigger_is_dead_after_its_time() -> None:
    async with small_app(replace(QUICK, trigger=-1.0)) as app:
        assert (await app.call("views.open", trigger_id=await _trigger(app), view=MODAL))["error"] == "expired_trigger_id"


# Where, and what.


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"channel": FINOPS}, "no_text"),
        ({"channel": FINOPS, "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C0NOWHERE1", "text": "x"}, "channel_not_found"),
        ({"channel": FINOPS, "text": "x", "thread_ts": "1.1"}, "thread_not_found"),
        ({"channel": FINOPS, "text": "x", "blocks": "[{"}, "invalid_blocks_format"),
        ({"channel": FINOPS, "text": "x", "metadata": {"event_type": "x", "more": 1}}, "invalid_metadata_format"),
    ],
)
async def test_what_cannot_be_posted(params: dict[str, Any], code: str) -> None:
    async with small_app(connections=0) as app:
        assert (await app.call("chat.postMessage", **params))["error"] == code


async def test_the_app_writes_where_it_was_invited() -> None:
    async with small_app(connections=0) as app:
        workspace = app.slack.state.workspace
        workspace.channels[DATA].members.discard(BOT_USER)
        workspace.channels[LEADS].members.discard(BOT_USER)
        assert (await app.call("chat.postMessage", channel=DATA, text="x"))["error"] == "not_in_channel"
        assert (await app.call("chat.postMessage", channel=LEADS, text="x"))["error"] == "channel_not_found"
        workspace.channels[FINOPS].is_archived = True
        assert (await app.call("chat.postMessage", channel=FINOPS, text="x"))["error"] == "is_archived"


async def test_a_whisper_needs_both_in_the_channel() -> None:
    async with small_app(connections=0) as app:
        answer = await app.call("chat.postEphemeral", channel=FINOPS, user=GUEST, text="x")
        assert answer["error"] == "user_not_in_channel"


async def test_an_edit_is_of_ones_own_message_and_short() -> None:
    async with small_app() as app:
        theirs = await app.act("say", as_=VIEWER, channel=FINOPS, text="mine")
        assert (await app.call("chat.update", channel=FINOPS, ts=theirs["ts"], text="x"))["error"] == "cant_update_message"
        ours = await app.call("chat.postMessage", channel=FINOPS, text="one")
        assert (await app.call("chat.update", channel=FINOPS, ts=ours["ts"], text="x" * 4001))["error"] == "msg_too_long"
        assert (await app.call("chat.update", channel=FINOPS, ts=ours["ts"], text="two"))["ok"]
        shown = (await app.shown(VIEWER, FINOPS))[-1]
        assert (shown["text"], shown["edited"]) == ("two", True)
        assert (await app.call("chat.delete", channel=FINOPS, ts=ours["ts"]))["ok"]


async def test_who_else_reads_a_channel_is_said() -> None:
    async with small_app(connections=0) as app:
        facts = {each: (await app.call("conversations.info", channel=each))["channel"] for each in (FINOPS, WITH_PARTNER, LEADS)}
        assert [each["is_ext_shared"] for each in facts.values()] == [False, True, False]
        assert [each["is_private"] for each in facts.values()] == [False, False, True]


async def test_people_groups_and_bots_are_known() -> None:
    async with small_app(connections=0) as app:
        assert (await app.call("users.info", user=GUEST))["user"]["is_restricted"]
        assert (await app.call("users.info", user="U0NOBODY01"))["error"] == "user_not_found"
        groups = (await app.call("usergroups.list", include_users=True))["usergroups"]
        assert {each["handle"] for each in groups} == {"finops-team", "platform-team"}
        assert all(each["users"] for each in groups)


async def test_a_form_is_as_good_as_json() -> None:
    async with small_app(connections=0) as app:
        client = AsyncWebClient(app.slack.keys.bot, base_url=app.slack.api_url, session=app.http)
        answer = await client.chat_postMessage(channel=FINOPS, text="x", blocks=[{"type": "divider"}])
        assert answer["ok"]
        assert (await app.shown(VIEWER, FINOPS))[0]["blocks"][0]["type"] == "divider"


# OAuth.


async def test_a_code_becomes_a_token_that_rotates() -> None:
    async with small_app(connections=0) as app:
        code = app.slack.state.tokens.grant()
        first = await _access(app, code=code)
        assert (await AsyncWebClient(first["access_token"], base_url=app.slack.api_url, session=app.http).auth_test())["ok"]
        renewal = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
        assert (await _access(app, **renewal))["access_token"] != first["access_token"]
        assert (await _access(app, **renewal))["error"] == "invalid_refresh_token"
        assert (await _access(app, code=code))["error"] == "invalid_code"
        assert (await _access(app, client_secret="a guess"))["error"] == "bad_client_secret"


async def _access(app: SmallApp, **params: str) -> dict[str, Any]:
    login = {"client_id": app.slack.keys.client, "client_secret": app.slack.keys.client_secret}
    async with app.http.post(f"{app.slack.api_url}oauth.v2.access", data={**login, **params}) as answer:
        return dict(await answer.json())


# Streams.


async def test_an_answer_grows_until_it_is_done() -> None:
    async with small_app() as app:
        root = await app.act("say", as_=VIEWER, channel=FINOPS, text="why?")
        whom = {"recipient_user_id": VIEWER, "recipient_team_id": app.slack.state.workspace.team}
        begun = await app.call("chat.startStream", channel=FINOPS, thread_ts=root["ts"], markdown_text="Because", **whom)
        await app.call("chat.appendStream", channel=FINOPS, ts=begun["ts"], markdown_text=" of EC2")
        await app.call("chat.stopStream", channel=FINOPS, ts=begun["ts"], markdown_text=".")
        assert (await app.shown(VIEWER, FINOPS, root["ts"]))[1]["text"] == "Because of EC2."
        late = await app.call("chat.appendStream", channel=FINOPS, ts=begun["ts"], markdown_text="!")
        assert late["error"] == "message_not_in_streaming_state"


async def test_a_reaction_is_put_on_once() -> None:
    manifest = replace(Manifest.read(), scopes=Manifest.read().scopes | {"reactions:write"})
    async with small_app(manifest=manifest) as app:
        root = await app.act("say", as_=VIEWER, channel=FINOPS, text="why?")
        mark = {"channel": FINOPS, "timestamp": root["ts"], "name": "eyes"}
        assert (await app.call("reactions.add", **mark))["ok"]
        assert (await app.call("reactions.add", **mark))["error"] == "already_reacted"
        await app.act("react", as_=VIEWER, channel=FINOPS, ts=root["ts"], name="eyes")
        assert (await app.shown(VIEWER, FINOPS))[0]["reactions"] == [{"name": "eyes", "count": 2}]
