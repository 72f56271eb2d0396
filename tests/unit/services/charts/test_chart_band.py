"""Given actual days, what was expected and its range, when drawn or told, then both say the same numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import isnan
from typing import TYPE_CHECKING

import pytest
from chart_examples import AWKWARD, BAND_AHEAD, BAND_ALERT, BAND_MONTH, days
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from matplotlib.patches import StepPatch

from services.charts import band, bands
from services.charts.alt import LIMIT, alt_text
from services.charts.results import BandSpec, Mark
from services.charts.service import LARGEST, picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D


def data(figure: Figure) -> Axes:
    """The axes that hold the numbers."""
    return next(each for each in figure.axes if each.get_label() == "data")


def line(figure: Figure, label: str) -> list[Line2D]:
    """The lines of one name."""
    return [each for each in data(figure).lines if each.get_label() == label]


def steps(figure: Figure, label: str) -> list[StepPatch]:
    """The stepped areas of one name."""
    return [each for each in data(figure).patches if isinstance(each, StepPatch) and each.get_label() == label]


def values(row: tuple[float | None, ...]) -> list[float]:
    """The days that have one."""
    return [value for value in row if value is not None]


def drawn(each: Line2D) -> list[float]:
    """What a line shows, without its holes."""
    return [float(value) for value in each.get_ydata() if not isnan(value)]  # type: ignore[union-attr]  # a sequence here


def test_days_with_a_range_behind_them_are_a_line() -> None:
    figure = band.figure(BAND_ALERT)
    assert drawn(line(figure, "actual")[0]) == pytest.approx(values(BAND_ALERT.actual))
    assert drawn(line(figure, "expected")[0]) == pytest.approx(values(BAND_ALERT.expected))
    assert not steps(figure, "actual")


def test_the_range_is_drawn_from_low_to_high_around_each_day() -> None:
    tops, edges, floors = steps(band.figure(BAND_ALERT), "range")[0].get_data()
    assert list(tops) == pytest.approx(values(BAND_ALERT.high))
    assert list(floors) == pytest.approx(values(BAND_ALERT.low))  # type: ignore[arg-type]  # an array
    assert [edges[0], edges[-1]] == [-0.5, 29.5]


def test_days_before_a_forecast_are_bars() -> None:
    tops, edges, _ = steps(band.figure(BAND_AHEAD), "actual")[0].get_data()
    assert [top for top in tops if not isnan(top)] == pytest.approx(values(BAND_AHEAD.actual))
    assert len(edges) == len(tops) + 1


def test_few_bars_stand_apart_and_each_on_its_day() -> None:
    spec = BandSpec("A few", "USD", days(4), (1.0, None, 3.0, None), (None, None, None, 4.0))
    tops, edges, _ = steps(band.figure(spec), "actual")[0].get_data()
    middles = {
        round((left + right) / 2, 6): top for left, right, top in zip(edges, edges[1:], tops, strict=False) if not isnan(top)
    }
    assert middles == {0.0: 1.0, 2.0: 3.0}


def test_sums_are_a_line_with_the_forecast_going_on_from_it() -> None:
    figure = band.figure(BAND_MONTH)
    assert drawn(line(figure, "actual")[0])[-1] == drawn(line(figure, "expected")[0])[0]
    areas = [each for each in data(figure).collections if each.get_label() == "range"]
    reach = [max(path.vertices[:, 1].max() for path in area.get_paths()) for area in areas]  # type: ignore[index]  # an array
    assert reach == pytest.approx([max(values(BAND_MONTH.high_outer)), max(values(BAND_MONTH.high))])


def test_the_marked_day_has_a_mark_at_its_amount_and_its_words() -> None:
    figure = band.figure(BAND_ALERT)
    mark = line(figure, "mark")[0]
    assert (list(mark.get_xdata()), list(mark.get_ydata())) == ([27], [1210.0])  # type: ignore[arg-type]  # sequences here
    assert "+$966" in [text.get_text() for text in figure.texts]


def test_the_mark_and_its_words_stay_within_the_picture() -> None:
    first, last = (replace(BAND_ALERT, marks=(Mark(BAND_ALERT.days[n], "w" * 60),)) for n in (0, -1))
    for spec in (first, last):
        figure = band.figure(spec)
        words = next(text for text in figure.texts if set(text.get_text()) <= {"w", "…"})
        box = words.get_window_extent()
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.width


def test_only_days_that_have_begun_are_hatched() -> None:
    stripes = steps(band.figure(BAND_AHEAD), "incomplete")
    assert [(each.get_data()[1][0], each.get_data()[1][-1]) for each in stripes] == [(59.5, 61.5)]
    assert not steps(band.figure(replace(BAND_AHEAD, complete_through=None)), "incomplete")


def test_the_budget_is_a_line_at_its_amount_with_its_steps() -> None:
    heights = drawn(line(band.figure(BAND_AHEAD), "budget")[0])
    assert heights == [2_400.0] * 140 + [2_600.0] * 160
    assert "budget a day €2,400 → €2,600" in [text.get_text() for text in band.figure(BAND_AHEAD).texts]


def test_a_budget_far_above_everything_is_named_and_does_not_squash_the_days() -> None:
    figure = band.figure(replace(BAND_ALERT, budget=(1e9,) * 30))
    assert not line(figure, "budget")
    assert "↑ budget $1.00B" in [text.get_text() for text in figure.texts]
    assert data(figure).get_ylim()[1] < 2_500


def test_a_silly_range_is_cut_off_and_does_not_squash_the_days() -> None:
    assert data(band.figure(AWKWARD["a silly range"])).get_ylim()[1] < 30  # type: ignore[arg-type]  # it is a band


def test_an_alert_in_words() -> None:
    assert alt_text(BAND_ALERT) == (
        "Amazon EC2 in payments-production. Spend a day beside what was expected, 24 Oct 2026 to 22 Nov 2026. "
        "Latest: 21 Nov 2026 with $410, expected $400 (between $340 and $472): +$10.00 (+2.5 %). "
        "Marked (+$966): 20 Nov 2026 with $1,210, expected $244 (between $207 and $288): +$966 (+396 %). "
        "Incomplete: 22 Nov 2026; the data is complete through 21 Nov 2026."
    )


def test_a_month_in_words() -> None:
    assert alt_text(BAND_MONTH) == (
        "November 2026 to date and to its end. Spend since the first day beside what was expected, 1 Nov 2026 to 30 Nov 2026. "
        "Latest: 20 Nov 2026 with $279,000. Forecast through 30 Nov 2026: $414,000, between $397,440 and $434,700. "
        "Budget $380,000."
    )


def test_a_forecast_counts_what_is_known_of_complete_days_and_what_is_expected_of_the_others() -> None:
    spec = BandSpec("A few", "USD", days(4), (1.0, 2.0, 0.1, None), (None, None, 4.0, 5.0), complete_through=date(2026, 11, 2))
    assert bands.forecast(spec) == pytest.approx(12.0)
    assert bands.headline(spec) == "Forecast $12.00"


def test_a_day_that_has_begun_makes_no_forecast() -> None:
    assert bands.forecast(BAND_ALERT) is None


def test_the_headline_is_the_mark_else_the_forecast_else_the_latest_day() -> None:
    assert bands.headline(BAND_ALERT) == "20 Nov $1,210, expected $244"
    assert bands.headline(BAND_MONTH) == "Forecast $414,000, between $397,440 and $434,700"
    assert bands.headline(BandSpec("Days", "USD", days(2), (1.0, 2.0))) == "2 Nov $2.00"
    assert bands.headline(BandSpec("Days", "USD", (), ())) == "No spend in this period"


def test_a_mark_on_a_day_without_an_amount_says_what_is_expected_of_it() -> None:
    spec = replace(BAND_MONTH, marks=(Mark(date(2026, 11, 28), "over the budget"), Mark(date(2030, 1, 1), "elsewhere")))
    assert "Marked (over the budget): 28 Nov 2026 is expected with $" in alt_text(spec)
    assert "elsewhere" not in alt_text(spec)
    unknown = replace(spec, expected=(), low=(), high=(), low_outer=(), high_outer=())
    assert "Marked (over the budget): 28 Nov 2026 has no amount." in alt_text(unknown)


def test_rows_that_do_not_fit_the_days_are_refused() -> None:
    for wrong in ({"actual": (1.0,)}, {"expected": (1.0,)}, {"budget": (1.0,) * 3}):
        with pytest.raises(ValueError, match="one value a day"):
            BandSpec("Wrong", "USD", days(2), **{"actual": (1.0, 2.0), **wrong})


amounts = st.none() | st.floats(-LARGEST, LARGEST) | st.floats(-1e5, 1e5) | st.sampled_from([0.0, -0.0, 1e-300, -1e-7, 1e15])


@st.composite
def any_bands(draw: st.DrawFn) -> BandSpec:
    """Any days, with any of the rows missing in whole or in part."""
    count = draw(st.integers(0, 80))
    first = draw(st.dates(date(2015, 1, 1), date(2035, 1, 1)))
    row = st.lists(amounts, min_size=count, max_size=count).map(tuple)
    rows = st.just(()) | row
    when = st.integers(-2, 82).map(lambda n: first + timedelta(days=n))
    return BandSpec(
        draw(st.text(max_size=90)),
        draw(st.sampled_from(["USD", "JPY", "", "Compute Credits"])),
        tuple(first + timedelta(days=n) for n in range(count)),
        draw(row),
        expected=draw(rows),
        low=draw(rows),
        high=draw(rows),
        low_outer=draw(rows),
        high_outer=draw(rows),
        marks=tuple(draw(st.lists(st.builds(Mark, when, st.text(max_size=90)), max_size=7))),
        budget=draw(rows),
        budget_name=draw(st.text(max_size=90)),
        complete_through=draw(st.none() | when),
        is_cumulative=draw(st.booleans()),
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_bands())
@example(BandSpec("", "USD", (date(2015, 1, 1), date(2015, 1, 2)), (None, None), budget=(52322055287334.0, 0.0)))
@example(BandSpec("", "USD", (date(2015, 1, 1), date(2015, 1, 2)), (None, None), budget=(6092.0, 0.0)))
def test_any_band_can_be_drawn_and_told(spec: BandSpec) -> None:
    found = picture(spec)
    assert found.png.startswith(b"\x89PNG")
    assert len(found.png) < 100_000
    assert 0 < len(found.alt_text) <= LIMIT
    assert found.alt_text.isprintable()
