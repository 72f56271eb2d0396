"""Given a question, when it is turned into words for a button, then the words ask the same question again."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.costs.question import values, words
from storage.model.period import Period
from storage.model.query import Axis, Basis, Charges, CostQuery, Filter, Granularity
from storage.model.scope import Scope
from tests.fakes.cost_answers import NOVEMBER
from tests.fakes.grammars import understood

PLAIN = CostQuery(NOVEMBER)


def asked_again(text: str) -> CostQuery:
    """What the parser reads, as a query with the house's defaults."""
    said = understood(text)
    assert said.period is not None
    return CostQuery(
        period=said.period,
        basis=said.basis or Basis.EFFECTIVE,
        charges=said.charges or Charges.GROSS,
        axis=said.axis or Axis.CHARGE,
        compare=said.compare,
        granularity=said.granularity or Granularity.TOTAL,
        by=said.by,
        filters=said.filters,
        top=said.top,
        page=said.page or 1,
    )


def test_a_plain_question_is_its_days() -> None:
    assert words(PLAIN) == "2026-11-01..2026-11-21"
    assert words(PLAIN, "movers") == "movers 2026-11-01..2026-11-21"
    assert values(PLAIN) == {"q": "2026-11-01..2026-11-21"}


def test_everything_that_was_asked_is_said() -> None:
    query = PLAIN.but(
        by=("service", "tag:team"),
        filters=(Filter("account", ("1",)), Filter("tag:team", ("web", None), negate=True)),
        basis=Basis.BILLED,
        charges=Charges.NET,
        axis=Axis.BILLING,
        top=20,
        page=2,
        compare=Period.month(date(2026, 9, 1)),
        granularity=Granularity.WEEK,
    )
    assert words(query, "trend") == (
        "trend by week,service,tag:team 2026-11-01..2026-11-21 vs 2026-09-01..2026-09-30 "
        "for account=1 tag:team!=web,none basis=billed net axis=billing top 20 page 2"
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("AmazonEC2", "AmazonEC2"),
        ("Amazon EC2", '"Amazon EC2"'),
        ('say "hi"', '"say \\"hi\\""'),
        ("back\\slash", '"back\\\\slash"'),
        ("none", '"none"'),
        ("Untagged", '"Untagged"'),
        ("a,b", '"a,b"'),
        ("*", '"*"'),
        ("", '""'),
        ("1..2", '"1..2"'),
        ("arn:aws:s3:::bucket/key", "arn:aws:s3:::bucket/key"),
        (None, "none"),
    ],
)
def test_values_are_quoted_where_they_would_mean_something_else(value: str | None, said: str) -> None:
    assert words(PLAIN.but(filters=(Filter("service", (value,)),))) == f"2026-11-01..2026-11-21 for service={said}"


@pytest.mark.parametrize(
    "query",
    [
        PLAIN,
        PLAIN.but(by=("service",), top=20, page=3),
        PLAIN.but(by=("tag:team", "account")),
        PLAIN.but(by=("tag:Some Key",), filters=(Filter("tag:Other Key", ("x y", None)),)),
        PLAIN.but(granularity=Granularity.DAY, by=("region",)),
        PLAIN.but(filters=(Filter("service", ('a "quoted" \\ one', "b")), Filter("region", ("eu-west-1",), negate=True))),
        PLAIN.but(filters=(Filter("service", ("by", "for", "net", "none", "2026-03")),)),
        PLAIN.but(basis=Basis.LIST, charges=Charges.NET, axis=Axis.BILLING, compare=Period.month(date(2025, 12, 1))),
    ],
)
def test_the_words_ask_the_same_question(query: CostQuery) -> None:
    assert asked_again(words(query)) == query


def test_whose_rows_are_shown_is_never_remembered_by_a_button() -> None:
    assert words(PLAIN.but(scope=Scope.only(account=("1",)))) == words(PLAIN)
