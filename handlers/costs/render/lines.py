"""The sentences of a cost answer: the line with the number, what stands below it, what there is instead of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import words
from handlers.blocks.mrkdwn import cut_mrkdwn, escape
from services.costs.results import Breakdown, Movers
from storage.model.query import Charges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.costs.results import Basics, BelowLine, Completeness, CostAnswer
    from storage.model.money import Money
    from storage.model.period import Period
    from storage.model.query import CostQuery

_PART = 240
_LINE = 1_000
_SOURCES = 5


def strong(value: Money, *, sign: bool = False) -> str:
    """An amount in bold."""
    return words.bold(words.money(value, sign=sign))


def subject(query: CostQuery) -> str:
    """` by service for region eu-west-1`: what is asked about, escaped; nothing when it is everything."""
    by = words.dimensions_words(query.by)
    where = words.filters_words(query.filters)
    parts = [f"by {by}" if by else "", f"for {where}" if where else ""]
    return "".join(f" {cut_mrkdwn(escape(part), _PART)}" for part in parts if part)


def against(now: Money, before: Money | None, compared: Period, judged: Period | None = None) -> str:
    """`, +$120 (+8 %) against 1–21 Oct 2026`; nothing where nothing is compared.

    `judged`: the complete days that `now` is of, where they are not all of the period: `; through 19 Nov +$120 (+8 %) against …`.
    """
    if before is None:
        return ""
    changed = words.change(now, before)
    joint = "from" if changed == "no change" else "against"
    days = f"; through {escape(words.day(judged.last, compared.last))}" if judged else ","
    return f"{days} {escape(changed)} {joint} {escape(words.period(compared))}"


def below(parts: Sequence[BelowLine], net: Money, query: CostQuery) -> str:
    """Credits, refunds and tax that a gross total leaves out, and the total with them; nothing when there are none."""
    known = [part for part in parts if part.amount]
    if query.charges is Charges.NET or not known:
        return ""
    named = words.join_names([f"{part.line.value} {words.money(part.amount, sign=True)}" for part in known], len(known))
    return f"Below the line: {escape(named)}. Net total {strong(net)}."


def nothing(basics: Basics) -> str:
    """What is said instead of an answer: that there were no charges, and how far the data reaches."""
    query, state = basics.query, basics.completeness
    asked = f"{escape(words.period(query.period))}{subject(query.but(by=()))}"
    if query.scope.is_limited and not state.sources:
        return f"*No charges* that you may see in {asked}."
    if state.through is None and not state.sources:
        return f"*No bill has been read yet*, so nothing is known of {asked}. `tuppence ingest` reads one."
    if any(not each.is_compared for each in basics.missing):
        return f"*Not known*: the charges in {asked} do not say their {words.basis_noun(query.basis)}."
    return f"*No charges* in {asked}. {_reach(state, query.period)}"


def context_of(result: CostAnswer) -> str:
    """The context line of any answer, for what is handed over beside it."""
    if isinstance(result, Breakdown):
        compared = any(each.previous is not None for each in result.sections)
        return context(result.basics, compared=compared, judged=result.judged)
    return context(result.basics, compared=isinstance(result, Movers))


def _freshness(basics: Basics) -> str:
    """How far the data reaches; nothing where the asker may see none of it, because that is not the same as no bill."""
    query, state = basics.query, basics.completeness
    is_unknown = query.scope.is_limited and not state.sources
    return "" if is_unknown else words.freshness(state, query.period.last)


def _reach(state: Completeness, asked: Period) -> str:
    named = [f"{source.name} through {words.day(source.through)}" for source in state.sources if source.through]
    known = f"There is data of {escape(words.join_names(named, _SOURCES))}." if named else "No source has a complete day yet."
    reached = [source for source in state.sources if source.through and source.through >= asked.start]
    if len(reached) < len(state.sources):
        return f"{'Not every source has reached' if reached else 'No source has reached'} that period yet. {known}"
    return known


def context(basics: Basics, *, compared: bool = True, judged: Period | None = None) -> str:
    """The line under every answer: period, basis, comparison, freshness; on a second one whatever limits the numbers.

    `judged`: the days that were compared, where they are not all of the period.
    """
    query = basics.query
    usual = [
        f"{words.period(query.period)} (UTC days)",
        words.basis_words(query),
        f"{f'{words.period(judged)} ' if judged else ''}against {words.period(query.compared)}" if compared else "",
        _freshness(basics),
    ]
    limits = [
        "Estimated: the month is not closed yet" if basics.estimated else "",
        *(words.missing_words(each) for each in basics.missing),
        *(f"converted at {words.clean(rate)}" for rate in basics.rates),
        f"no exchange rate for {words.join_names(sorted(basics.unrated), 5)} on some days: not converted"
        if basics.unrated
        else "",
        words.scope_words(query.scope),
    ]
    lines = (" · ".join(filter(None, parts)) for parts in (usual, limits))
    return "\n".join(cut_mrkdwn(escape(line), _LINE) for line in lines if line)
