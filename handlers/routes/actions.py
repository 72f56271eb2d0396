"""The buttons of the list of routes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.request import Reply
from handlers.routes import feature, filled, render, sheet
from handlers.routes.command import moved, opened
from handlers.routes.words import written
from services.access.results import Role
from services.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from handlers.request import Request
    from storage.model.route import Route


@feature.action("add", needs=Role.ADMIN)
async def add(request: Request) -> Reply:
    """A window for a new one."""
    return await opened(request, filled.blank(request.person.timezone, request.place.channel))


@feature.action("menu", needs=Role.ADMIN)
async def menu(request: Request) -> Reply:
    """What is done with one of them."""
    found = await _clicked(request)
    act = request.values.get("do")
    if act == "edit":
        return await opened(request, found)
    if act == "remove":
        return Reply("Remove it?", view=render.removal(found, await _heir(request, found)))
    if act in {"up", "down"}:
        return replace(await moved(request, found.id, -1 if act == "up" else 1), replace=True)
    raise UsageError("That is not in the menu any more.", "`/tuppence routes` shows the list anew.")


async def _clicked(request: Request) -> Route:
    """The route that a menu belongs to. Raises NotFoundError."""
    number = request.values.get("id", "")
    found = await request.services.routes.get(int(number)) if number.isascii() and number.isdigit() else None
    if found is None:
        raise NotFoundError("That route is not there any more.", "`/tuppence routes` lists those that are.")
    return found


async def _heir(request: Request, route: Route) -> str:
    """Who gets what nobody else takes when this one is gone."""
    others = [each for each in await request.services.routes.all() if each.id != route.id]
    last = next((each for each in others if each.takes_everything), None)
    goes = f"“{last.name}”" if last else "an admin, because there is no fallback"
    return f"What no other route takes goes to {goes} then."


@feature.action("paste", needs=Role.ADMIN)
async def paste(request: Request) -> Reply:
    """A window that takes the whole list as CSV, filled with the one there is."""
    routes = await request.services.routes.all()
    return Reply("The routes as CSV, in a window", view=render.paste(sheet.as_text(map(written, routes))))


@feature.action("export", needs=Role.ADMIN)
async def download(request: Request) -> Reply:
    """The file, for the asker."""
    return render.exported(sheet.exported(await request.services.routes.all()))
