"""FOCUS 1.0 to 1.3: the columns are already the lake's; only their spelling, types and three names differ.

1.3 has ServiceProviderName and HostProviderName and deprecates ProviderName and PublisherName, which 1.4 removes: each
stands in for the other, so that a provider is named whichever version the exporter speaks. Usage types got their column in 1.1:
before, AWS and Microsoft each wrote one of their own.
https://focus.finops.org/focus-specification/ (2025-12)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.ingest.columns import COLUMNS
from storage.ingest.formats import Format, Part

if TYPE_CHECKING:
    from storage.ingest.reader import Reader

ALTERNATIVES = {
    "ProviderName": ("ProviderName", "ServiceProviderName"),
    "ServiceProviderName": ("ServiceProviderName", "ProviderName"),
    "HostProviderName": ("HostProviderName", "PublisherName"),
    "SkuMeter": ("SkuMeter", "x_UsageType", "x_SkuMeterName"),
}
NEEDED = ("ChargePeriodStart", "BillingPeriodStart", "BillingCurrency", "ChargeCategory")
COST_COLUMNS = ("BilledCost", "EffectiveCost", "ContractedCost", "ListCost")


def matches(reader: Reader) -> bool:
    """FOCUS when it has the columns no row can do without, and at least one of the four costs."""
    return all(reader.has(name) for name in NEEDED) and any(reader.has(name) for name in COST_COLUMNS)


def parts(reader: Reader) -> tuple[Part, ...]:
    """One lake row a row."""
    columns = {name: reader.value(kind, *ALTERNATIVES.get(name, (name,))) for name, kind in COLUMNS.items()}
    for name in NEEDED:
        reader.require(name, columns[name])
    reader.require("every cost", f"coalesce({', '.join(columns[name] for name in COST_COLUMNS)})")
    return (Part(columns),)


FORMAT = Format("FOCUS", matches, parts)
