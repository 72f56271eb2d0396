"""Given more bars or series than fit, when a chart is prepared, then the largest stay and the rest is one `other`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.charts.folding import MAX_BARS, MAX_SERIES, MAX_STEPS, folded_series, sorted_bars, sorted_steps, step_percent
from services.charts.results import Bar, MoversSpec, Series

NAMES = st.sampled_from(["web", "data", "ml", "other", "(untagged)", "12 others", "batch"])
AMOUNTS = st.integers(-10_000, 10_000).map(float)
BARS = st.lists(st.builds(Bar, NAMES, AMOUNTS, st.none() | AMOUNTS), max_size=30)


def test_bars_are_sorted_and_other_is_last_however_large() -> None:
    bars = (Bar("other", 90), Bar("a", 10), Bar("(untagged)", 50), Bar("b", 70))
    assert [bar.name for bar in sorted_bars(bars)] == ["b", "(untagged)", "a", "other"]


def test_the_small_ones_join_the_other_that_is_there() -> None:
    bars = (Bar("other", 5, 4), *(Bar(f"s{n}", 100 - n, 1) for n in range(12)))
    folded = sorted_bars(bars)
    assert len(folded) == MAX_BARS
    assert folded[-1] == Bar("other", 5 + 91 + 90 + 89, 4 + 3, is_rest=True)


def test_a_lone_other_keeps_its_name_and_two_become_one() -> None:
    assert sorted_bars((Bar("12 others", 5), Bar("a", 9)))[-1].name == "12 others"
    assert sorted_bars((Bar("rest", 5), Bar("other", 4), Bar("a", 9))) == (Bar("a", 9), Bar("other", 9, None, is_rest=True))


@given(BARS)
def test_bars_add_up_whatever_is_folded(bars: list[Bar]) -> None:
    folded = sorted_bars(bars)
    assert len(folded) <= MAX_BARS
    assert sum(bar.value for bar in folded) == sum(bar.value for bar in bars)


@given(BARS, AMOUNTS, AMOUNTS)
def test_steps_always_lead_from_before_to_after(steps: list[Bar], before: float, after: float) -> None:
    folded = sorted_steps(MoversSpec("Change", "USD", Bar("a", before), tuple(steps), Bar("b", after)))
    assert len(folded) <= MAX_STEPS
    assert before + sum(step.value for step in folded) == pytest.approx(after, abs=0.05)


def test_steps_that_add_up_but_for_rounding_get_no_other() -> None:
    spec = MoversSpec("Change", "USD", Bar("a", 0.1), (Bar("x", 0.2),), Bar("b", 0.3))
    assert sorted_steps(spec) == spec.steps


def test_the_largest_change_comes_first_whichever_way_it_goes() -> None:
    steps = (Bar("a", 3), Bar("b", -9), Bar("c", 5), Bar("d", -1))
    assert [step.name for step in sorted_steps(MoversSpec("", "USD", Bar("x", 10), steps, Bar("y", 8)))] == ["b", "c", "a", "d"]


@pytest.mark.parametrize(("value", "previous", "said"), [(5, 10, "+50 %"), (-10, 10, "−100 %"), (5, 0, "new"), (5, None, "")])
def test_a_step_in_per_cent_of_what_it_was(value: float, previous: float | None, said: str) -> None:
    assert step_percent(Bar("a", value, previous)) == said


def test_few_series_stay_as_they_are() -> None:
    series = tuple(Series(f"s{n}", (1.0,)) for n in range(MAX_SERIES))
    assert folded_series(series) == series


def test_many_series_keep_the_order_of_the_stack_and_untagged_is_not_folded_away() -> None:
    series = (Series("(untagged)", (50.0,)), *(Series(f"s{n}", (float(n),)) for n in range(10)), Series("other", (99.0,)))
    folded = folded_series(series)
    assert [each.name for each in folded] == ["(untagged)", "s5", "s6", "s7", "s8", "s9", "other"]
    assert folded[-1].values == (99.0 + 0 + 1 + 2 + 3 + 4,)


def test_a_large_credit_is_not_small() -> None:
    series = (*(Series(f"s{n}", (float(n),)) for n in range(10)), Series("credits", (-500.0,)))
    assert "credits" in [each.name for each in folded_series(series)]
