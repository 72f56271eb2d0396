"""Given what a Cost and Usage Report says about a product, a place, a tag or a unit, then people read it in words they know."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from storage.ingest.cur_services import SERVICES
from tests.fakes.cur import Line, Row, cur2_csv, cur2_parquet, focus_rows, legacy_csv, legacy_parquet, line, reasons

if TYPE_CHECKING:
    from pathlib import Path

FOCUS_CATEGORIES = {
    "AI and Machine Learning",
    "Analytics",
    "Business Applications",
    "Compute",
    "Databases",
    "Developer Tools",
    "Multicloud",
    "Identity",
    "Integration",
    "Internet of Things",
    "Management and Governance",
    "Media",
    "Migration",
    "Mobile",
    "Networking",
    "Security",
    "Storage",
    "Web",
    "Other",
}


def read(tmp_path: Path, *lines: Line) -> list[Row]:
    """The rows of a CUR 2.0 with the lines, in their order."""
    numbered = [{**each, "line_item_usage_start_date": f"2025-10-{day:02}T00:00:00Z"} for day, each in enumerate(lines, start=1)]
    return focus_rows(cur2_parquet(tmp_path / "cur.parquet", numbered))


def test_every_known_product_has_a_name_and_a_category_of_the_fixed_list() -> None:
    assert {category for _, category in SERVICES.values()} <= FOCUS_CATEGORIES
    assert all(name.strip() for name, _ in SERVICES.values())
    assert len({name for name, _ in SERVICES.values()}) == len(SERVICES)


def test_products_are_named_by_aws_then_by_us_then_by_their_code(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        line("Usage", "1", line_item_product_code="AmazonEC2"),
        line("Usage", "1", line_item_product_code="AmazonEC2", product={"product_name": "Amazon Elastic Compute Cloud"}),
        line("Usage", "1", line_item_product_code="8p3fv0u7wjtd2xw9", product={"product_name": "Acme Firewall (PAYG)"}),
        line("Usage", "1", line_item_product_code="AmazonSomethingNew"),
        line("Usage", "1", line_item_product_code="AmazonS3"),
        line("Usage", "1", line_item_product_code="AWSLambda"),
    )

    assert [(row["ServiceName"], row["ServiceCategory"]) for row in rows] == [
        ("Amazon Elastic Compute Cloud", "Compute"),
        ("Amazon Elastic Compute Cloud", "Compute"),
        ("Acme Firewall (PAYG)", "Other"),
        ("AmazonSomethingNew", "Other"),
        ("Amazon Simple Storage Service", "Storage"),
        ("AWS Lambda", "Compute"),
    ]


def test_a_line_with_neither_name_nor_code_has_no_service(tmp_path: Path) -> None:
    (row,) = read(tmp_path, line("Tax", "1", line_item_product_code=""))

    assert "ServiceName" not in row
    assert row["ServiceCategory"] == "Other"


def test_disks_are_storage_although_they_are_billed_under_ec2(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        line("Usage", "1", product_product_family="Storage"),
        line("Usage", "1", product_product_family="Storage Snapshot"),
        line("Usage", "1", line_item_usage_type="EUW1-EBS:VolumeUsage.gp3"),
        line("Usage", "1", product_product_family="Compute Instance"),
    )

    assert [row["ServiceCategory"] for row in rows] == ["Storage", "Storage", "Storage", "Compute"]
    assert {row["ServiceName"] for row in rows} == {"Amazon Elastic Compute Cloud"}


def test_where_a_line_ran(tmp_path: Path) -> None:
    cases: list[tuple[Line, str | None, str | None]] = [
        ({"product_region_code": "eu-west-1", "line_item_availability_zone": "eu-west-1a"}, "eu-west-1", "eu-west-1a"),
        ({"line_item_availability_zone": "ap-southeast-2c"}, "ap-southeast-2", "ap-southeast-2c"),
        ({"line_item_availability_zone": "us-west-2-lax-1a"}, "us-west-2", "us-west-2-lax-1a"),
        ({"product_region_code": "us-east-1", "line_item_availability_zone": "us-east-1"}, "us-east-1", None),
        ({"product": {"region": "us-gov-west-1"}}, "us-gov-west-1", None),
        ({}, None, None),
    ]

    rows = read(tmp_path, *(line("Usage", "1", **given) for given, _, _ in cases))

    assert [(row.get("RegionId"), row.get("AvailabilityZone")) for row in rows] == [(region, zone) for _, region, zone in cases]


def test_an_edge_location_is_no_name_of_a_region(tmp_path: Path) -> None:
    edge, region = read(
        tmp_path,
        line("Usage", "1", product_location="Europe", product_location_type="AWS Edge Location"),
        line("Usage", "1", product_location="EU (Ireland)", product_location_type="AWS Region"),
    )

    assert "RegionName" not in edge
    assert region["RegionName"] == "EU (Ireland)"


def test_what_kind_of_thing_a_resource_is(tmp_path: Path) -> None:
    cases = {
        "i-0a1b2c3d4e5f60718": "instance",
        "vol-0a1b2c3d4e5f60718": "volume",
        "arn:aws:lambda:eu-west-1:222233334444:function:resize": "function",
        "arn:aws:elasticloadbalancing:eu-west-1:222233334444:loadbalancer/app/front/50dc6c495c0c9188": "loadbalancer",
        "acme-lake": None,
        "": None,
    }

    rows = read(tmp_path, *(line("Usage", "1", line_item_resource_id=resource) for resource in cases))

    assert {row.get("ResourceId", ""): row.get("ResourceType") for row in rows} == cases


def test_units_are_spelled_as_focus_does(tmp_path: Path) -> None:
    cases = {
        "Hrs": "Hours",
        "GB-Mo": "GB-Months",
        "LCU-Hrs": "LCU-Hours",
        "GiBps-mo": "GiBps-Months",
        "Lambda-GB-Second": "Lambda-GB-Seconds",
        "seconds": "Seconds",
        "Requests": "Requests",
        "Gold": "Gold",
    }

    rows = read(tmp_path, *(line("Usage", "1", pricing_unit=written) for written in cases))

    assert [row["PricingUnit"] for row in rows] == [row["ConsumedUnit"] for row in rows] == list(cases.values())


def test_what_is_no_usage_consumes_nothing(tmp_path: Path) -> None:
    rows = read(tmp_path, *(line(kind, "1", pricing_unit="Hrs") for kind in ("Tax", "Credit", "Fee", "Refund", "EdpDiscount")))

    assert not any({"ConsumedQuantity", "ConsumedUnit", "ListUnitPrice", "ContractedUnitPrice"} & set(row) for row in rows)


def test_capacity_reserved_and_not_used_is_said(tmp_path: Path) -> None:
    path = cur2_parquet(tmp_path / "cur.parquet", [line("Usage", "1")])
    arn = "arn:aws:ec2:eu-west-1:222233334444:capacity-reservation/cr-0a1b2c3d4e5f60718"
    table = pq.read_table(path).append_column("capacity_reservation_capacity_reservation_arn", pa.array([arn]))
    pq.write_table(table.append_column("capacity_reservation_capacity_reservation_status", pa.array(["Unused"])), path)

    (row,) = focus_rows(path)

    assert (row["CapacityReservationId"], row["CapacityReservationStatus"]) == (arn, "Unused")


# Tags


def tags_of(row: Row) -> dict[str, Any]:
    """The tags of a row; an untagged row has none."""
    found: dict[str, Any] = json.loads(row.get("Tags", "{}"))
    return found


def test_the_older_report_keeps_the_spelling_of_keys(tmp_path: Path) -> None:
    path = legacy_csv(tmp_path / "cur.csv", [line("Usage", "1", resource_tags={"Cost Center": "4711", "owner-team": "web"})])

    (row,) = focus_rows(path)

    assert tags_of(row) == {"Cost Center": "4711", "owner-team": "web"}


def test_a_tag_aws_made_keeps_its_mark_and_an_empty_one_goes(tmp_path: Path) -> None:
    path = legacy_csv(tmp_path / "cur.csv", [line("Usage", "1", resource_tags={"team": "web", "env": ""})])
    header, row_text = path.read_text().splitlines()
    path.write_text(f"{header},resourceTags/aws:createdBy\n{row_text},Root:111122223333\n")

    (row,) = focus_rows(path)

    assert tags_of(row) == {"team": "web", "aws:createdBy": "Root:111122223333"}


def test_athena_spells_a_tag_in_lower_snake_case(tmp_path: Path) -> None:
    (row,) = focus_rows(legacy_parquet(tmp_path / "cur.parquet", [line("Usage", "1", resource_tags={"owner_team": "web"})]))

    assert tags_of(row) == {"owner_team": "web"}


def test_the_mark_of_a_persons_tag_goes_and_nothing_else_changes(tmp_path: Path) -> None:
    cases: list[tuple[str, dict[str, str]]] = [
        ('{"user_team": "web", "user_user_id": "7"}', {"team": "web", "user_id": "7"}),
        ('{"user:team": "web"}', {"team": "web"}),
        ('{"user_note": "x,\\"user_env\\":\\"y\\""}', {"note": 'x,"user_env":"y"'}),
        ('{"user_a": ",", "user_b": "{\\"user_c"}', {"a": ",", "b": '{"user_c'}),
        ('{"user_team": "<!channel> \\u00e9"}', {"team": "<!channel> é"}),
        ('{"aws_created_by": "Root"}', {"aws_created_by": "Root"}),
        ("{}", {}),
        ("", {}),
    ]

    rows = focus_rows(with_column(tmp_path, "resource_tags", *(written for written, _ in cases)))

    assert [tags_of(row) for row in rows] == [tags for _, tags in cases]


def test_tags_of_accounts_and_cost_categories_keep_their_origin(tmp_path: Path) -> None:
    written = '{"resourceTags/team":"web","accountTag/team":"payments","costCategory/Department":"Shop"}'

    (row,) = focus_rows(with_column(tmp_path, "tags", written))

    assert tags_of(row) == {"team": "web", "accountTag/team": "payments", "costCategory/Department": "Shop"}


def test_tags_that_are_no_json_object_make_the_row_bad(tmp_path: Path) -> None:
    path = with_column(tmp_path, "resource_tags", "team=web", '["web"]', '{"user_team":', '"web"', '{"user_team": "web"}')

    assert reasons(path) == ["resource_tags is not a JSON object"] * 4
    assert [tags_of(row) for row in focus_rows(path)] == [{"team": "web"}]


def test_a_product_that_is_no_json_object_makes_the_row_bad(tmp_path: Path) -> None:
    assert reasons(with_column(tmp_path, "product", "{broken")) == ["product is not a JSON object"]


def with_column(tmp_path: Path, column: str, *texts: str) -> Path:
    """A CUR 2.0 as CSV, a line a day, where `column` holds the texts as they stand."""
    days = [line("Usage", "1", day=f"2025-10-{day:02}") for day, _ in enumerate(texts, start=1)]
    path = cur2_csv(tmp_path / "cur.csv", days)
    with path.open(newline="") as file:
        kept = [{name: cell for name, cell in row.items() if name != "resource_tags"} for row in csv.DictReader(file)]
    rows = [{**row, column: text} for row, text in zip(kept, texts, strict=True)]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
