"""`/tuppence status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.status import feature, render
from services.access.results import Role

if TYPE_CHECKING:
    from handlers.request import Reply, Request


@feature.verb("status", summary="which bills there are and how far each reaches", example="status", takes_words=True)
async def status(request: Request) -> Reply:
    """Every source, its freshness, and what I may do."""
    services, person = request.services, request.person
    letters = await services.outbox.counts() if person.role is Role.ADMIN else {}
    return render.status(await services.status.status(person.scope), person, request.today, letters)
