"""The same three charges, written in every form that exporters hand out, are the same three charges once they are in.

All forms stand in one folder, as a bucket of exports does, and go in together; each test looks at the rows of one of them.
"""

from __future__ import annotations

import gzip
import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from tests.fakes.bills import (
    FOCUS_1_0,
    FOCUS_1_1,
    FOCUS_1_2,
    FOCUS_1_3,
    Row,
    Style,
    csv_bytes,
    usage,
    write_csv,
    write_parquet,
)
from tests.fakes.stores import ingest, lake_rows, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from services.ingest.results import IngestReport

LOOKED_AT = ("day", "BilledCost", "ListCost", "ChargeDescription", "RegionName", "tag_team", "account", "ProviderName")
HARD = '5" disk, "fast"; cheap\tor | not'
NEEDED = ("BilledCost", "BillingCurrency", "BillingPeriodStart", "ChargeCategory", "ChargePeriodStart", "ResourceId")
Found = list[tuple[Any, ...]]


def charges(form: str, hard: str = HARD, two_lines: str = "two\nlines") -> list[Row]:
    """Three charges of a form: one with a description that needs quoting, one over two lines, one with little said."""
    aws = {"ServiceProviderName": "AWS"}
    return [
        usage("1.25", ResourceId=form, ChargeDescription=hard, **aws),
        usage("-0.00000015", day="2025-03-31", ResourceId=form, ChargeDescription=two_lines, RegionName="São Paulo 東京", **aws),
        usage("0", ListCost=None, ResourceId=form, ChargeDescription=None, Tags=None, SubAccountId=None, **aws),
    ]


def expected(hard: str = HARD, two_lines: str = "two\nlines") -> Found:
    """What the lake then holds."""
    return [
        (date(2025, 3, 5), Decimal("1.25"), Decimal("1.25"), hard, "Europe (Ireland)", "shop", "100000000002", "AWS"),
        (date(2025, 3, 31), *(Decimal("-1.5E-7"),) * 2, two_lines, "São Paulo 東京", "shop", "100000000002", "AWS"),
        (date(2025, 3, 5), Decimal(0), None, None, "Europe (Ireland)", None, "100000000001", "AWS"),
    ]


CSV_FORMS: dict[str, tuple[tuple[str, ...], Style]] = {
    "text-quoted": (FOCUS_1_2, Style()),
    "everything-quoted": (FOCUS_1_2, Style(quoting="all", null='""')),
    "empty-for-null": (FOCUS_1_2, Style(null="")),
    "columns-in-another-order": (FOCUS_1_2[::-1], Style()),
    "lower-case-header": (FOCUS_1_2, Style(header=str.lower)),
    "upper-case-header": (FOCUS_1_2, Style(header=str.upper)),
    "snake-case-header": (FOCUS_1_2, Style(header=lambda name: "".join(f"_{c.lower()}" if c.isupper() else c for c in name)[1:])),
    "backslash-before-quote": (FOCUS_1_2, Style(backslash=True)),
    "backslash-and-empty": (FOCUS_1_2, Style(backslash=True, quoting="all", null='""')),
    "single-quotes": (FOCUS_1_2, Style(quote="'")),
    "semicolons": (FOCUS_1_2, Style(delimiter=";")),
    "tabs": (FOCUS_1_2, Style(delimiter="\t")),
    "bars": (FOCUS_1_2, Style(delimiter="|")),
    "bom": (FOCUS_1_2, Style(start=b"\xef\xbb\xbf")),
    "crlf": (FOCUS_1_2, Style(newline="\r\n")),
    "bom-crlf-semicolons": (FOCUS_1_2, Style(start=b"\xef\xbb\xbf", newline="\r\n", delimiter=";")),
    "focus-1.0": (FOCUS_1_0, Style()),
    "focus-1.1": (FOCUS_1_1, Style()),
    "focus-1.3-without-provider": (FOCUS_1_3, Style()),
}

PARQUET_FORMS: dict[str, dict[str, pa.DataType]] = {
    "parquet-text": {},
    "parquet-decimals": dict.fromkeys(("BilledCost", "EffectiveCost", "ContractedCost", "ListCost"), pa.decimal128(20, 10)),
    "parquet-wide-decimals": dict.fromkeys(("BilledCost", "EffectiveCost", "ContractedCost", "ListCost"), pa.decimal128(38, 20)),
    "parquet-doubles": dict.fromkeys(("BilledCost", "EffectiveCost", "ContractedCost", "ListCost"), pa.float64()),
    "parquet-timestamps": dict.fromkeys(("ChargePeriodStart", "BillingPeriodStart"), pa.timestamp("us")),
    "parquet-nanoseconds": dict.fromkeys(("ChargePeriodStart", "BillingPeriodStart"), pa.timestamp("ns")),
    "parquet-zoned": dict.fromkeys(("ChargePeriodStart", "BillingPeriodStart"), pa.timestamp("ms", tz="UTC")),
    "parquet-dates": dict.fromkeys(("ChargePeriodStart", "BillingPeriodStart"), pa.date32()),
    "parquet-map": {"Tags": pa.map_(pa.string(), pa.string())},
}


