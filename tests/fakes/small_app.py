"""A small app for the local Slack's own tests: it connects as any app does, acknowledges, and remembers what it was sent.

It stands where Tuppence would, so that those tests show what Slack does and nothing of what Tuppence does.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.server import LocalSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Json = dict[str, Any]
Answer = Callable[[Json], object]
QUICK = Limits(processing=0.05, channel_gap=0.05, ack=0.3, retries=(0.0, 0.02, 0.04))
"""Slack's rules with waits that a test can afford."""


def says_nothing(_: Json) -> object:
    """An acknowledgement without a body."""
    return None


@dataclass(slots=True)
class SmallApp:
    """`heard` are the envelopes in order; `answer` gives the body of each acknowledgement; `is_deaf`: it acknowledges nothing."""

    slack: LocalSlack
    client: AsyncWebClient
    http: aiohttp.ClientSession
    heard: list[Json] = field(default_factory=list)
    answer: Answer = says_nothing
    is_deaf: bool = False
    goodbyes: list[str] = field(default_factory=list)
    sockets: list[aiohttp.ClientWebSocketResponse] = field(default_factory=list)
    _listening: list[asyncio.Task[None]] = field(default_factory=list)

    # What the app does.

    async def connect(self) -> aiohttp.ClientWebSocketResponse:
        """One more connection of Socket Mode."""
        opened = await self.client.apps_connections_open(app_token=self.slack.keys.app)
        socket = await self.http.ws_connect(opened["url"])
        hello = await socket.receive_json()
        assert hello["type"] == "hello"
        self.sockets.append(socket)
        self._listening.append(asyncio.create_task(self._listen(socket)))
        return socket

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            envelope = json.loads(message.data)
            if envelope["type"] == "disconnect":
                self.goodbyes.append(envelope["reason"])
                continue
            self.heard.append(envelope)
            self.slack.state.news.tell("heard", to=())
            if not self.is_deaf:
                await socket.send_json(_acknowledgement(envelope, self.answer(envelope["payload"])))

    async def call(self, method: str, **params: object) -> Json:
        """A Web API call with JSON; the answer, refused or not."""
        try:
            answer = await self.client.api_call(method, json=params)
        except SlackApiError as error:
            return dict(error.response.data)
        return dict(answer.data)

    async def respond(self, url: str, **body: object) -> tuple[int, str]:
        """A post to a response URL: status and what was said."""
        async with self.http.post(url, json=body) as answer:
            return answer.status, await answer.text()

    async def got(self, kind: str, count: int = 1) -> list[Json]:
        """The payloads of a kind (a command, an event's or an interaction's type) once there are so many."""
        await self.slack.until(lambda: len(self.of(kind)) >= count)
        return self.of(kind)

    def of(self, kind: str) -> list[Json]:
        """The payloads of a kind so far."""
        payloads = [each["payload"] for each in self.heard]
        return [each for each in payloads if kind in {each.get("type"), each.get("command"), each.get("event", {}).get("type")}]

    # What people do and see.

    async def act(self, what: str, **body: object) -> Json:
        """A POST to the control API; `as_` stands for `as`."""
        async with self.http.post(f"{self.slack.url}/control/{what}", json=_named(body)) as answer:
            return dict(await answer.json())

    async def see(self, what: str, **query: str) -> Json:
        """A GET of the control API."""
        async with self.http.get(f"{self.slack.url}/control/{what}", params=_named(query)) as answer:
            return dict(await answer.json())

    async def shown(self, user: str, channel: str, thread: str = "") -> list[Json]:
        """The messages that a person sees in a conversation, or in one thread of it."""
        found = await self.see("messages", as_=user, channel=channel, thread=thread)
        return list(found["messages"])

    async def close(self) -> None:
        """Hang up."""
        for each in self.sockets:
            await each.close()
        await asyncio.gather(*self._listening, return_exceptions=True)
        await self.http.close()


def _acknowledgement(envelope: Json, body: object) -> Json:
    return {"envelope_id": envelope["envelope_id"]} | ({} if body is None else {"payload": body})


def _named(body: dict[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_"): value for name, value in body.items()}


@asynccontextmanager
async def small_app(limits: Limits = QUICK, *, connections: int = 1, **arguments: Any) -> AsyncIterator[SmallApp]:  # noqa: ANN401 - LocalSlack's
    """A local Slack with a small app connected to it."""
    async with LocalSlack(limits=limits, **arguments) as slack:
        http = aiohttp.ClientSession()
        app = SmallApp(slack, AsyncWebClient(slack.keys.bot, base_url=slack.api_url, session=http), http)
        try:
            for _ in range(connections):
                await app.connect()
            yield app
        finally:
            await app.close()
