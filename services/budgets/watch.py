"""The hourly look at every budget. It does nothing while neither the bill, nor the day, nor a budget has changed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from services.budgets.posting import living, telling
from services.errors import NotFoundError
from storage.model.audit import Entry, Origin
from storage.model.period import DAY, utc_today

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from services.access.background import Background
    from services.access.results import Person
    from services.budgets.results import BudgetStatus
    from services.budgets.service import Budgets
    from services.clock import Clock
    from services.outbox.service import Outbox
    from storage.model.budget import Budget
    from storage.model.letter import Letter

NOWHERE = Origin()


@dataclass(frozen=True, slots=True)
class Told:
    """What a message is made of: the status, the thresholds that were ever told in the period, who muted it by name."""

    status: BudgetStatus
    told: tuple[str, ...]
    muted_by: str = ""


class BudgetWatch:
    """Tells a channel when a budget reaches a threshold."""

    def __init__(
        self, budgets: Budgets, background: Background, outbox: Outbox, clock: Clock, generation: Callable[[], int]
    ) -> None:
        self._budgets, self._background, self._outbox, self._clock = budgets, background, outbox, clock
        self._generation = generation
        self._seen: tuple[date, int] | None = None

    async def look(self) -> int:
        """Look at all of them, unless nothing can have changed since; returns how many had something to tell.

        The period that ended last is looked at too: its last days are settled, or restated, after its end.
        """
        moment = (utc_today(self._clock()), await asyncio.to_thread(self._generation))
        if self._seen == moment:
            return 0
        budgets = await self._background(self._budgets.store.all)
        told = [await self.tell(each) for each in budgets]
        told += [await self._correct_last(each) for each in budgets]
        self._seen = moment
        return sum(told)

    async def tell(self, budget: Budget) -> bool:
        """Tell what is new of one budget's running period; whether there was anything."""
        return await self._tell(await self._budgets.status_of(budget))

    async def _correct_last(self, budget: Budget) -> bool:
        """Edit the message of the last period, where there is one: nothing is posted about a period that is over."""
        today = utc_today(self._clock())
        last = next(budget.past(today, self._budgets.year_start), None)
        if last is None or await self._background(self._budgets.store.post, budget.id, last.start) is None:
            return False
        return await self._tell(await self._budgets.status_of(budget, last))

    async def _tell(self, status: BudgetStatus) -> bool:
        store = self._budgets.store
        was = await self._background(store.post, status.budget.id, status.period.start)
        found = telling(status, was)
        if found is None:
            return False
        letters = found.letters[:1] if status.has_ended else found.letters
        done = await self._background(store.tell, found.post, was, letters, self._clock())
        if done:
            self.wake()
        return done

    async def told(self, number: int, start: date) -> Told | None:
        """What a message says now: the period that began on a day, and what was told of it. None once the budget is gone."""
        budget = await self._background(self._budgets.store.get, number)
        post = await self._background(self._budgets.store.post, number, start) if budget else None
        if budget is None or post is None:
            return None
        version = next((each for each in budget.versions if each.number == post.version), budget.current)
        period = version.terms.cadence.period(start, self._budgets.year_start)
        by = await self._budgets.name_of(budget.muted_by) if budget.muted_by else ""
        return Told(await self._budgets.status_of(budget, period), post.told, by)

    async def mute(self, actor: Person, budget: Budget, origin: Origin = NOWHERE) -> BudgetStatus:
        """Post nothing new until the next period. Raises NotFoundError when somebody was quicker."""
        status = await self._budgets.status_of(budget)
        through, now = status.period.end - DAY, self._clock()
        muted = replace(status, budget=replace(budget, muted_through=through, muted_by=actor.id))
        entry = Entry(now, actor.id, "budget.mute", budget.name, "done", f"through {through}", origin)
        letters = await self.standing(muted)
        if not await self._background(self._budgets.store.mute, budget.id, through, entry, letters):
            raise NotFoundError("It is muted until the next period already.")
        self.wake()
        return muted

    async def standing(self, status: BudgetStatus) -> tuple[Letter, ...]:
        """The period's living message, to be shown anew, where one was told."""
        is_told = await self._background(self._budgets.store.post, status.budget.id, status.period.start) is not None
        return (living(status),) if is_told and status.terms.channel else ()

    def wake(self) -> None:
        """Something was queued."""
        self._outbox.wake()

    async def removed(self, number: int) -> str | None:
        """The name of a budget that was removed; None for one that was not."""
        return await self._background(self._budgets.store.removed, number)

    async def refused(self, number: int, channel: str, reason: str) -> None:
        """Its channel cannot be posted in: say so wherever the budget is shown, and try no more until it is set anew."""
        await self._background(self._budgets.store.refuse, number, channel, reason)
