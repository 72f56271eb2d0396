"""The picture of a forecast: what is billed added up, and how it goes on, in its bands, under the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from handlers.blocks import outlook, words
from handlers.blocks.figures import drawn
from services.charts.results import BandSpec
from storage.model.budget import Cadence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.budgets.results import BudgetStatus
    from services.forecasts.results import Band, Forecast
    from storage.model.money import Money

    Values = tuple[float | None, ...]


def picture(found: Forecast, budgets: Sequence[BudgetStatus] = ()) -> BandSpec | None:
    """Sums since the first day, in the first currency; None without one."""
    figure = next(iter(found.figures), None)
    if figure is None:
        return None
    days, curve = tuple(found.period), figure.curve
    budget = next(iter(of_months(budgets, figure.currency)), None) if found.known or found.period.is_month else None
    return BandSpec(
        title=f"Cost of {outlook.subject(found)}, added up day by day",
        currency=figure.currency,
        days=days,
        actual=_filled([drawn(each) for each in curve.actual], len(days), at_end=False),
        expected=_filled([drawn(each) for each in curve.expected], len(days)),
        low=_side(curve.inner, "low", len(days)),
        high=_side(curve.inner, "high", len(days)),
        low_outer=_side(curve.outer, "low", len(days)),
        high_outer=_side(curve.outer, "high", len(days)),
        budget=(drawn(budget.amount),) * len(days) if budget else (),
        budget_name=f"budget {words.cut_middle(words.clean(budget.budget.name), 30)}" if budget else "budget",
        complete_through=found.basics.completeness.through,
        is_cumulative=True,
    )


def of_months(budgets: Sequence[BudgetStatus], currency: str) -> list[BudgetStatus]:
    """The budgets of calendar months in this currency: those that a month-end forecast can be held against."""
    return [each for each in budgets if each.terms.cadence is Cadence.MONTHLY and each.amount.currency == currency]


def _side(bands: Sequence[Band], side: Literal["low", "high"], count: int) -> Values:
    amounts: list[Money] = [getattr(each, side) for each in bands]
    return _filled([drawn(each) for each in amounts], count) if amounts else ()


def _filled(values: Sequence[float], count: int, *, at_end: bool = True) -> Values:
    """One value a day: these, and nothing before them (`at_end`) or after them."""
    empty = (None,) * (count - len(values))
    return (*empty, *values) if at_end else (*values, *empty)
