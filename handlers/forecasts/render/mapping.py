"""A forecast as plain data, for `--json`: exact amounts as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.blocks import outlook

if TYPE_CHECKING:
    from services.forecasts.results import Forecast, ForecastFigure


def forecast(found: Forecast) -> dict[str, Any]:
    """Everything the answer knows."""
    query, state = found.basics.query, found.basics.completeness
    return {
        "kind": "forecast",
        "until": str(found.until),
        "period": [str(found.period.start), str(found.period.last)],
        "ahead": [str(found.ahead.start), str(found.ahead.last)],
        "basis": query.basis.value,
        "charges": query.charges.value,
        "by": list(query.by),
        "complete_through": str(state.through) if state.through else None,
        "late": [each.name for each in state.late],
        "weaknesses": [each.said for each in found.weaknesses],
        "figures": [_figure(each) for each in found.figures],
    }


def _figure(each: ForecastFigure) -> dict[str, Any]:
    return {
        "currency": each.currency,
        **outlook.plain(each.whole),
        "daily": [f"{money.amount:f}" for money in each.daily],
        "events": [
            {"day": str(event.day), "amount": f"{event.amount.amount:f}", "rhythm": str(event.rhythm)} for event in each.events
        ],
        "rows": [
            {"key": dict(row.key), "label": row.label, "is_rest": row.is_rest, **outlook.plain(row.figure)} for row in each.rows
        ],
        "spread_out": None if each.spread_out is None else f"{each.spread_out.amount:f}",
    }
