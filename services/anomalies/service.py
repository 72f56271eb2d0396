"""Anomalies as the rest of the program knows them: the watch that finds them, the desk where people act, and what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from services.access.background import Background
    from services.anomalies.desk import Desk
    from services.anomalies.posting import Posting
    from services.anomalies.timers import Timers
    from services.anomalies.watch.results import Watched
    from services.anomalies.watch.service import Watch
    from storage.anomalies import Anomalies as Store
    from storage.model.anomaly import Anomaly, Happening, Status


class Anomalies:
    """`watch` judges, `posting` tells, `timers` tell again, `desk` is for people; the rest reads. All may raise StoreError."""

    def __init__(self, store: Store, background: Background, watch: Watch, desk: Desk, posting: Posting, timers: Timers) -> None:
        self._store, self._background = store, background
        self.watch, self.desk, self.posting, self.timers = watch, desk, posting, timers

    async def look(self, *, anew: bool = False) -> Watched:
        """Judge what became complete since the last look; `anew`: judge in any case. Raises TemporaryError."""
        return await self.watch.look(anew=anew)

    async def get(self, number: int) -> Anomaly | None:
        """One by its id."""
        return await self._background(self._store.get, number)

    async def open(self) -> tuple[Anomaly, ...]:
        """All that is still somebody's to do, newest first, folded ones too."""
        return await self._background(self._store.open_ones)

    async def latest(
        self, count: int = 100, *, statuses: Sequence[Status] = (), since: datetime | None = None
    ) -> tuple[Anomaly, ...]:
        """The newest ones; only of some statuses, only those opened since a moment."""
        return await self._background(self._store.latest, count, statuses=statuses, since=since)

    async def members(self, number: int) -> tuple[Anomaly, ...]:
        """What is folded into one."""
        return await self._background(self._store.members, number)

    async def history(self, number: int) -> tuple[Happening, ...]:
        """What happened to one, oldest first."""
        return await self._background(self._store.history, number)
