"""A rate limit a person: a bucket that refills, so that a burst of clicks is fine and a script is not."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.incoming import Incoming, Next
    from handlers.request import Reply

BURST, PER_SECOND = 20, 1.0
MANY_BUCKETS = 10_000


@dataclass(slots=True)
class Bucket:
    """What is left of a burst, and when that was counted."""

    left: float
    at: float


class RateLimit:
    """In memory: after a restart everybody has a full bucket, which harms nobody."""

    def __init__(self, burst: int = BURST, per_second: float = PER_SECOND, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._rate, self._clock = burst, per_second, clock
        self._buckets: dict[tuple[str, str], Bucket] = {}

    async def __call__(self, incoming: Incoming, proceed: Next) -> Reply | None:
        """Take one from the person's bucket, or raise BusyError with the seconds until there is one."""
        bucket = self._filled((incoming.team, incoming.user))
        if bucket.left < 1:
            wait = math.ceil((1 - bucket.left) / self._rate)
            raise BusyError("That is more at once than I answer one person.", f"Try again in {wait} s.")
        bucket.left -= 1
        return await proceed(incoming)

    def _filled(self, key: tuple[str, str]) -> Bucket:
        now = self._clock()
        if len(self._buckets) > MANY_BUCKETS:
            self._buckets = {each: kept for each, kept in self._buckets.items() if self._level(kept, now) < self._burst}
        bucket = self._buckets.setdefault(key, Bucket(self._burst, now))
        bucket.left, bucket.at = self._level(bucket, now), now
        return bucket

    def _level(self, bucket: Bucket, now: float) -> float:
        return min(self._burst, bucket.left + (now - bucket.at) * self._rate)
