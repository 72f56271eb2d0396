"""What people type after `/budget set`, and what it means."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from handlers.budgets.words import amount, thresholds, thresholds_words, wanted
from handlers.parse.command import Grammar
from handlers.parse.narrowing import narrowed, words_of
from services.budgets.terms import Wanted
from services.errors import UsageError
from storage.model.budget import Cadence, Measure, Threshold
from storage.model.query import Basis, Charges, Filter

GRAMMAR = Grammar(tags={"team": ("team",), "env": ("env",)})
TODAY = date(2026, 11, 22)
WEB = Filter("tag:team", ("web",))


def said(text: str) -> Wanted:
    """As typed after the verb."""
    return wanted(words_of(text), GRAMMAR, TODAY)


def actual(*shares: str) -> list[Threshold]:
    """Thresholds on what was billed."""
    return [Threshold(Measure.ACTUAL, Decimal(each)) for each in shares]


def test_everything_at_once() -> None:
    found = said(
        "web 12000 USD quarterly for team=web env!=dev basis=billed net at 80%,100% forecast 110% in <#C0PAY0001|payments>"
    )
    assert found == Wanted(
        "web",
        Decimal(12000),
        "USD",
        Cadence.QUARTERLY,
        (WEB, Filter("tag:env", ("dev",), negate=True)),
        Basis.BILLED,
        Charges.NET,
        (*actual("0.8", "1"), Threshold(Measure.FORECAST, Decimal("1.1"))),
        "C0PAY0001",
    )


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("12000", "12000", ""),
        ("12,000.50", "12000.50", ""),
        ("$12k", "12000", "USD"),
        ("€1.5m", "1500000", "EUR"),
        ("£9", "9", "GBP"),
        ("0.5", "0.5", ""),
        ("1'000'000", "1000000", ""),
    ],
)
def test_amounts(text: str, value: str, currency: str) -> None:
    assert amount(text) == (Decimal(value), currency)


@pytest.mark.parametrize("text", ["12.000", "1,2", "1,00,000", "12000x", "-5", "ten", "1e9", "", "٣", "1..2"])
def test_an_amount_that_could_be_two_is_none(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        amount(text)
    assert raised.value.field == "amount"


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [('"Web team" 5', "Web team", 5), ("“Web team” 5", "Web team", 5), ('"2026" 5', "2026", 5), ("web $5", "web", 5)],
)
def test_names(text: str, name: str, value: int) -> None:
    found = said(text)
    assert (found.name, found.amount) == (name, value)


@pytest.mark.parametrize(
    ("text", "cadence"),
    [("web 5 a month", "monthly"), ("web 5 per quarter", "quarterly"), ("web 5 yearly", "yearly"), ("web 5 annual", "yearly")],
)
def test_how_often(text: str, cadence: str) -> None:
    assert said(text).cadence == cadence


def test_what_is_not_said_stays_as_it_is() -> None:
    found = said("web at 90%")
    assert (found.amount, found.filters, found.cadence, found.channel) == (None, None, None, None)
    assert found.thresholds == tuple(actual("0.9"))


def test_everything_is_said_with_a_word() -> None:
    assert said("web 5 for everything").filters == ()
    assert said("web 5 everything gross").filters == ()
    assert said("web 5 for team=web").filters == (WEB,)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a name and then an amount"),
        ("12000", "a name and then an amount"),
        ("web 12.000", "without doubt"),
        ("web 5 at lots", "needs a share after it"),
        ("web 5 at", "needs a share after it"),
        ("web 5 forecast 5000%", "needs a share after it"),
        ("web 5 last month", "has a period"),
        ("web 5 by service", "has a dimension"),
        ("web 5 top 3", "has a number of rows"),
        ("web 5 in #payments", "not a channel that Slack knows"),
        ("web 5 montly", "not a word I know"),
        ("web 5 for team=", "needs a value"),
    ],
)
def test_what_cannot_be_read_is_quoted(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        said(text)


def test_the_thresholds_of_a_window_are_read_as_they_are_written() -> None:
    given = (*actual("0.8", "1"), Threshold(Measure.FORECAST, Decimal("1.05")))
    assert thresholds_words(given) == "80%, 100%, forecast 105%"
    assert thresholds(thresholds_words(given)) == given
    assert thresholds("") == ()
    with pytest.raises(UsageError, match="not a share"):
        thresholds("80%, soon")


def test_a_channel_of_the_terminal_is_an_id() -> None:
    assert said("web 5 in C0PAY0001").channel == "C0PAY0001"


def test_slack_escapes_are_undone() -> None:
    (each,) = narrowed(words_of("for service=A&amp;B"), GRAMMAR, TODAY, "").filters
    assert each.values == ("A&B",)
