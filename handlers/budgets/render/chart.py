"""A budget's period drawn: the sum of the days so far, where it is heading in its range, and the line it must not pass."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from handlers.blocks import words
from services.charts.results import BandSpec, Mark

if TYPE_CHECKING:
    from services.budgets.results import BudgetStatus, Outlook
    from services.charts.results import Values


def picture(status: BudgetStatus) -> BandSpec | None:
    """The numbers of the chart; None where nothing is known to draw."""
    if status.problem or not status.daily:
        return None
    days, known = tuple(status.period), len(status.daily)
    sums = _sums([float(each.amount) for each in status.daily])
    actual = (*sums, *(None for _ in range(len(days) - known)))
    expected, low, high, low_outer, high_outer = _ahead(status, status.outlook) if status.outlook else ((),) * 5
    crossing = status.crossing
    marks = (Mark(crossing, f"passes {words.money(status.amount)}"),) if crossing and crossing in status.period else ()
    return BandSpec(
        title=f"Budget {words.cut(words.clean(status.budget.name), 60)}, {words.period(status.period)}",
        currency=status.amount.currency,
        days=days,
        actual=actual,
        expected=expected,
        low=low,
        high=high,
        low_outer=low_outer,
        high_outer=high_outer,
        marks=marks,
        budget=tuple(float(status.amount.amount) for _ in days),
        complete_through=status.through,
        is_cumulative=True,
    )


def _sums(values: list[float]) -> list[float]:
    return [round(each, 2) for each in accumulate(values)]


def _ahead(status: BudgetStatus, ahead: Outlook) -> tuple[Values, ...]:
    """The expected sums from the last complete day on, and their ranges, which open with what is still to come."""
    sums, settled = _sums([float(each.amount) for each in ahead.daily]), status.elapsed
    before = sums[settled - 1] if settled else 0.0
    to_come = (sums[-1] - before) or 1.0
    blank = (None,) * max(settled - 1, 0)
    shown = sums[len(blank) :]
    edges = (float(edge.amount) - sums[-1] for edge in (ahead.low, ahead.high, ahead.low_outer, ahead.high_outer))
    ranges = ((*blank, *(round(each + edge * (each - before) / to_come, 2) for each in shown)) for edge in edges)
    return ((*blank, *shown), *ranges)
