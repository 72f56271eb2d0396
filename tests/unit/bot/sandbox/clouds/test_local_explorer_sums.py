"""Given the ledger's bill, when Cost Explorer is asked by whatever key, then its answers add up to the ledger's own rows."""

# ruff: noqa: S608 - the SQL is put together from this file's own words

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.fakes.local_aws import usage

if TYPE_CHECKING:
    import duckdb
    from botocore.client import BaseClient

MONTHS = ("2026-01", "2026-02", "2026-03")
CENT = Decimal("0.01")
KEYS = {
    "LINKED_ACCOUNT": "coalesce(SubAccountId, BillingAccountId)",
    "REGION": "coalesce(RegionId, 'NoRegion')",
    "AZ": "coalesce(AvailabilityZone, 'NoAZ')",
    "LEGAL_ENTITY_NAME": "PublisherName",
    "TAG team": "'team$' || coalesce(Tags::JSON->>'team', '')",
    "TAG env": "'env$' || coalesce(Tags::JSON->>'env', '')",
}


def bill(ledger: duckdb.DuckDBPyConnection, key: str, cost: str, month: str, where: str = "true") -> dict[str, Decimal]:
    """The ledger's own sums of a month, by a FOCUS expression."""
    rows = ledger.execute(
        f"SELECT {key}, sum({cost}) FROM ledger"
        f" WHERE source = 'aws' AND strftime(ChargePeriodStart, '%Y-%m') = ? AND {where} GROUP BY 1",
        [month],
    )
    return {str(name): amount.quantize(CENT) for name, amount in rows.fetchall()}


def answered(ce: BaseClient, *groups: str, metric: str = "UnblendedCost", **asked: object) -> dict[str, dict[str, Decimal]]:
    """Sums by month and first key."""
    found = usage(ce, "2026-01-01", "2026-04-01", *groups, Metrics=[metric], **asked)
    return {
        result["TimePeriod"]["Start"][:7]: {
            group["Keys"][0]: Decimal(group["Metrics"][metric]["Amount"]).quantize(CENT) for group in result["Groups"]
        }
        for result in found["ResultsByTime"]
    }


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("metric", "cost"), [("UnblendedCost", "BilledCost"), ("AmortizedCost", "EffectiveCost")])
def test_every_breakdown_is_the_ledgers_to_the_cent(
    ce: BaseClient, ledger: duckdb.DuckDBPyConnection, key: str, metric: str, cost: str
) -> None:
    found = answered(ce, key, metric=metric)
    assert found == {month: bill(ledger, KEYS[key], cost, month) for month in MONTHS}


@pytest.mark.parametrize(
    ("metric", "cost"),
    [
        ("UnblendedCost", "BilledCost"),
        ("BlendedCost", "BilledCost"),
        ("NetUnblendedCost", "BilledCost"),
        ("AmortizedCost", "EffectiveCost"),
        ("NetAmortizedCost", "EffectiveCost"),
    ],
)
def test_a_month_is_the_ledgers_to_the_tenth_decimal(
    ce: BaseClient, ledger: duckdb.DuckDBPyConnection, metric: str, cost: str
) -> None:
    row = ledger.execute(
        f"SELECT sum({cost}) FROM ledger WHERE source = 'aws' AND strftime(ChargePeriodStart, '%Y-%m') = '2026-02'"
    ).fetchone()
    total = usage(ce, "2026-02-01", "2026-03-01", Metrics=[metric])["ResultsByTime"][0]["Total"]
    assert row is not None
    assert Decimal(total[metric]["Amount"]) == row[0].quantize(Decimal(1).scaleb(-10))


def test_days_are_the_ledgers(ce: BaseClient, ledger: duckdb.DuckDBPyConnection) -> None:
    rows = ledger.execute(
        "SELECT ChargePeriodStart::DATE::VARCHAR, sum(BilledCost) FROM ledger"
        " WHERE source = 'aws' AND ChargePeriodStart::DATE BETWEEN '2026-02-01' AND '2026-02-28' GROUP BY 1"
    )
    expected = {day: amount.quantize(CENT) for day, amount in rows.fetchall()}
    found = usage(ce, "2026-02-01", "2026-03-01", Granularity="DAILY")["ResultsByTime"]
    assert {
        each["TimePeriod"]["Start"]: Decimal(each["Total"]["UnblendedCost"]["Amount"]).quantize(CENT) for each in found
    } == expected


def test_what_savings_plans_cover_is_shown_at_its_price_and_taken_away_again(
    ce: BaseClient, ledger: duckdb.DuckDBPyConnection
) -> None:
    kinds = answered(ce, "RECORD_TYPE")["2026-02"]
    covered = "CommitmentDiscountStatus = 'Used' AND CommitmentDiscountType = 'Savings Plan'"
    worth = bill(ledger, "'all'", "ContractedCost", "2026-02", covered)["all"]
    assert (kinds["SavingsPlanCoveredUsage"], kinds["SavingsPlanNegation"]) == (worth, -worth)


