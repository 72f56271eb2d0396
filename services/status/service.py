"""Status: read from one moment of the cost store."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from services.costs.freshness import completeness, reaches
from services.costs.service import recent_usage
from services.status.results import SourceStatus, Status
from storage.ingests import last_ingests
from storage.model.letter import LetterState
from storage.model.period import DAY, Period, utc_today
from storage.model.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Executor
    from datetime import date

    from services.clock import Clock
    from services.costs.service import Costs
    from storage.costs import CostStore
    from storage.outbox import Outbox

EVERYTHING = Scope()
WAITING = (LetterState.PENDING, LetterState.SENDING)
UNDELIVERED = (LetterState.FAILED, LetterState.REFUSED, LetterState.DROPPED)


class StatusOf:
    """Says how the stores and the answers are. Raises StoreError."""

    def __init__(self, store: CostStore, costs: Costs, executor: Executor, clock: Clock, outbox: Outbox | None = None) -> None:
        self._store, self._costs, self._executor, self._clock, self._outbox = store, costs, executor, clock, outbox

    async def status(self, scope: Scope = EVERYTHING) -> Status:
        """Every source there is, also those whose bill ended long ago.

        `scope`: the asker's row limits. Of other sources they do not even learn the names, of their own not the whole size.
        """
        today = utc_today(self._clock())
        sources, generation = await asyncio.get_running_loop().run_in_executor(self._executor, self._sources, today)
        if scope.is_limited:
            own = set(await self._costs.names("source", scope))
            sources = tuple(replace(each, charges=None, rejected=None, read=None) for each in sources if each.name in own)
        asked = self._costs.hits + self._costs.misses
        letters = await asyncio.get_running_loop().run_in_executor(self._executor, self._letters)
        return Status(
            sources=sources,
            charges=None if scope.is_limited else sum(source.charges or 0 for source in sources),
            generation=generation,
            version=version("tuppence"),
            hit_rate=self._costs.hits / asked if asked else None,
            waiting=sum(letters.get(each, 0) for each in WAITING),
            undelivered=sum(letters.get(each, 0) for each in UNDELIVERED),
        )

    def _letters(self) -> Mapping[LetterState, int]:
        return self._outbox.counts() if self._outbox is not None else {}

    def _sources(self, today: date) -> tuple[tuple[SourceStatus, ...], int]:
        with self._store.reading() as reading:
            catalog, ingests = reading.catalog, last_ingests(reading.connection)
            known = reaches(catalog, today, recent_usage(reading, today))
        found = []
        for name in sorted({part.source for part in catalog.parts}):
            parts = [part for part in catalog.parts if part.source == name]
            first = min(part.days.start for part in parts)
            whole = Period(first, max(today, *(part.days.last for part in parts)) + DAY)
            state = next(each for each in completeness(catalog, today, whole, known).sources if each.name == name)
            last = ingests.get(name)
            found.append(
                SourceStatus(
                    name=name,
                    first=first,
                    through=state.through,
                    late=state.late,
                    charges=sum(part.charges for part in parts),
                    ingested_at=last.finished_at if last else None,
                    rejected=last.rejected if last else 0,
                    read=last.read if last else 0,
                )
            )
        return tuple(found), catalog.generation
