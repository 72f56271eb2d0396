"""A bill with every kind of charge: each lands on the line, day, month, currency and purchase option it belongs to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from storage.engines.base import Slice
from storage.layout import digits
from storage.model.period import Period
from storage.model.query import Axis, Basis, Filter, Line
from tests.fakes.bills import COSTS, everything, sums, usage, write_csv
from tests.fakes.stores import ALWAYS, amounts, ask_lake, ingest, lake_rows, opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.ingest.results import IngestReport
    from storage.costs import CostStore

MARCH, APRIL = Period(date(2025, 3, 1), date(2025, 4, 1)), Period(date(2025, 4, 1), date(2025, 5, 1))
DOLLARS = Filter("currency", ("USD",))
COLUMNS = {
    "provider": "ProviderName",
    "service": "ServiceName",
    "category": "ServiceCategory",
    "charge": "ChargeCategory",
    "pricing": "PricingCategory",
    "commitment": "CommitmentDiscountStatus",
    "region": "RegionId",
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[CostStore, IngestReport]]:
    """A store with the bill of March 2025."""
    path = write_csv(tmp_path_factory.mktemp("bills") / "march.csv", everything())
    with opened(tmp_path_factory.mktemp("home")) as store:
        yield store, ingest(store, path)


@pytest.fixture
def store(filled: tuple[CostStore, IngestReport]) -> CostStore:
    """That store."""
    return filled[0]


def billed(store: CostStore, piece: Slice) -> dict[tuple[str | None, ...], Decimal | None]:
    """Key → billed, over all lines."""
    (answer,) = store.run(piece)
    return {key[1:]: group["billed"] for key, group in amounts(answer).items()}


@pytest.mark.parametrize("dimension", COLUMNS)
def test_the_lake_gives_plain_sums_of_all_four_bases(store: CostStore, dimension: str) -> None:
    found = amounts(ask_lake(store, Slice(ALWAYS, by=(dimension,))))

    assert found == sums(everything(), COLUMNS[dimension])


@pytest.mark.parametrize("dimension", COLUMNS)
def test_cost_db_gives_them_to_the_cell(store: CostStore, dimension: str) -> None:
    (answer,) = store.run(Slice(ALWAYS, by=(dimension,)))
    found, expected = amounts(answer), sums(everything(), COLUMNS[dimension])

    assert found.keys() == expected.keys()
    for key, group in expected.items():
        allowed = Decimal(len(everything())) / 2 * Decimal(10) ** -digits(str(key[0]))
        assert [basis for basis in COSTS if (found[key][basis] is None) != (group[basis] is None)] == []
        assert max(abs((found[key][basis] or 0) - (group[basis] or 0)) for basis in COSTS) <= allowed


def test_credits_refunds_and_tax_stand_on_their_own_lines(store: CostStore) -> None:
    (answer,) = store.run(Slice(ALWAYS, filters=(DOLLARS,)))

    found = {cell.line: (cell.amounts[Basis.BILLED], cell.charges) for cell in answer.cells}
    assert found[Line.CREDITS] == (Decimal("-3.4"), 1)
    assert found[Line.REFUNDS] == (Decimal("-2.2"), 1)
    assert found[Line.TAX] == (Decimal("12.5"), 1)
    # A discount and a correction that asks for more are charges.
    assert found[Line.CHARGES][1] == 13


def test_currencies_are_never_added(filled: tuple[CostStore, IngestReport]) -> None:
    store, report = filled
    (answer,) = store.run(Slice(ALWAYS, folded=True))

    assert {cell.currency for cell in answer.cells} == {"USD", "EUR", "JPY"} == set(report.totals)
    assert report.totals["EUR"]["billed"] == Decimal("1.500000000000000001")


def test_yen_keep_six_digits_and_euros_nine(store: CostStore) -> None:
    (answer,) = store.run(Slice(ALWAYS, by=("currency",), folded=True))

    found = {cell.currency: cell.amounts[Basis.BILLED] for cell in answer.cells}
    assert found["JPY"] == Decimal("1000000.123456")
    assert found["EUR"] == Decimal("1.5")


def test_purchases_and_the_used_and_unused_parts_of_a_commitment(store: CostStore) -> None:
    (answer,) = store.run(Slice(ALWAYS, by=("purchase", "commitment", "charge"), filters=(DOLLARS,), lines=(Line.CHARGES,)))

    found = {cell.key: (cell.amounts[Basis.BILLED], cell.amounts[Basis.EFFECTIVE]) for cell in answer.cells}
    assert found["Savings Plan", None, "Purchase"] == (Decimal(730), Decimal(0))
    assert found["Savings Plan", "Used", "Usage"] == (Decimal(0), Decimal("0.9"))
    assert found["Savings Plan", "Unused", "Usage"] == (Decimal(0), Decimal("0.1"))
    assert found["Reserved", "Used", "Usage"] == (Decimal(0), Decimal("0.6"))
    assert found["Spot", None, "Usage"] == (Decimal("0.31"), Decimal("0.31"))
    assert ("On-Demand", None, "Usage") in found


def test_a_charge_over_several_days_belongs_to_the_day_it_starts(store: CostStore) -> None:
    (answer,) = store.run(Slice(MARCH, by=("service",), daily=True, filters=(Filter("service", ("AWS Support",)),)))

    assert [(cell.bucket, cell.amounts[Basis.BILLED]) for cell in answer.cells] == [(date(2025, 3, 1), Decimal(31))]


def test_a_charge_is_in_the_month_it_was_used_or_in_the_one_that_bills_it(store: CostStore) -> None:
    used = billed(store, Slice(MARCH, filters=(DOLLARS,)))
    invoiced = billed(store, Slice(APRIL, axis=Axis.BILLING, filters=(DOLLARS,)))
    refunded = billed(store, Slice(Period(date(2025, 2, 27), date(2025, 2, 28)), filters=(DOLLARS,)))

    assert used[()] == Decimal("778.58") + Decimal("2.2")
    assert invoiced[()] == Decimal("0.02")
    assert refunded[()] == Decimal("-2.2")


def test_a_basis_that_a_charge_does_not_have_is_none_and_counted(store: CostStore) -> None:
    (answer,) = store.run(Slice(ALWAYS, by=("service",), filters=(Filter("service", ("Datadog",)),)))

    assert [(cell.amounts[Basis.LIST], cell.amounts[Basis.BILLED]) for cell in answer.cells] == [(None, Decimal(3))]
    assert [dict(part.missing) for part in store.catalog().parts] == [{"contracted": 1, "list": 1}, {}]


def test_without_a_sub_account_the_paying_account_stands_in_and_keeps_its_name(store: CostStore) -> None:
    (answer,) = store.run(Slice(ALWAYS, by=("account",), filters=(Filter("service", ("Rounding",)),)))

    assert [cell.key for cell in answer.cells] == [("100000000001",)]
    assert store.catalog().labels == {
        "100000000001": "Example Ltd",
        "100000000002": "web",
        "100000000003": "data",
        "/subscriptions/0001": "Daten",
    }


def test_the_untagged_are_a_group_of_their_own(store: CostStore) -> None:
    (answer,) = store.run(Slice(ALWAYS, by=("tag:team", "tag:env"), filters=(DOLLARS,), folded=True))

    assert {cell.key: cell.charges for cell in answer.cells} == {("shop", "prod"): 14, ("shop", "test"): 1, (None, None): 1}


def test_any_other_tag_is_asked_of_the_lake(tmp_path_factory: pytest.TempPathFactory) -> None:
    rows = [
        usage("1", Tags='{"cost centre": "4711"}'),
        usage("2", Tags='{"cost centre": ""}'),
        usage("3", Tags='{"a\\"b.c": "x"}'),
        usage("4", Tags=None),
    ]
    path = write_csv(tmp_path_factory.mktemp("bills") / "tags.csv", rows)
    with opened(tmp_path_factory.mktemp("home")) as store:
        ingest(store, path)

        assert billed(store, Slice(ALWAYS, by=("tag:cost centre",))) == {("4711",): Decimal(1), (None,): Decimal(9)}
        assert billed(store, Slice(ALWAYS, filters=(Filter('tag:a"b.c', ("x",)),))) == {(): Decimal(3)}


def test_consumption_is_kept_by_unit_and_only_for_what_was_used(store: CostStore) -> None:
    (answer,) = store.run(Slice(ALWAYS, by=("service",), usage=True, filters=(Filter("service", ("AWS Support", "Datadog")),)))

    assert sorted((cell.key[0], cell.unit, cell.quantity) for cell in answer.cells) == [
        ("AWS Support", "Hours", Decimal(1)),
        ("Datadog", "Hours", Decimal(1)),
    ]


def test_the_provider_is_named_whichever_version_the_exporter_speaks(store: CostStore) -> None:
    assert {row[0] for row in lake_rows(store, ("ServiceProviderName",))} == {"AWS", "Microsoft"}