def test_what_nobody_used_of_a_commitment_is_the_amortised_cost_of_its_fee(
    ce: BaseClient, ledger: duckdb.DuckDBPyConnection
) -> None:
    amortised = answered(ce, "RECORD_TYPE", metric="AmortizedCost")["2026-02"]
    unused = bill(ledger, "CommitmentDiscountType", "EffectiveCost", "2026-02", "CommitmentDiscountStatus = 'Unused'")
    assert amortised["SavingsPlanRecurringFee"] == unused["Savings Plan"]
    assert amortised["Recurring"] == unused["Reserved Instance"]
    assert amortised["SavingsPlanNegation"] == 0


def test_taxes_credits_refunds_and_support_are_kinds_of_their_own(ce: BaseClient, ledger: duckdb.DuckDBPyConnection) -> None:
    kinds = answered(ce, "RECORD_TYPE")["2026-02"]
    categories = bill(ledger, "ChargeCategory", "BilledCost", "2026-02")
    corrected = bill(ledger, "'all'", "BilledCost", "2026-02", "ChargeClass = 'Correction'")["all"]
    assert (kinds["Tax"], kinds["Credit"], kinds["Refund"]) == (categories["Tax"], categories["Credit"], corrected)
    assert kinds["Support"] == Decimal("8096.00")


def test_ec2_is_two_services_and_nothing_is_lost_between_them(ce: BaseClient, ledger: duckdb.DuckDBPyConnection) -> None:
    found = answered(ce, "SERVICE")["2026-02"]
    focus = bill(ledger, "ServiceName", "BilledCost", "2026-02")
    shared = {"Amazon Elastic Compute Cloud", "Amazon Elastic Block Store", "Amazon Virtual Private Cloud"}
    ours = {"Amazon Elastic Compute Cloud - Compute", "EC2 - Other", "Amazon Virtual Private Cloud"}
    renamed = {"Amazon Elastic Load Balancing": "Elastic Load Balancing"}
    assert abs(sum(found.get(name, 0) for name in ours) - sum(focus[name] for name in shared)) <= CENT
    assert {renamed.get(name, name): amount for name, amount in found.items() if name not in ours} == {
        name: amount for name, amount in focus.items() if name not in shared
    }


@pytest.mark.parametrize(
    "groups", [("SERVICE", "LINKED_ACCOUNT"), ("USAGE_TYPE", "TAG app"), ("TAG team", "TAG env"), ("OPERATION", "INSTANCE_TYPE")]
)
def test_two_keys_add_up_to_the_total(ce: BaseClient, groups: tuple[str, str]) -> None:
    totals = usage(ce, "2026-01-01", "2026-04-01")["ResultsByTime"]
    found = usage(ce, "2026-01-01", "2026-04-01", *groups)["ResultsByTime"]
    for total, result in zip(totals, found, strict=True):
        parts = sum(Decimal(group["Metrics"]["UnblendedCost"]["Amount"]) for group in result["Groups"])
        assert result["Total"] == {}
        assert parts.quantize(CENT) == Decimal(total["Total"]["UnblendedCost"]["Amount"]).quantize(CENT)


def test_hours_of_one_kind_have_a_unit_and_a_mixture_has_none(ce: BaseClient, ledger: duckdb.DuckDBPyConnection) -> None:
    found = usage(ce, "2026-02-01", "2026-03-01", "USAGE_TYPE", Metrics=["UsageQuantity"])["ResultsByTime"][0]["Groups"]
    units = Counter(group["Metrics"]["UsageQuantity"]["Unit"] for group in found)
    of = {group["Keys"][0]: group["Metrics"]["UsageQuantity"] for group in found}
    rows = ledger.execute(
        "SELECT sum(ConsumedQuantity) FROM ledger WHERE source = 'aws' AND SkuMeter = 'NodeUsage:cache.r7g.xlarge'"
        " AND strftime(ChargePeriodStart, '%Y-%m') = '2026-02'"
    ).fetchone()
    assert rows is not None
    assert of["NodeUsage:cache.r7g.xlarge"]["Unit"] == "Hrs"
    assert Decimal(of["NodeUsage:cache.r7g.xlarge"]["Amount"]) == rows[0]
    assert units["N/A"] < len(found)
    total = usage(ce, "2026-02-01", "2026-03-01", Metrics=["UsageQuantity"])["ResultsByTime"][0]["Total"]
    assert total["UsageQuantity"]["Unit"] == "N/A"


def test_amounts_are_written_as_aws_writes_them(ce: BaseClient) -> None:
    found = usage(ce, "2026-01-01", "2026-04-01", "SERVICE", "RECORD_TYPE")["ResultsByTime"]
    texts = [group["Metrics"]["UnblendedCost"]["Amount"] for result in found for group in result["Groups"]]
    assert "0" in texts
    assert not [text for text in texts if "E" in text or ("." in text and (text.endswith("0") or len(text.split(".")[1]) > 10))]
