"""Cost and Usage Reports as AWS writes them, small enough to reckon by hand, and the FOCUS rows that come of them.

A line is given once, by the names of CUR 2.0; the writers spell it as each kind of report does: the older CSV
(`lineItem/UnblendedCost`, a column a tag), the same through Athena (Parquet, lower snake case), CUR 2.0 as CSV (maps as JSON
text) and as Parquet (real maps).
"""

from __future__ import annotations

import csv
import gzip
import json
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from storage.ingest.files import bill_files
from storage.ingest.formats import lake_row
from storage.ingest.staging import Relation, stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

PAYER, WEB, DATA = "111122223333", "222233334444", "333344445555"
PLAN = f"arn:aws:savingsplans::{PAYER}:savingsplan/7f1c0a52-0000-4000-8000-00000000a001"
RESERVATION = f"arn:aws:ec2:eu-west-1:{PAYER}:reserved-instances/5e9d0b13-0000-4000-8000-00000000b002"

Line = dict[str, Any]
Row = dict[str, Any]

# Every column a line can have here: the name in CUR 2.0, and in the older report.
LEGACY_NAMES = {
    "identity_line_item_id": "identity/LineItemId",
    "bill_invoice_id": "bill/InvoiceId",
    "bill_invoicing_entity": "bill/InvoicingEntity",
    "bill_payer_account_id": "bill/PayerAccountId",
    "bill_billing_period_start_date": "bill/BillingPeriodStartDate",
    "bill_billing_period_end_date": "bill/BillingPeriodEndDate",
    "line_item_usage_account_id": "lineItem/UsageAccountId",
    "line_item_line_item_type": "lineItem/LineItemType",
    "line_item_usage_start_date": "lineItem/UsageStartDate",
    "line_item_usage_end_date": "lineItem/UsageEndDate",
    "line_item_product_code": "lineItem/ProductCode",
    "line_item_usage_type": "lineItem/UsageType",
    "line_item_availability_zone": "lineItem/AvailabilityZone",
    "line_item_resource_id": "lineItem/ResourceId",
    "line_item_usage_amount": "lineItem/UsageAmount",
    "line_item_currency_code": "lineItem/CurrencyCode",
    "line_item_unblended_rate": "lineItem/UnblendedRate",
    "line_item_unblended_cost": "lineItem/UnblendedCost",
    "line_item_net_unblended_cost": "lineItem/NetUnblendedCost",
    "line_item_line_item_description": "lineItem/LineItemDescription",
    "line_item_legal_entity": "lineItem/LegalEntity",
    "product_product_family": "product/productFamily",
    "product_region_code": "product/regionCode",
    "product_location": "product/location",
    "product_location_type": "product/locationType",
    "product_sku": "product/sku",
    "pricing_public_on_demand_cost": "pricing/publicOnDemandCost",
    "pricing_public_on_demand_rate": "pricing/publicOnDemandRate",
    "pricing_rate_code": "pricing/RateCode",
    "pricing_term": "pricing/term",
    "pricing_unit": "pricing/unit",
    "reservation_reservation_a_r_n": "reservation/ReservationARN",
    "reservation_effective_cost": "reservation/EffectiveCost",
    "reservation_net_effective_cost": "reservation/NetEffectiveCost",
    "reservation_unused_quantity": "reservation/UnusedQuantity",
    "reservation_unused_amortized_upfront_fee_for_billing_period": "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod",
    "reservation_unused_recurring_fee": "reservation/UnusedRecurringFee",
    "reservation_net_unused_amortized_upfront_fee_for_billing_period": (
        "reservation/NetUnusedAmortizedUpfrontFeeForBillingPeriod"
    ),
    "reservation_net_unused_recurring_fee": "reservation/NetUnusedRecurringFee",
    "savings_plan_savings_plan_a_r_n": "savingsPlan/SavingsPlanARN",
    "savings_plan_savings_plan_effective_cost": "savingsPlan/SavingsPlanEffectiveCost",
    "savings_plan_net_savings_plan_effective_cost": "savingsPlan/NetSavingsPlanEffectiveCost",
    "savings_plan_total_commitment_to_date": "savingsPlan/TotalCommitmentToDate",
    "savings_plan_used_commitment": "savingsPlan/UsedCommitment",
    "savings_plan_recurring_commitment_for_billing_period": "savingsPlan/RecurringCommitmentForBillingPeriod",
    "savings_plan_net_recurring_commitment_for_billing_period": "savingsPlan/NetRecurringCommitmentForBillingPeriod",
    "savings_plan_amortized_upfront_commitment_for_billing_period": "savingsPlan/AmortizedUpfrontCommitmentForBillingPeriod",
    "savings_plan_net_amortized_upfront_commitment_for_billing_period": (
        "savingsPlan/NetAmortizedUpfrontCommitmentForBillingPeriod"
    ),
}
MOMENTS = [name for name in LEGACY_NAMES if name.endswith(("_start_date", "_end_date"))]
NUMBERS = [
    name
    for name in LEGACY_NAMES
    if name.endswith(("_cost", "_amount", "_fee", "_quantity", "_commitment", "_to_date", "_billing_period"))
]


