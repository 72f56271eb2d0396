"""Reckoning: what an answer must be, by adding up the rows of a bill one by one. It shares no code with what it checks."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from storage.model.period import Period
    from tests.fakes.bills import Row

COST = {"effective": "EffectiveCost", "billed": "BilledCost", "contracted": "ContractedCost", "list": "ListCost"}
COLUMN = {
    "provider": "ProviderName",
    "category": "ServiceCategory",
    "service": "ServiceName",
    "charge": "ChargeCategory",
    "pricing": "PricingCategory",
    "commitment": "CommitmentDiscountStatus",
    "currency": "BillingCurrency",
    "resource": "ResourceId",
}
SPELLINGS = {"tag:team": ("team", "Team", "owner-team"), "tag:env": ("env", "Env", "environment", "Environment")}
Key = tuple[str | None, ...]


@dataclass(frozen=True)
class Charge:
    """One row of a source's bill, as a person reads it."""

    row: Row
    source: str

    @property
    def day(self) -> date:
        """The day it was used."""
        return date.fromisoformat((self.row["ChargePeriodStart"] or "")[:10])

    @property
    def month(self) -> date:
        """The month it is invoiced in."""
        return date.fromisoformat((self.row["BillingPeriodStart"] or "")[:7] + "-01")

    @property
    def line(self) -> str:
        """Where it stands in an answer."""
        kind = self.row["ChargeCategory"]
        if kind in ("Credit", "Tax"):
            return {"Credit": "credits", "Tax": "tax"}[kind]
        gives_back = Decimal(self.row.get("EffectiveCost") or self.row.get("BilledCost") or "0") < 0
        return "refunds" if self.row.get("ChargeClass") == "Correction" and gives_back else "charges"

    @property
    def is_gross(self) -> bool:
        """Whether a gross figure counts it."""
        return self.line == "charges"

    def amount(self, basis: str = "effective") -> Decimal | None:
        """What it cost; None where the bill does not say."""
        text = self.row.get(COST[basis])
        return None if text is None else Decimal(text)

    def value(self, dimension: str) -> str | None:
        """What it has of a dimension."""
        if dimension in COLUMN:
            return self.row.get(COLUMN[dimension])
        if dimension.startswith("tag:"):
            tags = json.loads(self.row.get("Tags") or "{}")
            named = SPELLINGS.get(dimension, (dimension.removeprefix("tag:"),))
            return next((tags[name] for name in named if tags.get(name)), None)
        return {"account": self._account, "region": self._region, "purchase": self._purchase, "source": lambda: self.source}[
            dimension
        ]()

    def _account(self) -> str | None:
        return self.row.get("SubAccountId") or self.row.get("BillingAccountId")

    def _region(self) -> str | None:
        return self.row.get("RegionId") or self.row.get("RegionName")

    def _purchase(self) -> str | None:
        words = {"Savings Plan": "Savings Plan", "Reserved Instance": "Reserved"}
        kind, pricing = self.row.get("CommitmentDiscountType"), self.row.get("PricingCategory")
        if pricing == "Committed":
            return words[kind or ""]
        return {"Dynamic": "Spot", "Standard": "On-Demand"}.get(pricing or "", pricing)


@dataclass(frozen=True)
class Books:
    """Charges that can be narrowed and added up."""

    charges: tuple[Charge, ...]

    @classmethod
    def of(cls, **bills: Iterable[Row]) -> Books:
        """Source → rows."""
        return cls(tuple(Charge(row, source) for source, rows in bills.items() for row in rows))

    def where(self, test: Callable[[Charge], bool]) -> Books:
        """Those for which it holds."""
        return Books(tuple(each for each in self.charges if test(each)))

    def during(self, period: Period) -> Books:
        """Used in the period."""
        return self.where(lambda each: each.day in period)

    def invoiced(self, period: Period) -> Books:
        """Billed in the months of the period."""
        return self.where(lambda each: each.month in period)

    @property
    def gross(self) -> Books:
        """Without credits, refunds and tax."""
        return self.where(lambda each: each.is_gross)

    def line(self, name: str) -> Books:
        """One line."""
        return self.where(lambda each: each.line == name)

    def total(self, basis: str = "effective") -> Decimal:
        """What they cost together, without those of which it is not known."""
        with localcontext(prec=80):
            return sum((amount for each in self.charges if (amount := each.amount(basis)) is not None), Decimal(0))

    def by(self, *dimensions: str, basis: str = "effective") -> dict[Key, Decimal]:
        """Key → what it cost; keys of which nothing is known are left out."""
        found: dict[Key, Decimal] = defaultdict(Decimal)
        with localcontext(prec=80):
            for each in self.charges:
                amount = each.amount(basis)
                if amount is not None:
                    found[tuple(each.value(name) for name in dimensions)] += amount
        return dict(found)

    def daily(self, period: Period, basis: str = "effective") -> list[Decimal]:
        """One amount a day."""
        return [self.where(lambda each, day=day: each.day == day).total(basis) for day in period]  # type: ignore[misc]  # a loop's day
