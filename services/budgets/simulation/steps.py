"""The lines of a scenario, applied in their order: each works on what the lines before it left, so no dollar is changed twice.

Pure. Amounts are of one span of days, in one currency; a negative effect saves money.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from services.budgets.simulation.usage import NOTHING, RESOURCE
from storage.model.scenario import LineKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from services.budgets.simulation.usage import Group
    from storage.model.scenario import ScenarioLine

WEEK_HOURS = Decimal(168)
WEEK_DAYS = 7
HOURS = frozenset(("hour", "hours", "hr", "hrs", "instance-hours", "instance hours", "vm hours", "vm-hours", "hourly"))
"""Units in which something is counted that runs; what is stored or sent is not."""
ONE = Decimal(1)
NOTHING_LEFT = "Nothing of that is left."


class UnknowableError(Exception):
    """The bill does not say what the line needs; its words say why."""


@dataclass(slots=True)
class Left:
    """What of a group is left by the lines so far, on the days that are looked at. A quantity of None is not known."""

    group: Group
    cost: Decimal
    quantity: Decimal | None
    is_covered: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    """The days that are looked at. `grown` is by how much a group's days cost more or less than those of the baseline."""

    days: int
    months: Decimal
    baseline_days: int
    grown: Callable[[Group], Decimal]


@dataclass(slots=True)
class Course:
    """A scenario on its way through one span of days."""

    ahead: Ahead
    left: list[Left] = field(default_factory=list)

    @classmethod
    def of(cls, groups: Sequence[Group], ahead: Ahead) -> Course:
        """Every group as it is expected without the scenario."""
        course = cls(ahead)
        for group in groups:
            scale = ahead.grown(group) * ahead.days / ahead.baseline_days
            quantity = None if group.quantity is None or group.unit is None else group.quantity * scale
            course.left.append(Left(group, group.cost * scale, quantity, group.is_committed))
        return course

    def effect(self, line: ScenarioLine) -> Decimal:
        """Apply a line; what it adds. Raises UnknowableError, and then changes nothing."""
        about = [each for each in self.left if each.group.is_in(line.filters)]
        if not any(each.cost or each.quantity for each in about) and line.kind is not LineKind.COMMIT:
            raise UnknowableError(NOTHING_LEFT if about else "Nothing was billed for that on those days.")
        before = sum((each.cost for each in about), NOTHING)
        fee = STEPS[line.kind](self, line, about)
        return sum((each.cost for each in about), NOTHING) - before + fee

    def cost_of(self, line: ScenarioLine) -> Decimal:
        """What a line's usage costs now."""
        return sum((each.cost for each in self.left if each.group.is_in(line.filters)), NOTHING)

    # Each of the steps changes what is left and returns what is paid besides.

    def stop(self, _line: ScenarioLine, about: Sequence[Left]) -> Decimal:
        """Nothing of it is used any more."""
        return _times(about, NOTHING, NOTHING)

    def grow(self, line: ScenarioLine, about: Sequence[Left]) -> Decimal:
        """More or less of it is used, at the same rates."""
        factor = ONE + (line.change or NOTHING)
        return _times(about, factor, factor)

    def schedule(self, line: ScenarioLine, about: Sequence[Left]) -> Decimal:
        """It runs so many hours a week; what runs less than that already stays as it is."""
        running = [each for each in about if is_in_hours(each.group)]
        if not running:
            raise UnknowableError("Nothing of it is counted in hours, so the bill does not show when it runs.")
        weeks = Decimal(self.ahead.baseline_days) / WEEK_DAYS
        hours = line.hours or NOTHING
        for name, each in _by_resource(running).items():
            whole = sum((part.group.quantity or NOTHING for part in each), NOTHING) / weeks
            is_known = name is not None and NOTHING < whole <= WEEK_HOURS
            factor = min(ONE, hours / (whole if is_known else WEEK_HOURS))
            _times(each, factor, factor)
        return NOTHING

    def price(self, line: ScenarioLine, about: Sequence[Left]) -> Decimal:
        """The same usage at another unit price."""
        if line.rate is None:
            return _times(about, ONE + (line.change or NOTHING), ONE)
        return _at(about, line.rate)

    def move(self, line: ScenarioLine, about: Sequence[Left]) -> Decimal:
        """The same quantity at the rate that other usage has."""
        rate = line.rate if line.rate is not None else self.rate_of(line, about)
        return _at(about, rate)

    def rate_of(self, line: ScenarioLine, about: Sequence[Left]) -> Decimal:
        """The rate of the target's usage on the days of the baseline. Raises UnknowableError."""
        unit = only_unit([each.group for each in about])
        target = [each.group for each in self.left if each.group.is_in(line.target) and each.group.unit == unit]
        quantity = sum((each.quantity or NOTHING for each in target), NOTHING)
        if not quantity:
            raise UnknowableError(f"What it would move to has nothing in {unit} on those days, so the bill knows no rate for it.")
        return sum((each.cost for each in target), NOTHING) / quantity

    def commit(self, line: ScenarioLine, about: Sequence[Left]) -> Decimal:
        """A sum a month is paid whether it is used or not, and pays for usage at a lower rate until it is spent.

        Where some of the usage is counted in hours, that is what can be committed to: nobody sells commitments for traffic.
        """
        open_to_it = [each for each in about if not each.is_covered and each.cost > 0]
        if not open_to_it and any(each.group.cost > 0 and not each.is_covered for each in about):
            raise UnknowableError(NOTHING_LEFT)
        if not open_to_it:
            raise UnknowableError("Nothing of it is paid on demand, so a commitment would cover nothing.")
        running = [each for each in open_to_it if is_in_hours(each.group)]
        open_to_it = running or open_to_it
        fee = (line.amount or NOTHING) * self.ahead.months
        if line.rate is None:
            on_demand, room = sum((each.cost for each in open_to_it), NOTHING), fee / (ONE - (line.change or NOTHING))
        else:
            only_unit([each.group for each in open_to_it])
            open_to_it = [each for each in open_to_it if each.quantity]
            on_demand, room = sum((each.quantity or NOTHING for each in open_to_it), NOTHING), fee / line.rate
        rest = ONE - min(ONE, room / on_demand)
        _times(open_to_it, rest, rest)
        return fee


