"""What a digest says, put together from the services that know: all of it from one moment of the bill, as near as may be."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from services.costs.freshness import is_estimated
from services.digests.concern import concerns
from services.digests.results import DigestAnswer, DigestFigure
from services.digests.spans import spans
from services.forecasts.results import ForecastQuery
from storage.model.anomaly import Told
from storage.model.digest import DigestKind, Part
from storage.model.period import Period, utc_today
from storage.model.query import CostQuery, Granularity

if TYPE_CHECKING:
    from datetime import date, datetime

    from services.budgets.results import BudgetStatus
    from services.clock import Clock
    from services.costs.results import Breakdown, Completeness, KeyFigures, MoverSection
    from services.costs.service import Costs
    from services.digests.results import Spans
    from services.forecasts.results import Forecast
    from services.forecasts.service import Forecasts
    from storage.model.anomaly import Anomaly
    from storage.model.digest import Digest
    from storage.model.money import Money
    from storage.model.scope import Scope

MOVERS = 6
CHART_DAYS = timedelta(days=30)
CHART_SERVICES = 5


class Budgeting(Protocol):
    """Whoever knows how budgets stand."""

    async def status(self, scope: Scope) -> tuple[BudgetStatus, ...]:
        """Those that somebody may see, the most endangered first."""
        ...


class Watching(Protocol):
    """Whoever knows what is unusual."""

    async def open(self) -> tuple[Anomaly, ...]:
        """All that is still somebody's to do."""
        ...


@dataclass(frozen=True, slots=True)
class Sources:
    """The services that a digest asks."""

    costs: Costs
    forecasts: Forecasts
    budgets: Budgeting
    anomalies: Watching
    clock: Clock

    async def compose(
        self, digest: Digest, slot: date, through: date, *, is_late: bool = False, told: tuple[Money, ...] = ()
    ) -> DigestAnswer:
        """The digest of a day. Raises NotFoundError (its filters name nothing that is in a bill), StoreError."""
        today = utc_today(self.clock())
        span = spans(digest.kind, through, today)
        query = CostQuery(span.days, compare=span.before, filters=digest.filters, scope=digest.scope)
        now, mean, figures = await asyncio.gather(
            self.costs.breakdown(query),
            self.costs.breakdown(query.but(period=span.mean, compare=span.mean)),
            self.costs.key_figures(query.but(period=Period.month(through), compare=None)),
        )
        is_running = digest.kind is not DigestKind.MONTHLY and Part.TO_DATE in digest.parts
        movers, daily, forecast, budgets, anomalies = await asyncio.gather(
            self._movers(digest, query),
            self._daily(digest, query),
            self._forecast(digest, query),
            self._budgets(digest),
            self._anomalies(digest),
        )
        shown = _figures(now, mean, figures if is_running else None, span)
        return DigestAnswer(
            digest=digest,
            slot=slot,
            query=query.but(filters=now.basics.query.filters),
            spans=span,
            figures=shown,
            to_date=figures.days if is_running else None,
            to_date_before=figures.compared if is_running else None,
            completeness=now.basics.completeness,
            is_late=is_late,
            is_estimated=is_estimated(span.days, today),
            movers=movers,
            daily=daily,
            forecast=forecast,
            budgets=budgets,
            anomalies=anomalies,
            told=told if told and told != tuple(each.amount for each in shown) else (),
        )

    async def completeness(self, digest: Digest) -> Completeness:
        """How far the bill of the digest's money reaches."""
        query = CostQuery(Period.month(utc_today(self.clock())), filters=digest.filters, scope=digest.scope)
        return (await self.costs.key_figures(query)).basics.completeness

    async def _movers(self, digest: Digest, query: CostQuery) -> tuple[MoverSection, ...]:
        if Part.MOVERS not in digest.parts:
            return ()
        return (await self.costs.movers(query.but(by=("service",), top=MOVERS))).sections

    async def _daily(self, digest: Digest, query: CostQuery) -> Breakdown | None:
        if Part.CHART not in digest.parts:
            return None
        span = Period(query.period.end - CHART_DAYS, query.period.end)
        step = Granularity.DAY
        return await self.costs.breakdown(
            query.but(period=span, compare=None, by=("service",), top=CHART_SERVICES, granularity=step)
        )

    async def _forecast(self, digest: Digest, query: CostQuery) -> Forecast | None:
        """Where the month is heading; of a month that has closed there is nothing to foretell."""
        if Part.FORECAST not in digest.parts or digest.kind is DigestKind.MONTHLY:
            return None
        return await self.forecasts.forecast(ForecastQuery(query.but(compare=None)))

    async def _budgets(self, digest: Digest) -> tuple[BudgetStatus, ...]:
        """Those of this money, or told in this channel; without filters, all."""
        if Part.FORECAST not in digest.parts:
            return ()
        found = await self.budgets.status(digest.scope)
        return tuple(each for each in found if not digest.filters or _is_of(each, digest))

    async def _anomalies(self, digest: Digest) -> tuple[Anomaly, ...]:
        if Part.ANOMALIES not in digest.parts:
            return ()
        now = self.clock()
        found = [each for each in await self.anomalies.open() if _is_told(each, now) and concerns(each, digest)]
        return tuple(sorted(found, key=lambda each: (-each.severity, -abs(each.figures.excess), each.id)))


def _is_told(anomaly: Anomaly, now: datetime) -> bool:
    """Whether it is an alert of its own that nobody asked to be quiet about."""
    is_snoozed = anomaly.snoozed_until is not None and anomaly.snoozed_until > now
    return anomaly.parent is None and anomaly.told is not Told.SILENT and not is_snoozed


def _is_of(status: BudgetStatus, digest: Digest) -> bool:
    terms = status.budget.current.terms
    return terms.channel == digest.channel or set(digest.filters) <= set(terms.filters)


def _figures(now: Breakdown, mean: Breakdown, figures: KeyFigures | None, span: Spans) -> tuple[DigestFigure, ...]:
    """One a currency, the largest first."""
    means = {each.currency: each.total / span.pieces for each in mean.sections}
    to_date = {each.to_date.currency: each for each in figures.figures} if figures else {}
    return tuple(
        DigestFigure(
            amount=each.total,
            before=each.previous,
            mean=means.get(each.currency),
            to_date=to_date[each.currency].to_date if each.currency in to_date else None,
            to_date_before=to_date[each.currency].previous if each.currency in to_date else None,
        )
        for each in now.sections
    )
