"""A local Slack over HTTP: the Web API methods we use, response URLs, uploads and a Socket Mode endpoint, on loopback.

It is strict where Slack is: unknown methods, wrong tokens, broken blocks, unready files, spent response URLs, foreign channels.
It keeps what a person would see (`messages`, `ephemerals`, `homes`, `files`) and every call in order (`calls`).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from tests.fakes.slack_rules import block_problem
from tests.fakes.slack_state import Call, Fault, Json, Upload

if TYPE_CHECKING:
    from collections.abc import Callable

BOT_TOKEN = "xoxb-111111111111-222222222222-fakefakefake"
APP_TOKEN = "xapp-1-A0FAKE000-333333333333-fakefakefake"
SIGNING_SECRET = "0123456789abcdef0123456789abcdef"
TEAM, BOT_USER, BOT_ID = "T0FAKE001", "U0BOT0001", "B0BOT0001"
RESPONSE_USES, RESPONSE_SECONDS = 5, 30 * 60
READING = {"conversations.info", "conversations.history", "conversations.replies", "files.info", "users.info", "usergroups.list"}


@dataclass(slots=True)
class FakeSlack:
    """One workspace. `async with FakeSlack() as slack:` and point the client at `slack.api_url`."""

    calls: list[Call] = field(default_factory=list)
    messages: dict[tuple[str, str], Json] = field(default_factory=dict)
    ephemerals: list[Json] = field(default_factory=list)
    homes: dict[str, Json] = field(default_factory=dict)
    views: list[Json] = field(default_factory=list)
    files: dict[str, Upload] = field(default_factory=dict)
    users: dict[str, Json] = field(default_factory=dict)
    groups: list[Json] = field(default_factory=list)
    channels: dict[str, Json] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    """What no real Slack would have let pass; a fixture asserts that it stays empty."""
    slow_polls: int = 0
    """How many times `files.info` answers without a mimetype for the files uploaded from now on."""
    refuse_blocks: set[str] = field(default_factory=set)
    """Block types this workspace does not know yet."""
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    acknowledged: list[Json] = field(default_factory=list)
    _faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    _responses: dict[str, tuple[int, float, int]] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _count: int = 0
    _server: TestServer | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=32 * 2**20)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/commands/{id}", self._response)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_get("/socket", self._socket)
        self._server = TestServer(app)
        await self._server.start_server()
        self.add_user("U0ALICE01", "alice")
        self.add_channel("C0TEAM001", "team-web")
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in self.sockets:
            await socket.close()
        if self._server:
            await self._server.close()

    # What a test sets up.

    @property
    def api_url(self) -> str:
        """The base URL of the Web API."""
        return str(self._root.make_url("/api/"))

    @property
    def _root(self) -> TestServer:
        assert self._server is not None, "use `async with`"
        return self._server

    def add_user(self, user: str, name: str, **marks: object) -> str:
        """A full member, unless marks say otherwise (is_restricted, deleted, is_bot, team_id …)."""
        self.users[user] = {
            "id": user,
            "team_id": TEAM,
            "name": name,
            "profile": {"display_name": name, "real_name": name.title()},
            "tz": "Europe/Berlin",
            **dict.fromkeys(("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger"), False),
            **marks,
        }
        return user

    def add_channel(self, channel: str, name: str, **marks: object) -> str:
        """A public channel with the bot in it, unless marks say otherwise (is_ext_shared, is_member, is_archived …)."""
        base = {"id": channel, "name": name, "is_channel": True, "is_im": False, "is_member": True, "is_archived": False}
        self.channels[channel] = base | {"is_ext_shared": False, "is_pending_ext_shared": False, "is_private": False, **marks}
        return channel

    def fail(self, method: str, *, status: int = 200, error: str = "", retry_after: str = "0", times: int = 1) -> None:
        """Answer the next calls of a method with an HTTP status or an error code."""
        self._faults[method].append(Fault(status, error, retry_after, times))

    def response_url(self, on: int | None = None, uses: int = RESPONSE_USES, age: float = 0) -> str:
        """A fresh response URL, as Slack sends one with a command, or with a click on the ephemeral message number `on`."""
        name = self._next()
        self._responses[name] = (uses, time.monotonic() - age, len(self.ephemerals) if on is None else on)
        return str(self._root.make_url(f"/commands/{name}"))

    # What a test asks.

    def called(self, method: str) -> list[Json]:
        """The parameters of every call of a method, in order."""
        return [call.params for call in self.calls if call.method == method]

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something is so; looked at again after each call that arrives. Five seconds at most."""
        async with asyncio.timeout(5):
            while not condition():
                self._news.clear()
                try:
                    await asyncio.wait_for(self._news.wait(), 0.05)
                except TimeoutError:
                    continue

    async def push(self, envelope_type: str, payload: Json, **fields: object) -> str:
        """Send an envelope down the newest socket; returns its id."""
        name = self._next()
        envelope = {"type": envelope_type, "envelope_id": name, "payload": payload, "accepts_response_payload": True, **fields}
        await self.sockets[-1].send_str(json.dumps(envelope))
        return name

    # The Web API.

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        params = await _params(request)
        self._saw(method, params)
        if method in READING and request.method != "GET":
            self.problems.append(f"{method} reads no body")
        fault = self._fault(method)
        if fault and (fault.status != web.HTTPOk.status_code or fault.error):
            return _faulty(fault)
        answer = self._answer(method, params, _token(request, params))
        return web.json_response(answer)

    def _answer(self, method: str, params: Json, token: str) -> Json:
        needed = APP_TOKEN if method.startswith("apps.connections") else BOT_TOKEN
        if token != needed:
            return _error("invalid_auth" if token else "not_authed")
        answer: Callable[[Json], Json] | None = getattr(self, f"_do_{method.replace('.', '_')}", None)
        if answer is None:
            self.problems.append(f"unknown method {method}")
            return _error("unknown_method")
        return answer(params)

    def _do_auth_test(self, _: Json) -> Json:
        return _ok(team_id=TEAM, team="Fake & Sons", user_id=BOT_USER, bot_id=BOT_ID, user="tuppence", url="http://localhost/")

    def _do_apps_connections_open(self, _: Json) -> Json:
        return _ok(url=str(self._root.make_url("/socket")).replace("http", "ws", 1))

    def _do_users_info(self, params: Json) -> Json:
        user = self.users.get(params.get("user", ""))
        return _ok(user=user) if user else _error("user_not_found")

    def _do_usergroups_list(self, _: Json) -> Json:
        return _ok(usergroups=self.groups)

    def _do_conversations_info(self, params: Json) -> Json:
        channel = self.channels.get(params.get("channel", ""))
        return _ok(channel=channel) if channel else _error("channel_not_found")

    def _do_conversations_open(self, params: Json) -> Json:
        users = params.get("users", "")
        if users not in self.users:
            return _error("user_not_found")
        channel = "D" + users[1:]
        self.channels.setdefault(channel, {"id": channel, "is_im": True, "user": users, "is_member": True})
        return _ok(channel={"id": channel})

    def _do_chat_postMessage(self, params: Json) -> Json:  # noqa: N802  # Slack's own spelling
        problem = self._unpostable(params.get("channel", "")) or self._unsayable(params)
        if problem:
            return _error(*problem)
        ts = self._ts()
        self.messages[(params["channel"], ts)] = params | {"ts": ts}
        return _ok(channel=params["channel"], ts=ts, message=params)

    def _do_chat_postEphemeral(self, params: Json) -> Json:  # noqa: N802  # same
        problem = self._unpostable(params.get("channel", "")) or self._unsayable(params)
        if problem or not params.get("user"):
            return _error(*(problem or ("user_not_in_channel", "")))
        self.ephemerals.append(params)
        return _ok(message_ts=self._ts())

    def _do_chat_update(self, params: Json) -> Json:
        key = (params.get("channel", ""), params.get("ts", ""))
        if key not in self.messages:
            return _error("message_not_found")
        if len(params.get("text", "")) > 4000:
            return _error("msg_too_long")
        problem = self._unsayable(params)
        if problem:
            return _error(*problem)
        self.messages[key] = self.messages[key] | params
        return _ok(channel=key[0], ts=key[1])

    def _do_views_open(self, params: Json) -> Json:
        if not params.get("trigger_id"):
            return _error("invalid_trigger_id")
        self.views.append(params["view"])
        return _ok(view={"id": "V0FAKE001", **params["view"]})

    def _do_views_publish(self, params: Json) -> Json:
        problem = block_problem(params["view"].get("blocks", []), self._ready_files(), self.refuse_blocks, most=100)
        if problem:
            return _error("invalid_arguments", problem)
        self.homes[params["user_id"]] = params["view"]
        return _ok(view=params["view"])

    def _do_files_getUploadURLExternal(self, params: Json) -> Json:  # noqa: N802  # same
        if not params.get("filename") or int(params.get("length", 0)) <= 0:
            return _error("invalid_arguments")
        name = f"F{self._next():0>9}".replace("-", "")
        self.files[name] = Upload(
            params["filename"], int(params["length"]), params.get("alt_txt", ""), polls_left=self.slow_polls
        )
        return _ok(file_id=name, upload_url=str(self._root.make_url(f"/upload/{name}")))

    def _do_files_completeUploadExternal(self, params: Json) -> Json:  # noqa: N802  # same
        given = params["files"] if isinstance(params["files"], list) else json.loads(params["files"])
        channel = params.get("channel_id", "")
        problem = self._unpostable(channel) if channel else None
        if problem:
            return _error(*problem)
        for each in given:
            upload = self.files[each["id"]]
            if len(upload.content) != upload.length:
                return _error("file_not_found")
            upload.complete, upload.channel, upload.title = True, channel, each.get("title", "")
            upload.thread = params.get("thread_ts", "")
        return _ok(files=[{"id": each["id"], "title": each.get("title")} for each in given])

    def _do_files_info(self, params: Json) -> Json:
        upload = self.files.get(params.get("file", ""))
        if upload is None or not upload.complete:
            return _error("file_not_found")
        if upload.polls_left > 0:
            upload.polls_left -= 1
            return _ok(file={"id": params["file"], "mimetype": ""})
        upload.kind = "image/png" if upload.name.endswith(".png") else "text/csv"
        return _ok(file={"id": params["file"], "mimetype": upload.kind})

    # Beside the Web API.

    async def _response(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        body = await request.json()
        self._saw("response_url", body)
        fault = self._fault("response_url")
        if fault:
            return _faulty(fault)
        uses, made, place = self._responses.get(name, (0, 0.0, 0))
        if uses <= 0 or time.monotonic() - made > RESPONSE_SECONDS:
            return web.Response(status=404, text="used_url")
        self._responses[name] = (uses - 1, made, place)
        problem = self._unsayable(body)
        if problem:
            return web.json_response(_error(*problem), status=400)
        self._show(body, place)
        return web.Response(text="ok")

    def _show(self, body: Json, place: int) -> None:
        if body.get("replace_original") and place < len(self.ephemerals):
            self.ephemerals[place] = body
        else:
            self.ephemerals.append(body)

    async def _upload(self, request: web.Request) -> web.Response:
        self._saw("upload", {})
        fault = self._fault("upload")
        if fault:
            return _faulty(fault)
        self.files[request.match_info["id"]].content = await request.read()
        return web.Response(text="OK")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_str(json.dumps({"type": "hello", "num_connections": len(self.sockets)}))
        self._news.set()
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                self.acknowledged.append(json.loads(message.data))
                self._news.set()
        return socket

    # The rules.

    def _unpostable(self, channel: str) -> tuple[str, str] | None:
        known = self.channels.get(channel)
        if known is None:
            return "channel_not_found", ""
        if known.get("is_archived"):
            return "is_archived", ""
        return None if known.get("is_member") else ("not_in_channel", "")

    def _unsayable(self, params: Json) -> tuple[str, str] | None:
        blocks = params.get("blocks") or []
        if not params.get("text") and not params.get("delete_original"):
            self.problems.append("a message without fallback text")
            return "no_text", ""
        if len(params.get("text", "")) > 40_000:
            return "msg_too_long", ""
        problem = block_problem(blocks, self._ready_files(), self.refuse_blocks)
        return ("invalid_blocks", problem) if problem else None

    def _ready_files(self) -> set[str]:
        return {name for name, upload in self.files.items() if upload.complete and upload.polls_left <= 0}

    def _fault(self, method: str) -> Fault | None:
        waiting = self._faults[method]
        if not waiting:
            return None
        fault = waiting[0]
        fault.times -= 1
        if fault.times <= 0:
            waiting.pop(0)
        return fault

    def _saw(self, method: str, params: Json) -> None:
        self.calls.append(Call(method, params, time.monotonic()))
        self._news.set()

    def _next(self) -> str:
        self._count += 1
        return str(self._count)

    def _ts(self) -> str:
        return f"{1_790_000_000 + int(self._next())}.000100"


def _ok(**fields: object) -> Json:
    return {"ok": True, **fields}


def _error(code: str, detail: str = "") -> Json:
    return {"ok": False, "error": code} | ({"response_metadata": {"messages": [detail]}} if detail else {})


def _faulty(fault: Fault) -> web.Response:
    headers = {"Retry-After": fault.retry_after} if fault.status == web.HTTPTooManyRequests.status_code else {}
    if fault.status >= web.HTTPInternalServerError.status_code:
        # Of a gateway in front of Slack, which knows nothing of JSON.
        return web.Response(text="upstream connect error", status=fault.status)
    return web.json_response(_error(fault.error or "ratelimited"), status=fault.status, headers=headers)


def _token(request: web.Request, params: Json) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ") or str(params.get("token", ""))


async def _params(request: web.Request) -> Json:
    """Query, form and JSON in one; the fields that Slack takes as JSON strings are decoded."""
    body = (
        await request.json()
        if request.content_type == "application/json" and request.can_read_body
        else dict(await request.post())
    )
    found: Json = {**request.query, **body}
    for name in ("blocks", "view", "metadata", "files"):
        if isinstance(found.get(name), str):
            found[name] = json.loads(found[name])
    return found
