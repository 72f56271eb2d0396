"""The verbs of `/budget`: all, one, set, remove, history; and those of `/budget simulate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.budgets import feature, render
from handlers.budgets.asking import SETS, listed, may_set, one_name, put, shown, usual_place
from handlers.budgets.render import scenario_lists, scenarios
from handlers.budgets.simulating import named, said_lines, saved, worked_out
from handlers.budgets.words import EXAMPLE, wanted
from handlers.incoming import origin
from handlers.parse.narrowing import words_of
from handlers.parse.vocabulary import nearest
from handlers.parse.words import cut, fold
from handlers.request import Reply
from services.errors import UsageError

if TYPE_CHECKING:
    from handlers.request import Request


@feature.verb("", summary="all budgets with how they stand, the most endangered first", example="", takes_words=True)
async def bare(request: Request) -> Reply:
    """All of them, or the one that is named."""
    if not request.arguments.words:
        return await listed(request)
    said = request.arguments.words
    meant = nearest(said[0], filter(None, request.grammar.of(feature.root)))
    if meant and not await request.services.budgets.named(" ".join(said), request.person.scope):
        raise UsageError(f"“{cut(said[0])}” is not a word I know.", f"Did you mean “{meant}”?", word=said[0], suggestion=meant)
    return await shown(request, await request.services.budgets.find(" ".join(said), request.person.scope))


@feature.verb("list", summary="the same", example="list", aliases=("status",), takes_words=True)
async def listing(request: Request) -> Reply:
    """All of them."""
    return await listed(request)


@feature.verb("show", summary="one budget with its chart, forecast and changes", example="show web", takes_words=True)
async def show(request: Request) -> Reply:
    """One of them."""
    return await shown(request, await request.services.budgets.find(one_name(request, "show web"), request.person.scope))


@feature.verb(
    "set",
    summary="set or change a budget, in words or in a window",
    example="set web 12000 USD monthly for team=web at 80%,100% forecast 100%",
    needs=SETS,
    aliases=("edit", "new"),
    takes_words=True,
)
async def set_budget(request: Request) -> Reply:
    """Without words the window; with them, what they say."""
    said = request.arguments.words
    if not said:
        if not request.place.trigger:
            raise UsageError("A budget needs a name and an amount.", example=EXAMPLE)
        return Reply("Set a budget", view=render.window(channel=usual_place(request)))
    asked = wanted(words_of(request.text, len(said)), request.grammar, request.today)
    return render.settled(await put(request, asked, usual_place(request)), may_set=True)


@feature.verb(
    "remove",
    summary="end a budget, after a question",
    example="remove web",
    needs=SETS,
    aliases=("delete", "unset"),
    takes_words=True,
)
async def remove(request: Request) -> Reply:
    """The question with its button; `confirm` behind the name answers it at once."""
    *name, last = one_name(request, "remove web").split()
    is_sure = bool(name) and fold(last) == "confirm"
    budget = await request.services.budgets.find(" ".join(name) if is_sure else " ".join((*name, last)), request.person.scope)
    if not is_sure:
        return render.asked_to_remove(await request.services.budgets.status_of(budget))
    await request.services.budgets.remove(request.person, budget, origin(request))
    return render.removed(budget)


@feature.verb("history", summary="a budget's past periods and changes", example="history web", takes_words=True)
async def history(request: Request) -> Reply:
    """What became of it, period by period, and who changed it."""
    budget = await request.services.budgets.find(one_name(request, "history web"), request.person.scope)
    return render.history(await request.services.budgets.history(budget, request.person.scope), may_set=may_set(request))


@feature.verb(
    "simulate",
    summary="what a change would do to the bill, in words or in a window",
    example="simulate grow 20% for service=s3; stop for env=dev",
    takes_words=True,
)
async def simulate(request: Request) -> Reply:
    """Without words the window; with them, what their lines do."""
    if not request.arguments.words and request.place.trigger:
        return Reply("Simulate", view=scenarios.window(may_save=may_set(request)))
    return await worked_out(request, said_lines(request))


@feature.verb(
    "simulate save",
    summary="keep a scenario with what it says now, to score it later",
    example="simulate save more-s3 grow 20% for service=s3",
    needs=SETS,
    takes_words=True,
)
async def save(request: Request) -> Reply:
    """A name, then the lines."""
    return await saved(request, request.arguments.words[0] if request.arguments.words else "", said_lines(request, 1))


@feature.verb("simulate list", summary="the saved scenarios", example="simulate list", takes_words=True)
async def scenario_list(request: Request) -> Reply:
    """Those the asker may see."""
    return scenario_lists.listing(await request.services.budgets.simulations.all(request.person.scope))


@feature.verb("simulate show", summary="a saved scenario, worked out anew", example="simulate show more-s3", takes_words=True)
async def scenario_show(request: Request) -> Reply:
    """With the bill as it is now."""
    (known,) = await named(request, "show more-s3")
    found = await request.services.budgets.simulations.simulate(known.scenario.lines, request.person.scope)
    return scenarios.simulation(found, may_save=False, title=known.scenario.name)


@feature.verb("simulate compare", summary="scenarios side by side", example="simulate compare more-s3 no-dev", takes_words=True)
async def scenario_compare(request: Request) -> Reply:
    """Each worked out with the bill as it is now."""
    found = await named(request, "compare more-s3 no-dev", 2)
    scope = request.person.scope
    return scenario_lists.compared([await request.services.budgets.simulations.now(each, scope) for each in found])


@feature.verb(
    "simulate score", summary="what a scenario said against what came", example="simulate score more-s3", takes_words=True
)
async def scenario_score(request: Request) -> Reply:
    """On the whole days since it was saved."""
    (known,) = await named(request, "score more-s3")
    return scenario_lists.scored(await request.services.budgets.simulations.score(known))


@feature.verb(
    "simulate remove", summary="forget a saved scenario", example="simulate remove more-s3", needs=SETS, takes_words=True
)
async def scenario_remove(request: Request) -> Reply:
    """What it said goes with it."""
    (known,) = await named(request, "remove more-s3")
    await request.services.budgets.simulations.remove(request.person, known, origin(request))
    return scenario_lists.removed(known.scenario.name)
