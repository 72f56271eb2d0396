"""Which address does what. A route is one line; what it does stands in the neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.slack.control import acting, faults, reading, stream
from bot.sandbox.slack.refusals import NotPossibleError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.sandbox.slack.state import State
    from bot.sandbox.slack.workspace import Json

    Read = Callable[[State, Json], Json]
    Act = Callable[[State, Json], Awaitable[Json]]
    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

READS: dict[str, Read] = {
    "workspace": reading.workspace,
    "messages": reading.messages,
    "home": reading.home,
    "modals": reading.modals,
    "traffic": reading.traffic,
}
BAD = 400


class Control:
    """The routes under /control."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """Everything the page and tests call."""
        return [
            *(web.get(f"/control/{name}", self._reading(read)) for name, read in READS.items()),
            *(web.post(f"/control/{name}", self._acting(act)) for name, act in acting.ACTS.items()),
            web.get("/control/news", self._news),
            web.post("/control/faults", self._acting(faults.switch_on)),
            web.delete("/control/faults", self._faults_off),
            web.get("/control/faults", self._reading(faults.listed)),
        ]

    def _reading(self, read: Read) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            return _answered(read, self._state, dict(request.query))

        return handle

    def _acting(self, act: Act) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            try:
                body = await request.json()
                return web.json_response(await act(self._state, body))
            except (NotPossibleError, RefusedError) as error:
                return _refused(str(error))
            except KeyError as error:
                return _refused(f"{error} is missing")
            except (ValueError, TypeError) as error:
                return _refused(f"That could not be read: {error}")

        return handle

    async def _faults_off(self, _: web.Request) -> web.Response:
        return web.json_response(faults.switch_off(self._state))

    async def _news(self, request: web.Request) -> web.StreamResponse:
        return await stream.stream(self._state, request)


def _answered(read: Read, state: State, query: Json) -> web.Response:
    try:
        return web.json_response(read(state, query))
    except NotPossibleError as error:
        return _refused(str(error))
    except KeyError as error:
        return _refused(f"{error} is missing")


def _refused(sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=BAD)
