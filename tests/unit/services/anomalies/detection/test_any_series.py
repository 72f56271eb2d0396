"""Given any numbers at all, when they are judged, then nothing breaks, and what is said of them is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.anomalies.detection.bands import band
from services.anomalies.detection.counterfactual import counterfactual
from services.anomalies.detection.judging import judge
from services.anomalies.detection.results import Kind, Memory

if TYPE_CHECKING:
    from conftest import Series

FIRST = np.datetime64("2026-01-05")
AMOUNTS = st.one_of(
    st.just(np.nan), st.just(0.0), st.floats(-1e12, 1e12), st.floats(0, 200), st.sampled_from([np.inf, -np.inf, 1e-12])
)
SERIES = st.one_of(
    st.lists(AMOUNTS, min_size=1, max_size=130),
    st.builds(lambda value, size: [value] * size, AMOUNTS, st.integers(1, 130)),
)
MEMORIES = st.builds(
    Memory,
    baseline_from=st.one_of(st.none(), st.dates(FIRST.astype(object)).filter(lambda day: day.year < 2030)),
    floor=st.floats(0, 1e6),
    skip=st.frozensets(st.integers(0, 200), max_size=5),
    expected=st.dictionaries(st.integers(1, 31), st.floats(0, 1e6), max_size=3),
)


@settings(max_examples=150, deadline=None)
@given(series=SERIES, partial=st.integers(0, 5), memory=MEMORIES)
def test_no_numbers_break_it(series: list[float], partial: int, memory: Memory) -> None:
    values, days = np.array(series), FIRST + np.arange(len(series))
    known = len(series) - 1 - partial
    alerts = judge(days, values[None, :], np.array([known]), [memory])
    for alert in alerts:
        assert alert.score >= 1
        assert alert.since <= alert.day
        assert np.isfinite([alert.value, alert.expected, alert.lower]).all()
        assert alert.is_partial == (alert.day > days[known].astype(object))
        assert alert.kind is not Kind.DROP or not alert.is_partial
    if known >= 0:
        assert {len(each) for each in band(days, values, known, memory, count=9)} == {min(9, len(series))}
    instead = counterfactual(days, values, len(series) // 2, len(series), memory)
    assert (instead >= 0).all()


@pytest.mark.parametrize("rate", [7.0, 150.0])
def test_another_currency_of_large_amounts_changes_no_kind(series: Series, rate: float) -> None:
    values = np.stack([series(level=5000, weekend=weekend, noise=noise) for weekend in (1.0, 0.4) for noise in (0.02, 0.1, 0.2)])
    values[0, -1] *= 2
    values[1, -3:] *= 1.8
    values[2, -1] = 0
    values[3, -30:] *= 1 + 0.02 * np.arange(30)
    days, known = FIRST + np.arange(values.shape[1]), np.full(len(values), values.shape[1] - 1)

    def said(amounts: np.ndarray) -> list[tuple[int, Kind]]:
        return [(alert.series, alert.kind) for alert in judge(days, amounts, known)]

    assert said(values)
    assert said(values * rate) == said(values)


def test_the_company_of_others_changes_nothing(series: Series) -> None:
    chance = np.random.default_rng(11)
    values = np.stack([series(level=level, noise=0.1) for level in np.geomspace(1, 5000, 40)])
    values[chance.random(values.shape) < 0.02] *= 3
    values[::4, :50] = np.nan
    days, known = FIRST + np.arange(values.shape[1]), np.full(40, 118)
    alone = [alert for row in range(40) for alert in judge(days, values[row : row + 1], known[:1])]
    together = judge(days, values, known)
    assert [(each.day, each.kind, round(each.score, 9)) for each in together] == [
        (each.day, each.kind, round(each.score, 9)) for each in alone
    ]


def test_no_series_at_all_is_no_alert() -> None:
    assert judge(FIRST + np.arange(30), np.empty((0, 30)), np.empty(0, dtype=np.int64)) == []
