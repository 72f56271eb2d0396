"""Where the month and the budgets are heading, as lines of a digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import outlook, words
from handlers.blocks.mrkdwn import bold, escape
from services.budgets.results import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.budgets.results import BudgetStatus
    from services.digests.results import DigestAnswer

NAMED, LISTED, NAME = 2, 20, 60
STATES = {
    State.UNKNOWN: "not known",
    State.ON_TRACK: "on track",
    State.WARNING: "in danger",
    State.OVER: "over budget",
}


def lines(answer: DigestAnswer) -> Iterator[str]:
    """Where the month will end; then the budgets that are in danger or, where none is, that none is."""
    if answer.forecast is not None and answer.forecast.figures:
        said = "; ".join(outlook.ends(answer.forecast, each.whole) for each in answer.forecast.figures[:NAMED])
        yield f"{bold('Heading for')} {escape(said)}"
    found = [each for each in answer.budgets if each.is_endangered]
    if found:
        more = f"; and {len(found) - NAMED} more" if found[NAMED:] else ""
        yield f"{bold('Budgets')}: {'; '.join(_budget(each) for each in found[:NAMED])}{more}"
    elif answer.budgets:
        yield f"{words.plural(len(answer.budgets), 'budget')} on track."


def details(answer: DigestAnswer) -> list[str]:
    """Every budget of this money."""
    if not answer.budgets:
        return []
    left = len(answer.budgets) - LISTED
    more = [f"and {left} more: `/budget`"] if left > 0 else []
    return [bold("Budgets"), *(f"• {_budget(each)}" for each in answer.budgets[:LISTED]), *more]


def _budget(each: BudgetStatus) -> str:
    name = bold(words.cut_middle(words.clean(each.budget.name), NAME))
    used = f"{words.money(each.used)} of {words.money(each.amount)} ({words.per_cent(each.share)})"
    ahead = f", heading for {words.money(each.outlook.total)}" if each.outlook else ""
    return f"{name} {STATES[each.state]}: {escape(each.problem or used + ahead)}"
