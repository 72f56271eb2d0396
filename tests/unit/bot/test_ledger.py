"""Given a generated ledger of three months, when its bills are read as a stranger would, then they are bills one can trust."""

# ruff: noqa: S608 - the SQL is put together from this file's own words

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.ledger.generator import generate
from bot.sandbox.ledger.reader import connect, files

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from bot.sandbox.ledger.summary import LedgerSummary

AS_OF = date(2026, 3, 19)
ROWS = 40_000
MANDATORY = (
    "BilledCost",
    "EffectiveCost",
    "ListCost",
    "ContractedCost",
    "BillingAccountId",
    "BillingCurrency",
    "BillingPeriodStart",
    "BillingPeriodEnd",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "ChargeCategory",
    "InvoiceIssuerName",
    "ProviderName",
    "PublisherName",
    "ServiceCategory",
    "ServiceName",
)
NULLABLE = ("BillingAccountName", "ChargeClass", "ChargeDescription", "PricingQuantity", "PricingUnit")
ALLOWED: dict[str, set[object]] = {
    "ChargeCategory": {"Usage", "Purchase", "Tax", "Credit", "Adjustment"},
    "ChargeClass": {None, "Correction"},
    "ChargeFrequency": {"One-Time", "Recurring", "Usage-Based"},
    "PricingCategory": {None, "Standard", "Dynamic", "Committed"},
    "CommitmentDiscountStatus": {None, "Used", "Unused"},
    "CommitmentDiscountCategory": {None, "Spend", "Usage"},
    "ServiceCategory": {
        "AI and Machine Learning",
        "Analytics",
        "Compute",
        "Databases",
        "Integration",
        "Management and Governance",
        "Networking",
        "Security",
        "Storage",
        "Other",
    },
    "BillingCurrency": {"USD"},
    "InvoiceIssuerName": {"Amazon Web Services, Inc.", "Google LLC", "Microsoft"},
    "ServiceProviderName": {"AWS", "Google Cloud", "Microsoft", "Lumenfold Inc."},
    "HostProviderName": {"AWS", "Google Cloud", "Microsoft"},
}


def write(out: Path, *, months: int = 3, as_of: date = AS_OF, seed: int = 1, rows: int = ROWS) -> LedgerSummary:
    return generate(out, months=months, as_of=as_of, seed=seed, rows=rows)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LedgerSummary]:
    out = tmp_path_factory.mktemp("ledger")
    return out, write(out)


@pytest.fixture(scope="module")
def bills(written: tuple[Path, LedgerSummary]) -> duckdb.DuckDBPyConnection:
    return connect(written[0])


def rows(bills: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[object, ...]]:
    return bills.sql(sql).fetchall()


def one(bills: duckdb.DuckDBPyConnection, sql: str) -> object:
    return rows(bills, sql)[0][0]


def count(bills: duckdb.DuckDBPyConnection, of: str) -> int:
    return int(str(rows(bills, f"SELECT count(*) {of}")[0][0]))


# What is written where


def test_each_provider_has_a_folder_and_each_billing_period_a_file(written: tuple[Path, LedgerSummary]) -> None:
    out, summary = written
    found = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
    months = ("2026-01", "2026-02", "2026-03")
    assert found == [f"{name}/BILLING_PERIOD={month}/part-0.parquet" for name in ("aws", "azure", "gcp") for month in months]
    assert summary.files == len(found)


def test_a_file_holds_the_billing_period_of_its_folder_and_nothing_else(written: tuple[Path, LedgerSummary]) -> None:
    connection = connect(written[0])
    for paths in files(written[0]).values():
        for path in paths:
            month = path.parent.name.removeprefix("BILLING_PERIOD=")
            found = (
                connection.read_parquet(str(path), hive_partitioning=False)
                .project("strftime(BillingPeriodStart, '%Y-%m')")
                .distinct()
                .fetchall()
            )
            assert found == [(month,)]


