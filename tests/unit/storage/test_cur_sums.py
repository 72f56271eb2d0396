"""Given a month of lines, then the sums of the FOCUS rows are those AWS itself would state, exactly."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.cur import (
    DATA,
    PAYER,
    PLAN,
    RESERVATION,
    WEB,
    Line,
    Row,
    cur2_csv,
    cur2_parquet,
    focus_rows,
    legacy_csv,
    line,
    of_plan,
    of_reservation,
    reasons,
    total,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

HOURS = 31 * 24
TAKEN_BACK = ("SavingsPlanCoveredUsage", "SavingsPlanNegation")


def of_commitment(rows: Iterable[Row], commitment: str) -> tuple[Decimal, Decimal, Decimal]:
    """What was billed for it, what of it was used, what was not."""
    mine = [row for row in rows if row.get("CommitmentDiscountId") == commitment]
    billed = total([row for row in mine if row["ChargeCategory"] == "Purchase"], "BilledCost")
    used, unused = (
        total([row for row in mine if row.get("CommitmentDiscountStatus") == status], "EffectiveCost")
        for status in ("Used", "Unused")
    )
    return billed, used, unused


def month_of_a_plan(share: Decimal) -> list[Line]:
    """A plan of a dollar an hour, none upfront, after a discount that leaves `share`; half used at midnight, then ever more."""
    lines = []
    for hour in range(HOURS):
        used = Decimal("0.5") + Decimal(hour % 24) / 48
        listed = used / Decimal("0.72")
        net = {"line_item_net_unblended_cost": f"{listed * share:.10f}"}
        plan = of_plan(
            savings_plan_savings_plan_effective_cost=f"{used:.10f}",
            savings_plan_net_savings_plan_effective_cost=f"{Decimal(f'{used:.10f}') * share:.12f}",
        )
        fee = of_plan(
            savings_plan_total_commitment_to_date="1",
            savings_plan_used_commitment=f"{used:.10f}",
            savings_plan_recurring_commitment_for_billing_period="1",
            savings_plan_net_recurring_commitment_for_billing_period=str(share),
        )
        day = f"2025-10-{hour // 24 + 1:02}"
        lines += [
            line("SavingsPlanCoveredUsage", f"{listed:.10f}", day=day, **plan, **net),
            line(
                "SavingsPlanNegation",
                f"-{listed:.10f}",
                day=day,
                **of_plan(line_item_net_unblended_cost=f"-{listed * share:.10f}"),
            ),
            line("SavingsPlanRecurringFee", "1", day=day, line_item_net_unblended_cost=str(share), **fee),
        ]
    return lines


@pytest.mark.parametrize("share", ["1", "0.83"])
def test_over_a_month_a_plan_costs_what_was_used_and_what_was_not(share: str, tmp_path: Path) -> None:
    rows = focus_rows(cur2_csv(tmp_path / "cur.csv", month_of_a_plan(Decimal(share))))

    billed, used, unused = of_commitment(rows, PLAN)

    assert billed == HOURS * Decimal(share)
    assert unused > 0
    assert abs(used + unused - billed) < Decimal("0.000000001")
    assert total(rows, "BilledCost") == billed


def test_over_a_month_a_reservation_costs_what_was_used_and_what_was_not(tmp_path: Path) -> None:
    used = [
        line("DiscountedUsage", "0", day=f"2025-10-{day:02}", **of_reservation(reservation_effective_cost="1.20"))
        for day in range(1, 26)
    ]
    fee = line(
        "RIFee",
        "37.20",
        **of_reservation(
            line_item_usage_amount=str(HOURS),
            reservation_unused_quantity="144",
            reservation_unused_recurring_fee="7.20",
            reservation_unused_amortized_upfront_fee_for_billing_period="0",
        ),
    )

    rows = focus_rows(legacy_csv(tmp_path / "cur.csv", [fee, *used]))

    assert of_commitment(rows, RESERVATION) == (Decimal("37.20"), Decimal("30.00"), Decimal("7.20"))
    assert total(rows, "BilledCost") == total(rows, "EffectiveCost") == Decimal("37.20")


def test_a_reservation_paid_upfront_is_billed_once_and_costs_every_month(tmp_path: Path) -> None:
    bought = line("Fee", "876.00", **of_reservation())
    used = line("DiscountedUsage", "0", **of_reservation(reservation_effective_cost="62.50"))
    fee = line(
        "RIFee",
        "0",
        **of_reservation(
            reservation_unused_recurring_fee="0",
            reservation_unused_amortized_upfront_fee_for_billing_period="10.50",
        ),
    )

    rows = focus_rows(cur2_parquet(tmp_path / "cur.parquet", [bought, used, fee]))

    # a twelfth of the upfront payment is this month's: 73.00
    assert of_commitment(rows, RESERVATION) == (Decimal("876.00"), Decimal("62.50"), Decimal("10.50"))


FIXTURES = Path(__file__).parents[2] / "fixtures" / "cur"
OLDER, NEWER = FIXTURES / "october_older.csv", FIXTURES / "october_cur2.snappy.parquet"


def test_october_of_a_small_company_in_the_older_report() -> None:
    rows = focus_rows(OLDER)

    with OLDER.open(newline="") as file:
        charged = [
            Decimal(each["lineItem/UnblendedCost"])
            for each in csv.DictReader(file)
            if each["lineItem/LineItemType"] not in TAKEN_BACK
        ]
    assert total(rows, "BilledCost") == sum(charged) == Decimal("1080.412486")
    # Nothing was paid upfront, so that over the month what it cost is what was billed.
    assert total(rows, "EffectiveCost") == Decimal("1080.412486")
    assert total(rows, "ContractedCost") == Decimal("1155.658486")
    assert total(rows, "ListCost") == Decimal("1226.0627674")


def test_october_after_a_discount_of_six_per_cent_in_cur_2() -> None:
    rows = focus_rows(NEWER)

    given = pq.read_table(NEWER, columns=["line_item_line_item_type", "line_item_unblended_cost", "line_item_net_unblended_cost"])
    charged = [
        Decimal(str(gross if net is None else net))
        for kind, gross, net in zip(*given.to_pydict().values(), strict=True)
        if kind not in TAKEN_BACK
    ]
    assert total(rows, "BilledCost") == sum(charged) == Decimal("1055.513782")
    assert total(rows, "EffectiveCost") == Decimal("1055.513782")


@pytest.mark.parametrize("report", [OLDER, NEWER], ids=["older", "2.0"])
def test_october_tells_what_was_bought_how_and_by_whom(report: Path) -> None:
    rows = focus_rows(report)

    assert reasons(report) == []
    assert {row["line"] for row in rows} == {"charges", "credits", "tax", "refunds"}
    assert {row.get("purchase") for row in rows} == {"On-Demand", "Spot", "Savings Plan", "Reserved", "Other", None}
    assert {row["account"] for row in rows} == {PAYER, WEB, DATA}
    assert {json.loads(row["Tags"])["team"] for row in rows if "Tags" in row} == {"web", "data"}
    for commitment in {row["CommitmentDiscountId"] for row in rows if "CommitmentDiscountId" in row}:
        billed, used, unused = of_commitment(rows, commitment)
        assert used + unused == billed


AMOUNTS = st.decimals(min_value="-5000", max_value="5000", places=10)
KINDS = st.sampled_from(
    [
        "Usage",
        "DiscountedUsage",
        "SavingsPlanCoveredUsage",
        "SavingsPlanNegation",
        "SavingsPlanRecurringFee",
        "SavingsPlanUpfrontFee",
        "RIFee",
        "Fee",
        "Tax",
        "Credit",
        "Refund",
        "EdpDiscount",
        "SomethingNew",
    ]
)


@st.composite
def any_line(draw: st.DrawFn) -> Line:
    """A line of any type, with a net amount or without, in no relation to any other."""
    money = {
        name: str(draw(AMOUNTS))
        for name in (
            "savings_plan_savings_plan_effective_cost",
            "savings_plan_total_commitment_to_date",
            "savings_plan_used_commitment",
            "reservation_effective_cost",
            "reservation_unused_recurring_fee",
            "pricing_public_on_demand_cost",
        )
    }
    net = draw(st.none() | AMOUNTS)
    reserved = draw(st.booleans())
    return line(
        draw(KINDS),
        str(draw(AMOUNTS)),
        day=f"2025-10-{draw(st.integers(1, 31)):02}",
        line_item_net_unblended_cost="" if net is None else str(net),
        reservation_reservation_a_r_n=RESERVATION if reserved else "",
        **money,
    )


def paid(each: Line) -> Decimal:
    """What AWS charges for a line: after discounts where it says so."""
    return Decimal(each["line_item_net_unblended_cost"] or each["line_item_unblended_cost"])


def amortised(each: Line) -> Decimal:
    """AWS's own rule for the amortised cost, one line at a time, said once more in another language."""
    kind, money = (
        each["line_item_line_item_type"],
        {name: Decimal(value) for name, value in each.items() if name.startswith("savings_plan_")},
    )
    if kind in ("SavingsPlanNegation", "SavingsPlanUpfrontFee") or (kind == "Fee" and each["reservation_reservation_a_r_n"]):
        return Decimal(0)
    if kind == "SavingsPlanRecurringFee":
        return money["savings_plan_total_commitment_to_date"] - money["savings_plan_used_commitment"]
    column = {
        "SavingsPlanCoveredUsage": "savings_plan_savings_plan_effective_cost",
        "DiscountedUsage": "reservation_effective_cost",
        "RIFee": "reservation_unused_recurring_fee",
    }.get(kind)
    return Decimal(each[column]) if column else paid(each)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(any_line(), min_size=1, max_size=40))
def test_whatever_the_lines_billed_is_what_was_charged_and_effective_what_aws_amortises(
    lines: list[Line], tmp_path: Path
) -> None:
    rows = focus_rows(cur2_csv(tmp_path / "any.csv", lines))

    assert total(rows, "BilledCost") == sum(
        (paid(each) for each in lines if each["line_item_line_item_type"] not in TAKEN_BACK), Decimal(0)
    )
    assert total(rows, "EffectiveCost") == sum((amortised(each) for each in lines), Decimal(0))
    purchases = [row for row in rows if row["ChargeCategory"] == "Purchase" and "CommitmentDiscountType" in row]
    assert all(row["EffectiveCost"] == row["ListCost"] == row["ContractedCost"] == 0 for row in purchases)
