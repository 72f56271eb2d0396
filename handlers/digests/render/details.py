"""What stands behind a digest, for its thread: all that moved, the budgets and the anomalies, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build, limits, tables, words
from handlers.blocks.mrkdwn import bold, escape
from handlers.blocks.tables import Grid, Number
from handlers.digests.render import outlook
from handlers.digests.render.issue import anomaly, foot_of
from handlers.request import Reply

if TYPE_CHECKING:
    from handlers.blocks.tables import Cell
    from handlers.request import Block
    from services.costs.results import Mover, MoverSection
    from services.digests.results import DigestAnswer

ANOMALIES, CURRENCIES = 20, 2
PAGE = 10


def details(answer: DigestAnswer) -> Reply:
    """The message in the thread."""
    grids = [_grid(section, answer) for section in answer.movers[:CURRENCIES] if section.movers]
    notes = [*_anomalies(answer), *outlook.details(answer)]
    foot = [escape(line) for line in foot_of(answer)]
    tail: list[Block] = [*(build.sections("\n".join(notes)) if notes else []), build.context(*foot)]
    lead = (
        f"{bold('Behind the numbers')}: {escape(words.period(answer.spans.days))} and {escape(words.period(answer.spans.before))}"
    )
    head = build.sections(lead)
    native = [tables.data_table(each, PAGE) for each in grids[: limits.MESSAGE_TABLES]]
    plain = [block for each in grids for block in tables.text_table(each)]
    return Reply(
        text=build.fallback("\n".join([lead, *notes, *foot])),
        blocks=tuple(build.fitted([*head, *native, *tail], characters=limits.MESSAGE_CHARACTERS)),
        plain=tuple(build.fitted([*head, *plain, *tail], characters=limits.MESSAGE_CHARACTERS)),
    )


def _grid(section: MoverSection, answer: DigestAnswer) -> Grid:
    spans = f"{words.period(answer.spans.before)} to {words.period(answer.spans.days)}"
    rows = [_row(each) for each in section.movers]
    rest: tuple[Cell, ...] = ("(everything else)", "", "", Number(section.rest.amount, words.money(section.rest, sign=True)))
    total = ("Total", *_amounts(section))
    shown = [*rows, *([rest] if section.rest else []), total]
    return Grid(f"What moved from {spans}", ("Service", "Before", "After", "Change"), tuple(shown), frozenset({1, 2, 3}))


def _row(each: Mover) -> tuple[Cell, ...]:
    name = words.cut_middle(words.key_words(each.key, each.label), 60)
    return (name, *_amounts(each))


def _amounts(each: Mover | MoverSection) -> tuple[Cell, ...]:
    change = Number(each.change.amount, words.change(each.after, each.before))
    return (Number(each.before.amount, words.money(each.before)), Number(each.after.amount, words.money(each.after)), change)


def _anomalies(answer: DigestAnswer) -> list[str]:
    if not answer.anomalies:
        return []
    shown = [f"• {anomaly(each)}" for each in answer.anomalies[:ANOMALIES]]
    left = len(answer.anomalies) - ANOMALIES
    return [bold("Open anomalies"), *shown, *([f"and {left} more: `/anomalies`"] if left > 0 else [])]
