"""Given a series that people would call ordinary, when a day costs too much, then it is said, and only then."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from services.anomalies.detection.results import Kind

if TYPE_CHECKING:
    from conftest import Morning, Series

FRIDAY = 117  # days; the last of them is Friday, 1 May 2026


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.1])
@pytest.mark.parametrize("weekend", [0.05, 0.5, 1.0])
def test_ordinary_days_are_not_news(series: Series, morning: Morning, noise: float, weekend: float) -> None:
    values = series(noise=noise, weekend=weekend)
    assert [morning(values[:length]) for length in range(60, 120)] == [[]] * 60


def test_a_day_at_twice_the_usual_is_a_spike(series: Series, morning: Morning) -> None:
    values = series(length=FRIDAY)
    values[-1] = 200
    [alert] = morning(values)
    assert (alert.kind, alert.day, alert.since) == (Kind.SPIKE, date(2026, 5, 1), date(2026, 5, 1))
    assert (alert.value, alert.is_partial) == (200, False)
    assert 95 < alert.expected < 105 < alert.upper < 130
    assert alert.score > 1


def test_the_band_is_where_the_score_is_one(series: Series, morning: Morning) -> None:
    values = series(length=FRIDAY)
    values[-1] = 200
    upper = morning(values)[0].upper
    values[-1] = upper * 1.001
    assert morning(values)[0].score == pytest.approx(1.0, abs=0.02)
    values[-1] = upper * 0.999
    assert morning(values) == []


def test_a_quiet_series_has_a_floor_of_per_cents(series: Series, morning: Morning) -> None:
    values = series(noise=0.0, level=1000, length=FRIDAY)
    values[-1] = 1150
    assert morning(values) == []
    values[-1] = 1300
    assert len(morning(values)) == 1


@pytest.mark.parametrize("level", [0.0, 0.02, 0.5])
def test_pennies_are_never_news(series: Series, morning: Morning, level: float) -> None:
    values = series(level=level, noise=0.5, length=FRIDAY)
    values[-1] += 5
    assert morning(values) == []


def test_an_incomplete_day_over_the_band_of_a_whole_day_alerts_at_once(series: Series, morning: Morning) -> None:
    values = series(length=FRIDAY)
    values[-2:] = 95, 180
    [alert] = morning(values, partial=2)
    assert (alert.kind, alert.day, alert.is_partial) == (Kind.SPIKE, date(2026, 5, 1), True)


def test_an_incomplete_day_that_is_low_says_nothing(series: Series, morning: Morning) -> None:
    values = series(length=FRIDAY)
    values[-2:] = 40, 0
    assert morning(values, partial=2) == []


def test_what_did_not_exist_and_now_costs_money_is_news(morning: Morning) -> None:
    values = np.zeros(FRIDAY)
    values[-1] = 25
    [alert] = morning(values)
    assert (alert.kind, alert.expected) == (Kind.SPIKE, pytest.approx(0))


def test_a_spike_becomes_a_step_on_its_third_complete_day(series: Series, morning: Morning) -> None:
    values = series(length=FRIDAY)
    values[-3:] *= 1.6
    kinds = [morning(values[: FRIDAY - left])[0].kind for left in (2, 1, 0)]
    assert kinds == [Kind.SPIKE, Kind.SPIKE, Kind.STEP]
    assert morning(values)[0].since == date(2026, 4, 29)


def test_a_step_that_stays_becomes_the_level(series: Series, morning: Morning) -> None:
    values = series(length=FRIDAY)
    values[-40:] *= 1.6
    assert morning(values[:-39])
    assert [morning(values[: FRIDAY - left]) for left in range(28)] == [[]] * 28


def test_days_that_are_each_within_the_noise_are_a_step_together(series: Series, morning: Morning) -> None:
    values = series(noise=0.12, length=FRIDAY)
    values[-3:] = 100 * 1.45
    assert morning(values[:-2]) == []
    assert morning(values)[0].day == date(2026, 5, 1)


def test_a_weekend_that_works_is_news(series: Series, morning: Morning) -> None:
    values = series(weekend=0.4, noise=0.1, length=FRIDAY + 2)
    assert morning(values) == []
    values[-2:] = 100, 95
    assert {alert.day for alert in morning(values, partial=1)} == {date(2026, 5, 2), date(2026, 5, 3)}


def test_bursts_are_judged_by_their_sizes(morning: Morning) -> None:
    chance = np.random.default_rng(3)
    values = np.where(chance.random(FRIDAY) < 0.3, 50 * np.exp(chance.normal(0, 0.3, FRIDAY).clip(-2, 2)), 0.0)
    values[-1] = 60
    assert morning(values) == []
    values[-1] = 300
    assert morning(values)[0].kind is Kind.SPIKE


@pytest.mark.parametrize("unknown", [0, 60])
def test_a_weekly_batch_is_no_burst(morning: Morning, unknown: int) -> None:
    values = np.where(np.arange(124) % 7 == 3, 60.0, 1.0) * np.exp(0.05 * np.random.default_rng(5).normal(size=124))
    values[[27, 55, 86, 116]] += 400  # the firsts of February to May
    values[:unknown] = np.nan
    assert [morning(values[:length]) for length in range(100, 124)] == [[]] * 24
    values[-1] = 60  # of a Friday, and the batch was on Thursday
    assert morning(values)


def test_coming_back_from_a_drop_is_not_a_spike(series: Series, morning: Morning) -> None:
    values = series(length=FRIDAY)
    values[-12:-2] = 0
    assert morning(values[:-1]) == []
    assert morning(values) == []
