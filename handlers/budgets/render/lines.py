"""How a budget is spoken of: its state, its share, where it is heading, what it is for. Plain text, unless it says mrkdwn."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from handlers.blocks import words
from services.budgets.results import OVER, State
from storage.model.budget import Cadence, Measure, Threshold
from storage.model.period import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from services.budgets.results import BudgetStatus
    from storage.model.budget import Terms
    from storage.model.period import Period

STATES = {
    State.UNKNOWN: "not known",
    State.ON_TRACK: "on track",
    State.WARNING: "warning",
    State.OVER: "over budget",
}
NOT_THIS_PERIOD = "not this period"
_LONGEST_REASON = 200
_MANY_DAYS = 7


def state(status: BudgetStatus) -> str:
    """`on track`, `over budget`; of a period that has ended `kept` or `overspent`."""
    if status.has_ended and not status.problem:
        return "overspent" if status.state is State.OVER else "kept"
    return STATES[status.state]


def share(status: BudgetStatus) -> str:
    """`day 21 of 30: 70 % of the days, 83 % of the money`."""
    if status.has_ended:
        return f"{words.per_cent(status.share)} of the money, {words.period(status.period)}"
    days = Decimal(status.elapsed) / status.period.days
    return (
        f"day {status.elapsed} of {status.period.days}: {words.per_cent(days)} of the days, "
        f"{words.per_cent(status.share)} of the money"
    )


def used(status: BudgetStatus) -> str:
    """`$10,012 of $12,000`."""
    return f"{words.money(status.used)} of {words.money(status.amount)}"


def left(status: BudgetStatus) -> str:
    """`$1,988 left`, `$450 over`."""
    is_over = status.amount < status.used
    return f"{words.money(abs(status.remaining))} {'over' if is_over else 'left'}"


def forecast(status: BudgetStatus) -> str:
    """`$14,300 (119 %), 80 % within $13,900 to $14,800`; a dash without one."""
    ahead = status.outlook
    if ahead is None:
        return "none" if not status.has_ended else words.NOTHING
    share_of = words.per_cent(status.forecast_share)
    return f"{words.money(ahead.total)} ({share_of}), 80 % within {words.money(ahead.low)} to {words.money(ahead.high)}"


def crossing(status: BudgetStatus) -> str:
    """`25 Nov`, `passed on 19 Nov`, `not this period`."""
    day = status.crossing
    if day is None:
        is_unknown = status.outlook is None and not status.has_ended
        return "not known: there is no forecast" if is_unknown else NOT_THIS_PERIOD
    near = status.period.last
    return f"passed on {words.day(day, near)}" if status.amount < status.used else words.day(day, near)


def threshold(each: Threshold) -> str:
    """`80 % billed`, `100 % forecast`."""
    return f"{words.per_cent(each.share)} {'billed' if each.measure is Measure.ACTUAL else 'forecast'}"


def thresholds(each: Iterable[Threshold]) -> str:
    """All of them; a word where there are none."""
    return ", ".join(map(threshold, each)) or "none: only passing the amount is told"


def reached(keys: Sequence[str]) -> str:
    """Thresholds by the keys they are remembered by: `80 % billed and the amount itself`."""
    named = [_named(key) for key in keys]
    return words.join_names(named, len(named))


def _named(key: str) -> str:
    if key == OVER:
        return "the whole amount"
    measure, _, part = key.partition(":")
    return threshold(Threshold(Measure(measure), Decimal(part)))


def subject(terms: Terms) -> str:
    """What it is for: `everything`, `team (tag) web`."""
    return words.filters_words(terms.filters) or "everything"


def agreed(terms: Terms) -> str:
    """`$12,000 monthly for team (tag) web`."""
    return f"{words.money(terms.amount)} {terms.cadence} for {subject(terms)}"


def span(status: BudgetStatus) -> str:
    """The period in words people use: `November 2026`, `Q4 …` is not guessed: other spans are first and last day."""
    start = status.period.start
    return f"{start:%B %Y}" if status.terms.cadence is Cadence.MONTHLY and status.period.is_month else words.period(status.period)


def unsettled(status: BudgetStatus) -> str:
    """What was billed on days that are not complete; nothing when there is none."""
    days = len(status.daily) - status.elapsed
    if status.has_ended or not days or not status.unsettled:
        return ""
    return f"{words.money(status.unsettled)} of it on {words.plural(days, 'day')} not complete yet"


def channel(terms: Terms) -> str:
    """Where it is told, as mrkdwn: a channel or a person by their id, which Slack shows by name."""
    place = "".join(character for character in terms.channel if character.isascii() and character.isalnum())
    if not place:
        return "nowhere"
    return f"<@{place}> directly" if place[0] in "UW" else f"<#{place}>"


def context(status: BudgetStatus) -> str:
    """Period, basis, freshness, gaps, rates: what every number carries. Plain."""
    basics = status.basics
    said = [f"{words.period(status.period)} (UTC days)"]
    if basics is not None:
        said += [words.basis_words(basics.query), words.freshness(basics.completeness, status.period.last)]
        said += ["estimated: the month is not closed yet" if basics.estimated and status.has_ended else ""]
        said += [words.missing_words(each) for each in basics.missing if not each.is_compared]
        said += [f"converted at {words.clean(rate)}" for rate in basics.rates]
    said += [unsettled(status), _begins(status), others(status), status.outlook.said if status.outlook else ""]
    return " · ".join(filter(None, said))


def _begins(status: BudgetStatus) -> str:
    """From when on anything was billed, where that is well after the period began: a year is not over before it was seen."""
    empty = next((at for at, each in enumerate(status.daily) if each), 0)
    if empty < _MANY_DAYS:
        return ""
    return f"nothing was billed for it before {words.day(status.period.start + DAY * empty, status.period.last)}"


def others(status: BudgetStatus) -> str:
    """Money in currencies that could not be counted."""
    if not status.others:
        return ""
    return f"not counted, because there is no rate: {words.join_names([words.money(each) for each in status.others])}"


def silence(status: BudgetStatus, by: str = "") -> str:
    """Why nothing is posted, when nothing is."""
    budget = status.budget
    if budget.refusal:
        return (
            f"Nothing can be posted: {words.cut(words.clean(budget.refusal), _LONGEST_REASON)} Set it anew with another channel."
        )
    if budget.muted_through and status.period.start <= budget.muted_through:
        who = f" by {words.clean(by)}" if by else ""
        return f"Muted{who} through {words.day(budget.muted_through, status.period.last)}."
    return ""


def ends(period: Period) -> str:
    """The day the next period begins."""
    return words.day(period.end, period.start)
