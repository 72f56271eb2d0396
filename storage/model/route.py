"""Routes: whose alerts are whose. The first that matches an anomaly says where it is told, to whom, and when it may be."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time  # noqa: TC003  # the store reads the annotations to write these nouns down

from storage.model.anomaly import Severity
from storage.model.people import Subject  # noqa: TC001  # same

Match = tuple[tuple[str, tuple[str, ...]], ...]
"""Sorted pairs of (dimension, values); all must hold, one value of each is enough."""
DEFAULT_MINUTES = 30
DEFAULT_A_DAY = 5


@dataclass(frozen=True, slots=True)
class Quiet:
    """When nothing is told, in the route's own time zone. From `start` to before `end`, over midnight where that is earlier.

    Without both there are no quiet hours; `weekends` makes all of Saturday and Sunday quiet.
    """

    start: time | None = None
    end: time | None = None
    weekends: bool = False
    lets_high_through: bool = False
    """Alerts of high severity are told at any hour."""

    @property
    def is_ever(self) -> bool:
        """Whether there is any quiet time."""
        return self.weekends or (self.start is not None and self.end is not None and self.start != self.end)


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the list. `id` is 0 until it is stored; ids are never used again.

    Attributes:
        match: what an anomaly must be about; empty: anything.
        least: alerts below this severity go on to the next route.
        channel: where its alerts are posted.
        on_call: people and user groups who are mentioned, and who may acknowledge.
        escalate_to: the channel that is told last; empty: none.
        minutes: until the on-call are mentioned, and from then until the escalation channel is told.
        zone: the time zone of its quiet hours and of its days, a name of the IANA database.
        a_day: how many alerts its channel gets on one day; the digest has the rest.
        revision: grows with each change; 0 until it is stored.
    """

    id: int
    name: str
    channel: str
    match: Match = ()
    least: Severity = Severity.LOW
    on_call: tuple[Subject, ...] = ()
    escalate_to: str = ""
    minutes: int = DEFAULT_MINUTES
    quiet: Quiet = field(default_factory=Quiet)
    zone: str = "UTC"
    a_day: int = DEFAULT_A_DAY
    revision: int = 0

    @property
    def takes_everything(self) -> bool:
        """Whether nothing gets past it: the fallback, which stands last."""
        return not self.match and self.least is Severity.LOW
