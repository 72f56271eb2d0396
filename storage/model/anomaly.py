"""Anomalies: an episode of a series that costs more (or less) than it should, what people did about it, and what that taught us.

Amounts are Decimals in the currency of the series: one series has one currency.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime  # noqa: TC003  # the store reads the annotations to write these nouns down
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from storage.model.money import Money
from storage.model.query import Filter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self


class AnomalyKind(StrEnum):
    """What is unusual."""

    SPIKE = "spike"
    STEP = "step"
    DRIFT = "drift"
    DROP = "drop"
    FEE = "fee"
    NEW_SERVICE = "new_service"
    NEW_REGION = "new_region"
    NEW_ACCOUNT = "new_account"
    SILENCE = "silence"
    """Data stopped arriving: nothing is known, which is not the same as nothing spent."""
    UNUSED = "unused"
    """A commitment is paid for and not used."""


class Severity(IntEnum):
    """By dollars, per cent and surprise together; see `services/anomalies/watch`."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def word(self) -> str:
        """As people read it."""
        return self.name.capitalize()


class Status(StrEnum):
    """Where an anomaly stands. The last three are closed."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATING = "investigating"
    EXPECTED = "expected"
    FALSE_POSITIVE = "false_positive"
    RESOLVED = "resolved"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it, or is doing it."""
        return self in {Status.NEW, Status.ACKNOWLEDGED, Status.INVESTIGATING}

    @property
    def word(self) -> str:
        """As people read it, within a sentence."""
        return self.value.replace("_", " ")


class Ending(StrEnum):
    """How an anomaly ended."""

    BACK = "back"
    """Two complete days at the level from before it began."""
    FIXED = "fixed"
    """Somebody said so."""
    NEW_NORMAL = "new_normal"
    """The level stayed: called what it is, not fixed."""


class Told(StrEnum):
    """Where it was told."""

    WAITING = "waiting"
    """Not yet: quiet hours, or this run has not come to it."""
    CHANNEL = "channel"
    DIGEST = "digest"
    """The channel's alerts of the day were used up: the digest has it."""
    SILENT = "silent"
    """Folded into another, snoozed, or part of a new account's one summary."""


