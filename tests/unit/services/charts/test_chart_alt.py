"""Given a chart, when it cannot be seen, then its alt text says what, how much, what changed and what is incomplete."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from chart_examples import AWKWARD, BREAKDOWN, HOSTILE, MOVERS, NOT_IN_OUR_FONTS, PICTURED, TREND, TREND_SIGNS, months

from services.charts.alt import LIMIT, alt_text
from services.charts.results import Bar, BreakdownSpec, ChartSpec, MoversSpec, Series, TrendSpec


def test_a_trend_in_words() -> None:
    assert alt_text(TREND) == (
        "Cost by service, 1–21 Nov 2026. Stacked bars over time, 1 Nov 2026 to 21 Nov 2026. Total $42,112. "
        "The complete part, 19 of 21 bars, is $39,241, compared with $36,330 in the previous period (+8 %). "
        "Highest: 17 Nov 2026 with $2,492. Amazon Elastic Compute Cloud $18,398; Amazon RDS $10,221; Amazon S3 $6,133; "
        "AWS Lambda $3,066; (untagged) $2,453; other $1,840. "
        "Incomplete: 20 Nov 2026 to 21 Nov 2026; the data is complete through 19 Nov 2026."
    )


def test_a_complete_trend_compares_all_of_it() -> None:
    text = alt_text(replace(TREND, complete_through=None))
    assert "Compared with $40,950 in the previous period" in text
    assert "ncomplete" not in text


def test_incomplete_days_never_count_into_the_change() -> None:
    spec = AWKWARD["nothing is complete"]
    assert "previous period" not in alt_text(spec)
    assert "Incomplete: 1 Nov 2026 to 3 Nov 2026; the data is complete through 1 Jan 2026." in alt_text(spec)


def test_months_and_credits_in_words() -> None:
    text = alt_text(TREND_SIGNS)
    assert "Jan 2025 to Dec 2025" in text
    assert "Highest: Dec 2025 with £1,360,000." in text, "what the bucket cost, credits taken off"
    assert "usage £15.30M; credits −£2,940,000." in text
    assert "Incomplete: Dec 2025; the data is complete through 10 Dec 2025." in text


def test_weeks_in_words() -> None:
    spec = TrendSpec("Weekly", "USD", (date(2026, 11, 2), date(2026, 11, 9)), (Series("web", (1.0, 2.0)),), bucket_days=7)
    assert "week of 2 Nov 2026 to week of 9 Nov 2026" in alt_text(spec)


def test_a_breakdown_in_words() -> None:
    assert alt_text(BREAKDOWN) == (
        "Cost by service, 1–21 Nov 2026. Bars by size. Total $102,300. "
        "Amazon Elastic Compute Cloud - Compute $45,230 (+10 %); Amazon Relational Database Service $22,110 (−7.9 %); "
        "Amazon S3 $15,200 (0 %); AWS Lambda $9,100 (new); (untagged) $4,100 (+5.1 %); "
        "A service whose name is much too long for any telephone, as… $310 (+24 %); other $6,250 (−16 %)."
    )


def test_movers_in_words() -> None:
    assert alt_text(MOVERS) == (
        "What changed, 1–21 Oct → 1–21 Nov 2026. Waterfall from $96,000 (1–21 Oct 2026) to $103,210 (1–21 Nov 2026): "
        "+$7,210 (+7.5 %). Amazon EC2 +$5,200 (+13 %); AWS Lambda +$3,100 (new); Amazon RDS −$2,400 (−9.2 %); "
        "Amazon S3 +$900 (+6.4 %); other +$410 (+4.6 %)."
    )


def test_nothing_is_said_to_be_nothing() -> None:
    assert alt_text(AWKWARD["no bucket"]) == "Nothing. No spend in this period."
    assert alt_text(AWKWARD["no bars"]) == "Nothing. Bars by size. Total $0."
    assert alt_text(TrendSpec("Months", "USD", months(2), (), bucket_days=31)) == "Months. No spend in this period."


def test_a_name_that_cannot_be_drawn_can_still_be_said() -> None:
    assert NOT_IN_OUR_FONTS in alt_text(AWKWARD["foreign names"])


def test_a_hostile_name_is_plain_text_on_one_line() -> None:
    text = alt_text(BreakdownSpec(HOSTILE, "USD", (Bar(HOSTILE, 1.0),)))
    assert text.isprintable()
    assert "\u202e" not in text


@pytest.mark.parametrize("spec", [*PICTURED.values(), *AWKWARD.values()], ids=[*PICTURED, *AWKWARD])
def test_it_fits_into_slacks_alt_text(spec: ChartSpec) -> None:
    text = alt_text(spec)
    assert 0 < len(text) <= LIMIT
    assert not text.endswith("…"), "all items fit, because names and items are limited"


def test_even_the_longest_names_fit_with_every_number() -> None:
    name = "W" * 500
    steps = tuple(Bar(f"{n}{name}", 1e14 + n, 1e13) for n in range(20))
    text = alt_text(MoversSpec(name, "VIRTUALCREDITS", Bar(name, 1e14), steps, Bar(name, 9e14)))
    assert len(text) <= LIMIT
    assert text.endswith(".")
