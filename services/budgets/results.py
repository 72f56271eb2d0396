"""What `services.budgets` returns: frozen, and complete enough to render without another query. Shares are Decimals, 1 = all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate
from typing import TYPE_CHECKING

from storage.model.budget import Measure
from storage.model.money import Money
from storage.model.period import DAY

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from services.costs.results import Basics
    from storage.model.budget import Budget, Terms, Threshold, Version
    from storage.model.period import Period


OVER = "over"
"""What passing the amount is remembered by; it is told whatever the thresholds are."""


class State(IntEnum):
    """How a budget stands, the most endangered last."""

    UNKNOWN = 0
    """Nothing can be said: no bill, or what it is for is no longer in any."""
    ON_TRACK = 1
    WARNING = 2
    """A threshold was reached, or the forecast is above the amount."""
    OVER = 3


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where the period is heading: what was billed on complete days, and what is expected of the others.

    `daily` has one amount a day of the whole period. `low` and `high` hold the total in four of five cases, `low_outer` and
    `high_outer` in nineteen of twenty. `said` tells what the forecast stands on when that is little.
    """

    total: Money
    low: Money
    high: Money
    low_outer: Money
    high_outer: Money
    daily: tuple[Money, ...]
    said: str = ""

    def crossing(self, amount: Money, period: Period) -> date | None:
        """The day on which the sum of the days passes the amount; None: not in this period."""
        sums = accumulate(self.daily)
        return next((period.start + DAY * at for at, each in enumerate(sums) if amount < each), None)


@dataclass(frozen=True, slots=True)
class BudgetStatus:
    """One budget in one period, as it stood when it was asked.

    Attributes:
        version: the terms by which it is judged.
        used: everything billed in the period so far: what `/cost` says of the same days, filters, basis and charges.
        daily: one amount a day, from the first day of the period through the last one that has begun.
        through: the last day of the period that is complete in every source; None: none is yet.
        others: money in other currencies that is not counted, because there is no rate.
        problem: why nothing is known; empty when something is.
        basics: what every cost answer carries: freshness, gaps, rates.
        has_ended: the period is over.
    """

    budget: Budget
    version: Version
    period: Period
    used: Money
    daily: tuple[Money, ...] = ()
    through: date | None = None
    outlook: Outlook | None = None
    others: tuple[Money, ...] = ()
    problem: str = ""
    basics: Basics | None = None
    has_ended: bool = False

    @property
    def terms(self) -> Terms:
        """What was agreed."""
        return self.version.terms

    @property
    def amount(self) -> Money:
        """What may be spent."""
        return self.version.terms.amount

    @property
    def remaining(self) -> Money:
        """What is left; below zero once it is overspent. used + remaining = amount."""
        return self.amount - self.used

    @property
    def share(self) -> Decimal:
        """How much of the amount is used."""
        return self.used.amount / self.amount.amount

    @property
    def elapsed(self) -> int:
        """How many days of the period are complete."""
        return (self.through - self.period.start).days + 1 if self.through else 0

    @property
    def unsettled(self) -> Money:
        """What of the money used was billed on days that are not complete."""
        return Money.total(self.daily[self.elapsed :], self.used.currency)

    @property
    def forecast_share(self) -> Decimal | None:
        """How much of the amount the whole period is expected to use; None without a forecast."""
        return self.outlook.total.amount / self.amount.amount if self.outlook else None

    @property
    def crossing(self) -> date | None:
        """The day on which the amount was passed, or is expected to be; None: not in this period, as far as is known."""
        if self.amount < self.used:
            sums = accumulate(self.daily)
            return next((self.period.start + DAY * at for at, each in enumerate(sums) if self.amount < each), self.through)
        return self.outlook.crossing(self.amount, self.period) if self.outlook else None

    @property
    def reached(self) -> tuple[Threshold, ...]:
        """The thresholds that are reached now, in their own order."""
        return () if self.problem else tuple(each for each in self.terms.thresholds if self._reaches(each))

    def _reaches(self, threshold: Threshold) -> bool:
        share = self.share if threshold.measure is Measure.ACTUAL else self.forecast_share
        return share is not None and share >= threshold.share

    @property
    def state(self) -> State:
        """In a word."""
        if self.problem:
            return State.UNKNOWN
        if self.amount < self.used:
            return State.OVER
        is_heading_over = self.outlook is not None and self.amount < self.outlook.total
        return State.WARNING if self.reached or is_heading_over else State.ON_TRACK

    @property
    def is_endangered(self) -> bool:
        """Whether somebody should look at it."""
        return self.state >= State.WARNING

    @property
    def danger(self) -> tuple[int, Decimal]:
        """What budgets are ordered by: the state, then how much of the amount is or will be used."""
        return self.state, max(self.share, self.forecast_share or self.share)


@dataclass(frozen=True, slots=True)
class History:
    """One budget: how it stands, its versions that the asker may see with who set them by name, and its past periods.

    `versions` and `past` are newest first.
    """

    status: BudgetStatus
    versions: tuple[tuple[Version, str], ...]
    past: tuple[BudgetStatus, ...]
    muted_by: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of setting a budget. `notes` say in words what was decided that nobody had said."""

    status: BudgetStatus
    is_new: bool
    notes: tuple[str, ...] = ()
