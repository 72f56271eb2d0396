"""Counts what people do, how it ends and how long it takes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from services.errors import BusyError, DeniedError, TuppenceError, UsageError

if TYPE_CHECKING:
    from bot.metrics import Metrics
    from handlers.incoming import Incoming, Next
    from handlers.request import Reply

OUTCOMES: tuple[tuple[type[TuppenceError], str], ...] = (
    (UsageError, "usage"),
    (DeniedError, "refused"),
    (BusyError, "busy"),
    (TuppenceError, "error"),
)


class Measuring:
    """The name of a request is a label, so it is one that was declared: what comes from outside could be anything."""

    def __init__(self, metrics: Metrics, names: frozenset[str]) -> None:
        self._metrics, self._names = metrics, names

    async def __call__(self, incoming: Incoming, proceed: Next) -> Reply | None:
        """Go on; count what came of it. Whatever is not an expected error is `broken`."""
        start, outcome = time.perf_counter(), "broken"
        try:
            reply = await proceed(incoming)
            outcome = "done" if reply else "nothing"
        except TuppenceError as error:
            outcome = next(word for kind, word in OUTCOMES if isinstance(error, kind))
            raise
        finally:
            self._count(incoming, outcome, time.perf_counter() - start)
        return reply

    def _count(self, incoming: Incoming, outcome: str, seconds: float) -> None:
        name = incoming.name.partition("#")[0]
        self._metrics.requests.labels(incoming.kind.value, name if name in self._names else "other", outcome).inc()
        self._metrics.seconds.labels(incoming.kind.value).observe(seconds)
