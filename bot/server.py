"""The process's own HTTP: Slack's events in HTTP mode, health, readiness and metrics; and Socket Mode's connections.

Both modes are one code base: only the way in differs. Stopping is graceful: first nothing new comes in, then what runs is
finished, then sockets are closed.
"""

from __future__ import annotations

import asyncio
import json
import signal
import time
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from prometheus_client import generate_latest
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from services.errors import ConfigurationError, TuppenceError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from prometheus_client import CollectorRegistry
    from slack_bolt.async_app import AsyncApp

    from bot.metrics import Metrics
    from handlers.outbound.work import Work
    from services.status.results import SourceStatus

EVENTS_PATH = "/slack/events"
CONNECTIONS = 2
"""Sockets a process holds: the SDK closes the old one before it opens the new one, so one alone would leave a gap."""
PING_SECONDS = 2.0
"""How often the SDK looks whether a socket is still up. A socket that was cut is opened again at the next look, and until then
everybody's commands fail: its own ten seconds are long."""
DRAIN_SECONDS = 25.0
"""Less than the half minute that supervisors wait before they kill."""
SLOW_CHECK = 2.0
LONGEST_BODY = 2 * 2**20
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def tuppence_version() -> str:
    """The installed version, or `dev` when run from a folder."""
    try:
        return version("tuppence")
    except PackageNotFoundError:
        return "dev"


@dataclass(frozen=True, slots=True)
class Checks:
    """What health and metrics ask.

    `database` raises TuppenceError when a store cannot be used, and so does `sources`, which says how the bills are; `cache` says
    how the answer cache fares.
    """

    database: Callable[[], Awaitable[None]]
    cache: Callable[[], Mapping[str, object]]
    sources: Callable[[], Awaitable[Sequence[SourceStatus]]]


class Sockets:
    """Socket Mode's connections."""

    def __init__(self, app: AsyncApp, token: str, count: int = CONNECTIONS) -> None:
        self._app, self._token, self._count = app, token, count
        self._handlers: list[AsyncSocketModeHandler] = []

    async def open(self) -> None:
        """Connect. Raises ConfigurationError when Slack refuses the app token: the SDK itself would try for ever."""
        try:
            await self._app.client.apps_connections_open(app_token=self._token)
        except SlackApiError as error:
            remedy = "Make an app-level token with connections:write, set SLACK_APP_TOKEN, and switch Socket Mode on."
            raise ConfigurationError(f"Slack refused the app token ({error.response.get('error')}).", remedy) from error
        for _ in range(self._count):
            handler = AsyncSocketModeHandler(self._app, self._token, ping_interval=PING_SECONDS)
            self._handlers.append(handler)
            await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt does not say what it returns: nothing

    async def is_connected(self) -> bool:
        """Whether one of them is up, which is enough to be reached."""
        return any([await handler.client.is_connected() for handler in self._handlers])

    async def close(self) -> None:
        """Say goodbye, so that Slack sends nothing more here."""
        for handler in self._handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]  # same
        self._handlers.clear()


