"""Given numbers, when a chart is drawn, then its bars are exactly those numbers, in the right place, order and colour."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from math import isnan
from typing import TYPE_CHECKING, NamedTuple

import pytest
from chart_examples import (
    AWKWARD,
    BREAKDOWN,
    BREAKDOWN_SIGNS,
    HOSTILE,
    MOVERS,
    MOVERS_LARGE,
    TREND,
    TREND_LONG,
    TREND_SIGNS,
    days,
)
from matplotlib.colors import to_hex
from matplotlib.patches import StepPatch

from services.charts import breakdown, movers, style, trend
from services.charts.results import Bar, BreakdownSpec, MoversSpec, Series, TrendSpec

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.container import BarContainer
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D


def data(figure: Figure) -> Axes:
    """The axes that hold the numbers; the words stand on the figure itself."""
    return next(each for each in figure.axes if each.get_label() == "data")


def words(figure: Figure) -> list[str]:
    """Everything that is written, in the order of writing."""
    return [text.get_text() for text in figure.texts]


def bars(figure: Figure, label: str) -> BarContainer:
    """The horizontal bars of a breakdown or a waterfall."""
    return next(each for each in data(figure).containers if each.get_label() == label)


def lines(figure: Figure, label: str) -> list[Line2D]:
    """The lines whose label begins so."""
    return [line for line in data(figure).lines if str(line.get_label()).startswith(label)]


def steps(figure: Figure) -> dict[str, StepPatch]:
    """What a trend is drawn with: one stepped patch a series, by name, and one for the stripes."""
    return {str(patch.get_label()): patch for patch in data(figure).patches if isinstance(patch, StepPatch)}


class Step(NamedTuple):
    """One bar of a trend."""

    middle: float
    floor: float
    value: float


def bars_over_time(patch: StepPatch) -> list[Step]:
    """The bars of one series, without the holes between them."""
    tops, edges, floors = patch.get_data()
    found = [((left + right) / 2, low, top - low) for left, right, low, top in zip(edges, edges[1:], floors, tops, strict=False)]
    return [Step(*bar) for bar in found if not isnan(bar[2])]


@pytest.mark.parametrize("spec", [TREND, TREND_LONG], ids=["bars", "areas"])
def test_the_bars_of_a_trend_are_the_numbers_and_stand_on_each_other(spec: TrendSpec) -> None:
    drawn = steps(trend.figure(spec))
    floor = [0.0] * len(spec.buckets)
    for series in spec.series:
        found = bars_over_time(drawn[series.name])
        assert [bar.value for bar in found] == pytest.approx(series.values)
        assert [bar.floor for bar in found] == pytest.approx(floor)
        assert [bar.middle for bar in found] == pytest.approx(range(len(spec.buckets)))
        floor = [low + value for low, value in zip(floor, series.values, strict=True)]


def test_bars_are_apart_and_more_than_sixty_buckets_are_an_area_without_gaps() -> None:
    few, _, _ = steps(trend.figure(TREND))["AWS Lambda"].get_data()
    many, edges, _ = steps(trend.figure(TREND_LONG))["sandbox"].get_data()
    assert sum(map(isnan, few)) == 20
    assert not any(map(isnan, many))
    assert list(edges) == [n - 0.5 for n in range(181)]


def test_what_is_negative_hangs_below_zero() -> None:
    figure = trend.figure(TREND_SIGNS)
    below = bars_over_time(steps(figure)["credits"])
    assert [bar.floor for bar in below] == [0] * 12
    assert [bar.value for bar in below] == list(TREND_SIGNS.series[1].values)
    low, high = data(figure).get_ylim()
    assert low < -300_000
    assert high > 1_550_000


def test_the_previous_period_is_a_dashed_line() -> None:
    (line,) = lines(trend.figure(TREND), "previous")
    assert list(line.get_xdata()) == list(range(21))
    assert list(line.get_ydata()) == list(TREND.previous)
    assert line.is_dashed()
    assert "previous" in words(trend.figure(TREND))


def test_a_previous_period_of_another_length_is_drawn_as_far_as_it_fits() -> None:
    (long,) = lines(trend.figure(replace(TREND, previous=(1.0,) * 31)), "previous")
    (short,) = lines(trend.figure(replace(TREND, previous=(1.0,) * 5)), "previous")
    assert (len(long.get_xdata()), len(short.get_xdata())) == (21, 5)


def test_one_previous_bucket_is_a_line_across_the_bar() -> None:
    (line,) = lines(trend.figure(AWKWARD["one bucket"]), "previous")
    assert (list(line.get_xdata()), list(line.get_ydata())) == ([-0.5, 0.5], [4.0, 4.0])


def test_without_a_previous_period_nothing_speaks_of_one() -> None:
    figure = trend.figure(replace(TREND, previous=()))
    assert not lines(figure, "previous")
    assert "previous" not in words(figure)


def test_incomplete_days_are_striped_over_their_whole_height_and_the_key_says_so() -> None:
    figure = trend.figure(TREND)
    stripes = steps(figure)["incomplete"]
    tops, edges, bottoms = stripes.get_data()
    assert list(edges) == [18.5, 19.5, 20.5]
    assert list(tops) == pytest.approx([sum(series.values[n] for series in TREND.series) for n in (19, 20)])
    assert list(bottoms) == [0, 0]
    assert stripes.get_hatch()
    assert "incomplete" in words(figure)


def test_the_stripes_of_a_month_with_credits_reach_below_zero() -> None:
    stripes = steps(trend.figure(TREND_SIGNS))["incomplete"]
    tops, _, bottoms = stripes.get_data()
    assert (list(tops), list(bottoms)) == ([1_550_000], [-190_000])


def test_a_complete_trend_has_no_stripes() -> None:
    figure = trend.figure(replace(TREND, complete_through=date(2026, 11, 21)))
    assert "incomplete" not in steps(figure)
    assert "incomplete" not in words(figure)


def test_the_legend_is_ordered_as_the_stack() -> None:
    figure = trend.figure(TREND)
    heights = {text.get_text(): text.get_position()[1] for text in figure.texts}
    names = ["Amazon RDS", "Amazon S3", "AWS Lambda", "(untagged)", "other"]
    places = [heights[name] for name in names]
    assert places == sorted(places, reverse=True), "pixels count from the top; the first series is at the foot"


def test_each_series_has_its_own_colour_and_remainders_are_grey() -> None:
    figure = trend.figure(TREND)
    colours = [to_hex(patch.get_facecolor()).upper() for name, patch in steps(figure).items() if name != "incomplete"]
    assert colours == [*style.PALETTE[:4], *style.GREYS]


def test_more_series_than_fit_end_in_one_other_and_nothing_is_lost() -> None:
    spec = TrendSpec("Many", "USD", days(2), tuple(Series(f"s{n}", (float(n), 1.0)) for n in range(20)))
    figure = trend.figure(spec)
    drawn = steps(figure)
    assert list(drawn) == ["s14", "s15", "s16", "s17", "s18", "s19", "other"]
    assert sum(bar.value for patch in drawn.values() for bar in bars_over_time(patch)) == sum(range(20)) + 20


def test_the_axis_speaks_the_currency() -> None:
    figure = trend.figure(TREND_SIGNS)
    assert [text for text in words(figure) if text.startswith("£")][:4] == ["£0", "£0.5M", "£1.0M", "£1.5M"]
    assert [line.get_ydata()[0] for line in lines(figure, "grid")] == [0, 500_000, 1_000_000, 1_500_000]


def test_the_highest_bucket_says_its_amount_unless_credits_make_it_untrue() -> None:
    assert "$84,000" in words(trend.figure(AWKWARD["outlier"]))
    assert "£1,550,000" not in words(trend.figure(TREND_SIGNS))


@pytest.mark.parametrize("name", ["all zeros", "no bucket"])
def test_nothing_spent_is_said(name: str) -> None:
    assert "No spend in this period" in words(trend.figure(AWKWARD[name]))


def test_few_days_are_named_and_no_names_touch() -> None:
    figure = trend.figure(TREND)
    canvas_texts = [text for text in figure.texts if text.get_text().endswith(" Nov")]
    boxes = sorted((text.get_window_extent() for text in canvas_texts), key=lambda box: box.x0)
    assert 3 <= len(boxes) <= 6
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))


def test_a_breakdown_is_sorted_with_its_numbers_and_other_last() -> None:
    figure = breakdown.figure(BREAKDOWN)
    drawn = bars(figure, "amounts")
    assert [bar.get_width() for bar in drawn] == [45_230, 22_110, 15_200, 9_100, 4_100, 310.25, 6_250]
    assert [bar.get_x() for bar in drawn] == [0] * 7
    places = [bar.get_y() for bar in drawn]
    low, high = data(figure).get_ylim()
    assert places == sorted(places)
    assert low > high, "the first row is on top"


def test_a_breakdown_labels_each_bar_with_its_amount_and_change() -> None:
    said = words(breakdown.figure(BREAKDOWN))
    for text in ("$45,230", "+10 %", "$310", "+24 %", "−7.9 %", "new", "0 %", "Total $102,300"):
        assert text in said


def test_the_previous_amount_is_a_tick_at_its_value_and_none_for_what_is_new() -> None:
    ticks = lines(breakdown.figure(BREAKDOWN), "previous")
    assert [line.get_xdata()[0] for line in ticks] == [41_000, 24_000, 15_200, 3_900, 250, 7_400]


def test_negative_bars_grow_to_the_left() -> None:
    drawn = bars(breakdown.figure(BREAKDOWN_SIGNS), "amounts")
    assert [bar.get_width() for bar in drawn] == [4_523, 300, 75, 50.5, -2_100]
    low, high = data(breakdown.figure(BREAKDOWN_SIGNS)).get_xlim()
    assert low < -2_100
    assert high > 4_523


def test_untagged_and_other_are_grey_in_a_breakdown() -> None:
    drawn = bars(breakdown.figure(BREAKDOWN), "amounts")
    assert [to_hex(bar.get_facecolor()).upper() == style.GREYS[0] for bar in drawn] == [False] * 4 + [True, False, True]


def test_a_hundred_bars_are_ten_and_add_up() -> None:
    spec = AWKWARD["100 bars"]
    assert isinstance(spec, BreakdownSpec)
    drawn = bars(breakdown.figure(spec), "amounts")
    assert len(drawn) == 10
    assert sum(bar.get_width() for bar in drawn) == sum(bar.value for bar in spec.bars)


@pytest.mark.parametrize("spec", [MOVERS, MOVERS_LARGE])
def test_a_waterfall_steps_from_before_to_after(spec: MoversSpec) -> None:
    drawn = list(bars(movers.figure(spec), "steps"))
    assert (drawn[0].get_x(), drawn[0].get_width()) == (0, spec.before.value)
    level = spec.before.value
    for bar in drawn[1:-1]:
        assert bar.get_x() == pytest.approx(level)
        level += bar.get_width()
    assert level == pytest.approx(spec.after.value)
    assert (drawn[-1].get_x(), drawn[-1].get_width()) == (0, spec.after.value)
    assert sorted(bar.get_width() for bar in drawn[1:-1]) == pytest.approx(sorted(step.value for step in spec.steps))


def test_a_waterfall_says_each_change_with_its_sign() -> None:
    said = words(movers.figure(MOVERS))
    for text in ("$96,000", "+$5,200", "+13 %", "−$2,400", "−9.2 %", "new", "$103,210", "Change +$7,210"):
        assert text in said


def test_more_and_less_differ_in_colour_and_a_remainder_is_grey() -> None:
    drawn = list(bars(movers.figure(MOVERS), "steps"))
    colours = [to_hex(bar.get_facecolor()).upper() for bar in drawn]
    assert colours == [style.TOTAL, style.UP, style.UP, style.DOWN, style.UP, style.GREYS[0], style.TOTAL]


def test_small_changes_of_a_large_bill_are_zoomed_in_and_the_totals_are_shown_cut() -> None:
    near, far = movers.figure(MOVERS), movers.figure(MOVERS_LARGE)
    assert data(near).get_xlim()[0] > 80_000
    assert len(lines(near, "cut")) == 4
    assert data(far).get_xlim()[0] == 0
    assert not lines(far, "cut")


def test_what_the_steps_leave_unexplained_is_a_step_of_its_own() -> None:
    spec = MoversSpec("Change", "USD", Bar("a", 100), (Bar("x", 30),), Bar("b", 150))
    figure = movers.figure(spec)
    assert [bar.get_width() for bar in bars(figure, "steps")] == [100, 30, 20, 150]
    assert "other" in words(figure)


def test_a_dollar_in_a_name_is_a_dollar() -> None:
    figure = breakdown.figure(replace(BREAKDOWN_SIGNS, title="$a$ and $b$"))
    assert "$a$ and $b$" in words(figure)
    assert not any(text.get_parse_math() for text in figure.texts)


def test_a_hostile_name_is_one_plain_line() -> None:
    said = words(breakdown.figure(BREAKDOWN_SIGNS))
    assert "<!channel> $x^2$ $\\frac{1}{0}$ `*_~" in said
    assert HOSTILE not in said


def test_a_long_name_is_cut_and_never_reaches_the_amounts() -> None:
    figure = breakdown.figure(AWKWARD["long names"])
    texts = figure.texts
    cut = [text for text in texts if "WWW" in text.get_text()]
    assert len(cut) == 9
    for text in cut:
        assert "…" in text.get_text()
        assert text.get_window_extent().x1 <= data(figure).bbox.x1 + 1


def test_a_name_that_no_font_has_is_known_by_its_place() -> None:
    page = style.Page(400)
    style_known = style.drawable("\U000f0000\U000f0001", 3)
    assert style_known == "#3"
    assert page.fit("web \U0001f680", 500) in {"web", "web \U0001f680"}
    assert style.drawable("…", 1) == "…"
