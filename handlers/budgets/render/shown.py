"""One budget: how it stands, with its chart and who set it; its history; what came of setting or removing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build, tables, words
from handlers.blocks.mrkdwn import bold, escape
from handlers.blocks.tables import Grid, Number
from handlers.budgets.render import buttons, chart, lines, plain
from handlers.request import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handlers.request import Block
    from services.budgets.results import BudgetStatus, History, Settled
    from storage.model.budget import Budget, Terms, Version

PAST = ("Period", "Of", "Spent", "Share", "Came out")
CHANGES = 5
LONGEST = 5_000


def shown(found: History, *, may_set: bool) -> Reply:
    """How it stands, what was agreed, who changed it last, and a chart."""
    status = found.status
    blocks = [
        *build.sections(lead(status)),
        *build.field_sections(_fields(found)),
        *_changes(found, 3),
        build.context(*filter(None, (escape(lines.context(status)), escape(lines.silence(status, found.muted_by))))),
        *buttons.under_one(status, may_set=may_set),
    ]
    text = build.fallback(f"{lead(status)}\n{lines.context(status)}")
    return Reply(text=text, blocks=tuple(build.fitted(blocks)), chart=chart.picture(status), result=plain.history(found))


def lead(status: BudgetStatus) -> str:
    """In one line: `*web: warning.* *$10,012 of $12,000* used, day 21 of 30: 70 % of the days, 83 % of the money.`."""
    name = bold(f"{words.cut(words.clean(status.budget.name), 60)}: {lines.state(status)}.")
    if status.problem:
        return f"{name} {escape(status.problem)}"
    return f"{name} {bold(lines.used(status))} used, {escape(lines.share(status))}."


def _fields(found: History) -> list[str]:
    status, terms = found.status, found.status.terms
    said = {
        "Left": lines.left(status),
        "Forecast": lines.forecast(status),
        "Passes the amount": lines.crossing(status),
        "For": lines.subject(terms),
        "Budget": f"{words.money(terms.amount)} {terms.cadence}",
        "Told at": lines.thresholds(terms.thresholds),
    }
    fields = [f"{bold(title)}\n{escape(text)}" for title, text in said.items() if not (status.problem and title == "Left")]
    return [*fields, f"{bold('Told in')}\n{lines.channel(terms)}"]


def history(found: History, *, may_set: bool) -> Reply:
    """Every past period by the terms of its time, and every change of the terms."""
    status = found.status
    grid = Grid("Past periods, newest first", PAST, tuple(_past(each) for each in found.past), frozenset((1, 2, 3)))
    table = tables.text_table(grid) if found.past else [build.section("No period has ended since it was set.")]
    kept = (
        f"{sum(each.used.amount <= each.amount.amount for each in found.past)} of {words.plural(len(found.past), 'period')} kept"
    )
    title = f"{bold(words.cut(words.clean(status.budget.name), 60))}: {kept if found.past else 'no period has ended yet'}."
    blocks = [
        build.section(title),
        *table,
        *_changes(found, 20),
        build.context("Each past period is judged by the terms that held at its end", escape(lines.context(status))),
        *buttons.under_one(status, may_set=may_set, history=True),
    ]
    return Reply(text=build.fallback(title), blocks=tuple(build.fitted(blocks)), result=plain.history(found))


def _past(each: BudgetStatus) -> tuple[str | Number, ...]:
    amounts = Number(each.amount.amount, words.money(each.amount)), Number(each.used.amount, words.money(each.used))
    if each.problem:
        return (lines.span(each), amounts[0], words.NOTHING, words.NOTHING, "not known")
    return (lines.span(each), *amounts, Number(each.share * 100, words.per_cent(each.share)), lines.state(each))


def _changes(found: History, most: int) -> list[Block]:
    """Who changed what when, newest first."""
    said = list(_changed(found))
    more = f"\n… and {len(said) - most} changes before" if len(said) > most else ""
    return build.sections(f"{bold('Changes')}\n" + escape_lines(said[:most]) + more)


def escape_lines(said: list[str]) -> str:
    """Lines, each of them safe."""
    return "\n".join(f"• {escape(words.cut(each, 280))}" for each in said)


def _changed(found: History) -> Iterator[str]:
    before: dict[int, Terms] = {version.number: version.terms for version, _ in found.versions}
    for version, by in found.versions:
        stamp = f"{words.day(version.since)}, {words.clean(by)}"
        yield f"{stamp}: {_difference(version, before.get(version.number - 1))}"


def _difference(version: Version, was: Terms | None) -> str:
    """What a version says that the one before did not."""
    now = version.terms
    if was is None:
        return f"set to {lines.agreed(now)}" if version.number == 1 else f"became {lines.agreed(now)}"
    pairs = (
        ("", words.money(was.amount), words.money(now.amount)),
        ("", was.cadence.value, now.cadence.value),
        ("for ", lines.subject(was), lines.subject(now)),
        ("basis ", f"{was.basis} {was.charges}", f"{now.basis} {now.charges}"),
        ("told at ", lines.thresholds(was.thresholds), lines.thresholds(now.thresholds)),
        ("", "", "told elsewhere" if was.channel != now.channel else ""),
    )
    said = [f"{title}{old} → {new}" if old else new for title, old, new in pairs if old != new]
    return "; ".join(said)


def settled(found: Settled, *, may_set: bool) -> Reply:
    """What was set, how it stands, and what was decided that nobody had said."""
    status = found.status
    done = f"Budget {bold(words.cut(words.clean(status.budget.name), 60))} {'set' if found.is_new else 'changed'}"
    text = f"{done}: {escape(lines.agreed(status.terms))}. It is told at {escape(lines.thresholds(status.terms.thresholds))}"
    told = f"{text}, in {lines.channel(status.terms)}." if status.terms.channel else f"{text}; nothing is posted: no channel."
    notes = [escape(note) for note in found.notes]
    blocks = [
        *build.sections(f"{told}\n{lead(status)}"),
        build.context(*notes, escape(lines.context(status))),
        *buttons.under_one(status, may_set=may_set),
    ]
    return Reply(text=build.fallback(" ".join([told, *notes])), blocks=tuple(blocks), result=plain.status(status))


def asked_to_remove(status: BudgetStatus) -> Reply:
    """The question before a budget goes."""
    budget = status.budget
    text = f"Remove the budget {bold(words.cut(words.clean(budget.name), 60))} ({escape(lines.agreed(status.terms))})?"
    how = "In the terminal: the same words with `confirm` behind them."
    return Reply(
        text=build.fallback(text), blocks=(build.section(text), build.context(how), *build.actions([buttons.removal(budget)]))
    )


def removed(budget: Budget) -> Reply:
    """It is gone."""
    text = f"The budget {bold(words.cut(words.clean(budget.name), 60))} is removed. Nothing is posted about it any more."
    return Reply(text=build.fallback(text), blocks=(build.section(text),), result={"removed": budget.name})
