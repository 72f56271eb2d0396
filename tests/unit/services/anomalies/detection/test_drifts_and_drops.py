"""Given a level, when it creeps up over weeks or is gone overnight, then both are said in time; growth and late data are not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from services.anomalies.detection.results import Kind

if TYPE_CHECKING:
    from conftest import Morning, Series

START = 80
"""The column where a leak begins: 26 March 2026."""


def leaking(values: np.ndarray, a_day: float) -> np.ndarray:
    """The series with so many dollars more each day."""
    values = values.copy()
    values[START:] += a_day * np.arange(1, len(values) - START + 1)
    return values


@pytest.mark.parametrize("a_day", [1.5, 3.0])
def test_a_slow_leak_is_said_within_a_week_of_a_third(series: Series, morning: Morning, a_day: float) -> None:
    values = leaking(series(), a_day)
    a_third = START + int(30 / a_day)
    alerts = [alert for end in range(START, a_third + 8) for alert in morning(values[:end])]
    assert alerts[0].kind in {Kind.DRIFT, Kind.SPIKE}


def test_a_drift_says_when_it_began(series: Series, morning: Morning) -> None:
    values = leaking(series(noise=0.02), 1.5)
    drifts = [alert for end in range(START, 120) for alert in morning(values[:end]) if alert.kind is Kind.DRIFT]
    assert drifts
    assert date(2026, 3, 22) <= drifts[0].since <= date(2026, 4, 8)
    assert drifts[0].since < drifts[0].day


@pytest.mark.parametrize("growth", [-0.05, 0.05, 0.08])
def test_growth_is_not_a_leak(series: Series, morning: Morning, growth: float) -> None:
    values = series(growth=growth, length=240)
    assert [morning(values[:length]) for length in range(60, 240, 3)] == [[]] * 60


def test_a_level_that_was_reached_weeks_ago_is_not_a_leak(series: Series, morning: Morning) -> None:
    values = leaking(series(length=160), 2.0)
    values[110:] = 160
    assert [morning(values[:length]) for length in range(128, 160)] == [[]] * 32


def test_what_stops_is_a_drop(series: Series, morning: Morning) -> None:
    values = series()
    values[-1] = 1
    [alert] = morning(values)
    assert (alert.kind, alert.day) == (Kind.DROP, date(2026, 5, 4))
    assert alert.value < alert.lower < alert.expected


def test_a_drop_waits_for_a_settled_day(series: Series, morning: Morning) -> None:
    values = series()
    values[-2:] = 0
    assert morning(values, partial=2) == []
    assert [alert.day for alert in morning(values, partial=1)] == [date(2026, 5, 3)]


def test_a_gap_that_is_over_before_it_settled_is_not_a_drop(series: Series, morning: Morning) -> None:
    values = series()
    values[-3:] = 0, 101, 60
    assert morning(values, partial=2) == []


def test_a_holiday_is_not_a_drop(series: Series, morning: Morning) -> None:
    values = series(weekend=0.6)
    values[-4:] *= 0.5
    assert morning(values) == []


def test_a_usual_weekend_is_not_a_drop(series: Series, morning: Morning) -> None:
    values = series(weekend=0.0, length=125)
    assert [morning(values[:length]) for length in range(100, 125)] == [[]] * 25


def test_few_dollars_are_no_drop(series: Series, morning: Morning) -> None:
    values = series(level=9)
    values[-1] = 0
    assert morning(values) == []
