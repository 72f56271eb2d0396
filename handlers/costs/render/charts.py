"""What is drawn of an answer: Slack's own chart where the series are small enough, and the numbers of a picture otherwise.

A chart shows one currency, the first; its title names it, and the tables have the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from handlers.blocks import charts, limits, words
from handlers.blocks.figures import drawn
from services.charts.results import Bar, BreakdownSpec, MoversSpec, Series, TrendSpec
from services.errors import DataError
from storage.model.money import Money
from storage.model.query import Granularity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from handlers.request import Block
    from services.charts.results import ChartSpec
    from services.costs.results import Breakdown, KeyFigures, Movers, MoverSection, Section
    from storage.model.query import CostQuery

Answer = TypeVar("Answer")
OTHER = "other"
_SERIES = limits.CHART_SERIES
_NAME = 60
_BUCKET_DAYS = {Granularity.WEEK: 7, Granularity.MONTH: 31}


def pictured(draw: Callable[[Answer], ChartSpec | None], result: Answer) -> tuple[ChartSpec | None, list[str]]:
    """The numbers of the picture, or in words why there is none: the answer itself never fails for want of one."""
    try:
        return draw(result), []
    except DataError as error:
        return None, [words.escape(error.sentence)]


def _title(query: CostQuery) -> str:
    by = f" by {words.dimensions_words(query.by)}" if query.by else ""
    return f"Cost{by}, {words.period(query.period)}"


def _name(key: Mapping[str, str | None], label: str | None) -> str:
    return words.cut_middle(words.key_words(key, label), _NAME)


def breakdown(result: Breakdown) -> ChartSpec | None:
    """Bars of the rows and one of the remainder; None where there is nothing to draw."""
    section = next((each for each in result.sections if each.rows), None)
    if section is None:
        return None
    query = result.basics.query
    if result.buckets and section.trend:
        return trend(result)
    # A bar of all days beside one of the complete days only would show a rise that nobody had.
    before = _drawn if result.judged is None else _undrawn
    bars = [Bar(_name(row.key, row.label), drawn(row.amount), before(row.previous)) for row in section.rows]
    if section.remainder:
        bars.append(Bar(OTHER, drawn(section.remainder), before(section.remainder_previous)))
    return BreakdownSpec(_title(query), section.currency, tuple(bars))


def _drawn(value: Money | None) -> float | None:
    return None if value is None else drawn(value)


def _undrawn(_value: Money | None) -> None:
    return None


def trend(result: Breakdown) -> ChartSpec | None:
    """Stacked bars over time, one series a row; None without a series."""
    section = next((each for each in result.sections if each.trend), None)
    if section is None or not result.buckets:
        return None
    query = result.basics.query
    named = series_of(section, len(result.buckets), len(section.rows))
    before = [drawn(value) for value in section.previous_trend][: len(result.buckets)]
    return TrendSpec(
        title=_title(query),
        currency=section.currency,
        buckets=result.buckets,
        series=tuple(Series(name, tuple(values)) for name, values in named.items()),
        previous=tuple(before) if len(before) == len(result.buckets) else (),
        complete_through=result.basics.completeness.through,
        bucket_days=_BUCKET_DAYS.get(query.granularity, 1),
    )


def series_of(section: Section, points: int, most: int) -> dict[str, list[float]]:
    """The largest rows' series by name and what is left of the total as `other`; the total alone without such rows."""
    total = [drawn(value) for value in section.trend][:points]
    rows = [row for row in section.rows if row.key and len(row.trend) == points][:most]
    names = charts.distinct([_name(row.key, row.label) for row in rows], _NAME)
    named = {name: [drawn(value) for value in row.trend] for name, row in zip(names, rows, strict=True)}
    # Exact before it is rounded: what is left of rounded parts would draw a cent that nobody spent.
    exact = zip(section.trend[:points], *(row.trend for row in rows), strict=True)
    left = [drawn(whole - Money.total(parts, section.currency)) for whole, *parts in exact]
    if not named:
        return {"Cost": total}
    return named | ({charts.distinct([*names, OTHER], _NAME)[-1]: left} if any(left) else {})


def native_trend(result: Breakdown, labels: Sequence[str]) -> list[Block]:
    """Slack's own chart of a trend; nothing where it cannot draw so much."""
    section = next((each for each in result.sections if each.trend), None)
    if section is None:
        return []
    drawn_series = series_of(section, len(labels), _SERIES - 1)
    before = [drawn(value) for value in section.previous_trend]
    if len(drawn_series) == 1 and len(before) == len(labels):
        drawn_series = {"This period": next(iter(drawn_series.values())), "Before": before}
    kind = "line" if not result.basics.query.by else "area"
    return _native(_title(result.basics.query), kind, drawn_series, labels, section.currency)


def native_breakdown(spec: ChartSpec | None) -> list[Block]:
    """Slack's own bars of a breakdown; nothing where there are too many."""
    if not isinstance(spec, BreakdownSpec):
        return []
    bars = {"This period": [bar.value for bar in spec.bars]}
    before = [bar.previous for bar in spec.bars if bar.previous is not None]
    if len(before) == len(spec.bars):
        bars["Before"] = before
    return _native(spec.title, "bar", bars, [bar.name for bar in spec.bars], spec.currency)


def _native(title: str, kind: str, series: Mapping[str, Sequence[float]], labels: Sequence[str], currency: str) -> list[Block]:
    if not charts.series_fit(series, labels):
        return []
    return [charts.series_chart(title, kind, series, labels, y_label=f"Cost, {currency}")]


def key_figures(result: KeyFigures) -> ChartSpec | None:
    """The days of the month so far; None before the first complete one."""
    days = tuple(result.days)
    figure = next((each for each in result.figures if len(each.daily) == len(days)), None)
    if figure is None:
        return None
    return TrendSpec(
        title=f"Cost a day, {words.period(result.days)}",
        currency=figure.to_date.currency,
        buckets=days,
        series=(Series("Cost", tuple(drawn(value) for value in figure.daily)),),
        complete_through=result.basics.completeness.through,
    )


def native_days(spec: ChartSpec | None) -> list[Block]:
    """Slack's own chart of the days so far; nothing once they are too many."""
    if not isinstance(spec, TrendSpec):
        return []
    series = {each.name: each.values for each in spec.series}
    return _native(spec.title, "line", series, [_day(day, spec.buckets) for day in spec.buckets], spec.currency)


def _day(day: date, all_days: Sequence[date]) -> str:
    return words.day(day, all_days[-1])


def movers(result: Movers) -> ChartSpec | None:
    """A waterfall from before to after; None where nothing moved."""
    section = next((each for each in result.sections if each.movers), None)
    return None if section is None else _waterfall(result, section)


def _waterfall(result: Movers, section: MoverSection) -> MoversSpec:
    query = result.basics.query
    by = section.dimension or next(iter(query.by), "")
    steps = [Bar(_name(each.key, each.label), drawn(each.change), drawn(each.before)) for each in section.movers]
    if section.rest:
        steps.append(Bar(OTHER, drawn(section.rest)))
    return MoversSpec(
        title=f"What moved{f' by {words.dimensions_words([by])}' if by else ''}, {words.period(query.period)}",
        currency=section.currency,
        before=Bar(words.period(query.compared), drawn(section.before)),
        steps=tuple(steps),
        after=Bar(words.period(query.period), drawn(section.after)),
    )
