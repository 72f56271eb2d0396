"""Given any bill whatever, when it is drawn, then there is a picture and a text within the limits, and no warning."""

from __future__ import annotations

from datetime import date, timedelta

from chart_examples import AWKWARD
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.charts.alt import LIMIT, alt_text
from services.charts.results import Bar, BreakdownSpec, ChartSpec, MoversSpec, Series, TrendSpec
from services.charts.service import LARGEST, picture

# Warnings are errors in this suite, so drawing at all proves that no letter is missing and no limit was crossed.
slow = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])

amounts = st.floats(-LARGEST, LARGEST) | st.floats(-1e5, 1e5) | st.sampled_from([0.0, -0.0, 1e-300, 5e-324, -1e-7, 0.005, 1e15])
names = st.text(max_size=120) | st.sampled_from(
    ["other", "(untagged)", "$x$", "\\alpha_{$", "٣ العربية", "ไทย", "🚀🚀", "a\u0300" * 90]
)
currencies = st.sampled_from(["USD", "EUR", "JPY", "AUD", "$$", "", "Compute Credits"])
bars = st.builds(Bar, names, amounts, st.none() | amounts, st.booleans())


@st.composite
def trends(draw: st.DrawFn) -> TrendSpec:
    """Any trend: days, weeks or months, complete or not, with more or fewer previous buckets than its own."""
    count = draw(st.integers(0, 90))
    size = draw(st.sampled_from([1, 7, 31]))
    first = draw(st.dates(date(2015, 1, 1), date(2035, 1, 1)))
    values = st.lists(amounts, min_size=count, max_size=count).map(tuple)
    return TrendSpec(
        title=draw(names),
        currency=draw(currencies),
        buckets=tuple(first + timedelta(days=size * n) for n in range(count)),
        series=tuple(draw(st.lists(st.builds(Series, names, values, st.booleans()), max_size=9))),
        previous=tuple(draw(st.lists(amounts, max_size=100))),
        complete_through=draw(st.none() | st.dates(date(2014, 1, 1), date(2036, 1, 1))),
        bucket_days=size,
    )


breakdowns = st.builds(BreakdownSpec, names, currencies, st.lists(bars, max_size=15).map(tuple))
movers = st.builds(MoversSpec, names, currencies, bars, st.lists(bars, max_size=12).map(tuple), bars)


def check(spec: ChartSpec) -> None:
    """A picture and a text, within the limits."""
    drawn = picture(spec)
    assert drawn.png.startswith(b"\x89PNG")
    assert len(drawn.png) < 100_000
    assert 0 < len(drawn.alt_text) <= LIMIT
    assert drawn.alt_text.isprintable()
    assert drawn.title


@slow
@given(trends())
def test_any_trend_can_be_drawn(spec: TrendSpec) -> None:
    check(spec)


@slow
@given(breakdowns)
def test_any_breakdown_can_be_drawn(spec: BreakdownSpec) -> None:
    check(spec)


@slow
@given(movers)
def test_any_movers_can_be_drawn(spec: MoversSpec) -> None:
    check(spec)


def test_what_a_bill_can_do_to_a_chart_is_drawn() -> None:
    for spec in AWKWARD.values():
        check(spec)


@settings(max_examples=60, deadline=None)
@given(trends() | breakdowns | movers)
def test_any_chart_has_words(spec: ChartSpec) -> None:
    assert 0 < len(alt_text(spec)) <= LIMIT
