"""Given an incident, when its chart is drawn and its dollars are counted, then both are told from what was known before it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from services.anomalies.detection.bands import band
from services.anomalies.detection.counterfactual import counterfactual
from services.anomalies.detection.results import Memory

if TYPE_CHECKING:
    from conftest import Days, Morning, Series


def test_the_band_of_the_chart_is_the_one_of_the_alert(days: Days, series: Series, morning: Morning) -> None:
    values = series(weekend=0.5)
    values[-1] = 400
    [alert] = morning(values)
    expected, lower, upper = band(days(), values, 119)
    assert (len(expected), len(lower), len(upper)) == (30, 30, 30)
    assert (expected[-1], lower[-1], upper[-1]) == (alert.expected, alert.lower, alert.upper)
    assert (lower < expected).all()
    assert (expected < upper).all()


def test_each_day_of_the_band_is_of_the_days_before_it(days: Days, series: Series) -> None:
    values = series()
    before = band(days(), values, 119)
    values[-5:] = 900
    after = band(days(), values, 119)
    assert [np.array_equal(one[:26], other[:26]) for one, other in zip(before, after, strict=True)] == [True, True, True]


def test_the_band_goes_on_over_the_incomplete_days(days: Days, series: Series) -> None:
    expected, _, upper = band(days(), series(), 117, count=10)
    assert expected.shape == (10,)
    assert np.isfinite(upper[-2:]).all()


def test_a_short_series_has_a_short_band(days: Days, series: Series) -> None:
    expected, *_ = band(days(12), series(length=12), 11)
    assert expected.shape == (12,)
    assert np.isnan(expected[0])


def test_a_step_is_counted_against_the_level_before_it(days: Days, series: Series) -> None:
    values = series(noise=0.02, weekend=0.5)
    usual = values[100:].copy()
    values[100:] *= 3
    instead = counterfactual(days(), values, 100, 120)
    assert instead == pytest.approx(usual, rel=0.08)


def test_the_known_fee_is_part_of_it_and_the_future_may_be_asked(days: Days, series: Series) -> None:
    values = series(noise=0.02)
    values[[27, 55, 86]] += 500  # the firsts of February, March and April
    instead = counterfactual(days(), values, 110, 125)
    assert instead[116 - 110] == pytest.approx(600, rel=0.05)
    assert np.delete(instead, [5, 6, 7]) == pytest.approx(np.full(12, 100.0), rel=0.05)


def test_a_leak_does_not_teach_it(days: Days, series: Series) -> None:
    values = series(noise=0.01)
    values[80:] += 3 * np.arange(40)
    assert counterfactual(days(), values, 80, 120) == pytest.approx(np.full(40, 100.0), rel=0.03)


def test_what_was_not_there_would_have_cost_nothing(days: Days) -> None:
    values = np.concatenate([np.full(60, np.nan), np.full(60, 80.0)])
    assert counterfactual(days(), values, 60, 70).tolist() == [0.0] * 10
    assert counterfactual(days(), np.nan_to_num(values), 60, 70).tolist() == pytest.approx([0.0] * 10, abs=0.001)
    assert counterfactual(days(), values, 60, 60).size == 0


def test_it_knows_what_people_said(days: Days, series: Series) -> None:
    values = series(noise=0.01)
    assert counterfactual(days(), values, 116, 117, Memory(expected={1: 700}))[0] == pytest.approx(800, rel=0.02)
    lower = counterfactual(days(), values, 116, 117, Memory(baseline_from=date(2026, 4, 20)))
    assert lower[0] == pytest.approx(100, rel=0.02)
