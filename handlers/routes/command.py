"""`/tuppence routes`: whose alerts are whose, and changing that in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.incoming import origin
from handlers.parse.vocabulary import nearest
from handlers.request import Reply
from handlers.routes import feature, filled, render, sheet
from handlers.routes.typed import about, changed
from handlers.routes.words import EXAMPLE, Reader
from services.access.results import Role
from services.errors import NotFoundError, UsageError
from storage.model.route import Route

if TYPE_CHECKING:
    from handlers.request import Request


def reader(request: Request) -> Reader:
    """Reads words as this company means them."""
    return Reader(request.grammar, request.today)


@feature.verb(
    "routes", summary="whose alerts are whose", example="routes", needs=Role.ADMIN, aliases=("route",), takes_words=True
)
async def listing(request: Request) -> Reply:
    """All of them, and how much of the spend nobody owns."""
    if request.arguments.words:
        remedy = "After `routes` comes `set`, `up`, `down`, `remove` or `export`, or nothing."
        raise UsageError(f"“{request.arguments.words[0][:40]}” is not understood.", remedy, example="/tuppence routes")
    return render.listing(await request.services.routes.listing())


@feature.verb(
    "routes set",
    summary="add an alert route, or change one by its name",
    example="routes set payments in #payments on-call @ana quiet 20:00-08:00 for team=payments",
    needs=Role.ADMIN,
    takes_words=True,
)
async def give(request: Request) -> Reply:
    """From words; without any, where there are windows, in a window."""
    words = request.arguments.words
    if not words and request.place.trigger:
        return await opened(request, filled.blank(request.person.timezone, request.place.channel))
    if not words:
        raise UsageError("Which route?", "Its name comes first.", example=EXAMPLE)
    before = await _named(request, words[0]) or replace(Route(0, words[0], ""), zone=request.person.timezone)
    after = changed(before, words[1:], about(request.text), reader(request))
    await request.services.routes.put(request.person, after, origin(request))
    return render.listing(await request.services.routes.listing(), f"“{after.name}” is saved.")


async def opened(request: Request, route: Route) -> Reply:
    """The window for a route."""
    view = render.form(route, await filled.choices(request.services), filled.written(route))
    return Reply("The route, in a window", view=view)


async def _named(request: Request, name: str) -> Route | None:
    return next((each for each in await request.services.routes.all() if each.name.casefold() == name.casefold()), None)


async def _meant(request: Request) -> Route:
    """The route that the words name: they may do without quotes. Raises UsageError, NotFoundError."""
    name = " ".join(request.arguments.words)
    if not name:
        raise UsageError("Which route?", "`/tuppence routes` lists them.", example=f"/tuppence {request.arguments.verb} payments")
    found = await _named(request, name)
    if found is None:
        near = nearest(name, [each.name for each in await request.services.routes.all()])
        hint = f"Did you mean “{near}”?" if near else "`/tuppence routes` lists them."
        raise NotFoundError(f"There is no route “{name[:60]}”.", hint)
    return found


@feature.verb("routes up", summary="try a route earlier", example="routes up payments", needs=Role.ADMIN, takes_words=True)
async def up(request: Request) -> Reply:
    """One place."""
    return await moved(request, (await _meant(request)).id, -1)


@feature.verb("routes down", summary="try a route later", example="routes down payments", needs=Role.ADMIN, takes_words=True)
async def down(request: Request) -> Reply:
    """One place."""
    return await moved(request, (await _meant(request)).id, 1)


async def moved(request: Request, number: int, by: int) -> Reply:
    """Change the order, and show it."""
    found = await request.services.routes.move(request.person, number, by, origin(request))
    note = f"“{found.route.name}” is tried {'earlier' if by < 0 else 'later'} now."
    return render.listing(await request.services.routes.listing(), note)


@feature.verb("routes remove", summary="remove a route", example="routes remove payments", needs=Role.ADMIN, takes_words=True)
async def remove(request: Request) -> Reply:
    """By its name."""
    found = await _meant(request)
    return render.removed(await request.services.routes.remove(request.person, found.id, origin(request)))


@feature.verb("routes export", summary="the routes as a CSV file", example="routes export", needs=Role.ADMIN, takes_words=True)
async def export(request: Request) -> Reply:
    """All of them, in order."""
    return render.exported(sheet.exported(await request.services.routes.all()))
