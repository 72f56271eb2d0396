"""Where spend is heading: to the end of the month or some days ahead, in total and by a dimension.

Only complete days are looked at. What the days of a month so far cost is exact; what is added is expected. Answers are remembered
until the bill changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.budgets.ahead import Ahead
from services.errors import UsageError
from services.forecasts.results import ForecastQuery, Weakness

if TYPE_CHECKING:
    from datetime import date

    from services.costs.book import Book
    from services.costs.reader import Reader
    from services.forecasts.results import Forecast
    from storage.model.query import CostQuery


class Forecasts:
    """Answers where spend is heading. Every method may raise NotFoundError (a filter names nothing) or StoreError."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def forecast(self, question: ForecastQuery) -> Forecast:
        """The whole and, where the query names a dimension, its largest values. Raises UsageError for more than one."""
        if len(question.query.by) > 1:
            raise UsageError("A forecast is cut by one dimension at a time.", "Leave the others out.", word=question.query.by[1])
        return await self._reader.answer(forecast, question)

    async def ahead(self, query: CostQuery, currency: str, through: date) -> Ahead | None:
        """What budgets want to know: each day ahead through one, in one currency. None where there is nothing but a run rate."""
        found = await self.forecast(ForecastQuery(query.but(by=(), top=None), through))
        figure = next((each for each in found.figures if each.currency == currency), None)
        if figure is None or figure.whole.inner is None or figure.whole.outer is None:
            return None
        inner, outer = figure.whole.inner, figure.whole.outer
        said = [figure.whole.method.said, *(each.said for each in found.weaknesses if each is Weakness.LATE_SOURCES)]
        return Ahead(
            found.ahead.start,
            tuple(each.amount for each in figure.daily),
            inner.low.amount,
            inner.high.amount,
            outer.low.amount,
            outer.high.amount,
            "; ".join(filter(None, said)),
        )


def forecast(book: Book, question: ForecastQuery) -> Forecast:
    """Work it out, in the thread that reads: only there numpy is loaded, with the first question."""
    from services.forecasts import answer  # noqa: PLC0415  # numpy loads on first use

    return answer.forecast(book, question)
