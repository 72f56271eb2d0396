"""The HTTP side of what the app calls: Web API methods, response URLs, uploads, files. Each is noted in the traffic."""

from __future__ import annotations

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
TOO_MANY, BAD, NOT_FOUND = 429, 400, 404
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
            answer = self._answer(name, params, _token(request, params))
        except RefusedError as refusal:
            answer = refusal.answer()
        response = _answered(answer, self._scopes(name))
        self._state.traffic.add("in", "api", name, response.status, began, params, answer)
        return response

    def _answer(self, name: str, params: Json, token: str) -> Json:
        method = all_methods().get(name)
        if method is None:
            raise RefusedError("unknown_method", req_method=name)
        self._check_token(method, token)
        return method.answer(Call(self._state, params))

    def _check_token(self, method: Method, token: str) -> None:
        keys = self._state.keys
        if method.key and not token:
            raise RefusedError("not_authed")
        if method.key and token != (keys.bot if method.key == "bot" else keys.app):
            raise RefusedError("not_allowed_token_type" if token in {keys.bot, keys.app} else "invalid_auth")

    def _scopes(self, name: str) -> dict[str, str]:
        method = all_methods().get(name)
        granted = {"x-oauth-scopes": ",".join(sorted(self._state.manifest.scopes))}
        return granted | ({"x-accepted-oauth-scopes": ",".join(method.scopes)} if method and method.scopes else {})

    async def _respond(self, request: web.Request) -> web.Response:
        began = time.monotonic()
        body: object = None
        try:
            body = await _json(request)
            responses.respond(self._state, request.match_info["name"], body)
        except RefusedError as refusal:
            status = NOT_FOUND if refusal.code in SPENT else BAD
            response = web.json_response(refusal.answer(), status=status)
        else:
            response = web.Response(text="ok")
        self._state.traffic.add("in", "response_url", "response_url", response.status, began, body, response.text)
        return response

    async def _upload(self, request: web.Request) -> web.Response:
        began, found = time.monotonic(), self._state.workspace.files.get(request.match_info["file"])
        content = await _bytes(request)
        is_right = found is not None and found.content is None and len(content) == found.length
        if found is not None and is_right:
            found.content = content
        response = web.Response(text=f"OK - {len(content)}") if is_right else web.Response(status=BAD, text="bad upload")
        self._state.traffic.add("in", "upload", "upload", response.status, began, f"{len(content)} bytes", response.text)
        return response

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
    return request.headers.get("Authorization", "").removeprefix("Bearer ").strip() or given


async def _json(request: web.Request) -> object:
    try:
        return await request.json()
    except ValueError:
        raise RefusedError("invalid_json") from None


async def _params(request: web.Request) -> Json:
    """Query, form and JSON in one; raises RefusedError for what cannot be read."""
    found: Json = dict(request.query)
    if request.content_type == "application/json" and request.can_read_body:
        body = await _json(request)
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


async def _bytes(request: web.Request) -> bytes:
    """The body as it is, or the one file of a form."""
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    form = await request.post()
    for field in form.values():
        if isinstance(field, web.FileField):
            return field.file.read()
    return b""
