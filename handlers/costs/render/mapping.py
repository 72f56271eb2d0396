"""An answer as JSON, for `--json` and whoever builds on it: exact amounts in plain notation, null for what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.blocks import outlook
from handlers.costs.question import words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from services.costs.results import (
        Bases,
        Basics,
        BelowLine,
        Breakdown,
        CostRow,
        KeyFigure,
        KeyFigures,
        Mover,
        Movers,
        MoverSection,
        Section,
    )
    from services.summary.results import MonthSummary
    from storage.model.money import Money
    from storage.model.period import Period
    from storage.model.query import CostQuery

Json = dict[str, Any]


def exact(value: Decimal) -> str:
    """Every digit, never an exponent, no negative zero."""
    return format(value or abs(value), "f")


def _number(value: Decimal | None) -> str | None:
    return None if value is None else exact(value)


def _amount(value: Money | None) -> str | None:
    return None if value is None else exact(value.amount)


def money(value: Money) -> Json:
    """`{"amount": "123.45", "currency": "USD"}`."""
    return {"amount": exact(value.amount), "currency": value.currency}


def only(values: Sequence[Money]) -> Json | None:
    """The one amount; null where there are several currencies, because they are never added, or none."""
    return money(values[0]) if len(values) == 1 else None


def _span(period: Period) -> Json:
    return {"from": period.start.isoformat(), "to": period.last.isoformat(), "days": period.days}


def _query(query: CostQuery) -> Json:
    return {
        "period": _span(query.period),
        "compare": _span(query.compared),
        "basis": query.basis.value,
        "charges": query.charges.value,
        "axis": query.axis.value,
        "granularity": query.granularity.value,
        "by": list(query.by),
        "filters": [{"dimension": each.dimension, "values": list(each.values), "negate": each.negate} for each in query.filters],
        "top": query.top,
        "page": query.page,
        "scope": {name: list(values) for name, values in query.scope.limits},
        "words": words(query),
    }


def basics(each: Basics) -> Json:
    """What every answer has: the question, how far the data reaches, what is missing, the SQL."""
    state = each.completeness
    day = state.through.isoformat() if state.through else None
    return {
        "query": _query(each.query),
        "completeness": [
            {"source": source.name, "through": source.through.isoformat() if source.through else None, "late": source.late}
            for source in state.sources
        ],
        "complete_through": day,
        "late": [source.name for source in state.late],
        "missing": [{"basis": gap.basis.value, "source": gap.source, "charges": gap.charges} for gap in each.missing],
        "estimated": each.estimated,
        "rates": list(each.rates),
        "unrated": list(each.unrated),
        "sql": each.sql,
    }


def _below(parts: Sequence[BelowLine]) -> list[Json]:
    return [{"line": part.line.value} | money(part.amount) for part in parts]


def _row(row: CostRow) -> Json:
    return {
        "key": dict(row.key),
        "label": row.label,
        **money(row.amount),
        "previous": _amount(row.previous),
        "comparable": exact(row.comparable.amount),
        "share": _number(row.share),
        "category": row.category,
        "usage": {"quantity": exact(row.usage.quantity), "unit": row.usage.unit} if row.usage else None,
        "trend": [exact(value.amount) for value in row.trend],
    }


def _section(section: Section) -> Json:
    return {
        **money(section.total),
        "previous": _amount(section.previous),
        "comparable": exact(section.comparable.amount),
        "net": exact(section.net.amount),
        "below": _below(section.below),
        "remainder": {
            "amount": exact(section.remainder.amount),
            "previous": _amount(section.remainder_previous),
            "comparable": exact(section.remainder_comparable.amount),
            "rows": section.remainder_rows,
        },
        "trend": [exact(value.amount) for value in section.trend],
        "previous_trend": [exact(value.amount) for value in section.previous_trend],
    }


def _sections(sections: Sequence[Section]) -> Json:
    return {
        "rows": [_row(row) for section in sections for row in section.rows],
        "total": only([section.total for section in sections]),
        "totals": [_section(section) for section in sections],
        "below": [part for section in sections for part in _below(section.below)],
        "net": only([section.net for section in sections]),
        "remainder": only([section.remainder for section in sections]),
    }


def breakdown(result: Breakdown) -> Json:
    """Rows, totals, remainder and what stands below, one entry of `totals` a currency.

    `previous` is to be held against `comparable`, the amount on the days of `judged` (null: all days asked for).
    """
    buckets = [day.isoformat() for day in result.buckets]
    pages = {"page": result.basics.query.page, "pages": result.pages, "rows_total": result.rows_total}
    judged = {"judged": _span(result.judged) if result.judged else None}
    return basics(result.basics) | _sections(result.sections) | {"buckets": buckets} | judged | pages


def trend(result: Breakdown) -> Json:
    """Like a breakdown; without dimensions its rows are the days, weeks or months."""
    found = breakdown(result)
    if not result.basics.query.by:
        found["rows"] = [row for section in result.sections for row in _buckets(result, section)]
    return found


def _buckets(result: Breakdown, section: Section) -> list[Json]:
    name = result.basics.query.granularity.value
    before = [*map(_amount, section.previous_trend), *[None] * len(section.trend)]
    return [
        {"key": {name: day.isoformat()}, "label": None, **money(value), "previous": earlier, "share": None}
        for day, value, earlier in zip(result.buckets, section.trend, before, strict=False)
    ]


def key_figures(result: KeyFigures) -> Json:
    """The month so far, one entry of `figures` a currency; the rows are its largest services."""
    own = {
        "total": only([each.to_date for each in result.figures]),
        "net": only([each.net for each in result.figures]),
        "below": [part for each in result.figures for part in _below(each.below)],
        "figures": [_figure(each) for each in result.figures],
        "days": _span(result.days),
        "compared": _span(result.compared),
        "week": _span(result.week),
    }
    return basics(result.basics) | _sections(result.top) | own


def month(summary: MonthSummary) -> Json:
    """The key figures, and the forecast of the same month where there is one."""
    found = key_figures(summary.figures)
    if summary.forecast is None:
        return found
    ahead = [{"currency": each.currency, **outlook.plain(each.whole)} for each in summary.forecast.figures]
    return found | {"forecast": ahead, "forecast_through": str(summary.forecast.period.last)}


def _figure(each: KeyFigure) -> Json:
    return {
        "currency": each.to_date.currency,
        "to_date": exact(each.to_date.amount),
        "previous": _amount(each.previous),
        "last_month": _amount(each.last_month),
        "run_rate": exact(each.run_rate.amount),
        "remaining": exact(each.remaining.amount),
        "net": exact(each.net.amount),
        "daily": [exact(value.amount) for value in each.daily],
    }


def bases(result: Bases) -> Json:
    """One row a basis and currency; null where no source has the basis. The rates stand in `figures`."""
    query = result.basics.query
    asked = [amount for each in result.figures if (amount := each.amounts.get(query.basis))]
    rows = [
        {"key": {"basis": basis.value}, "label": None, "amount": _amount(value), "currency": each.currency}
        for each in result.figures
        for basis, value in each.amounts.items()
    ]
    figures = [
        {
            "currency": each.currency,
            "negotiated_saving": _amount(each.negotiated_saving),
            "negotiated_rate": _number(each.negotiated_rate),
            "commitment_saving": _amount(each.commitment_saving),
            "commitment_rate": _number(each.commitment_rate),
            "used": exact(each.used.amount),
            "unused": exact(each.unused.amount),
            "utilisation": _number(each.utilisation),
        }
        for each in result.figures
    ]
    total = only(asked) if len(result.figures) == 1 else None
    return basics(result.basics) | {"rows": rows, "total": total, "totals": [money(each) for each in asked], "figures": figures}


def movers(result: Movers) -> Json:
    """What moved; `amount` is what it costs now, `previous` what it cost before.

    One entry of `totals` a dimension and currency; its rows and its `rest` add up to its `change`.
    """
    by_currency = list({section.currency: section for section in reversed(result.sections)}.values())
    return basics(result.basics) | {
        "rows": [_mover(each) for section in result.sections for each in section.movers],
        "total": only([section.after for section in by_currency]),
        "totals": [_moved(section) for section in result.sections],
        "change": only([section.change for section in by_currency]),
        "remainder": only([section.rest for section in result.sections]),
    }


def _mover(each: Mover) -> Json:
    return {
        "key": dict(each.key),
        "label": each.label,
        **money(each.after),
        "previous": exact(each.before.amount),
        "change": exact(each.change.amount),
        "share": _number(each.share),
        "is_new": each.is_new,
        "is_gone": each.is_gone,
    }


def _moved(section: MoverSection) -> Json:
    return {
        **money(section.after),
        "previous": exact(section.before.amount),
        "change": exact(section.change.amount),
        "rest": exact(section.rest.amount),
        "dimension": section.dimension,
    }
