"""What a simulation says: the effect first, then every line with its quantity, its rate and where they are from."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from handlers.blocks import build, forms, ids, words
from handlers.blocks.mrkdwn import bold, escape
from handlers.budgets.render.scenario_json import plain
from handlers.request import Reply
from storage.model.money import Money

if TYPE_CHECKING:
    from handlers.request import Block
    from services.budgets.simulation.results import Evidence, LineEffect, Simulation, Span

EXAMPLES = (
    "stop for resource=i-0abc",
    "schedule 50h a week for env=dev",
    "grow 20% for service=s3",
    "price -10% for service=ec2",
    "commit 3000 a month at 30% off for service=ec2",
    "move service=ec2 region=eu-west-1 to rate of region=us-east-1",
)
NAME_LENGTH = 60
METERS = 3
"""Units of a line's usage that are shown with their quantity and rate."""


def simulation(found: Simulation, *, may_save: bool, title: str = "") -> Reply:
    """What the lines do, together and one by one."""
    lead = f"{bold(title) + ': ' if title else ''}{_lead(found)}"
    blocks = [*build.sections(lead), *build.field_sections(_fields(found))]
    for each in found.lines:
        blocks += build.sections(_line(each))
    blocks += [build.context(escape(context(found)), escape(found.said)), *_buttons(found, may_save=may_save, saved=bool(title))]
    return Reply(text=build.fallback(lead), blocks=tuple(build.fitted(blocks)), result=plain(found))


def _lead(found: Simulation) -> str:
    """The effect in twelve months and by the end of the month."""
    known = [each for each in found.lines if not each.problem]
    if not known:
        return f"{bold('Nothing can be said of that.')} Why stands at each line."
    month = f"{amount(found.month_effect)} by the end of the month, " if found.month else ""
    unknown = len(found.lines) - len(known)
    note = f" {escape(words.plural(unknown, 'line'))} could not be worked out." if unknown else ""
    return f"{bold(amount(found.year_effect))} in twelve months, {month}{_band(found.year_effect)}.{note}"


def amount(span: Span) -> str:
    """`+$120`, `−$1,200`, `no change`."""
    return words.money(span.expected, sign=True) if span.expected else "no change"


def _band(span: Span) -> str:
    if not span.has_band:
        return "without a band: there is no forecast"
    return escape(f"80 % within {words.money(span.low, sign=True)} and {words.money(span.high, sign=True)}")


def _fields(found: Simulation) -> list[str]:
    """What everything costs without and with it."""
    said = {"Twelve months": _from_to(found.year_before, found.year_after)}
    if found.month:
        said = {"This month": _from_to(found.month_before, found.month_after)} | said
    return [f"{bold(title)}\n{escape(text)}" for title, text in said.items()]


def _from_to(before: Span, after: Span) -> str:
    band = f", 80 % within {words.money(after.low)} and {words.money(after.high)}" if after.has_band else ""
    return f"{words.money(before.expected)} → {words.money(after.expected)}{band}"


def _line(each: LineEffect) -> str:
    """A line: what it does, then what the bill says of its usage."""
    title = bold(words.cut(each.line.words, 200))
    if each.problem:
        return f"{title}\nNot available: {escape(each.problem)}"
    effect = f"{amount(each.month_end)} this month, {amount(each.year)} in twelve months ({_band(each.year)})"
    notes = "".join(f"\n_{escape(note)}_" for note in each.notes)
    return f"{title}\n{effect}\n{escape(_evidence(each.evidence))}{notes}"


def _evidence(found: Evidence) -> str:
    """`1,344 Hours at $0.0416`: quantity, rate and their source, or that they are not available."""
    cost = f"The bill: {words.money(found.cost)} in {words.plural(found.charges, 'charge')}"
    if not found.meters:
        return f"{cost} · quantity and rate not available: the bill has no quantity"
    currency = found.cost.currency
    shown = [
        f"{words.number(each.quantity)} {words.cut(words.clean(each.unit), 20)} at {_rate(each.rate, currency)}"
        for each in found.meters[:METERS]
    ]
    more = f" and {words.plural(len(found.meters) - METERS, 'more unit')}" if found.meters[METERS:] else ""
    new = f" → {_rate(found.new_rate, currency)} ({found.new_rate_from})" if found.new_rate is not None else ""
    return f"{cost} · {', '.join(shown)}{more}{new}"


def _rate(value: Decimal, currency: str) -> str:
    """A unit price: four significant digits, because most are far below a cent."""
    if abs(value) >= 1 or not value:
        return words.money(Money(value, currency))
    digits = 4 - value.adjusted() - 1
    return words.money(Money(Decimal(0), currency)).replace("0.00", f"{value:.{digits}f}".rstrip("0"))


def context(found: Simulation) -> str:
    """Whose days, which cost, what was left out. Plain."""
    left = f"left out: {words.join_names([words.money(each) for each in found.left_out])}" if found.left_out else ""
    said = [
        f"Quantities and rates of {words.period(found.baseline)} (UTC days), effective (amortised), gross",
        words.freshness(found.basics.completeness, found.baseline.last),
        "lines work in their order on what those before them left",
        left,
        words.scope_words(found.basics.query.scope),
    ]
    return " · ".join(filter(None, said))


def _buttons(found: Simulation, *, may_save: bool, saved: bool) -> list[Block]:
    """The window with these lines, to change them or to give them a name."""
    kept = {"lines": "\n".join(each.line.words for each in found.lines)}
    if not ids.fits(kept):
        return []
    return build.actions([build.button("Change or save" if may_save and not saved else "Change", "budgets.scenario", kept)])


def window(lines: str = "", *, may_save: bool) -> Block:
    """The lines of a scenario, one a row, and its name if it is to be saved."""
    saving = (
        [forms.text("name", "Save as", optional=True, most=NAME_LENGTH, hint="Empty: it is only worked out.")] if may_save else []
    )
    return build.modal(
        "Simulate",
        [
            forms.text(
                "lines", "What if", value=lines[:2900], placeholder=EXAMPLES[0], lines=True, hint="One change a line, in order."
            ),
            build.context(*(f"`{each}`" for each in EXAMPLES)),
            *saving,
        ],
        callback="budgets.simulate",
        submit="Work it out",
        close="Cancel",
    )
