"""From days to expectations: one series at a time, by the model where there is enough history, and honestly where not."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from services.forecasts import model
from services.forecasts.results import Band, Curve, Expected, KnownEvent, Method
from storage.model.money import Money
from storage.model.period import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.forecasts.calendar import Values
    from services.forecasts.history import Daily
    from storage.model.period import Period

PLACES = Decimal("1e-6")
RUN_RATE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Look:
    """What one series is expected to do, as floats: each day ahead, and the bands of their sums (None: there is no band)."""

    daily: Values
    inner: tuple[Values, Values] | None
    outer: tuple[Values, Values] | None
    events: tuple[KnownEvent, ...]
    method: Method
    history: int

    @property
    def total(self) -> float:
        """All days ahead."""
        return float(self.daily.sum())

    @property
    def uncertainty(self) -> float:
        """How wide the inner band of the total is; its size where there is no band."""
        return abs(self.total) if self.inner is None else float(self.inner[1][-1] - self.inner[0][-1])


def look(daily: Daily, ahead: Period, currency: str) -> Look:
    """Forecast the days ahead of a series whose last day is the one before them."""
    values = np.array([float(amount) for amount in daily.lived])
    count = ahead.days
    if len(values) < model.LEAST_DAYS:
        rate = float(values[-RUN_RATE_DAYS:].mean()) if len(values) else 0.0
        return Look(np.full(count, rate), None, None, (), Method.RUN_RATE, len(values))
    days = np.datetime64(daily.days.last, "D") - np.arange(len(values))[::-1]
    found = model.forecast(days, values, count)
    events = tuple(
        KnownEvent(ahead.start + DAY * (each.ahead - 1), money(each.amount, currency), each.rhythm) for each in found.charges
    )
    method = Method.SHORT if len(values) < model.MEMORY_DAYS else Method.MODEL
    return Look(found.expected, found.inner, found.outer, events, method, len(values))


def expected(each: Look, actual: Money) -> Expected:
    """The same in money, with what the complete days of the period cost."""
    return Expected(
        actual=actual,
        expected=money(each.total, actual.currency),
        inner=_last(each.inner, actual),
        outer=_last(each.outer, actual),
        method=each.method,
        history=each.history,
    )


def curve(each: Look, known: Sequence[Money], currency: str) -> Curve:
    """Sums since the first day of the period: those known, and from the last of them on those expected, in their bands."""
    sums, total = [], Money.zero(currency)
    for amount in known:
        total += amount
        sums.append(total)
    start = [total] if known else []
    ahead = [total + money(float(amount), currency) for amount in np.cumsum(each.daily)]
    inner, outer = (_bands(band, total, is_joined=bool(known)) for band in (each.inner, each.outer))
    return Curve(tuple(sums), (*start, *ahead), inner, outer)


def money(value: float, currency: str) -> Money:
    """A float as money, rounded to a millionth."""
    return Money(Decimal(repr(float(value))).quantize(PLACES), currency)


def _last(band: tuple[Values, Values] | None, actual: Money) -> Band | None:
    if band is None:
        return None
    low, high = (actual + money(float(side[-1]), actual.currency) for side in band)
    return Band(low, high)


def _bands(band: tuple[Values, Values] | None, total: Money, *, is_joined: bool) -> tuple[Band, ...]:
    if band is None:
        return ()
    sides = zip(*band, strict=True)
    found = [Band(*(total + money(float(side), total.currency) for side in pair)) for pair in sides]
    return (*([Band(total, total)] if is_joined else []), *found)
