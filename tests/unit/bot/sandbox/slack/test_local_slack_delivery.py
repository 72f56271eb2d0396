"""Given an app behind sockets or behind HTTP, when something happens, then it is told, and again if it did not listen."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.slack.keys import Keys
from bot.sandbox.slack.refusals import NotPossibleError
from bot.sandbox.slack.seed import FINOPS, VIEWER, WITH_PARTNER
from tests.fakes.small_app import QUICK, SmallApp, small_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Json = dict[str, Any]


# Sockets.


async def test_each_envelope_goes_to_one_connection_and_all_get_some() -> None:
    async with small_app(connections=2) as app:
        for number in range(4):
            await app.act("run", as_=VIEWER, channel=FINOPS, text=f"/cost {number}")
        assert [each["text"] for each in await app.got("/cost", 4)] == ["0", "1", "2", "3"]
        assert len(app.slack.state.sockets.connections) == 2


async def test_a_ticket_is_good_for_one_connection() -> None:
    async with small_app(connections=0) as app:
        url = (await app.client.apps_connections_open(app_token=app.slack.keys.app))["url"]
        first = await app.http.ws_connect(url)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await app.http.ws_connect(url)
        await first.close()


async def test_the_eleventh_connection_is_one_too_many() -> None:
    async with small_app(replace(QUICK, connections=1)) as app:
        url = (await app.client.apps_connections_open(app_token=app.slack.keys.app))["url"]
        socket = await app.http.ws_connect(url)
        assert (await socket.receive_json())["reason"] == "too_many_websockets"
        await socket.close()


async def test_a_connection_is_warned_and_then_asked_to_come_again() -> None:
    async with small_app(replace(QUICK, connection=0.1, warning=0.05)) as app:
        await app.slack.until(lambda: app.goodbyes == ["warning", "refresh_requested"])
        assert (await app.act("run", as_=VIEWER, channel=FINOPS, text="/cost"))["error"] == "dispatch_failed"


async def test_an_event_that_nobody_acknowledged_comes_again_with_the_same_id() -> None:
    async with small_app(replace(QUICK, ack=0.05)) as app:
        app.is_deaf = True
        await app.act("say", as_=VIEWER, channel=FINOPS, text="@tuppence cost")
        await app.slack.until(lambda: len(app.heard) == 4)
        assert [each["retry_attempt"] for each in app.heard] == [0, 1, 2, 3]
        assert {each["retry_reason"] for each in app.heard[1:]} == {"timeout"}
        assert len({each["payload"]["event_id"] for each in app.heard}) == 1


# HTTP.


@dataclass
class Listener:
    """An app behind HTTP: keeps what came, refuses what is not signed, answers with `status` in turn."""

    requests: list[tuple[dict[str, str], Json]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    answer: Json | None = None

    async def hear(self, request: web.Request) -> web.Response:
        """One request of Slack's."""
        body = await request.text()
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not SignatureVerifier(Keys().signing).is_valid_request(body, headers):
            return web.Response(status=401)
        payload = await request.json() if request.content_type == "application/json" else _form(body)
        if payload.get("type") == "url_verification":
            return web.Response(text=payload["challenge"])
        self.requests.append((headers, payload))
        status = self.statuses.pop(0) if self.statuses else 200
        return web.json_response(self.answer, status=status) if self.answer else web.Response(status=status)


def _form(body: str) -> Json:
    return {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[SmallApp, Listener]]:
    """A local Slack that delivers to a listener."""
    listener, application = Listener(), web.Application()
    application.router.add_post("/slack/events", listener.hear)
    async with TestServer(application) as server, small_app(connections=0) as app:
        await app.slack.send_to(str(server.make_url("/slack/events")))
        yield app, listener


async def test_a_command_comes_as_a_signed_form() -> None:
    async with listening() as (app, listener):
        listener.answer = {"text": "at once"}
        assert await app.act("run", as_=VIEWER, channel=FINOPS, text="/cost by team") == {"ok": True}
        assert (listener.requests[0][1]["command"], listener.requests[0][1]["text"]) == ("/cost", "by team")
        assert (await app.shown(VIEWER, FINOPS))[0]["text"] == "at once"


async def test_an_event_is_tried_again_until_it_is_taken() -> None:
    async with listening() as (app, listener):
        listener.statuses = [500, 503, 200]
        await app.act("say", as_=VIEWER, channel=FINOPS, text="@tuppence cost")
        await app.slack.until(lambda: len(listener.requests) == 3)
        numbers = [headers.get("x-slack-retry-num") for headers, _ in listener.requests]
        assert numbers == [None, "1", "2"]
        assert len({body["event_id"] for _, body in listener.requests}) == 1


async def test_an_app_that_is_gone_fails_commands() -> None:
    async with listening() as (app, listener):
        listener.statuses = [500]
        assert (await app.act("run", as_=VIEWER, channel=FINOPS, text="/cost"))["error"] == "dispatch_failed"


async def test_whoever_does_not_answer_the_challenge_is_not_delivered_to() -> None:
    async with small_app(connections=0) as app:
        with pytest.raises(NotPossibleError, match="did not answer the challenge"):
            await app.slack.send_to(app.slack.url)


# Bad days.


async def test_a_full_slack_says_when_to_come_again_and_then_takes_it() -> None:
    async with small_app(connections=0) as app:
        await app.act("faults", name="rate_limited", method="chat.postMessage", times=1, seconds=7)
        request = app.http.post(
            f"{app.slack.api_url}chat.postMessage",
            json={"channel": FINOPS, "text": "x"},
            headers={"Authorization": f"Bearer {app.slack.keys.bot}"},
        )
        async with request as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
        assert (await app.call("chat.postMessage", channel=FINOPS, text="x"))["ok"]


