"""The windows of the routes, when they are sent off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.incoming import origin
from handlers.request import Reply
from handlers.routes import feature, filled, render, sheet
from handlers.routes.command import reader
from services.access.results import Role
from services.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from handlers.request import Request


@feature.submission("save", needs=Role.ADMIN)
async def save(request: Request) -> Reply:
    """Keep what was filled in; what is wrong with it is said at the input."""
    routes = request.services.routes
    found = await routes.put(request.person, filled.route(request.values, reader(request)), origin(request))
    note = f"“{found.route.name}” is saved."
    return Reply(note, view=render.saved(await routes.listing(), note))


@feature.submission("remove", needs=Role.ADMIN)
async def remove(request: Request) -> Reply:
    """After the question."""
    number = request.values.get("id", "")
    if not (number.isascii() and number.isdigit()):
        raise NotFoundError("That route is not there any more.")
    routes = request.services.routes
    gone = await routes.remove(request.person, int(number), origin(request))
    note = f"“{gone.name}” is removed."
    return Reply(note, view=render.saved(await routes.listing(), note))


@feature.submission("replace", needs=Role.ADMIN)
async def replace_all(request: Request) -> Reply:
    """Take the pasted list as a whole, or say of every line what is wrong with it."""
    found = sheet.read(request.values.get("csv", ""), reader(request))
    bad = found.bad or await _refused(request, found)
    if bad:
        text = "Nothing was changed. " + " ".join(bad)
        return Reply(text, view=render.bad_lines(bad), push=True)
    listing = await request.services.routes.replace_all(request.person, [each.route for each in found.lines], origin(request))
    note = "The pasted routes are in force."
    return Reply(note, view=render.saved(listing, note))


async def _refused(request: Request, found: sheet.Sheet) -> tuple[str, ...]:
    """What cannot be kept, line by line: a channel that I am not in, a time zone that there is not."""
    bad = []
    for each in found.lines:
        try:
            await request.services.routes.check(each.route)
        except UsageError as error:
            bad.append(sheet.said(each.number, error))
    return tuple(bad)