def line(kind: str, cost: str = "0", **values: object) -> Line:
    """A line of October 2025 in account WEB, hourly use of EC2 unless the values say otherwise. Amounts are text, in dollars."""
    day = str(values.pop("day", "2025-10-07"))
    return {
        "bill_payer_account_id": PAYER,
        "bill_invoicing_entity": "Amazon Web Services EMEA SARL",
        "bill_billing_period_start_date": "2025-10-01T00:00:00Z",
        "bill_billing_period_end_date": "2025-11-01T00:00:00Z",
        "line_item_usage_account_id": WEB,
        "line_item_line_item_type": kind,
        "line_item_usage_start_date": f"{day}T10:00:00Z",
        "line_item_usage_end_date": f"{day}T11:00:00Z",
        "line_item_product_code": "AmazonEC2",
        "line_item_usage_type": "EUW1-BoxUsage:m5.large",
        "line_item_usage_amount": "1",
        "line_item_currency_code": "USD",
        "line_item_unblended_cost": cost,
        "line_item_legal_entity": "Amazon Web Services EMEA SARL",
        **values,
    }


def of_plan(**values: object) -> Line:
    """What a line of the Savings Plan PLAN says besides."""
    return {"savings_plan_savings_plan_a_r_n": PLAN, **values}


def of_reservation(**values: object) -> Line:
    """What a line of the reservation RESERVATION says besides."""
    return {"reservation_reservation_a_r_n": RESERVATION, **values}


def legacy_csv(path: Path, lines: Sequence[Line]) -> Path:
    """The older report; a tag is a column, and so is a product's name. Gzipped when the path says so."""
    keys = _keys(lines, "resource_tags")
    header = [
        *(LEGACY_NAMES[name] for name in _plain(lines)),
        "product/ProductName",
        *(f"resourceTags/user:{key}" for key in keys),
    ]
    rows = [
        [
            *_cells(each, lines),
            each.get("product", {}).get("product_name", ""),
            *(each.get("resource_tags", {}).get(key, "") for key in keys),
        ]
        for each in lines
    ]
    return _csv(path, header, rows)


def legacy_parquet(path: Path, lines: Sequence[Line]) -> Path:
    """The older report as Athena and Parquet deliver it: lower snake case, typed, a column a tag."""
    table = _typed(lines)
    names = [each.get("product", {}).get("product_name") for each in lines]
    table = table.append_column("product_product_name", pa.array(names, pa.string()))
    for key in _keys(lines, "resource_tags"):
        values = [each.get("resource_tags", {}).get(key) for each in lines]
        table = table.append_column(f"resource_tags_user_{key.lower()}", pa.array(values, pa.string()))
    pq.write_table(table, path)
    return path


def cur2_csv(path: Path, lines: Sequence[Line]) -> Path:
    """CUR 2.0 as CSV: maps are JSON text, users' tags have `user_` before their key."""
    header = [*_plain(lines), "product", "resource_tags"]
    rows = [[*_cells(each, lines), json.dumps(each.get("product", {})), json.dumps(_marked(each))] for each in lines]
    return _csv(path, header, rows)


def cur2_parquet(path: Path, lines: Sequence[Line]) -> Path:
    """CUR 2.0 as Parquet: real maps."""
    table, kind = _typed(lines), pa.map_(pa.string(), pa.string())
    table = table.append_column("product", pa.array([list(each.get("product", {}).items()) for each in lines], kind))
    table = table.append_column("resource_tags", pa.array([list(_marked(each).items()) for each in lines], kind))
    pq.write_table(table, path)
    return path


