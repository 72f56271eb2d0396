"""When to ask Slack again: as late as it says after a 429, a little later each time after a server error, and not for ever.

Slack's SDK reads only the first digit of Retry-After in its own handler (3.47.0), so the waiting is done here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import ClientConnectorError, ClientOSError, ServerConnectionError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_sdk.http_retry.request import HttpRequest
    from slack_sdk.http_retry.response import HttpResponse
    from slack_sdk.http_retry.state import RetryState
    from slack_sdk.web.async_client import AsyncWebClient

Sleep = Callable[[float], Awaitable[object]]
TOO_MANY, SERVER_ERROR = 429, 500
LONGEST_WAIT = 30.0
"""Seconds. A person has given up by then, and a trigger or response URL may have expired."""
CHANNEL_GAP = 1.0
"""Seconds between two posts to one channel (docs.slack.dev, rate limits of chat.postMessage)."""
MANY_LANES = 1000
FOR_EVERYBODY = "chat.postMessage"
NEW_MESSAGES = frozenset({FOR_EVERYBODY, "chat.postEphemeral"})
"""Carried out twice, these stand there twice."""


class Patience(AsyncRetryHandler):
    """Retry a rate-limited call or a server error up to `most` times.

    After a server error nobody knows whether a message stands there already, Slack has no key to tell, and we have no right to
    read channels and look. So what others read is not sent again: whoever asked is told. What only they read is sent again after
    a server error: to them twice is better than never. What nobody asked for needs an outbox.
    """

    def __init__(self, most: int = 3, sleep: Sleep = asyncio.sleep) -> None:
        super().__init__(max_retry_count=most)
        self._sleep = sleep

    async def _can_retry_async(
        self,
        *,
        state: RetryState,  # noqa: ARG002  # the SDK's signature
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002  # `Reconnection` is for those
    ) -> bool:
        if response is None:
            return False
        if response.status_code >= SERVER_ERROR:
            return _method(request) != FOR_EVERYBODY
        return response.status_code == TOO_MANY and retry_after(response) <= LONGEST_WAIT

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,  # noqa: ARG002  # the SDK's signature
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002  # same
    ) -> None:
        """Wait, then let the SDK send it again."""
        state.next_attempt_requested = True
        limited = response is not None and response.status_code == TOO_MANY
        await self._sleep(retry_after(response) if response and limited else backoff(state.current_attempt))
        state.increment_current_attempt()


class Reconnection(Patience):
    """Send a call again whose connection broke; a new message only where there was no connection to begin with."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,  # noqa: ARG002  # the SDK's signature
        request: HttpRequest,
        response: HttpResponse | None = None,  # noqa: ARG002  # same
        error: Exception | None = None,
    ) -> bool:
        is_broken = isinstance(error, ServerConnectionError | ClientOSError)
        return is_broken and (isinstance(error, ClientConnectorError) or _method(request) not in NEW_MESSAGES)


def be_patient(client: AsyncWebClient, sleep: Sleep = asyncio.sleep) -> None:
    """Let a client ask again as we do. The SDK's own handler goes: it posts once more whatever was under way."""
    client.retry_handlers = [Patience(sleep=sleep), Reconnection(1, sleep)]


def _method(request: HttpRequest) -> str:
    return request.url.rpartition("/")[2]


def retry_after(response: HttpResponse) -> float:
    """Seconds that Slack asks for; 1 where it does not say."""
    for name, value in dict(response.headers).items():
        if name.lower() == "retry-after":
            first = value[0] if isinstance(value, list) else value
            return float(first) if str(first).isdigit() else 1.0
    return 1.0


def backoff(attempt: int) -> float:
    """Seconds before attempt number `attempt` + 1: ½, 1, 2, 4 and so on."""
    return float(0.5 * 2**attempt)


@dataclass(slots=True)
class Lane:
    """One channel's turn-taking."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0


class Lanes:
    """One queue a channel: posts keep their order and stand at least `CHANNEL_GAP` apart; the first never waits."""

    def __init__(self, sleep: Sleep = asyncio.sleep, clock: Callable[[], float] = time.monotonic) -> None:
        self._lanes: dict[str, Lane] = {}
        self._sleep, self._clock = sleep, clock

    @asynccontextmanager
    async def turn(self, channel: str) -> AsyncIterator[None]:
        """Hold the channel while posting one message."""
        self._forget_idle()
        lane = self._lanes.setdefault(channel, Lane())
        async with lane.lock:
            wait = lane.free_at - self._clock()
            if wait > 0:
                await self._sleep(wait)
            try:
                yield
            finally:
                lane.free_at = self._clock() + CHANNEL_GAP

    def _forget_idle(self) -> None:
        if len(self._lanes) > MANY_LANES:
            now = self._clock()
            self._lanes = {name: lane for name, lane in self._lanes.items() if lane.lock.locked() or lane.free_at > now}
