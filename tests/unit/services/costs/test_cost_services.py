"""What stands beside a service: its category, its usage where that has one unit; and looking into one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from services.costs import services
from services.costs.results import Usage
from storage.model.query import Filter
from tests.fakes.bills import usage
from tests.fakes.company import EC2, LAMBDA, OCTOBER, RDS, S3
from tests.fakes.desk import adds_up, amounts, desk

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.fakes.desk import Desk


def test_usage_is_told_where_there_is_one_unit(office: Desk) -> None:
    rows = {row.key["service"]: row for row in office.only("service", top=100).rows}

    lambdas = rows[LAMBDA].usage
    assert lambdas is not None
    assert (lambdas.quantity, lambdas.unit) == (OCTOBER.days, "Requests")
    assert rows[S3].usage is None, "gigabytes and requests are never added"
    assert rows["AWS Support"].usage is None


def test_a_unit_of_nothing_does_not_hide_the_other(tmp_path: Path) -> None:
    bill = [
        usage("1", "2026-10-05", ConsumedQuantity="2.5", ConsumedUnit="GB"),
        usage("1", "2026-10-06", ConsumedQuantity="0", ConsumedUnit="Requests"),
        usage("1", "2026-10-06", ConsumedQuantity=None, ConsumedUnit=None),
    ]
    with desk(tmp_path, {"aws": bill}) as small:
        (row,) = small.only("service").rows

    assert row.usage is not None
    assert (row.usage.quantity, row.usage.unit) == (Decimal("2.5"), "GB")


def test_the_category_is_told_where_there_is_one(office: Desk, tmp_path: Path) -> None:
    kinds = {row.key["service"]: row.category for row in office.only("service", top=100).rows}

    assert (kinds[EC2], kinds[RDS], kinds[S3], kinds["AWS Support"]) == ("Compute", "Databases", "Storage", "Other")
    torn = [usage("1", "2026-10-05"), usage("1", "2026-10-06", ServiceCategory="Storage")]
    with desk(tmp_path, {"aws": torn}) as small:
        assert small.only("service").rows[0].category is None


def test_usage_that_only_line_items_know_is_told_while_they_are_few(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def lambdas(**parts: object) -> Usage | None:
        return next(row.usage for row in office.only("service", **parts).rows if row.key["service"] == LAMBDA)

    of_no_tag = {"filters": (Filter("tag:env", (None,)),)}
    of_a_region = {"filters": (Filter("region", (None,)),)}
    assert lambdas(**of_a_region) == Usage(Decimal(OCTOBER.days), "Requests")
    monkeypatch.setattr(services, "MOST_CHARGES", 10)
    for parts in ({}, of_no_tag):
        assert lambdas(**parts) == Usage(Decimal(OCTOBER.days), "Requests"), "a table of its own has it"
    assert lambdas(**of_a_region) is None
    assert lambdas(filters=(Filter("tag:app", ("checkout",)),)) is not None, "these line items are looked through anyway"


def test_usage_and_category_are_for_services_alone(office: Desk) -> None:
    for by in (("account",), ("service", "account")):
        assert all(row.usage is None and row.category is None for row in office.only(*by).rows)


def test_looking_into_a_service(office: Desk) -> None:
    section = office.only("resource", filters=(Filter("service", ("ec2",)),), top=100)

    mine = office.books.gross.during(OCTOBER).where(lambda each: each.value("service") == EC2)
    assert amounts(section.rows) == mine.by("resource")
    assert section.total == next(row.amount for row in office.only("service").rows if row.key["service"] == EC2)
    adds_up(section)


def test_purchase_options_in_words(office: Desk) -> None:
    section = office.only("purchase", filters=(Filter("provider", ("aws",)),), top=100)

    assert set(amounts(section.rows)) == {("On-Demand",), ("Spot",), ("Savings Plan",), ("Reserved",)}
    adds_up(section)


def test_a_bill_of_many_digits_adds_up_to_the_last_one(tmp_path: Path) -> None:
    costs = ("0.000000000000000001", "987654321.123456789012345678", "0.333333333333333333", "-0.000000000000000007")
    bill = [usage(cost, "2026-10-05", ResourceId=f"r{number}") for number, cost in enumerate(costs)]
    with desk(tmp_path, {"aws": bill}) as small:
        every, first = small.only("resource"), small.only("resource", top=1)

    assert every.total.amount == small.books.total()
    assert (every.remainder.amount, every.remainder_rows) == (0, 0)
    assert first.remainder.amount == small.books.total() - Decimal(costs[1])
