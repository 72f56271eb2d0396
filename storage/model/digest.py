"""Digests: what a channel is told without asking, how often, about which money, and when it stays quiet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time  # noqa: TC003  # the store reads the annotations to write this noun down
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from storage.model.money import Money  # noqa: TC001  # same
from storage.model.query import Filter  # noqa: TC001  # same
from storage.model.scope import Scope

if TYPE_CHECKING:
    from typing import Self


class DigestKind(StrEnum):
    """How long the time is that it sums up."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    """After the provider has closed the month."""


class Part(StrEnum):
    """What a digest may tell, in this order. The first line, how much it was, is always there."""

    TO_DATE = "to-date"
    FORECAST = "forecast"
    MOVERS = "movers"
    ANOMALIES = "anomalies"
    CHART = "chart"


WORKDAYS = (0, 1, 2, 3, 4)
MOST_WAIT = 12 * 60


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest of one channel. `id` is 0 until it is stored.

    Attributes:
        at: the time on the clocks of `zone`; on a day without it (clocks go forward) the first moment after, never twice.
        weekdays: Monday is 0. A weekly digest has one; a monthly one waits for the month's close and uses none.
        filters: the money it is about; none: everything that `scope` allows.
        scope: the rows that whoever made it may see, so that nobody tells a channel more than they know.
        quiet_below: in the currency of the first figure: a smaller change, with nothing open, is not told; 0: all is told.
        wait: minutes that it waits for late data.
        paused: why it is not sent; empty while it is.
    """

    channel: str
    kind: DigestKind
    at: time
    zone: str
    made_by: str
    made_at: datetime
    weekdays: tuple[int, ...] = WORKDAYS
    filters: tuple[Filter, ...] = ()
    scope: Scope = field(default_factory=Scope)
    parts: tuple[Part, ...] = tuple(Part)
    quiet_below: Decimal = Decimal(0)
    wait: int = 120
    paused: str = ""
    id: int = 0

    def but(self, **changes: object) -> Self:
        """The same with something changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # dataclasses.replace checks the names itself


class Outcome(StrEnum):
    """What became of one day's digest."""

    TOLD = "told"
    QUIET = "quiet"
    """There was nothing worth a message."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One digest of one day.

    Attributes:
        slot: the day, in the zone of the digest, on which it was due.
        through: the last complete day, up to which it tells.
        as_told: the digest as it was then: what was posted is never rewritten by what was decided about the next ones.
        shown: the figures of its first line as they were told.
        now: the same as they stand there by now, where the bill has changed since.
    """

    digest: int
    slot: date
    outcome: Outcome
    through: date
    at: datetime
    as_told: Digest
    shown: tuple[Money, ...] = ()
    now: tuple[Money, ...] = ()
