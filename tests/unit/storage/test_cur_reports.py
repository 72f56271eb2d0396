"""Given one bill in each form AWS delivers it, when it is read, then the same FOCUS rows come of all of them."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from storage.ingest.files import bill_files
from storage.model.errors import DataError
from tests.fakes.cur import (
    DATA,
    PAYER,
    PLAN,
    WEB,
    WRITERS,
    Line,
    Row,
    cur2_csv,
    cur2_parquet,
    focus_rows,
    legacy_csv,
    legacy_parquet,
    line,
    of_plan,
    of_reservation,
    reasons,
    staged,
    total,
)

if TYPE_CHECKING:
    from pathlib import Path

BILL: list[Line] = [
    line(
        "Usage",
        "0.1070000000",
        day="2025-10-01",
        bill_invoice_id="EUINIE25-1203311",
        line_item_availability_zone="eu-west-1b",
        line_item_resource_id="i-0a1b2c3d4e5f60718",
        line_item_unblended_rate="0.1070000000",
        line_item_line_item_description="$0.107 per On Demand Linux m5.large Instance Hour",
        product_product_family="Compute Instance",
        product_region_code="eu-west-1",
        product_location="EU (Ireland)",
        product_location_type="AWS Region",
        product_sku="W5GZHBQ8M2KX7TDA",
        pricing_public_on_demand_cost="0.107",
        pricing_public_on_demand_rate="0.1070000000",
        pricing_rate_code="W5GZHBQ8M2KX7TDA.JRTCKXETXF.6YS6EN2CT7",
        pricing_unit="Hrs",
        product={"product_name": "Amazon Elastic Compute Cloud", "location": "EU (Ireland)"},
        resource_tags={"team": "web", "env": "prod"},
    ),
    line(
        "Usage",
        "3.27",
        day="2025-10-02",
        line_item_usage_account_id=DATA,
        line_item_product_code="AmazonS3",
        line_item_usage_type="EUW1-TimedStorage-ByteHrs",
        line_item_usage_amount="142.173913",
        line_item_resource_id="acme-lake",
        pricing_public_on_demand_cost="3.27",
        pricing_unit="GB-Mo",
        resource_tags={"team": 'data & "lake"'},
    ),
    line(
        "SavingsPlanCoveredUsage",
        "0.2140000000",
        day="2025-10-03",
        **of_plan(pricing_public_on_demand_cost="0.214", savings_plan_savings_plan_effective_cost="0.156"),
        resource_tags={"env": "prod"},
    ),
    line("SavingsPlanNegation", "-0.2140000000", day="2025-10-03", **of_plan()),
    line(
        "SavingsPlanRecurringFee",
        "0.5",
        day="2025-10-04",
        line_item_usage_account_id=PAYER,
        line_item_product_code="ComputeSavingsPlans",
        **of_plan(savings_plan_total_commitment_to_date="0.5", savings_plan_used_commitment="0.156"),
    ),
    line(
        "DiscountedUsage",
        "0",
        day="2025-10-05",
        line_item_product_code="AmazonRDS",
        **of_reservation(pricing_public_on_demand_cost="0.38", reservation_effective_cost="0.245"),
    ),
    line("Tax", "0.74", day="2025-10-06"),
    line("Credit", "-1.5e-1", day="2025-10-07"),
]


@pytest.fixture(scope="module")
def every_form(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Row]]:
    folder = tmp_path_factory.mktemp("bill")
    return {form: focus_rows(write(folder / name, BILL)) for form, (name, write) in WRITERS.items()}


def parsed(rows: list[Row]) -> list[Row]:
    """The rows with their tags as objects: the order of keys and the spaces between them mean nothing."""
    return [{**row, "Tags": json.loads(row.get("Tags", "{}"))} for row in rows]


@pytest.mark.parametrize("form", list(WRITERS))
def test_every_form_of_the_report_gives_the_same_rows(form: str, every_form: dict[str, list[Row]]) -> None:
    assert parsed(every_form[form]) == parsed(every_form["older CSV"])


@pytest.mark.parametrize("form", list(WRITERS))
def test_a_line_with_everything_fills_every_column_it_can(form: str, every_form: dict[str, list[Row]]) -> None:
    first = parsed(every_form[form])[0]

    assert first == {
        "Tags": {"team": "web", "env": "prod"},
        "BilledCost": Decimal("0.107"),
        "EffectiveCost": Decimal("0.107"),
        "ContractedCost": Decimal("0.107"),
        "ListCost": Decimal("0.107"),
        "ListUnitPrice": Decimal("0.107"),
        "ContractedUnitPrice": Decimal("0.107"),
        "PricingQuantity": 1.0,
        "ConsumedQuantity": 1.0,
        "BillingPeriodStart": datetime(2025, 10, 1),  # noqa: DTZ001 - the lake's moments are UTC without saying so
        "BillingPeriodEnd": datetime(2025, 11, 1),  # noqa: DTZ001 - same
        "ChargePeriodStart": datetime(2025, 10, 1, 10),  # noqa: DTZ001 - same
        "ChargePeriodEnd": datetime(2025, 10, 1, 11),  # noqa: DTZ001 - same
        "BillingAccountId": PAYER,
        "BillingCurrency": "USD",
        "ChargeCategory": "Usage",
        "ChargeDescription": "$0.107 per On Demand Linux m5.large Instance Hour",
        "ChargeFrequency": "Usage-Based",
        "InvoiceIssuerName": "Amazon Web Services EMEA SARL",
        "InvoiceId": "EUINIE25-1203311",
        "ProviderName": "AWS",
        "PublisherName": "Amazon Web Services EMEA SARL",
        "ServiceProviderName": "AWS",
        "HostProviderName": "AWS",
        "ServiceCategory": "Compute",
        "ServiceName": "Amazon Elastic Compute Cloud",
        "SubAccountId": WEB,
        "RegionId": "eu-west-1",
        "RegionName": "EU (Ireland)",
        "AvailabilityZone": "eu-west-1b",
        "ResourceId": "i-0a1b2c3d4e5f60718",
        "ResourceType": "instance",
        "SkuId": "W5GZHBQ8M2KX7TDA",
        "SkuPriceId": "W5GZHBQ8M2KX7TDA.JRTCKXETXF.6YS6EN2CT7",
        "SkuMeter": "EUW1-BoxUsage:m5.large",
        "PricingCategory": "Standard",
        "PricingUnit": "Hours",
        "ConsumedUnit": "Hours",
        "day": date(2025, 10, 1),
        "period": date(2025, 10, 1),
        "line": "charges",
        "account": WEB,
        "region": "eu-west-1",
        "purchase": "On-Demand",
    }


@pytest.mark.parametrize("form", list(WRITERS))
def test_the_bill_adds_up_by_hand(form: str, every_form: dict[str, list[Row]]) -> None:
    rows = every_form[form]

    # Billed: 0.107 + 3.27 + fee 0.5 + tax 0.74 - credit 0.15.
    # Effective: instead of the fee, what was used of it (0.156) and what not (0.344), and the reservation's 0.245.
    assert total(rows, "BilledCost") == Decimal("4.467")
    assert total(rows, "EffectiveCost") == Decimal("4.712")
    assert total(rows, "ContractedCost") == Decimal("4.561")
    assert total(rows, "ListCost") == Decimal("4.561")


def test_a_folder_with_partitions_is_one_bill_and_its_manifest_none(tmp_path: Path) -> None:
    data, metadata = (tmp_path / "export" / part / "BILLING_PERIOD=2025-10" for part in ("data", "metadata"))
    data.mkdir(parents=True)
    metadata.mkdir(parents=True)
    cur2_parquet(data / "export-00001.snappy.parquet", BILL[:3])
    cur2_parquet(data / "export-00002.snappy.parquet", BILL[3:])
    (metadata / "export-Manifest.json").write_text("{}")
    (metadata / "columns.csv").write_text("name,type\nbill_payer_account_id,string\n")

    rows = focus_rows(tmp_path / "export")

    assert [file.path.parent.name for file in bill_files([tmp_path / "export"])] == ["BILLING_PERIOD=2025-10"] * 2
    assert total(rows, "BilledCost") == Decimal("4.467")


def test_both_generations_side_by_side_are_read_each_in_its_way(tmp_path: Path) -> None:
    legacy_csv(tmp_path / "old.csv", BILL)
    cur2_parquet(tmp_path / "new.parquet", BILL)

    _, relations = staged(tmp_path)

    assert [relation.format.name for relation in relations] == ["CUR", "CUR"]
    assert total(focus_rows(tmp_path), "BilledCost") == 2 * Decimal("4.467")


def test_the_fees_of_a_month_end_where_the_next_begins(tmp_path: Path) -> None:
    fee = line("RIFee", "24.8", **of_reservation(reservation_unused_recurring_fee="0"))
    fee |= {"line_item_usage_start_date": "2025-10-01T00:00:00Z", "line_item_usage_end_date": "2025-10-31T23:59:59Z"}

    (row,) = focus_rows(legacy_csv(tmp_path / "cur.csv", [fee]))

    assert row["ChargePeriodEnd"] == datetime(2025, 11, 1)  # noqa: DTZ001 - the lake's moments are UTC without saying so


def test_a_line_billed_a_month_later_keeps_its_own_day(tmp_path: Path) -> None:
    late = line("Usage", "1", day="2025-09-30")

    (row,) = focus_rows(cur2_csv(tmp_path / "cur.csv", [late]))

    assert (row["day"], row["period"]) == (date(2025, 9, 30), date(2025, 10, 1))


def test_a_small_report_without_discounts_plans_reservations_tags_or_prices_is_enough(tmp_path: Path) -> None:
    rows = focus_rows(legacy_parquet(tmp_path / "cur.parquet", [line("Usage", "1.25"), line("Tax", "0.25")]))

    assert total(rows, "BilledCost") == total(rows, "EffectiveCost") == total(rows, "ContractedCost") == Decimal("1.50")
    assert not any("ListCost" in row for row in rows)
    assert not any("Tags" in row for row in rows)


def test_without_list_prices_what_reserved_usage_would_have_cost_is_unknown_not_nothing(tmp_path: Path) -> None:
    (row,) = focus_rows(
        legacy_csv(tmp_path / "cur.csv", [line("DiscountedUsage", "0", **of_reservation(reservation_effective_cost="1"))])
    )

    assert row["EffectiveCost"] == 1
    assert "ContractedCost" not in row
    assert "ListCost" not in row


@pytest.mark.parametrize(
    "column",
    [
        "line_item_line_item_type",
        "line_item_unblended_cost",
        "line_item_currency_code",
        "line_item_usage_start_date",
        "bill_billing_period_start_date",
    ],
)
def test_a_report_without_a_column_no_line_can_do_without_says_which(column: str, tmp_path: Path) -> None:
    path = cur2_csv(tmp_path / "cur.csv", [{name: value for name, value in line("Usage", "1").items() if name != column}])

    with pytest.raises(DataError, match=f"no column {column}") as raised:
        staged(path)

    assert raised.value.remedy == "Export it again with these columns."


def test_lines_that_cannot_be_counted_are_bad_and_say_why(tmp_path: Path) -> None:
    cases: list[tuple[Line, str]] = [
        ({"line_item_unblended_cost": "twelve"}, "line_item_unblended_cost is not a number: twelve"),
        ({"line_item_unblended_cost": ""}, "line_item_unblended_cost is missing"),
        ({"line_item_line_item_type": ""}, "line_item_line_item_type is missing"),
        ({"line_item_currency_code": ""}, "line_item_currency_code is missing"),
        ({"line_item_usage_start_date": "yesterday"}, "line_item_usage_start_date is not a date and time: yesterday"),
        ({"bill_billing_period_start_date": ""}, "bill_billing_period_start_date is missing"),
        (
            {"line_item_line_item_type": "SavingsPlanCoveredUsage"},
            "a SavingsPlanCoveredUsage line without savings_plan_savings_plan_effective_cost",
        ),
        ({"line_item_line_item_type": "DiscountedUsage"}, "a DiscountedUsage line without reservation_effective_cost"),
        (
            {"line_item_line_item_type": "SavingsPlanRecurringFee"},
            "a SavingsPlanRecurringFee line without savings_plan_total_commitment_to_date or savings_plan_used_commitment",
        ),
        ({"line_item_line_item_type": "RIFee"}, "a RIFee line without reservation_unused_recurring_fee"),
    ]
    path = cur2_csv(tmp_path / "cur.csv", [line("Usage", "1"), *({**line("Usage", "1"), **bad} for bad, _ in cases)])

    assert reasons(path) == [reason for _, reason in cases]
    assert len(focus_rows(path)) == 1


def test_a_fee_whose_report_has_the_columns_but_leaves_them_empty_has_nothing_unused(tmp_path: Path) -> None:
    fees = [
        line("RIFee", "10", day="2025-10-01", **of_reservation(reservation_unused_recurring_fee="2")),
        line("RIFee", "20", day="2025-10-02", **of_reservation()),
    ]

    rows = focus_rows(legacy_csv(tmp_path / "cur.csv", fees))

    assert [(row["ChargeCategory"], row["EffectiveCost"]) for row in rows] == [("Purchase", 0), ("Usage", 2), ("Purchase", 0)]


def test_nothing_of_a_report_is_reported_as_ignored_that_was_read(tmp_path: Path) -> None:
    path = legacy_csv(
        tmp_path / "cur.csv", [{**line("Usage", "1"), "identity_line_item_id": "a1", "resource_tags": {"team": "web"}}]
    )

    _, (relation,) = staged(path)

    assert relation.ignored == ("identity/LineItemId",)


def test_a_map_of_tags_with_an_empty_value_or_none_at_all(tmp_path: Path) -> None:
    kind = pa.map_(pa.string(), pa.string())
    cur2_parquet(tmp_path / "plain.parquet", [line("Usage", "1", day=f"2025-10-0{day}") for day in (1, 2, 3)])
    table = pq.read_table(tmp_path / "plain.parquet").drop_columns(["resource_tags"])
    tags = pa.array([[("user_team", "web"), ("aws_created_by", "Root")], [], None], kind)
    pq.write_table(table.append_column("resource_tags", tags), tmp_path / "plain.parquet")

    rows = focus_rows(tmp_path / "plain.parquet")

    assert [row.get("Tags") for row in rows] == ['{"team":"web","aws_created_by":"Root"}', None, None]


def test_the_plan_of_a_line_is_named_in_every_form(every_form: dict[str, list[Row]]) -> None:
    for rows in every_form.values():
        plans = [row for row in rows if row.get("CommitmentDiscountId") == PLAN]
        assert [(row["ChargeCategory"], row.get("CommitmentDiscountStatus")) for row in plans] == [
            ("Usage", "Used"),
            ("Purchase", None),
            ("Usage", "Unused"),
        ]