@pytest.mark.parametrize("asked", [12_500, 40_000, 150_000])
def test_about_as_many_rows_come_out_as_were_asked_for(tmp_path: Path, asked: int) -> None:
    summary = write(tmp_path, rows=asked, months=2)
    assert abs(summary.rows - asked) <= asked * 0.02
    assert count(connect(tmp_path), "FROM ledger") == summary.rows


def test_the_summary_says_what_the_files_say_to_the_last_digit(
    written: tuple[Path, LedgerSummary], bills: duckdb.DuckDBPyConnection
) -> None:
    columns = {"billed": "BilledCost", "effective": "EffectiveCost", "contracted": "ContractedCost", "list": "ListCost"}
    assert len(written[1].totals) == 12
    for total in written[1].totals:
        assert total.currency == "USD"
        sql = f"SELECT sum({columns[total.basis]}) FROM ledger WHERE ProviderName = '{total.provider}'"
        assert one(bills, sql) == total.amount == written[1].total(total.provider, total.basis)


def test_the_summary_knows_no_provider_that_was_not_written(written: tuple[Path, LedgerSummary]) -> None:
    with pytest.raises(LookupError, match="Oracle"):
        written[1].total("Oracle", "billed")


# The same question, the same ledger


def test_the_same_ledger_is_written_twice_byte_for_byte(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    write(first, rows=15_000)
    write(second, rows=15_000)
    for left, right in zip(sorted(first.rglob("*.parquet")), sorted(second.rglob("*.parquet")), strict=True):
        assert left.read_bytes() == right.read_bytes(), left


def test_another_seed_is_another_company_of_the_same_size(tmp_path: Path, written: tuple[Path, LedgerSummary]) -> None:
    other = write(tmp_path, seed=2)
    for total in written[1].totals:
        changed = other.total(total.provider, total.basis)
        assert changed != total.amount
        assert abs(changed / total.amount - 1) < Decimal("0.02")


def test_a_seed_may_be_any_whole_number(tmp_path: Path) -> None:
    negative = write(tmp_path / "negative", months=1, seed=-(2**70), rows=8_000)
    assert negative.rows > 7_000


def test_more_rows_slice_the_same_money(tmp_path: Path, written: tuple[Path, LedgerSummary]) -> None:
    fine = write(tmp_path, rows=160_000)
    assert fine.rows > 3.9 * written[1].rows
    for total in written[1].totals:
        assert abs(fine.total(total.provider, total.basis) / total.amount - 1) < Decimal("0.0002")


def test_the_settled_days_of_a_month_do_not_change_the_next_morning(tmp_path: Path, bills: duckdb.DuckDBPyConnection) -> None:
    write(tmp_path, as_of=date(2026, 3, 20))
    sql = """SELECT ServiceName, sum(BilledCost)::DOUBLE FROM ledger
             WHERE ChargeCategory = 'Usage' AND ChargePeriodStart < '2026-03-16'
             AND ServiceName NOT IN ('BigQuery', 'Amazon Bedrock', 'Amazon Simple Storage Service') GROUP BY 1 ORDER BY 1"""
    today, tomorrow = rows(bills, sql), rows(connect(tmp_path), sql)
    assert [name for name, _ in today] == [name for name, _ in tomorrow]
    for (name, old), (_, new) in zip(today, tomorrow, strict=True):
        assert new == pytest.approx(old, rel=1e-3), name


def test_a_shorter_ledger_replaces_a_longer_one_and_leaves_other_files_alone(tmp_path: Path) -> None:
    write(tmp_path, months=3, rows=15_000)
    note = tmp_path / "aws" / "note.txt"
    note.write_text("mine")
    write(tmp_path, months=1, rows=8_000)
    assert [path.parent.name for path in sorted(tmp_path.rglob("*.parquet"))] == ["BILLING_PERIOD=2026-03"] * 3
    assert note.read_text() == "mine"


def test_too_few_rows_are_refused_with_the_number_that_works_and_nothing_is_touched(tmp_path: Path) -> None:
    kept = write(tmp_path, months=1, rows=8_000)
    with pytest.raises(ValueError, match=r"500 rows are too few for 2 months: at least \d+ are needed") as refused:
        write(tmp_path, months=2, rows=500)
    assert count(connect(tmp_path), "FROM ledger") == kept.rows
    least = int(str(refused.value).split()[-3])
    assert write(tmp_path, months=2, rows=least).rows == pytest.approx(least, rel=0.02)


def test_a_ledger_without_a_month_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one month"):
        write(tmp_path, months=0)


def test_progress_counts_the_files_up_to_their_number(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    generate(tmp_path, months=2, as_of=AS_OF, seed=1, rows=12_500, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(n, 6) for n in range(1, 7)]


def test_there_is_no_ledger_where_none_was_written(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="tuppence ledger"):
        connect(tmp_path)


def test_a_folder_with_a_quote_in_its_name_can_be_read(tmp_path: Path) -> None:
    out = tmp_path / "o'brien"
    summary = write(out, months=1, rows=8_000)
    assert count(connect(out), "FROM ledger") == summary.rows


@pytest.mark.parametrize("as_of", [date(2026, 3, 1), date(2026, 3, 2), date(2024, 2, 29), date(2025, 12, 31)])
def test_a_ledger_may_end_on_any_day(tmp_path: Path, as_of: date) -> None:
    summary = write(tmp_path, as_of=as_of, months=2, rows=20_000)
    assert abs(summary.rows - 20_000) < 1_000
    last = one(connect(tmp_path), "SELECT max(ChargePeriodStart)::DATE FROM ledger")
    assert last in {as_of, as_of - timedelta(days=1)}


# The columns of FOCUS


@pytest.mark.parametrize("column", MANDATORY)
def test_a_mandatory_column_is_never_null(bills: duckdb.DuckDBPyConnection, column: str) -> None:
    assert count(bills, f"FROM ledger WHERE {column} IS NULL") == 0


def test_the_mandatory_columns_that_may_be_null_are_there(bills: duckdb.DuckDBPyConnection) -> None:
    assert set(NULLABLE) <= {str(name) for name, *_ in rows(bills, "DESCRIBE ledger")}


@pytest.mark.parametrize("column", ALLOWED)
def test_a_closed_list_holds_only_what_it_allows(bills: duckdb.DuckDBPyConnection, column: str) -> None:
    assert {value for (value,) in rows(bills, f"SELECT DISTINCT {column} FROM ledger")} <= ALLOWED[column]


def test_money_is_decimal_and_moments_are_aware(bills: duckdb.DuckDBPyConnection) -> None:
    types = {str(name): str(kind) for name, kind, *_ in rows(bills, "DESCRIBE ledger")}
    for column in ("BilledCost", "EffectiveCost", "ContractedCost", "ListCost"):
        assert types[column] == "DECIMAL(38,12)"
    for column in ("BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd"):
        assert types[column] == "TIMESTAMP WITH TIME ZONE"
    assert types["SubAccountId"] == types["Tags"] == types["ServiceName"] == "VARCHAR"


def test_account_numbers_keep_their_zeros(bills: duckdb.DuckDBPyConnection) -> None:
    assert one(bills, "SELECT DISTINCT BillingAccountId FROM ledger WHERE source = 'aws'") == "000000000100"


@pytest.mark.parametrize(("cost", "price"), [("ListCost", "ListUnitPrice"), ("ContractedCost", "ContractedUnitPrice")])
def test_a_cost_is_its_unit_price_times_its_quantity_exactly(bills: duckdb.DuckDBPyConnection, cost: str, price: str) -> None:
    priced = f"FROM ledger WHERE {price} IS NOT NULL"
    assert count(bills, f"{priced} AND {price} * PricingQuantity <> {cost}") == 0
    assert count(bills, f"{priced}") > ROWS * 0.9


def test_every_row_of_usage_that_has_a_quantity_has_prices_units_and_a_sku(bills: duckdb.DuckDBPyConnection) -> None:
    wanted = (
        "PricingUnit",
        "ConsumedQuantity",
        "ConsumedUnit",
        "ListUnitPrice",
        "ContractedUnitPrice",
        "SkuId",
        "SkuPriceId",
        "SkuMeter",
    )
    missing = " OR ".join(f"{column} IS NULL" for column in wanted)
    assert count(bills, f"FROM ledger WHERE PricingQuantity IS NOT NULL AND ChargeCategory = 'Usage' AND ({missing})") == 0


def test_requests_are_priced_by_the_million_and_consumed_one_by_one(bills: duckdb.DuckDBPyConnection) -> None:
    millions = "FROM ledger WHERE PricingUnit LIKE '1M %' AND ChargeCategory = 'Usage'"
    assert count(bills, f"{millions} AND ConsumedQuantity <> PricingQuantity * 1000000") == 0
    assert one(bills, f"SELECT count(DISTINCT ConsumedUnit) {millions}") == 5


def test_contracted_is_below_list_and_no_cost_of_usage_is_negative_but_a_correction(bills: duckdb.DuckDBPyConnection) -> None:
    usage = "FROM ledger WHERE ChargeCategory = 'Usage' AND ChargeClass IS NULL"
    assert count(bills, f"{usage} AND ContractedCost > ListCost") == 0
    assert count(bills, f"{usage} AND least(BilledCost, EffectiveCost, ContractedCost, ListCost) < 0") == 0
    assert one(bills, f"SELECT sum(ContractedCost) / sum(ListCost) {usage}") == pytest.approx(0.9, abs=0.05)


def test_periods_are_half_open_and_inside_their_month_but_for_corrections(bills: duckdb.DuckDBPyConnection) -> None:
    assert count(bills, "FROM ledger WHERE ChargePeriodEnd <= ChargePeriodStart") == 0
    assert count(bills, "FROM ledger WHERE BillingPeriodEnd <> BillingPeriodStart + INTERVAL 1 MONTH") == 0
    outside = "ChargePeriodStart < BillingPeriodStart OR ChargePeriodEnd > BillingPeriodEnd"
    assert rows(bills, f"SELECT DISTINCT ChargeClass FROM ledger WHERE {outside}") == [("Correction",)]


def test_some_rows_are_hours_and_most_are_days(bills: duckdb.DuckDBPyConnection) -> None:
    hour = "datediff('hour', ChargePeriodStart, ChargePeriodEnd)"
    sql = f"SELECT {hour}, count(*) FROM ledger WHERE ChargeCategory = 'Usage' GROUP BY 1"
    hours = {int(str(length)): int(str(number)) for length, number in rows(bills, sql)}
    assert set(hours) == {1, 24}
    assert hours[1] > 1_000


def test_no_line_item_is_there_twice(bills: duckdb.DuckDBPyConnection) -> None:
    key = """source, BillingPeriodStart, ChargePeriodStart, ChargePeriodEnd, ChargeCategory, ChargeClass, SubAccountId,
             ServiceName, ResourceId, SkuPriceId, ChargeDescription, Tags"""
    assert rows(bills, f"SELECT {key}, count(*) FROM ledger GROUP BY {key} HAVING count(*) > 1") == []


def test_a_closed_month_is_invoiced_and_the_open_one_is_not(bills: duckdb.DuckDBPyConnection) -> None:
    sql = """SELECT DISTINCT source, strftime(BillingPeriodStart, '%Y-%m') AS month, InvoiceId FROM ledger
             WHERE source = 'aws' ORDER BY month"""
    assert rows(bills, sql) == [
        ("aws", "2026-01", "AWS-202601-0001"),
        ("aws", "2026-02", "AWS-202602-0001"),
        ("aws", "2026-03", None),
    ]


def test_an_unfinished_file_is_never_left_under_a_name_that_readers_take(written: tuple[Path, LedgerSummary]) -> None:
    assert not list(written[0].rglob("unfinished*"))
