"""What is posted of a budget: the living message of the period, the note when it got worse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build, words
from handlers.blocks.mrkdwn import bold, escape
from handlers.budgets.render import buttons, chart, lines, plain
from handlers.request import Reply, Visibility
from services.budgets.results import OVER, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.budgets.results import BudgetStatus

NOTHING_REACHED = "No threshold is reached, as the bill and the budget now stand."


def living(status: BudgetStatus, told: Sequence[str], muted_by: str = "") -> Reply:
    """The message of the period as it stands now. `told`: the thresholds that were ever told in it, by key."""
    text = "\n".join(filter(None, (_head(status), _ahead(status), _why(status, told), _quiet(status, muted_by))))
    blocks = (*build.sections(text), build.context(escape(lines.context(status))), *buttons.under_post(status))
    return Reply(
        text=build.fallback(text),
        blocks=tuple(build.fitted(blocks)),
        chart=chart.picture(status),
        visibility=Visibility.CHANNEL,
        result=plain.status(status),
    )


def _head(status: BudgetStatus) -> str:
    name = words.cut(words.clean(status.budget.name), 60)
    if status.problem:
        return f"{bold(f'Budget {name}: {lines.state(status)}.')} {escape(status.problem)}"
    said = f"{lines.used(status)} used, {lines.share(status)}; {lines.left(status)}"
    return f"{bold(f'Budget {name}: {lines.state(status)}.')} {escape(said)}."


def _ahead(status: BudgetStatus) -> str:
    """Where it is heading; of a period that has ended nothing."""
    if status.has_ended or status.problem:
        return ""
    passes = lines.crossing(status)
    if status.state is State.OVER:
        return escape(f"{passes[:1].upper()}{passes[1:]}. Forecast: {lines.forecast(status)}.")
    return escape(f"Forecast: {lines.forecast(status)}. Passes the amount: {passes}.")


def _why(status: BudgetStatus, told: Sequence[str]) -> str:
    """Why it is told, and what is no longer so because the bill was restated or the budget changed."""
    if status.problem:
        return ""
    now = [each.key for each in status.reached] + ([OVER] if status.state is State.OVER else [])
    gone = [each for each in told if each not in now]
    reached = f"Reached: {lines.reached(now)}." if now else ""
    corrected = f"Corrected: no longer at {lines.reached(gone)}, as the bill and the budget now stand." if gone else ""
    return escape(" ".join(filter(None, (reached, corrected))) or NOTHING_REACHED)


def _quiet(status: BudgetStatus, by: str) -> str:
    if status.has_ended:
        return escape(f"{lines.span(status)} has ended; the numbers are corrected while the bill is.")
    return escape(lines.silence(status, by))


def worse(status: BudgetStatus, reached: Sequence[str]) -> Reply:
    """A note in the thread: what was reached now."""
    name = words.cut(words.clean(status.budget.name), 60)
    text = f"{bold(f'Budget {name} got worse: {lines.reached(reached)} reached.')} {escape(lines.used(status))} used, " + escape(
        f"{lines.share(status)}."
    )
    return Reply(text=build.fallback(text), blocks=tuple(build.sections(text)), visibility=Visibility.CHANNEL)


def gone(name: str) -> Reply:
    """What stands in the channel of a budget that was removed."""
    text = f"The budget {bold(words.cut(words.clean(name), 60))} was removed. Nothing is posted about it any more."
    return Reply(text=build.fallback(text), blocks=tuple(build.sections(text)), visibility=Visibility.CHANNEL)
