"""From the bill's usage and where it is heading to what every line does, by the end of the month and in twelve months. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from services.budgets.simulation.paths import YEAR_DAYS
from services.budgets.simulation.results import Evidence, LineEffect, Meter, Span
from services.budgets.simulation.steps import Ahead, Course, UnknowableError, is_in_hours, only_unit
from services.budgets.simulation.usage import NOTHING, RESOURCE
from storage.model.money import Money
from storage.model.scenario import LineKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from services.budgets.simulation.paths import Path
    from services.budgets.simulation.usage import Group
    from storage.model.period import Period
    from storage.model.scenario import ScenarioLine

CENT = Decimal("0.01")
ONE = Decimal(1)
MONTHS = Decimal(12)
EDGES = 3
RATED = (LineKind.PRICE, LineKind.MOVE, LineKind.COMMIT)
IN_USE = (LineKind.STOP, LineKind.SCHEDULE)
HOURS_ALONE = "Only what is counted in hours is covered by it."
BY_THE_MONTH = "Coverage is reckoned by the month: hours in which less runs than is committed to are not seen."
STILL_PAID = "{part} of it is covered by commitments, which go on being paid unless something else uses them."
UNCOUNTED = "{part} of it has no quantity in the bill and stays as it is."
NOT_IN_HOURS = "What is not counted in hours (storage, traffic) stays as it is."
NO_RESOURCES = "The bill names no resources on those days."


@dataclass(frozen=True, slots=True)
class Known:
    """What the outcome is made of: one currency's groups, the lines with their filters resolved, and a path for each line."""

    groups: tuple[Group, ...]
    lines: tuple[ScenarioLine, ...]
    paths: tuple[Path, ...]
    currency: str
    baseline: Period
    month: Period | None
    month_days: int
    """Days of the calendar month."""
    names_resources: bool = True

    def of(self, line: ScenarioLine) -> tuple[Group, ...]:
        """The groups of a line's usage."""
        return tuple(each for each in self.groups if each.is_in(line.filters))

    def mean(self, line: ScenarioLine) -> Decimal:
        """What its usage cost a day of the baseline."""
        return sum((each.cost for each in self.of(line)), NOTHING) / self.baseline.days


def effects(known: Known) -> tuple[LineEffect, ...]:
    """Every line, in order."""
    year = _outcomes(known, YEAR_DAYS, MONTHS, lambda path: path.year)
    days = known.month.days if known.month else 0
    month = _outcomes(known, days, Decimal(days) / known.month_days, lambda path: path.month) if days else None
    return tuple(_line(known, at, line, month, year) for at, line in enumerate(known.lines))


Outcome = Decimal | str
"""What a line adds, or why that is not known."""


def _outcomes(
    known: Known, days: int, months: Decimal, band: Callable[[Path], tuple[Decimal, Decimal]]
) -> list[tuple[Outcome, Outcome, Outcome]]:
    """Each line at the expected course of its usage, and at both edges of its band."""
    runs = [_run(known, days, months, lambda path, at=at: (ONE, *band(path))[at]) for at in range(EDGES)]  # type: ignore[misc]  # a bound default
    return list(zip(*runs, strict=True))


def _run(known: Known, days: int, months: Decimal, edge: Callable[[Path], Decimal]) -> list[Outcome]:
    """All lines once through, on the course that one edge of the bands gives."""
    grown = {group: _grown(known, group, days, edge) for group in known.groups}
    course = Course.of(known.groups, Ahead(days, months, known.baseline.days, grown.__getitem__))
    found: list[Outcome] = []
    for line in known.lines:
        try:
            found.append(course.effect(line))
        except UnknowableError as error:
            found.append(str(error))
    return found


def _grown(known: Known, group: Group, days: int, edge: Callable[[Path], Decimal]) -> Decimal:
    """By how much a group's days will cost more or less than those of the baseline: as its first line's usage does."""
    at = next((at for at, line in enumerate(known.lines) if group.is_in(line.filters)), None)
    mean = known.mean(known.lines[at]) if at is not None else NOTHING
    if at is None or not mean:
        return ONE
    return known.paths[at].sum(days) / days / mean * edge(known.paths[at])


