"""App Home's blocks: this month, how fresh that is, what to ask, and who I am here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build, outlook, words
from handlers.blocks.mrkdwn import bold, escape
from services.access.results import Role
from storage.model.anomaly import AnomalyKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from handlers.request import Block
    from services.access.results import Person
    from services.anomalies.results import Listing
    from services.costs.results import CostRow, KeyFigure, KeyFigures, Section
    from services.summary.results import MonthSummary
    from storage.model.anomaly import Anomaly

EXAMPLES = ("cost by service last month", "cost by team vs last month", "cost trend 30d", "cost movers", "cost forecast")
"""Words that work after a mention, in a direct message and after /tuppence, whatever prefix the commands have."""
MAY = {
    Role.VIEWER: "You can ask, compare, export and share.",
    Role.ANALYST: "You can ask, compare, export and share, and use what analysts use.",
    Role.OPERATOR: "You can do everything an analyst can, and act on what is found.",
    Role.ADMIN: "You can do everything, and give roles with `/tuppence role set`.",
}
LARGEST, LONGEST_NAME = 5, 60
BUDGETS = 2
ALERTS = 3


def home(month: MonthSummary, person: Person, today: date, alerts: Listing | None = None) -> Block:
    """The whole view. `alerts` are the open anomalies that the person may see."""
    line = build.divider()
    known = [*_month(month), *_freshness(month.figures, today), *_alerts(alerts)]
    return build.home([*known, line, *_examples(), line, _me(person)])


def hello() -> tuple[str, list[Block]]:
    """What the person who invited me is told: the fallback text and the blocks."""
    text = f"Thank you for inviting me. Ask here with `@tuppence {EXAMPLES[0]}`: I answer in a thread that all here can read."
    return build.fallback(text), build.sections(text)


def _month(month: MonthSummary) -> list[Block]:
    figures = month.figures
    if not figures.figures:
        return [build.header("No cost yet"), build.section(_nothing(figures))]
    blocks = [build.header(f"This month: {words.period(figures.days)}")]
    for figure in figures.figures:
        blocks += build.field_sections([*_figure(figure, figures), *_ahead(figure, month), *_net(figure)])
    for section in figures.top:
        blocks += _largest(section)
    return blocks


def _nothing(figures: KeyFigures) -> str:
    if figures.basics.completeness.through is None and not figures.basics.query.scope.is_limited:
        return "No bill has been read yet. An admin reads one in with `tuppence ingest`."
    return "There is no cost this month in what you may see."


def _figure(figure: KeyFigure, figures: KeyFigures) -> Sequence[str]:
    """Texts in two columns; the comparison is with the same number of days."""
    change = words.change(figure.to_date, figure.previous)
    against = f"{change} against {words.period(figures.compared)}" if change else ""
    return [
        f"{bold('Month to date')}\n{escape(words.money(figure.to_date))}\n{escape(against)}".strip(),
        f"{bold('Last month')}\n{escape(words.money(figure.last_month)) if figure.last_month is not None else 'not known'}",
        f"{bold('A day, lately')}\n{escape(words.money(figure.run_rate))}",
    ]


def _ahead(figure: KeyFigure, month: MonthSummary) -> list[str]:
    """Where the month will end, how sure that is, and what budgets that uses; without a forecast, what the pace implies."""
    found = month.outlook(figure.to_date.currency)
    if found is None or found.whole.inner is None or month.forecast is None:
        return [f"{bold('To come at that pace')}\n{escape(words.money(figure.remaining))}"]
    said = {"Forecast": outlook.ends(month.forecast, found.whole), "Confidence": outlook.confidence(found.whole)}
    budgets = [each for each in month.budgets if each.amount.currency == found.currency][:BUDGETS]
    said |= {"Budget": "; ".join(outlook.budget(each, found.whole) for each in budgets)} if budgets else {}
    return [f"{bold(title)}\n{escape(text)}" for title, text in said.items()]


def _net(figure: KeyFigure) -> list[str]:
    """What the invoice will say, where that is another number."""
    if figure.net == figure.to_date:
        return []
    return [f"{bold('Net: with credits, refunds and tax')}\n{escape(words.money(figure.net))}"]


def _largest(section: Section) -> list[Block]:
    if not section.rows:
        return []
    lines = [_row(row) for row in section.rows[:LARGEST]]
    return build.sections("\n".join([bold("Largest services"), *lines]))


def _row(row: CostRow) -> str:
    name = words.cut_middle(words.key_words(row.key, row.label), LONGEST_NAME)
    said = [name, words.money(row.amount), words.change(row.amount, row.previous)]
    return escape(" · ".join(filter(None, said)))


def _freshness(figures: KeyFigures, today: date) -> list[Block]:
    basics = figures.basics
    is_unknown = basics.query.scope.is_limited and not basics.completeness.sources
    said = ["" if is_unknown else words.freshness(basics.completeness, today), words.basis_words(basics.query)]
    said += [words.missing_words(each) for each in basics.missing]
    return [build.context(escape(" · ".join(filter(None, said))), *(escape(rate) for rate in basics.rates))]


def _alerts(listing: Listing | None) -> list[Block]:
    """How many are open, and the largest; nothing before the first day was judged."""
    if listing is None or listing.judged.through is None:
        return []
    count = len(listing.anomalies)
    through = f"judged through {words.day(listing.judged.through)}"
    if not count:
        return [build.section(f"{bold('No open anomalies')}, {through}.")]
    title = bold(words.plural(count, "open anomaly", "open anomalies"))
    lines = [f"• {_alert(each)}" for each in listing.anomalies[:ALERTS]]
    return build.sections("\n".join([f"{title}, {through}: `@tuppence anomalies` lists them.", *lines]))


def _alert(anomaly: Anomaly) -> str:
    name = words.cut_middle(words.key_words(dict(anomaly.series.parts), anomaly.label), LONGEST_NAME)
    away = "no data" if anomaly.kind is AnomalyKind.SILENCE else f"{words.money(anomaly.excess, sign=True)} so far"
    return escape(f"{anomaly.id} · {anomaly.severity.word}: {name}, {away}, {anomaly.status.word}")


def _examples() -> list[Block]:
    lines = "\n".join(f"• `@tuppence {example}`" for example in EXAMPLES)
    return build.sections(f"{bold('Ask in a channel, or write to me here without my name')}\n{lines}")


def _me(person: Person) -> Block:
    limits = f"You see {person.scope.text()} only." if person.scope.is_limited else ""
    return build.context(f"You are {bold(person.role.word)}. {MAY.get(person.role, '')} {escape(limits)}".strip())
