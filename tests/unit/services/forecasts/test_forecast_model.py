"""Given the days of a bill, when the days to come are forecast, then week, fees, growth and steps are where they belong."""

from __future__ import annotations

from time import thread_time

import numpy as np
import pytest
from forecast_series import Days, Values, days, noisy, weekly, with_fee
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.forecasts import bands, charges, level, model
from services.forecasts.calendar import after
from services.forecasts.charges import Rhythm


def test_a_week_goes_on_as_it_was() -> None:
    when = days(200)
    outlook = model.forecast(when, weekly(when), 30)
    assert outlook.expected == pytest.approx(weekly(after(when, 30)), rel=1e-6)


def test_a_monthly_fee_comes_back_on_its_day_and_bends_nothing_else() -> None:
    when = days(200)
    outlook = model.forecast(when, with_fee(when, weekly(when), 3, 5_000), 30)
    assert [(each.ahead, each.rhythm) for each in outlook.charges] == [(13, Rhythm.MONTHLY)]
    assert outlook.expected == pytest.approx(with_fee(after(when, 30), weekly(after(when, 30)), 3, 5_000), rel=1e-6)


def test_a_fee_that_came_this_month_does_not_come_again_this_month() -> None:
    when = days(200, "2026-11-05")
    outlook = model.forecast(when, with_fee(when, weekly(when), 1, 5_000), 25)
    assert outlook.charges == ()
    assert outlook.total == pytest.approx(weekly(after(when, 25)).sum(), rel=1e-6)


def test_a_fee_of_the_last_day_comes_on_the_last_day_of_a_shorter_month() -> None:
    when = days(200, "2027-02-10")
    values = weekly(when)
    ends = (when + 1).astype("datetime64[M]") != when.astype("datetime64[M]")
    outlook = model.forecast(when, values + np.where(ends, 900.0, 0.0), 20)
    assert [(each.ahead, round(each.amount)) for each in outlook.charges] == [(18, 900)]


def test_a_fee_that_came_a_day_late_before_may_still_come() -> None:
    when = days(150, "2026-11-02")
    values = with_fee(when, weekly(when), 2, 700)
    for month, moved in (("2026-11-02", None), ("2026-09-02", "2026-09-03")):
        at = int(np.flatnonzero(when == np.datetime64(month))[0])
        values[at] -= 700
        if moved:
            values[at + 1] += 700
    assert [(each.ahead, round(each.amount)) for each in model.forecast(when, values, 20).charges] == [(1, 700)]


def test_a_fee_that_ended_is_not_put_back() -> None:
    when = days(300)
    values = weekly(when) + np.where(when < np.datetime64("2026-09-01"), with_fee(when, np.zeros(300), 1, 4_000), 0)
    assert model.forecast(when, values, 30).charges == ()


def test_a_yearly_charge_is_expected_a_year_later_and_named_so() -> None:
    when = days(400)
    values = weekly(when)
    values[when == np.datetime64("2025-12-01")] += 9_000
    charge = model.forecast(when, values, 30).charges
    assert [(each.ahead, each.rhythm) for each in charge] == [(11, Rhythm.YEARLY)]
    assert charge[0].amount == pytest.approx(9_000, rel=0.01)


def test_a_yearly_charge_that_came_early_does_not_come_twice() -> None:
    when = days(400, "2026-11-30")
    values = weekly(when)
    for day in ("2025-12-01", "2026-11-29"):
        values[when == np.datetime64(day)] += 9_000
    assert model.forecast(when, values, 30).charges == ()


def test_a_restless_series_has_no_yearly_charges() -> None:
    when = days(420)
    values = weekly(when)
    values[::37] += 2_000
    assert all(each.rhythm is not Rhythm.YEARLY for each in model.forecast(when, values, 90).charges)


def test_a_monthly_credit_comes_back_too() -> None:
    when = days(200)
    outlook = model.forecast(when, with_fee(when, weekly(when), 5, -600), 30)
    assert [(each.ahead, round(each.amount)) for each in outlook.charges] == [(15, -600)]


def test_growth_goes_on_for_a_while() -> None:
    when = days(250)
    values = weekly(when) * np.exp(0.001 * np.arange(250))
    coming = weekly(after(when, 30)) * np.exp(0.001 * np.arange(250, 280))
    assert model.forecast(when, values, 30).total == pytest.approx(coming.sum(), rel=0.02)


def test_noise_is_not_taken_for_growth() -> None:
    when = days(250)
    totals = [model.forecast(when, noisy(when, weekly(when), 0.1, seed), 30).total for seed in range(20)]
    assert np.mean(totals) == pytest.approx(weekly(after(when, 30)).sum(), rel=0.02)


def test_a_step_is_followed() -> None:
    when = days(250)
    values = weekly(when) * np.where(when >= np.datetime64("2026-10-23"), 2.0, 1.0)
    assert model.forecast(when, values, 10).total == pytest.approx(2 * weekly(after(when, 10)).sum(), rel=0.15)


def test_the_band_of_a_steady_series_is_narrow_and_that_of_a_restless_one_wide() -> None:
    when = days(250)
    steady, restless = (model.forecast(when, noisy(when, weekly(when), spread), 20) for spread in (0.01, 0.5))
    assert relative(steady) < 0.04
    assert relative(restless) > 3 * relative(steady)


def relative(outlook: model.Outlook) -> float:
    """How wide the 80 % band is, in totals."""
    low, high = outlook.inner
    return float(high[-1] - low[-1]) / outlook.total


