"""The buttons under a forecast; each remembers the whole question in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build, ids
from handlers.forecasts.words import words
from services.forecasts.results import ForecastQuery, Horizon

if TYPE_CHECKING:
    from handlers.request import Block

_AHEAD = {Horizon.MONTH: "To the month's end", Horizon.DAYS_30: "30 days", Horizon.DAYS_90: "90 days"}
_CUTS = {"service": "By service", "account": "By account"}


def under(question: ForecastQuery, *, may_share: bool) -> list[Block]:
    """By something else, further ahead, and for all to see; one that cannot hold its question is left out."""
    query, until = question.query, question.until
    cuts = [
        _ask(label, name, ForecastQuery(query.but(by=(name,)), until)) for name, label in _CUTS.items() if query.by != (name,)
    ]
    spans = [_ask(label, str(each), ForecastQuery(query, each)) for each, label in _AHEAD.items() if each is not until]
    share = [build.button("Share to channel", "forecasts.share", _value(question))] if may_share else []
    return build.actions([*cuts, *spans, *share]) if ids.fits(_value(question)) else []


def _ask(label: str, part: str, question: ForecastQuery) -> Block:
    return build.button(label, ids.action("forecasts.ask", part), _value(question))


def _value(question: ForecastQuery) -> dict[str, str]:
    return {"q": words(question)}
