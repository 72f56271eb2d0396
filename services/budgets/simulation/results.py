"""What a simulation says: every line with its quantity, its rate and where they are from, its effects and their bands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.model.money import Money

if TYPE_CHECKING:
    from decimal import Decimal

    from services.costs.results import Basics
    from storage.model.period import Period
    from storage.model.scenario import Scenario, ScenarioLine
    from storage.model.scope import Scope


@dataclass(frozen=True, slots=True)
class Span:
    """An amount with its band: `at_low` and `at_high` are what it is when usage goes as little, or as much, as is likely (80 %).

    A saving is smallest where usage is lowest, so what is added up is added edge by edge. Without a forecast there is no band.
    """

    expected: Money
    at_low: Money
    at_high: Money
    has_band: bool = True

    @property
    def low(self) -> Money:
        """The lower edge."""
        return min(self.at_low, self.at_high)

    @property
    def high(self) -> Money:
        """The upper edge."""
        return max(self.at_low, self.at_high)

    def __add__(self, other: Span) -> Span:
        """Both together."""
        return Span(
            self.expected + other.expected,
            self.at_low + other.at_low,
            self.at_high + other.at_high,
            has_band=self.has_band and other.has_band,
        )

    @classmethod
    def nothing(cls, currency: str) -> Span:
        """No amount."""
        zero = Money.zero(currency)
        return cls(zero, zero, zero)


@dataclass(frozen=True, slots=True)
class Meter:
    """A quantity of one unit as the bill has it, and what it cost: the rate is their mean."""

    unit: str
    quantity: Decimal
    cost: Money

    @property
    def rate(self) -> Decimal:
        """Money a unit."""
        return self.cost.amount / self.quantity


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the bill says of a line's usage on the days of the baseline.

    `meters` has a quantity a unit, the one with the most money first; none where the charges have no quantity. `committed` is the
    part of the cost that commitments cover. `new_rate` is the rate it would have; `new_rate_from` says where that is from.
    """

    cost: Money
    charges: int
    meters: tuple[Meter, ...] = ()
    committed: Money | None = None
    new_rate: Decimal | None = None
    new_rate_from: str = ""

    @property
    def meter(self) -> Meter | None:
        """The one there is; None where there are none, or several."""
        return self.meters[0] if len(self.meters) == 1 else None


@dataclass(frozen=True, slots=True)
class LineEffect:
    """What one line does after those before it. `problem`: why nothing can be said, and then it changes nothing."""

    line: ScenarioLine
    evidence: Evidence
    month_end: Span
    year: Span
    problem: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Simulation:
    """A scenario worked out now.

    Attributes:
        baseline: the days of the bill that quantities and rates are from.
        month: from tomorrow through the end of the month; None on its last day.
        year: the 365 days from tomorrow on.
        month_before, year_before: what everything is expected to cost without it: the whole month, and those 365 days.
        left_out: money in other currencies that was not looked at.
    """

    lines: tuple[LineEffect, ...]
    currency: str
    baseline: Period
    month: Period | None
    year: Period
    month_before: Span
    year_before: Span
    basics: Basics
    said: str = ""
    left_out: tuple[Money, ...] = ()

    @property
    def month_effect(self) -> Span:
        """All lines together, by the end of the month. Each dollar is changed once by each line, in their order."""
        return self._sum([each.month_end for each in self.lines])

    @property
    def year_effect(self) -> Span:
        """All lines together, in twelve months."""
        return self._sum([each.year for each in self.lines])

    @property
    def month_after(self) -> Span:
        """What the month is expected to cost with it."""
        return self.month_before + self.month_effect

    @property
    def year_after(self) -> Span:
        """What twelve months are expected to cost with it."""
        return self.year_before + self.year_effect

    def _sum(self, spans: list[Span]) -> Span:
        total = Span.nothing(self.currency)
        for each in spans:
            total = total + each
        return total


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved scenario, who saved it by name, and how it would be worked out now."""

    scenario: Scenario
    by: str
    simulation: Simulation | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """What was said against what was billed, for one line's usage or for everything, on the days that are complete since.

    `realised` is how much of the predicted change came (1 = all of it); None where none was predicted.
    """

    words: str
    without: Money
    predicted: Money
    billed: Money
    realised: Decimal | None


@dataclass(frozen=True, slots=True)
class Scored:
    """A scenario scored. `days` None: no whole day has passed since it was saved. `scope`: whose rows the numbers are of."""

    saved: Saved
    days: Period | None
    lines: tuple[Score, ...] = ()
    total: Score | None = None
    scope: Scope | None = None
