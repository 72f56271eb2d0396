"""Budgets: set, changed, removed, and how each stands. Statuses are remembered until the bill, the day or the budget changes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from cachetools import LRUCache
from rapidfuzz import fuzz, process

from services.budgets.ahead import NoForecast
from services.budgets.results import BudgetStatus, History, Settled
from services.budgets.simulation.service import Simulations
from services.budgets.standing import outlook, standing, unknown
from services.budgets.terms import Wanted, agreed
from services.budgets.watch import BudgetWatch
from services.errors import DataError, NotFoundError, UsageError
from storage.budgets import Change, folded
from storage.model.audit import Entry, Origin
from storage.model.period import DAY, Period, utc_today
from storage.model.query import Granularity

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from services.access.background import Background
    from services.access.results import Person
    from services.budgets.ahead import Forecasting
    from services.clock import Clock
    from services.costs.service import Costs
    from services.outbox.service import Outbox
    from storage.budgets import BudgetStore
    from storage.model.budget import Budget, Version
    from storage.model.query import Basis, Charges, CostQuery, Filter
    from storage.model.scope import Scope
    from storage.scenarios import ScenarioStore

REMEMBERED = 512
PAST_PERIODS = 12
LIKENESS = 60
NOWHERE = Origin()


class Budgets:
    """What people may spend. Every method may raise StoreError.

    `generation` tells when the bill changed; `year_start` is the month (1-12) that fiscal quarters and years begin with.
    """

    def __init__(
        self,
        store: BudgetStore,
        scenarios: ScenarioStore,
        costs: Costs,
        background: Background,
        clock: Clock,
        *,
        outbox: Outbox,
        generation: Callable[[], int],
        names: Callable[[str], Awaitable[str]],
        forecasts: Forecasting | None = None,
        year_start: int = 1,
    ) -> None:
        self.store, self._costs, self._background, self._clock = store, costs, background, clock
        self._generation, self.name_of, self.year_start = generation, names, year_start
        self._forecasts: Forecasting = forecasts or NoForecast()
        self.simulations = Simulations(scenarios, costs, self._forecasts, background, clock, names)
        self.watch = BudgetWatch(self, background, outbox, clock, generation)
        self._known: LRUCache[object, BudgetStatus] = LRUCache(REMEMBERED)

    async def all(self, scope: Scope) -> tuple[Budget, ...]:
        """The budgets that somebody may see: those that count nothing beyond their rows, by name."""
        budgets = await self._background(self.store.all)
        return tuple(each for each in budgets if each.current.terms.is_within(scope))

    async def status(self, scope: Scope) -> tuple[BudgetStatus, ...]:
        """How each of them stands, the most endangered first."""
        return await self.statuses(await self.all(scope))

    async def statuses(self, budgets: Iterable[Budget]) -> tuple[BudgetStatus, ...]:
        """How some budgets stand, the most endangered first."""
        generation = await asyncio.to_thread(self._generation)
        found = await asyncio.gather(*(self._status(each, None, generation) for each in budgets))
        return tuple(sorted(found, key=lambda each: each.danger, reverse=True))

    async def beside(self, query: CostQuery) -> tuple[BudgetStatus, ...]:
        """The budgets that count just what a question counts: the same filters, basis and charges, seen by the same person."""
        asked = set(query.filters), query.basis, query.charges
        mine = [each for each in await self.all(query.scope) if _counted(each) == asked]
        return await self.statuses(mine)

    async def status_of(self, budget: Budget, period: Period | None = None) -> BudgetStatus:
        """How a budget stands in the period that runs, or how it stood in another one."""
        return await self._status(budget, period, await asyncio.to_thread(self._generation))

    async def _status(self, budget: Budget, period: Period | None, generation: int) -> BudgetStatus:
        today = utc_today(self._clock())
        period = period or budget.period(today, self.year_start)
        version = budget.at_end_of(period)
        place = (budget.id, version, period, today, generation)
        if place not in self._known:
            self._known[place] = await self._measure(budget, version, period)
        return replace(self._known[place], budget=budget)

    async def find(self, name: str, scope: Scope) -> Budget:
        """The budget of a name. Raises NotFoundError naming the nearest that the asker may see."""
        budgets = {folded(each.name): each for each in await self.all(scope)}
        found = budgets.get(folded(name))
        if found is None:
            raise _unknown(name, [each.name for each in budgets.values()])
        return found

    async def named(self, name: str, scope: Scope) -> Budget | None:
        """The budget of a name; None where there is none that the scope may see."""
        return next((each for each in await self.all(scope) if folded(each.name) == folded(name)), None)

    async def get(self, number: int, scope: Scope) -> Budget:
        """One by its id. Raises NotFoundError when it is gone or not for this scope to see."""
        found = await self._background(self.store.get, number)
        if found is None or not found.current.terms.is_within(scope):
            raise NotFoundError("That budget is not there any more.", "`/budget` lists those there are.")
        return found

    async def put(self, actor: Person, wanted: Wanted, origin: Origin = NOWHERE) -> Settled:
        """Set a budget, and tell what the new terms make of it. Raises UsageError with the field that is wrong, NotFoundError."""
        now = self._clock()
        known = await self._known_to(actor, wanted)
        terms, notes = await agreed(self._costs, actor.scope, wanted, known.current.terms if known else None, utc_today(now))
        change = Change(wanted.name, terms, actor.id, now, utc_today(now), known.id if known else 0)
        detail = f"{terms.amount.amount} {terms.amount.currency} {terms.cadence}"
        entry = Entry(now, actor.id, "budget.set", wanted.name, "done", detail, origin)
        try:
            budget = await self._background(self.store.put, change, entry)
        except DataError as error:
            raise UsageError(error.sentence, error.remedy, field="name") from error
        await self.watch.tell(budget)
        return Settled(await self.status_of(budget), known is None, notes)

    async def _known_to(self, actor: Person, wanted: Wanted) -> Budget | None:
        """The budget that is to be changed; None for a new one. One that the actor may not see is not theirs to change."""
        if wanted.budget:
            return await self.get(wanted.budget, actor.scope)
        named = [each for each in await self._background(self.store.all) if folded(each.name) == folded(wanted.name)]
        if named and not named[0].current.terms.is_within(actor.scope):
            raise NotFoundError("That name is taken by a budget you may not see.", "Choose another name.")
        return named[0] if named else None

    async def remove(self, actor: Person, budget: Budget, origin: Origin = NOWHERE) -> None:
        """End a budget; its living message says so. Raises NotFoundError when somebody was quicker."""
        entry = Entry(self._clock(), actor.id, "budget.remove", budget.name, "done", origin=origin)
        letters = await self.watch.standing(await self.status_of(budget))
        if not await self._background(self.store.remove, budget.id, entry, letters):
            raise NotFoundError(f"The budget “{budget.name}” was removed already.")
        self.watch.wake()

    async def history(self, budget: Budget, scope: Scope) -> History:
        """Its versions and past periods, newest first; only what counts no row beyond the scope."""
        today = utc_today(self._clock())
        versions = [each for each in reversed(budget.versions) if each.terms.is_within(scope)]
        periods = [each for each in budget.past(today, self.year_start) if budget.at_end_of(each) in versions]
        past = await asyncio.gather(*(self.status_of(budget, each) for each in periods[:PAST_PERIODS]))
        named = [(each, await self.name_of(each.by)) for each in versions]
        muted_by = await self.name_of(budget.muted_by) if budget.muted_by else ""
        return History(await self.status_of(budget), tuple(named), tuple(past), muted_by)

    async def _measure(self, budget: Budget, version: Version, period: Period) -> BudgetStatus:
        today = utc_today(self._clock())
        begun = Period(period.start, min(period.end, today + DAY))
        query = version.terms.query(begun).but(granularity=Granularity.DAY)
        try:
            answer = await self._costs.breakdown(query)
        except NotFoundError as error:
            return unknown(budget, version, period, error.sentence)
        status = standing(budget, version, period, answer, today)
        if status.has_ended or status.problem:
            return status
        ahead = await self._forecasts.ahead(answer.basics.query, status.used.currency, period.last)
        return replace(status, outlook=outlook(status, ahead)) if ahead else status


def _counted(budget: Budget) -> tuple[set[Filter], Basis, Charges]:
    terms = budget.current.terms
    return set(terms.filters), terms.basis, terms.charges


def _unknown(name: str, known: Sequence[str]) -> NotFoundError:
    found = process.extractOne(folded(name), known, scorer=fuzz.WRatio, processor=folded, score_cutoff=LIKENESS)
    advice = f"Did you mean “{found[0]}”?" if found else "`/budget` lists those there are."
    return NotFoundError(f"There is no budget “{name[:60]}”.", advice)
