"""A budget as JSON, for `--json` and whoever builds on it: exact amounts as text, null for what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.model.budget import Measure

if TYPE_CHECKING:
    from decimal import Decimal

    from services.budgets.results import BudgetStatus, History, Outlook
    from storage.model.budget import Terms, Version

Json = dict[str, Any]


def exact(value: Decimal) -> str:
    """Every digit, never an exponent."""
    return format(value or abs(value), "f")


def status(each: BudgetStatus) -> Json:
    """One budget in one period. used + remaining = amount."""
    crossing = each.crossing
    return {
        "id": each.budget.id,
        "name": each.budget.name,
        "state": each.state.name.lower(),
        "problem": each.problem or None,
        "period": {"from": each.period.start.isoformat(), "to": each.period.last.isoformat(), "days": each.period.days},
        "elapsed_days": each.elapsed,
        "complete_through": each.through.isoformat() if each.through else None,
        "used": exact(each.used.amount),
        "remaining": exact(each.remaining.amount),
        "share": exact(each.share),
        "forecast": _outlook(each.outlook),
        "crosses_on": crossing.isoformat() if crossing else None,
        "reached": [threshold.key for threshold in each.reached],
        "not_counted": [{"amount": exact(other.amount), "currency": other.currency} for other in each.others],
        **terms(each.terms),
    }


def _outlook(ahead: Outlook | None) -> Json | None:
    if ahead is None:
        return None
    edges = {"low": ahead.low, "high": ahead.high, "low_95": ahead.low_outer, "high_95": ahead.high_outer}
    return {"total": exact(ahead.total.amount), **{name: exact(edge.amount) for name, edge in edges.items()}}


def terms(each: Terms) -> Json:
    """What was agreed."""
    return {
        "amount": exact(each.amount.amount),
        "currency": each.amount.currency,
        "cadence": each.cadence.value,
        "filters": [{"dimension": part.dimension, "values": list(part.values), "negate": part.negate} for part in each.filters],
        "basis": each.basis.value,
        "charges": each.charges.value,
        "thresholds": {
            measure.value: [exact(part.share) for part in each.thresholds if part.measure is measure] for measure in Measure
        },
        "channel": each.channel or None,
    }


def history(found: History) -> Json:
    """A budget with its versions and past periods, newest first."""
    return {
        "budget": status(found.status),
        "versions": [_version(version, by) for version, by in found.versions],
        "past": [status(each) for each in found.past],
    }


def _version(version: Version, by: str) -> Json:
    stamp = {"number": version.number, "since": version.since.isoformat(), "set_by": by, "set_at": version.at.isoformat()}
    return stamp | terms(version.terms)
