"""Which days a ledger covers, and how many hours of each have arrived.

A real bill is late by hours or days, by a different amount for each provider and account. The figures here are what a
morning's look at the exports shows: the last two days are there in part, and one account has sent nothing for yesterday.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from bot.sandbox.ledger.organisation import ACCOUNTS
from storage.model.period import Period, first_of_month

if TYPE_CHECKING:
    from numpy.typing import NDArray

FULL_DAY = 24
# Hours that have arrived of the day before yesterday, of yesterday, and of the day itself.
ARRIVED = {"aws": (21, 10, 0), "gcp": (22, 16, 2), "azure": (17, 4, 0)}
# Accounts whose data comes later than their provider's, by so many hours.
LAGGARDS = {"data-prod": 3, "g-nonprod": 6, "z-nonprod": 7}


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a ledger: `months` calendar months, the last of which is the one that `as_of` is in.

    Arrays over days have one entry for each day from the first of the first month up to and including `as_of`.
    """

    months: int
    as_of: date

    def __post_init__(self) -> None:
        """Refuse a ledger without a month."""
        if self.months < 1:
            msg = f"a ledger has at least one month, not {self.months}"
            raise ValueError(msg)

    @property
    def period(self) -> Period:
        """All of them."""
        return Period.of_days(first_of_month(self.as_of, 1 - self.months), self.as_of)

    @property
    def ordinals(self) -> NDArray[np.int64]:
        """Each day as its proleptic ordinal, so that noise belongs to the date and not to the place in a ledger."""
        return np.arange(self.period.days, dtype=np.int64) + self.period.start.toordinal()

    def billing_months(self) -> list[Period]:
        """Each calendar month, whole, oldest first."""
        return [Period.month(first_of_month(self.as_of, 1 - self.months + n)) for n in range(self.months)]

    def is_open(self, month: Period) -> bool:
        """Whether the month is the current one, not invoiced yet."""
        return self.as_of in month

    def index(self, month: Period) -> slice:
        """Where the month's days are in an array over days."""
        start = (month.start - self.period.start).days
        return slice(start, min(start + month.days, self.period.days))

    def of(self, month: Period) -> list[date]:
        """The month's days that a ledger may have."""
        return [day for day in month if day <= self.as_of]

    def arrived(self, payer: str, late_by: int = 0) -> NDArray[np.int64]:
        """Hours of each day that have arrived from a provider, or from an account that is late by some hours more."""
        hours = np.full(self.period.days, FULL_DAY, dtype=np.int64)
        last = ARRIVED[payer][-len(hours) :]
        hours[-len(last) :] = np.maximum(np.array(last) - late_by, 0)
        return hours

    def hours(self, account: str) -> NDArray[np.int64]:
        """Hours of each day that have arrived from an account."""
        return self.arrived(ACCOUNTS[account].payer, LAGGARDS.get(account, 0))

    def before(self, days: int) -> date:
        """A day some days before `as_of`."""
        return self.as_of - timedelta(days=days)