@pytest.mark.parametrize("method", ["response_url", "upload", "auth.test"])
async def test_a_broken_slack_answers_503_until_it_is_mended(method: str) -> None:
    async with small_app(connections=0) as app:
        await app.act("faults", name="server_error", method=method)
        address = {"response_url": "/commands/x", "upload": "/upload/F0"}.get(method, "/api/auth.test")
        async with app.http.post(app.slack.url + address) as answer:
            assert answer.status == 503
        async with app.http.delete(f"{app.slack.url}/control/faults") as answer:
            assert answer.status == 200
        async with app.http.post(app.slack.url + address) as answer:
            assert answer.status != 503


async def test_an_answer_is_lost_after_the_message_stands_there() -> None:
    async with small_app(connections=0) as app:
        await app.act("faults", name="lost_answer", method="chat.postMessage", times=1)
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await app.http.post(
                f"{app.slack.api_url}chat.postMessage",
                json={"channel": FINOPS, "text": "did it arrive?"},
                headers={"Authorization": f"Bearer {app.slack.keys.bot}"},
            )
        assert [each["text"] for each in await app.shown(VIEWER, FINOPS)] == ["did it arrive?"]


async def test_a_slow_slack_answers_late() -> None:
    async with small_app(connections=0) as app:
        await app.act("faults", name="delay", method="auth.test", seconds=0.2, times=1)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(app.call("auth.test"), 0.1)


async def test_cut_sockets_hear_nothing_more_until_the_app_comes_again() -> None:
    async with small_app() as app:
        await app.act("faults", name="drop_sockets")
        await app.slack.until(lambda: not app.slack.state.sockets.connections)
        assert (await app.act("run", as_=VIEWER, channel=FINOPS, text="/cost"))["error"] == "dispatch_failed"
        await app.connect()
        assert await app.act("run", as_=VIEWER, channel=FINOPS, text="/cost") == {"ok": True}


async def test_an_event_may_come_twice_with_one_id() -> None:
    async with small_app() as app:
        await app.act("faults", name="duplicate_events", times=1)
        await app.act("say", as_=VIEWER, channel=FINOPS, text="@tuppence one")
        twice = await app.got("app_mention", 2)
        assert twice[0]["event_id"] == twice[1]["event_id"]


async def test_events_may_overtake_each_other() -> None:
    async with small_app() as app:
        await app.act("faults", name="reorder_events", times=1, seconds=5)
        await app.act("say", as_=VIEWER, channel=FINOPS, text="@tuppence one")
        await app.act("say", as_=VIEWER, channel=FINOPS, text="@tuppence two")
        heard = [each["event"]["text"].split()[-1] for each in await app.got("app_mention", 2)]
        assert heard == ["two", "one"]


async def test_a_revoked_token_opens_nothing_until_it_is_given_back() -> None:
    async with small_app(connections=0) as app:
        await app.act("faults", name="revoked_token")
        assert (await app.call("auth.test"))["error"] == "token_revoked"
        await app.http.delete(f"{app.slack.url}/control/faults")
        assert (await app.call("auth.test"))["ok"]


async def test_a_channel_may_be_archived_or_shared_meanwhile() -> None:
    async with small_app(connections=0) as app:
        await app.act("faults", name="share_channel", channel=FINOPS)
        assert (await app.call("conversations.info", channel=FINOPS))["channel"]["is_ext_shared"]
        await app.act("faults", name="archive_channel", channel=WITH_PARTNER)
        assert (await app.call("chat.postMessage", channel=WITH_PARTNER, text="x"))["error"] == "is_archived"
        await app.http.delete(f"{app.slack.url}/control/faults")
        assert not (await app.call("conversations.info", channel=FINOPS))["channel"]["is_ext_shared"]
        assert (await app.call("conversations.info", channel=WITH_PARTNER))["channel"]["is_ext_shared"]


async def test_a_fault_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    async with small_app(connections=0) as app:
        assert "lost_answer" in (await app.act("faults", name="earthquake"))["error"]
        assert "archive_channel" in (await app.see("faults"))["names"]


# What is written down.


async def test_traffic_is_kept_in_order_without_tokens() -> None:
    async with small_app() as app:
        await app.act("run", as_=VIEWER, channel=FINOPS, text="/cost")
        url = (await app.got("/cost"))[0]["response_url"]
        await app.respond(url, text="$13")
        seen = await app.see("traffic")
        assert [(each["direction"], each["kind"], each["name"]) for each in seen["entries"]] == [
            ("in", "api", "apps.connections.open"),
            ("out", "socket", "/cost"),
            ("in", "response_url", "response_url"),
        ]
        assert "xoxb-" not in str(seen)
        assert (await app.see("traffic", since=str(seen["next"])))["entries"] == []


async def test_the_page_is_told_what_changed_for_its_person() -> None:
    async with small_app() as app, app.http.get(f"{app.slack.url}/control/news", params={"as": VIEWER}) as news:
        await news.content.readuntil(b"\n\n")
        await app.call("chat.postMessage", channel=FINOPS, text="x")
        told = [await news.content.readuntil(b"\n\n") for _ in range(2)]
        assert b'data: {"what": "messages", "channel": "C0FINOPS01"}\n\n' in told