def _line(
    known: Known,
    at: int,
    line: ScenarioLine,
    month: list[tuple[Outcome, Outcome, Outcome]] | None,
    year: list[tuple[Outcome, Outcome, Outcome]],
) -> LineEffect:
    evidence = _evidence(known, line)
    problem = next((each for each in year[at] if isinstance(each, str)), "")
    if problem and any(each.dimension == RESOURCE for each in line.filters) and not known.names_resources:
        problem = NO_RESOURCES
    has_band = known.paths[at].has_band
    spans = (_span(outcomes[at], known.currency, has_band=has_band) if outcomes else None for outcomes in (month, year))
    month_end, in_a_year = (each or Span.nothing(known.currency) for each in spans)
    return LineEffect(line, evidence, month_end, in_a_year, problem, () if problem else tuple(_notes(known, line, evidence)))


def _span(outcomes: tuple[Outcome, Outcome, Outcome], currency: str, *, has_band: bool) -> Span | None:
    """The amounts to the cent; None where they are not known."""
    amounts = [each for each in outcomes if isinstance(each, Decimal)]
    if len(amounts) < EDGES:
        return None
    expected, low, high = (Money(each.quantize(CENT), currency) for each in amounts)
    return Span(expected, low, high, has_band=has_band)


def _evidence(known: Known, line: ScenarioLine) -> Evidence:
    """Quantities and rates as the bill has them; none where it has none."""
    groups = known.of(line)
    meters = _meters(groups, known.currency)
    committed = sum((each.cost for each in groups if each.is_committed), NOTHING)
    new_rate, new_rate_from = _new_rate(known, line, meters[0].rate if len(meters) == 1 else None)
    return Evidence(
        cost=Money(sum((each.cost for each in groups), NOTHING), known.currency),
        charges=sum(each.charges for each in groups),
        meters=meters,
        committed=Money(committed, known.currency) if committed else None,
        new_rate=new_rate,
        new_rate_from=new_rate_from,
    )


def _meters(groups: tuple[Group, ...], currency: str) -> tuple[Meter, ...]:
    found: dict[str, Meter] = {}
    for each in groups:
        if each.unit is not None and each.quantity:
            known = found.get(each.unit, Meter(each.unit, NOTHING, Money.zero(currency)))
            found[each.unit] = Meter(each.unit, known.quantity + each.quantity, known.cost + Money(each.cost, currency))
    whole = (each for each in found.values() if each.quantity)
    return tuple(sorted(whole, key=lambda each: (-abs(each.cost.amount), each.unit)))


def _new_rate(known: Known, line: ScenarioLine, rate: Decimal | None) -> tuple[Decimal | None, str]:
    """The rate that a line leads to, and where it is from."""
    if line.kind not in RATED:
        return None, ""
    if line.rate is not None:
        return line.rate, "as given"
    if line.kind is not LineKind.MOVE:
        sign = -ONE if line.kind is LineKind.COMMIT else ONE
        return (rate * (ONE + sign * line.change), "the bill's rate, changed as given") if rate and line.change else (None, "")
    try:
        unit = only_unit(known.of(line))
    except UnknowableError:
        return None, ""
    target = [each for each in known.groups if each.is_in(line.target) and each.unit == unit and each.quantity]
    quantity = sum((each.quantity or NOTHING for each in target), NOTHING)
    return (sum((each.cost for each in target), NOTHING) / quantity, "the bill, same days") if quantity else (None, "")


def _notes(known: Known, line: ScenarioLine, evidence: Evidence) -> list[str]:
    """What somebody would trip over."""
    notes = []
    if line.kind in IN_USE and evidence.committed is not None and evidence.committed.amount > 0:
        notes.append(STILL_PAID.format(part=_part(evidence.committed.amount, evidence.cost.amount)))
    uncounted = sum((each.cost for each in known.of(line) if each.unit is None or not each.quantity), NOTHING)
    if line.rate is not None or line.target:
        notes += [UNCOUNTED.format(part=_part(uncounted, evidence.cost.amount))] if uncounted else []
    if line.kind is LineKind.SCHEDULE:
        notes.append(NOT_IN_HOURS)
    if line.kind is LineKind.COMMIT:
        notes += [HOURS_ALONE] if len({is_in_hours(each) for each in known.of(line) if each.quantity}) > 1 else []
        notes.append(BY_THE_MONTH)
    return notes


def _part(part: Decimal, whole: Decimal) -> str:
    return f"{part / whole:.0%}".replace("%", " %") if whole else "A part"
