"""Currencies are never added without a stated rate; with a dated rate table they are, at the rate of each day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from services.costs.rates import Rates
from services.errors import ConfigurationError
from storage.model.period import Period
from storage.model.query import Filter, Granularity
from tests.fakes.bills import usage
from tests.fakes.company import NOVEMBER, OCTOBER
from tests.fakes.desk import adds_up, amounts, desk, previous

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from services.costs.results import Breakdown, Section
    from tests.fakes.bills import Row
    from tests.fakes.desk import Desk

SERVICES = ("Alpha", "Beta", "Gamma", "Delta")
EURO: Row = {"BillingCurrency": "EUR", "ProviderName": "Microsoft"}
YEN: Row = {"BillingCurrency": "JPY"}
OCT_16, RATE_1, RATE_2 = date(2026, 10, 16), Decimal("1.10"), Decimal("1.20")
TABLE = {"EUR": ((date(2026, 9, 1), RATE_1), (OCT_16, RATE_2))}


def bill() -> list[Row]:
    """Dollars and euros of the same services, in September and October; a little in yen."""
    rows = []
    for number, service in enumerate(SERVICES, 1):
        for day in ("2026-09-10", "2026-10-10", "2026-10-20"):
            rows.append(usage(str(10 * number), day, ServiceName=service, ConsumedUnit="Hours"))
            rows.append(usage(str(100 - 20 * number), day, ServiceName=service, ConsumedUnit="Hours", **EURO))
    return [*rows, usage("5000", "2026-10-12", ServiceName="Alpha", **YEN)]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A store of three currencies, without rates."""
    with desk(tmp_path_factory.mktemp("mixed"), {"all": bill()}) as found:
        yield found


def with_rates(mixed: Desk, reporting: str = "USD", **table: tuple[tuple[date, Decimal], ...]) -> Desk:
    """The same store with a rate table."""
    return replace(mixed, rates=Rates(reporting, table or TABLE))


def by_currency(answer: Breakdown) -> dict[str, Section]:
    """Currency → section."""
    return {section.currency: section for section in answer.sections}


def dollars(mixed: Desk, period: Period, *by: str) -> dict[tuple[str | None, ...], Decimal]:
    """Dollars and converted euros, by hand."""
    found: dict[tuple[str | None, ...], Decimal] = {}
    for each in mixed.books.gross.during(period).charges:
        currency = each.value("currency")
        rate = {"USD": Decimal(1), "EUR": RATE_1 if each.day < OCT_16 else RATE_2}.get(currency or "")
        if rate is not None:
            key = tuple(each.value(name) for name in by)
            found[key] = found.get(key, Decimal(0)) + (each.amount() or 0) * rate
    return found


def test_without_rates_each_currency_stands_alone(mixed: Desk) -> None:
    answer = mixed.breakdown("service", top=2)

    assert [section.currency for section in answer.sections] == ["JPY", "EUR", "USD"]
    for currency, section in by_currency(answer).items():
        mine = mixed.books.gross.during(OCTOBER).where(lambda each, code=currency: each.value("currency") == code)  # type: ignore[misc]  # a loop's code
        assert section.total.amount == mine.total()
        expected = sorted(mine.by("service").items(), key=lambda item: -item[1])
        assert list(amounts(section.rows).items()) == expected[:2]
        adds_up(section)
    assert (answer.basics.rates, answer.basics.unrated) == ((), ())


def test_pages_go_on_until_the_longest_currency_ends(mixed: Desk) -> None:
    answers = [mixed.breakdown("service", top=3, page=page) for page in (1, 2)]

    assert [answer.pages for answer in answers] == [2, 2]
    assert [len(by_currency(answer)["USD"].rows) for answer in answers] == [3, 1]
    assert [len(by_currency(answer)["JPY"].rows) for answer in answers] == [1, 0]
    for answer in answers:
        for section in answer.sections:
            adds_up(section)
    assert by_currency(answers[1])["JPY"].remainder_rows == 1


