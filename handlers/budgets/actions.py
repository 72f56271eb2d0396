"""The buttons under budgets. Each finds its budget anew, for whoever clicked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.budgets import feature, render
from handlers.budgets.asking import SETS, in_place, listed, may_set, remembered, shown, usual_place
from handlers.budgets.render import scenarios
from handlers.incoming import origin
from handlers.request import Reply

if TYPE_CHECKING:
    from handlers.request import Request


@feature.action("all")
async def everything(request: Request) -> Reply:
    """All budgets."""
    return await listed(request)


@feature.action("show")
async def show(request: Request) -> Reply:
    """One budget, for the clicker."""
    return await shown(request, await remembered(request))


@feature.action("history")
async def history(request: Request) -> Reply:
    """What became of it, for the clicker."""
    found = await request.services.budgets.history(await remembered(request), request.person.scope)
    return replace(render.history(found, may_set=may_set(request)), replace=in_place(request))


@feature.action("new", needs=SETS)
async def new(request: Request) -> Reply:
    """The empty window."""
    return Reply("Set a budget", view=render.window(channel=usual_place(request)))


@feature.action("edit", needs=SETS)
async def edit(request: Request) -> Reply:
    """The window with the budget as it is."""
    return Reply("Edit the budget", view=render.window(await remembered(request)))


@feature.action("remove", needs=SETS)
async def remove(request: Request) -> Reply:
    """Slack has asked whether they are sure."""
    budget = await remembered(request)
    await request.services.budgets.remove(request.person, budget, origin(request))
    return replace(render.removed(budget), replace=in_place(request))


@feature.action("mute", needs=SETS)
async def mute(request: Request) -> Reply | None:
    """Nothing new until the next period; the message itself says who muted it."""
    muted = await request.services.budgets.watch.mute(request.person, await remembered(request), origin(request))
    return await shown(request, muted.budget) if in_place(request) else None


@feature.action("scenario")
async def scenario(request: Request) -> Reply:
    """The window with the lines of a simulation."""
    return Reply("Simulate", view=scenarios.window(request.values.get("lines", ""), may_save=may_set(request)))
