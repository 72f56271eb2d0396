"""Given a workspace with an app in it, when people write and run commands, then the app hears it and its answers are seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.sandbox.slack.seed import ADMIN, ANALYST, BOT_USER, DATA, FINOPS, GUEST, LEADS, VIEWER
from tests.fakes.small_app import QUICK, SmallApp, small_app


async def test_a_command_reaches_the_app_and_the_answer_only_its_asker() -> None:
    async with small_app() as app:
        assert await app.act("run", as_=VIEWER, channel=FINOPS, text="/cost by service") == {"ok": True}
        command = (await app.got("/cost"))[0]
        assert (command["text"], command["user_id"], command["channel_name"]) == ("by service", VIEWER, "finops")
        assert await app.respond(command["response_url"], text="$13") == (200, "ok")
        seen = (await app.shown(VIEWER, FINOPS))[0]
        assert (seen["text"], seen["ephemeral"], seen["author"]["id"]) == ("$13", True, BOT_USER)
        assert await app.shown(ADMIN, FINOPS) == []


async def test_names_in_a_command_arrive_with_their_ids_as_the_manifest_asks() -> None:
    async with small_app() as app:
        await app.act("run", as_=VIEWER, channel=FINOPS, text="/tuppence role set @anton in #data & <more>")
        said = (await app.got("/tuppence"))[0]["text"]
        assert said == f"role set <@{ANALYST}|anton> in <#{DATA}|data> &amp; &lt;more&gt;"


async def test_what_comes_with_the_acknowledgement_is_shown_at_once() -> None:
    async with small_app() as app:
        app.answer = lambda _: {"text": "at once", "response_type": "in_channel"}
        await app.act("run", as_=VIEWER, channel=FINOPS, text="/cost")
        assert [each["text"] for each in await app.shown(ADMIN, FINOPS)] == ["at once"]


async def test_an_app_that_does_not_acknowledge_costs_the_asker_an_error() -> None:
    async with small_app(replace(QUICK, ack=0.05)) as app:
        app.is_deaf = True
        assert await app.act("run", as_=VIEWER, channel=FINOPS, text="/cost") == {"ok": False, "error": "operation_timeout"}


async def test_without_a_connection_a_command_cannot_be_dispatched() -> None:
    async with small_app(connections=0) as app:
        assert await app.act("run", as_=VIEWER, channel=FINOPS, text="/cost") == {"ok": False, "error": "dispatch_failed"}


@pytest.mark.parametrize("text", ["/unknown", "hello", ""])
async def test_only_declared_commands_are_commands(text: str) -> None:
    async with small_app() as app:
        answer = await app.act("run", as_=VIEWER, channel=FINOPS, text=text)
        assert not answer["ok"]
        assert "not a valid command" in answer["error"]


async def test_a_response_url_answers_five_times() -> None:
    async with small_app() as app:
        url = await _url(app)
        for number in range(5):
            assert (await app.respond(url, text=str(number)))[0] == 200
        status, said = await app.respond(url, text="once more")
        assert status == 404
        assert "used_url" in said


async def _url(app: SmallApp) -> str:
    await app.act("run", as_=VIEWER, channel=FINOPS, text="/cost")
    return str((await app.got("/cost"))[0]["response_url"])


async def test_a_response_url_is_too_old_after_its_time() -> None:
    async with small_app(replace(QUICK, response=-1.0)) as app:
        status, said = await app.respond(await _url(app), text="late")
        assert status == 404
        assert "expired_url" in said


async def test_an_answer_takes_the_place_of_the_one_before() -> None:
    async with small_app() as app:
        url = await _url(app)
        await app.respond(url, text="Working on it…")
        await app.respond(url, text="$13", replace_original=True)
        assert [each["text"] for each in await app.shown(VIEWER, FINOPS)] == ["$13"]
        await app.respond(url, delete_original=True)
        assert await app.shown(VIEWER, FINOPS) == []


async def test_a_mention_reaches_the_app_and_its_thread_is_seen_by_all() -> None:
    async with small_app() as app:
        root = await app.act("say", as_=VIEWER, channel=FINOPS, text="@tuppence cost by service")
        event = (await app.got("app_mention"))[0]["event"]
        assert event["text"] == f"<@{BOT_USER}> cost by service"
        await app.call("chat.postMessage", channel=FINOPS, thread_ts=event["ts"], text="$13")
        assert [(each["ts"], each["reply_count"]) for each in await app.shown(ADMIN, FINOPS)] == [(root["ts"], 1)]
        assert [each["text"] for each in await app.shown(ADMIN, FINOPS, root["ts"])][1:] == ["$13"]


async def test_a_word_without_the_name_is_not_for_the_app() -> None:
    async with small_app() as app:
        await app.act("say", as_=VIEWER, channel=FINOPS, text="good morning")
        await app.act("say", as_=VIEWER, channel=FINOPS, text="@tuppence hello")
        await app.got("app_mention")
        assert len(app.heard) == 1


async def test_a_direct_message_reaches_the_app_and_so_does_its_own_answer() -> None:
    async with small_app() as app:
        direct = next(each for each in (await app.see("workspace", as_=VIEWER))["channels"] if each["kind"] == "im")
        await app.act("say", as_=VIEWER, channel=direct["id"], text="cost")
        event = (await app.got("message"))[0]["event"]
        assert (event["channel_type"], event["text"], "bot_id" in event) == ("im", "cost", False)
        await app.call("chat.postMessage", channel=direct["id"], text="$13")
        own = (await app.got("message", 2))[1]["event"]
        assert own["bot_id"]


async def test_a_name_in_a_message_calls_its_owner() -> None:
    async with small_app() as app:
        with app.slack.state.news.listen(ANALYST) as told:
            await app.call("chat.postMessage", channel=FINOPS, text="a tag valued <!channel>")
            items = [told.get_nowait() for _ in range(told.qsize())]
        assert any(each["what"] == "notice" and "#finops" in each["text"] for each in items)
        assert (await app.shown(ANALYST, FINOPS))[0]["pings"] == ["channel"]


async def test_the_app_is_not_told_what_it_may_not_see() -> None:
    async with small_app() as app:
        app.slack.state.workspace.channels[LEADS].members.discard(BOT_USER)
        await app.act("say", as_=ADMIN, channel=LEADS, text="@tuppence cost")
        await app.act("say", as_=ADMIN, channel=FINOPS, text="@tuppence cost")
        assert [each["event"]["channel"] for each in await app.got("app_mention")] == [FINOPS]


async def test_people_see_their_own_conversations_only() -> None:
    async with small_app() as app:
        names = {
            who: [each["name"] for each in (await app.see("workspace", as_=who))["channels"]] for who in (VIEWER, ADMIN, GUEST)
        }
        assert "leads" in names[ADMIN]
        assert "leads" not in names[VIEWER]
        assert names[GUEST] == ["payments", "with-partner", "tuppence"]
        assert "error" in await app.see("messages", as_=VIEWER, channel=LEADS)


async def test_unread_messages_are_counted_until_they_are_read() -> None:
    async with small_app() as app:
        await app.call("chat.postMessage", channel=FINOPS, text="one")
        assert await _unread(app) == 1
        await app.shown(VIEWER, FINOPS)
        assert await _unread(app) == 0


async def _unread(app: SmallApp) -> int:
    found = (await app.see("workspace", as_=VIEWER))["channels"]
    return next(int(each["unread"]) for each in found if each["id"] == FINOPS)


async def test_an_invitation_is_told_to_whom_it_brings_in() -> None:
    async with small_app() as app:
        app.slack.state.workspace.channels[LEADS].members.discard(BOT_USER)
        assert await app.act("run", as_=ADMIN, channel=LEADS, text="/invite @tuppence") == {"ok": True}
        event = (await app.got("member_joined_channel"))[0]["event"]
        assert (event["user"], event["inviter"], event["channel"]) == (BOT_USER, ADMIN, LEADS)
        assert not (await app.act("run", as_=ADMIN, channel=LEADS, text="/invite @nobody"))["ok"]