def _write_forms(folder: Path) -> None:
    for form, (columns, style) in CSV_FORMS.items():
        write_csv(folder / f"{form}.csv", charges(form), columns, style)
    for form, types in PARQUET_FORMS.items():
        write_parquet(folder / f"{form}.parquet", charges(form), FOCUS_1_2, types)
    bare = {"Tags": '{"team":"shop"}', "InvoiceIssuerName": "AWS"}
    plain = [{**row, **bare, "Tags": row["Tags"] and bare["Tags"]} for row in charges("nothing-quoted", "plain", "words")]
    write_csv(folder / "nothing-quoted.csv", plain, FOCUS_1_2, Style(quoting="none"))
    write_csv(folder / "zipped.csv.gz", charges("zipped"))
    (folder / "zipped-without-saying.csv").write_bytes(gzip.compress(csv_bytes(charges("zipped-without-saying"))))
    two_members = csv_bytes(charges("zipped-twice")).split(b"\n", 1)
    (folder / "zipped-twice.csv.gz").write_bytes(gzip.compress(two_members[0] + b"\n") + gzip.compress(two_members[1]))
    write_csv(folder / "csv-called-parquet.parquet", charges("csv-called-parquet"))
    write_parquet(folder / "parquet-called-csv.csv", charges("parquet-called-csv"))
    write_csv(folder / "BILLING_PERIOD=2025-03" / "export-1.csv", charges("partition"))
    write_parquet(folder / "BILLING_PERIOD=2025-03" / "export-2.parquet", charges("parquet-partition"))
    write_csv(folder / "it's [1] *.csv", charges("odd-name"))
    write_parquet(folder / "it's [2] *?.parquet", charges("odd-parquet-name"))
    write_csv(folder / "no-end.csv", [], FOCUS_1_2)
    (folder / "no-last-newline.csv").write_bytes(csv_bytes(charges("no-last-newline")).rstrip(b"\n"))
    write_csv(folder / "least.csv", [usage("7", ResourceId="least")], NEEDED)


def _write_passed_over(folder: Path) -> None:
    for name in (".hidden.csv", "_SUCCESS.csv", "metadata/Manifest.csv", "_delta_log/1.csv", ".tmp/part.csv"):
        write_csv(folder / name, [usage("1000", ResourceId="passed over")])
    (folder / "manifest.json").write_text("{}")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Found], IngestReport]]:
    """Form → its rows in the lake, and the report of the one ingest of all of them."""
    folder = tmp_path_factory.mktemp("forms")
    _write_forms(folder)
    _write_passed_over(folder)
    with opened(tmp_path_factory.mktemp("home")) as store:
        report = ingest(store, folder)
        found: dict[str, Found] = {}
        for form, *rest in lake_rows(store, ("ResourceId", *LOOKED_AT)):
            found.setdefault(form, []).append(tuple(rest))
        yield found, report


def same(found: Found, wanted: Found) -> bool:
    """Whether these are the same charges, in whatever order."""
    return sorted(found, key=repr) == sorted([tuple(_as_stored(value) for value in row) for row in wanted], key=repr)


def _as_stored(value: object) -> object:
    return value.quantize(Decimal("1E-18")) if isinstance(value, Decimal) else value


WHOLE = (
    *CSV_FORMS,
    *PARQUET_FORMS,
    *("zipped", "zipped-without-saying", "zipped-twice", "csv-called-parquet", "parquet-called-csv", "partition"),
    *("parquet-partition", "odd-name", "odd-parquet-name", "no-last-newline"),
)


@pytest.mark.parametrize("form", WHOLE)
def test_a_form_gives_its_three_charges(filled: tuple[dict[str, Found], IngestReport], form: str) -> None:
    found, _ = filled

    assert same(found[form], expected())


def test_nothing_quoted_gives_its_three_charges(filled: tuple[dict[str, Found], IngestReport]) -> None:
    found, _ = filled

    assert same(found["nothing-quoted"], expected("plain", "words"))


