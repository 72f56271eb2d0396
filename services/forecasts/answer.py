"""One forecast from one moment of the store: which days, which series, what is weak about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from services.costs.basics import basics
from services.costs.breakdown import label
from services.forecasts import looking
from services.forecasts.history import history
from services.forecasts.parts import reconciled
from services.forecasts.results import Forecast, ForecastFigure, ForecastRow, Horizon, Weakness
from storage.model.money import Money
from storage.model.period import DAY, Period, first_of_month
from storage.model.query import Axis, Granularity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from services.costs.book import Book
    from services.costs.results import Completeness
    from services.forecasts.history import CurrencyHistory, Daily
    from services.forecasts.looking import Look
    from services.forecasts.results import ForecastQuery
    from storage.model.query import CostQuery

DAYS = {Horizon.DAYS_30: timedelta(days=30), Horizon.DAYS_90: timedelta(days=90)}
COMMITMENT_DAYS = timedelta(days=31)
"""Commitments of the last month count: each has a row a day."""
FURTHEST = timedelta(days=400)


def forecast(book: Book, question: ForecastQuery) -> Forecast:
    """Answer from one moment of the store."""
    query = book.prepared(question.query.but(axis=Axis.CHARGE, granularity=Granularity.TOTAL, page=1, compare=None))
    before = Period(first_of_month(book.today, -1), book.today + DAY)
    state = book.completeness(query, before)
    through = min(state.through or book.today - DAY, book.today - DAY)
    span = _Span.of(question.until, through)
    found = history(book, query, through) if state.through else []
    figures = tuple(_figure(book, query, each, span) for each in found if any(each.whole.amounts))
    weak = tuple(_weaknesses(book, query, state, through))
    asked = basics(book, query.but(period=span.known or span.ahead), state)
    return Forecast(asked, question.until, span.period, span.ahead, span.known, figures, weak)


@dataclass(frozen=True, slots=True)
class _Span:
    """The days of a question: all of them, those ahead, and those known."""

    period: Period
    ahead: Period
    known: Period | None

    @classmethod
    def of(cls, until: Horizon | date, through: date) -> _Span:
        """From the last complete day. A last day that has passed, or is silly, is moved to where something can be said."""
        first = through + DAY
        if until is Horizon.MONTH:
            period = Period.month(first)
            known = Period(period.start, first) if first > period.start else None
            return cls(period, Period(first, period.end), known)
        last = through + DAYS[until] if isinstance(until, Horizon) else min(max(until, first), through + FURTHEST)
        ahead = Period.of_days(first, last)
        return cls(ahead, ahead, None)


def _figure(book: Book, query: CostQuery, each: CurrencyHistory, span: _Span) -> ForecastFigure:
    currency = each.currency
    whole = looking.look(each.whole, span.ahead, currency)
    known = each.whole.amounts[-span.known.days :] if span.known else ()
    amounts = [Money(amount, currency) for amount in known]
    rows, gap = _rows(book, query, each, span, whole) if each.parts else ((), None)
    return ForecastFigure(
        currency=currency,
        whole=looking.expected(whole, Money.total(amounts, currency)),
        daily=tuple(looking.money(float(value), currency) for value in whole.daily),
        curve=looking.curve(whole, amounts, currency),
        events=whole.events,
        rows=rows,
        spread_out=gap,
    )


def _rows(
    book: Book, query: CostQuery, each: CurrencyHistory, span: _Span, whole: Look
) -> tuple[tuple[ForecastRow, ...], Money | None]:
    """One row a part and one of what they leave, which is a series too; together they are the whole to the last digit."""
    rest = each.whole.without(each.parts.values())
    has_rest = any(rest.amounts)
    series = [*each.parts.values(), *([rest] if has_rest else [])]
    looks, gap = reconciled(whole, [looking.look(daily, span.ahead, each.currency) for daily in series])
    rows = [
        ForecastRow(
            key=dict(zip(query.by, key, strict=True)) if key is not None else {},
            label=label(book, query.by, key) if key is not None else None,
            figure=looking.expected(found, _actual(daily, span, each.currency)),
            is_rest=key is None,
        )
        for key, daily, found in zip([*each.parts, None], series, looks, strict=False)
    ]
    return _exact(rows, looking.money(whole.total, each.currency)), looking.money(gap, each.currency)


def _actual(daily: Daily, span: _Span, currency: str) -> Money:
    return Money(daily.since(span.known.start), currency) if span.known else Money.zero(currency)


def _exact(rows: list[ForecastRow], whole: Money) -> tuple[ForecastRow, ...]:
    """Rounding leaves millionths over: the largest row takes them."""
    left = whole - Money.total((row.figure.expected for row in rows), whole.currency)
    largest = max(rows, key=lambda row: abs(row.figure.expected.amount))
    mended = replace(largest, figure=replace(largest.figure, expected=largest.figure.expected + left))
    return tuple(mended if row is largest else row for row in rows)


def _weaknesses(book: Book, query: CostQuery, state: Completeness, through: date) -> Iterator[Weakness]:
    if any(source.late and (source.through is None or source.through < through) for source in state.sources):
        yield Weakness.LATE_SOURCES
    piece = book.piece(query.but(filters=()), Period(through - COMMITMENT_DAYS, through + DAY), ("commitment",), is_rated=False)
    if any(cell.key[0] for cell in book.run_anywhere(piece).cells):
        yield Weakness.COMMITMENT_ENDS
    if book.unrated:
        yield Weakness.CURRENCY_MIX
