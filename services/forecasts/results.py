"""What `services.forecasts` is asked and returns: frozen, and complete enough to render without another query.

Amounts are `Money`; what was billed is exact, what is expected is rounded to a millionth. One figure a currency. Every weakness
of a forecast has a name here, so that whoever renders can put it into words and nobody can forget it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from services.costs.results import Basics
    from services.forecasts.charges import Rhythm
    from storage.model.money import Money
    from storage.model.period import Period
    from storage.model.query import CostQuery


class Horizon(StrEnum):
    """How far ahead. A month is that of the first day that is not complete."""

    MONTH = "month"
    DAYS_30 = "30d"
    DAYS_90 = "90d"


@dataclass(frozen=True, slots=True)
class ForecastQuery:
    """One question. Of the cost query its filters, basis, charges, scope, `by` (one dimension at most) and `top` count.

    `until` is a horizon, or the last day to forecast.
    """

    query: CostQuery
    until: Horizon | date = Horizon.MONTH


class Method(Enum):
    """What an expectation was made with, the best first."""

    MODEL = "model"
    SHORT = "short"
    """Under 60 days of history: no calendar memory (monthly charges are unknown), and a wider band."""
    RUN_RATE = "run rate"
    """Under 14 days: the mean day carried on, which is no forecast, and has no band."""

    @property
    def said(self) -> str:
        """Why there is less than usual, in words; nothing for the model itself."""
        return {
            Method.MODEL: "",
            Method.SHORT: "under 60 days of history: monthly charges are not known yet, so the band is wider",
            Method.RUN_RATE: "under 14 days of history: the mean day carried on, which is no forecast",
        }[self]


class Confidence(Enum):
    """How sure a total is, by how far its 80 % band reaches to either side."""

    HIGH = "high"
    FAIR = "fair"
    LOW = "low"
    NONE = "none"
    """There is no band to judge by."""


CLOSE, NEAR = Decimal("0.05"), Decimal("0.15")
"""Half the 80 % band over the total: up to the first the confidence is high, up to the second fair."""


class Weakness(Enum):
    """What a reader must know besides the band."""

    LATE_SOURCES = "late sources"
    """Some bills end before the last complete day: what is missing in them is missing in the forecast too."""
    COMMITMENT_ENDS = "commitment ends"
    """There are commitments, and the bill does not name their ends: they are taken to go on."""
    CURRENCY_MIX = "currency mix"
    """Charges without an exchange rate on their day stand in a figure of their own."""

    @property
    def said(self) -> str:
        """In words."""
        return {
            Weakness.LATE_SOURCES: "some sources are behind: what their bills lack is lacking here too, so this is too low",
            Weakness.COMMITMENT_ENDS: "the bill does not name when commitments end: they are taken to go on",
            Weakness.CURRENCY_MIX: "some days have no exchange rate: their charges are forecast in their own currency",
        }[self]


@dataclass(frozen=True, slots=True)
class Band:
    """From the lowest to the highest total that is likely."""

    low: Money
    high: Money


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """A one-day charge that the history names, and that is expected on a day ahead."""

    day: date
    amount: Money
    rhythm: Rhythm


@dataclass(frozen=True, slots=True)
class Expected:
    """What some days cost and will cost: `actual` of the complete days, `expected` of those ahead, and bands of both together.

    `inner` holds the total in four of five cases, `outer` in nineteen of twenty; both are None for a run rate.
    """

    actual: Money
    expected: Money
    inner: Band | None
    outer: Band | None
    method: Method
    history: int
    """Days of history, from the first that cost anything."""

    @property
    def total(self) -> Money:
        """What the whole period comes to."""
        return self.actual + self.expected

    @property
    def confidence(self) -> Confidence:
        """From the width of the inner band."""
        if self.inner is None:
            return Confidence.NONE
        half, total = (self.inner.high - self.inner.low).amount / 2, abs(self.total.amount)
        if half <= CLOSE * total:
            return Confidence.HIGH
        return Confidence.FAIR if half <= NEAR * total else Confidence.LOW


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """One value of the dimension asked by; `is_rest`: all those that are not shown. `key` is empty then."""

    key: Mapping[str, str | None]
    label: str | None
    figure: Expected
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """Sums since the first day of the period, one a day: of the complete days, and from the last of those on what is expected."""

    actual: tuple[Money, ...]
    expected: tuple[Money, ...]
    inner: tuple[Band, ...]
    outer: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class ForecastFigure:
    """One currency. The rows add up to the whole, in what was billed and in what is expected.

    Each row is forecast by itself; what they differ by from the whole (`spread_out`) is spread over them by how uncertain they
    are, so that a sure fee stays as it is.
    """

    currency: str
    whole: Expected
    daily: tuple[Money, ...]
    """What is expected of each day ahead."""
    curve: Curve
    events: tuple[KnownEvent, ...]
    rows: tuple[ForecastRow, ...] = ()
    spread_out: Money | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where spend is heading. `ahead` are the days that are forecast, at the end of `period`; figures are empty without a bill.

    `known` are the complete days of the period; None where it lies ahead altogether.
    """

    basics: Basics
    until: Horizon | date
    period: Period
    ahead: Period
    known: Period | None
    figures: tuple[ForecastFigure, ...]
    weaknesses: tuple[Weakness, ...] = ()