def test_a_fee_makes_the_total_larger_and_the_band_no_wider() -> None:
    when = days(200)
    plain = model.forecast(when, weekly(when), 30)
    with_a_fee = model.forecast(when, with_fee(when, weekly(when), 1, 50_000), 30)
    assert with_a_fee.inner[1][-1] - with_a_fee.inner[0][-1] == pytest.approx(plain.inner[1][-1] - plain.inner[0][-1], rel=0.01)


def test_little_history_has_no_calendar_memory_and_a_wider_band() -> None:
    when = days(50)
    values = noisy(when, weekly(when), 0.03)
    outlook = model.forecast(when, with_fee(when, values, 1, 5_000), 30)
    assert outlook.charges == ()
    longer = days(200)
    assert relative(outlook) > relative(model.forecast(longer, noisy(longer, weekly(longer), 0.03), 30))


def test_less_than_two_weeks_are_refused() -> None:
    when = days(13)
    with pytest.raises(ValueError, match="14 days of history"):
        model.forecast(when, weekly(when), 10)


def test_days_that_cost_nothing_forecast_nothing_and_a_band_without_width() -> None:
    outlook = model.forecast(days(100), np.zeros(100), 20)
    assert outlook.total == 0
    assert (outlook.inner[0][-1], outlook.outer[1][-1]) == (0, 0)


def test_the_band_covers_what_it_says_on_series_it_has_not_seen() -> None:
    inside, outside = [], []
    when = days(300)
    for seed in range(60):
        values = noisy(when, weekly(when), 0.15, seed + 100) * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, 300)))
        outlook, truth = model.forecast(when[:280], values[:280], 20), values[280:].sum()
        inside.append(outlook.inner[0][-1] <= truth <= outlook.inner[1][-1])
        outside.append(outlook.outer[0][-1] <= truth <= outlook.outer[1][-1])
    assert 0.65 <= np.mean(inside) <= 0.95
    assert np.mean(outside) >= 0.9


amounts = st.floats(0, 1e7) | st.sampled_from([0.0, 1e-9, 0.01, 100.0])


@st.composite
def histories(draw: st.DrawFn, values: st.SearchStrategy[float] = amounts) -> tuple[Days, Values, int]:
    """Any days whatever, and how many ahead."""
    count = draw(st.integers(model.LEAST_DAYS, 120))
    return days(count), np.array(draw(st.lists(values, min_size=count, max_size=count))), draw(st.integers(1, 95))


@settings(max_examples=60, deadline=None)
@given(histories())
@example((days(61), np.array([0.0] * 54 + [5.0, 1.0, 0.0, 0.0, 0.0, 1.0, 5e-324]), 1))
def test_what_never_cost_less_than_nothing_never_will(history: tuple[Days, Values, int]) -> None:
    outlook = model.forecast(*history)
    assert (outlook.expected >= 0).all()
    assert min(outlook.inner[0].min(), outlook.outer[0].min()) >= 0


@settings(max_examples=60, deadline=None)
@given(histories(amounts | st.floats(-1e6, 0)))
def test_the_total_lies_within_its_bands_and_the_narrow_one_within_the_wide(history: tuple[Days, Values, int]) -> None:
    outlook = model.forecast(*history)
    sums = np.cumsum(outlook.expected)
    slack = 1e-6 * (1 + np.abs(outlook.outer[1]).max() + np.abs(sums).max())
    for lower, upper in ((outlook.outer[0], outlook.inner[0]), (outlook.inner[0], sums), (sums, outlook.inner[1])):
        assert (lower <= upper + slack).all()
    assert (outlook.inner[1] <= outlook.outer[1] + slack).all()
    assert np.isfinite(outlook.outer[1]).all()


@settings(max_examples=40, deadline=None)
@given(histories(st.floats(1, 1e4)), st.sampled_from([0.001, 7.0, 1e4]))
def test_in_another_currency_it_is_the_same_forecast(history: tuple[Days, Values, int], rate: float) -> None:
    when, values, count = history
    one, other = model.forecast(when, values, count), model.forecast(when, values * rate, count)
    assert other.total == pytest.approx(rate * one.total, rel=1e-6)
    assert other.inner[1][-1] == pytest.approx(rate * one.inner[1][-1], rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(histories())
def test_taking_charges_out_adds_nothing(history: tuple[Days, Values, int]) -> None:
    when, values, count = history
    clean = charges.cleaned(when, values, count)
    assert (clean.values <= values + 1e-9).all()
    assert (clean.values >= 0).all()
    assert all(1 <= each.ahead <= count for each in clean.charges)


def test_the_constants_are_one_a_day_ahead_and_the_wide_ones_wider() -> None:
    assert len(bands.AHEAD) == len(bands.INNER) == len(bands.OUTER)
    assert all(inner < outer for inner, outer in zip(bands.INNER, bands.OUTER, strict=True))


def test_weekday_factors_are_medians_of_weeks() -> None:
    when = days(84)
    values = weekly(when)
    values[30] *= 50
    assert level.factors(when, values).mean() == pytest.approx(1)
    assert level.factors(when, values) == pytest.approx(level.factors(when, weekly(when)), rel=1e-6)


def test_it_takes_milliseconds() -> None:
    when = days(425)
    values = noisy(when, with_fee(when, weekly(when), 1, 500))
    begin = thread_time()
    for _ in range(5):
        model.forecast(when, values, 30)
    assert (thread_time() - begin) / 5 < 0.1
