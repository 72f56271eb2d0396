"""Given bills, when somebody asks where spend is heading, then known days are exact, parts add up, and what is thin is said."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from services.errors import NotFoundError, UsageError
from services.forecasts.charges import Rhythm
from services.forecasts.results import Confidence, ForecastQuery, Horizon, Method, Weakness
from services.forecasts.service import Forecasts
from storage.model.money import Money
from storage.model.period import DAY, Period
from storage.model.query import Charges, CostQuery, Filter
from storage.model.scope import Scope
from tests.fakes.bills import usage
from tests.fakes.desk import Desk, desk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from services.forecasts.results import Expected, Forecast
    from tests.fakes.bills import Row

LAST = date(2026, 11, 20)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
NOVEMBER = Period.month(LAST)
ANY = CostQuery(NOVEMBER)


def steady(days: int, amount: str = "100", last: date = LAST, **row: str | None) -> list[Row]:
    """The same every working day, half of it at weekends."""
    span = [last - timedelta(days=n) for n in range(days)]
    return [usage(str(Decimal(amount) / (2 if day.weekday() > 4 else 1)), str(day), **row) for day in sorted(span)]


def fee(amount: str, months: Sequence[tuple[int, int]], **row: str | None) -> list[Row]:
    """A charge on the first of each month."""
    return [usage(amount, f"{year}-{month:02}-01", ServiceName="Support", **row) for year, month in months]


def days_of(period: Period, amount: str = "100") -> Decimal:
    """What the steady days of a period cost."""
    return sum((Decimal(amount) / (2 if day.weekday() > 4 else 1) for day in period), Decimal(0))


@contextmanager
def bills(tmp_path: Path, sources: Mapping[str, Sequence[Row]]) -> Iterator[Desk]:
    """A desk on the 21st of November."""
    with desk(tmp_path, sources, now=NOW) as found:
        yield found


def asked(found: Desk, until: Horizon | date = Horizon.MONTH, query: CostQuery = ANY) -> Forecast:
    """The answer."""
    return asyncio.run(Forecasts(found.costs().reader).forecast(ForecastQuery(query, until)))


def close(money: Money, amount: Decimal, share: str = "0.01") -> bool:
    """Whether it is that amount but for so much of it."""
    return abs(money.amount - amount) <= abs(amount) * Decimal(share)


def test_the_month_is_what_was_billed_and_what_is_expected(tmp_path: Path) -> None:
    with bills(tmp_path, {"aws": steady(120)}) as found:
        forecast = asked(found)

    (figure,) = forecast.figures
    assert forecast.ahead == Period.of_days(date(2026, 11, 21), date(2026, 11, 30))
    assert forecast.known == Period.of_days(date(2026, 11, 1), LAST)
    assert figure.whole.actual == Money(days_of(forecast.known), "USD")
    assert close(figure.whole.expected, days_of(forecast.ahead))
    assert (figure.whole.method, figure.whole.history, figure.whole.confidence) == (Method.MODEL, 120, Confidence.HIGH)
    assert sum(each.amount for each in figure.daily) == pytest.approx(figure.whole.expected.amount, abs=Decimal("1e-4"))


def within(each: Expected) -> bool:
    """Whether the total lies in its bands, and they in each other."""
    assert each.inner
    assert each.outer
    amounts = [each.outer.low, each.inner.low, each.total, each.inner.high, each.outer.high]
    return [money.amount for money in amounts] == sorted(money.amount for money in amounts)


def test_the_curve_goes_on_where_the_bill_ends(tmp_path: Path) -> None:
    with bills(tmp_path, {"aws": steady(120)}) as found:
        (figure,) = asked(found).figures

    curve = figure.curve
    assert len(curve.actual) == 20
    assert curve.actual[-1] == curve.expected[0] == curve.inner[0].low == figure.whole.actual
    assert len(curve.expected) == len(curve.inner) == len(curve.outer) == 11
    assert curve.expected[-1].amount == pytest.approx(figure.whole.total.amount, abs=Decimal("1e-4"))
    assert (curve.inner[-1], within(figure.whole)) == (figure.whole.inner, True)


def test_parts_add_up_to_the_whole_in_what_was_and_what_will_be(tmp_path: Path) -> None:
    rows = [*steady(120), *steady(120, "37", ServiceName="S3"), *steady(120, "11.1", ServiceName="Lambda")]
    with bills(tmp_path, {"aws": rows}) as found:
        (figure,) = asked(found, query=ANY.but(by=("service",), top=2)).figures

    assert [row.key.get("service") for row in figure.rows] == ["Amazon Elastic Compute Cloud", "S3", None]
    assert figure.rows[-1].is_rest
    assert Money.total((row.figure.actual for row in figure.rows), "USD") == figure.whole.actual
    assert Money.total((row.figure.expected for row in figure.rows), "USD") == figure.whole.expected
    assert all(within(row.figure) for row in figure.rows)
    assert figure.spread_out is not None


def test_a_month_start_fee_is_a_known_event_and_no_level(tmp_path: Path) -> None:
    months = [(2026, month) for month in range(7, 12)]
    with bills(tmp_path, {"aws": [*steady(140), *fee("2500", months)]}) as found:
        month, ahead = asked(found), asked(found, Horizon.DAYS_30)

    assert month.figures[0].events == ()
    (event,) = ahead.figures[0].events
    assert (event.day, event.rhythm) == (date(2026, 12, 1), Rhythm.MONTHLY)
    assert close(event.amount, Decimal(2500))
    assert close(ahead.figures[0].whole.expected, days_of(ahead.ahead) + 2500)
    assert (ahead.known, ahead.ahead.days, ahead.period) == (None, 30, ahead.ahead)


def test_the_part_that_is_a_fee_keeps_it(tmp_path: Path) -> None:
    months = [(2026, month) for month in range(7, 12)]
    with bills(tmp_path, {"aws": [*steady(140), *fee("2500", months)]}) as found:
        (figure,) = asked(found, Horizon.DAYS_30, ANY.but(by=("service",))).figures
    support = next(row for row in figure.rows if row.key["service"] == "Support")
    assert close(support.figure.expected, Decimal(2500))


def test_ninety_days_are_less_sure_than_ten(tmp_path: Path) -> None:
    rows = [usage(str(100 + 17 * (n % 5) + n % 11), str(LAST - timedelta(days=n))) for n in range(300)]
    with bills(tmp_path, {"aws": rows}) as found:
        near, far = asked(found, date(2026, 11, 30)), asked(found, Horizon.DAYS_90)
    assert far.ahead.days == 90
    bands = [(each.figures[0].whole.inner, each.figures[0].whole.total) for each in (near, far)]
    assert all(band and total for band, total in bands)


def test_under_sixty_days_there_is_no_calendar_memory(tmp_path: Path) -> None:
    with bills(tmp_path, {"aws": [*steady(50), *fee("2500", [(2026, 10), (2026, 11)])]}) as found:
        (figure,) = asked(found, Horizon.DAYS_30).figures
    assert (figure.whole.method, figure.events) == (Method.SHORT, ())
    assert figure.whole.inner
    assert "monthly charges are not known" in figure.whole.method.said


def test_under_two_weeks_there_is_a_run_rate_and_no_band(tmp_path: Path) -> None:
    with bills(tmp_path, {"aws": steady(10)}) as found:
        (figure,) = asked(found, query=ANY.but(by=("service",))).figures
    assert (figure.whole.method, figure.whole.inner, figure.whole.history) == (Method.RUN_RATE, None, 10)
    assert figure.whole.confidence is Confidence.NONE
    assert figure.curve.inner == ()
    assert close(figure.whole.expected, Decimal(600) / 7 * 10)
    assert "no forecast" in figure.whole.method.said


def test_no_bill_is_no_figure(tmp_path: Path) -> None:
    with bills(tmp_path, {}) as found:
        assert asked(found).figures == ()


def test_a_day_that_is_not_complete_is_not_looked_at(tmp_path: Path) -> None:
    rows = [*steady(120), usage("0.01", "2026-11-21")]
    with bills(tmp_path, {"aws": rows}) as found:
        forecast = asked(found)
    assert forecast.ahead.start == date(2026, 11, 21)
    assert close(forecast.figures[0].whole.expected, days_of(forecast.ahead))


def test_after_the_last_day_of_a_month_the_next_one_is_forecast(tmp_path: Path) -> None:
    last = date(2026, 10, 31)
    with desk(tmp_path, {"aws": steady(120, last=last)}, now=datetime(2026, 11, 1, 9, tzinfo=UTC)) as found:
        forecast = asked(found)
    assert (forecast.period, forecast.ahead, forecast.known) == (NOVEMBER, NOVEMBER, None)
    assert forecast.figures[0].whole.actual == Money.zero("USD")


def test_each_currency_has_its_own_forecast(tmp_path: Path) -> None:
    rows = [*steady(120), *steady(120, "70", BillingCurrency="EUR", ServiceName="S3")]
    with bills(tmp_path, {"aws": rows}) as found:
        forecast = asked(found, query=ANY.but(by=("service",)))
    assert [each.currency for each in forecast.figures] == ["USD", "EUR"]
    assert close(forecast.figures[1].whole.total, days_of(NOVEMBER, "70"))
    assert [row.key["service"] for row in forecast.figures[1].rows] == ["S3"]


def test_filters_and_the_scope_of_the_asker_hold(tmp_path: Path) -> None:
    rows = [*steady(120), *steady(120, "37", ServiceName="S3", SubAccountId="200000000002")]
    with bills(tmp_path, {"aws": rows}) as found:
        (by_filter,) = asked(found, query=ANY.but(filters=(Filter("service", ("s3",)),))).figures
        (by_scope,) = asked(found, query=ANY.but(scope=Scope((("account", ("200000000002",)),)))).figures
        with pytest.raises(NotFoundError):
            asked(found, query=ANY.but(filters=(Filter("service", ("nothing",)),)))
    assert by_filter.whole == by_scope.whole
    assert close(by_scope.whole.total, days_of(NOVEMBER, "37"))


def test_net_counts_credits_and_gross_does_not(tmp_path: Path) -> None:
    credit = [usage("-20", str(LAST - timedelta(days=n)), ChargeCategory="Credit") for n in range(120)]
    with bills(tmp_path, {"aws": [*steady(120), *credit]}) as found:
        gross = asked(found).figures[0].whole.total.amount
        net = asked(found, query=ANY.but(charges=Charges.NET)).figures[0].whole.total.amount
    assert gross - net == pytest.approx(Decimal(600), rel=Decimal("0.02"))


def test_a_source_that_is_behind_is_a_weakness(tmp_path: Path) -> None:
    with bills(tmp_path, {"aws": steady(120), "azure": steady(100, last=LAST - timedelta(days=12))}) as found:
        forecast = asked(found)
    assert Weakness.LATE_SOURCES in forecast.weaknesses
    assert "too low" in Weakness.LATE_SOURCES.said


def test_commitments_whose_end_no_bill_names_are_said(tmp_path: Path) -> None:
    plan = {"PricingCategory": "Committed", "CommitmentDiscountId": "sp-1", "CommitmentDiscountType": "Savings Plan"}
    rows = [*steady(120), *steady(120, "5", **plan, CommitmentDiscountStatus="Used")]
    with bills(tmp_path, {"aws": rows}) as found:
        assert asked(found).weaknesses == (Weakness.COMMITMENT_ENDS,)


def test_two_dimensions_are_refused(tmp_path: Path) -> None:
    with bills(tmp_path, {"aws": steady(20)}) as found, pytest.raises(UsageError):
        asked(found, query=ANY.but(by=("service", "account")))


def test_the_same_question_is_answered_once(tmp_path: Path) -> None:
    with bills(tmp_path, {"aws": steady(120)}) as found:
        reader = found.costs().reader

        async def twice() -> None:
            forecasts = Forecasts(reader)
            await asyncio.gather(*(forecasts.forecast(ForecastQuery(ANY)) for _ in range(3)))

        asyncio.run(twice())
    assert (reader.hits, reader.misses) == (2, 1)


def test_budgets_are_told_each_day_of_one_currency(tmp_path: Path) -> None:
    with bills(tmp_path, {"aws": steady(120)}) as found:
        forecasts = Forecasts(found.costs().reader)
        ahead = asyncio.run(forecasts.ahead(ANY, "USD", NOVEMBER.last))
        other = asyncio.run(forecasts.ahead(ANY, "EUR", NOVEMBER.last))
    assert other is None
    assert ahead
    assert (ahead.start, len(ahead.daily), ahead.said) == (LAST + DAY, 10, "")
    assert ahead.low_outer <= ahead.low <= sum(ahead.daily) + Decimal("1e-4")
    assert sum(ahead.daily) - Decimal("1e-4") <= ahead.high <= ahead.high_outer


def test_budgets_are_told_nothing_from_a_run_rate(tmp_path: Path) -> None:
    with bills(tmp_path, {"aws": steady(9)}) as found:
        assert asyncio.run(Forecasts(found.costs().reader).ahead(ANY, "USD", NOVEMBER.last)) is None
