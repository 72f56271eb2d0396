"""Upkeep: each store knows what it no longer needs; this asks them all, off the event loop."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from services.upkeep.results import Tidied
from storage.backup import clear_leftovers
from storage.deliveries import Deliveries
from storage.jobs import Jobs
from storage.outbox import Outbox

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from services.clock import Clock
    from storage.costs import CostStore
    from storage.database import Database

RUNS_KEPT = timedelta(days=90)
"""How long one may look back at what a job did."""
LETTERS_KEPT = timedelta(days=400)
"""How long a message may still be edited after it was last: longer than anything it tells lasts, a yearly budget among them."""


class Upkeep:
    """Tidies both stores."""

    def __init__(self, costs: CostStore, state: Database, executor: Executor, clock: Clock) -> None:
        self._costs, self._executor, self._clock = costs, executor, clock
        self._deliveries, self._jobs, self._letters = Deliveries(state), Jobs(state), Outbox(state)

    async def tidy(self) -> Tidied:
        """Remove what is past its time. Raises StoreError."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._tidy)

    def _tidy(self) -> Tidied:
        now = self._clock()
        clear_leftovers(self._costs.home)
        return Tidied(
            files=len(self._costs.sweep(now.timestamp())),
            deliveries=self._deliveries.prune(now),
            runs=self._jobs.prune(now - RUNS_KEPT),
            letters=self._letters.prune(now - LETTERS_KEPT),
        )
