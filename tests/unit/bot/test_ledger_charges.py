"""Given the made-up company's contracts, when a month is billed, then fees, commitments, credits, refunds and tax add up."""

# ruff: noqa: S608 - the SQL is put together from this file's own words

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.ledger.generator import generate
from bot.sandbox.ledger.reader import connect

if TYPE_CHECKING:
    import duckdb

AS_OF = date(2026, 3, 19)


@pytest.fixture(scope="module")
def bills(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    out = tmp_path_factory.mktemp("charges")
    generate(out, months=8, as_of=AS_OF, seed=7, rows=60_000)
    return connect(out)


def rows(bills: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return bills.sql(sql).fetchall()


def number(bills: duckdb.DuckDBPyConnection, sql: str) -> Decimal:
    return Decimal(str(rows(bills, sql)[0][0]))


def test_every_charge_category_is_there_and_corrections_too(bills: duckdb.DuckDBPyConnection) -> None:
    found = {category for (category,) in rows(bills, "SELECT DISTINCT ChargeCategory FROM ledger")}
    assert found == {"Usage", "Purchase", "Tax", "Credit", "Adjustment"}
    assert number(bills, "SELECT count(*) FROM ledger WHERE ChargeClass = 'Correction'") >= 10


# Commitments


def test_what_a_commitment_costs_is_what_was_used_and_what_was_not_to_the_last_digit(bills: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        bills,
        """SELECT CommitmentDiscountId, BillingPeriodStart::DATE,
                  sum(EffectiveCost) FILTER (ChargeCategory = 'Usage'), sum(BilledCost) FILTER (ChargeCategory = 'Purchase')
           FROM ledger WHERE CommitmentDiscountId IS NOT NULL GROUP BY ALL""",
    )
    assert len(found) == 4 * 8 + 7
    for commitment, month, effective, fee in found:
        assert effective == fee, (commitment, month)


def test_a_commitments_quantity_adds_up_too(bills: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        bills,
        """SELECT CommitmentDiscountName, CommitmentDiscountUnit,
                  sum(CommitmentDiscountQuantity) FILTER (ChargeCategory = 'Usage'),
                  sum(CommitmentDiscountQuantity) FILTER (ChargeCategory = 'Purchase')
           FROM ledger WHERE CommitmentDiscountId IS NOT NULL GROUP BY ALL""",
    )
    assert {unit for _, unit, _, _ in found} == {"USD", "Hours"}
    for name, _, spent, bought in found:
        assert spent == bought, name


def test_a_purchase_is_billed_and_not_effective_while_its_use_is_effective_and_not_billed(
    bills: duckdb.DuckDBPyConnection,
) -> None:
    commitment = "FROM ledger WHERE CommitmentDiscountId IS NOT NULL"
    assert (
        number(bills, f"SELECT count(*) {commitment} AND ChargeCategory = 'Purchase' AND (EffectiveCost <> 0 OR BilledCost <= 0)")
        == 0
    )
    assert (
        number(bills, f"SELECT count(*) {commitment} AND ChargeCategory = 'Usage' AND (EffectiveCost <= 0 OR BilledCost <> 0)")
        == 0
    )


def test_committed_usage_says_so_and_names_its_commitment(bills: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        bills,
        """SELECT DISTINCT PricingCategory, CommitmentDiscountStatus, CommitmentDiscountId IS NULL FROM ledger
           WHERE ChargeCategory = 'Usage' AND ChargeClass IS NULL ORDER BY ALL""",
    )
    assert found == [
        ("Committed", "Unused", False),
        ("Committed", "Used", False),
        ("Dynamic", None, True),
        ("Standard", None, True),
    ]


def test_used_usage_is_cheaper_than_contracted_and_its_list_price_stays(bills: duckdb.DuckDBPyConnection) -> None:
    saving = number(bills, "SELECT sum(EffectiveCost) / sum(ContractedCost) FROM ledger WHERE CommitmentDiscountStatus = 'Used'")
    assert Decimal("0.6") < saving < Decimal("0.76")


def test_utilisation_is_believable_and_falls_at_the_weekend_where_dev_is_covered(bills: duckdb.DuckDBPyConnection) -> None:
    sql = """SELECT isodow(ChargePeriodStart) > 5 AS weekend,
                    sum(EffectiveCost) FILTER (CommitmentDiscountStatus = 'Used') / sum(EffectiveCost)
             FROM ledger WHERE CommitmentDiscountName = 'Compute Savings Plan, 1 year' AND ChargeCategory = 'Usage'
             GROUP BY 1 ORDER BY 1"""
    (_, week), (_, weekend) = rows(bills, sql)
    assert 0.8 < float(str(week)) < 0.97
    assert float(str(weekend)) < float(str(week)) - 0.05


def test_the_second_savings_plan_begins_with_its_month_and_lowers_on_demand(bills: duckdb.DuckDBPyConnection) -> None:
    name = "CommitmentDiscountName = 'Compute Savings Plan, 1 year'"
    assert rows(bills, f"SELECT strftime(min(ChargePeriodStart), '%Y-%m-%d') FROM ledger WHERE {name}") == [("2025-09-01",)]
    on_demand = """SELECT sum(BilledCost) FROM ledger
                   WHERE ServiceName = 'Amazon Elastic Compute Cloud' AND RegionId = 'eu-central-1'
                   AND PricingCategory = 'Standard' AND ChargeClass IS NULL AND strftime(ChargePeriodStart, '%Y-%m') = '{}'"""
    assert number(bills, on_demand.format("2025-09")) < number(bills, on_demand.format("2025-08")) * Decimal("0.7")


def test_a_savings_plan_is_paid_by_the_day_and_a_reservation_on_the_first(bills: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        bills,
        """SELECT CommitmentDiscountType, count(*), min(day(ChargePeriodStart)), max(day(ChargePeriodStart)) FROM ledger
           WHERE ChargeCategory = 'Purchase' AND CommitmentDiscountId IS NOT NULL AND BillingPeriodStart = '2026-01-01'
           GROUP BY 1 ORDER BY 1""",
    )
    assert found == [
        ("Committed Use Discount", 31, 1, 31),
        ("Reservation", 1, 1, 1),
        ("Reserved Instance", 1, 1, 1),
        ("Savings Plan", 62, 1, 31),
    ]


# Fees, credits, refunds, rounding


def test_monthly_fees_fall_on_the_first_of_the_month(bills: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        bills,
        """SELECT ServiceName, count(*), max(day(ChargePeriodStart)), count(*) FILTER (BilledCost = EffectiveCost) FROM ledger
           WHERE ChargeCategory = 'Purchase' AND CommitmentDiscountId IS NULL GROUP BY 1 ORDER BY 1""",
    )
    names = ("AWS Support (Business)", "Azure Support", "Lumenfold Observability", "Support")
    assert found == [(name, 8, 1, 8) for name in names]


def test_a_marketplace_fee_is_published_by_one_and_invoiced_by_another(bills: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT DISTINCT ProviderName, PublisherName, InvoiceIssuerName FROM ledger WHERE ServiceName LIKE 'Lumenfold%'"
    assert rows(bills, sql) == [("AWS", "Lumenfold Inc.", "Amazon Web Services, Inc.")]


def test_spot_is_dynamic_and_far_below_list(bills: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT source, sum(BilledCost) / sum(ListCost) FROM ledger WHERE PricingCategory = 'Dynamic' GROUP BY 1 ORDER BY 1"
    found = rows(bills, sql)
    assert [source for source, _ in found] == ["aws", "azure", "gcp"]
    assert all(float(str(ratio)) < 0.5 for _, ratio in found)


def test_credits_are_negative_lines_of_their_own_and_some_come_late(bills: duckdb.DuckDBPyConnection) -> None:
    found = rows(bills, "SELECT source, max(BilledCost) FROM ledger WHERE ChargeCategory = 'Credit' GROUP BY 1 ORDER BY 1")
    assert [source for source, _ in found] == ["aws", "azure", "gcp"]
    assert all(Decimal(str(least)) < 0 for _, least in found)
    last = rows(bills, "SELECT max(ChargePeriodStart)::DATE FROM ledger WHERE ChargeCategory = 'Credit' AND source = 'azure'")
    assert last == [(date(2026, 2, 28),)]


def test_a_refund_corrects_the_month_before_on_this_months_bill(bills: duckdb.DuckDBPyConnection) -> None:
    corrections = "FROM ledger WHERE ChargeClass = 'Correction'"
    assert rows(bills, f"SELECT DISTINCT ChargeCategory {corrections}") == [("Usage",)]
    assert number(bills, f"SELECT count(*) {corrections} AND BilledCost >= 0") == 0
    months = "datediff('month', ChargePeriodStart, BillingPeriodStart)"
    assert rows(bills, f"SELECT DISTINCT {months} {corrections}") == [(1,)]
    assert number(bills, f"SELECT count(*) {corrections} AND source = 'aws'") == 7


def test_a_refund_names_a_resource_that_was_billed_on_that_day(bills: duckdb.DuckDBPyConnection) -> None:
    orphans = """SELECT count(*) FROM ledger AS refund WHERE ChargeClass = 'Correction' AND NOT EXISTS (
                   SELECT 1 FROM ledger AS wrong WHERE wrong.ResourceId = refund.ResourceId AND wrong.ChargeClass IS NULL
                   AND wrong.SkuId = refund.SkuId AND wrong.ChargePeriodStart = refund.ChargePeriodStart)"""
    assert number(bills, orphans) == 0


def test_google_rounds_its_closed_invoices_by_some_cents(bills: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        bills,
        """SELECT source, count(*), max(abs(BilledCost)), min(abs(BilledCost)) FROM ledger
           WHERE ChargeCategory = 'Adjustment' GROUP BY 1""",
    )
    assert len(found) == 1
    source, count, most, least = found[0]
    assert (source, count) == ("gcp", 7)
    assert 0 < Decimal(str(least)) <= Decimal(str(most)) <= Decimal("0.04")


# Tax


def test_tax_is_once_a_month_and_payer_in_whole_cents_on_what_is_billed(bills: duckdb.DuckDBPyConnection) -> None:
    per_cent = {"aws": 4, "gcp": 5, "azure": 6}
    found = rows(
        bills,
        """SELECT source, BillingPeriodStart::DATE, count(*) FILTER (ChargeCategory = 'Tax'),
                  sum(BilledCost) FILTER (ChargeCategory = 'Tax'),
                  sum(BilledCost) FILTER (ChargeCategory <> 'Tax') FROM ledger GROUP BY ALL""",
    )
    assert len(found) == 24
    for source, month, count, tax, rest in found:
        exact = Decimal(str(rest)) * per_cent[str(source)] / 100
        assert count == 1
        assert 0 <= exact - Decimal(str(tax)) < Decimal("0.01"), (source, month)
        assert Decimal(str(tax)) % Decimal("0.01") == 0


def test_tax_covers_the_month_and_the_open_month_so_far(bills: duckdb.DuckDBPyConnection) -> None:
    sql = """SELECT ChargePeriodStart::DATE, ChargePeriodEnd::DATE FROM ledger WHERE ChargeCategory = 'Tax' AND source = 'gcp'
             ORDER BY 1 DESC LIMIT 2"""
    assert rows(bills, sql) == [(date(2026, 3, 1), date(2026, 3, 20)), (date(2026, 2, 1), date(2026, 3, 1))]


def test_what_google_does_not_say_of_a_project_stays_unsaid(bills: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT DISTINCT ChargeCategory FROM ledger WHERE SubAccountId IS NULL AND source = 'gcp' ORDER BY 1"
    assert rows(bills, sql) == [("Adjustment",), ("Purchase",), ("Tax",)]


def test_a_month_is_billed_and_amortised_to_the_same_total_once_all_commitments_are_paid_by_the_month(
    bills: duckdb.DuckDBPyConnection,
) -> None:
    found = rows(bills, "SELECT BillingPeriodStart::DATE, sum(BilledCost), sum(EffectiveCost) FROM ledger GROUP BY 1")
    assert all(billed == effective for _, billed, effective in found)


@pytest.mark.parametrize("month", ["2025-08", "2025-11", "2026-01", "2026-02"])
def test_a_whole_month_costs_what_such_a_company_pays(bills: duckdb.DuckDBPyConnection, month: str) -> None:
    billed = number(bills, f"SELECT sum(BilledCost) FROM ledger WHERE strftime(BillingPeriodStart, '%Y-%m') = '{month}'")
    assert 250_000 < billed < 400_000
