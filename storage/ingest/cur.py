"""AWS Cost and Usage Reports (2.0 of Data Exports and the older one), mapped to FOCUS.

Both generations name the same columns, `line_item_unblended_cost` and `lineItem/UnblendedCost`; a reader folds the difference
away. Tags, products' names and a few columns that only one has are looked for in both places.

A recurring fee for a commitment becomes two rows: the purchase and the unused part. A SavingsPlanNegation line becomes none,
because the usage it takes back is billed 0. A Refund line has nothing that says whether it corrects an earlier invoice: it is
marked a Correction, so that refunds stand apart from what was used.
https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html (2025-11)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.ingest import cur_lines as line
from storage.ingest.columns import COLUMNS, Kind, literal
from storage.ingest.cur_costs import ZERO, costs
from storage.ingest.cur_services import service_category, service_name
from storage.ingest.cur_tags import tags
from storage.ingest.formats import Format, Part
from storage.model.errors import DataError

if TYPE_CHECKING:
    from storage.ingest.cur_costs import Costs
    from storage.ingest.reader import Reader

# FOCUS column → the CUR columns it is copied from; the first that has a value counts.
COPIED = {
    "ListUnitPrice": ("pricing_public_on_demand_rate",),
    "ContractedUnitPrice": ("line_item_net_unblended_rate", "line_item_unblended_rate"),
    "PricingQuantity": ("line_item_usage_amount",),
    "ConsumedQuantity": ("line_item_usage_amount",),
    "BillingPeriodStart": ("bill_billing_period_start_date",),
    "BillingPeriodEnd": ("bill_billing_period_end_date",),
    "ChargePeriodStart": ("line_item_usage_start_date",),
    "BillingAccountId": ("bill_payer_account_id", "line_item_usage_account_id"),
    "BillingAccountName": ("bill_payer_account_name",),
    "BillingCurrency": ("line_item_currency_code",),
    "ChargeDescription": ("line_item_line_item_description",),
    "InvoiceIssuerName": ("bill_invoicing_entity", "line_item_legal_entity"),
    "InvoiceId": ("bill_invoice_id",),
    "PublisherName": ("line_item_legal_entity",),
    "SubAccountId": ("line_item_usage_account_id",),
    "SubAccountName": ("line_item_usage_account_name",),
    "ResourceId": ("line_item_resource_id",),
    "SkuId": ("product_sku",),
    "SkuPriceId": ("pricing_rate_code",),
    "SkuMeter": ("line_item_usage_type",),
    "CapacityReservationId": ("capacity_reservation_capacity_reservation_arn",),
}
NEEDED = (
    "line_item_line_item_type",
    "line_item_unblended_cost",
    "line_item_currency_code",
    "line_item_usage_start_date",
    "bill_billing_period_start_date",
)
FREQUENCIES = {"Usage-Based": line.CONSUMED, "Recurring": line.RECURRING}
UNITS = {
    "Hrs": "Hours",
    "Hour": "Hours",
    "hours": "Hours",
    "Mo": "Months",
    "mo": "Months",
    "month": "Months",
    "seconds": "Seconds",
    "Second": "Seconds",
}
PROVIDER = literal("AWS")
ZONE_REGION = "^([a-z]{2}(?:-[a-z]+)+-[0-9]+)(?:-[a-z]+-[0-9]+)?[a-z]$"


def matches(reader: Reader) -> bool:
    """A CUR has line items with a type or an unblended cost; what else it needs is said when it is read."""
    return any(reader.has(name) for name in NEEDED[:2])


def parts(reader: Reader) -> tuple[Part, ...]:
    """Every line but the negations as one row, and a second row for what was not used of a recurring fee.

    Raises DataError when a column is missing without which no line can be placed or counted.
    """
    missing = [name for name in NEEDED if not reader.has(name)]
    if missing:
        raise DataError(
            f"The Cost and Usage Report has no column {' and no column '.join(missing)}.",
            "Export it again with these columns.",
        )
    lines = line.lines(reader)
    amounts = costs(reader, lines)
    row = _row(reader, lines, amounts)
    for name in ("BillingCurrency", "ChargePeriodStart", "BillingPeriodStart"):
        reader.require(COPIED[name][0], row[name])
    reader.require(NEEDED[0], lines.type)
    unused = f"{lines.are(*line.RECURRING)} AND coalesce({amounts.unused}, 0) <> 0"
    return (
        Part(row, f"NOT {lines.are(line.NEGATION)}"),
        Part({**row, **_unused(reader, lines, amounts)}, unused),
    )


def _row(reader: Reader, lines: line.Lines, amounts: Costs) -> dict[str, str]:
    empty = {name: reader.value(kind) for name, kind in COLUMNS.items()}
    copied = {name: reader.value(COLUMNS[name], *sources) for name, sources in COPIED.items()}
    return {
        **empty,
        **copied,
        **_charge(lines, amounts),
        **_quantities(reader, lines, copied),
        **_commitment(reader, lines),
        **_place(reader),
        "ChargePeriodEnd": _period_end(reader),
        "ProviderName": PROVIDER,
        "ServiceProviderName": PROVIDER,
        "HostProviderName": PROVIDER,
        "ServiceName": service_name(reader),
        "ServiceCategory": service_category(reader, lines.usage_type),
        "CapacityReservationStatus": _capacity_status(reader),
        "Tags": tags(reader),
    }


def _charge(lines: line.Lines, amounts: Costs) -> dict[str, str]:
    pricing = {
        "Committed": line.COVERED,
        "Standard": (line.USAGE, line.REFUND, *line.PURCHASES),
    }
    other = f"CASE WHEN {lines.are(line.TAX)} THEN NULL ELSE 'Other' END"
    return {
        "BilledCost": amounts.billed,
        "EffectiveCost": amounts.effective,
        "ContractedCost": amounts.contracted,
        "ListCost": amounts.listed,
        "ChargeCategory": lines.by_type(line.CATEGORIES, literal(line.OTHER_CATEGORY)),
        "ChargeClass": f"CASE WHEN {lines.are(line.REFUND)} THEN 'Correction' END",
        "ChargeFrequency": lines.by_type(FREQUENCIES, literal("One-Time")),
        "PricingCategory": f"CASE WHEN {lines.are_spot()} THEN 'Dynamic' ELSE {lines.by_type(pricing, other)} END",
    }


def _quantities(reader: Reader, lines: line.Lines, copied: dict[str, str]) -> dict[str, str]:
    """Prices and amounts of use belong to usage only; on a fee or a credit AWS's numbers there mean other things."""
    unit = _unit(reader)
    used = lines.are(*line.CONSUMED)
    at_our_rate = lines.are(line.USAGE, line.PLAN_USAGE)
    return {
        "ListUnitPrice": f"CASE WHEN {used} THEN {copied['ListUnitPrice']} END",
        "ContractedUnitPrice": f"CASE WHEN {at_our_rate} THEN {copied['ContractedUnitPrice']} END",
        "ConsumedQuantity": f"CASE WHEN {used} THEN {copied['ConsumedQuantity']} END",
        "ConsumedUnit": f"CASE WHEN {used} THEN {unit} END",
        "PricingUnit": unit,
    }


