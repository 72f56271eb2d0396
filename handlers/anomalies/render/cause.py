"""The likely cause in words: usage or price, the way down to it, whose it is; or what could not be known."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from handlers.blocks import words
from handlers.blocks.mrkdwn import bold, escape
from handlers.blocks.tables import Grid
from storage.model.anomaly import Driver
from storage.model.money import Money

if TYPE_CHECKING:
    from services.anomalies.results import Alert
    from storage.model.anomaly import Cause, CauseStep, Rate

STEPS = 4
VALUE = 48
"""Characters of one value on the way down."""
NOTES = 2
WORTH_A_ROW = Decimal("0.005")
"""Less is what rounding leaves."""


def lines(alert: Alert) -> list[str]:
    """Mrkdwn lines for the message."""
    cause = alert.anomaly.cause
    if cause is None:
        return [f"{bold('Likely cause:')} not looked into yet", owner(alert)]
    found = [f"{bold('Likely cause:')} {escape(driver(alert, cause))}"] if cause.driver is not Driver.UNKNOWN else []
    found += [f"{bold('Where:')} {escape(path(cause))}"] if cause.steps else []
    missing = f"{bold('Not known:')} {escape(words.join_names(cause.missing, 3))}" if cause.missing else ""
    if not found and not missing:
        missing = f"{bold('Likely cause:')} not known"
    return [*found, *filter(None, [missing]), *map(escape, cause.notes[:NOTES]), owner(alert)]


def driver(alert: Alert, cause: Cause) -> str:
    """`more usage: BoxUsage 240 → 960 Hours a day, at $0.77 each as before`."""
    less = alert.anomaly.figures.excess < 0
    named = {
        Driver.USAGE: "less usage" if less else "more usage",
        Driver.PRICE: "a lower price" if less else "a higher price",
        Driver.MIXED: "both usage and price",
        Driver.NEW: "something that was not there before",
        Driver.UNKNOWN: "not known",
    }[cause.driver]
    return f"{named}: {rate(cause.rates[0], alert.anomaly.series.currency)}" if cause.rates else named


def rate(each: Rate, currency: str) -> str:
    """Quantity and unit price, before and during."""
    unit = words.cut(words.clean(each.unit), 24) or "units"
    meter = f"{words.cut_middle(words.clean(each.meter), VALUE)} " if each.meter else ""
    quantity = f"{words.number(each.quantity_before)} → {words.number(each.quantity)} {unit} a day"
    if each.price is None:
        return f"{meter}{quantity}"
    now = words.unit_price(Money(each.price, currency))
    if each.price_before is None:
        return f"{meter}{quantity}, at {now} each"
    before = words.unit_price(Money(each.price_before, currency))
    return f"{meter}{quantity}, at {now} each {'as before' if before == now else f'(before: {before})'}"


def path(cause: Cause) -> str:
    """`eu-west-1 (97 %) → BoxUsage:m5.4xlarge (93 %) → i-0123 (56 %)`; shares are of the whole excess."""
    return " → ".join(f"{value(step)} ({words.per_cent(step.share)})" for step in cause.steps[:STEPS])


def value(step: CauseStep) -> str:
    """One value on the way down; by its name alone where there is no room for its id."""
    shown = words.key_words({step.dimension: step.value}, step.label)
    return words.cut_middle(words.clean(step.label) if step.label and len(shown) > VALUE else shown, VALUE)


def owner(alert: Alert) -> str:
    """Whose it is, or that nobody knows; and since when it is there."""
    cause, route = alert.anomaly.cause, alert.route
    first = f"first seen {words.day(cause.first_seen)}" if cause and cause.first_seen else ""
    if cause is not None and cause.owner:
        named = f"{bold('Owner:')} {escape(words.cut(words.clean(cause.owner), VALUE))}"
    elif route is not None and route.match:
        named = f"{bold('Owner:')} {escape(route.name)} (by its route)"
    elif route is not None:
        named = f"{bold('Owner unknown:')} it came by the fallback route {escape(route.name)}"
    else:
        named = f"{bold('Owner unknown')}"
    return " · ".join(filter(None, [named, escape(first)]))


def tree(alert: Alert) -> Grid | None:
    """Every step with its neighbours, amounts a day; None where there are no steps."""
    cause, currency = alert.anomaly.cause, alert.anomaly.series.currency
    if cause is None or not cause.steps:
        return None
    rows = [row for step in cause.steps for row in _rows(step, currency)]
    return Grid("Where the change of a day comes from", ("By", "Value", "A day", "Share"), tuple(rows), frozenset({2, 3}))


def _rows(step: CauseStep, currency: str) -> list[tuple[str, ...]]:
    name = words.dimension(step.dimension)
    whole = step.amount / step.share if step.share else None

    def row(label: str, amount: Decimal, share: Decimal | None) -> tuple[str, ...]:
        return (name, label, words.money(Money(amount, currency), sign=True), words.per_cent(share))

    rest = [row(words.value_words(step.dimension, at), amount, amount / whole if whole else None) for at, amount in step.rest]
    others = [row("all else", step.others, step.others / whole if whole else None)] if abs(step.others) >= WORTH_A_ROW else []
    return [row(value(step), step.amount, step.share), *rest, *others]
