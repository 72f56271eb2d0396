"""Given amounts, changes and names as bills have them, when a chart says them, then people can read them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.charts import words


@pytest.mark.parametrize(
    ("value", "currency", "said"),
    [
        (12345.4, "USD", "$12,345"),
        (-3.2, "EUR", "−€3.20"),
        (99.999, "USD", "$100"),
        (99.99, "USD", "$99.99"),
        (0.0, "GBP", "£0"),
        (0.004, "USD", "≈$0.00"),
        (-0.004, "USD", "≈$0.00"),
        (1e-12, "USD", "$0"),
        (-1e-12, "USD", "$0"),
        (50.4, "JPY", "¥50"),
        (0.2, "JPY", "≈¥0"),
        (1234.0, "AUD", "AUD 1,234"),
        (1.0, "Azure credits!", "Azurecredits 1.00"),
        (1.0, "$$$", "currency? 1.00"),
    ],
)
def test_an_amount_is_said_in_full_with_its_currency(value: float, currency: str, said: str) -> None:
    assert words.money(value, currency) == said


@pytest.mark.parametrize(
    ("value", "said"), [(9_999_999, "$9,999,999"), (12_345_678, "$12.35M"), (-2.5e9, "−$2.50B"), (3e14, "$300.00T"), (5, "$5.00")]
)
def test_a_label_is_shortened_from_ten_millions_on(value: float, said: str) -> None:
    assert words.label(value, "USD") == said


@pytest.mark.parametrize(
    ("ticks", "said"),
    [
        ([0, 5000, 10000], ["$0", "$5k", "$10k"]),
        ([0, 2500, 5000], ["$0", "$2.5k", "$5.0k"]),
        ([-1e6, 0, 1.2e6], ["−$1.0M", "$0", "$1.2M"]),
        ([0, 0.5, 1], ["$0", "$0.5", "$1.0"]),
        ([0, 0.00025, 0.0005], ["$0", "$0.00025", "$0.00050"]),
        ([99_500, 100_000], ["$99.5k", "$100.0k"]),
        ([], []),
    ],
)
def test_an_axis_has_one_unit_and_just_the_decimals_it_needs(ticks: list[float], said: list[str]) -> None:
    assert words.axis(ticks, "USD") == said


@given(
    st.lists(st.integers(-1000, 1000), min_size=2, max_size=6, unique=True), st.sampled_from([0.001, 0.25, 1, 2500, 1e6, 5e11])
)
def test_two_ticks_never_say_the_same(steps: list[int], size: float) -> None:
    said = words.axis([step * size for step in steps], "EUR")
    assert len(set(said)) == len(said)


@pytest.mark.parametrize(
    ("value", "said"), [(1200, "+$1,200"), (-80, "−$80.00"), (0, "$0"), (0.004, "≈$0.00"), (1e-13, "$0"), (2e7, "+$20.00M")]
)
def test_a_change_has_its_sign(value: float, said: str) -> None:
    assert words.signed(value, "USD") == said


@pytest.mark.parametrize(
    ("value", "previous", "said"),
    [
        (108, 100, "+8 %"),
        (92.5, 100, "−7.5 %"),
        (100, 100, "0 %"),
        (100.01, 100, "≈0 %"),
        (1300, 100, "+1,200 %"),
        (0, 100, "−100 %"),
        (5, 0, "new"),
        (0, 0, ""),
        (5, None, ""),
        (5, -3, ""),
        (1e12, 0.01, ""),
    ],
)
def test_a_change_in_per_cent_or_nothing_where_it_says_nothing(value: float, previous: float | None, said: str) -> None:
    assert words.percent(value, previous) == said


@pytest.mark.parametrize(
    "name", ["other", "Other", "others", "12 others", "the rest", "(other)", "all others", "Everything else", "other (12)"]
)
def test_the_remainder_of_a_list_is_known_by_its_usual_names(name: str) -> None:
    assert words.is_other(name)
    assert words.is_rest(name)


@pytest.mark.parametrize("name", ["(untagged)", "Untagged", "unallocated", "(no account)", "(no owner)", "no owner"])
def test_what_has_no_tag_is_grey_but_a_line_of_its_own(name: str) -> None:
    assert words.is_rest(name)
    assert not words.is_other(name)


@pytest.mark.parametrize("name", ["Mother", "restaurant", "Other Ocean Games", "no reply service", "un-Amazon", "rest-api", ""])
def test_a_real_name_is_not_taken_for_a_remainder(name: str) -> None:
    assert not words.is_rest(name)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("  two\n lines\t", "two lines"),
        ("right\u202eto left", "rightto left"),
        ("nul\x00 and half a pair \ud800", "nul and half a pair"),
        ("Z\u0301\u0302\u0303\u0304\u0305algo", "Ź\u0302\u0303algo"),
        ("", "(no name)"),
        ("\u200b\u200b", "(no name)"),
        ("Cafe\u0301", "Café"),
    ],
)
def test_a_name_is_one_harmless_line(name: str, said: str) -> None:
    assert words.clean(name) == said


@given(st.text(), st.integers(2, 60))
def test_no_text_comes_out_long_empty_or_in_lines(text: str, limit: int) -> None:
    said = words.clean(text, limit)
    assert 0 < len(said) <= max(limit, 2)
    assert said.isprintable()
    said.encode()


def test_a_day_in_words() -> None:
    assert words.day(date(2026, 11, 5)) == "5 Nov 2026"
