"""Saved scenarios: kept, listed, side by side, and scored against what was billed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build, tables, words
from handlers.blocks.mrkdwn import bold, escape
from handlers.blocks.tables import Grid
from handlers.budgets.render.scenario_json import plain, score
from handlers.budgets.render.scenarios import EXAMPLES, NAME_LENGTH, amount, context, simulation
from handlers.request import Reply
from storage.model.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.budgets.simulation.results import Saved, Score, Scored, Simulation

SCORES = ("Line", "Without it", "Said", "Billed", "Came true")
COMPARED = ("Scenario", "This month", "12 months", "From", "To", "Without it")


def saved(found: Saved) -> Reply:
    """It is kept; what it said is what it is scored against."""
    name = bold(words.cut(found.scenario.name, NAME_LENGTH))
    text = f"Saved as {name}. `/budget simulate score {escape(found.scenario.name)}` tells later what came of it."
    shown = simulation(found.simulation, may_save=False, title=found.scenario.name) if found.simulation else None
    blocks = (*build.sections(text), *(shown.blocks if shown else ()))
    return Reply(text=build.fallback(text), blocks=tuple(build.fitted(blocks)), result=shown.result if shown else None)


def listing(found: Sequence[Saved]) -> Reply:
    """Every saved scenario in a line."""
    text = bold(words.plural(len(found), "scenario")) if found else "No scenarios are saved yet."
    rows = [f"• {bold(each.scenario.name)} {escape(_said(each))}" for each in found]
    how = f"For example: `/budget simulate {EXAMPLES[2]}`, then `/budget simulate save more-s3 {EXAMPLES[2]}`."
    blocks = (*build.sections("\n".join([text, *rows])), build.context(how))
    result = {
        "scenarios": [{"name": each.scenario.name, "lines": [line.words for line in each.scenario.lines]} for each in found]
    }
    return Reply(text=build.fallback(text), blocks=tuple(build.fitted(blocks)), result=result)


def _said(each: Saved) -> str:
    return f"{_words(each, 300)} (saved by {words.clean(each.by)} on {words.day(each.scenario.at.date())})"


def compared(found: Sequence[Saved]) -> Reply:
    """Scenarios side by side, all worked out with the bill as it is now."""
    worked = [(each, each.simulation) for each in found if each.simulation is not None]
    rows = tuple((each.scenario.name, *_cells(now)) for each, now in worked)
    is_mixed = len({now.currency for _, now in worked}) > 1
    best = None if is_mixed else min(worked, key=lambda pair: pair[1].year_effect.expected.amount, default=None)
    said = f"{bold(best[0].scenario.name)} costs least in twelve months." if best else "Currencies are not compared."
    lines = [f"{bold(each.scenario.name)}: {escape(_words(each, 600))}" for each in found]
    table = tables.text_table(Grid("Scenarios", COMPARED, rows, frozenset((1, 2, 3, 4, 5))))
    below = escape(context(worked[0][1])) if worked else ""
    blocks = (build.section(said), *table, *build.sections("\n".join(lines)), build.context(below))
    result = {"scenarios": [{"name": each.scenario.name, **plain(now)} for each, now in worked]}
    return Reply(text=build.fallback(said), blocks=tuple(build.fitted(blocks)), result=result)


def _cells(now: Simulation) -> tuple[str, ...]:
    """The effect this month and in a year, the edges of its band, and what the year is expected to cost without it."""
    year = now.year_effect
    edges = (words.money(year.low, sign=True), words.money(year.high, sign=True)) if year.has_band else (words.NOTHING,) * 2
    month = amount(now.month_effect) if now.month else words.NOTHING
    return (month, amount(year), *edges, words.money(now.year_before.expected))


def _words(each: Saved, most: int) -> str:
    return words.cut("; ".join(line.words for line in each.scenario.lines), most)


def scored(found: Scored) -> Reply:
    """What was said against what was billed since."""
    name, day = bold(words.cut(found.saved.scenario.name, NAME_LENGTH)), words.day(found.saved.scenario.at.date())
    if found.days is None or found.total is None:
        text = f"{name} was saved on {day}: no whole day has passed since, so nothing can be scored yet."
        return Reply(text=build.fallback(text), blocks=(build.section(text),), result={"days": 0})
    lead = f"{name}, {escape(words.period(found.days))}: {_verdict(found)}"
    rows = (*(_row(each.words, each) for each in found.lines), _row("Everything", found.total))
    table = tables.text_table(Grid("Said and billed", SCORES, rows, frozenset((1, 2, 3, 4))))
    rows_of = f"; both of {words.clean(found.scope.text())} only" if found.scope and found.scope.is_limited else ""
    below = f"Said on {day} by {words.clean(found.saved.by)}; billed: effective, gross, complete days only{rows_of}"
    note = "Lines may share usage, so they need not add up to everything."
    blocks = (*build.sections(lead), *table, build.context(escape(below), note))
    result = {"days": found.days.days, "total": score(found.total), "lines": [score(each) for each in found.lines]}
    return Reply(text=build.fallback(lead), blocks=tuple(build.fitted(blocks)), result=result)


def _verdict(found: Scored) -> str:
    said = [each for each in found.lines if each.realised is not None]
    without = Money.total((each.without - each.billed for each in said), found.lines[0].billed.currency)
    promised = Money.total((each.without - each.predicted for each in said), found.lines[0].billed.currency)
    ratio = without.ratio(promised)
    if ratio is None:
        return "no change was said."
    change = words.money(-promised, sign=True)
    return f"{bold(words.per_cent(ratio))} of the change that was said ({escape(change)}) has come."


def _row(name: str, each: Score) -> tuple[str, ...]:
    amounts = (words.money(each.without), words.money(each.predicted), words.money(each.billed))
    return (name, *amounts, words.per_cent(each.realised))


def removed(name: str) -> Reply:
    """It is gone."""
    text = f"The scenario {bold(words.cut(name, NAME_LENGTH))} is removed."
    return Reply(text=build.fallback(text), blocks=(build.section(text),), result={"removed": name})
