"""The real, anonymised FOCUS sample goes in whole, and every sum comes out: exactly from the lake, to the cell from cost.db."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.engines.base import Slice
from storage.engines.cubes import CubeEngine
from tests.fakes.bills import COSTS, sums
from tests.fakes.stores import ALWAYS, amounts, ask_lake, ingest, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.ingest.results import IngestReport
    from storage.costs import CostStore
    from tests.fakes.bills import Row

SAMPLE = Path(__file__).parents[4] / "shared" / "data" / "focus_sample.csv"
HALF_A_UNIT = Decimal("0.0000000005")
QUESTIONS = {
    "provider": ("ProviderName",),
    "service": ("ServiceName",),
    "category": ("ServiceCategory",),
    "charge": ("ChargeCategory",),
    "provider,category,service": ("ProviderName", "ServiceCategory", "ServiceName"),
}

pytestmark = pytest.mark.skipif(not SAMPLE.exists(), reason="the shared sample is not beside this checkout")


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """The file as Python's csv module reads it; an unquoted NULL is no value."""
    with SAMPLE.open(newline="", encoding="utf-8") as file:
        return [{name: None if value == "NULL" else value for name, value in row.items()} for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[CostStore, IngestReport]]:
    """A store with the sample in it."""
    with opened(tmp_path_factory.mktemp("sample")) as store:
        yield store, ingest(store, SAMPLE, source="sample")


def test_not_one_row_is_rejected(filled: tuple[CostStore, IngestReport]) -> None:
    _, report = filled

    assert (report.read, report.kept, report.charges) == (1000, 1000, 1000)
    assert report.rejected == ()
    assert report.rounded == 0
    assert report.formats == ("FOCUS",)


def test_the_report_totals_are_the_files_own_to_the_last_digit(filled: tuple[CostStore, IngestReport], rows: list[Row]) -> None:
    _, report = filled

    assert {(currency,): dict(totals) for currency, totals in report.totals.items()} == sums(rows)


def test_a_column_that_focus_does_not_know_is_named(filled: tuple[CostStore, IngestReport]) -> None:
    _, report = filled

    assert report.ignored == ("Id",)


@pytest.mark.parametrize("by", QUESTIONS)
def test_the_lake_gives_the_plain_sums_exactly(filled: tuple[CostStore, IngestReport], rows: list[Row], by: str) -> None:
    store, _ = filled

    answer = ask_lake(store, Slice(ALWAYS, by=tuple(by.split(","))))

    assert amounts(answer) == sums(rows, *QUESTIONS[by])


@pytest.mark.parametrize("by", QUESTIONS)
def test_the_cubes_give_them_within_half_a_unit_a_cell(filled: tuple[CostStore, IngestReport], rows: list[Row], by: str) -> None:
    store, _ = filled
    with store.database.read() as connection:
        (cells,) = connection.execute("SELECT count(*) FROM facts").fetchone()
    expected = sums(rows, *QUESTIONS[by])

    (answer,) = store.run(Slice(ALWAYS, by=tuple(by.split(","))))

    assert isinstance(store.plan(Slice(ALWAYS, by=tuple(by.split(",")))), CubeEngine)
    found = amounts(answer)
    assert found.keys() == expected.keys()
    for key, group in expected.items():
        for basis in COSTS:
            assert abs((found[key][basis] or 0) - (group[basis] or 0)) <= HALF_A_UNIT * cells


def test_a_charge_billed_in_october_for_september_counts_in_both_months_as_asked(
    filled: tuple[CostStore, IngestReport],
) -> None:
    _, report = filled

    assert [(f"{each.period:%Y-%m}", each.after) for each in report.periods] == [("2024-09", 999), ("2024-10", 1)]
    assert (str(report.first_day), str(report.last_day)) == ("2024-09-01", "2024-09-30")
