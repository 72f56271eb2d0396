"""Budget: what may be spent in a month, quarter or year, on everything or on what a filter leaves, and what was agreed when.

Whatever is changed becomes a new version. A past period is judged by the version that held at its end, so that raising a budget
today does not make last month's overrun disappear.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from storage.model.money import Money  # noqa: TC001  # the store reads the annotations to write these nouns down
from storage.model.period import DAY, Period, first_of_month
from storage.model.query import Basis, Charges, CostQuery, Filter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from storage.model.scope import Scope


class Cadence(StrEnum):
    """How long one period of a budget is."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"

    @property
    def months(self) -> int:
        """Calendar months of one period."""
        return {Cadence.MONTHLY: 1, Cadence.QUARTERLY: 3, Cadence.YEARLY: 12}[self]

    def period(self, day: date, year_start: int = 1) -> Period:
        """The period that a day is in. `year_start` is the month (1-12) that fiscal quarters and years begin with."""
        start = first_of_month(day, -((day.month - year_start) % self.months))
        return Period(start, first_of_month(start, self.months))


class Measure(StrEnum):
    """What a threshold looks at: what was billed so far, or where the whole period is heading."""

    ACTUAL = "actual"
    FORECAST = "forecast"


@dataclass(frozen=True, slots=True, order=True)
class Threshold:
    """Tell when the measure reaches this share of the amount (1 = all of it)."""

    measure: Measure
    share: Decimal

    @property
    def key(self) -> str:
        """What it is remembered by: `actual:0.8`."""
        return f"{self.measure}:{self.share.normalize():f}"


USUAL = (Threshold(Measure.ACTUAL, Decimal("0.8")), Threshold(Measure.FORECAST, Decimal(1)))
"""The thresholds of a budget whose maker named none."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed. `filters` are spelled as the bill spells them. `channel` is where it is told; empty: nowhere."""

    amount: Money
    cadence: Cadence = Cadence.MONTHLY
    filters: tuple[Filter, ...] = ()
    basis: Basis = Basis.EFFECTIVE
    charges: Charges = Charges.GROSS
    thresholds: tuple[Threshold, ...] = USUAL
    channel: str = ""

    def query(self, period: Period) -> CostQuery:
        """The question that `/cost` answers with the same number."""
        return CostQuery(period, basis=self.basis, charges=self.charges, filters=self.filters)

    def is_within(self, scope: Scope) -> bool:
        """Whether every row it counts is one that this scope may see."""
        return all(self._is_held(dimension, values) for dimension, values in scope.limits)

    def _is_held(self, dimension: str, allowed: tuple[str, ...]) -> bool:
        mine = [each for each in self.filters if each.dimension == dimension and not each.negate]
        return any(all(value in allowed for value in each.values) for each in mine)


@dataclass(frozen=True, slots=True)
class Version:
    """The terms from a day on, with who set them and when. Versions are numbered from 1."""

    number: int
    since: date
    terms: Terms
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget with every version it ever had, oldest first; there is at least one.

    `muted_through`: no posts until after this day. `refusal`: why the channel could not be posted in; empty when it can.
    """

    id: int
    name: str
    versions: tuple[Version, ...]
    muted_through: date | None = None
    muted_by: str = ""
    refusal: str = ""

    @property
    def current(self) -> Version:
        """The version in force now."""
        return self.versions[-1]

    def at_end_of(self, period: Period) -> Version:
        """The version that held when a period ended; for one that still runs, the newest."""
        held = [each for each in self.versions if each.since < period.end]
        return held[-1] if held else self.versions[0]

    def period(self, today: date, year_start: int = 1) -> Period:
        """The period that runs today."""
        return self.current.terms.cadence.period(today, year_start)

    def past(self, today: date, year_start: int = 1) -> Iterator[Period]:
        """The periods before the one that runs, newest first, as far back as the budget was in force. They never overlap."""
        begun = self.versions[0].since
        end = self.period(today, year_start).start
        while end > begun:
            day = end - DAY
            held = [each for each in self.versions if each.since <= day]
            found = held[-1].terms.cadence.period(day, year_start)
            yield Period(found.start, end)
            end = found.start


@dataclass(frozen=True, slots=True)
class Post:
    """What was told of one budget in one period: the living message, and which thresholds were told, by their keys.

    `version` is the one it was judged by, `notes` how many notes stand in its thread, `shown` the figures it was last made of.
    """

    budget: int
    start: date
    version: int
    told: tuple[str, ...]
    notes: int = 0
    shown: str = ""