def test_a_bill_with_the_least_columns_is_complete_by_what_it_has(filled: tuple[dict[str, Found], IngestReport]) -> None:
    found, _ = filled

    assert same(found["least"], [(date(2025, 3, 5), Decimal(7), None, None, None, None, None, None)])


def test_hidden_and_metadata_files_are_passed_over(filled: tuple[dict[str, Found], IngestReport]) -> None:
    found, report = filled

    assert "passed over" not in found
    assert not [name for name in report.files if name.startswith((".", "_", "metadata"))]


def test_every_row_is_kept_and_files_are_named_by_their_place_in_the_folder(
    filled: tuple[dict[str, Found], IngestReport],
) -> None:
    _, report = filled

    assert report.rejected == ()
    assert report.read == report.kept == 3 * (len(WHOLE) + 1) + 1
    assert "BILLING_PERIOD=2025-03/export-1.csv" in report.files


def test_columns_that_nothing_reads_are_reported(filled: tuple[dict[str, Found], IngestReport]) -> None:
    _, report = filled

    assert {"SkuPriceDetails", "AllocatedMethodId", "PricingCurrency"} <= set(report.ignored)
    assert "Tags" not in report.ignored


def test_columns_that_differ_by_case_or_a_dash_stay_apart(tmp_path: Path) -> None:
    header = "line_item_line_item_type,line_item_unblended_cost,line_item_currency_code,line_item_usage_start_date"
    tags = ("resourceTags/user:cost-center", "resourceTags/user:cost_center", "resourceTags/user:Team", "resourceTags/user:team")
    text = f"{header},bill_billing_period_start_date,{','.join(tags)}\nUsage,1.5,USD,2025-03-05,2025-03-01,a,b,c,d\n"
    (tmp_path / "cur.csv").write_text(text)

    with opened(tmp_path / "home") as store:
        ingest(store, tmp_path / "cur.csv")
        ((found,),) = lake_rows(store, ("Tags",))

    assert json.loads(found) == {"cost-center": "a", "cost_center": "b", "Team": "c", "team_1": "d"}


def test_of_two_spellings_of_a_focus_column_the_exact_one_counts(tmp_path: Path) -> None:
    write_csv(tmp_path / "bill.csv", [usage("99", billed_cost="98")], ("billed_cost", *FOCUS_1_2))

    with opened(tmp_path / "home") as store:
        report = ingest(store, tmp_path / "bill.csv")

    assert report.totals["USD"]["billed"] == Decimal(99)
    assert "billed_cost" in report.ignored


def test_what_a_folder_is_called_is_not_what_the_bill_says(tmp_path: Path) -> None:
    write_parquet(tmp_path / "bills" / "BillingCurrency=EUR" / "day=1" / "bill.parquet", [usage("1")])

    with opened(tmp_path / "home") as store:
        report = ingest(store, tmp_path / "bills")

    assert list(report.totals) == ["USD"]
    assert "day" not in report.ignored


NUMBERS: dict[str, tuple[str, str]] = {
    "scientific": ("1.5E-7", "0.00000015"),
    "scientific small e": ("-2.5e+3", "-2500"),
    "44 digits": ("0.12345678901234567890123456789012345678901234", "0.123456789012345679"),
    "44 digits, most of them zeros": ("1.50000000000000000000000000000000000000000000", "1.5"),
    "too fine for 18 decimals": ("1e-20", "0"),
    "18 decimals": ("0.000000000000000001", "0.000000000000000001"),
    "plus sign": ("+3.5", "3.5"),
    "no zero before the point": (".5", "0.5"),
    "nothing after the point": ("4.", "4"),
    "spaces": ("  6.25 ", "6.25"),
    "minus zero": ("-0", "0"),
    "the largest dollar": ("1024000000", "1024000000"),
}
ROUNDED = {"44 digits", "too fine for 18 decimals"}

MOMENTS: dict[str, tuple[str, str]] = {
    "east of UTC": ("2025-03-10T00:00:00+02:00", "2025-03-09 22:00:00"),
    "west of UTC": ("2025-03-10 20:00:00-05", "2025-03-11 01:00:00"),
    "zulu": ("2025-03-10T23:59:59Z", "2025-03-10 23:59:59"),
    "date only": ("2025-03-10", "2025-03-10 00:00:00"),
    "milliseconds": ("2025-03-10T01:02:03.004Z", "2025-03-10 01:02:03.004000"),
    "seven digits": ("2025-03-10T00:00:00.0000000Z", "2025-03-10 00:00:00"),
    "named": ("2025-03-10 00:00:00 UTC", "2025-03-10 00:00:00"),
    "leap day": ("2024-02-29 00:00:00", "2024-02-29 00:00:00"),
}

