"""The local Slack itself: one aiohttp server on loopback with everything that the app and the page reach.

    async with LocalSlack(port=0) as slack:
        settings = {"SLACK_API_URL": slack.api_url, "SLACK_BOT_TOKEN": slack.keys.bot, "SLACK_APP_TOKEN": slack.keys.app}

It runs in the loop of whoever opens it (the demo, a test) or alone, as `python -m bot.sandbox.slack`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from aiohttp import web

from bot.sandbox.slack.api import Api
from bot.sandbox.slack.control.routes import Control
from bot.sandbox.slack.delivery.http import Hooks
from bot.sandbox.slack.keys import Keys
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.seed import seeded
from bot.sandbox.slack.state import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.slack.news import Seen
    from bot.sandbox.slack.workspace import Workspace

LARGEST_BODY = 64 * 2**20
PAGE = Path(__file__).parent / "page"
PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'",
}


class LocalSlack:
    """One workspace with the app of a manifest installed. `port` 0 is any free one; raises OSError when a port is taken."""

    def __init__(
        self,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        manifest: Manifest | None = None,
        workspace: Workspace | None = None,
        limits: Limits | None = None,
        keys: Keys | None = None,
    ) -> None:
        read = manifest or Manifest.read()
        self.state = State(workspace or seeded(read), read, limits or Limits(), keys or Keys())
        self._host, self._port = host, port
        self._runner: web.AppRunner | None = None
        self._hooks: Hooks | None = None

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self.application(), access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        self._port = int(self._runner.addresses[0][1])
        self.state.root = self.url
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.state.tasks.stop()
        await self.state.sockets.close()
        await self._hang_up()
        self.state.news.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def application(self) -> web.Application:
        """Every route."""
        made = web.Application(client_max_size=LARGEST_BODY)
        made.add_routes(Api(self.state).routes())
        made.add_routes(Control(self.state).routes())
        made.router.add_get("/socket", self.state.sockets.serve)
        made.router.add_get("/", _page)
        made.router.add_get("/{file:[a-z0-9_/-]+\\.(?:html|css|js|svg)}", _page)
        return made

    async def send_to(self, url: str) -> None:
        """Deliver over HTTP from now on; whoever listens there answers a challenge first. Raises NotPossibleError."""
        await self._hang_up()
        self._hooks = Hooks(url, self.state.keys, self.state.limits, self.state.traffic)
        await self._hooks.verify()
        self.state.courier = self._hooks

    async def _hang_up(self) -> None:
        if self._hooks is not None:
            await self._hooks.close()

    # What the app and the page are told.

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{self._host}:{self._port}"

    @property
    def api_url(self) -> str:
        """The base of the Web API, for SLACK_API_URL."""
        return f"{self.url}/api/"

    @property
    def keys(self) -> Keys:
        """The tokens and secrets to start the app with."""
        return self.state.keys

    async def until(self, look: Callable[[], Seen], seconds: float = 5.0) -> Seen:
        """Wait until something is so; looked at again after each change. Raises TimeoutError."""
        return await self.state.news.until(look, seconds)


async def _page(request: web.Request) -> web.StreamResponse:
    """A file of the page; nothing outside its folder has such a name."""
    path = PAGE / request.match_info.get("file", "index.html")
    if not path.is_file():
        return web.Response(status=404, text="no such file")
    return web.FileResponse(path, headers=PAGE_HEADERS)
