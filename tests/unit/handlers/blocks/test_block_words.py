"""How amounts, changes, days and names are said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from handlers.blocks import words
from services.costs.results import Completeness, MissingBasis, SourceState, Usage
from storage.model.money import Money
from storage.model.period import Period
from storage.model.query import Axis, Basis, Charges, CostQuery, Filter
from storage.model.scope import Scope
from tests.fakes.cost_answers import LATE, NO_DATA, NOVEMBER, ON_TIME, usd


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("1234.4", "USD", "$1,234"),
        ("12.34", "USD", "$12.34"),
        ("0", "USD", "$0.00"),
        ("99.994", "USD", "$99.99"),
        ("99.995", "USD", "$100"),
        ("100", "USD", "$100"),
        ("-1234567", "USD", "−$1,234,567"),
        ("-0.5", "EUR", "−€0.50"),
        ("7.5", "GBP", "£7.50"),
        ("1234.4", "JPY", "¥1,234"),
        ("12.34", "JPY", "¥12"),
        ("12.34", "AUD", "AUD 12.34"),
        ("-250", "CAD", "−CAD 250"),
        ("0.004", "USD", "≈$0.00"),
        ("-0.004", "USD", "≈$0.00"),
        ("0.2", "JPY", "≈¥0"),
        ("5", "", "currency? 5.00"),
        ("5", "<!channel>", "channel 5.00"),
        ("12345678901234567890123456789012345678901234.9", "USD", "$12,345,678,901,234,567,890,123,456,789,012,345,678,901,235"),
    ],
)
def test_money_has_its_currency_and_no_cents_from_a_hundred_up(amount: str, currency: str, said: str) -> None:
    assert words.money(Money(Decimal(amount), currency)) == said


@pytest.mark.parametrize(
    ("price", "said"),
    [
        ("0.768", "$0.768"),
        ("0.0416", "$0.0416"),
        ("0.00004159", "$0.0000416"),
        ("-0.5", "−$0.5"),
        ("1.5", "$1.50"),
        ("0", "$0.00"),
    ],
)
def test_a_price_of_a_unit_keeps_its_first_digits(price: str, said: str) -> None:
    assert words.unit_price(usd(price)) == said


def test_a_signed_amount_says_plus_too() -> None:
    assert words.money(usd(120), sign=True) == "+$120"
    assert words.money(usd(-120), sign=True) == "−$120"
    assert words.money(usd(0), sign=True) == "$0.00"


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        ("0.08", "8 %"),
        ("0.075", "7.5 %"),
        ("0.0996", "10 %"),
        ("0.4", "40 %"),
        ("-0.125", "−12 %"),
        ("12", "1,200 %"),
        ("0", "0 %"),
        ("0.0001", "≈0 %"),
        (None, "–"),
    ],
)
def test_per_cent(ratio: str | None, said: str) -> None:
    assert words.per_cent(None if ratio is None else Decimal(ratio)) == said


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ("1620", "1500", "+$120 (+8 %)"),
        ("1380", "1500", "−$120 (−8 %)"),
        ("1500", "1500", "no change"),
        ("120", "0", "+$120 (new)"),
        ("0", "120", "−$120 (−100 %)"),
        ("-25", "-10", "−$15.00"),
        ("5", None, ""),
    ],
)
def test_a_change_has_sign_and_per_cent(now: str, before: str | None, said: str) -> None:
    assert words.change(usd(now), None if before is None else usd(before)) == said


def test_freshness_names_the_day_and_who_is_late() -> None:
    assert words.freshness(ON_TIME, date(2026, 11, 21)) == "complete through 21 Nov"
    assert words.freshness(ON_TIME, date(2025, 11, 21)) == "complete through 21 Nov 2026"
    assert words.freshness(LATE, date(2026, 11, 21)) == (
        "complete through 18 Nov, 2 of 3 sources late: azure-main (through 18 Nov) and gcp-data (no complete day yet)"
    )


def test_no_bill_and_no_complete_day_are_two_things() -> None:
    assert words.freshness(NO_DATA) == "no bill has been read yet"
    late = Completeness(None, (SourceState("aws", None, late=True),))
    assert words.freshness(late) == "no day is complete yet, 1 of 1 source late: aws (no complete day yet)"


def test_many_late_sources_are_counted_and_three_named() -> None:
    sources = tuple(SourceState(f"s{at}", date(2026, 11, at), late=at > 4) for at in range(1, 10))
    said = words.freshness(Completeness(date(2026, 11, 1), sources), date(2026, 11, 21))
    assert said.startswith("complete through 1 Nov, 5 of 9 sources late: s5 (through 5 Nov), s6 (through 6 Nov), s7")
    assert said.endswith(" and 2 more")


def test_the_basis_is_said_with_the_charges_and_an_unusual_axis() -> None:
    query = CostQuery(NOVEMBER)
    assert words.basis_words(query) == "effective (amortised), gross"
    net = query.but(basis=Basis.BILLED, charges=Charges.NET, axis=Axis.BILLING)
    assert words.basis_words(net) == "billed, net (with credits, refunds and tax), by invoice month"


def test_a_missing_basis_is_named_and_never_guessed() -> None:
    said = words.missing_words(MissingBasis(Basis.LIST, "gcp-data", 1204))
    assert said == "gcp-data has no list price for 1,204 charges: left out, not guessed"


def test_periods_and_days_in_words() -> None:
    assert words.period(NOVEMBER) == "1–21 Nov 2026"
    assert words.period(Period.of_days(date(2026, 11, 5), date(2026, 11, 5))) == "5 Nov 2026"
    assert words.day(date(2026, 11, 5)) == "5 Nov 2026"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
    ],
)
def test_names_are_joined(names: list[str], said: str) -> None:
    assert words.join_names(names) == said


def test_plurals() -> None:
    assert [words.plural(count, "row") for count in (0, 1, 1204)] == ["0 rows", "1 row", "1,204 rows"]
    assert words.plural(2, "currency", "currencies") == "2 currencies"


@pytest.mark.parametrize(
    ("key", "label", "said"),
    [
        ({"service": "Amazon EC2"}, None, "Amazon EC2"),
        ({"tag:team": None}, None, "(untagged)"),
        ({"region": None}, None, "(no region)"),
        ({"purchase": None}, None, "(no purchase option)"),
        ({"account": "123"}, "Production", "Production (123)"),
        ({"account": "123"}, "123", "123"),
        ({"account": None}, "Production", "(no account)"),
        ({"service": "EC2", "account": "123"}, "Production", "EC2 · Production (123)"),
        ({"resource": "i-1"}, "web", "web (i-1)"),
        ({"service": " \n "}, None, "(blank)"),
        ({}, None, "all"),
    ],
)
def test_a_row_is_always_named(key: dict[str, str | None], label: str | None, said: str) -> None:
    assert words.key_words(key, label) == said


def test_dimensions_as_titles_and_within_a_sentence() -> None:
    assert [words.dimension(name) for name in ("service", "purchase", "tag:Team")] == ["Service", "Purchase option", "Team (tag)"]
    assert words.dimensions_words(("service", "purchase", "tag:Team")) == "service, purchase option and Team (tag)"


def test_filters_read_like_a_sentence() -> None:
    filters = (
        Filter("service", ("Amazon EC2", "AWS Lambda")),
        Filter("region", ("eu-west-1",), negate=True),
        Filter("tag:team", (None,)),
    )
    assert words.filters_words(filters) == "service Amazon EC2 or AWS Lambda, region not eu-west-1, team (tag) (untagged)"


def test_a_limited_asker_is_told_so() -> None:
    assert words.scope_words(Scope()) == ""
    assert words.scope_words(Scope.only(account=("1", "2"))) == "only what you may see: account 1, 2"


@pytest.mark.parametrize(
    ("usage", "said"),
    [
        (Usage(Decimal("8120.5"), "Hours"), "8,120 Hours"),
        (Usage(Decimal("52.125"), "GB-Mo"), "52.12 GB-Mo"),
        (Usage(Decimal("0.00012"), "GB"), "0.0001 GB"),
        (Usage(Decimal(3), ""), "3"),
        (None, "–"),
    ],
)
def test_usage_has_its_unit(usage: Usage | None, said: str) -> None:
    assert words.usage_words(usage) == said


def test_a_sparkline_rises_falls_and_stays_short() -> None:
    assert words.sparkline([Decimal(each) for each in (0, 1, 2, 3)]) == "▁▃▅█"
    assert words.sparkline([Decimal(5)] * 3) == "███"
    assert words.sparkline([Decimal(0)] * 3) == "▁▁▁"
    assert words.sparkline([]) == ""
    assert len(words.sparkline([Decimal(each) for each in range(31)])) == 12


def test_wide_and_combining_characters_are_measured_as_terminals_draw_them() -> None:
    assert [words.width(text) for text in ("abc", "東京", "e\u0301")] == [3, 4, 1]
