"""How a budget stands, from the answer that `/cost` gives to the same question and what is expected of the days to come."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from services.budgets.results import BudgetStatus, Outlook
from storage.model.money import Money
from storage.model.period import DAY

if TYPE_CHECKING:
    from datetime import date

    from services.budgets.ahead import Ahead
    from services.costs.results import Breakdown, Section
    from storage.model.budget import Budget, Version
    from storage.model.period import Period

CENT = Decimal("0.01")


def standing(budget: Budget, version: Version, period: Period, answer: Breakdown, today: date) -> BudgetStatus:
    """The status without an outlook. `answer` is cut by day, over the days of the period that have begun."""
    currency = version.terms.amount.currency
    section = next((each for each in answer.sections if each.currency == currency), None)
    through = answer.basics.completeness.through
    return BudgetStatus(
        budget=budget,
        version=version,
        period=period,
        used=section.total if section else Money.zero(currency),
        daily=section.trend if section else tuple(Money.zero(currency) for _ in answer.buckets),
        through=min(through, period.last) if through and through >= period.start else None,
        others=tuple(each.total for each in answer.sections if each is not section and each.total),
        problem=_problem(answer, section, currency),
        basics=answer.basics,
        has_ended=period.end <= today,
    )


def unknown(budget: Budget, version: Version, period: Period, problem: str) -> BudgetStatus:
    """The status of a budget that nothing can be said about."""
    return BudgetStatus(budget, version, period, Money.zero(version.terms.amount.currency), problem=problem)


def _problem(answer: Breakdown, section: Section | None, currency: str) -> str:
    if section is not None:
        return ""
    if not answer.basics.completeness.sources:
        return "No bill has been read yet."
    if any(not each.is_compared for each in answer.basics.missing):
        return f"The bill does not say the {answer.basics.query.basis.value} cost of what it is for."
    billed = sorted(each.currency for each in answer.sections)
    return f"It is in {currency}, and what it is for is billed in {', '.join(billed)}: there is no rate." if billed else ""


def outlook(status: BudgetStatus, ahead: Ahead) -> Outlook:
    """The whole period: complete days as billed, the others as expected, or as billed already where that is more.

    The band around the days to come moves with whatever was billed above their expectation.
    """
    currency, start = status.used.currency, status.period.start
    days = [*status.daily, *(Money.zero(currency) for _ in range(status.period.days - len(status.daily)))]
    settled = max((ahead.start - start).days, 0)
    offset = max((start - ahead.start).days, 0)
    expected = ahead.daily[offset:]
    for at, value in enumerate(expected[: len(days) - settled], settled):
        days[at] = max(days[at], Money(value.quantize(CENT), currency))
    whole, said = Money.total(days, currency), sum(ahead.daily, Decimal(0))
    low, high, low_outer, high_outer = (
        max(whole + Money((edge - said).quantize(CENT), currency), status.used)
        for edge in (ahead.low, ahead.high, ahead.low_outer, ahead.high_outer)
    )
    return Outlook(whole, low, high, low_outer, high_outer, tuple(days), ahead.said)


def first_open(status: BudgetStatus) -> date:
    """The first day of the period that is not complete."""
    return status.through + DAY if status.through else status.period.start
