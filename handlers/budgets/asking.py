"""What every way of asking about budgets shares: which budget is meant, where it is told, and whether the asker may set one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.budgets import render
from handlers.incoming import origin
from handlers.outbound.audience import is_direct
from handlers.request import Surface
from services.access.results import Role
from services.errors import DeniedError, UsageError

if TYPE_CHECKING:
    from handlers.request import Reply, Request
    from services.budgets.results import Settled
    from services.budgets.terms import Wanted
    from storage.model.budget import Budget

SETS = Role.ANALYST
"""Who may set, change, mute and remove."""


def may_set(request: Request) -> bool:
    """Whether the asker may set budgets, so that nobody is shown buttons that only refuse."""
    return request.person.role >= SETS


def one_name(request: Request, example: str) -> str:
    """The name that stands after the verb; several words are one name, quoted or not. Raises UsageError without any."""
    name = " ".join(request.arguments.words)
    if not name:
        raise UsageError(
            "Which budget?", "`/budget` lists those there are.", example=f"/{request.grammar.prefix}budget {example}"
        )
    return name


async def remembered(request: Request) -> Budget:
    """The budget that a button or a window remembers, as it is now and as the clicker may see it."""
    number = request.values.get("budget", "")
    if not (number.isascii() and number.isdigit()):
        raise UsageError("That button holds no budget.", "`/budget` shows them with fresh buttons.")
    return await request.services.budgets.get(int(number), request.person.scope)


async def shown(request: Request, budget: Budget) -> Reply:
    """One budget with its history. It takes the place of what only the asker sees."""
    found = await request.services.budgets.history(budget, request.person.scope)
    return replace(render.shown(found, may_set=may_set(request)), replace=in_place(request))


async def listed(request: Request) -> Reply:
    """Every budget that the asker may see."""
    found = await request.services.budgets.status(request.person.scope)
    reply = render.listing(found, may_set=may_set(request), limited=request.person.scope.is_limited)
    return replace(reply, replace=in_place(request))


def in_place(request: Request) -> bool:
    """Whether the message a button stands on is the clicker's alone."""
    return request.place.surface is Surface.BUTTON and request.place.is_ephemeral


def usual_place(request: Request) -> str:
    """Where a budget is told when nobody says: where it was set; from direct messages and the terminal, to whoever set it."""
    channel = request.place.channel
    if request.place.surface is Surface.TERMINAL:
        return ""
    return request.person.id if not channel or is_direct(channel) else channel


async def put(request: Request, wanted: Wanted, place: str) -> Settled:
    """Set it, told where that was said; else where it is told so far, or at `place`. Raises UsageError with the field."""
    note = ""
    known = wanted.budget or await request.services.budgets.named(wanted.name, request.person.scope)
    if wanted.channel:
        await _check(request, wanted.channel)
    elif not known:
        try:
            await _check(request, place)
        except UsageError as error:
            place, note = request.person.id, f"{error.sentence} It is told to you directly instead."
        wanted = replace(wanted, channel=place)
    settled = await request.services.budgets.put(request.person, wanted, origin(request))
    return replace(settled, notes=(*settled.notes, *([note] if note else [])))


async def _check(request: Request, channel: str) -> None:
    """Raise UsageError for a channel whose readers may not see numbers, or that the bot is not in."""
    if not channel.startswith(("C", "G")):
        return
    try:
        await request.services.access.check_audience(channel)
    except DeniedError as error:
        raise UsageError(error.sentence, error.remedy, field="channel") from error
