"""Given charges that come once a month or a year, when they come again, then nobody is woken; when they grow, somebody is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from services.anomalies.detection.months import like_days
from services.anomalies.detection.results import Kind, Memory

if TYPE_CHECKING:
    from conftest import Morning, Series

FIRSTS = {"February": 27, "March": 55, "April": 86, "May": 116}  # columns of the first of the month


def with_fees(values: np.ndarray, *columns: int, amount: float = 500.0) -> np.ndarray:
    """The series through the last of these days, each with the fee."""
    values = values[: columns[-1] + 1].copy()
    values[list(columns)] += amount
    return values


def test_a_fee_seen_twice_is_known(series: Series, morning: Morning) -> None:
    values = with_fees(series(), *FIRSTS.values())
    assert morning(values) == []


def test_a_fee_that_comes_a_day_late_is_known(series: Series, morning: Morning) -> None:
    march, april, may = FIRSTS["March"], FIRSTS["April"], FIRSTS["May"]
    assert morning(with_fees(series(), march, april + 1, may)) == []
    assert morning(with_fees(series(), march, april, may + 1)) == []


def test_a_fee_that_doubles_is_a_fee_step(series: Series, morning: Morning) -> None:
    values = with_fees(series(), *FIRSTS.values())
    values[-1] += 500
    [alert] = morning(values)
    assert (alert.kind, alert.day) == (Kind.FEE, date(2026, 5, 1))
    assert 560 < alert.expected < 640
    assert alert.upper > alert.expected


def test_a_fee_that_was_never_seen_is_a_spike(series: Series, morning: Morning) -> None:
    assert morning(with_fees(series(), FIRSTS["May"]))[0].kind is Kind.SPIKE


def test_one_spike_a_month_ago_excuses_nothing(series: Series, morning: Morning) -> None:
    assert morning(with_fees(series(), FIRSTS["April"], FIRSTS["May"])) != []


def test_a_young_series_is_given_the_benefit_of_the_doubt(series: Series, morning: Morning) -> None:
    values = with_fees(series(), FIRSTS["April"], FIRSTS["May"])
    assert morning(values[FIRSTS["March"] + 5 :]) != []  # not the first of a month there
    young = with_fees(series(length=90), 58, 89)  # 4 March and 4 April, 59 days of history before the first
    young[:30] = np.nan
    assert morning(young) == []


def test_a_yearly_charge_is_known_the_second_time(series: Series, morning: Morning) -> None:
    values = series(length=400)
    values[[30, 395]] += 900
    assert morning(values[:396]) == []
    values[30] -= 900
    assert len(morning(values[:396])) == 1


def test_a_day_without_its_fee_is_not_a_drop(series: Series, morning: Morning) -> None:
    values = with_fees(series(), *FIRSTS.values())
    values[-1] -= 500
    assert morning(values) == []


@pytest.mark.parametrize(
    ("day", "earlier"),
    [
        (date(2026, 5, 1), [date(2026, 4, 1), date(2026, 3, 2), date(2026, 1, 31), date(2025, 5, 3)]),
        (date(2026, 3, 31), [date(2026, 2, 28), date(2026, 1, 31), date(2025, 12, 30)]),
        (date(2026, 2, 28), [date(2026, 1, 31), date(2026, 1, 28), date(2025, 11, 30), date(2025, 2, 27)]),
        (date(2024, 2, 29), [date(2024, 1, 31), date(2023, 2, 28)]),
    ],
)
def test_like_days_are_the_same_day_of_earlier_months(day: date, earlier: list[date]) -> None:
    shifts = set(like_days(day, 1).shifts.tolist())
    assert {(each - day).days for each in earlier} <= shifts
    assert max(shifts) < -26


def test_what_people_said_comes_is_expected_until_they_take_it_back(series: Series, morning: Morning) -> None:
    values = with_fees(series(), FIRSTS["May"])
    assert morning(values, memory=Memory(expected={1: 500.0})) == []
    assert morning(values, memory=Memory(expected={31: 500.0})) == []
    assert morning(values, memory=Memory(expected={15: 500.0})) != []
    assert morning(values, memory=Memory(expected={1: 200.0}))[0].kind is Kind.FEE
    assert morning(values) != []
