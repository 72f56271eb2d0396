"""Socket Mode: up to ten connections, each envelope to one of them, a goodbye before each connection's end."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from bot.sandbox.slack.delivery.courier import EVENTS, NOBODY, TIMEOUT, Answer

if TYPE_CHECKING:
    from bot.sandbox.slack.limits import Limits
    from bot.sandbox.slack.traffic import Traffic
    from bot.sandbox.slack.workspace import Json

ACKNOWLEDGED, LOST = 200, 0


@dataclass(slots=True, eq=False)
class Connection:
    """One socket. After a goodbye it is sent nothing more."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None = None
    is_leaving: bool = False


@dataclass(slots=True)
class Sockets:
    """The app's connections, and the way to it through them."""

    limits: Limits
    traffic: Traffic
    app_id: str = ""
    connections: list[Connection] = field(default_factory=list)
    _tickets: set[str] = field(default_factory=set)
    _waiting: dict[str, asyncio.Future[object]] = field(default_factory=dict)
    _turn: int = 0

    # How a connection comes and goes.

    def ticket(self) -> str:
        """Leave to connect, once."""
        name = secrets.token_hex(12)
        self._tickets.add(name)
        return name

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection until it ends."""
        if request.query.get("ticket") not in self._tickets:
            return web.Response(status=401, text="invalid ticket")
        self._tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(socket, request.transport)
        if len(self.connections) >= self.limits.connections:
            await _goodbye(connection, "too_many_websockets")
            return socket
        await self._hold(connection)
        return socket

    async def _hold(self, connection: Connection) -> None:
        await connection.socket.send_json(self._hello())
        self.connections.append(connection)
        ageing = asyncio.create_task(self._age(connection))
        try:
            async for message in connection.socket:
                if message.type == WSMsgType.TEXT:
                    self._hear(json.loads(message.data))
        finally:
            ageing.cancel()
            if connection in self.connections:
                self.connections.remove(connection)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections) + 1,
            "debug_info": {"host": "local", "approximate_connection_time": int(self.limits.connection)},
            "connection_info": {"app_id": self.app_id},
        }

    async def _age(self, connection: Connection) -> None:
        """A connection lives its time, is warned, and is then asked to come again."""
        await asyncio.sleep(self.limits.connection - self.limits.warning)
        await connection.socket.send_json({"type": "disconnect", "reason": "warning", "debug_info": {"host": "local"}})
        await asyncio.sleep(self.limits.warning)
        await _goodbye(connection, "refresh_requested")

    async def refresh(self) -> None:
        """Ask every connection to come again now, as Slack does when it restarts its own machines."""
        for connection in tuple(self.connections):
            await _goodbye(connection, "refresh_requested")

    async def drop(self) -> None:
        """Cut every connection without a word."""
        for connection in tuple(self.connections):
            connection.is_leaving = True
            if connection.transport is not None:
                connection.transport.abort()

    async def close(self) -> None:
        """End every connection: this Slack stops."""
        for connection in tuple(self.connections):
            connection.is_leaving = True
            await connection.socket.close()

    # How something is sent.

    async def send(self, kind: str, payload: Json, *, attempt: int = 0, reason: str = "") -> Answer:
        """Give an envelope to one connection and wait for its acknowledgement."""
        began = time.monotonic()
        envelope = _envelope(kind, payload, attempt, reason)
        answer = await self._exchange(envelope)
        name = str(payload.get("event", {}).get("type") or payload.get("type") or payload.get("command") or kind)
        self.traffic.add(
            "out", "socket", name, ACKNOWLEDGED if answer.is_ok else LOST, began, envelope, answer.body or answer.error
        )
        return answer

    async def _exchange(self, envelope: Json) -> Answer:
        connection = self._next()
        if connection is None:
            return Answer(NOBODY)
        heard: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = heard
        try:
            await connection.socket.send_json(envelope)
            return Answer(body=await asyncio.wait_for(heard, self.limits.ack))
        except TimeoutError:
            return Answer(TIMEOUT)
        except ConnectionError:
            return Answer(NOBODY)
        finally:
            del self._waiting[envelope["envelope_id"]]

    def _next(self) -> Connection | None:
        """The connections in turn."""
        ready = [each for each in self.connections if not each.is_leaving and not each.socket.closed]
        if not ready:
            return None
        self._turn += 1
        return ready[self._turn % len(ready)]

    def _hear(self, message: Json) -> None:
        waiting = self._waiting.get(message.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(message.get("payload"))


def _envelope(kind: str, payload: Json, attempt: int, reason: str) -> Json:
    envelope: Json = {
        "type": kind,
        "envelope_id": str(uuid.uuid4()),
        "payload": payload,
        "accepts_response_payload": kind != EVENTS,
    }
    if kind == EVENTS:
        envelope |= {"retry_attempt": attempt, "retry_reason": reason}
    return envelope


async def _goodbye(connection: Connection, reason: str) -> None:
    connection.is_leaving = True
    await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}})
    await connection.socket.close()
