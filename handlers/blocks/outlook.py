"""The wording of forecasts, shared by whoever shows one: where a total will end, how sure that is, what is weak about it.

All words are plain text, as those of `words`; whoever puts them into a message escapes them there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.blocks import words
from services.forecasts.results import Confidence, Horizon
from storage.model.budget import Cadence

if TYPE_CHECKING:
    from services.budgets.results import BudgetStatus
    from services.forecasts.results import Band, Expected, Forecast, KnownEvent

EVENTS = 4


def subject(forecast: Forecast) -> str:
    """`Nov 2026`, `the next 30 days`, `21 Nov – 5 Dec 2026`."""
    if forecast.until is Horizon.MONTH:
        return f"{forecast.period.start:%b %Y}"
    if isinstance(forecast.until, Horizon):
        return f"the next {forecast.ahead.days} days"
    return words.period(forecast.period)


def band(found: Band) -> str:
    """`$398,120 to $431,050`."""
    return f"{words.money(found.low)} to {words.money(found.high)}"


def between(each: Expected) -> str:
    """`, between $398,120 and $431,050 (80 %)`; nothing where there is no band."""
    return f", between {words.money(each.inner.low)} and {words.money(each.inner.high)} (80 %)" if each.inner else ""


def confidence(each: Expected) -> str:
    """`high: four of five end within 3 % of it`; a run rate has none."""
    if each.inner is None:
        return "none: a run rate is no forecast"
    half = (each.inner.high - each.inner.low) / 2
    share = half.ratio(abs(each.total))
    reach = words.money(half) if share is None else words.per_cent(share)
    names = {Confidence.HIGH: "high", Confidence.FAIR: "fair", Confidence.LOW: "low"}
    return f"{names[each.confidence]}: four of five end within {reach} of it"


def ends(forecast: Forecast, each: Expected) -> str:
    """`$412,300 by 30 Nov, between $398,120 and $431,050 (80 %)`."""
    return f"{words.money(each.total)} by {words.day(forecast.period.last, forecast.period.last)}{between(each)}"


def budget(status: BudgetStatus, each: Expected | None = None) -> str:
    """`web: 78 % of $12,000 used, 96 % by the end`; the forecast where there is one, and it is of the same days."""
    name = words.cut_middle(words.clean(status.budget.name), 40)
    used = f"{name}: {words.per_cent(status.share)} of {words.money(status.amount)} used"
    share = each.total.ratio(status.amount) if each and status.terms.cadence is Cadence.MONTHLY else status.forecast_share
    return used if share is None else f"{used}, {words.per_cent(share)} by the end"


def method(each: Expected) -> str:
    """What it was made from, and what that lacks: `forecast from 120 days of history`."""
    said = f"forecast from {words.plural(each.history, 'day')} of history"
    return f"{said} ({each.method.said})" if each.method.said else said


def events(found: tuple[KnownEvent, ...]) -> str:
    """`1 Dec $2,500 (monthly), 12 Jan $9,000 (yearly)`; nothing for none."""
    named = [f"{words.day(each.day, found[0].day)} {words.money(each.amount)} ({each.rhythm})" for each in found]
    return words.join_names(named, EVENTS) if named else ""


def plain(each: Expected) -> dict[str, Any]:
    """As JSON: exact amounts as text, null where there is no band."""
    return {
        "actual": f"{each.actual.amount:f}",
        "expected": f"{each.expected.amount:f}",
        "total": f"{each.total.amount:f}",
        "band_80": _plain_band(each.inner),
        "band_95": _plain_band(each.outer),
        "method": each.method.value,
        "history_days": each.history,
        "confidence": each.confidence.value,
    }


def _plain_band(each: Band | None) -> list[str] | None:
    return None if each is None else [f"{each.low.amount:f}", f"{each.high.amount:f}"]
