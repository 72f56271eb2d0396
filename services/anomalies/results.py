"""What the services of anomalies answer with, complete enough to be shown without another query; the words for what people do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, timedelta
    from decimal import Decimal

    from storage.model.anomaly import Anomaly, DayFigure, Feedback, Happening, SeriesKey
    from storage.model.money import Money
    from storage.model.period import Period
    from storage.model.route import Route


OWNER = "tag:team"
"""The dimension that says whose something is, where the settings name no other."""


class Act(StrEnum):
    """What somebody does with an anomaly; the words are those of the audit (`anomaly.claim`) and of the buttons."""

    ACKNOWLEDGE = "acknowledge"
    CLAIM = "claim"
    TAKE_OVER = "take_over"
    INVESTIGATE = "investigate"
    EXPECTED = "expected"
    FALSE_POSITIVE = "false_positive"
    SNOOZE = "snooze"
    ESCALATE = "escalate"
    REROUTE = "reroute"
    FIXED = "fixed"
    REOPEN = "reopen"

    @property
    def done(self) -> str:
        """The word of the history: what was done."""
        return _DONE[self]


_DONE = {
    Act.ACKNOWLEDGE: "acknowledged",
    Act.CLAIM: "claimed",
    Act.TAKE_OVER: "taken_over",
    Act.INVESTIGATE: "investigating",
    Act.EXPECTED: "expected",
    Act.FALSE_POSITIVE: "false_positive",
    Act.SNOOZE: "snoozed",
    Act.ESCALATE: "escalated",
    Act.REROUTE: "rerouted",
    Act.FIXED: "fixed",
    Act.REOPEN: "reopened",
}
UNDONE = "undone"
"""The word of the history for a lesson that was taken back."""
ENDED = frozenset({"resolved", "new_normal", "vanished"})
"""The words of the history for what ended without anybody's doing."""
UNDELIVERED = "undelivered"
"""Its channel did not take the message."""
DID: Mapping[str, str] = {
    "acknowledged": "acknowledged it",
    "claimed": "claimed it",
    "taken_over": "took it over",
    "investigating": "is investigating",
    "expected": "said it is expected",
    "false_positive": "called it a false positive",
    "snoozed": "snoozed it",
    "escalated": "escalated it",
    "rerouted": "passed it on",
    "fixed": "said it is fixed",
    "reopened": "opened it again",
    "undone": "took back what was learned from it",
}
"""After a person's name: what they did."""
BY_ITSELF: Mapping[str, str] = {
    "opened": "Found",
    "posted": "Told here",
    "left_to_the_digest": "Left to the digest, because the channel had its alerts of the day",
    "kind": "It is something else now",
    "severity": "The severity changed",
    "joined": "More of the same cause",
    "restated": "Corrected",
    "vanished": "Withdrawn",
    "resolved": "Resolved by itself",
    "new_normal": "A new normal",
    "reopened_by_watch": "Opened again",
    "connected": "Connected",
    "reminded": "The on-call are asked to look",
    "escalated": "Escalated",
    "snooze_over": "The snooze is over",
    UNDELIVERED: "It could not be told where it belongs",
}
"""What the clock and the watch did."""


class Reach(StrEnum):
    """How much a snooze is about."""

    SERIES = "series"
    SERVICE = "service"
    ACCOUNT = "account"
    ROUTE = "route"
    """Everything that the same route takes to its channel."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants done with one anomaly. Each act reads what is its own.

    `until` (the day included) of what is expected or snoozed; `remember`: it comes again on this day of the month; `amount` a
    day by which the floor of a false positive is raised (None: what this one was above the expected); `reach` of a snooze;
    `route`, or `channel` without one, to pass it on to. `seen` is the `touched` that a window was opened on: what people did
    since makes it another case.
    """

    act: Act
    anomaly: int
    note: str = ""
    until: date | None = None
    remember: bool = False
    amount: Decimal | None = None
    reach: Reach = Reach.SERIES
    route: int | None = None
    channel: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of the chart; None where nothing is known (no bill yet, or nothing was expected of it)."""

    day: date
    actual: Decimal | None
    expected: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """One anomaly as it is shown. `acts` is what can be done with it now, whoever may do that.

    `members` are folded into it; `names` is what people call the ids that occur; `days` are the days up to the newest with
    what was expected of them, oldest first (without a longer memory only those of the episode); `lessons` are in force for it.
    """

    anomaly: Anomaly
    acts: tuple[Act, ...] = ()
    members: tuple[Anomaly, ...] = ()
    history: tuple[Happening, ...] = ()
    lessons: tuple[Feedback, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    route: Route | None = None
    days: tuple[DayLine, ...] = ()

    def name(self, person: str) -> str:
        """What people call somebody."""
        return self.names.get(person) or person

    @property
    def daily(self) -> tuple[DayFigure, ...]:
        """The days of the episode, oldest first."""
        return self.anomaly.figures.daily


@dataclass(frozen=True, slots=True)
class Judged:
    """How far the watch has come. `missing` says in words what was not judged and why."""

    through: date | None = None
    at: datetime | None = None
    series: int | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Anomalies in a list. `period` where it is about the past; `hidden`: the asker's limits leave some out."""

    anomalies: tuple[Anomaly, ...]
    judged: Judged
    names: Mapping[str, str] = field(default_factory=dict)
    period: Period | None = None
    is_limited: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What a scope would have kept back since a day: how many alerts, what they were above the expected, and the largest."""

    since: date
    count: int
    amounts: tuple[Money, ...]
    largest: tuple[Anomaly, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Feedback in force, and what it kept back: how many daily alerts, how much (a currency each), the first and last day."""

    feedback: Feedback
    kept_back: int = 0
    amounts: tuple[Money, ...] = ()
    first: date | None = None
    last: date | None = None
    route: str = ""
    may_undo: bool = False


@dataclass(frozen=True, slots=True)
class Tuning:
    """Everything that people taught the detection and that counts today or later, newest first."""

    lessons: tuple[Lesson, ...]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Week:
    """The alerts opened in one week (its Monday), by what became of them.

    `judged`: somebody said what it was. Of these `false_positives` were none, and `expected` ones were real but known before.
    """

    start: date
    alerts: int
    judged: int
    false_positives: int
    expected: int
    acknowledged: int
    time_to_acknowledge: timedelta | None
    unowned: int


@dataclass(frozen=True, slots=True)
class Offender:
    """A series that comes again and again: how often, and its excess of all these times."""

    series: SeriesKey
    label: str | None
    count: int
    excess: Money


@dataclass(frozen=True, slots=True)
class Setting:
    """One number that the watch goes by. `variable` is where it is changed; empty: it is part of the program."""

    name: str
    value: str
    meaning: str
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """How good the alerts were, newest week first."""

    weeks: tuple[Week, ...]
    total: Week
    offenders: tuple[Offender, ...]
    silent: int = 0
    """How many of the time were told nobody because of a snooze, folded ones aside."""
