"""Simulations and scores as JSON: exact amounts as text, null for what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.budgets.render.plain import exact

if TYPE_CHECKING:
    from services.budgets.simulation.results import LineEffect, Score, Simulation, Span


def plain(found: Simulation) -> dict[str, Any]:
    """As JSON: exact amounts as text."""
    return {
        "currency": found.currency,
        "baseline": {"from": found.baseline.start.isoformat(), "to": found.baseline.last.isoformat()},
        "month_end": {
            "before": _plain(found.month_before),
            "effect": _plain(found.month_effect),
            "after": _plain(found.month_after),
        },
        "year": {"before": _plain(found.year_before), "effect": _plain(found.year_effect), "after": _plain(found.year_after)},
        "lines": [_plain_line(each) for each in found.lines],
    }


def _plain(span: Span) -> dict[str, str | None]:
    edges = (exact(span.low.amount), exact(span.high.amount)) if span.has_band else (None, None)
    return {"expected": exact(span.expected.amount), "low": edges[0], "high": edges[1]}


def _plain_line(each: LineEffect) -> dict[str, Any]:
    found = each.evidence
    return {
        "words": each.line.words,
        "problem": each.problem or None,
        "month_end": _plain(each.month_end),
        "year": _plain(each.year),
        "cost": exact(found.cost.amount),
        "meters": [
            {"unit": meter.unit, "quantity": exact(meter.quantity), "rate": exact(meter.rate), "cost": exact(meter.cost.amount)}
            for meter in found.meters
        ],
        "new_rate": None if found.new_rate is None else exact(found.new_rate),
        "notes": list(each.notes),
    }


def score(each: Score) -> dict[str, Any]:
    """One line of a score."""
    amounts = {"without": each.without, "said": each.predicted, "billed": each.billed}
    realised = None if each.realised is None else exact(each.realised)
    return {"words": each.words, **{name: exact(value.amount) for name, value in amounts.items()}, "realised": realised}
