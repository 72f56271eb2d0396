"""The ways a message reaches people. Each shows a message once and afterwards edits it in place: a reply grows, it never repeats.

`Respond` answers one person through a response URL, `Whisper` one person in a channel, `Post` everybody there; `Edit` changes
what already stands. All raise the errors of `handlers/outbound/refusals.py`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from aiohttp import ClientConnectorError, ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from handlers.outbound.patience import FOR_EVERYBODY, NEW_MESSAGES, SERVER_ERROR, Patience, backoff
from handlers.outbound.refusals import SpentError, UncertainError, in_words, refusal
from services.errors import TemporaryError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slack_sdk.web.async_client import AsyncWebClient
    from slack_sdk.web.async_slack_response import AsyncSlackResponse
    from slack_sdk.webhook.webhook_response import WebhookResponse

    from handlers.outbound.patience import Lanes, Sleep
    from handlers.request import Block

EVENT_TYPE = "tuppence_reply"
READING = frozenset({"conversations.history", "conversations.replies", "files.info"})
TRIES = 3
OK = 200


@dataclass(frozen=True, slots=True)
class Wire:
    """What every route needs to reach Slack."""

    client: AsyncWebClient
    lanes: Lanes
    sleep: Sleep

    async def call(self, method: str, **params: object) -> AsyncSlackResponse:
        """One Web API call, with our errors."""
        try:
            return await self.client.api_call(method, **_request(method, params))
        except SlackApiError as error:
            is_unknown = method == FOR_EVERYBODY and _status(error) >= SERVER_ERROR
            raise (UncertainError() if is_unknown else refusal(error)) from error
        except (TimeoutError, ClientError, OSError) as error:
            raise _broken(error, is_new=method in NEW_MESSAGES) from error


def _request(method: str, params: Mapping[str, object]) -> dict[str, Any]:
    """How the SDK is to send it: what reads does not understand JSON (docs.slack.dev, content types of a method)."""
    given = {name: value for name, value in params.items() if value is not None}
    return {"http_verb": "GET", "params": given} if method in READING else {"json": given}


def _status(error: SlackApiError) -> int:
    """HTTP's, where the SDK kept it: its own answer has `status_code`, aiohttp's has `status`."""
    answer = error.response
    return int(getattr(answer, "status_code", 0) or getattr(answer, "status", 0))


def _broken(error: Exception, *, is_new: bool) -> TemporaryError:
    """A connection that broke under way may have carried a new message; one that was never there has not."""
    if is_new and not isinstance(error, ClientConnectorError):
        return UncertainError()
    return TemporaryError("Slack could not be reached.")


class Route(Protocol):
    """One message on its way."""

    is_editable: bool

    async def put(self, text: str, blocks: Sequence[Block]) -> None:
        """Show it; every later time, in place of the first."""
        ...


@dataclass(slots=True)
class Respond:
    """Through a response URL, seen by the asker only. `replaces`: the first message already takes the place of another."""

    wire: Wire
    url: str
    channel: str
    user: str
    replaces: bool = False
    thread: str = ""
    is_editable: bool = True

    async def put(self, text: str, blocks: Sequence[Block]) -> None:
        """Post to the URL; where it is used up or too old, whisper in the channel instead."""
        body = {"text": text, "blocks": list(blocks), "response_type": "ephemeral", "replace_original": self.replaces}
        if self.thread and not self.replaces:
            body["thread_ts"] = self.thread
        try:
            await self._send(body)
        except SpentError:
            await Whisper(self.wire, self.channel, self.user, self.thread).put(text, blocks)
        self.replaces = True

    async def _send(self, body: dict[str, object]) -> None:
        client = self.wire.client
        hook = AsyncWebhookClient(
            self.url,
            timeout=client.timeout,
            session=client.session,
            proxy=client.proxy,
            ssl=client.ssl,
            retry_handlers=[Patience(sleep=self.wire.sleep)],
        )
        for attempt in range(TRIES):
            answer = await _reach(hook, body)
            if answer.status_code < SERVER_ERROR:
                break
            await self.wire.sleep(backoff(attempt))
        _judge(answer)


async def _reach(hook: AsyncWebhookClient, body: dict[str, object]) -> WebhookResponse:
    try:
        return await hook.send_dict(body)
    except (TimeoutError, ClientError, OSError) as error:
        raise _broken(error, is_new=True) from error


def _judge(answer: WebhookResponse) -> None:
    """A response URL answers `ok`, a bare code, or JSON with one; with 200 or without."""
    code = _code(answer.body)
    if answer.status_code != OK or code:
        raise in_words("ratelimited" if answer.status_code >= SERVER_ERROR else code)


def _code(body: str) -> str:
    try:
        answer = json.loads(body)
    except ValueError:
        return "" if body.strip().lower() == "ok" else body.strip()[:80]
    return "" if not isinstance(answer, dict) or answer.get("ok", True) else str(answer.get("error") or "unknown_error")


@dataclass(slots=True)
class Whisper:
    """To one person in a channel where we are. Slack cannot edit it later."""

    wire: Wire
    channel: str
    user: str
    thread: str = ""
    is_editable: bool = False

    async def put(self, text: str, blocks: Sequence[Block]) -> None:
        """chat.postEphemeral."""
        await self.wire.call(
            "chat.postEphemeral",
            channel=self.channel,
            user=self.user,
            thread_ts=self.thread or None,
            text=text,
            blocks=list(blocks),
        )


@dataclass(slots=True)
class Edit:
    """In place of a message of ours that stands in a conversation."""

    wire: Wire
    channel: str
    ts: str
    metadata: Mapping[str, object] | None = None
    is_editable: bool = True

    async def put(self, text: str, blocks: Sequence[Block]) -> None:
        """chat.update. Blocks are always given: without them Slack keeps the old ones."""
        await self.wire.call(
            "chat.update", channel=self.channel, ts=self.ts, text=text, blocks=list(blocks), metadata=_metadata(self.metadata)
        )


@dataclass(slots=True)
class Post:
    """A new message for everybody in a conversation, in a thread where one is named."""

    wire: Wire
    channel: str
    thread: str = ""
    metadata: Mapping[str, object] | None = None
    ts: str = field(default="", init=False)
    is_editable: bool = True

    async def put(self, text: str, blocks: Sequence[Block]) -> None:
        """chat.postMessage in the channel's queue, then chat.update."""
        if self.ts:
            await Edit(self.wire, self.channel, self.ts, self.metadata).put(text, blocks)
            return
        async with self.wire.lanes.turn(self.channel):
            answer = await self.wire.call(
                "chat.postMessage",
                channel=self.channel,
                thread_ts=self.thread or None,
                text=text,
                blocks=list(blocks),
                metadata=_metadata(self.metadata),
                unfurl_links=False,
                unfurl_media=False,
            )
        self.ts = str(answer["ts"])


def _metadata(values: Mapping[str, object] | None) -> dict[str, object] | None:
    return {"event_type": EVENT_TYPE, "event_payload": dict(values)} if values else None
