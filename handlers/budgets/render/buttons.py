"""The buttons under a budget. Each remembers its id, or what tells that the budget is the one that was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build, ids, limits, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.request import Block
    from services.budgets.results import BudgetStatus
    from storage.model.budget import Budget

MOST_LISTED = limits.SELECT_OPTIONS


def of(budget: Budget) -> dict[str, str]:
    """What a button remembers of a budget."""
    return {"budget": str(budget.id)}


def under_list(budgets: Sequence[BudgetStatus], *, may_set: bool) -> list[Block]:
    """A menu of the budgets, and the window that makes one."""
    options = [
        build.option(words.cut_middle(words.clean(each.budget.name), limits.OPTION_TEXT), of(each.budget))
        for each in budgets[:MOST_LISTED]
    ]
    menu = [build.static_select("Show a budget", "budgets.show", options)] if options else []
    return build.actions([*menu, *([build.button("Set a budget", "budgets.new", style="primary")] if may_set else [])])


def under_one(status: BudgetStatus, *, may_set: bool, history: bool = False) -> list[Block]:
    """What can be done with one that somebody looks at."""
    kept = of(status.budget)
    shown = [build.button("All budgets", "budgets.all")]
    shown += [build.button("History", "budgets.history", kept)] if not history else [build.button("Show", "budgets.show", kept)]
    if may_set:
        shown += [build.button("Edit", "budgets.edit", kept), *_mute(status), removal(status.budget)]
    return build.actions(shown)


def _mute(status: BudgetStatus) -> list[Block]:
    """Nothing new until the next period; only where there is something to mute."""
    muted = status.budget.muted_through
    if not status.terms.channel or status.has_ended or (muted is not None and muted >= status.period.last):
        return []
    label = f"Mute until {words.day(status.period.end, status.period.start)}"
    spoken = f"Mute the budget {words.clean(status.budget.name)} until its next period"
    return [build.button(label, "budgets.mute", of(status.budget), spoken=spoken)]


def removal(budget: Budget) -> Block:
    """The button that removes it, after a question that names it."""
    name = words.cut(words.clean(budget.name), 60)
    text = f"The budget “{name}” is no longer watched and nothing is posted about it. What it was stays in the audit."
    sure = build.confirm("Remove this budget?", text, "Remove", danger=True)
    return build.button("Remove", "budgets.remove", of(budget), style="danger", confirm=sure)


def under_post(status: BudgetStatus) -> list[Block]:
    """What can be done from the post."""
    kept = of(status.budget)
    shown = [build.button("Show", ids.action("budgets.show", "post"), kept)]
    if not status.has_ended:
        shown += [build.button("Edit", "budgets.edit", kept), *_mute(status)]
    return build.actions(shown)