BILLING: dict[str, tuple[str, str]] = {
    "midnight in Berlin": ("2025-03-01T00:00:00+01:00", "2025-03-01"),
    "midnight in Kiritimati": ("2025-03-01T00:00:00+14:00", "2025-03-01"),
    "midnight in Honolulu": ("2025-03-01T00:00:00-10:00", "2025-03-01"),
    "the last of the month before": ("2025-02-28 23:00:00", "2025-03-01"),
    "the middle of the month": ("2025-03-15", "2025-03-01"),
}

TAGS: dict[str, tuple[str | None, str | None]] = {
    "second spelling": ('{"owner-team": "data"}', "data"),
    "first spelling that has a value": ('{"team": "", "Team": "web"}', "web"),
    "number": ('{"team": 7}', "7"),
    "null in JSON": ('{"team": null}', None),
    "empty object": ("{}", None),
    "quotes inside": ('{"team": "a \\"b\\" c"}', 'a "b" c'),
    "not ASCII": ('{"team": "größe 東"}', "größe 東"),
    "escaped": ('{"team": "gr\\u00f6\\u00dfe"}', "größe"),
    "control words": ('{"team": "<!channel>"}', "<!channel>"),
}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Callable[[str, str], Any], IngestReport]]:
    """(label, column) → the one value, and the report."""
    folder = tmp_path_factory.mktemp("values")
    rows = [usage(BilledCost=text, ResourceId=f"number {label}") for label, (text, _) in NUMBERS.items()]
    rows += [usage(ChargePeriodStart=text, ResourceId=f"moment {label}") for label, (text, _) in MOMENTS.items()]
    rows += [usage(BillingPeriodStart=text, ResourceId=f"billing {label}") for label, (text, _) in BILLING.items()]
    rows += [usage(Tags=text, ResourceId=f"tags {label}") for label, (text, _) in TAGS.items()]
    rows += [usage(SubAccountName="NULL", SubAccountId="NULL", ListCost='"NULL"', Tags="NULL", ResourceId="quoted null")]
    write_csv(folder / "values.csv", rows)
    with opened(tmp_path_factory.mktemp("home")) as store:
        report = ingest(store, folder)
        columns = (
            "ResourceId",
            "BilledCost",
            "ListCost",
            "ChargePeriodStart",
            "day",
            "tag_team",
            "SubAccountId",
            "SubAccountName",
        )
        values = {label: dict(zip(columns[1:], rest, strict=True)) for label, *rest in lake_rows(store, columns)}
        months = {part.month for part in store.catalog().parts}
        yield lambda label, column: months if column == "months" else values[label][column], report


@pytest.mark.parametrize("label", NUMBERS)
def test_a_number_is_read_exactly(read: tuple[Callable[[str, str], Any], IngestReport], label: str) -> None:
    value, _ = read

    assert value(f"number {label}", "BilledCost") == Decimal(NUMBERS[label][1])


def test_amounts_with_more_than_18_decimals_are_counted(read: tuple[Callable[[str, str], Any], IngestReport]) -> None:
    _, report = read

    assert report.rounded == len(ROUNDED)


@pytest.mark.parametrize("label", MOMENTS)
def test_a_moment_is_read_in_utc_and_its_day_with_it(read: tuple[Callable[[str, str], Any], IngestReport], label: str) -> None:
    value, _ = read
    moment = datetime.fromisoformat(MOMENTS[label][1])

    assert value(f"moment {label}", "ChargePeriodStart") == moment
    assert value(f"moment {label}", "day") == moment.date()


def test_a_billing_month_is_the_one_that_was_meant_wherever_the_exporter_sat(
    read: tuple[Callable[[str, str], Any], IngestReport],
) -> None:
    value, report = read

    assert {str(month) for month in value("", "months")} == {month for _, month in BILLING.values()}
    assert [each.after for each in report.periods] == [report.read]


@pytest.mark.parametrize("label", TAGS)
def test_a_configured_tag_key_is_found_in_any_of_its_spellings(
    read: tuple[Callable[[str, str], Any], IngestReport], label: str
) -> None:
    value, _ = read

    assert value(f"tags {label}", "tag_team") == TAGS[label][1]


def test_a_quoted_null_is_no_value_but_may_be_a_name(read: tuple[Callable[[str, str], Any], IngestReport]) -> None:
    value, _ = read

    assert value("quoted null", "SubAccountId") is None
    assert value("quoted null", "tag_team") is None
    assert value("quoted null", "SubAccountName") == "NULL"
