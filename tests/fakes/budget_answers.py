"""Budgets as tests need them: a status of given numbers, with or without a forecast, and budgets that were changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from services.budgets.results import BudgetStatus, Outlook
from services.costs.results import Basics, Completeness, SourceState
from storage.model.budget import USUAL, Budget, Cadence, Measure, Terms, Threshold, Version
from storage.model.money import Money
from storage.model.period import DAY, Period
from storage.model.query import Filter

if TYPE_CHECKING:
    from collections.abc import Sequence

NOVEMBER = Period.month(date(2026, 11, 1))
SET_AT = datetime(2026, 9, 3, 10, tzinfo=UTC)
WEB = (Filter("tag:team", ("web",)),)
MANY = (*USUAL, Threshold(Measure.ACTUAL, Decimal("0.5")), Threshold(Measure.ACTUAL, Decimal("1.2")))


def usd(text: str | Decimal) -> Money:
    """Dollars."""
    return Money(Decimal(text), "USD")


def budget(amount: str = "1000", *, name: str = "web", currency: str = "USD", **terms: object) -> Budget:
    """A budget with one version, set in September."""
    agreed = Terms(Money(Decimal(amount), currency), **{"filters": WEB, "channel": "C0TEAM001", **terms})  # type: ignore[arg-type]  # names
    return Budget(7, name, (Version(1, SET_AT.date(), agreed, "U0ANA0001", SET_AT),))


def changed(known: Budget, amount: str, *, since: date = date(2026, 11, 10), **terms: object) -> Budget:
    """The same budget with one version more."""
    old = known.current
    fields = {name: getattr(old.terms, name) for name in Terms.__dataclass_fields__}
    agreed = Terms(**(fields | {"amount": Money(Decimal(amount), old.terms.amount.currency)} | terms))  # type: ignore[arg-type]  # names
    version = Version(old.number + 1, since, agreed, "U0BEN0001", datetime(since.year, since.month, since.day, 9, tzinfo=UTC))
    return Budget(known.id, known.name, (*known.versions, version), known.muted_through, known.muted_by, known.refusal)


def status(
    known: Budget,
    days: Sequence[str],
    *,
    complete: int | None = None,
    ahead: str = "",
    others: tuple[Money, ...] = (),
    late: bool = False,
    period: Period = NOVEMBER,
    has_ended: bool = False,
) -> BudgetStatus:
    """So much on each day that has begun; `complete` of them are complete; `ahead` is expected on each of the others."""
    currency = known.current.terms.amount.currency
    daily = tuple(Money(Decimal(each), currency) for each in days)
    settled = len(days) if complete is None else complete
    through = period.start + DAY * (settled - 1) if settled else None
    sources = (SourceState("aws", through, late=False), *([SourceState("azure", None, late=True)] if late else []))
    query = known.current.terms.query(Period(period.start, period.start + DAY * max(len(days), 1)))
    basics = Basics(query, Completeness(through, sources), (), "SELECT 1", 1, estimated=True)
    found = BudgetStatus(
        budget=known,
        version=known.at_end_of(period),
        period=period,
        used=Money.total(daily, currency),
        daily=daily,
        through=through,
        others=others,
        basics=basics,
        has_ended=has_ended,
    )
    return BudgetStatus(**{**_fields(found), "outlook": _outlook(found, settled, ahead)}) if ahead else found


def _fields(found: BudgetStatus) -> dict[str, object]:
    return {name: getattr(found, name) for name in BudgetStatus.__dataclass_fields__}


def _outlook(found: BudgetStatus, settled: int, ahead: str) -> Outlook:
    currency = found.used.currency
    to_come = [Money(Decimal(ahead), currency)] * (found.period.days - settled)
    days = (*found.daily[:settled], *to_come)
    total, rest = Money.total(days, currency), Money.total(to_come, currency)
    return Outlook(total, total - rest / 10, total + rest / 10, total - rest / 5, total + rest / 5, days)


QUARTERLY = {"cadence": Cadence.QUARTERLY}
