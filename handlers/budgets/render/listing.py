"""Every budget at a glance, the most endangered first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build, tables, words
from handlers.blocks.mrkdwn import bold, escape
from handlers.blocks.tables import Grid, Number
from handlers.budgets.render import buttons, lines, plain
from handlers.request import Reply
from services.budgets.results import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.blocks.tables import Cell
    from services.budgets.results import BudgetStatus

HEADER = ("Budget", "Status", "Used", "Of", "Share", "Day", "Forecast", "Passes")
RIGHT = frozenset((2, 3, 4, 5, 6))
CHARACTERS = 6_500
NAMED = 3
NONE = "No budgets are set yet."
NONE_SEEN = "No budget is set that counts only what you may see."
HOW = "`/budget set web 12000 for team=web` sets one; `/budget set` alone opens a window."


def listing(found: Sequence[BudgetStatus], *, may_set: bool, limited: bool) -> Reply:
    """All of them with their status; how to set one where there is none."""
    result = {"budgets": [plain.status(each) for each in found]}
    if not found:
        lead = NONE_SEEN if limited else NONE
        blocks = (build.section(bold(lead)), build.context(HOW), *buttons.under_list((), may_set=may_set))
        return Reply(text=build.fallback(f"{lead} {HOW}"), blocks=blocks, result=result)
    rows = tuple(_row(each) for each in found)
    shown = rows[: tables.room(HEADER, rows, CHARACTERS)]
    grid = Grid("Budgets, the most endangered first", HEADER, shown, RIGHT)
    head, text = build.sections(f"{_lead(found)}\n{_endangered(found)}".strip()), tables.text_table(grid)
    tail = [build.context(_left(len(rows) - len(shown)), *_context(found)), *buttons.under_list(found, may_set=may_set)]
    native = text if tables.is_small(grid) else [tables.data_table(grid)]
    return Reply(
        text=build.fallback(f"{_lead(found)} {_endangered(found)}"),
        blocks=(*head, *native, *tail),
        plain=(*head, *text, *tail),
        result=result,
    )


def _lead(found: Sequence[BudgetStatus]) -> str:
    counted = [(state, sum(each.state is state for each in found)) for state in sorted(State, reverse=True)]
    said = ", ".join(f"{count} {lines.STATES[state]}" for state, count in counted if count)
    return f"{bold(words.plural(len(found), 'budget'))}: {said}."


def _endangered(found: Sequence[BudgetStatus]) -> str:
    """A line for each of the worst."""
    worst = [each for each in found if each.is_endangered][:NAMED]
    return "\n".join(
        f"{bold(words.cut(each.budget.name, 60))} {lines.state(each)}: {escape(f'{lines.share(each)}; passes: {_passes(each)}')}"
        for each in worst
    )


def _row(each: BudgetStatus) -> tuple[Cell, ...]:
    if each.problem:
        return (each.budget.name, lines.state(each), *("",) * 2, "", "", "", "")
    ahead = each.outlook
    return (
        each.budget.name,
        lines.state(each),
        Number(each.used.amount, words.money(each.used)),
        Number(each.amount.amount, words.money(each.amount)),
        Number(each.share * 100, words.per_cent(each.share)),
        f"{each.elapsed} of {each.period.days}",
        Number(ahead.total.amount, words.money(ahead.total)) if ahead else words.NOTHING,
        _passes(each),
    )


def _passes(each: BudgetStatus) -> str:
    return "not known" if each.crossing is None and each.outlook is None else lines.crossing(each)


def _left(count: int) -> str:
    return f"… and {words.plural(count, 'more budget')}, less endangered than these" if count else ""


def _context(found: Sequence[BudgetStatus]) -> list[str]:
    """How far the data reaches, at worst; what is unsettled, muted or cannot be told."""
    notes = [f"{each.budget.name}: {said}" for each in found if (said := lines.silence(each) or each.problem)]
    known = [each.basics for each in found if each.basics is not None]
    worst = min(known, key=lambda each: (each.completeness.through is not None, str(each.completeness.through)), default=None)
    fresh = words.freshness(worst.completeness, worst.query.period.last) if worst else ""
    return [escape(f"UTC days · {fresh}"), *(escape(each) for each in notes[:NAMED])]
