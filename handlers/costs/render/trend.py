"""Spend over time: the total in one line, then each day, week or month beside the one it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.blocks import outlook, words
from handlers.blocks.charts import distinct
from handlers.blocks.figures import amount, changed
from handlers.blocks.frame import SECTIONS, Content, Listing, reply
from handlers.costs.render import buttons, charts, lines, mapping
from handlers.costs.render.breakdown import compared_context, further, is_empty, total_line
from storage.model.money import Money
from storage.model.period import Period
from storage.model.query import Granularity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.blocks.tables import Cell
    from handlers.request import Reply
    from services.costs.results import Breakdown, CostRow, Section
    from services.summary.results import MonthSummary
    from storage.model.query import CostQuery

_TITLES = {Granularity.DAY: "Day", Granularity.WEEK: "Week", Granularity.MONTH: "Month"}
_SERIES = 4
_SERIES_NAME = 18


def trend(
    result: Breakdown,
    *,
    verb: str = "trend",
    chart: bool = False,
    shared: bool = False,
    asked: CostQuery | None = None,
    month: MonthSummary | None = None,
) -> Reply:
    """The answer to "over time". Small ones carry Slack's own chart anyway; `chart` asks for a picture of the others.

    `month`: how the month is going that the period ends in; where it is heading is said.
    """
    query = result.basics.query
    sections = [section for section in result.sections if not is_empty(section)]
    buckets = cuts(result)
    drawn = charts.native_trend(result, [each.short for each in buckets]) if sections else []
    picture, missing = charts.pictured(charts.trend, result) if chart else (None, [])
    return reply(
        Content(
            lead=total_line(sections, result) + _highest(sections, buckets) if sections else lines.nothing(result.basics),
            context=compared_context(result, sections),
            listings=[_listing(result, each, buckets, is_only=len(sections) == 1) for each in sections[:SECTIONS] if each.trend],
            notes=[*further(sections), *_ahead(month), *missing],
            charts=drawn,
            buttons=buttons.under(
                buttons.kept(query, asked), verb, shared=shared, charted=chart or bool(drawn), is_empty=not sections
            ),
            picture=picture,
            result=mapping.trend(result),
        ),
    )


def _ahead(month: MonthSummary | None) -> list[str]:
    """Where the running month will end, how sure that is, and the budgets of just this money."""
    if month is None or month.forecast is None:
        return []
    said = []
    for figure in month.forecast.figures[:SECTIONS]:
        budgets = [outlook.budget(each, figure.whole) for each in month.budgets if each.amount.currency == figure.currency]
        parts = (outlook.ends(month.forecast, figure.whole), f"confidence {outlook.confidence(figure.whole)}", *budgets)
        said.append(f"{words.bold('Forecast')} {words.escape('; '.join(parts))}.")
    return said


@dataclass(frozen=True, slots=True)
class Bucket:
    """One cut of the period: its days, its name, and whether its bill is not all there yet."""

    days: Period
    granularity: Granularity
    is_open: bool
    years: int
    """How many calendar years the whole answer touches: within one, the year need not be said on every line."""

    @property
    def name(self) -> str:
        """`Sat 21 Nov`, `16–22 Nov`, `Nov 2026`; what is incomplete says so."""
        return f"{self._days()}{' (incomplete)' if self.is_open else ''}"

    def _days(self) -> str:
        if self.granularity is Granularity.MONTH and self.days.is_month:
            return f"{self.days.start:%b %Y}"
        weekday = f"{self.days.start:%a} " if self.granularity is Granularity.DAY else ""
        said = words.period(self.days)
        return weekday + (said.removesuffix(f" {self.days.last.year}") if self.years == 1 else said)

    @property
    def short(self) -> str:
        """For an axis: `21 Nov`, `Nov 2026`; an asterisk where it is incomplete."""
        start = (
            f"{self.days.start:%b %Y}" if self.granularity is Granularity.MONTH else f"{self.days.start.day} {self.days.start:%b}"
        )
        return f"{start}{'*' if self.is_open else ''}"


def cuts(result: Breakdown) -> list[Bucket]:
    """The cuts of the period with their days; the first and the last may be shorter than a whole week or month."""
    query, through = result.basics.query, result.basics.completeness.through
    starts = list(result.buckets)
    ends = [*starts[1:], query.period.end]
    spans = [Period(start, end) for start, end in zip(starts, ends, strict=False) if start < end]
    kept = [span.overlap(query.period) or span for span in spans]
    years = query.period.last.year - query.period.start.year + 1
    return [Bucket(span, query.granularity, through is None or span.last > through, years) for span in kept]


def _highest(sections: Sequence[Section], buckets: Sequence[Bucket]) -> str:
    """The most expensive bucket, where one currency has several."""
    series = sections[0].trend
    if len(sections) > 1 or len(series) < 2 or len(series) != len(buckets):  # noqa: PLR2004  # of one there is no highest
        return ""
    at = max(range(len(series)), key=lambda index: series[index].amount)
    return f" Highest: {words.bold(buckets[at].name)} {words.escape(words.money(series[at]))}."


def _listing(result: Breakdown, section: Section, buckets: Sequence[Bucket], *, is_only: bool) -> Listing:
    query = result.basics.query
    table = _by_row(section, buckets) or _Compared(section, _judged(result, buckets))
    title = _TITLES.get(query.granularity, "Period")
    shown = list(zip(buckets, range(len(section.trend)), strict=False))
    return Listing(
        caption=f"Cost by {title.lower()}, {words.period(query.period)}, {words.clean(section.currency)}",
        header=(title, *table.header),
        rows=tuple((bucket.name, *table.cells(slice(at, at + 1))) for bucket, at in shown),
        foot=lambda count: _foot(table, title.lower(), count, len(shown)),
        right=frozenset(range(1, len(table.header) + 1)),
        heading=""
        if is_only
        else f"{lines.strong(section.total)}{lines.against(section.comparable, section.previous, query.compared, result.judged)}",
        below=lines.below(section.below, section.net, query),
    )


def _judged(result: Breakdown, buckets: Sequence[Bucket]) -> int:
    """How many of the cuts have only complete days: the others are not held against anything."""
    judged = result.judged
    return len(buckets) if judged is None else sum(bucket.days.end <= judged.end for bucket in buckets)


def _foot(table: _Compared | _Stacked, title: str, shown: int, count: int) -> tuple[tuple[Cell, ...], ...]:
    """The buckets that are not shown, added up, and the total."""
    hidden = (f"({words.plural(count - shown, f'more {title}')})", *table.cells(slice(shown, count)))
    total = ("Total", *table.total())
    return (*([hidden] if shown < count else []), *([total] if count > 1 else []))


@dataclass(frozen=True, slots=True)
class _Compared:
    """Each bucket beside the one it is compared with; only the first so many (`judged`) are complete."""

    section: Section
    judged: int

    @property
    def header(self) -> tuple[str, ...]:
        return ("Cost", "Before", "Change") if self.section.previous_trend else ("Cost",)

    def cells(self, which: slice) -> tuple[Cell, ...]:
        """These buckets added up. What has no counterpart before (a shorter month) has a dash there."""
        now = Money.total(self.section.trend[which], self.section.currency)
        before = self.section.previous_trend[which]
        was = Money.total(before, self.section.currency) if len(before) == len(self.section.trend[which]) else None
        return self._row(now, was, changed(now, was if which.stop <= self.judged else None))

    def total(self) -> tuple[Cell, ...]:
        was = self.section.previous
        return self._row(self.section.total, was, changed(self.section.comparable, was))

    def _row(self, now: Money, before: Money | None, change: Cell) -> tuple[Cell, ...]:
        return (amount(now), amount(before), change)[: len(self.header)]


@dataclass(frozen=True, slots=True)
class _Stacked:
    """The largest rows side by side over time, what is left of the total, and the total."""

    section: Section
    rows: tuple[CostRow, ...]

    @property
    def header(self) -> tuple[str, ...]:
        names = [words.cut_middle(words.key_words(row.key, row.label), _SERIES_NAME) for row in self.rows]
        return (*distinct(names, _SERIES_NAME), "(other)", "Total")

    def cells(self, which: slice) -> tuple[Cell, ...]:
        """These buckets added up."""
        currency = self.section.currency
        parts = [Money.total(row.trend[which], currency) for row in self.rows]
        return self._row(parts, Money.total(self.section.trend[which], currency))

    def total(self) -> tuple[Cell, ...]:
        return self._row([row.amount for row in self.rows], self.section.total)

    def _row(self, parts: Sequence[Money], whole: Money) -> tuple[Cell, ...]:
        other = whole - Money.total(parts, self.section.currency)
        return (*map(amount, parts), amount(other), amount(whole))


def _by_row(section: Section, buckets: Sequence[Bucket]) -> _Stacked | None:
    rows = tuple(row for row in section.rows if row.key and len(row.trend) == len(buckets))[:_SERIES]
    return _Stacked(section, rows) if rows else None
