"""Key figures: the month so far on complete days only, against the same days of the month before, and where it is heading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from services.costs.basics import basics
from services.costs.breakdown import breakdown
from services.costs.exact import a_day
from services.costs.lines import below, by_currency, counted, is_counted
from services.costs.results import KeyFigure, KeyFigures
from services.costs.trends import series
from storage.model.money import Money
from storage.model.period import DAY, Period, first_of_month
from storage.model.query import Axis, Granularity

if TYPE_CHECKING:
    from datetime import date

    from services.costs.book import Book, Sum
    from storage.model.query import CostQuery

RUN_RATE_DAYS = 7
TOP_SERVICES = 5


def key_figures(book: Book, query: CostQuery) -> KeyFigures:
    """The month of the query's last day; on its first days, or for an old bill, the last month that has a complete day."""
    query = book.prepared(query.but(axis=Axis.CHARGE, granularity=Granularity.DAY, by=(), page=1, compare=None))
    spans = _Spans.of(book, query)
    query = query.but(period=spans.days, compare=spans.days.previous())
    state = book.completeness(query, Period.month(spans.days.start))
    # Asked first, because it decides which engine answers: the figures must be of the same one.
    by_service = query.but(by=("service",), top=TOP_SERVICES, granularity=Granularity.TOTAL)
    top = breakdown(book, by_service).sections
    figures = _Figures(book, query, spans, book.known_since(state)).all()
    asked = basics(book, query, state)
    return KeyFigures(asked, figures, spans.days, query.compared, spans.week, top)


@dataclass(frozen=True, slots=True)
class _Spans:
    """The days of the figures: of the month, of the whole month before, and of the run rate."""

    days: Period
    last_month: Period
    week: Period

    @classmethod
    def of(cls, book: Book, query: CostQuery) -> _Spans:
        """The complete days of the month: through the last complete day, of the month that day is in."""
        wanted = query.period.until(book.today) or query.period
        through = book.completeness(query, Period(first_of_month(wanted.last, -1), wanted.end)).through
        last = min(through or wanted.last, wanted.last)
        days = Period(first_of_month(last), last + DAY)
        began = min((part.days.start for part in book.reading.catalog.parts), default=days.start)
        since = max(days.end - timedelta(days=RUN_RATE_DAYS), min(began, last))
        return cls(days, Period(first_of_month(days.start, -1), days.start), Period(since, days.end))


@dataclass(frozen=True, slots=True)
class _Figures:
    """Every figure of the month comes from one slice: each day and line of it and of the month before."""

    book: Book
    query: CostQuery
    spans: _Spans
    since: date | None
    """The first day that the bills tell of."""

    def all(self) -> tuple[KeyFigure, ...]:
        """One figure a currency, the largest first."""
        spans = self.spans
        periods = [spans.days, self.query.compared, spans.last_month, spans.week]
        now, before, last, week = self.book.spans(self.query, periods, every_line=True, daily=True)
        currencies = dict.fromkeys((*by_currency(now), *by_currency(before), *by_currency(last)))
        return tuple(self._figure(currency, now, before, last, week) for currency in currencies)

    def _figure(self, currency: str, now: list[Sum], before: list[Sum], last: list[Sum], week: list[Sum]) -> KeyFigure:
        lines = by_currency(now).get(currency, {})
        rate = a_day(self._of(week, currency), self.spans.week.days)
        daily = [each for each in now if is_counted(each.line, self.query)]
        return KeyFigure(
            to_date=self._of(now, currency),
            previous=self._known(before, self.query.compared, currency),
            last_month=self._known(last, self.spans.last_month, currency),
            run_rate=rate,
            remaining=rate * (first_of_month(self.spans.days.start, 1) - self.spans.days.end).days,
            below=below(lines, self.query),
            net=Money.total(lines.values(), currency),
            daily=series(self.book, self.query, self.spans.days, daily, currency),
        )

    def _known(self, sums: list[Sum], period: Period, currency: str) -> Money | None:
        return self._of(sums, currency) if self.since is None or self.since <= period.start else None

    def _of(self, sums: list[Sum], currency: str) -> Money:
        return counted(by_currency(sums).get(currency, {}), self.query, currency)
