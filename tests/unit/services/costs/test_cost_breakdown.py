"""Breakdowns, held against the bill's own rows added up one by one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from services.costs import paging
from storage.model.period import Period
from storage.model.query import Axis, Basis, Charges, Filter
from tests.fakes.bills import DATA, WEB
from tests.fakes.company import EC2, OCTOBER, S3, SANDBOX, SEPTEMBER, TO_DATE
from tests.fakes.desk import adds_up, amounts, previous

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.desk import Desk
    from tests.fakes.reckoning import Charge

DIMENSIONS = (
    *("provider", "category", "service", "account", "region", "charge", "pricing", "purchase", "commitment"),
    *("resource", "source", "currency", "tag:team", "tag:env", "tag:app"),
)
EVERY = 1000


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_each_dimension_says_what_the_rows_add_up_to(office: Desk, dimension: str) -> None:
    section = office.only(dimension, top=EVERY)

    october = office.books.gross.during(OCTOBER)
    assert amounts(section.rows) == october.by(dimension)
    assert section.total.amount == october.total()
    assert section.remainder.amount == 0
    assert section.remainder_rows == 0
    adds_up(section)


@pytest.mark.parametrize("by", [("service", "account"), ("tag:team", "tag:env"), ("region", "resource"), ("source", "charge")])
def test_two_dimensions_say_what_the_rows_add_up_to(office: Desk, by: tuple[str, str]) -> None:
    section = office.only(*by, top=EVERY)

    assert amounts(section.rows) == office.books.gross.during(OCTOBER).by(*by)
    adds_up(section)


@pytest.mark.parametrize("basis", list(Basis))
@pytest.mark.parametrize("charges", list(Charges))
def test_each_basis_gross_and_net(office: Desk, basis: Basis, charges: Charges) -> None:
    section = office.only("service", basis=basis, charges=charges, top=EVERY)

    every = office.books.during(OCTOBER)
    counted = every if charges is Charges.NET else every.gross
    assert amounts(section.rows) == counted.by("service", basis=basis)
    assert section.total.amount == counted.total(basis)
    assert section.net.amount == every.total(basis)
    lines = {part.line.value: part.amount.amount for part in section.below}
    assert lines == ({} if charges is Charges.NET else {name: every.line(name).total(basis) for name in lines})
    assert charges is Charges.NET or list(lines) == ["credits", "refunds", "tax"]
    adds_up(section)


FILTERS: dict[str, tuple[tuple[Filter, ...], Callable[[Charge], bool]]] = {
    "a service": ((Filter("service", (S3,)),), lambda each: each.value("service") == S3),
    "not a service": ((Filter("service", (S3,), negate=True),), lambda each: each.value("service") != S3),
    "one of a list": ((Filter("account", (WEB, SANDBOX)),), lambda each: each.value("account") in (WEB, SANDBOX)),
    "none of a list": (
        (Filter("account", (WEB, SANDBOX), negate=True),),
        lambda each: each.value("account") not in (WEB, SANDBOX),
    ),
    "untagged": ((Filter("tag:team", (None,)),), lambda each: each.value("tag:team") is None),
    "tagged with anything": ((Filter("tag:team", (None,), negate=True),), lambda each: each.value("tag:team") is not None),
    "a team or none": ((Filter("tag:team", ("data", None)),), lambda each: each.value("tag:team") in ("data", None)),
    "neither a team nor none": (
        (Filter("tag:team", ("data", None), negate=True),),
        lambda each: each.value("tag:team") not in ("data", None),
    ),
    "no region": ((Filter("region", (None,)),), lambda each: each.value("region") is None),
    "another tag": ((Filter("tag:app", ("checkout",)),), lambda each: each.value("tag:app") == "checkout"),
    "not another tag": ((Filter("tag:app", ("checkout",), negate=True),), lambda each: each.value("tag:app") != "checkout"),
    "a resource": ((Filter("resource", ("i-0data",)),), lambda each: each.value("resource") == "i-0data"),
    "a source": ((Filter("source", ("azure",)),), lambda each: each.source == "azure"),
    "not a currency": ((Filter("currency", ("USD",), negate=True),), lambda each: each.value("currency") != "USD"),
    "two at once": (
        (Filter("service", (EC2,)), Filter("purchase", ("Spot",))),
        lambda each: (each.value("service"), each.value("purchase")) == (EC2, "Spot"),
    ),
    "by nickname": ((Filter("service", ("ec2",)),), lambda each: each.value("service") == EC2),
    "a provider by nickname": ((Filter("provider", ("azure",)),), lambda each: each.value("provider") == "Microsoft"),
    "an account by its name": ((Filter("account", ("data platform",)),), lambda each: each.value("account") == DATA),
    "in another case": ((Filter("tag:team", ("SHOP",)),), lambda each: each.value("tag:team") == "shop"),
    "without its dash": ((Filter("purchase", ("on demand",)),), lambda each: each.value("purchase") == "On-Demand"),
    "a part of the name": ((Filter("service", ("lambda",)),), lambda each: each.value("service") == "AWS Lambda"),
}


@pytest.mark.parametrize("name", FILTERS)
def test_filters_let_through_what_they_say(office: Desk, name: str) -> None:
    filters, test = FILTERS[name]

    sections = office.breakdown("service", filters=filters, top=EVERY).sections

    expected = office.books.gross.during(OCTOBER).where(test)
    assert {key: amount for section in sections for key, amount in amounts(section.rows).items()} == expected.by("service")
    assert [section.total.amount for section in sections] == ([expected.total()] if expected.charges else [])


def test_the_billing_axis_counts_what_is_invoiced_in_a_month(office: Desk) -> None:
    section = office.only("service", axis=Axis.BILLING, top=EVERY)

    october = office.books.gross.invoiced(OCTOBER)
    assert amounts(section.rows) == october.by("service")
    assert section.total.amount == october.total() != office.books.gross.during(OCTOBER).total()
    assert previous(section.rows) == office.books.gross.invoiced(SEPTEMBER).by("service")
    assert section.previous is not None
    assert section.previous.amount == office.books.gross.invoiced(SEPTEMBER).total()


def test_a_part_of_a_month_on_the_billing_axis_is_the_whole_month(office: Desk) -> None:
    week = Period(OCTOBER.start, OCTOBER.start.replace(day=8))

    answer = office.breakdown(axis=Axis.BILLING, period=week)

    assert answer.basics.query.period == OCTOBER
    assert answer.sections[0].total.amount == office.books.gross.invoiced(OCTOBER).total()


def test_rows_come_largest_first_and_a_negative_one_by_its_size(office: Desk) -> None:
    section = office.only("resource", top=EVERY)

    sizes = [abs(row.amount.amount) for row in section.rows]
    assert sizes == sorted(sizes, reverse=True)


def test_untagged_is_a_row_of_its_own(office: Desk) -> None:
    section = office.only("tag:team", top=EVERY)

    untagged = next(row for row in section.rows if row.key == {"tag:team": None})
    assert untagged.amount.amount == office.books.gross.during(OCTOBER).by("tag:team")[None,]


def test_shares_are_of_the_total_and_make_a_whole(office: Desk) -> None:
    section = office.only("service", top=EVERY)

    assert abs(sum(row.share or 0 for row in section.rows) - 1) < Decimal("1e-9")
    first = section.rows[0]
    assert first.share == (first.amount.amount / section.total.amount).quantize(Decimal("1e-12"))


@pytest.mark.parametrize("dimension", ["service", "resource"])
@pytest.mark.parametrize("top", [1, 3, 4])
def test_pages_hold_every_row_once_in_order_and_each_adds_up(office: Desk, dimension: str, top: int) -> None:
    whole = office.only(dimension, top=EVERY)
    first = office.breakdown(dimension, top=top)

    pages = [office.breakdown(dimension, top=top, page=number) for number in range(1, first.pages + 1)]

    assert [row.key for page in pages for row in page.sections[0].rows] == [row.key for row in whole.rows]
    for page in pages:
        adds_up(page.sections[0])
        assert page.rows_total == len(whole.rows)
        assert page.sections[0].remainder_rows == len(whole.rows) - len(page.sections[0].rows)
        assert page.sections[0].total == whole.total


@pytest.mark.parametrize("by", [("service",), ("account", "tag:team")])
@pytest.mark.parametrize("top", [2, 5])
def test_many_values_are_ranked_by_the_engine_and_say_the_same(
    office: Desk, monkeypatch: pytest.MonkeyPatch, by: tuple[str, ...], top: int
) -> None:
    few = [office.breakdown(*by, period=TO_DATE, top=top, page=page) for page in (1, 2)]
    monkeypatch.setattr(paging, "FEW", 0)

    many = [office.breakdown(*by, period=TO_DATE, top=top, page=page) for page in (1, 2)]

    assert all("LIMIT" in answer.basics.sql for answer in many)
    assert not any("LIMIT" in answer.basics.sql for answer in few)
    for one, other in zip(few, many, strict=True):
        assert (one.sections, one.rows_total, one.judged) == (other.sections, other.rows_total, other.judged)


def test_a_long_page_names_no_row_in_its_questions(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = office.only("resource", period=TO_DATE, top=EVERY)
    monkeypatch.setattr(paging, "MOST_NARROWED", 2)

    answer = office.breakdown("resource", period=TO_DATE, top=EVERY)

    assert "i-0data" not in answer.basics.sql
    assert answer.sections == (whole,)


def test_a_page_beyond_the_last_is_the_last(office: Desk) -> None:
    answer = office.breakdown("service", top=3, page=99)

    assert answer.basics.query.page == answer.pages == 3
    assert office.breakdown("resource", top=5, page=99).basics.query.page == 2
    assert answer.sections[0].rows == office.breakdown("service", top=3, page=3).sections[0].rows


def test_a_question_about_nothing_in_particular_has_a_total_only(office: Desk) -> None:
    section = office.only()

    assert section.rows == ()
    assert section.total.amount == office.books.gross.during(OCTOBER).total()
    assert section.remainder == section.total


def test_accounts_come_with_their_names(office: Desk) -> None:
    labels = {row.key["account"]: row.label for row in office.only("account", top=EVERY).rows}

    assert labels[DATA] == "Data Platform"
    assert labels["/subscriptions/0001"] == "web shop eu"
    assert labels["100000000001"] == "Example Ltd", "what no account is charged for stands under the payer"


def test_a_period_before_the_first_bill_is_empty_and_names_the_sources(office: Desk) -> None:
    answer = office.breakdown("service", period=Period(OCTOBER.start.replace(year=2020), OCTOBER.end.replace(year=2020)))

    assert answer.sections == ()
    assert [source.name for source in answer.basics.completeness.sources] == ["aws", "azure"]


def test_every_answer_carries_its_sql_and_the_generation(office: Desk) -> None:
    by_cube, by_lake = office.breakdown("service"), office.breakdown("resource")

    assert "FROM cube_service" in by_cube.basics.sql
    assert "read_parquet(['lake/" in by_lake.basics.sql
    assert str(office.store.home) not in by_lake.basics.sql
    assert by_cube.basics.generation == office.store.generation() == 2
