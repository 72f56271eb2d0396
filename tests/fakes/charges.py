"""Charges at random, each with the row that a bill has for it and what every dimension of it should come out as.

`reckon` answers a slice over them in plain Python: the engines are held against it and against each other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from storage.engines.base import Slice
from storage.model.period import Period, first_of_month
from storage.model.query import Axis, Basis, Filter, Line
from storage.model.scope import Scope
from tests.fakes.bills import COSTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from tests.fakes.bills import Row

MOSTLY = 0.7
FIRST = date(2025, 2, 20)
SOURCES = ("one", "two")
VALUES: dict[str, tuple[str | None, ...]] = {
    "provider": ("AWS", "Microsoft", None),
    "category": ("Compute", "Storage", None),
    "service": ("EC2", "S3", 'it\'s "odd"', None),
    "account": ("1", "2", "3"),
    "region": ("eu-west-1", "us-east-1", None),
    "charge": ("Usage", "Purchase", "Tax", "Credit", "Adjustment"),
    "pricing": ("Standard", "Dynamic", "Committed", None),
    "purchase": ("On-Demand", "Spot", "Savings Plan", "Reserved", "Committed", None),
    "commitment": ("Used", "Unused", None),
    "currency": ("USD", "EUR", "JPY"),
    "source": SOURCES,
    "meter": ("BoxUsage", "sku-1", None),
    "resource": ("i-1", "i-2", None),
    "commitment_id": ("plan-1", "ri-2", None),
    "tag:team": ("shop", "größe", None),
    "tag:env": ("prod", None),
    "tag:app": ("a", "b", None),
}
# PricingCategory, CommitmentDiscountType and CommitmentDiscountStatus → the purchase option they mean together.
OPTIONS = {
    ("Standard", None, None): "On-Demand",
    ("Dynamic", None, None): "Spot",
    ("Committed", "Savings Plan", "Used"): "Savings Plan",
    ("Committed", "Compute Savings Plans", "Unused"): "Savings Plan",
    ("Committed", "Reserved Instance", "Used"): "Reserved",
    ("Committed", None, "Unused"): "Committed",
    (None, None, None): None,
}

COLUMNS = sorted(
    {
        *(
            "BilledCost",
            "EffectiveCost",
            "ContractedCost",
            "ListCost",
            "BillingAccountId",
            "BillingCurrency",
            "BillingPeriodStart",
        ),
        *("ChargeCategory", "ChargeClass", "ChargePeriodStart", "CommitmentDiscountStatus", "CommitmentDiscountType"),
        *("ConsumedQuantity", "ConsumedUnit", "PricingCategory", "ProviderName", "RegionId", "ResourceId", "ServiceCategory"),
        *("ServiceName", "SubAccountId", "Tags", "SkuMeter", "SkuId", "CommitmentDiscountId", "PricingQuantity", "PricingUnit"),
    }
)
"""Those that the rows have."""


@dataclass(frozen=True)
class Charge:
    """One line item: its dimensions as they should come out, and the row it comes from."""

    dimensions: dict[str, str | None]
    day: date
    month: date
    line: Line
    amounts: dict[Basis, Decimal | None]
    unit: str | None
    quantity: Decimal | None
    priced: tuple[str, Decimal] | None
    """PricingUnit and PricingQuantity, where what is not consumed is priced by them."""
    row: Row


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def any_charge(dice: Random) -> Charge:
    """One charge, as the dice fall."""
    pick = {name: dice.choice(values) for name, values in VALUES.items() if name not in ("pricing", "purchase", "commitment")}
    pricing, kind, status = dice.choice(sorted(OPTIONS, key=repr))
    costs = {basis: _amount(dice) if dice.random() < MOSTLY else None for basis in Basis}
    costs[dice.choice(tuple(Basis))] = _amount(dice)
    day = FIRST + timedelta(days=dice.randrange(60))
    month = first_of_month(day, dice.choice((0, 0, 0, 1)))
    is_correction = dice.random() < 1 - MOSTLY
    unit, quantity = dice.choice(("Hours", "GB", None)), dice.choice((None, Decimal(dice.randrange(50))))
    pricing_unit, priced = dice.choice(("Months", None)), dice.choice((None, Decimal(dice.randrange(50))))
    is_priced = priced is not None and pricing_unit and pick["charge"] == "Usage" and status != "Unused"
    is_sku = pick["meter"] == "sku-1"
    tags = {key: pick[f"tag:{key}"] for key in ("team", "env", "app") if pick[f"tag:{key}"] is not None}
    row: Row = {
        **{COSTS[basis.value]: _text(cost) for basis, cost in costs.items()},
        "ProviderName": pick["provider"],
        "ServiceCategory": pick["category"],
        "ServiceName": pick["service"],
        "BillingAccountId": "1",
        "SubAccountId": None if pick["account"] == "1" else pick["account"],
        "RegionId": pick["region"],
        "ChargeCategory": pick["charge"],
        "ChargeClass": "Correction" if is_correction else None,
        "PricingCategory": pricing,
        "CommitmentDiscountType": kind,
        "CommitmentDiscountStatus": status,
        "BillingCurrency": pick["currency"],
        "ResourceId": pick["resource"],
        "SkuMeter": None if is_sku else pick["meter"],
        "SkuId": "sku-1" if is_sku else None if pick["meter"] is None else dice.choice(("sku-1", None)),
        "CommitmentDiscountId": pick["commitment_id"],
        "Tags": json.dumps(tags) if tags else None,
        "ConsumedQuantity": _text(quantity),
        "ConsumedUnit": unit,
        "PricingQuantity": _text(priced),
        "PricingUnit": pricing_unit,
        "BillingPeriodStart": month.isoformat(),
        "ChargePeriodStart": f"{day.isoformat()}T{dice.randrange(24):02d}:00:00Z",
    }
    dimensions = {**pick, "pricing": pricing, "purchase": OPTIONS[pricing, kind, status], "commitment": status}
    line = _line(pick["charge"], costs, is_correction=is_correction)
    return Charge(dimensions, day, month, line, costs, unit, quantity, (pricing_unit, priced) if is_priced else None, row)


def charges() -> st.SearchStrategy[Charge]:
    """Any charge."""
    return st.randoms(use_true_random=False).map(any_charge)


def _amount(dice: Random) -> Decimal:
    """Twelve decimals, so that cells must round; some are nothing, many are negative."""
    return Decimal(dice.choice((0, 1, dice.randrange(-(10**15), 10**15)))).scaleb(-12)


def _line(category: str | None, costs: dict[Basis, Decimal | None], *, is_correction: bool) -> Line:
    if category in ("Credit", "Tax"):
        return Line.CREDITS if category == "Credit" else Line.TAX
    told = costs[Basis.EFFECTIVE] if costs[Basis.EFFECTIVE] is not None else costs[Basis.BILLED]
    return Line.REFUNDS if is_correction and told is not None and told < 0 else Line.CHARGES


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    """A filter on any dimension, by values that occur, None, and one that does not."""
    name = draw(st.sampled_from(sorted(VALUES)))
    values = draw(st.lists(st.sampled_from((*VALUES[name], "nobody", None)), min_size=1, max_size=3, unique=True))
    return Filter(name, tuple(values), negate=draw(st.booleans()))


@st.composite
def slices(draw: st.DrawFn) -> Slice:
    """Any slice that is not paged."""
    start = FIRST + timedelta(days=draw(st.integers(-5, 70)))
    cuts = st.lists(st.sampled_from((date(2025, 3, 1), date(2025, 3, 15))), max_size=2, unique=True)
    length = draw(st.sampled_from((1, 5, 28, 31, 90)))
    allowed = st.sampled_from((("1",), ("2", "3"), ("shop",)))
    limits = draw(st.dictionaries(st.sampled_from(("account", "tag:team", "tag:app")), allowed))
    return Slice(
        Period(start, start + timedelta(days=length)),
        by=tuple(draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=3, unique=True))),
        daily=draw(st.booleans()),
        axis=draw(st.sampled_from(Axis)),
        filters=tuple(draw(st.lists(filters(), max_size=2))),
        scope=draw(st.sampled_from((None, Scope(tuple(sorted(limits.items())))))),
        lines=tuple(draw(st.lists(st.sampled_from(Line), max_size=3, unique=True))),
        cuts=tuple(sorted(draw(cuts))),
        folded=draw(st.booleans()),
    )


Group = tuple[object, ...]


@dataclass
class Sum:
    """What a group adds up to."""

    amounts: dict[Basis, Decimal | None]
    charges: int = 0


def chosen(piece: Slice, every: Sequence[Charge]) -> list[Charge]:
    """The charges that a slice is about."""

    def wanted(charge: Charge) -> bool:
        billing = piece.axis is Axis.BILLING
        month_is_in = charge.month in piece.period or charge.month == first_of_month(piece.period.start)
        inside = month_is_in if billing else charge.day in piece.period
        allowed = all((charge.dimensions[each.dimension] in each.values) is not each.negate for each in piece.all_filters)
        return inside and allowed and (not piece.lines or charge.line in piece.lines)

    return [charge for charge in every if wanted(charge)]


def reckon(piece: Slice, every: Sequence[Charge]) -> dict[Group, Sum]:
    """(key, bucket, cut, currency, line) → sums, in plain Python."""
    groups: dict[Group, Sum] = {}
    for charge in chosen(piece, every):
        bucket = (charge.month if piece.axis is Axis.BILLING else charge.day) if piece.daily else None
        key = tuple(charge.dimensions[name] for name in piece.by)
        cut = sum(charge.day >= day for day in piece.cuts)
        line = Line.CHARGES if piece.folded else charge.line
        group = groups.setdefault((key, bucket, cut, charge.dimensions["currency"], line), Sum(dict.fromkeys(Basis)))
        group.charges += 1
        for basis, amount in charge.amounts.items():
            if amount is not None:
                group.amounts[basis] = (group.amounts[basis] or 0) + amount
    return groups


def reckon_metered(piece: Slice, every: Sequence[Charge]) -> dict[Group, tuple[Decimal | None, Decimal | None, int]]:
    """(key, cut, currency, line, unit) → effective cost, quantity and charges, in plain Python."""
    groups: dict[Group, tuple[Decimal | None, Decimal | None, int]] = {}
    for charge in chosen(piece, every):
        consumed = (charge.unit, charge.quantity) if charge.unit is not None and charge.quantity is not None else None
        unit, quantity = consumed or charge.priced or (None, None)
        key = tuple(charge.dimensions[name] for name in piece.by)
        group = (key, sum(charge.day >= day for day in piece.cuts), charge.dimensions["currency"], charge.line, unit)
        cost, amount, count = groups.get(group, (None, None, 0))
        groups[group] = (_plus(cost, charge.amounts[Basis.EFFECTIVE]), _plus(amount, quantity), count + 1)
    return groups


def _plus(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    return left if right is None else right if left is None else left + right


def reckon_usage(piece: Slice, every: Sequence[Charge]) -> dict[Group, Decimal]:
    """(key, bucket, cut, unit) → what was consumed, in plain Python."""
    groups: dict[Group, Decimal] = {}
    for charge in chosen(piece, every):
        if charge.line is Line.CHARGES and charge.quantity is not None and charge.unit is not None:
            key = tuple(charge.dimensions[name] for name in piece.by)
            cut = sum(charge.day >= day for day in piece.cuts)
            group = (key, charge.day if piece.daily else None, cut, charge.unit)
            groups[group] = groups.get(group, Decimal(0)) + charge.quantity
    return groups