@dataclass(slots=True)
class Server:
    """One process. `sockets` is None in HTTP mode."""

    app: AsyncApp
    work: Work
    metrics: Metrics
    checks: Checks
    sockets: Sockets | None = None
    drain_seconds: float = DRAIN_SECONDS
    is_ready: bool = field(default=False, init=False)
    _watch: asyncio.Task[None] | None = field(default=None, init=False)
    _runner: web.AppRunner | None = field(default=None, init=False)
    _counted: dict[str, int] = field(default_factory=dict, init=False)

    def application(self) -> web.Application:
        """The aiohttp application: Slack's door in HTTP mode only, so that nothing unsigned ever comes in."""
        made = web.Application(client_max_size=LONGEST_BODY)
        made.router.add_get("/healthz", self._health)
        made.router.add_get("/readyz", self._ready)
        made.router.add_get("/metrics", self._metrics)
        if self.sockets is None:
            made.router.add_post(EVENTS_PATH, self._events)
        return made

    async def start(self, host: str, port: int) -> int:
        """Listen and connect; returns the port (that of the system's choice for 0). Raises ConfigurationError."""
        self._watch = asyncio.create_task(self.metrics.watch_loop())
        self._runner = web.AppRunner(self.application(), access_log=None, handle_signals=False)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            remedy = "Set HOST and PORT to what is free; another Tuppence may be running."
            raise ConfigurationError(f"Cannot listen on {host}:{port}: {error.strerror}.", remedy) from error
        if self.sockets is not None:
            await self.sockets.open()
        self.is_ready = True
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Take nothing new, finish what runs, close."""
        self.is_ready = False
        if self.sockets is not None:
            await self.sockets.close()
        left = await self.work.drain(self.drain_seconds)
        if self._runner is not None:
            await self._runner.cleanup()
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait({self._watch})
        structlog.get_logger().info("stopped", cut_off=left)

    async def _events(self, request: web.Request) -> web.Response:
        """Bolt checks the signature over the raw body before anything else reads it."""
        if not self.is_ready:
            return web.Response(status=503)
        return await to_aiohttp_response(await self.app.async_dispatch(await to_bolt_request(request)))

    async def _health(self, _: web.Request) -> web.Response:
        database = await self._database()
        is_well = database == "ok"
        body = {
            "status": "ok" if is_well else "failing",
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "version": tuppence_version(),
            "database": database,
            "cache": self.checks.cache(),
        }
        return web.json_response(body, status=200 if is_well else 503, dumps=_dumps)

    async def _database(self) -> str:
        """`ok`, or what is wrong; whatever it is, health has an answer."""
        looking = asyncio.ensure_future(self.checks.database())
        done, _ = await asyncio.wait({looking}, timeout=SLOW_CHECK)
        if not done:
            looking.cancel()
            return f"no answer within {SLOW_CHECK:.0f} s"
        error = looking.exception()
        if error is None or isinstance(error, TuppenceError):
            return error.sentence if error else "ok"
        structlog.get_logger().error("the health check failed", exc_info=error)
        return "cannot be read; the log says why"

    async def _ready(self, _: web.Request) -> web.Response:
        """Whether words from Slack reach us now: started, not stopping, and connected where a socket is the way in."""
        is_connected = self.sockets is None or await self.sockets.is_connected()
        is_up = self.is_ready and is_connected
        return web.json_response({"ready": is_up, "connected": is_connected}, status=200 if is_up else 503)

    async def _metrics(self, _: web.Request) -> web.Response:
        self._count_cache()
        await self._show_sources()
        registry: CollectorRegistry = self.metrics.registry
        return web.Response(body=generate_latest(registry), headers={"Content-Type": METRICS_TYPE})

    async def _show_sources(self) -> None:
        """A store that cannot be read says nothing of its bills; everything else is still told."""
        looking = asyncio.ensure_future(self.checks.sources())
        done, _ = await asyncio.wait({looking}, timeout=SLOW_CHECK)
        error = looking.exception() if done else None
        self.metrics.show_sources(looking.result() if done and error is None else ())
        if error is not None or not done:
            looking.cancel()
            structlog.get_logger().warning("metrics without bills", reason=str(error or "no answer"))

    def _count_cache(self) -> None:
        """Bring the counters up to what the cache itself counted since the last look."""
        for name, label in (("hits", "hit"), ("misses", "miss")):
            now = int(str(self.checks.cache().get(name, 0)))
            self.metrics.cache.labels(label).inc(now - self._counted.get(name, 0))
            self._counted[name] = now


def _dumps(body: object) -> str:
    return json.dumps(body, default=str)


async def until_told_to_stop() -> None:
    """Wait for SIGINT or SIGTERM."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, told.set)
    await told.wait()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(each)
