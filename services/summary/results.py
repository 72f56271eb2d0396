"""The month in one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.budgets.results import BudgetStatus
    from services.costs.results import KeyFigures
    from services.forecasts.results import Forecast, ForecastFigure


@dataclass(frozen=True, slots=True)
class MonthSummary:
    """The key figures, and beside them the forecast of the same month (None: it is over) and the budgets that count the same.

    `budgets` count just what was asked for (filters, basis, charges), the most endangered first.
    """

    figures: KeyFigures
    forecast: Forecast | None = None
    budgets: tuple[BudgetStatus, ...] = ()

    def outlook(self, currency: str) -> ForecastFigure | None:
        """The forecast in one currency."""
        return next((each for each in self.forecast.figures if each.currency == currency), None) if self.forecast else None
