"""A row that cannot be read is kept aside with its file, its line and a reason; more than one in a hundred stops the bill."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from storage.model.errors import DataError
from tests.fakes.bills import FOCUS_1_2, Row, Style, csv_bytes, usage, write_csv, write_parquet
from tests.fakes.stores import ingest, lake_rows, logical_dump, loose_files, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.costs import CostStore

GOOD = [usage("1", ResourceId=f"i-{number:03d}") for number in range(300)]

REASONS: dict[str, tuple[Row, str]] = {
    "no number": ({"BilledCost": "twelve"}, "BilledCost is not a number: twelve"),
    "a comma for the point": ({"EffectiveCost": "1,25"}, "EffectiveCost is not a number: 1,25"),
    "not a number": ({"ListCost": "NaN"}, "ListCost is not a number: NaN"),
    "past 38 digits": ({"BilledCost": "1e25"}, "BilledCost is too large"),
    "past any charge": ({"BilledCost": "99000000000"}, "BilledCost is too large to be a charge"),
    "past any credit": ({"BilledCost": "-99000000000"}, "BilledCost is too large to be a charge"),
    "no quantity": ({"ConsumedQuantity": "some"}, "ConsumedQuantity is not a number: some"),
    "infinite quantity": ({"ConsumedQuantity": "inf"}, "ConsumedQuantity is too large, or no number"),
    "no day": ({"ChargePeriodStart": "yesterday"}, "ChargePeriodStart is not a date and time: yesterday"),
    "a day that never was": ({"ChargePeriodStart": "2025-02-30"}, "ChargePeriodStart is not a date and time: 2025-02-30"),
    "month first": ({"ChargePeriodStart": "03/05/2025"}, "ChargePeriodStart is not a date and time: 03/05/2025"),
    "the zero day": ({"ChargePeriodStart": "0001-01-01"}, "ChargePeriodStart is not between 2000-01-01 and 2100-01-01"),
    "infinity": ({"BillingPeriodStart": "infinity"}, "BillingPeriodStart is not between 2000-01-01 and 2100-01-01"),
    "day missing": ({"ChargePeriodStart": None}, "ChargePeriodStart is missing"),
    "month missing": ({"BillingPeriodStart": None}, "BillingPeriodStart is missing"),
    "currency missing": ({"BillingCurrency": None}, "BillingCurrency is missing"),
    "category missing": ({"ChargeCategory": None}, "ChargeCategory is missing"),
    "no cost at all": (
        {"BilledCost": None, "EffectiveCost": None, "ContractedCost": None, "ListCost": None},
        "every cost is missing",
    ),
    "tags that are no object": ({"Tags": "[1, 2]"}, "Tags is not a JSON object"),
    "tags that are no JSON": ({"Tags": "team=web"}, "Tags is not a JSON object"),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CostStore]:
    """An empty store."""
    with opened(tmp_path / "home") as store:
        yield store


def places(report_rows: tuple[object, ...]) -> list[tuple[str, int]]:
    return [(row.file, row.line) for row in report_rows]  # type: ignore[attr-defined]  # BadRow


def test_each_kind_of_bad_row_has_its_reason_and_line(store: CostStore, tmp_path: Path) -> None:
    bad = [usage(**changes) for changes, _ in REASONS.values()]
    path = write_csv(tmp_path / "bill.csv", [*GOOD[:2], *bad, *GOOD[2:]], style=Style(quoting="all", null='""'))

    report = ingest(store, path, accept_bad=True)

    assert [row.reason for row in report.rejected] == [reason for _, reason in REASONS.values()]
    assert [row.line for row in report.rejected] == list(range(4, 4 + len(bad)))
    assert report.kept == report.charges == len(GOOD)
    assert report.read == len(GOOD) + len(bad)


def test_what_is_large_in_dollars_is_not_in_yen(store: CostStore, tmp_path: Path) -> None:
    rows = [usage("99000000000", BillingCurrency=currency) for currency in ("JPY", "IDR", "USD")]

    report = ingest(store, write_csv(tmp_path / "bill.csv", [*GOOD, *rows]))

    assert [(row.line, row.reason) for row in report.rejected] == [(304, "EffectiveCost is too large to be a charge")]
    assert sorted(report.totals) == ["IDR", "JPY", "USD"]


def test_amounts_that_no_cell_can_hold_together_refuse_the_bill(store: CostStore, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "bill.csv", [usage("1000000000") for _ in range(12)])

    with pytest.raises(DataError, match="add up past the range"):
        ingest(store, path)

    assert loose_files(store.home) == set()


def test_one_in_a_hundred_is_kept_aside_and_the_rest_is_stored(store: CostStore, tmp_path: Path) -> None:
    bad = [usage("oops"), usage("1", ChargePeriodStart="never"), usage("1", Tags="none")]

    report = ingest(store, write_csv(tmp_path / "bill.csv", [*GOOD[:297], *bad]))

    assert (report.read, report.kept, len(report.rejected)) == (300, 297, 3)
    with closing(sqlite3.connect(store.home / "cost.db")) as connection:
        kept_aside = connection.execute("SELECT file, line, reason, raw FROM rejected_rows ORDER BY line").fetchall()
        counted = connection.execute("SELECT read, kept, rejected FROM ingests").fetchall()
    assert [row[:3] for row in kept_aside] == [(row.file, row.line, row.reason) for row in report.rejected]
    assert "oops" in kept_aside[0][3]
    assert counted == [(300, 297, 3)]


def test_more_than_one_in_a_hundred_stores_nothing(store: CostStore, tmp_path: Path) -> None:
    ingest(store, write_csv(tmp_path / "before.csv", GOOD[:3]))
    before, generation = logical_dump(store.home), store.generation()
    bad = [usage("oops") for _ in range(4)]

    with pytest.raises(DataError) as refused:
        ingest(store, write_csv(tmp_path / "bill.csv", [*GOOD[:296], *bad]))

    assert "4 of 300 rows cannot be read; nothing was stored. bill.csv line 298: " in refused.value.sentence
    assert "--accept-bad" in refused.value.remedy
    assert logical_dump(store.home) == before
    assert store.generation() == generation
    assert loose_files(store.home) == set()


def test_accepting_bad_rows_stores_the_rest(store: CostStore, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "bill.csv", [*GOOD[:10], *(usage("oops") for _ in range(10))])

    report = ingest(store, path, accept_bad=True)

    assert (report.kept, len(report.rejected)) == (10, 10)
    assert len(lake_rows(store, ("ResourceId",))) == 10


def test_accepting_bad_rows_does_not_make_an_empty_bill_a_bill(store: CostStore, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "bill.csv", [usage("oops") for _ in range(10)])

    with pytest.raises(DataError, match="no charges"):
        ingest(store, path, accept_bad=True)

    assert store.catalog().parts == ()


def _torn(columns: tuple[str, ...] = FOCUS_1_2) -> bytes:
    """Good and torn lines by turns; line 1 is the header, and line 4 goes on in line 5."""
    lines = csv_bytes([*GOOD[:2], usage(ChargeDescription="two\nlines"), *GOOD[3:9], usage("oops")], columns).split(b"\n")
    lines.insert(3, b"torn,off")  # line 4; the text over two lines moves to 5 and 6
    lines.insert(8, lines[8] + b',"one","more"')  # line 9
    lines.insert(9, b'"a \n b",c')  # lines 10 and 11
    return b"\n".join(lines)


def test_lines_are_the_editors_own_after_torn_lines_and_texts_over_two_lines(store: CostStore, tmp_path: Path) -> None:
    (tmp_path / "bill.csv").write_bytes(_torn())
    text = (tmp_path / "bill.csv").read_text().split("\n")

    report = ingest(store, tmp_path / "bill.csv", accept_bad=True)

    found = {row.line: row.reason for row in report.rejected}
    assert sorted(found) == [4, 9, 10, 11, text.index(next(line for line in text if "oops" in line)) + 1]
    assert "Columns" in found[4]
    assert "Columns" in found[9]
    assert found[11] == "swallowed by the quote on line 10"
    assert report.kept == 9


def test_lines_hold_right_behind_torn_ones(store: CostStore, tmp_path: Path) -> None:
    lines = csv_bytes([*GOOD[:2], usage("oops"), GOOD[3], usage("again")]).split(b"\n")
    lines[3:3] = [b"torn,off"] * 3
    lines[8:8] = [b"torn,off"]
    (tmp_path / "bill.csv").write_bytes(b"\n".join(lines))

    report = ingest(store, tmp_path / "bill.csv", accept_bad=True)

    assert [row.line for row in report.rejected] == [4, 5, 6, 7, 9, 10]
    assert [row.line for row in report.rejected if "not a number" in row.reason] == [7, 10]


def test_lines_hold_behind_a_bad_row_of_several_lines(store: CostStore, tmp_path: Path) -> None:
    rows = [*GOOD[:2], usage("oops", ChargeDescription="one\ntwo\nthree"), GOOD[3], usage("again"), *GOOD[5:7]]

    report = ingest(store, write_csv(tmp_path / "bill.csv", rows), accept_bad=True)

    assert [row.line for row in report.rejected] == [4, 8]
    assert len(lake_rows(store, ("ResourceId",))) == 5


def test_a_second_file_counts_its_own_lines(store: CostStore, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(_torn())
    rows = [*GOOD[:5], usage("oops"), *GOOD[5:8], usage("again")]
    write_csv(tmp_path / "b.csv", rows)
    write_csv(tmp_path / "c" / "b.csv", rows, FOCUS_1_2[::-1], Style(delimiter=";"))

    report = ingest(store, tmp_path, accept_bad=True)

    assert [place for place in places(report.rejected) if place[0] != "a.csv"] == [
        ("b.csv", 7),
        ("b.csv", 11),
        ("c/b.csv", 7),
        ("c/b.csv", 11),
    ]


def test_a_bad_row_of_a_parquet_file_has_its_number(store: CostStore, tmp_path: Path) -> None:
    rows = [*GOOD, usage("1", ChargeCategory=None), *GOOD]
    write_parquet(tmp_path / "a" / "part 1.parquet", rows)
    write_parquet(tmp_path / "b" / "part 1.parquet", [usage("2"), *rows])
    write_parquet(tmp_path / "c.parquet", [usage("nan")], types={"BilledCost": pa.float64()})

    report = ingest(store, tmp_path)

    assert places(report.rejected) == [("a/part 1.parquet", 301), ("b/part 1.parquet", 302), ("c.parquet", 1)]


def test_a_quote_closed_too_late_counts_every_charge_it_swallowed(store: CostStore, tmp_path: Path) -> None:
    lines = csv_bytes(GOOD).split(b"\n")
    lines[10] = lines[10].replace(b'"m7g.large', b'"m7g.large "by', 1).replace(b'the hour"', b"the hour", 1)
    (tmp_path / "bill.csv").write_bytes(b"\n".join(lines))

    report = ingest(store, tmp_path / "bill.csv", accept_bad=True)

    assert report.read == len(GOOD)
    assert report.kept + len(report.rejected) == report.read


def test_text_that_is_not_utf8_is_a_bad_row(store: CostStore, tmp_path: Path) -> None:
    data = csv_bytes([*GOOD[:4], usage(ChargeDescription="Größe"), *GOOD[4:]])
    (tmp_path / "bill.csv").write_bytes(data.decode().encode("latin-1"))

    report = ingest(store, tmp_path / "bill.csv")

    assert [row.line for row in report.rejected] == [6]
    assert "utf-8" in report.rejected[0].reason


def test_reasons_and_kept_text_stay_short(store: CostStore, tmp_path: Path) -> None:
    novel = "x" * 100_000
    torn = csv_bytes(GOOD[:200]).rstrip(b"\n").replace(b"i-100", b'i-100","' + novel.encode())
    (tmp_path / "a.csv").write_bytes(torn)
    write_csv(tmp_path / "b.csv", [usage(novel), usage(Tags=novel), usage(ChargePeriodStart=novel)])

    report = ingest(store, tmp_path, accept_bad=True)

    assert len(report.rejected) == 4
    assert max(len(row.reason) for row in report.rejected) < 250
    assert max(len(row.raw) for row in report.rejected) <= 500
    with pytest.raises(DataError) as refused:
        ingest(store, tmp_path / "b.csv")
    assert len(refused.value.sentence) < 1000