def test_usage_stands_beside_the_money_of_its_own_currency(mixed: Desk) -> None:
    sections = by_currency(mixed.breakdown("service"))

    euro, yen = sections["EUR"].rows[0], sections["JPY"].rows[0]
    assert euro.usage is not None
    assert yen.usage is not None
    assert (euro.usage.quantity, yen.usage.quantity) == (2, 1)


@pytest.mark.parametrize("top", [2, 3, 10])
def test_rates_are_applied_day_by_day_before_anything_is_ranked(mixed: Desk, top: int) -> None:
    rated = with_rates(mixed)

    pages = [rated.breakdown("service", top=top, page=page) for page in range(1, -(-4 // top) + 1)]

    expected = sorted(dollars(mixed, OCTOBER, "service").items(), key=lambda item: -item[1])
    usd = [by_currency(answer)["USD"] for answer in pages]
    assert [item for section in usd for item in amounts(section.rows).items()] == expected
    for section in usd:
        assert section.total.amount == dollars(mixed, OCTOBER)[()]
        assert section.previous is not None
        assert section.previous.amount == dollars(mixed, Period.month(date(2026, 9, 1)))[()]
        adds_up(section)
    assert all(answer.rows_total == 4 for answer in pages)


def test_rates_that_were_applied_are_told_and_so_is_what_had_none(mixed: Desk) -> None:
    answer = with_rates(mixed).breakdown("service")

    assert answer.basics.rates == ("1 EUR = 1.10 USD from 1 Sep 2026", "1 EUR = 1.20 USD from 16 Oct 2026")
    assert answer.basics.unrated == ("JPY",)
    assert list(by_currency(answer)) == ["JPY", "USD"]
    assert by_currency(answer)["JPY"].total.amount == 5000


def test_rates_that_nothing_needed_are_not_told(mixed: Desk) -> None:
    answer = with_rates(mixed).breakdown("service", filters=(Filter("currency", ("USD",)),))

    assert (answer.basics.rates, answer.basics.unrated) == ((), ())


def test_previous_amounts_of_rows_are_converted_too(mixed: Desk) -> None:
    section = by_currency(with_rates(mixed).breakdown("service"))["USD"]

    assert previous(section.rows) == dollars(mixed, Period.month(date(2026, 9, 1)), "service")


@pytest.mark.parametrize("dimension", ["service", "tag:app"])
def test_days_add_up_across_a_change_of_the_rate(mixed: Desk, dimension: str) -> None:
    section = by_currency(with_rates(mixed).breakdown(dimension, granularity=Granularity.DAY))["USD"]

    assert [each.amount for each in section.trend] == [
        dollars(mixed, Period.of_days(day, day)).get((), Decimal(0)) for day in OCTOBER
    ]
    adds_up(section)


def test_days_before_the_first_rate_stay_in_their_own_currency(mixed: Desk) -> None:
    late = with_rates(mixed, EUR=((OCT_16, RATE_2),))

    answer = late.breakdown("service")

    sections = by_currency(answer)
    euro = mixed.books.gross.during(OCTOBER).where(lambda each: each.value("currency") == "EUR")
    assert sections["EUR"].total.amount == euro.where(lambda each: each.day < OCT_16).total()
    dollar = mixed.books.gross.during(OCTOBER).where(lambda each: each.value("currency") == "USD")
    assert sections["USD"].total.amount == dollar.total() + euro.where(lambda each: each.day >= OCT_16).total() * RATE_2
    assert answer.basics.unrated == ("EUR", "JPY")
    for section in answer.sections:
        adds_up(section)


def test_a_reporting_currency_that_no_bill_has(mixed: Desk) -> None:
    francs = with_rates(mixed, "CHF", EUR=((OCTOBER.start, Decimal("0.95")),), USD=((OCTOBER.start, Decimal("0.8")),))

    answer = francs.breakdown("service", filters=(Filter("currency", ("JPY",), negate=True),))

    october = mixed.books.gross.during(OCTOBER)
    euro, dollar = (october.where(lambda each, code=code: each.value("currency") == code).total() for code in ("EUR", "USD"))  # type: ignore[misc]  # a loop's code
    assert by_currency(answer)["CHF"].total.amount == euro * Decimal("0.95") + dollar * Decimal("0.8")
    adds_up(by_currency(answer)["CHF"])


def test_key_figures_movers_and_bases_are_converted(mixed: Desk) -> None:
    rated = with_rates(mixed)

    figures = {each.to_date.currency: each for each in rated.key_figures(period=OCTOBER).figures}
    moved = {section.currency: section for section in rated.movers("service").sections}
    sides = {each.currency: each for each in rated.bases().figures}

    total = dollars(mixed, OCTOBER)[()]
    assert figures["USD"].to_date.amount == total
    assert moved["USD"].after.amount == total
    assert sum(each.change.amount for each in moved["USD"].movers) + moved["USD"].rest.amount == moved["USD"].change.amount
    assert {next(iter(each.key.values())): each.after.amount for each in moved["USD"].movers} == {
        key[0]: cost for key, cost in dollars(mixed, OCTOBER, "service").items()
    }
    effective = next(amount for basis, amount in sides["USD"].amounts.items() if basis.value == "effective")
    assert effective is not None
    assert effective.amount == total


def test_movers_without_rates_keep_currencies_apart(mixed: Desk) -> None:
    answer = mixed.movers("service")

    assert [section.currency for section in answer.sections] == ["JPY", "EUR", "USD"]
    for section in answer.sections:
        mine = mixed.books.gross.where(lambda each, code=section.currency: each.value("currency") == code)  # type: ignore[misc]  # a loop's code
        assert section.after.amount == mine.during(OCTOBER).total()
        assert sum(each.change.amount for each in section.movers) + section.rest.amount == section.change.amount


def test_rates_of_currencies_that_no_bill_has_change_nothing(tmp_path: Path) -> None:
    rows = [usage(str(number), "2026-10-05", ServiceName=f"S{number}") for number in range(1, 6)]
    many = {f"X{place}": ((date(2026, 10, place + 1), Decimal(2)),) for place in range(1, 9)}
    with desk(tmp_path, {"aws": rows}) as one:
        section = with_rates(one, **many).only("service", top=2)

    assert amounts(section.rows) == {("S5",): 5, ("S4",): 4}
    assert (section.remainder.amount, section.remainder_rows) == (6, 3)


def test_a_rate_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(
        "\ufeffcurrency,from,rate\neur, 2026-10-16 ,1.20\nEUR,2026-09-01,1.10\nGBP,2026-01-01,1.3\n", encoding="utf-8"
    )

    rates = Rates.read(path, "USD")

    assert rates.table["EUR"] == TABLE["EUR"]
    found = rates.on("EUR", date(2026, 10, 15))
    assert found is not None
    assert (found.value, found.since) == (RATE_1, date(2026, 9, 1))
    assert rates.on("EUR", date(2026, 8, 31)) is None
    assert rates.on("JPY", OCT_16) is None
    assert rates.cuts(NOVEMBER, ("EUR", "USD")) == ()
    assert rates.cuts(OCTOBER, ("EUR", "USD")) == (OCT_16,)
    assert rates.cuts(OCTOBER, ("GBP", "USD")) == ()


@pytest.mark.parametrize(
    "line",
    ["EUR,2026-13-01,1.1", "EUR,2026-01-01,0", "EUR,2026-01-01,-1", "EUR,2026-01-01,NaN", "EUR,2026-01-01", "EUR,soon,1.1", "x"],
)
def test_a_wrong_line_of_a_rate_table_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(f"currency,from,rate\nEUR,2025-01-01,1.1\n{line}\n", encoding="utf-8")

    with pytest.raises(ConfigurationError, match=r"rates\.csv cannot be read: line 3"):
        Rates.read(path, "USD")


def test_two_rates_for_one_day_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text("currency,from,rate\nEUR,2025-01-01,1.1\nEUR,2025-01-01,1.2\n", encoding="utf-8")

    with pytest.raises(ConfigurationError, match="another rate"):
        Rates.read(path, "USD")


def test_a_rate_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"rates\.csv"):
        Rates.read(tmp_path / "rates.csv", "USD")
