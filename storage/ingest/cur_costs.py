"""What a line of a CUR costs on each of the four bases.

Amounts after discounts (the `net_` twins) are used where a line has them. Usage under a Savings Plan is billed 0, because the
line that takes its price back is dropped. A commitment's fee is billed when due and effective never: its cost arrives with the
usage it covers, and with a row for the part that nobody used, so that over a commitment effective adds up to billed.
https://docs.aws.amazon.com/cur/latest/userguide/cur-sp.html, /reservation-columns.html (2025-11)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.ingest.columns import MONEY_TYPE, Kind, literal
from storage.ingest.cur_lines import PLAN_FEE, PLAN_USAGE, PRICED, RESERVED_FEE, RESERVED_USAGE, Lines
from storage.ingest.reader import Check

if TYPE_CHECKING:
    from storage.ingest.reader import Reader

ZERO = f"CAST(0 AS {MONEY_TYPE})"
UNUSED_UPFRONT = "unused_amortized_upfront_fee_for_billing_period"
UNUSED_RECURRING = "unused_recurring_fee"


@dataclass(frozen=True, slots=True)
class Costs:
    """The four costs of a line, and the unused part of a recurring fee; each SQL for a DECIMAL in the currency of the bill."""

    billed: str
    effective: str
    contracted: str
    listed: str
    unused: str


def costs(reader: Reader, lines: Lines) -> Costs:
    """Read the amounts. A line that lacks what its type needs (a fee that does not say what was unused) is made a bad row."""
    charged = reader.value(Kind.MONEY, "line_item_net_unblended_cost", "line_item_unblended_cost")
    reader.require("line_item_unblended_cost", charged)
    fee = lines.pay_commitment()
    listed = _listed(reader, lines)
    return Costs(
        billed=f"CASE WHEN {lines.are(PLAN_USAGE)} THEN {ZERO} ELSE {charged} END",
        effective=_effective(reader, lines, charged),
        # AWS bills reserved usage 0, so what it would have cost at our rate is not in the report: the list price stands in.
        contracted=f"CASE WHEN {fee} THEN {ZERO} WHEN {lines.are(RESERVED_USAGE)} THEN {listed} ELSE {charged} END",
        listed=listed,
        unused=_unused(reader, lines),
    )


def _listed(reader: Reader, lines: Lines) -> str:
    """The public on-demand cost; where AWS publishes none (marketplace, tax, credits) the amount before discounts is the list.

    Nothing for a commitment's fee, because the usage it covers carries the list price, and nothing for a discount. NULL when the
    report has no list prices at all.
    """
    public = reader.value(Kind.MONEY, "pricing_public_on_demand_cost")
    if not reader.has("pricing_public_on_demand_cost"):
        return public
    gross = reader.value(Kind.MONEY, "line_item_unblended_cost")
    return (
        f"CASE WHEN {lines.pay_commitment()} OR NOT {lines.are(*PRICED)} THEN {ZERO} "
        f"ELSE coalesce(nullif({public}, 0), {gross}) END"
    )


def _effective(reader: Reader, lines: Lines, charged: str) -> str:
    plan = reader.value(Kind.MONEY, "savings_plan_net_savings_plan_effective_cost", "savings_plan_savings_plan_effective_cost")
    reserved = reader.value(Kind.MONEY, "reservation_net_effective_cost", "reservation_effective_cost")
    _demand(reader, lines, PLAN_USAGE, plan, "savings_plan_savings_plan_effective_cost")
    _demand(reader, lines, RESERVED_USAGE, reserved, "reservation_effective_cost")
    return (
        f"CASE WHEN {lines.are(PLAN_USAGE)} THEN {plan} WHEN {lines.are(RESERVED_USAGE)} THEN {reserved} "
        f"WHEN {lines.pay_commitment()} THEN {ZERO} ELSE {charged} END"
    )


def _unused(reader: Reader, lines: Lines) -> str:
    plan, reserved = _unused_plan(reader), _unused_reservation(reader)
    _demand(reader, lines, PLAN_FEE, plan, "savings_plan_total_commitment_to_date or savings_plan_used_commitment")
    _demand(reader, lines, RESERVED_FEE, reserved, f"reservation_{UNUSED_RECURRING}")
    return f"CASE WHEN {lines.are(PLAN_FEE)} THEN {plan} WHEN {lines.are(RESERVED_FEE)} THEN {reserved} ELSE {ZERO} END"


def _unused_plan(reader: Reader) -> str:
    """What of the commitment was not used, at our rate.

    AWS gives it before discounts only. It is brought down in the proportion of the net commitment to the gross one, so that used
    and unused together are what was billed.
    """
    total = reader.value(Kind.MONEY, "savings_plan_total_commitment_to_date")
    unused = f"({total} - {reader.value(Kind.MONEY, 'savings_plan_used_commitment')})"
    nets, grosses = [], []
    for part in ("amortized_upfront_commitment_for_billing_period", "recurring_commitment_for_billing_period"):
        gross = reader.value(Kind.MONEY, f"savings_plan_{part}")
        nets.append(f"coalesce({reader.value(Kind.MONEY, f'savings_plan_net_{part}')}, {gross}, 0)")
        grosses.append(f"coalesce({gross}, 0)")
    net, gross = f"({' + '.join(nets)})", f"({' + '.join(grosses)})"
    # A product of two exact amounts would not fit; twelve decimals of a double are past what AWS writes.
    reduced = f"CAST({unused} AS DOUBLE) * (CAST({net} AS DOUBLE) / CAST({gross} AS DOUBLE))"
    rounded = f"CAST(CAST({reduced} AS DECIMAL(38,12)) AS {MONEY_TYPE})"
    return f"CASE WHEN {gross} = 0 OR {net} = {gross} THEN {unused} ELSE {rounded} END"


def _unused_reservation(reader: Reader) -> str:
    """What of the reservation was not used.

    AWS leaves one half empty where there is none; only without both columns it is unknown.
    """
    halves = [(f"reservation_net_{part}", f"reservation_{part}") for part in (UNUSED_UPFRONT, UNUSED_RECURRING)]
    if not any(reader.has(name) for half in halves for name in half):
        return reader.value(Kind.MONEY)
    return "(" + " + ".join(f"coalesce({reader.value(Kind.MONEY, *half)}, 0)" for half in halves) + ")"


def _demand(reader: Reader, lines: Lines, kind: str, value: str, column: str) -> None:
    """A line of this type without this value is bad: its cost would be lost silently."""
    reader.checks[f"{kind} without {column}"] = Check(
        f"({lines.are(kind)} AND ({value}) IS NULL)", literal(f"a {kind} line without {column}")
    )
