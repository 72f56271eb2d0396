"""From what somebody wants to terms that can be measured: names as the bill spells them, its currency, rows they may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from services.errors import NotFoundError, UsageError
from storage.model.budget import Cadence, Terms
from storage.model.money import Money
from storage.model.period import DAY, Period
from storage.model.query import Basis, Charges, CostQuery, Filter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from services.costs.results import Breakdown
    from services.costs.service import Costs
    from storage.model.budget import Threshold
    from storage.model.scope import Scope

LONGEST_NAME = 60
MOST = Decimal(10) ** 12
MOST_THRESHOLDS = 8
LOOK_BACK = timedelta(days=62)
"""What was billed in so many days says in which currency a budget is."""
CURRENCY_IF_NONE = "USD"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked for. None: not said, so that of the budget as it is, or the usual. `budget` 0: the one of the name."""

    name: str
    amount: Decimal | None = None
    currency: str = ""
    cadence: Cadence | None = None
    filters: tuple[Filter, ...] | None = None
    basis: Basis | None = None
    charges: Charges | None = None
    thresholds: tuple[Threshold, ...] | None = None
    channel: str | None = None
    budget: int = 0


async def agreed(costs: Costs, scope: Scope, wanted: Wanted, was: Terms | None, today: date) -> tuple[Terms, tuple[str, ...]]:
    """The terms, and notes on what was decided that nobody had said.

    Raises UsageError with the field that is wrong, among them a filter that names nothing the asker may see.
    """
    amount = _checked(wanted, was)
    old = was or Terms(Money(amount, wanted.currency))
    asked = old.filters if wanted.filters is None else wanted.filters
    basis, charges = wanted.basis or old.basis, wanted.charges or old.charges
    query = CostQuery(Period(today - LOOK_BACK, today + DAY), basis=basis, charges=charges, filters=asked, scope=scope)
    try:
        answer = await costs.breakdown(query)
    except NotFoundError as error:
        raise UsageError(error.sentence, error.remedy, field="filters") from error
    filters, notes = _within(answer.basics.query.filters, scope)
    currency, said = _currency(wanted.currency or (was.amount.currency if was else ""), answer)
    terms = Terms(
        amount=Money(amount, currency),
        cadence=wanted.cadence or old.cadence,
        filters=filters,
        basis=basis,
        charges=charges,
        thresholds=old.thresholds if wanted.thresholds is None else tuple(sorted(set(wanted.thresholds))),
        channel=old.channel if wanted.channel is None else wanted.channel,
    )
    return terms, (*notes, *said)


def _checked(wanted: Wanted, was: Terms | None) -> Decimal:
    """The amount. Raises UsageError for what can be no budget."""
    if not wanted.name.strip() or len(wanted.name) > LONGEST_NAME or not wanted.name.isprintable():
        raise UsageError(f"A budget needs a name of 1 to {LONGEST_NAME} characters on one line.", field="name")
    amount = was.amount.amount if was and wanted.amount is None else wanted.amount
    if amount is None:
        raise UsageError("A new budget needs an amount.", "Write it after the name: `/budget set web 12000`.", field="amount")
    if not 0 < amount <= MOST:
        raise UsageError("The amount must be more than nothing, and less than a million million.", field="amount")
    if wanted.thresholds is not None and len(set(wanted.thresholds)) > MOST_THRESHOLDS:
        raise UsageError(f"A budget has at most {MOST_THRESHOLDS} thresholds.", field="thresholds")
    return amount


def _within(filters: Sequence[Filter], scope: Scope) -> tuple[tuple[Filter, ...], tuple[str, ...]]:
    """The filters, with the asker's row limits where those are narrower: nobody sets a budget on rows they may not see."""
    named = Terms(Money.zero(CURRENCY_IF_NONE), filters=tuple(filters))
    missing = [Filter(name, values) for name, values in scope.limits if not named.is_within(type(scope)(((name, values),)))]
    if not missing:
        return tuple(filters), ()
    limits = "; ".join(f"{each.dimension} {', '.join(map(str, each.values))}" for each in missing)
    return (*filters, *missing), (f"It counts only what you may see: {limits}.",)


def _currency(said: str, answer: Breakdown) -> tuple[str, tuple[str, ...]]:
    """The currency that was said, else the one with the most money. Raises UsageError for one in which nothing is billed."""
    billed = [each.currency for each in answer.sections if each.total]
    if not billed:
        return said or CURRENCY_IF_NONE, ("Nothing was billed there in the last two months.",)
    if said and said not in billed:
        known = ", ".join(billed[:5])
        raise UsageError(f"What this budget is for is billed in {known}, and there is no rate to {said}.", field="currency")
    others = [each for each in billed if each != (said or billed[0])]
    note = f"What is billed in {', '.join(others)} is not counted: there is no rate." if others else ""
    return said or billed[0], (note,) if note else ()
