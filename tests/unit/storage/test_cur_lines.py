"""Given a line of a Cost and Usage Report, these FOCUS rows come of it: one case a line item type, reckoned by hand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.cur import PLAN, RESERVATION, WRITERS, Line, Row, cur2_csv, focus_rows, line, of_plan, of_reservation

if TYPE_CHECKING:
    from pathlib import Path

PLAN_COLUMNS = {"CommitmentDiscountId": PLAN, "CommitmentDiscountType": "Savings Plan", "CommitmentDiscountCategory": "Spend"}
RESERVATION_COLUMNS = {
    "CommitmentDiscountId": RESERVATION,
    "CommitmentDiscountType": "Reserved Instance",
    "CommitmentDiscountCategory": "Usage",
}
COMMITMENT = ("CommitmentDiscountId", "CommitmentDiscountType", "CommitmentDiscountCategory", "CommitmentDiscountStatus")


@dataclass(frozen=True)
class Case:
    """A line, and what is expected of each row: the four costs (billed, effective, contracted, list), and columns."""

    name: str
    given: Line
    rows: list[tuple[tuple[str, str, str, str], dict[str, Any]]] = field(default_factory=list)


CASES = [
    Case(
        "usage on demand",
        line("Usage", "0.107", pricing_public_on_demand_cost="0.107"),
        [
            (
                ("0.107", "0.107", "0.107", "0.107"),
                {
                    "ChargeCategory": "Usage",
                    "PricingCategory": "Standard",
                    "ChargeFrequency": "Usage-Based",
                    "purchase": "On-Demand",
                },
            )
        ],
    ),
    Case(
        "usage after a negotiated discount of a tenth: the net twin is what we pay, the list stays",
        line("Usage", "2.00", line_item_net_unblended_cost="1.80", pricing_public_on_demand_cost="2.50"),
        [(("1.80", "1.80", "1.80", "2.50"), {"ChargeCategory": "Usage", "line": "charges"})],
    ),
    Case(
        "spot usage: the list is the on-demand price, ours the spot price",
        line("Usage", "0.03", pricing_public_on_demand_cost="0.107", line_item_usage_type="EUW1-SpotUsage:m5.large"),
        [(("0.03", "0.03", "0.03", "0.107"), {"PricingCategory": "Dynamic", "purchase": "Spot"})],
    ),
    Case(
        "usage of the free tier has a list price and costs nothing",
        line("Usage", "0", pricing_public_on_demand_cost="0.40"),
        [(("0", "0", "0", "0.40"), {"ChargeCategory": "Usage"})],
    ),
    Case(
        "marketplace usage: AWS publishes no price, so the seller's is the list",
        line("Usage", "9.50", pricing_public_on_demand_cost="0", line_item_product_code="8p3fv0u7wjtd2xw9k1h6s0z2b"),
        [(("9.50", "9.50", "9.50", "9.50"), {"ServiceName": "8p3fv0u7wjtd2xw9k1h6s0z2b", "ServiceCategory": "Other"})],
    ),
    Case(
        "usage under a Savings Plan: billed nothing, effective at the plan's price, contracted at ours without the plan",
        line(
            "SavingsPlanCoveredUsage",
            "0.107",
            **of_plan(pricing_public_on_demand_cost="0.107", savings_plan_savings_plan_effective_cost="0.078"),
        ),
        [
            (
                ("0", "0.078", "0.107", "0.107"),
                {
                    **PLAN_COLUMNS,
                    "ChargeCategory": "Usage",
                    "PricingCategory": "Committed",
                    "CommitmentDiscountStatus": "Used",
                    "CommitmentDiscountQuantity": 0.078,
                    "CommitmentDiscountUnit": "USD",
                    "purchase": "Savings Plan",
                },
            )
        ],
    ),
    Case(
        "usage under a Savings Plan with a negotiated discount: every net twin counts",
        line(
            "SavingsPlanCoveredUsage",
            "10",
            **of_plan(
                line_item_net_unblended_cost="9",
                pricing_public_on_demand_cost="10",
                savings_plan_savings_plan_effective_cost="7",
                savings_plan_net_savings_plan_effective_cost="6.30",
            ),
        ),
        [(("0", "6.30", "9", "10"), {"CommitmentDiscountStatus": "Used"})],
    ),
    Case(
        "the negation takes back what the covered usage was listed at: no row",
        line("SavingsPlanNegation", "-0.107", **of_plan()),
        [],
    ),
    Case(
        "an hour of a Savings Plan, a fifth of it unused: a purchase, and the unused part as usage",
        line(
            "SavingsPlanRecurringFee",
            "5.00",
            **of_plan(
                pricing_public_on_demand_cost="0",
                savings_plan_total_commitment_to_date="5.00",
                savings_plan_used_commitment="4.00",
                line_item_product_code="ComputeSavingsPlans",
            ),
        ),
        [
            (
                ("5.00", "0", "0", "0"),
                {
                    **PLAN_COLUMNS,
                    "ChargeCategory": "Purchase",
                    "PricingCategory": "Standard",
                    "ChargeFrequency": "Recurring",
                    "CommitmentDiscountQuantity": 5.0,
                    "ServiceName": "Savings Plans for AWS Compute usage",
                },
            ),
            (
                ("0", "1.00", "0", "0"),
                {
                    **PLAN_COLUMNS,
                    "ChargeCategory": "Usage",
                    "PricingCategory": "Committed",
                    "ChargeFrequency": "Usage-Based",
                    "CommitmentDiscountStatus": "Unused",
                    "CommitmentDiscountQuantity": 1.0,
                    "CommitmentDiscountUnit": "USD",
                },
            ),
        ],
    ),
    Case(
        "an hour of a Savings Plan paid half upfront: unused counts the upfront half too",
        line(
            "SavingsPlanRecurringFee",
            "2.50",
            **of_plan(savings_plan_total_commitment_to_date="5.00", savings_plan_used_commitment="3.75"),
        ),
        [(("2.50", "0", "0", "0"), {"ChargeCategory": "Purchase"}), (("0", "1.25", "0", "0"), {"ChargeCategory": "Usage"})],
    ),
    Case(
        "a Savings Plan fee after a discount of a tenth: the unused part comes down with it",
        line(
            "SavingsPlanRecurringFee",
            "5.00",
            **of_plan(
                line_item_net_unblended_cost="4.50",
                savings_plan_total_commitment_to_date="5.00",
                savings_plan_used_commitment="4.00",
                savings_plan_recurring_commitment_for_billing_period="5.00",
                savings_plan_net_recurring_commitment_for_billing_period="4.50",
                savings_plan_amortized_upfront_commitment_for_billing_period="0",
                savings_plan_net_amortized_upfront_commitment_for_billing_period="0",
            ),
        ),
        [(("4.50", "0", "0", "0"), {"ChargeCategory": "Purchase"}), (("0", "0.90", "0", "0"), {"ChargeCategory": "Usage"})],
    ),
    Case(
        "a fully used hour of a Savings Plan: no unused row",
        line(
            "SavingsPlanRecurringFee",
            "5.00",
            **of_plan(savings_plan_total_commitment_to_date="5.00", savings_plan_used_commitment="5.00"),
        ),
        [(("5.00", "0", "0", "0"), {"ChargeCategory": "Purchase"})],
    ),
    Case(
        "a Savings Plan paid upfront: a one-time purchase, effective never",
        line("SavingsPlanUpfrontFee", "4380", **of_plan()),
        [(("4380", "0", "0", "0"), {**PLAN_COLUMNS, "ChargeCategory": "Purchase", "ChargeFrequency": "One-Time"})],
    ),
    Case(
        "usage of a reservation: AWS bills it nothing",
        line(
            "DiscountedUsage",
            "0",
            **of_reservation(pricing_public_on_demand_cost="0.107", reservation_effective_cost="0.066", pricing_unit="Hrs"),
        ),
        [
            (
                ("0", "0.066", "0.107", "0.107"),
                {
                    **RESERVATION_COLUMNS,
                    "ChargeCategory": "Usage",
                    "PricingCategory": "Committed",
                    "CommitmentDiscountStatus": "Used",
                    "CommitmentDiscountQuantity": 1.0,
                    "CommitmentDiscountUnit": "Hours",
                    "purchase": "Reserved",
                },
            )
        ],
    ),
    Case(
        "usage of a reservation after a discount",
        line(
            "DiscountedUsage", "0", **of_reservation(reservation_effective_cost="0.066", reservation_net_effective_cost="0.0594")
        ),
        [(("0", "0.0594", "0", "0"), {"CommitmentDiscountStatus": "Used"})],
    ),
    Case(
        "the monthly fee of a reservation paid half upfront, a quarter unused",
        line(
            "RIFee",
            "24.80",
            **of_reservation(
                line_item_usage_amount="744",
                pricing_unit="Hrs",
                reservation_unused_quantity="186",
                reservation_unused_recurring_fee="6.20",
                reservation_unused_amortized_upfront_fee_for_billing_period="6.15",
            ),
        ),
        [
            (
                ("24.80", "0", "0", "0"),
                {
                    **RESERVATION_COLUMNS,
                    "ChargeCategory": "Purchase",
                    "ChargeFrequency": "Recurring",
                    "CommitmentDiscountQuantity": 744.0,
                },
            ),
            (
                ("0", "12.35", "0", "0"),
                {
                    **RESERVATION_COLUMNS,
                    "ChargeCategory": "Usage",
                    "CommitmentDiscountStatus": "Unused",
                    "CommitmentDiscountQuantity": 186.0,
                    "PricingQuantity": 186.0,
                    "purchase": "Reserved",
                },
            ),
        ],
    ),
    Case(
        "the fee of a reservation after a discount: both unused halves by their net twins",
        line(
            "RIFee",
            "24.80",
            **of_reservation(
                line_item_net_unblended_cost="22.32",
                reservation_unused_recurring_fee="6.20",
                reservation_net_unused_recurring_fee="5.58",
                reservation_unused_amortized_upfront_fee_for_billing_period="2.00",
                reservation_net_unused_amortized_upfront_fee_for_billing_period="1.80",
            ),
        ),
        [(("22.32", "0", "0", "0"), {"ChargeCategory": "Purchase"}), (("0", "7.38", "0", "0"), {"ChargeCategory": "Usage"})],
    ),
    Case(
        "a reservation paid upfront is a plain Fee that names it",
        line("Fee", "876", **of_reservation()),
        [(("876", "0", "0", "0"), {**RESERVATION_COLUMNS, "ChargeCategory": "Purchase", "ChargeFrequency": "One-Time"})],
    ),
    Case(
        "a fee for support is a purchase that counts when it is due",
        line("Fee", "100", line_item_product_code="AWSSupportBusiness"),
        [
            (
                ("100", "100", "100", "100"),
                {"ChargeCategory": "Purchase", "PricingCategory": "Standard", "ServiceName": "AWS Support (Business)"},
            )
        ],
    ),
    Case(
        "tax",
        line("Tax", "19.00"),
        [(("19.00", "19.00", "19.00", "19.00"), {"ChargeCategory": "Tax", "line": "tax"})],
    ),
    Case(
        "a credit",
        line("Credit", "-25.00"),
        [(("-25.00", "-25.00", "-25.00", "-25.00"), {"ChargeCategory": "Credit", "line": "credits", "PricingCategory": "Other"})],
    ),
    Case(
        "a refund keeps the category of what it refunds, and stands apart as a correction",
        line("Refund", "-3.50"),
        [(("-3.50", "-3.50", "-3.50", "-3.50"), {"ChargeCategory": "Usage", "ChargeClass": "Correction", "line": "refunds"})],
    ),
    *(
        Case(
            f"{kind}: takes off what we pay, not off the list, and is no credit",
            line(kind, "-4.20"),
            [(("-4.20", "-4.20", "-4.20", "0"), {"ChargeCategory": "Adjustment", "PricingCategory": "Other", "line": "charges"})],
        )
        for kind in ("EdpDiscount", "PrivateRateDiscount", "BundledDiscount", "RiVolumeDiscount", "Discount", "SppDiscount")
    ),
    Case(
        "a type AWS adds next year is kept, with its cost",
        line("ModernisationFee", "7.00"),
        [(("7.00", "7.00", "7.00", "0"), {"ChargeCategory": "Adjustment"})],
    ),
]


@pytest.fixture(scope="module", params=["older CSV", "2.0 Parquet"])
def rows_of(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Row]]:
    """One report with the line of every case, read once; the rows of each by the case's name, which travels as the resource."""
    name, write = WRITERS[request.param]
    lines = [{**case.given, "line_item_resource_id": case.name} for case in CASES]
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in focus_rows(write(tmp_path_factory.mktemp("cur") / name, lines)):
        rows[row["ResourceId"]].append(row)
    return rows


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_line_of_a_report_becomes_these_focus_rows(case: Case, rows_of: dict[str, list[Row]]) -> None:
    rows = rows_of[case.name]

    assert [_costs(row) for row in rows] == [tuple(Decimal(cost) for cost in costs) for costs, _ in case.rows]
    for row, (_, expected) in zip(rows, case.rows, strict=True):
        assert {name: row.get(name) for name in expected} == expected


def test_lines_without_a_commitment_name_none_and_tax_has_no_price(tmp_path: Path) -> None:
    kinds = ["Usage", "Fee", "Tax", "Credit", "Refund", "EdpDiscount"]

    rows = focus_rows(cur2_csv(tmp_path / "cur.csv", [line(kind, "1") for kind in kinds]))

    assert len(rows) == len(kinds)
    assert not any(set(COMMITMENT) & set(row) for row in rows)
    assert [row["ChargeCategory"] for row in rows if "PricingCategory" not in row] == ["Tax"]


def test_a_positive_refund_is_a_correction_but_no_refund(tmp_path: Path) -> None:
    (row,) = focus_rows(cur2_csv(tmp_path / "cur.csv", [line("Refund", "2")]))

    assert (row["ChargeClass"], row["line"]) == ("Correction", "charges")


def _costs(row: dict[str, Any]) -> tuple[Decimal, ...]:
    return tuple(row[basis] for basis in ("BilledCost", "EffectiveCost", "ContractedCost", "ListCost"))
