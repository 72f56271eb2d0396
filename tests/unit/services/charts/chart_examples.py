"""Charts as people ask for them, and the ways in which a bill can be awkward. Shared by the chart tests and their baselines."""

from __future__ import annotations

from datetime import date, timedelta

from services.charts.results import BandSpec, Bar, BreakdownSpec, ChartSpec, Mark, MoversSpec, Series, TrendSpec

WEEK = (1.0, 1.08, 1.12, 1.05, 0.98, 0.66, 0.61)
HOSTILE = "<!channel> $x^2$ $\\frac{1}{0}$ \u202e\x00\n`*_~"
NOT_IN_OUR_FONTS = "東京リージョン"


def days(count: int, first: date = date(2026, 11, 1)) -> tuple[date, ...]:
    """So many days in a row."""
    return tuple(first + timedelta(days=n) for n in range(count))


def months(count: int, year: int = 2025) -> tuple[date, ...]:
    """So many first days of months."""
    return tuple(date(year + n // 12, n % 12 + 1, 1) for n in range(count))


def weekly(name: str, count: int, level: float) -> Series:
    """A series with working days and weekends, growing slowly."""
    return Series(name, tuple(level * WEEK[n % 7] * (1 + n / 200) for n in range(count)))


SERVICES = (
    weekly("Amazon Elastic Compute Cloud", 21, 900),
    weekly("Amazon RDS", 21, 500),
    weekly("Amazon S3", 21, 300),
    weekly("AWS Lambda", 21, 150),
    weekly("(untagged)", 21, 120),
    weekly("other", 21, 90),
)
TREND = TrendSpec(
    title="Cost by service, 1–21 Nov 2026",
    currency="USD",
    buckets=days(21),
    series=SERVICES,
    previous=tuple(2100 * WEEK[(n + 3) % 7] for n in range(21)),
    complete_through=date(2026, 11, 19),
)
TREND_LONG = TrendSpec(
    title="Cost by account, last 180 days",
    currency="EUR",
    buckets=days(180, date(2026, 5, 4)),
    series=(weekly("production", 180, 900), weekly("data $platform$", 180, 400), weekly("sandbox", 180, 150)),
    complete_through=date(2026, 10, 18),
)
TREND_SIGNS = TrendSpec(
    title="Usage and credits by month",
    currency="GBP",
    buckets=months(12),
    series=(
        Series("usage", tuple(1_000_000.0 + 50_000 * n for n in range(12))),
        Series("credits", tuple(-300_000.0 + 10_000 * n for n in range(12))),
    ),
    complete_through=date(2025, 12, 10),
    bucket_days=31,
)
BREAKDOWN = BreakdownSpec(
    title="Cost by service, 1–21 Nov 2026",
    currency="USD",
    bars=(
        Bar("Amazon S3", 15_200, 15_200),
        Bar("Amazon Elastic Compute Cloud - Compute", 45_230, 41_000),
        Bar("AWS Lambda", 9_100, 0),
        Bar("Amazon Relational Database Service", 22_110, 24_000),
        Bar("(untagged)", 4_100, 3_900),
        Bar("A service whose name is much too long for any telephone, as such names are", 310.25, 250),
        Bar("other", 6_250, 7_400),
    ),
)
BREAKDOWN_SIGNS = BreakdownSpec(
    title="Charges, November",
    currency="AUD",
    bars=(Bar("usage", 4_523), Bar("credits", -2_100), Bar("tax", 300), Bar(HOSTILE, 50.5), Bar("Ünïcödé Ωμέγα Привет مثال", 75)),
)
MOVERS = MoversSpec(
    title="What changed, 1–21 Oct → 1–21 Nov 2026",
    currency="USD",
    before=Bar("1–21 Oct 2026", 96_000),
    steps=(
        Bar("Amazon RDS", -2_400, 26_000),
        Bar("Amazon EC2", 5_200, 40_000),
        Bar("AWS Lambda", 3_100, 0),
        Bar("other", 410, 9_000),
        Bar("Amazon S3", 900, 14_000),
    ),
    after=Bar("1–21 Nov 2026", 103_210),
)
MOVERS_LARGE = MoversSpec(
    title="What changed, October → November",
    currency="USD",
    before=Bar("October", 9_600),
    steps=(Bar("Amazon EC2", 5_200, 4_000), Bar("AWS Lambda", -7_300, 9_000)),
    after=Bar("November", 7_500),
)
_USUAL = tuple(400 * WEEK[n % 7] for n in range(30))
BAND_ALERT = BandSpec(
    title="Amazon EC2 in payments-production",
    currency="USD",
    days=days(30, date(2026, 10, 24)),
    actual=(*(value * (1 + (n % 5 - 2) / 40) if n != 27 else 1210.0 for n, value in enumerate(_USUAL[:29])), 150.0),
    expected=_USUAL,
    low=tuple(value * 0.85 for value in _USUAL),
    high=tuple(value * 1.18 for value in _USUAL),
    marks=(Mark(date(2026, 11, 20), "+$966"),),
    complete_through=date(2026, 11, 21),
)
_CLIMB = tuple(13_500.0 * (n + 1) + 9_000 for n in range(30))
BAND_MONTH = BandSpec(
    title="November 2026 to date and to its end",
    currency="USD",
    days=days(30),
    actual=_CLIMB[:20] + (None,) * 10,
    expected=(None,) * 19 + _CLIMB[19:],
    low=(None,) * 19 + tuple(value * (1 - 0.004 * n) for n, value in enumerate(_CLIMB[19:])),
    high=(None,) * 19 + tuple(value * (1 + 0.005 * n) for n, value in enumerate(_CLIMB[19:])),
    low_outer=(None,) * 19 + tuple(value * (1 - 0.008 * n) for n, value in enumerate(_CLIMB[19:])),
    high_outer=(None,) * 19 + tuple(value * (1 + 0.011 * n) for n, value in enumerate(_CLIMB[19:])),
    budget=(380_000.0,) * 30,
    is_cumulative=True,
)
_YEAR = tuple(2_000 * WEEK[n % 7] + 3 * n for n in range(150))
BAND_AHEAD = BandSpec(
    title="The next 90 days",
    currency="EUR",
    days=days(150, date(2026, 9, 21)),
    actual=_YEAR[:62] + (None,) * 88,
    expected=(None,) * 60 + _YEAR[60:],
    low=(None,) * 60 + tuple(value * 0.8 for value in _YEAR[60:]),
    high=(None,) * 60 + tuple(value * 1.25 for value in _YEAR[60:]),
    complete_through=date(2026, 11, 19),
    budget=(2_400.0,) * 70 + (2_600.0,) * 80,
    budget_name="budget a day",
)
PICTURED: dict[str, ChartSpec] = {
    "trend": TREND,
    "trend-long": TREND_LONG,
    "trend-signs": TREND_SIGNS,
    "breakdown": BREAKDOWN,
    "breakdown-signs": BREAKDOWN_SIGNS,
    "movers": MOVERS,
    "movers-large": MOVERS_LARGE,
    "band-alert": BAND_ALERT,
    "band-month": BAND_MONTH,
    "band-ahead": BAND_AHEAD,
}
"""The charts that have a baseline picture."""
AWKWARD: dict[str, ChartSpec] = {
    "one bucket": TrendSpec("Yesterday", "USD", days(1), (Series("web", (5.0,)), Series("credits", (-2.0,))), (4.0,)),
    "no bucket": TrendSpec("Nothing", "USD", (), ()),
    "400 buckets": TrendSpec("Long", "USD", days(400), tuple(weekly(f"account-{n:04d}-production", 400, 90) for n in range(30))),
    "all zeros": TrendSpec("Nothing spent", "USD", days(14), (Series("web", (0.0,) * 14),), (0.0,) * 14, date(2026, 11, 7)),
    "outlier": TrendSpec("Upfront", "USD", days(14), (Series("web", (10.0,) * 9 + (84_000.0,) + (10.0,) * 4),)),
    "only credits": TrendSpec("Credits", "EUR", days(3), (Series("credits", (-1.0, -2.0, -3.0)),)),
    "nothing is complete": TrendSpec("Today", "EUR", days(3), (Series("web", (1.0, 2.0, 3.0)),), (1.0, 2.0), date(2026, 1, 1)),
    "crumbs": BreakdownSpec("Crumbs", "USD", (Bar("a", 1e-12), Bar("b", 3e-5), Bar("c", 0.0))),
    "riches": BreakdownSpec("Riches", "KRW", (Bar("a", 9e14, 1.0), Bar("b", 1e3, 9e14))),
    "no bars": BreakdownSpec("Nothing", "USD", ()),
    "100 bars": BreakdownSpec("Many", "USD", tuple(Bar(f"service {n}", 100.0 - n, 50.0) for n in range(100))),
    "long names": BreakdownSpec("T" * 500, "CREDITS FOR COMPUTE", tuple(Bar("W" * 300 + str(n), 10.0 - n) for n in range(12))),
    "foreign names": BreakdownSpec(NOT_IN_OUR_FONTS, "JPY", (Bar(NOT_IN_OUR_FONTS, 3.0), Bar("🚀 rocket", 2.0), Bar("", 1.0))),
    "no change": MoversSpec("Same", "USD", Bar("October", 5.0), (), Bar("November", 5.0)),
    "from nothing": MoversSpec("New", "USD", Bar("October", 0.0), (Bar("web", 7.0, 0.0),), Bar("November", 7.0)),
    "below zero": MoversSpec("Credits", "EUR", Bar("a", -500.0), (Bar("x", 10.0), Bar("y", -25.0)), Bar("b", -520.0)),
    "one banded day": BandSpec(
        "Yesterday", "USD", days(1), (5.0,), (4.0,), (3.0,), (6.0,), marks=(Mark(date(2026, 11, 1), "x"),)
    ),
    "no banded day": BandSpec("Nothing", "USD", (), ()),
    "only expected": BandSpec("Ahead", "USD", days(3), (None,) * 3, (1.0, 2.0, 3.0), (0.5, 1.0, 1.5), (2.0, 4.0, 6.0)),
    "one day expected": BandSpec("Ahead", "USD", days(9), (7.0,) * 8 + (None,), (None,) * 8 + (7.0,), budget=(900.0,) * 9),
    "a credit in its range": BandSpec(
        "Credits", "EUR", days(7), (-5.0, -4.0, -6.0, 3.0, None, None, None), (-5.0,) * 7, (-7.0,) * 7, (-3.0,) * 7
    ),
    "a silly range": BandSpec(
        HOSTILE, "USD", days(14), (10.0,) * 14, (10.0,) * 14, (8.0,) * 14, (13.0,) * 14, (0.0,) * 14, (9e9,) * 14
    ),
    "many marks": BandSpec(
        "W" * 300, "Compute Credits", days(20), (9e12,) * 20, marks=tuple(Mark(day, f"{'long ' * 20}{day}") for day in days(20))
    ),
    "tiny in its range": BandSpec("Crumbs", "USD", days(5), (3e-5, 0.0, 1e-12, 2e-5, None), (1e-5,) * 5, (0.0,) * 5, (4e-5,) * 5),
    "many steps": MoversSpec("Many", "USD", Bar("a", 0.0), tuple(Bar(f"s{n}", n - 20.0) for n in range(50)), Bar("b", 225.0)),
}
"""What a bill can do to a chart."""
