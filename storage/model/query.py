"""CostQuery: one question about money, complete enough that every number can carry it. Dimensions, bases, filters."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from storage.model.scope import Scope

if TYPE_CHECKING:
    from typing import Self

    from storage.model.period import Period


class Basis(StrEnum):
    """The four cost columns of FOCUS. They answer different questions and are never added to each other."""

    EFFECTIVE = "effective"
    BILLED = "billed"
    CONTRACTED = "contracted"
    LIST = "list"


class Charges(StrEnum):
    """Which charges count: `gross` leaves credits, refunds and tax to lines of their own, `net` has everything."""

    GROSS = "gross"
    NET = "net"


class Axis(StrEnum):
    """What places a charge in time: the day it was used, or the month it is invoiced in."""

    CHARGE = "charge"
    BILLING = "billing"


class Granularity(StrEnum):
    """How finely the period is cut."""

    TOTAL = "total"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Line(StrEnum):
    """Where a charge stands in an answer: in the gross figure, or below it on a line of its own."""

    CHARGES = "charges"
    CREDITS = "credits"
    REFUNDS = "refunds"
    TAX = "tax"


TAG_PREFIX = "tag:"
# Dimension → the FOCUS column it reads (for `purchase`: what PricingCategory and CommitmentDiscountType say together; for
# `meter`, the usage type: SkuMeter, or SkuId where a bill has no meters).
DIMENSIONS = {
    "provider": "ProviderName",
    "category": "ServiceCategory",
    "service": "ServiceName",
    "account": "SubAccountId",
    "region": "RegionId",
    "charge": "ChargeCategory",
    "pricing": "PricingCategory",
    "purchase": "PurchaseOption",
    "commitment": "CommitmentDiscountStatus",
    "currency": "BillingCurrency",
    "meter": "SkuMeter",
    "resource": "ResourceId",
    "commitment_id": "CommitmentDiscountId",
    "source": "Source",
}
OF_LINE_ITEMS = frozenset(("meter", "resource", "commitment_id"))
"""Only line items have these: no table of sums does, and the catalog does not know their values."""


def is_dimension(name: str) -> bool:
    """Whether `name` is a dimension: one of the fixed ones, or `tag:<key>` with a key."""
    return name in DIMENSIONS or (name.startswith(TAG_PREFIX) and len(name) > len(TAG_PREFIX))


@dataclass(frozen=True, slots=True)
class Filter:
    """Rows whose dimension has one of the values (or, negated, none of them). `None` is "without a value"."""

    dimension: str
    values: tuple[str | None, ...]
    negate: bool = False

    def __post_init__(self) -> None:
        """A filter on nothing, or without values, would silently let everything or nothing through."""
        if not is_dimension(self.dimension) or not self.values:
            msg = f"not a filter: {self.dimension}={self.values}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class CostQuery:
    """One question. Frozen and hashable: it is a cache key together with the generation of the store.

    `by` holds dimension names; `top` is how many rows a page has (None: the default of the answer); `page` counts from 1;
    `compare` is the period put beside it (None: what `Period.previous` says); `scope` is the row limit of the asker.
    """

    period: Period
    basis: Basis = Basis.EFFECTIVE
    charges: Charges = Charges.GROSS
    axis: Axis = Axis.CHARGE
    compare: Period | None = None
    granularity: Granularity = Granularity.TOTAL
    by: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    top: int | None = None
    page: int = 1
    scope: Scope = field(default_factory=Scope)

    def __post_init__(self) -> None:
        """Refuse what no engine could answer."""
        unknown = [name for name in self.by if not is_dimension(name)]
        if unknown or len(set(self.by)) != len(self.by):
            msg = f"not dimensions, or named twice: {self.by}"
            raise ValueError(msg)
        if self.page < 1 or (self.top is not None and self.top < 1):
            msg = "page and top count from 1"
            raise ValueError(msg)

    @property
    def compared(self) -> Period:
        """The period put beside it."""
        return self.compare or self.period.previous()

    def but(self, **changes: object) -> Self:
        """The same question with something changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # dataclasses.replace checks the names itself
