"""The buttons of the list of digests, and its window when it is sent off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.digests import feature, render
from handlers.digests.command import blank, held, let_go, previewed, removed, visible
from handlers.parse.written import filters as written
from handlers.request import Reply
from services.access.results import Role
from services.errors import UsageError

if TYPE_CHECKING:
    from handlers.request import Request


def number(request: Request) -> int:
    """The digest that a button remembers. Raises UsageError."""
    found = request.values.get("digest", "")
    if not found.isdigit():
        raise UsageError("That button names no digest.", "`/tuppence digest` lists them.")
    return int(found)


@feature.action("edit", needs=Role.OPERATOR)
async def edit(request: Request) -> Reply:
    """Its window; a new one's where no number is remembered."""
    digest = await visible(request, number(request)) if "digest" in request.values else blank(request)
    return Reply("A digest", view=render.form(digest, written(digest.filters).removeprefix("for ")))


@feature.action("preview")
async def preview(request: Request) -> Reply:
    """What it would say now, to whoever clicked."""
    return await previewed(request, await visible(request, number(request)))


@feature.action("pause", needs=Role.OPERATOR)
async def pause(request: Request) -> Reply:
    """Hold it."""
    return await held(request, number(request))


@feature.action("resume", needs=Role.OPERATOR)
async def resume(request: Request) -> Reply:
    """Let it go on."""
    return await let_go(request, number(request))


@feature.action("remove", needs=Role.OPERATOR)
async def remove(request: Request) -> Reply:
    """End it."""
    return await removed(request, number(request))
