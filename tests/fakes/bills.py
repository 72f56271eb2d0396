"""FOCUS bills, small enough to reckon by hand: rows as text, and writers for every form in which exporters hand them out.

A row says only what differs from `usage()`; amounts are text as they stand in a file, so that a test can compare what went in
with what comes out by plain Decimal sums.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

Row = dict[str, str | None]
COSTS = {"effective": "EffectiveCost", "billed": "BilledCost", "contracted": "ContractedCost", "list": "ListCost"}

FOCUS_1_0 = (
    *("AvailabilityZone", "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd"),
    *("BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency", "ChargePeriodEnd"),
    *("ChargePeriodStart", "CommitmentDiscountCategory", "CommitmentDiscountId", "CommitmentDiscountName"),
    *("CommitmentDiscountStatus", "CommitmentDiscountType", "ConsumedQuantity", "ConsumedUnit", "ContractedCost"),
    *("ContractedUnitPrice", "EffectiveCost", "InvoiceIssuerName", "ListCost", "ListUnitPrice", "PricingCategory"),
    *("PricingQuantity", "PricingUnit", "ProviderName", "PublisherName", "RegionId", "RegionName", "ResourceId", "ResourceName"),
    *("ResourceType", "ServiceCategory", "ServiceName", "SkuId", "SkuPriceId", "SubAccountId", "SubAccountName", "Tags"),
)
FOCUS_1_1 = (
    *FOCUS_1_0,
    *("CapacityReservationId", "CapacityReservationStatus", "CommitmentDiscountQuantity", "CommitmentDiscountUnit"),
    *("ServiceSubcategory", "SkuMeter", "SkuPriceDetails"),
)
FOCUS_1_2 = (*FOCUS_1_1, "BillingAccountType", "SubAccountType", "InvoiceId", "PricingCurrency")
FOCUS_1_3 = (
    *(name for name in FOCUS_1_2 if name not in ("ProviderName", "PublisherName")),
    *("ServiceProviderName", "HostProviderName", "AllocatedMethodId", "ContractApplied"),
)

PAYER, WEB, DATA = "100000000001", "100000000002", "100000000003"
PLAN = "arn:aws:savingsplans::100000000001:savingsplan/0a1b2c3d-0000-4000-8000-00000000000a"


def usage(cost: str = "1.25", day: str = "2025-03-05", **columns: str | None) -> Row:
    """An hour of a virtual machine, paid on demand; all four costs are `cost` unless said otherwise."""
    month = day[:7]
    return {
        "BilledCost": cost,
        "EffectiveCost": cost,
        "ContractedCost": cost,
        "ListCost": cost,
        "BillingAccountId": PAYER,
        "BillingAccountName": "Example Ltd",
        "BillingCurrency": "USD",
        "BillingPeriodStart": f"{month}-01 00:00:00",
        "BillingPeriodEnd": f"{_next_month(month)}-01 00:00:00",
        "ChargeCategory": "Usage",
        "ChargeDescription": "m7g.large by the hour",
        "ChargeFrequency": "Usage-Based",
        "ChargePeriodStart": f"{day} 13:00:00",
        "ChargePeriodEnd": f"{day} 14:00:00",
        "ConsumedQuantity": "1",
        "ConsumedUnit": "Hours",
        "InvoiceIssuerName": "Amazon Web Services, Inc.",
        "ListUnitPrice": "1.25",
        "PricingCategory": "Standard",
        "PricingQuantity": "1",
        "PricingUnit": "Hours",
        "ProviderName": "AWS",
        "PublisherName": "AWS",
        "RegionId": "eu-west-1",
        "RegionName": "Europe (Ireland)",
        "ResourceId": "i-0abc",
        "ServiceCategory": "Compute",
        "ServiceName": "Amazon Elastic Compute Cloud",
        "SubAccountId": WEB,
        "SubAccountName": "web",
        "Tags": '{"team": "shop", "env": "prod"}',
        **columns,
    }


def everything() -> list[Row]:
    """March 2025: each kind of charge that a bill can hold, in three currencies and of two payers."""
    plan: Row = {
        "CommitmentDiscountId": PLAN,
        "CommitmentDiscountType": "Savings Plan",
        "CommitmentDiscountCategory": "Spend",
        "PricingCategory": "Committed",
    }
    nothing_used: Row = {"ConsumedQuantity": None, "ConsumedUnit": None, "ResourceId": None}
    euro: Row = {
        "BillingCurrency": "EUR",
        "BillingAccountId": "billing-eu",
        "BillingAccountName": "Example GmbH",
        "ProviderName": "Microsoft",
        "ServiceName": "Azure Blob Storage",
        "ServiceCategory": "Storage",
        "SubAccountId": "/subscriptions/0001",
        "SubAccountName": "Daten",
        "RegionId": "germanywestcentral",
    }
    return [
        usage("1.25"),
        usage("0.75", SubAccountId=DATA, SubAccountName="data", Tags=None, RegionId="us-east-1"),
        usage("0.31", PricingCategory="Dynamic", Tags='{"Team": "shop", "environment": "test"}'),
        # A plan: bought, used by two machines, and the part of one hour that nobody used.
        usage("730", day="2025-03-01", ChargeCategory="Purchase", EffectiveCost="0", **nothing_used, **plan),
        usage("0", EffectiveCost="0.9", ContractedCost="1.1", ListCost="1.25", CommitmentDiscountStatus="Used", **plan),
        usage("0", EffectiveCost="0.1", ListCost="0", CommitmentDiscountStatus="Unused", **nothing_used, **plan),
        usage(
            "0", EffectiveCost="0.6", CommitmentDiscountStatus="Used", **{**plan, "CommitmentDiscountType": "Reserved Instance"}
        ),
        usage("12.5", ChargeCategory="Tax", ServiceName="Tax", ServiceCategory="Other", **nothing_used),
        usage("-3.4", ChargeCategory="Credit", ChargeDescription="Promotion", **nothing_used),
        # A correction that gives money back is a refund; one that asks for more is a charge; a discount is neither.
        usage("-2.2", ChargeClass="Correction", BillingPeriodStart="2025-03-01", ChargePeriodStart="2025-02-27"),
        usage("0.4", ChargeClass="Correction"),
        usage("-0.05", ChargeDescription="Bundled discount"),
        usage("5", ChargeCategory="Adjustment", ServiceName="Rounding", SubAccountId=None, SubAccountName=None, **nothing_used),
        # A charge over several days belongs to the day it starts; one on the last day may be billed in the next month.
        usage("31", day="2025-03-01", ChargePeriodEnd="2025-04-01", ServiceName="AWS Support", ServiceCategory="Other"),
        usage("0.02", day="2025-03-31", BillingPeriodStart="2025-04-01 00:00:00", BillingPeriodEnd="2025-05-01 00:00:00"),
        usage("2.000000000000000001", **euro),
        usage("-0.5", ChargeCategory="Credit", **euro),
        usage(
            "1000000.123456",
            BillingCurrency="JPY",
            BillingAccountId="billing-jp",
            ServiceName="Amazon S3",
            ServiceCategory="Storage",
        ),
        usage("3", ListCost=None, ContractedCost=None, ServiceName="Datadog", ProviderName="AWS", PublisherName="Datadog"),
    ]


def _next_month(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}"


@dataclass(frozen=True, slots=True)
class Style:
    """How a CSV file is written. `quoting`: strings (the usual), all, or none; `null` stands for a missing value."""

    delimiter: str = ","
    quote: str = '"'
    backslash: bool = False
    quoting: Literal["strings", "all", "none"] = "strings"
    null: str = "NULL"
    newline: str = "\n"
    start: bytes = b""
    header: Callable[[str], str] = str


def csv_bytes(rows: Sequence[Row], columns: Sequence[str] = FOCUS_1_2, style: Style = Style()) -> bytes:
    """The rows as a CSV file; a column that no row has is there, without a value."""

    def field(name: str, value: str | None) -> str:
        if value is None:
            return style.null
        bare = style.quoting == "none" or (style.quoting == "strings" and name.endswith(("Cost", "Quantity")))
        mark = "\\" + style.quote if style.backslash else style.quote * 2
        return value if bare else f"{style.quote}{value.replace(style.quote, mark)}{style.quote}"

    lines = [style.delimiter.join(field("", style.header(name)) for name in columns)]
    lines += [style.delimiter.join(field(name, row.get(name)) for name in columns) for row in rows]
    return style.start + "".join(line + style.newline for line in lines).encode()


def write_csv(path: Path, rows: Sequence[Row], columns: Sequence[str] = FOCUS_1_2, style: Style = Style()) -> Path:
    """Write the rows as CSV, zipped when the name ends in `.gz`."""
    data = csv_bytes(rows, columns, style)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def write_parquet(
    path: Path, rows: Sequence[Row], columns: Sequence[str] = FOCUS_1_2, types: Mapping[str, pa.DataType] | None = None
) -> Path:
    """Write the rows as Parquet: text, but for the columns `types` names, whose values are read as that type's."""
    kinds = {name: (types or {}).get(name, pa.string()) for name in columns}
    arrays = [pa.array([_typed(row.get(name), kind) for row in rows], kind) for name, kind in kinds.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(dict(zip(kinds, arrays, strict=True))), path)
    return path


def _typed(text: str | None, kind: pa.DataType) -> Any:  # noqa: ANN401 - whatever pyarrow takes
    if text is None or pa.types.is_string(kind):
        return text
    if pa.types.is_decimal(kind):
        return Decimal(text)
    if pa.types.is_map(kind):
        return list(json.loads(text).items())
    if pa.types.is_floating(kind):
        return float(text)
    moment = datetime.fromisoformat(text)
    if pa.types.is_date(kind):
        return moment.date()
    return moment.replace(tzinfo=moment.tzinfo or UTC) if kind.tz else moment


def sums(rows: Iterable[Row], *names: str) -> dict[tuple[str | None, ...], dict[str, Decimal | None]]:
    """Plain sums of the four costs by currency and these columns; None where no row has the cost."""
    groups: dict[tuple[str | None, ...], dict[str, Decimal | None]] = defaultdict(lambda: dict.fromkeys(COSTS))
    for row in rows:
        group = groups[row["BillingCurrency"], *(row.get(name) for name in names)]
        for basis, column in COSTS.items():
            text = row.get(column)
            if text is not None:
                group[basis] = (group[basis] or Decimal(0)) + Decimal(text)
    return dict(groups)
