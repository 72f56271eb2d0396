"""Simulations: worked out from the bill, saved by name, compared, and scored against what was billed since."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from services.budgets.simulation.baseline import baseline
from services.budgets.simulation.outcome import Known, effects
from services.budgets.simulation.paths import YEAR_DAYS, Path, path
from services.budgets.simulation.results import Saved, Score, Scored, Simulation, Span
from services.costs.exact import exactly
from services.errors import NotFoundError, UsageError
from storage.budgets import folded
from storage.model.audit import Entry, Origin
from storage.model.errors import DataError
from storage.model.money import Money
from storage.model.period import DAY, Period, utc_today
from storage.model.query import CostQuery
from storage.model.scenario import Course, Prediction, Scenario
from storage.model.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import date

    from services.access.background import Background
    from services.access.results import Person
    from services.budgets.ahead import Forecasting
    from services.budgets.simulation.baseline import Baseline
    from services.clock import Clock
    from services.costs.service import Costs
    from storage.model.query import Filter
    from storage.model.scenario import ScenarioLine
    from storage.scenarios import ScenarioStore

MOST_LINES, LONGEST_NAME, LIKENESS = 12, 60, 60
CENT = Decimal("0.01")
NOTHING = Decimal(0)
NOWHERE = Origin()


class Simulations:
    """What a change would do. Every method may raise NotFoundError (a filter names nothing) or StoreError."""

    def __init__(
        self,
        store: ScenarioStore,
        costs: Costs,
        forecasts: Forecasting,
        background: Background,
        clock: Clock,
        names: Callable[[str], Awaitable[str]],
    ) -> None:
        self._store, self._costs, self._forecasts = store, costs, forecasts
        self._background, self._clock, self._names = background, clock, names

    async def simulate(self, lines: Sequence[ScenarioLine], scope: Scope) -> Simulation:
        """What the lines do, in their order, to what the asker may see. Raises UsageError for none, or too many."""
        return (await self._worked_out(lines, scope))[0]

    async def _worked_out(self, lines: Sequence[ScenarioLine], scope: Scope) -> tuple[Simulation, Known, Path]:
        if not 1 <= len(lines) <= MOST_LINES:
            raise UsageError(f"A scenario has 1 to {MOST_LINES} lines.", "Separate them with semicolons.", field="lines")
        today = utc_today(self._clock())
        query = CostQuery(Period(today, today + DAY), scope=scope)
        found = await self._costs.reader.run(lambda book: baseline(book, query, lines))
        currency = _currency(found)
        mean = found.totals.get(currency, NOTHING) / found.days.days
        paths = await asyncio.gather(*(self._path(found, line, currency, today) for line in found.lines))
        everything = await path(self._forecasts, found.basics.query, currency, mean, found.through, today)
        known = _known(found, currency, paths, today)
        with exactly():
            return _simulation(found, known, everything, today), known, everything

    async def _path(self, found: Baseline, line: ScenarioLine, currency: str, today: date) -> Path:
        groups = [each for each in found.groups.get(currency, ()) if each.is_in(line.filters)]
        mean = sum((each.cost for each in groups), NOTHING) / found.days.days
        return await path(self._forecasts, found.basics.query.but(filters=line.filters), currency, mean, found.through, today)

    async def save(self, actor: Person, name: str, lines: Sequence[ScenarioLine], origin: Origin = NOWHERE) -> Saved:
        """Keep a scenario with what it says now. Raises UsageError: the name is taken, or nothing can be said of a line."""
        name = " ".join(name.split())
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise UsageError(f"A scenario needs a name of 1 to {LONGEST_NAME} characters.", field="name")
        simulation, known, everything = await self._worked_out(lines, actor.scope)
        unknown = next((each for each in simulation.lines if each.problem), None)
        if unknown is not None:
            raise UsageError(f"Nothing can be said of “{unknown.line.words[:80]}”: {unknown.problem}", field="lines")
        now = self._clock()
        with exactly():
            said = _prediction(simulation, known, everything, utc_today(now))
        kept = tuple(each.line for each in simulation.lines)
        scenario = Scenario(0, name, actor.id, now, kept, said, actor.scope.limits)
        entry = Entry(now, actor.id, "scenario.save", name, "done", "; ".join(each.words for each in lines)[:200], origin)
        try:
            stored = await self._background(self._store.save, scenario, entry)
        except DataError as error:
            raise UsageError(error.sentence, error.remedy, field="name") from error
        return Saved(stored, actor.name, simulation)

    async def all(self, scope: Scope) -> tuple[Saved, ...]:
        """The scenarios that somebody may see: those whose numbers are of no row beyond their own."""
        found = [each for each in await self._background(self._store.all) if _may_see(each, scope)]
        return tuple([Saved(each, await self._names(each.by)) for each in found])

    async def find(self, name: str, scope: Scope) -> Saved:
        """One by its name, as it was saved. Raises NotFoundError naming the nearest."""
        found = {folded(each.scenario.name): each for each in await self.all(scope)}
        known = found.get(folded(name))
        if known is None:
            near = process.extractOne(folded(name), list(found), scorer=fuzz.WRatio, score_cutoff=LIKENESS)
            advice = (
                f"Did you mean “{found[near[0]].scenario.name}”?" if near else "`/budget simulate list` names those there are."
            )
            raise NotFoundError(f"There is no scenario “{name[:60]}”.", advice)
        return known

    async def now(self, saved: Saved, scope: Scope) -> Saved:
        """The same lines worked out with the bill as it is now."""
        return replace(saved, simulation=await self.simulate(saved.scenario.lines, scope))

    async def remove(self, actor: Person, saved: Saved, origin: Origin = NOWHERE) -> None:
        """Forget one. Raises NotFoundError when somebody was quicker."""
        entry = Entry(self._clock(), actor.id, "scenario.remove", saved.scenario.name, "done", origin=origin)
        if not await self._background(self._store.remove, saved.scenario.id, entry):
            raise NotFoundError(f"The scenario “{saved.scenario.name}” was removed already.")

    async def score(self, saved: Saved) -> Scored:
        """What was said when it was saved against what was billed since, on whole days, on the rows that it was said of."""
        said, today, scope = saved.scenario.prediction, utc_today(self._clock()), Scope(saved.scenario.limits)
        query = CostQuery(Period(min(said.since, today), today + DAY), scope=scope)
        through = (await self._costs.breakdown(query)).basics.completeness.through
        last = min(through, said.since + DAY * (YEAR_DAYS - 1)) if through else None
        if last is None or last < said.since:
            return Scored(saved, None, scope=scope)
        days = Period(said.since, last + DAY)
        billed = await asyncio.gather(
            *(self._billed(query.but(period=days, filters=each.filters), said.currency) for each in (*said.lines, said.total))
        )
        words = [line.words for line in saved.scenario.lines]
        scores = [
            _score(word, course, days.days, money)
            for word, course, money in zip([*words, ""], (*said.lines, said.total), billed, strict=True)
        ]
        return Scored(saved, days, tuple(scores[:-1]), scores[-1], scope)

    async def _billed(self, query: CostQuery, currency: str) -> Money:
        """What was billed; nothing where its filters name nothing any more, because it was stopped."""
        try:
            answer = await self._costs.breakdown(query)
        except NotFoundError:
            return Money.zero(currency)
        return next((each.total for each in answer.sections if each.currency == currency), Money.zero(currency))


def _currency(found: Baseline) -> str:
    """The currency of most of the usage that lines are about, else of most of the bill."""
    sizes = {currency: sum(abs(each.cost) for each in groups) for currency, groups in found.groups.items()}
    sizes = sizes or {currency: abs(amount) for currency, amount in found.totals.items()}
    return max(sizes, key=lambda each: sizes[each], default="USD")


def _known(found: Baseline, currency: str, paths: Sequence[Path], today: date) -> Known:
    month = Period.month(today)
    return Known(
        groups=found.groups.get(currency, ()),
        lines=found.lines,
        paths=tuple(paths),
        currency=currency,
        baseline=found.days,
        month=Period(today + DAY, month.end) if today < month.last else None,
        month_days=month.days,
        names_resources=found.names_resources,
    )


def _simulation(found: Baseline, known: Known, everything: Path, today: date) -> Simulation:
    currency = known.currency
    days = known.month.days if known.month else 0
    others = {each: groups for each, groups in found.groups.items() if each != currency}
    return Simulation(
        lines=effects(known),
        currency=currency,
        baseline=found.days,
        month=known.month,
        year=Period(today + DAY, today + DAY * (YEAR_DAYS + 1)),
        month_before=_whole(
            found.month.get(currency, NOTHING),
            everything.until_today + everything.sum(days),
            everything,
            everything.month,
            currency,
        ),
        year_before=_whole(NOTHING, everything.sum(YEAR_DAYS), everything, everything.year, currency),
        basics=found.basics,
        said=everything.said,
        left_out=tuple(Money(sum((each.cost for each in groups), NOTHING), name) for name, groups in sorted(others.items())),
    )


def _whole(settled: Decimal, ahead: Decimal, path: Path, band: tuple[Decimal, Decimal], currency: str) -> Span:
    expected, low, high = (Money((settled + ahead * edge).quantize(CENT), currency) for edge in (Decimal(1), *band))
    return Span(expected, low, high, has_band=path.has_band)


def _prediction(simulation: Simulation, known: Known, everything: Path, today: date) -> Prediction:
    """A day's amounts for a year, with and without: the effect lies on the days as the usage does."""
    courses = [
        _course(each.line.filters, path, each.year.expected.amount)
        for each, path in zip(simulation.lines, known.paths, strict=True)
    ]
    total = _course((), everything, simulation.year_effect.expected.amount)
    return Prediction(today + DAY, simulation.currency, tuple(courses), total)


def _course(filters: tuple[Filter, ...], path: Path, effect: Decimal) -> Course:
    whole = path.sum(YEAR_DAYS)
    parts = [each / whole if whole else Decimal(1) / YEAR_DAYS for each in path.daily]
    after = tuple((each + effect * part).quantize(CENT) for each, part in zip(path.daily, parts, strict=True))
    return Course(filters, tuple(each.quantize(CENT) for each in path.daily), after)


def _score(words: str, course: Course, days: int, billed: Money) -> Score:
    without, predicted = (Money(sum(each[:days], NOTHING), billed.currency) for each in (course.before, course.after))
    promised = (without - predicted).amount
    realised = ((without - billed).amount / promised).quantize(Decimal("0.0001")) if promised else None
    return Score(words, without, predicted, billed, realised)


def _may_see(scenario: Scenario, scope: Scope) -> bool:
    """Whether its numbers are of no row that the scope hides."""
    mine = dict(scenario.limits)
    return all(name in mine and set(mine[name]) <= set(values) for name, values in scope.limits)