@dataclass(frozen=True, slots=True, order=True)
class SeriesKey:
    """Which money: sorted pairs of (dimension, value), and its currency. `None` is "without a value"."""

    parts: tuple[tuple[str, str | None], ...]
    currency: str

    @property
    def id(self) -> str:
        """As it is stored, and compared."""
        return json.dumps([self.currency, *self.parts], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Back from `id`."""
        currency, *parts = json.loads(text)
        return cls(tuple((name, value) for name, value in parts), currency)

    def value(self, dimension: str) -> str | None:
        """The value of a dimension; None where it has none or is not of this series."""
        return dict(self.parts).get(dimension)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What it is made of."""
        return tuple(name for name, _ in self.parts)

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The rows of the bill that it stands for."""
        return tuple(Filter(name, (value,)) for name, value in self.parts)

    def holds(self, other: SeriesKey) -> bool:
        """Whether every row of `other` is one of this. One without a currency is of any."""
        return self.currency in {"", other.currency} and set(self.parts) <= set(other.parts)


@dataclass(frozen=True, slots=True)
class DayFigure:
    """One day of an episode as it was told: what it cost, and what it should have."""

    day: date
    value: Decimal
    expected: Decimal
    is_partial: bool = False

    @property
    def excess(self) -> Decimal:
        """Above what was expected; negative for a drop."""
        return self.value - self.expected


def newest(daily: Sequence[DayFigure]) -> DayFigure:
    """The newest complete day; where none is, the newest: a day that is not over says less than one that is."""
    return next((each for each in reversed(daily) if not each.is_partial), daily[-1])


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of an episode. `daily` has each day since it began, oldest first; `lower` and `upper` are the band of `last`.

    `score` is 1 at the threshold at which an alert is raised.
    """

    daily: tuple[DayFigure, ...]
    lower: Decimal
    upper: Decimal
    score: float

    @property
    def last(self) -> DayFigure:
        """The newest complete day; where none is, the newest."""
        return newest(self.daily)

    @property
    def excess(self) -> Decimal:
        """Everything above the expected so far, incomplete days included."""
        return sum((each.excess for each in self.daily), Decimal(0))

    @property
    def ratio(self) -> Decimal | None:
        """The excess of `last`, of what was expected (1 = twice as much); None where nothing was."""
        return self.last.excess / self.last.expected if self.last.expected else None


class Driver(StrEnum):
    """Whether more was used, or the same cost more."""

    USAGE = "usage"
    PRICE = "price"
    MIXED = "mixed"
    NEW = "new"
    """It was not there before, so there is no price to compare with."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CauseStep:
    """One step down: the value of a dimension that the excess a day comes from. `share` is of the whole excess (1 = all of it).

    `rest` are its largest neighbours on the same step; `others` is all else, smaller neighbours and what the steps before left
    aside. `amount`, `rest` and `others` add up to the excess.
    """

    dimension: str
    value: str | None
    label: str | None
    amount: Decimal
    share: Decimal
    rest: tuple[tuple[str | None, Decimal], ...] = ()
    others: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rate:
    """Quantity and unit price a day, before and during. Prices are of the unit, in the currency of the series."""

    unit: str
    quantity_before: Decimal
    quantity: Decimal
    price_before: Decimal | None
    price: Decimal | None
    by_usage: Decimal
    """What of the excess a day is more of it, at the price before."""
    by_price: Decimal
    """What of it is a higher price; `by_usage + by_price` is the excess of what has a unit."""
    meter: str | None = None
    """The usage type: units are never mixed."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Where the excess comes from. `missing` says in words what could not be known (no line items, no quantities).

    `excess` is a day's: what the days of the anomaly cost on average, less what the days did that they are compared with. It is
    reckoned from the bill alone, so it is near what the anomaly's figures say, and not the same. `rates` are the largest.
    """

    driver: Driver
    steps: tuple[CauseStep, ...] = ()
    rates: tuple[Rate, ...] = ()
    first_seen: date | None = None
    owner: str | None = None
    missing: tuple[str, ...] = ()
    excess: Decimal = Decimal(0)
    notes: tuple[str, ...] = ()
    """What else is known, in whole sentences without names from the bill: what it is compared with, coverage that fell."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One episode of one series. `id` is 0 and `revision` 0 until it is stored.

    `until` is the last day that was out of the band; `through` is how far the bill was complete when it was last judged, and
    `late` names the sources that were not.
    """

    series: SeriesKey
    kind: AnomalyKind
    severity: Severity
    since: date
    until: date
    through: date
    figures: Figures
    opened_at: datetime
    changed_at: datetime
    id: int = 0
    revision: int = 0
    status: Status = Status.NEW
    told: Told = Told.WAITING
    label: str | None = None
    """The account's name, where the bill has one."""
    cause: Cause | None = None
    parent: int | None = None
    """The anomaly that this one is folded into."""
    route: int | None = None
    channel: str = ""
    late: tuple[str, ...] = ()
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    claimed_by: str = ""
    snoozed_until: datetime | None = None
    expected_until: date | None = None
    remind_at: datetime | None = None
    """When somebody is to be told again because nobody acknowledged; None: never (any more)."""
    reminded: int = 0
    ending: Ending | None = None
    ended_at: datetime | None = None
    restated: str = ""
    """What changed in days that were told already, in words; empty when nothing did."""
    moved: int = 0
    """How often it was passed on to another channel: each has a message of its own, and only the newest is the living one."""
    touched: int = 0
    """How often people did something with it: who decided on an earlier count decided on something else."""

    @property
    def is_open(self) -> bool:
        """Whether it is still somebody's to do."""
        return self.status.is_open

    @property
    def excess(self) -> Money:
        """What it has cost above the expected."""
        return Money(self.figures.excess, self.series.currency)

    def money(self, amount: Decimal) -> Money:
        """An amount of this anomaly's."""
        return Money(amount, self.series.currency)

    def but(self, **changes: object) -> Self:
        """The same with something changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # dataclasses.replace checks the names itself


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of an anomaly's history. `actor` is a person's id, empty for the clock. `what` is a steady word."""

    at: datetime
    actor: str
    what: str
    note: str = ""


class FeedbackKind(StrEnum):
    """What somebody taught the detection."""

    EXPECTED = "expected"
    """The series is judged anew from `since`; until `until` it is left alone."""
    REMEMBER = "remember"
    """This amount comes again on this day of the month."""
    FALSE_POSITIVE = "false_positive"
    """The floor of this series alone is raised by `amount` a day."""
    PLANNED = "planned"
    """The days from `since` to `until` are neither judged nor learned from."""
    SNOOZE = "snooze"
    """Nothing is told of it until `until`; it is still judged and counted."""

    @property
    def word(self) -> str:
        """As people read it, within a sentence."""
        return self.value.replace("_", " ")


ROUTE = "route"
"""In the scope of a snooze: not a dimension of the bill, but whatever a route sends to its channel."""


def route_scope(route: int) -> SeriesKey:
    """The scope of everything that one route takes, in any currency."""
    return SeriesKey(((ROUTE, str(route)),), "")


@dataclass(frozen=True, slots=True)
class Feedback:
    """One lesson, in force until `until` (None: until undone). `scope` holds the series it is about, or more than one.

    `amount` is in the currency of the scope: of a false positive what its floor is raised by a day (never negative), of one to
    remember what the day of the month of `since` costs above the expected (negative for a drop).
    """

    kind: FeedbackKind
    scope: SeriesKey
    since: date
    until: date | None
    by: str
    at: datetime
    note: str = ""
    amount: Decimal = field(default=Decimal(0))
    anomaly: int | None = None
    id: int = 0
    undone_by: str = ""
    undone_at: datetime | None = None

    def is_in_force(self, day: date) -> bool:
        """Whether it counts on a day."""
        return not self.undone_by and self.since <= day and (self.until is None or day <= self.until)

    def covers(self, series: SeriesKey, route: int | None = None) -> bool:
        """Whether it is about a series, or about the route that its alerts take."""
        if self.scope.dimensions == (ROUTE,):
            return route is not None and self.scope == route_scope(route)
        return self.scope.holds(series)


@dataclass(frozen=True, slots=True)
class Suppression:
    """An alert that feedback kept back."""

    feedback: int
    series: SeriesKey
    day: date
    excess: Decimal
