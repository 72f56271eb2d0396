"""The HTTP side of what the app calls: Web API methods, response URLs, uploads, files. Each is noted in the traffic."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.slack import responses, shapes
from bot.sandbox.slack.methods.method import Call, all_methods
from bot.sandbox.slack.refusals import RefusedError

if TYPE_CHECKING:
    from bot.sandbox.slack.methods.method import Method
    from bot.sandbox.slack.state import State
    from bot.sandbox.slack.workspace import Json

IN_JSON = ("blocks", "view", "metadata", "files", "attachments", "chunks", "prompts", "loading_messages")
"""Arguments that a form carries as JSON text."""
TOO_MANY, BAD, NOT_FOUND, UNAVAILABLE = 429, 400, 404, 503
SPENT = frozenset({"used_url", "expired_url"})


class Api:
    """The routes. What is refused is an answer with Slack's code, not an error of HTTP, but for rates and spent addresses."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """Everything the app calls."""
        return [
            web.route("*", "/api/{method}", self._call),
            web.post("/commands/{name:.+}", self._respond),
            web.post("/upload/{file}", self._upload),
            web.get("/files/{file}/{name}", self._file),
        ]

    async def _call(self, request: web.Request) -> web.Response:
        began, name = time.monotonic(), request.match_info["method"]
        params: Json = {}
        try:
            params = await _params(request)
            response = await self._broken(name)
            answer = self._answer(name, params, _token(request, params)) if response is None else {"ok": False}
        except RefusedError as refusal:
            answer, response = refusal.answer(), None
        response = response or _answered(answer, self._scopes(name))
        self._state.traffic.add("in", "api", name, response.status, began, params, answer)
        return await self._kept_back(name, request, response)

    # A bad day.

    async def _broken(self, name: str) -> web.Response | None:
        """What comes instead of an answer, if a fault is due; a slow answer is an answer."""
        faults = self._state.faults
        if slow := faults.take("delay", name):
            await asyncio.sleep(slow.seconds)
        if limited := faults.take("rate_limited", name):
            body: Json = {"ok": False, "error": "ratelimited", "retry_after": max(1, round(limited.seconds))}
            return _answered(body, {})
        if faults.take("server_error", name):
            return web.Response(status=UNAVAILABLE, text="upstream connect error")
        return None

    async def _kept_back(self, name: str, request: web.Request, response: web.Response) -> web.Response:
        """The answer to what was carried out, late if that is wanted; or, where it is to be lost, a broken connection."""
        if slow := self._state.faults.take("slow_answer", name):
            await asyncio.sleep(slow.seconds)
        if self._state.faults.take("lost_answer", name) and request.transport is not None:
            request.transport.abort()
        return response

    # Methods.

    def _answer(self, name: str, params: Json, token: str) -> Json:
        method = all_methods().get(name)
        if method is None:
            raise RefusedError("unknown_method", req_method=name)
        self._check_token(method, token)
        return method.answer(Call(self._state, params))

    def _check_token(self, method: Method, token: str) -> None:
        if method.key not in {"bot", "app"}:
            return
        if not token:
            raise RefusedError("not_authed")
        if method.key == "bot":
            self._state.tokens.check(token)
        elif token != self._state.keys.app:
            raise RefusedError("not_allowed_token_type" if token.startswith("xoxb-") else "invalid_auth")

    def _scopes(self, name: str) -> dict[str, str]:
        method = all_methods().get(name)
        granted = {"x-oauth-scopes": ",".join(sorted(self._state.manifest.scopes))}
        return granted | ({"x-accepted-oauth-scopes": ",".join(method.scopes)} if method and method.scopes else {})

    async def _respond(self, request: web.Request) -> web.Response:
        began, body = time.monotonic(), await request.text()
        response = await self._broken("response_url") or self._responded(request.match_info["name"], body)
        self._state.traffic.add("in", "response_url", "response_url", response.status, began, _shown(body), response.text)
        return await self._kept_back("response_url", request, response)

    def _responded(self, name: str, body: str) -> web.Response:
        try:
            responses.respond(self._state, name, _read(body))
        except RefusedError as refusal:
            status = NOT_FOUND if refusal.code in SPENT else BAD
            return web.json_response(refusal.answer(), status=status)
        return web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.Response:
        began, content = time.monotonic(), await _bytes(request)
        response = await self._broken("upload") or self._uploaded(request.match_info["file"], content)
        self._state.traffic.add("in", "upload", "upload", response.status, began, f"{len(content)} bytes", response.text)
        return await self._kept_back("upload", request, response)

    def _uploaded(self, name: str, content: bytes) -> web.Response:
        """As many bytes as were announced, once."""
        found = self._state.workspace.files.get(name)
        if found is None or found.content is not None or len(content) != found.length:
            return web.Response(status=BAD, text="bad upload")
        found.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def _file(self, request: web.Request) -> web.Response:
        found = self._state.workspace.files.get(request.match_info["file"])
        if found is None or found.content is None or not shapes.is_processed(found):
            return web.Response(status=NOT_FOUND)
        return web.Response(body=found.content, content_type=found.mimetype)


def _answered(answer: Json, headers: dict[str, str]) -> web.Response:
    if answer.get("error") == "ratelimited":
        wait = str(answer.pop("retry_after", 1))
        return web.json_response(answer, status=TOO_MANY, headers={**headers, "Retry-After": wait})
    return web.json_response(answer, headers=headers)


def _token(request: web.Request, params: Json) -> str:
    given = str(params.pop("token", "") or "")
    kind, _, credentials = request.headers.get("Authorization", "").partition(" ")
    return credentials.strip() if kind.lower() == "bearer" else given


def _read(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        raise RefusedError("invalid_json") from None


def _shown(text: str) -> object:
    """For the inspector: as data where it is."""
    try:
        return json.loads(text)
    except ValueError:
        return text


async def _params(request: web.Request) -> Json:
    """Query, form and JSON in one; raises RefusedError for what cannot be read."""
    found: Json = {**request.query, **_client(request)}
    if request.content_type == "application/json" and request.can_read_body:
        body = _read(await request.text())
        if not isinstance(body, dict):
            raise RefusedError("json_not_object")
        found |= body
    else:
        found |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return {name: _decoded(name, value) for name, value in found.items()}


def _decoded(name: str, value: object) -> object:
    if name not in IN_JSON or not isinstance(value, str) or not value:
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise RefusedError(f"invalid_{name}_format" if name == "blocks" else "invalid_arguments") from None


def _client(request: web.Request) -> Json:
    """The client's pair, where it comes as HTTP's own login."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind != "Basic":
        return {}
    name, _, secret = base64.b64decode(given).decode().partition(":")
    return {"client_id": name, "client_secret": secret}


async def _bytes(request: web.Request) -> bytes:
    """The body as it is, or the one file of a form."""
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    form = await request.post()
    for field in form.values():
        if isinstance(field, web.FileField):
            return field.file.read()
    return b""
