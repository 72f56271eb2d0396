"""What the watch says in the history of an anomaly: plain words, without markup; whoever shows them escapes them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from storage.model.anomaly import AnomalyKind, Ending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.model.anomaly import Anomaly, DayFigure

OPENED, CHANGED, ROSE, RESOLVED, STAYED = "opened", "kind", "severity", "resolved", "new_normal"
RESTATED, VANISHED, REOPENED, JOINED, CONNECTED = "restated", "vanished", "reopened_by_watch", "joined", "connected"
MOST_DAYS = 3
CENTS_BELOW = 100
KINDS = {
    AnomalyKind.SPIKE: "a spike",
    AnomalyKind.STEP: "a step to a new level",
    AnomalyKind.DRIFT: "a slow drift",
    AnomalyKind.DROP: "a drop",
    AnomalyKind.FEE: "a fee that jumped",
    AnomalyKind.NEW_SERVICE: "a service used for the first time",
    AnomalyKind.NEW_REGION: "a region used for the first time",
    AnomalyKind.NEW_ACCOUNT: "a new account",
    AnomalyKind.SILENCE: "data that stopped arriving",
    AnomalyKind.UNUSED: "a commitment that is not used",
}


def amount(value: Decimal, currency: str) -> str:
    """`1,234 USD`, `12.50 USD`: no cents from a hundred on."""
    rounded = f"{value:,.0f}" if abs(value) >= CENTS_BELOW else f"{value:,.2f}"
    return f"{rounded.replace('-', '−')} {currency}"


def cost(anomaly: Anomaly) -> str:
    """`1,234 USD above the expected in 3 days`."""
    excess, days = anomaly.figures.excess, len(anomaly.figures.daily)
    side = "below" if excess < 0 else "above"
    return f"{amount(abs(excess), anomaly.series.currency)} {side} the expected in {days} day{'s' if days != 1 else ''}"


def begun(anomaly: Anomaly) -> str:
    """What it was found to be."""
    kind = KINDS[anomaly.kind]
    return f"{kind[0].upper()}{kind[1:]}: {cost(anomaly)}."


def ended(anomaly: Anomaly, ending: Ending) -> str:
    """What became of it."""
    if anomaly.kind is AnomalyKind.SILENCE and ending is Ending.BACK:
        return "The data arrives again."
    if ending is Ending.NEW_NORMAL:
        return f"The level has stayed: a new normal, not fixed. So far {cost(anomaly)}."
    return f"Two complete days at the level from before. It was {cost(anomaly)}."


def restated(before: Sequence[DayFigure], after: Sequence[DayFigure], currency: str) -> str:
    """Which told days changed, and what that makes of their total."""
    new = {each.day: each for each in after}
    pairs = [(old, new[old.day]) for old in before if old.day in new and not old.is_partial]
    moved = sorted(
        (pair for pair in pairs if pair[0].value != pair[1].value), key=lambda pair: -abs(pair[1].value - pair[0].value)
    )
    said = [
        f"{old.day.day} {old.day:%b}: {amount(old.value, currency)} → {amount(now.value, currency)}"
        for old, now in moved[:MOST_DAYS]
    ]
    more = f" and {len(moved) - MOST_DAYS} more days" if len(moved) > MOST_DAYS else ""
    totals = [sum((pair[place].excess for pair in pairs), Decimal(0)) for place in (0, 1)]
    total = " → ".join(amount(each, currency) for each in totals)
    return f"{', '.join(said)}{more}; away from the expected: {total}."