WRITERS: dict[str, tuple[str, Callable[[Path, Sequence[Line]], Path]]] = {
    "older CSV": ("older.csv", legacy_csv),
    "older CSV, gzipped": ("older.csv.gz", legacy_csv),
    "older Parquet": ("older.snappy.parquet", legacy_parquet),
    "2.0 CSV": ("cur2.csv", cur2_csv),
    "2.0 CSV, gzipped": ("cur2.csv.gz", cur2_csv),
    "2.0 Parquet": ("cur2.snappy.parquet", cur2_parquet),
}


def staged(*paths: Path) -> tuple[duckdb.DuckDBPyConnection, tuple[Relation, ...]]:
    """The reports as relations of a session in memory."""
    session = duckdb.connect()
    session.execute("SET TimeZone = 'UTC'")
    relations, torn = stage(session, bill_files(paths))
    assert torn == []
    return session, relations


def focus_rows(*paths: Path) -> list[Row]:
    """The lake rows of the reports, without bad ones: columns that are not NULL, in the order of day, category, status."""
    session, relations = staged(*paths)
    found: list[Row] = []
    for relation in relations:
        bad = " OR ".join(check.bad for check in relation.reader.checks.values())
        for part in relation.parts:
            columns = ", ".join(f'{value} AS "{name}"' for name, value in lake_row(part).items())
            cursor = session.execute(f"SELECT {columns} FROM {relation.name} WHERE NOT ({bad}) AND ({part.where})")  # noqa: S608 - our own expressions
            names = [each[0] for each in cursor.description or []]
            found += [_present(names, values) for values in cursor.fetchall()]
    session.close()
    return sorted(found, key=lambda row: (row["day"], row["ChargeCategory"], row.get("CommitmentDiscountStatus", "")))


def reasons(*paths: Path) -> list[str]:
    """Why rows of the reports are bad, one reason a bad row."""
    session, relations = staged(*paths)
    found: list[str] = []
    for relation in relations:
        checks = relation.reader.checks.values()
        whens = " ".join(f"WHEN {check.bad} THEN {check.reason}" for check in checks)
        query = f"SELECT CASE {whens} END AS reason FROM {relation.name} WHERE reason IS NOT NULL"  # noqa: S608 - our own expressions
        found += [reason for (reason,) in session.execute(query).fetchall()]
    session.close()
    return found


def total(rows: Sequence[Row], basis: str) -> Decimal:
    """The sum of one cost over the rows; every row must have it."""
    return sum((row[basis] for row in rows), Decimal(0))


def _present(names: Sequence[str], values: Sequence[object]) -> Row:
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _plain(lines: Sequence[Line]) -> list[str]:
    """The columns any line has, maps aside: a report without discounts has no `net_` column, one without plans none of theirs."""
    known = set().union(*lines) - {"product", "resource_tags"}
    assert known <= set(LEGACY_NAMES), f"name them in LEGACY_NAMES: {known - set(LEGACY_NAMES)}"
    return [name for name in LEGACY_NAMES if name in known]


def _keys(lines: Sequence[Line], column: str) -> list[str]:
    return sorted(set().union(*(each.get(column, {}) for each in lines)))


def _marked(each: Line) -> dict[str, str]:
    return {f"user_{key.lower()}": value for key, value in each.get("resource_tags", {}).items()}


def _cells(each: Line, lines: Sequence[Line]) -> list[str]:
    return [str(each.get(name, "")) for name in _plain(lines)]


def _csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    text = StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    written = text.getvalue().encode()
    path.write_bytes(gzip.compress(written) if path.suffix == ".gz" else written)
    return path


def _typed(lines: Sequence[Line]) -> pa.Table:
    """Numbers are doubles and moments timestamps, as in AWS's own Parquet."""
    arrays = {}
    for name in _plain(lines):
        values = [each.get(name) or None for each in lines]
        if name in MOMENTS:
            arrays[name] = pa.array([value and value.rstrip("Z") for value in values], pa.string()).cast(pa.timestamp("ms"))
        elif name in NUMBERS:
            arrays[name] = pa.array([value and float(value) for value in values], pa.float64())
        else:
            arrays[name] = pa.array([value and str(value) for value in values], pa.string())
    return pa.table(arrays)
