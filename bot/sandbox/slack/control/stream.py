"""The stream of news to one person's page: server-sent events, with a heartbeat so that a dead page is noticed."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from bot.sandbox.slack.state import State

HEARTBEAT = 15.0


async def stream(state: State, request: web.Request) -> web.StreamResponse:
    """Tell until the page goes away."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    await response.write(b": hello\n\n")
    with state.news.listen(request.query.get("as", "")) as queue:
        while True:
            try:
                item = await asyncio.wait_for(queue.get(), HEARTBEAT)
            except TimeoutError:
                if not await _written(response, ": still here\n\n"):
                    break
                continue
            if not item or not await _written(response, f"data: {json.dumps(item)}\n\n"):
                break
    return response


async def _written(response: web.StreamResponse, text: str) -> bool:
    try:
        await response.write(text.encode())
    except ConnectionError:
        return False
    return True
