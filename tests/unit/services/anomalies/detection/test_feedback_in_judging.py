"""Given what people said about a series, when it is judged, then it counts, for that series only and until it is taken back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from services.anomalies.detection.judging import judge
from services.anomalies.detection.results import NOTHING, Memory

if TYPE_CHECKING:
    from conftest import Days, Morning, Series


def stepped(values: np.ndarray, count: int, factor: float = 2.0) -> np.ndarray:
    """The series with its last days on another level."""
    values = values.copy()
    values[-count:] *= factor
    return values


def test_expected_makes_the_new_level_the_usual_one(series: Series, morning: Morning) -> None:
    values = stepped(series(), 3)
    expected = Memory(baseline_from=date(2026, 5, 2))
    assert morning(values) != []
    assert morning(values, memory=expected) == []


def test_above_the_new_level_it_still_alerts(series: Series, morning: Morning) -> None:
    values = stepped(series(), 4)
    values[-1] *= 1.8
    [alert] = morning(values, memory=Memory(baseline_from=date(2026, 5, 1)))
    assert 180 < alert.expected < 220


def test_back_on_the_old_level_is_not_a_spike_of_the_new_one(series: Series, morning: Morning) -> None:
    values = stepped(series(), 12, factor=0.5)
    memory = Memory(baseline_from=date(2026, 4, 23))
    values[-1] = 100
    assert morning(values) == [], "the old level is not news by itself"
    assert len(morning(values, memory=memory)) == 1, "but it is when people said that the lower one is the usual"


def test_before_the_new_level_has_a_day_nothing_is_judged(series: Series, morning: Morning) -> None:
    values = stepped(series(), 1)
    assert morning(values) != []
    assert morning(values, memory=Memory(baseline_from=date(2026, 5, 4))) == []
    assert morning(values, memory=Memory(baseline_from=date(2026, 6, 1))) == []


def test_a_baseline_long_ago_changes_nothing(series: Series, morning: Morning) -> None:
    values = stepped(series(), 1)
    assert morning(values, memory=Memory(baseline_from=date(2020, 1, 1))) == morning(values)


def test_false_positive_raises_the_band_by_its_dollars(series: Series, morning: Morning) -> None:
    values = series()
    values[-1] = 150
    assert len(morning(values)) == 1
    assert morning(values, memory=Memory(floor=80)) == []
    values[-1] = 250
    [alert] = morning(values, memory=Memory(floor=80))
    assert alert.upper >= alert.expected + 80


def test_a_floor_holds_for_drops_too(series: Series, morning: Morning) -> None:
    values = series()
    values[-1] = 0
    assert morning(values, memory=Memory(floor=120)) == []


def test_planned_days_are_neither_judged_nor_learned_from(series: Series, morning: Morning) -> None:
    values = stepped(series(), 8, factor=3)
    planned = Memory(skip=frozenset(range(112, 120)))
    assert morning(values, memory=planned) == []
    after = np.append(values, 100.0)
    assert morning(after, memory=planned) == []
    after[-1] = 290
    assert len(morning(after, memory=planned)) == 1, "the planned level was not learned"


def test_what_is_said_of_one_series_holds_for_that_one_only(days: Days, series: Series) -> None:
    values = np.stack([stepped(series(), 3)] * 3)
    memories = [NOTHING, Memory(floor=500), NOTHING]
    assert {alert.series for alert in judge(days(), values, np.full(3, 119), memories)} == {0, 2}


def test_series_that_are_complete_through_different_days_are_judged_each_on_its_own(days: Days, series: Series) -> None:
    values = np.stack([stepped(series(), 1), stepped(series(), 2), stepped(series(), 3)])
    found = judge(days(), values, np.array([119, 118, 117]))
    assert {alert.series: alert.day for alert in found if not alert.is_partial} == {
        0: date(2026, 5, 4),
        1: date(2026, 5, 3),
        2: date(2026, 5, 2),
    }


def test_a_series_of_a_few_days_is_not_judged(series: Series, morning: Morning) -> None:
    values = series()
    values[:107] = np.nan
    values[-1] = 500
    assert morning(values) == []
    values[:107] = 100
    assert len(morning(values)) == 1
