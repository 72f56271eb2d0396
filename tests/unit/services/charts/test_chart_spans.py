"""Given buckets of days, weeks or months, when a trend is prepared, then stacks, incomplete buckets and names are right."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from chart_examples import days, months
from hypothesis import given
from hypothesis import strategies as st

from services.charts import spans
from services.charts.results import TrendSpec


def trend(buckets: tuple[date, ...], size: int = 1, through: date | None = None) -> TrendSpec:
    """A trend of which only the buckets matter."""
    return TrendSpec("Cost", "USD", buckets, (), complete_through=through, bucket_days=size)


def names(spec: TrendSpec) -> list[str]:
    """What stands below the chart."""
    return [name for _, name in spans.named_buckets(spec.buckets, spec.bucket_days)]


def test_a_day_after_the_last_complete_one_is_incomplete() -> None:
    assert spans.incomplete(trend(days(4), through=date(2026, 11, 2))) == [False, False, True, True]


def test_a_week_is_incomplete_until_its_last_day_is_there() -> None:
    weeks = tuple(date(2026, 11, 2) + timedelta(days=7 * n) for n in range(3))
    assert spans.incomplete(trend(weeks, 7, date(2026, 11, 14))) == [False, True, True]
    assert spans.incomplete(trend(weeks, 7, date(2026, 11, 15))) == [False, False, True]


def test_a_month_is_incomplete_until_its_own_last_day_is_there() -> None:
    assert spans.incomplete(trend(months(3), 31, date(2025, 2, 27))) == [False, True, True]
    assert spans.incomplete(trend(months(3), 31, date(2025, 2, 28))) == [False, False, True]


def test_when_it_is_not_known_how_far_the_data_reaches_nothing_is_called_incomplete() -> None:
    assert spans.incomplete(trend(days(3))) == [False] * 3


def test_a_month_of_days_names_every_seventh() -> None:
    assert names(trend(days(30))) == ["1 Nov", "8 Nov", "15 Nov", "22 Nov", "29 Nov"]


def test_few_days_are_all_named() -> None:
    assert names(trend(days(3))) == ["1 Nov", "2 Nov", "3 Nov"]


def test_months_are_named_with_the_year_where_it_changes() -> None:
    assert names(trend(months(5), 31)) == ["Jan", "Feb", "Mar", "Apr", "May"]
    assert names(trend(months(14), 31)) == ["Jan", "Apr", "Jul", "Oct", "Jan 2026"]


def test_a_long_row_of_days_names_months_and_not_one_that_is_cut_short() -> None:
    assert names(trend(days(120, date(2026, 7, 20)))) == ["Aug", "Sep", "Oct", "Nov"]
    assert names(trend(days(120, date(2026, 7, 3)))) == ["Jul", "Aug", "Sep", "Oct"]


def test_nothing_has_no_names() -> None:
    assert names(trend(())) == []
    assert names(trend((), 31)) == []


@given(st.integers(1, 800), st.sampled_from([1, 7]), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_names_are_few_and_in_order(count: int, size: int, first: date) -> None:
    named = spans.named_buckets(tuple(first + timedelta(days=size * n) for n in range(count)), size)
    places = [place for place, _ in named]
    assert 1 <= len(named) <= spans.MAX_NAMED
    assert places == sorted(set(places))
    assert places[-1] < count


@pytest.mark.parametrize(("size", "said"), [(1, "2 Nov 2026"), (7, "week of 2 Nov 2026"), (31, "Nov 2026")])
def test_a_bucket_in_words(size: int, said: str) -> None:
    assert spans.bucket_words(date(2026, 11, 2), size) == said


ROWS = st.integers(1, 8).flatmap(
    lambda width: st.lists(st.lists(st.integers(-1000, 1000), min_size=width, max_size=width), min_size=1, max_size=6)
)


@given(ROWS)
def test_a_stack_loses_nothing_and_nothing_overlaps(rows: list[list[int]]) -> None:
    layers = spans.stacked(rows, len(rows[0]))
    lows, tops = spans.outline(layers, len(rows[0]))
    for n in range(len(rows[0])):
        column = [row[n] for row in rows]
        assert tops[n] == sum(value for value in column if value > 0)
        assert lows[n] == sum(value for value in column if value < 0)
        taken = sorted(tuple(sorted((layer.starts[n], layer.starts[n] + layer.values[n]))) for layer in layers if layer.values[n])
        assert all(left[1] <= right[0] for left, right in pairwise(taken))


def test_an_empty_stack_has_a_flat_outline() -> None:
    assert spans.outline([], 3) == ([0.0] * 3, [0.0] * 3)
