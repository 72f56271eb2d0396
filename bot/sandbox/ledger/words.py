"""The columns of FOCUS that are words, each with what it says about a slot."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.sandbox.ledger.organisation import ACCOUNTS, PAYERS, REGIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.ledger.commitments import Commitment
    from bot.sandbox.ledger.slots import Slot

CURRENCY = "USD"


def _commitment(of: Callable[[Commitment], str]) -> Callable[[Slot], str | None]:
    return lambda slot: of(slot.commitment) if slot.commitment else None


def _sku_details(slot: Slot) -> str | None:
    """FOCUS wants properties of the SKU as JSON; custom ones begin with x_."""
    return json.dumps({"x_Meter": slot.sku_meter}) if slot.sku_meter else None


WORDS: dict[str, Callable[[Slot], str | None]] = {
    "AvailabilityZone": lambda slot: slot.zone,
    "BillingAccountId": lambda slot: PAYERS[slot.payer].id,
    "BillingAccountName": lambda slot: PAYERS[slot.payer].name,
    "BillingAccountType": lambda slot: PAYERS[slot.payer].type,
    "BillingCurrency": lambda _: CURRENCY,
    "ChargeCategory": lambda slot: slot.charge_category,
    "ChargeClass": lambda slot: slot.charge_class,
    "ChargeDescription": lambda slot: slot.description,
    "ChargeFrequency": lambda slot: slot.frequency,
    "CommitmentDiscountCategory": _commitment(lambda commitment: commitment.category),
    "CommitmentDiscountId": _commitment(lambda commitment: commitment.id),
    "CommitmentDiscountName": _commitment(lambda commitment: commitment.name),
    "CommitmentDiscountStatus": lambda slot: slot.status,
    "CommitmentDiscountType": _commitment(lambda commitment: commitment.type),
    "CommitmentDiscountUnit": _commitment(lambda commitment: "Hours" if commitment.units else CURRENCY),
    "ConsumedUnit": lambda slot: slot.consumed_unit,
    "HostProviderName": lambda slot: PAYERS[slot.payer].provider,
    "InvoiceIssuerName": lambda slot: PAYERS[slot.payer].publisher,
    "PricingCategory": lambda slot: slot.pricing_category,
    "PricingUnit": lambda slot: slot.pricing_unit,
    "ProviderName": lambda slot: PAYERS[slot.payer].provider,
    "PublisherName": lambda slot: slot.publisher,
    "RegionId": lambda slot: slot.region,
    "RegionName": lambda slot: REGIONS[slot.region][0] if slot.region else None,
    "ResourceId": lambda slot: slot.resource_id,
    "ResourceName": lambda slot: slot.resource_name,
    "ResourceType": lambda slot: slot.resource_type,
    "ServiceCategory": lambda slot: slot.category,
    "ServiceName": lambda slot: slot.service,
    "ServiceProviderName": lambda slot: slot.service_provider,
    "ServiceSubcategory": lambda slot: slot.subcategory,
    "SkuId": lambda slot: slot.sku_id,
    "SkuMeter": lambda slot: slot.sku_meter,
    "SkuPriceDetails": _sku_details,
    "SkuPriceId": lambda slot: slot.sku_price_id,
    "SubAccountId": lambda slot: ACCOUNTS[slot.account].id if slot.account else None,
    "SubAccountName": lambda slot: ACCOUNTS[slot.account].name if slot.account else None,
    "SubAccountType": lambda slot: PAYERS[slot.payer].sub_type if slot.account else None,
    "Tags": lambda slot: slot.tags,
}