def _unit(reader: Reader) -> str:
    """AWS's units as FOCUS spells them: `Hrs` is Hours, `GB-Mo` is GB-Months."""
    unit = reader.value(Kind.WORD, "pricing_unit")
    whens = " ".join(
        f"WHEN {unit} LIKE {literal('%' + short)} THEN left({unit}, -{len(short)}) || {literal(long)}"
        for short, long in UNITS.items()
    )
    return f"CASE {whens} ELSE {unit} END"


def _commitment(reader: Reader, lines: line.Lines) -> dict[str, str]:
    """Savings Plans commit to money an hour, reservations to hours of a machine: so are their quantities counted."""
    plan, reservation = lines.of_plan(), lines.of_reservation()
    spent = f"CAST({reader.value(Kind.MONEY, 'savings_plan_savings_plan_effective_cost')} AS DOUBLE)"
    committed = f"CAST({reader.value(Kind.MONEY, 'savings_plan_total_commitment_to_date')} AS DOUBLE)"
    hours = reader.value(Kind.QUANTITY, "line_item_usage_amount")
    currency = reader.value(Kind.WORD, "line_item_currency_code")
    return {
        "CommitmentDiscountId": f"CASE WHEN {plan} THEN {lines.plan} WHEN {reservation} THEN {lines.reservation} END",
        "CommitmentDiscountType": f"CASE WHEN {plan} THEN 'Savings Plan' WHEN {reservation} THEN 'Reserved Instance' END",
        "CommitmentDiscountCategory": f"CASE WHEN {plan} THEN 'Spend' WHEN {reservation} THEN 'Usage' END",
        "CommitmentDiscountStatus": f"CASE WHEN {lines.are(*line.COVERED)} THEN 'Used' END",
        "CommitmentDiscountQuantity": f"CASE WHEN {lines.are(line.PLAN_USAGE)} THEN {spent} "
        f"WHEN {lines.are(line.PLAN_FEE)} THEN {committed} WHEN {reservation} THEN {hours} END",
        "CommitmentDiscountUnit": f"CASE WHEN {plan} THEN {currency} WHEN {reservation} THEN {_unit(reader)} END",
    }


