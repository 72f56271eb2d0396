"""Forecasts as the service returns them, small enough to read: for rendering without a bill."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from services.forecasts.charges import Rhythm
from services.forecasts.results import (
    Band,
    Curve,
    Expected,
    Forecast,
    ForecastFigure,
    ForecastRow,
    Horizon,
    KnownEvent,
    Method,
)
from storage.model.money import Money
from storage.model.period import Period
from storage.model.query import CostQuery
from tests.fakes import cost_answers

if TYPE_CHECKING:
    from services.costs.results import Completeness

MONTH = Period.month(date(2026, 11, 1))
KNOWN = Period.of_days(date(2026, 11, 1), date(2026, 11, 20))
AHEAD = Period(KNOWN.end, MONTH.end)
THIRTY = Period.of_days(date(2026, 11, 21), date(2026, 12, 20))
FEE = KnownEvent(date(2026, 12, 1), Money(Decimal(2500), "USD"), Rhythm.MONTHLY)


def expected(actual: str = "8000", ahead: str = "4000", spread: str = "0.04", *, currency: str = "USD") -> Expected:
    """So much known and so much to come; the band reaches that share of what is to come to either side."""
    known, coming = Money(Decimal(actual), currency), Money(Decimal(ahead), currency)
    return Expected(
        known, coming, _band(known, coming, spread), _band(known, coming, str(2 * Decimal(spread))), Method.MODEL, 120
    )


def _band(known: Money, coming: Money, spread: str) -> Band:
    reach = coming * Decimal(spread)
    return Band(known + coming - reach, known + coming + reach)


def thin(actual: str = "800", ahead: str = "1000") -> Expected:
    """A run rate."""
    return replace(expected(actual, ahead), inner=None, outer=None, method=Method.RUN_RATE, history=9)


def figure(whole: Expected | None = None, *rows: ForecastRow, **changes: object) -> ForecastFigure:
    """One currency; its curve is a straight line."""
    whole = whole or expected()
    currency, days = whole.actual.currency, AHEAD.days
    known = tuple(whole.actual * (n + 1) / KNOWN.days for n in range(KNOWN.days))
    ahead = tuple(whole.actual + whole.expected * n / days for n in range(days + 1))
    bands = tuple(tuple(_grown(side, whole, n, days) for n in range(days + 1)) for side in (whole.inner, whole.outer) if side)
    inner, outer = bands or ((), ())
    daily = (whole.expected / days,) * days
    made = ForecastFigure(currency, whole, daily, Curve(known, ahead, inner, outer), (), rows)
    return replace(made, **changes)  # type: ignore[arg-type]  # the dataclass checks the names


def _grown(side: Band, whole: Expected, place: int, days: int) -> Band:
    low, high = (whole.actual + (end - whole.actual) * place / days for end in (side.low, side.high))
    return Band(low, high)


def row(name: str | None, actual: str, ahead: str, *, by: str = "service") -> ForecastRow:
    """A part."""
    return ForecastRow({by: name}, None, expected(actual, ahead))


def rest(actual: str, ahead: str) -> ForecastRow:
    """All that is not shown."""
    return ForecastRow({}, None, expected(actual, ahead), is_rest=True)


def month(*figures: ForecastFigure, state: Completeness = cost_answers.ON_TIME, **changes: object) -> Forecast:
    """To the end of November, seen on the 21st."""
    made = Forecast(cost_answers.basics(CostQuery(KNOWN), state), Horizon.MONTH, MONTH, AHEAD, KNOWN, figures or (figure(),))
    return replace(made, **changes)  # type: ignore[arg-type]  # the dataclass checks the names


def by_service(*names: str | None, **changes: object) -> Forecast:
    """The month by service, with a rest."""
    rows = [row(name, "3000", "1500") for name in names or ("Amazon EC2", "Amazon S3")]
    found = figure(None, *rows, rest("2000", "1000"), spread_out=Money(Decimal("12.5"), "USD"))
    made = month(found, **changes)
    return replace(made, basics=replace(made.basics, query=made.basics.query.but(by=("service",))))


def thirty() -> Forecast:
    """Thirty days ahead, with a fee in them."""
    whole = expected("0", "12000")
    made = figure(whole, events=(FEE,))
    ahead = tuple(whole.expected * (n + 1) / 30 for n in range(30))
    bands = tuple(tuple(_grown(side, whole, n + 1, 30) for n in range(30)) for side in (whole.inner, whole.outer) if side)
    curve = Curve((), ahead, *bands)
    return month(replace(made, curve=curve), until=Horizon.DAYS_30, period=THIRTY, ahead=THIRTY, known=None)
