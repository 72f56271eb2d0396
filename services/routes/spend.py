"""What the bill says about routes: what an anomaly is about beyond its series, and how much of the spend nobody owns."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from services.errors import NotFoundError
from services.routes.matching import dimensions, owns
from services.routes.results import Coverage
from storage.model.money import Money
from storage.model.period import DAY, Period
from storage.model.query import CostQuery

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from services.costs.results import MoverSection, Section
    from services.costs.service import Costs
    from storage.model.anomaly import Anomaly
    from storage.model.route import Route

HALF = Decimal("0.5")
"""A value that accounts for so much of what changed (or, where nothing did, of what was spent) is what an anomaly is about."""
MOST_ROWS = 5000


async def facts_of(anomaly: Anomaly, wanted: Sequence[str], costs: Costs) -> dict[str, str | None]:
    """Dimension → value: of the series, of the steps that the cause leads down, else of whatever changed most.

    Only for what is `wanted`, because the bill is asked for the rest.
    """
    known = {step.dimension: step.value for step in (anomaly.cause.steps if anomaly.cause else ()) if step.share >= HALF}
    known |= dict(anomaly.series.parts)
    missing = tuple(each for each in wanted if each not in known)
    return known | (await _moved(anomaly, missing, costs) if missing else {})


async def _moved(anomaly: Anomaly, wanted: tuple[str, ...], costs: Costs) -> dict[str, str | None]:
    days = Period(anomaly.since, max(anomaly.since, anomaly.until) + DAY)
    try:
        found = await costs.movers(CostQuery(days, by=wanted, filters=anomaly.series.filters))
    except NotFoundError:
        return {}  # the series is in no bill any more, so there is nothing to be learned from it
    return {each.dimension: _leading(each) for each in found.sections if each.currency == anomaly.series.currency}


def _leading(section: MoverSection) -> str | None:
    """The value that most of the change comes from; where nothing changed, that most is spent on."""
    by_change = max(section.movers, key=lambda each: each.share or Decimal(0), default=None)
    if by_change is not None and (by_change.share or 0) >= HALF:
        return by_change.key.get(section.dimension)
    by_size = max(section.movers, key=lambda each: each.after.amount, default=None)
    if by_size is not None and (by_size.after.ratio(section.after) or 0) >= HALF:
        return by_size.key.get(section.dimension)
    return None


async def account_names(today: date, costs: Costs) -> dict[str, str]:
    """What the bill of last month and this one calls its accounts, by their ids; those without a name are left out."""
    span = Period(Period.month(Period.month(today).start - DAY).start, today + DAY)
    try:
        found = await costs.breakdown(CostQuery(span, by=("account",), top=MOST_ROWS))
    except NotFoundError:
        return {}
    rows = [row for section in found.sections for row in section.rows]
    return {row.key["account"] or "": row.label for row in rows if row.label and row.key["account"]}


async def coverage(routes: Iterable[Route], today: date, costs: Costs) -> tuple[Period, tuple[Coverage, ...]]:
    """How much of last month's spend no route takes but the fallback, one a currency."""
    owners = [each for each in routes if each.match]
    month = Period.month(Period.month(today).start - DAY)
    query = CostQuery(month, by=dimensions(owners), top=MOST_ROWS)
    found = await costs.breakdown(query)
    return month, tuple(_coverage(each, owners) for each in found.sections)


def _coverage(section: Section, owners: Sequence[Route]) -> Coverage:
    owned = Money.total((row.amount for row in section.rows if any(owns(each, row.key) for each in owners)), section.currency)
    unowned = section.total - owned
    return Coverage(section.total, unowned, unowned.ratio(section.total))
