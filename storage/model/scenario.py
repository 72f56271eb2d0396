"""Scenario: what if. Lines that change what is used or what it costs, in their order, and what they were said to bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003  # the store reads the annotations to write these nouns down
from decimal import Decimal  # noqa: TC003  # same
from enum import StrEnum

from storage.model.query import Filter  # noqa: TC001  # same


class LineKind(StrEnum):
    """What a line does to the usage that it is about."""

    STOP = "stop"
    SCHEDULE = "schedule"
    GROW = "grow"
    PRICE = "price"
    COMMIT = "commit"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """One line. `filters` say which usage it is about.

    Attributes:
        words: the line as it was written, to be shown and read again.
        change: a relative change of usage (GROW) or of the unit price (PRICE), or a discount (COMMIT): 0.2 is 20 %.
        rate: money a unit (PRICE, COMMIT, MOVE), in the currency of the usage.
        hours: hours a week that it runs (SCHEDULE).
        amount: money a month that is committed to (COMMIT).
        target: the usage whose rate is taken (MOVE); empty where the rate is given.
    """

    kind: LineKind
    words: str
    filters: tuple[Filter, ...] = ()
    change: Decimal | None = None
    rate: Decimal | None = None
    hours: Decimal | None = None
    amount: Decimal | None = None
    target: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """One amount a day from a day on: as it would go without the scenario, and as it should go with it."""

    filters: tuple[Filter, ...]
    before: tuple[Decimal, ...]
    after: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a scenario was said to bring when it was saved: for each line's own usage, and for everything."""

    since: date
    currency: str
    lines: tuple[Course, ...]
    total: Course


@dataclass(frozen=True, slots=True)
class Scenario:
    """A saved scenario. `limits` are the row limits of whoever saved it: its numbers are of those rows."""

    id: int
    name: str
    by: str
    at: datetime
    lines: tuple[ScenarioLine, ...]
    prediction: Prediction
    limits: tuple[tuple[str, tuple[str, ...]], ...] = ()
