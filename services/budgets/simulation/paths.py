"""How usage would go without the scenario: a day's amounts from tomorrow on, from the forecast as far as one is made."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from storage.model.period import DAY, Period

if TYPE_CHECKING:
    from datetime import date

    from services.budgets.ahead import Ahead, Forecasting
    from storage.model.query import CostQuery

YEAR_DAYS = 365
SEEN_AHEAD = timedelta(days=90)
"""So far ahead a forecast is asked for; beyond it its last four weeks are carried on."""
CARRIED_ON = 28
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Path:
    """One amount a day for a year from tomorrow on. A band is how far the sum may be off, as factors of it: (low, high)."""

    daily: tuple[Decimal, ...]
    until_today: Decimal = Decimal(0)
    """What is expected of the days that are not complete yet, today among them."""
    month: tuple[Decimal, Decimal] = (ONE, ONE)
    year: tuple[Decimal, Decimal] = (ONE, ONE)
    has_band: bool = False
    said: str = ""

    def sum(self, days: int) -> Decimal:
        """The first so many days."""
        return sum(self.daily[:days], Decimal(0))


async def path(forecasts: Forecasting, query: CostQuery, currency: str, flat: Decimal, through: date, today: date) -> Path:
    """From the forecast of the query's usage; where there is none, flat at a day's mean. `through` is the last complete day."""
    month = Period.month(today)
    far = await forecasts.ahead(query, currency, today + SEEN_AHEAD)
    if far is None or not sum(far.daily):
        return Path(
            (flat,) * YEAR_DAYS, flat * (today - through).days, said="no forecast: carried on flat at the mean of those days"
        )
    near = await forecasts.ahead(query, currency, month.last) if today < month.last else None
    offset = (today + DAY - far.start).days
    daily = far.daily[offset:] if offset >= 0 else (*((flat,) * -offset), *far.daily)
    last = daily[-CARRIED_ON:]
    carried = sum(last, Decimal(0)) / len(last)
    year = (*daily, *((carried,) * (YEAR_DAYS - len(daily))))[:YEAR_DAYS]
    low, high = _band(far)
    wider = Decimal(str(round(math.sqrt(YEAR_DAYS / SEEN_AHEAD.days), 6)))
    wide = (max(ONE - (ONE - low) * wider, Decimal(0)), ONE + (high - ONE) * wider)
    said = "beyond 90 days the last four weeks of the forecast are carried on, in a band that widens with the root of time"
    said = f"{far.said}; {said}" if far.said else said
    until_today = sum(far.daily[: max(offset, 0)], Decimal(0))
    return Path(year, until_today, _band(near) if near else (ONE, ONE), wide, has_band=True, said=said)


def _band(ahead: Ahead) -> tuple[Decimal, Decimal]:
    whole = sum(ahead.daily, Decimal(0))
    if whole <= 0:
        return ONE, ONE
    return min(ahead.low / whole, ONE), max(ahead.high / whole, ONE)
