"""`/tuppence status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.status import feature, render

if TYPE_CHECKING:
    from handlers.request import Reply, Request


@feature.verb("status", summary="which bills there are and how far each reaches", example="status", takes_words=True)
async def status(request: Request) -> Reply:
    """Every source, its freshness, and what I may do."""
    return render.status(await request.services.status.status(request.person.scope), request.person, request.today)