def _unused(reader: Reader, lines: line.Lines, amounts: Costs) -> dict[str, str]:
    """What differs from the fee's own row in the row of its unused part."""
    committed = reader.value(Kind.MONEY, "savings_plan_total_commitment_to_date")
    unspent = f"CAST({committed} - {reader.value(Kind.MONEY, 'savings_plan_used_commitment')} AS DOUBLE)"
    idle = reader.value(Kind.QUANTITY, "reservation_unused_quantity")
    quantity = f"CASE WHEN {lines.are(line.PLAN_FEE)} THEN {unspent} ELSE {idle} END"
    return {
        "BilledCost": ZERO,
        "EffectiveCost": amounts.unused,
        "ChargeCategory": literal("Usage"),
        "ChargeFrequency": literal("Usage-Based"),
        "PricingCategory": literal("Committed"),
        "CommitmentDiscountStatus": literal("Unused"),
        "CommitmentDiscountQuantity": quantity,
        "PricingQuantity": f"CASE WHEN {lines.are(line.RESERVED_FEE)} THEN {idle} END",
    }


def _place(reader: Reader) -> dict[str, str]:
    """Where it ran. Some services write a region where the zone belongs; a line without a region may still have a zone."""
    zone = reader.value(Kind.WORD, "line_item_availability_zone")
    region = reader.value(Kind.WORD, "product_region_code", "product_region")
    kind = f"coalesce({reader.value(Kind.WORD, 'product_location_type')}, 'AWS Region')"
    located = f"coalesce({reader.value(Kind.TEXT, 'product_location')}, {reader.entry('product', 'location')})"
    of_zone = f"nullif(regexp_extract({zone}, {literal(ZONE_REGION)}, 1), '')"
    return {
        "RegionId": f"coalesce({region}, {reader.entry('product', 'region')}, {of_zone})",
        "RegionName": f"CASE WHEN {kind} = 'AWS Region' THEN {located} END",
        "AvailabilityZone": f"CASE WHEN regexp_matches({zone}, {literal(ZONE_REGION)}) THEN {zone} END",
        "ResourceType": _resource_type(reader),
    }


def _resource_type(reader: Reader) -> str:
    """The kind that an ARN names before the resource's own name; ids that are no ARN say it by their first letters."""
    text = reader.value(Kind.TEXT, "line_item_resource_id")
    kind = f"nullif(regexp_extract({text}, '^arn:[^:]*:[^:]*:[^:]*:[^:]*:([a-z][a-zA-Z-]*)[:/]', 1), '')"
    return f"CASE WHEN {text} LIKE 'i-%' THEN 'instance' WHEN {text} LIKE 'vol-%' THEN 'volume' ELSE {kind} END"


def _capacity_status(reader: Reader) -> str:
    status = reader.value(Kind.WORD, "capacity_reservation_capacity_reservation_status")
    return f"CASE WHEN {status} IN ('Used', 'Unused') THEN {status} END"


def _period_end(reader: Reader) -> str:
    """Periods are half-open: fees of a month end at its last second in a CUR."""
    end = reader.value(Kind.MOMENT, "line_item_usage_end_date")
    return f"CASE WHEN second({end}) = 59 THEN {end} + INTERVAL 1 SECOND ELSE {end} END"


FORMAT = Format("CUR", matches, parts)
