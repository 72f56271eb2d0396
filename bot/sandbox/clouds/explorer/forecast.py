"""GetCostForecast: the mean of the last four weeks goes on, with an interval as wide as those days were apart.

AWS does it better; what matters here is the shape, the limits, and that too little history is refused.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from statistics import NormalDist, fmean, pstdev
from typing import TYPE_CHECKING, Any

from bot.sandbox.clouds.explorer.amounts import amount
from bot.sandbox.clouds.explorer.errors import DATA_UNAVAILABLE, RefusedError, invalid
from bot.sandbox.clouds.explorer.metrics import of_forecast, unit
from bot.sandbox.clouds.explorer.request import DAILY, granularity, parts, spelled, time_period
from storage.model.period import Period, first_of_month

if TYPE_CHECKING:
    from bot.sandbox.clouds.explorer.request import Asked

_HISTORY = 28
_LATE = 2
"""Days before today that are not whole yet."""
_FURTHEST = {DAILY: 3, "MONTHLY": 18}
_LEVELS = range(51, 100)


def _asked_for(asked: Asked, step: str) -> Period:
    period = time_period(asked.body)
    if period.start > asked.today:
        msg = "Start date must be no later than the current date."
        raise invalid(msg)
    if period.end > first_of_month(asked.today, _FURTHEST[step] + 1):
        msg = f"{step.capitalize()} forecasts go {_FURTHEST[step]} months into the future at most."
        raise invalid(msg)
    return period


def _history(asked: Asked, column: str) -> list[float]:
    """The sum of each of the last whole days. Raises RefusedError where there are too few."""
    end = asked.today - timedelta(days=_LATE)
    where = asked.where(Period(end - timedelta(days=_HISTORY), end))
    sql = f"SELECT sum({column}) FROM lines WHERE {where.sql} GROUP BY day ORDER BY day"  # noqa: S608 - our own words
    found = [float(row[0]) for row in asked.rows(sql, *where.values)]
    if len(found) < _HISTORY:
        raise RefusedError(DATA_UNAVAILABLE, "Insufficient amount of historical data to generate forecast. Try again later")
    return found


def _level(asked: Asked) -> float | None:
    level = asked.body.get("PredictionIntervalLevel")
    if level is not None and level not in _LEVELS:
        msg = f"PredictionIntervalLevel must be between {_LEVELS[0]} and {_LEVELS[-1]}."
        raise invalid(msg)
    return None if level is None else NormalDist().inv_cdf(0.5 + level / 200)


def _text(value: float) -> str:
    return amount(Decimal(value), "")["Amount"]


def answer(asked: Asked) -> dict[str, Any]:
    """GetCostForecast. Days of the past that are asked for are forecast like any other."""
    step, column = granularity(asked.body), of_forecast(asked.body.get("Metric"))
    period, width = _asked_for(asked, step), _level(asked)
    history = _history(asked, column)
    mean, spread = fmean(history), pstdev(history)
    results = []
    for part in parts(period, step):
        result: dict[str, Any] = {"TimePeriod": spelled(part), "MeanValue": _text(mean * part.days)}
        if width is not None:
            margin = width * spread * part.days**0.5
            result["PredictionIntervalLowerBound"] = _text(mean * part.days - margin)
            result["PredictionIntervalUpperBound"] = _text(mean * part.days + margin)
        results.append(result)
    return {"Total": amount(Decimal(mean * period.days), unit(column)), "ForecastResultsByTime": results}
