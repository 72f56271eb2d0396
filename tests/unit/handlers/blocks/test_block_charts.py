"""Given series, when Slack's own chart is built, then it is one that Slack draws, or none."""

from __future__ import annotations

import pytest

from handlers.blocks import charts
from handlers.blocks.validate import problems


def test_a_line_chart_has_a_point_of_every_series_in_every_category() -> None:
    block = charts.series_chart("Cost", "line", {"Now": [1, 2], "Before": [2, 1]}, ["1 Nov", "2 Nov"], y_label="USD")
    assert block == {
        "type": "data_visualization",
        "title": "Cost",
        "chart": {
            "type": "line",
            "series": [
                {"name": "Now", "data": [{"label": "1 Nov", "value": 1}, {"label": "2 Nov", "value": 2}]},
                {"name": "Before", "data": [{"label": "1 Nov", "value": 2}, {"label": "2 Nov", "value": 1}]},
            ],
            "axis_config": {"categories": ["1 Nov", "2 Nov"], "y_label": "USD"},
        },
    }
    assert problems([block]) == ()


def test_names_that_are_cut_alike_stay_apart() -> None:
    names = [f"a very long service name, number {at}" for at in range(5)] + ["x", "x", "", ""]
    found = charts.distinct(names, 20)
    assert len(set(found)) == len(found)
    assert all(0 < len(name) <= 20 for name in found)


@pytest.mark.parametrize(
    ("series", "categories"),
    [
        ({}, ["a"]),
        ({str(at): [1.0] for at in range(7)}, ["a"]),
        ({"a": [1.0] * 21}, [str(at) for at in range(21)]),
        ({"a": [1.0, 2.0]}, ["a"]),
        ({"a": [float("nan")]}, ["a"]),
        ({"a": []}, []),
    ],
)
def test_what_slack_does_not_draw_is_refused(series: dict[str, list[float]], categories: list[str]) -> None:
    assert not charts.series_fit(series, categories)
    with pytest.raises(ValueError, match="Slack draws no"):
        charts.series_chart("x", "bar", series, categories)


def test_a_kind_that_slack_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="radar"):
        charts.series_chart("x", "radar", {"a": [1.0]}, ["a"])


def test_a_pie_has_only_segments_that_are_more_than_nothing() -> None:
    block = charts.pie_chart("Cost" * 40, {"Amazon EC2": 5, "Amazon S3": 2.5})
    assert problems([block]) == ()
    assert block["title"].endswith("…")
    with pytest.raises(ValueError, match="pie"):
        charts.pie_chart("x", {"refund": -5})
