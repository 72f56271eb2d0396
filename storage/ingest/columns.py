"""The columns of the lake: FOCUS 1.2 names (plus the two provider names of 1.3), and what kind of value each holds.

Costs and unit prices are DECIMAL(38,18), exact; quantities are doubles; moments are UTC timestamps. The lower-case columns are
ours: what the engines group by, derived once when a row comes in.
"""

from __future__ import annotations

from enum import StrEnum

MONEY_TYPE = "DECIMAL(38,18)"


class Kind(StrEnum):
    """What a source column holds; says how it is read and when it is unreadable."""

    MONEY = "money"
    QUANTITY = "quantity"
    MOMENT = "moment"
    WORD = "word"
    TEXT = "text"
    TAGS = "tags"


COSTS = ("EffectiveCost", "BilledCost", "ContractedCost", "ListCost")

COLUMNS: dict[str, Kind] = {
    "BilledCost": Kind.MONEY,
    "EffectiveCost": Kind.MONEY,
    "ContractedCost": Kind.MONEY,
    "ListCost": Kind.MONEY,
    "ListUnitPrice": Kind.MONEY,
    "ContractedUnitPrice": Kind.MONEY,
    "PricingQuantity": Kind.QUANTITY,
    "ConsumedQuantity": Kind.QUANTITY,
    "CommitmentDiscountQuantity": Kind.QUANTITY,
    "BillingPeriodStart": Kind.MOMENT,
    "BillingPeriodEnd": Kind.MOMENT,
    "ChargePeriodStart": Kind.MOMENT,
    "ChargePeriodEnd": Kind.MOMENT,
    "BillingAccountId": Kind.WORD,
    "BillingAccountName": Kind.TEXT,
    "BillingCurrency": Kind.WORD,
    "ChargeCategory": Kind.WORD,
    "ChargeClass": Kind.WORD,
    "ChargeDescription": Kind.TEXT,
    "ChargeFrequency": Kind.WORD,
    "InvoiceIssuerName": Kind.TEXT,
    "InvoiceId": Kind.WORD,
    "ProviderName": Kind.WORD,
    "PublisherName": Kind.TEXT,
    "ServiceProviderName": Kind.TEXT,
    "HostProviderName": Kind.TEXT,
    "ServiceCategory": Kind.WORD,
    "ServiceSubcategory": Kind.WORD,
    "ServiceName": Kind.WORD,
    "SubAccountId": Kind.WORD,
    "SubAccountName": Kind.TEXT,
    "RegionId": Kind.WORD,
    "RegionName": Kind.TEXT,
    "AvailabilityZone": Kind.WORD,
    "ResourceId": Kind.TEXT,
    "ResourceName": Kind.TEXT,
    "ResourceType": Kind.WORD,
    "SkuId": Kind.WORD,
    "SkuPriceId": Kind.WORD,
    "SkuMeter": Kind.TEXT,
    "PricingCategory": Kind.WORD,
    "PricingUnit": Kind.WORD,
    "ConsumedUnit": Kind.WORD,
    "CommitmentDiscountId": Kind.TEXT,
    "CommitmentDiscountName": Kind.TEXT,
    "CommitmentDiscountType": Kind.WORD,
    "CommitmentDiscountCategory": Kind.WORD,
    "CommitmentDiscountStatus": Kind.WORD,
    "CommitmentDiscountUnit": Kind.WORD,
    "CapacityReservationId": Kind.TEXT,
    "CapacityReservationStatus": Kind.WORD,
    "Tags": Kind.TAGS,
}

# Dimension → the lake column an engine groups by. `source` and configured tags are added by whoever reads. The last two are what
# people call things: nobody asks by them.
LAKE_DIMENSIONS = {
    "provider": "ProviderName",
    "category": "ServiceCategory",
    "service": "ServiceName",
    "account": "account",
    "region": "region",
    "charge": "ChargeCategory",
    "pricing": "PricingCategory",
    "purchase": "purchase",
    "commitment": "CommitmentDiscountStatus",
    "currency": "BillingCurrency",
    "meter": "SkuMeter",
    "resource": "ResourceId",
    "commitment_id": "CommitmentDiscountId",
    "resource_name": "ResourceName",
    "commitment_name": "CommitmentDiscountName",
}


def quoted(name: str) -> str:
    """An SQL identifier, whatever its name holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string, whatever it holds."""
    return "'" + text.replace("'", "''") + "'"
