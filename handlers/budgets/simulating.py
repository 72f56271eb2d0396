"""What every way of simulating shares: the lines of a scenario, read, worked out and, where it has a name, saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.budgets.asking import may_set
from handlers.budgets.render import scenario_lists, scenarios
from handlers.budgets.scenario_words import EXAMPLE, lines
from handlers.incoming import origin
from handlers.parse.narrowing import words_of
from services.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.request import Reply, Request
    from services.budgets.simulation.results import Saved
    from storage.model.scenario import ScenarioLine


def said_lines(request: Request, skip: int = 0) -> tuple[ScenarioLine, ...]:
    """The lines after the verb, and after so many words more. Raises UsageError."""
    words = words_of(request.text, len(request.arguments.words))[skip:]
    if not words:
        raise UsageError("What is to be simulated?", example=EXAMPLE)
    return lines(words, request.grammar, request.today)


async def worked_out(request: Request, given: Sequence[ScenarioLine]) -> Reply:
    """What the lines do now."""
    found = await request.services.budgets.simulations.simulate(given, request.person.scope)
    return scenarios.simulation(found, may_save=may_set(request))


async def saved(request: Request, name: str, given: Sequence[ScenarioLine]) -> Reply:
    """The same, kept under a name."""
    return scenario_lists.saved(await request.services.budgets.simulations.save(request.person, name, given, origin(request)))


async def named(request: Request, example: str, count: int = 1) -> list[Saved]:
    """The scenarios that are named after the verb, each a word or quoted; as many as `count`. Raises UsageError."""
    said = request.arguments.words
    if len(said) < count:
        raise UsageError("Which scenario?" if count == 1 else "Which two scenarios?", example=f"/budget simulate {example}")
    chosen = said if count > 1 else (" ".join(said),)
    return [await request.services.budgets.simulations.find(each, request.person.scope) for each in chosen]
