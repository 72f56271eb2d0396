"""Formats: what a file can be, found by looking at its columns, and how its rows become FOCUS rows.

A format is one file beside this one with a `FORMAT`. It maps a relation to one or more parts (a fee row of a CUR becomes two
rows), each a FOCUS column → SQL expression over the relation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.ingest.columns import COLUMNS
from storage.layout import LINES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from storage.ingest.reader import Reader

MONTH_SLACK_HOURS = 14
# Our text columns → the columns whose texts they may have, and words of their own: all that `lake_row` can make of them.
MADE_OF: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "line": ((), LINES),
    "account": (("SubAccountId", "BillingAccountId"), ()),
    "account_name": (("SubAccountName", "BillingAccountName"), ()),
    "region": (("RegionId", "RegionName"), ()),
    "purchase": (
        ("PricingCategory", "CommitmentDiscountType"),
        ("Spot", "On-Demand", "Savings Plan", "Reserved", "Committed"),
    ),
}


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that come of the relation: FOCUS column → SQL, for the rows where `where` holds."""

    columns: Mapping[str, str]
    where: str = "true"


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of bill. `matches` looks at a reader's columns; `parts` maps them; `name` is what the report says."""

    name: str
    matches: Callable[[Reader], bool]
    parts: Callable[[Reader], tuple[Part, ...]]


def lake_row(part: Part) -> dict[str, str]:
    """Complete a part to the lake's columns, with those of ours that every row carries.

    The billing month is the month of BillingPeriodStart moved by the largest UTC offset, because exporters write local midnight.
    """
    row = {name: part.columns[name] for name in COLUMNS}
    negative = f"coalesce({row['EffectiveCost']}, {row['BilledCost']}) < 0"
    category, pricing = row["ChargeCategory"], row["PricingCategory"]
    commitment = row["CommitmentDiscountType"]
    row["day"] = f"CAST({row['ChargePeriodStart']} AS DATE)"
    row["period"] = f"CAST(date_trunc('month', {row['BillingPeriodStart']} + INTERVAL {MONTH_SLACK_HOURS} HOUR) AS DATE)"
    row["line"] = (
        f"CASE WHEN {category} = 'Credit' THEN 'credits' WHEN {category} = 'Tax' THEN 'tax' "
        f"WHEN {row['ChargeClass']} = 'Correction' AND {negative} THEN 'refunds' ELSE 'charges' END"
    )
    row["account"] = f"coalesce({row['SubAccountId']}, {row['BillingAccountId']})"
    row["account_name"] = (
        f"CASE WHEN {row['SubAccountId']} IS NULL THEN {row['BillingAccountName']} ELSE {row['SubAccountName']} END"
    )
    row["region"] = f"coalesce({row['RegionId']}, {row['RegionName']})"
    row["purchase"] = (
        f"CASE WHEN {pricing} = 'Dynamic' THEN 'Spot' WHEN {pricing} = 'Standard' THEN 'On-Demand' "
        f"WHEN {pricing} = 'Committed' THEN CASE WHEN {commitment} ILIKE '%sav%plan%' THEN 'Savings Plan' "
        f"WHEN {commitment} ILIKE '%reserv%' OR {commitment} ILIKE 'RI' THEN 'Reserved' "
        f"ELSE coalesce({commitment}, 'Committed') END ELSE {pricing} END"
    )
    return row
