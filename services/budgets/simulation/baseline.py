"""The baseline: whole weeks of the bill up to the last complete day, and all that lines are about on them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from services.budgets.simulation import usage
from services.costs.basics import basics
from storage.model.period import DAY, Period
from storage.model.query import Basis, Filter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from services.costs.book import Book
    from services.costs.results import Basics
    from storage.model.query import CostQuery
    from storage.model.scenario import ScenarioLine

BASELINE_DAYS, WEEK = 28, 7
NOTHING = Decimal(0)
NAMED_RESOURCE = Filter(usage.RESOURCE, (None,), negate=True)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was read from one moment of the bill."""

    groups: Mapping[str, tuple[usage.Group, ...]]
    lines: tuple[ScenarioLine, ...]
    totals: Mapping[str, Decimal]
    """Currency → what everything cost on the days of the baseline."""
    month: Mapping[str, Decimal]
    """The same of the complete days of the month."""
    days: Period
    through: date
    basics: Basics
    names_resources: bool


def baseline(book: Book, query: CostQuery, lines: Sequence[ScenarioLine]) -> Baseline:
    """Read it. `query` has the basis and the scope. Raises NotFoundError when a filter names nothing the asker may see."""
    month = Period.month(book.today)
    state = book.completeness(query, Period(month.start - DAY * BASELINE_DAYS * 2, book.today + DAY))
    through = min(state.through or book.today - DAY, book.today - DAY)
    days = _days(through, book.known_since(state))
    query = query.but(period=days)
    resolved = tuple(_resolved(book, query, line) for line in lines)
    groups = usage.read(book, query, resolved, days)
    so_far = Period(month.start, through + DAY) if through >= month.start else None
    asks_resources = any(each.dimension == usage.RESOURCE for line in resolved for each in line.filters)
    named = book.run(book.piece(query.but(filters=(NAMED_RESOURCE,)), days)).cells if asks_resources else ()
    return Baseline(
        groups=groups,
        lines=resolved,
        totals=_totals(book, query, days),
        month=_totals(book, query, so_far) if so_far else {},
        days=days,
        through=through,
        basics=basics(book, query, state),
        names_resources=bool(named) or not asks_resources,
    )


def _days(through: date, since: date | None) -> Period:
    """Whole weeks up to the last complete day, four where the bill reaches so far back; days, where it is younger than one."""
    known = (through - since).days + 1 if since and since <= through else 1
    days = min(BASELINE_DAYS, known)
    days = days // WEEK * WEEK or days
    return Period(through - DAY * (days - 1), through + DAY)


def _resolved(book: Book, query: CostQuery, line: ScenarioLine) -> ScenarioLine:
    """The line with names as the bill spells them. Raises NotFoundError."""
    filters = book.prepared(query.but(filters=line.filters)).filters
    target = book.prepared(query.but(filters=line.target)).filters
    return replace(line, filters=filters, target=target)


def _totals(book: Book, query: CostQuery, period: Period) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for each in book.sums(book.piece(query, period), Basis.EFFECTIVE):
        found[each.money.currency] = found.get(each.money.currency, NOTHING) + each.money.amount
    return found
