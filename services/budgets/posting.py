"""What is told of a budget, and when: one living message a period, edited as the numbers move, and a note only if it got worse.

Pure: a status and what was told so far go in, what is to be told comes out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from services.budgets.results import OVER, State
from storage.model.budget import Post
from storage.model.letter import Letter

if TYPE_CHECKING:
    from services.budgets.results import BudgetStatus

TEMPLATE, NOTE = "budgets.threshold", "budgets.worse"


@dataclass(frozen=True, slots=True)
class Telling:
    """What is to be noted and queued. Without letters only what is remembered changes."""

    post: Post
    letters: tuple[Letter, ...]


def telling(status: BudgetStatus, was: Post | None) -> Telling | None:
    """What there is to tell now; None when nothing is new.

    A threshold is told once a period; one that a restated bill took back is not told again when it is reached again. Under new
    terms only those count as told that are still reached, so that what the new amount makes of it is told anew.
    """
    budget, version = status.budget, status.version
    if status.problem or not status.terms.channel or budget.refusal:
        return None
    reached = reached_keys(status)
    told = was.told if was else ()
    if was and was.version != version.number:
        told = tuple(each for each in told if each in reached)
    fresh = tuple(each for each in reached if each not in told)
    is_muted = budget.muted_through is not None and status.period.start <= budget.muted_through
    if was is None:
        if not fresh or is_muted:
            return None
        post = Post(budget.id, status.period.start, version.number, fresh, 0, shown(status))
        return Telling(post, (living(status),))
    if is_muted:
        fresh = ()
    notes = was.notes + bool(fresh)
    post = replace(was, version=version.number, told=(*told, *fresh), notes=notes, shown=shown(status))
    if post == was:
        return None
    return Telling(post, (living(status), *([_note(status, notes, fresh)] if fresh else [])))


def reached_keys(status: BudgetStatus) -> tuple[str, ...]:
    """What is reached, by key, the gravest last."""
    over = (OVER,) if status.state is State.OVER else ()
    return (*(each.key for each in status.reached), *over)


def shown(status: BudgetStatus) -> str:
    """The figures of a message, so that it is edited when they move and not otherwise: to whole units, as people read them."""
    outlook = f"{status.outlook.total.amount:.0f}" if status.outlook else ""
    muted = status.budget.muted_through or ""
    figures = (f"{status.used.amount:.0f}", outlook, str(status.through or ""), str(status.crossing or ""), str(muted))
    return "|".join((status.budget.name, str(status.version.number), *figures, ",".join(reached_keys(status))))


def key(status: BudgetStatus) -> str:
    """The key of the period's living message. A message does not move, so a budget that was moved has another one there."""
    channels = [each.terms.channel for each in status.budget.versions if each.number <= status.version.number]
    moved = sum(before != after for before, after in pairwise(channels))
    return f"budget:{status.budget.id}:{status.period.start}" + (f":moved:{moved}" if moved else "")


def living(status: BudgetStatus) -> Letter:
    """The living message, to be posted or shown anew."""
    return Letter(key(status), TEMPLATE, _args(status), channel=status.terms.channel)


def _note(status: BudgetStatus, number: int, fresh: tuple[str, ...]) -> Letter:
    """It got worse: a note in the thread, shown in the channel too."""
    args = {**_args(status), "reached": " ".join(fresh)}
    return Letter(f"{key(status)}:note:{number}", NOTE, args, thread_of=key(status), broadcast=True)


def _args(status: BudgetStatus) -> dict[str, str]:
    return {"budget": str(status.budget.id), "start": status.period.start.isoformat(), "channel": status.terms.channel}
