"""Key figures: the month so far on complete days only, against the same days of the month before, and where it is heading."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from services.costs import freshness
from services.costs.book import Book, below, counted
from services.costs.breakdown import breakdown, series
from services.costs.results import KeyFigure, KeyFigures
from storage.model.money import Money
from storage.model.period import DAY, Period, first_of_month
from storage.model.query import Axis, Granularity

if TYPE_CHECKING:
    from storage.model.query import CostQuery

RUN_RATE_DAYS = 7
TOP_SERVICES = 5


def key_figures(book: Book, query: CostQuery) -> KeyFigures:
    """The month of the query's last day; on its first days, or for an old bill, the last month that has a complete day."""
    query = book.prepared(query).but(axis=Axis.CHARGE, granularity=Granularity.DAY, by=(), page=1)
    days = _days(book, query)
    query = query.but(period=days, compare=None)
    compared = query.compared
    now, before = book.totals(query, days), book.totals(query, compared)
    last = book.totals(query, Period(first_of_month(days.start, -1), days.start))
    figures = []
    for currency in dict.fromkeys((*now, *before)):
        lines = now.get(currency, {})
        to_date = counted(lines, query, currency)
        rate = _run_rate(book, query, currency)
        daily = book.sums(book.piece(query, days, daily=True), query.basis)
        figures.append(
            KeyFigure(
                to_date=to_date,
                previous=counted(before.get(currency, {}), query, currency),
                last_month=counted(last.get(currency, {}), query, currency),
                run_rate=rate,
                remaining=rate * (first_of_month(days.start, 1) - days.end).days,
                below=below(lines, query),
                net=Money.total(lines.values(), currency),
                daily=series(book, query, days, daily, currency),
            )
        )
    top = breakdown(book, query.but(by=("service",), top=TOP_SERVICES, granularity=Granularity.TOTAL, compare=compared))
    asked = query.but(period=Period.month(days.start))
    basics = replace(book.basics(asked, now), query=query)
    return KeyFigures(basics, tuple(figures), days, compared, top.sections)


def _days(book: Book, query: CostQuery) -> Period:
    """The complete days of the month: through the last complete day, of the month that day is in."""
    wanted = query.period.until(book.today) or query.period
    through = freshness.completeness(
        book.reading.catalog, book.today, Period(first_of_month(wanted.last, -1), wanted.end)
    ).through
    last = min(through or wanted.last, wanted.last)
    return Period(first_of_month(last), last + DAY)


def _run_rate(book: Book, query: CostQuery, currency: str) -> Money:
    """A day, over the last seven complete days."""
    week = Period(query.period.end - timedelta(days=RUN_RATE_DAYS), query.period.end)
    return counted(book.totals(query, week).get(currency, {}), query, currency) / RUN_RATE_DAYS
