"""Puts the month together from those who know: costs, forecasts and budgets, asked at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from services.forecasts.results import ForecastQuery
from services.summary.results import MonthSummary

if TYPE_CHECKING:
    from services.budgets.results import BudgetStatus
    from services.budgets.service import Budgets
    from services.costs.results import KeyFigures
    from services.costs.service import Costs
    from services.forecasts.results import Forecast
    from services.forecasts.service import Forecasts
    from storage.model.query import CostQuery


class Summary:
    """How a month is going. Raises what its sources raise: NotFoundError, StoreError."""

    def __init__(self, costs: Costs, forecasts: Forecasts, budgets: Budgets) -> None:
        self._costs, self._forecasts, self._budgets = costs, forecasts, budgets

    async def month(self, query: CostQuery) -> MonthSummary:
        """The month of the query's last day; for the one that is running also where it is heading."""
        figures, forecast = await asyncio.gather(
            self._costs.key_figures(query),
            self._forecasts.forecast(ForecastQuery(query.but(by=(), top=None))),
        )
        is_running = forecast.period.start == figures.days.start
        if not is_running:
            return MonthSummary(figures)
        return MonthSummary(figures, forecast, await self._of_budgets(figures, forecast))

    async def _of_budgets(self, figures: KeyFigures, forecast: Forecast) -> tuple[BudgetStatus, ...]:
        """The budgets that count what was asked for, no more and no less, and that the asker may see."""
        query, currencies = figures.basics.query, {each.currency for each in forecast.figures}
        budgets = await self._budgets.all(query.scope)
        same = [
            each
            for each in budgets
            if (terms := each.current.terms).filters == query.filters
            and (terms.basis, terms.charges) == (query.basis, query.charges)
            and terms.amount.currency in currencies
            and not query.scope.is_limited
        ]
        return await self._budgets.statuses(same) if same else ()