STEPS: Mapping[LineKind, Callable[[Course, ScenarioLine, Sequence[Left]], Decimal]] = {
    LineKind.STOP: Course.stop,
    LineKind.GROW: Course.grow,
    LineKind.SCHEDULE: Course.schedule,
    LineKind.PRICE: Course.price,
    LineKind.MOVE: Course.move,
    LineKind.COMMIT: Course.commit,
}


def _times(about: Sequence[Left], cost: Decimal, quantity: Decimal) -> Decimal:
    for each in about:
        each.cost *= cost
        each.quantity = None if each.quantity is None else each.quantity * quantity
    return NOTHING


def _at(about: Sequence[Left], rate: Decimal) -> Decimal:
    """All that has a quantity at one rate. Raises UnknowableError where the quantities are of several units."""
    only_unit([each.group for each in about])
    for each in about:
        if each.quantity is not None:
            each.cost = each.quantity * rate
    return NOTHING


def only_unit(groups: Sequence[Group]) -> str:
    """The one unit that their quantities have. Raises UnknowableError where there is none, or more."""
    units = sorted({each.unit for each in groups if each.unit is not None and each.quantity})
    if not units:
        raise UnknowableError("Its charges have no quantity in the bill, so there is no rate.")
    if len(units) > 1:
        raise UnknowableError(
            f"Its charges are counted in several units ({', '.join(units[:4])}): narrow it to one, for example by meter."
        )
    return units[0]


def is_in_hours(group: Group) -> bool:
    """Whether it is something that runs."""
    return group.unit is not None and group.unit.strip().casefold() in HOURS and bool(group.quantity)


def _by_resource(about: Sequence[Left]) -> dict[str | None, list[Left]]:
    found: dict[str | None, list[Left]] = {}
    for each in about:
        found.setdefault(each.group.value(RESOURCE), []).append(each)
    return found
