"""The bare question: how this month is going, against the same days of the last one, and where it is heading."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.blocks import outlook, words
from handlers.blocks.frame import SECTIONS, Content, reply
from handlers.costs.render import buttons, charts, lines, mapping
from handlers.costs.render.breakdown import is_empty
from handlers.costs.render.listing import listing
from services.summary.results import MonthSummary
from storage.model.query import Granularity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.blocks.frame import Listing
    from handlers.request import Reply
    from services.costs.results import KeyFigure, KeyFigures
    from storage.model.query import CostQuery

_OF_A_PART = ("Same days last month", "Rest of the month", "Whole month")
"""What is said of a month that is not over."""
_BUDGETS = 2
UNKNOWN = "not known: the bill begins later"


def key_figures(found: MonthSummary | KeyFigures, *, verb: str = "figures", chart: bool = False, shared: bool = False) -> Reply:
    """The month to date as a line, what it implies and where it is heading as fields, the largest services as a table."""
    summary = found if isinstance(found, MonthSummary) else MonthSummary(found)
    result, query = summary.figures, summary.figures.basics.query
    figures = [each for each in result.figures if not _is_nothing(each)]
    picture, missing = charts.pictured(charts.key_figures, result) if figures else (None, [])
    drawn = charts.native_days(picture)
    asked = replace(result.basics, query=_on_days(result))
    return reply(
        Content(
            lead=_lead(result, figures) if figures else lines.nothing(result.basics),
            context=lines.context(asked, compared=any(each.previous is not None for each in figures)),
            listings=_listings(result),
            fields=[field for each in figures[:SECTIONS] for field in _fields(each, summary, is_only=len(figures) == 1)],
            notes=[*_below(figures, query), *(missing if chart else ())],
            charts=drawn,
            buttons=buttons.under(asked.query, verb, shared=shared, charted=chart or bool(drawn), is_empty=not figures),
            picture=picture if chart else None,
            result=mapping.month(summary),
        ),
    )


def _below(figures: Sequence[KeyFigure], query: CostQuery) -> list[str]:
    return [note for each in figures[:SECTIONS] if (note := lines.below(each.below, each.net, query))]


def _on_days(result: KeyFigures) -> CostQuery:
    """The question on the complete days it was answered for: a month to date is never held against a whole month."""
    query = result.basics.query.but(period=result.days, compare=None, granularity=Granularity.TOTAL)
    return query if query.compared == result.compared else query.but(compare=result.compared)


def _is_nothing(each: KeyFigure) -> bool:
    known = (each.to_date, each.previous, each.last_month, each.net)
    return not any(known)


def _lead(result: KeyFigures, figures: Sequence[KeyFigure]) -> str:
    """Like `*$8,412* month to date, 1–21 Nov 2026, +$620 (+8 %) against 1–21 Oct 2026`."""
    shown = figures[:SECTIONS]
    totals = " and ".join(lines.strong(each.to_date) for each in shown)
    more = f" and {words.plural(len(figures) - len(shown), 'more currency', 'more currencies')}" if figures[SECTIONS:] else ""
    asked = f"{lines.subject(result.basics.query.but(by=()))}, {words.escape(words.period(result.days))}"
    to_date = "" if result.days.is_month else " month to date"
    if len(figures) > 1:
        return f"{totals}{more}{to_date}{asked}. Currencies are not added up."
    changed = lines.against(figures[0].to_date, figures[0].previous, result.compared)
    return f"{totals}{to_date}{asked}{changed}."


def _fields(each: KeyFigure, summary: MonthSummary, *, is_only: bool) -> list[str]:
    """What the month implies, where it is not over; with several currencies each field names its own."""
    result = summary.figures
    said = {
        "Same days last month": _against(each, is_only=is_only),
        "Last month, whole": words.money(each.last_month) if each.last_month is not None else UNKNOWN,
        "Run rate": f"{words.money(each.run_rate)} a day, over the last {words.plural(result.week.days, 'complete day')}",
        **(_forecast(each, summary) or _at_that_rate(each)),
        "Budget": _budgets(each, summary),
        "Day by day": words.sparkline([value.amount for value in each.daily], 16) or words.NOTHING,
    }
    if result.days.is_month:
        said = {title: text for title, text in said.items() if title not in _OF_A_PART}
    whose = "" if is_only else f", {words.clean(each.to_date.currency)}"
    return [f"{words.bold(title + whose)}\n{words.escape(text)}" for title, text in said.items() if text]


def _at_that_rate(each: KeyFigure) -> dict[str, str]:
    """Where nothing is forecast: what the pace of the last days would come to."""
    whole = each.to_date + each.remaining
    compared = f", {words.change(whole, each.last_month)} against last month" if each.last_month is not None else ""
    return {
        "Rest of the month": f"{words.money(each.remaining)} at that rate: no forecast",
        "Whole month": f"{words.money(whole)} at that rate{compared}",
    }


def _forecast(each: KeyFigure, summary: MonthSummary) -> dict[str, str]:
    """Where the month will end and how sure that is; nothing without a forecast of this currency, and a run rate is none."""
    figure = summary.outlook(each.to_date.currency)
    if figure is None or figure.whole.inner is None or summary.forecast is None:
        return {}
    total = figure.whole.total
    compared = f"; {words.change(total, each.last_month)} against last month" if each.last_month is not None else ""
    return {
        "Forecast": f"{outlook.ends(summary.forecast, figure.whole)}{compared}",
        "Confidence": outlook.confidence(figure.whole),
    }


def _budgets(each: KeyFigure, summary: MonthSummary) -> str:
    """The budgets that count just this, the most endangered first."""
    figure = summary.outlook(each.to_date.currency)
    mine = [status for status in summary.budgets if status.amount.currency == each.to_date.currency][:_BUDGETS]
    return "; ".join(outlook.budget(status, figure.whole if figure else None) for status in mine)


def _against(each: KeyFigure, *, is_only: bool) -> str:
    if each.previous is None:
        return UNKNOWN
    return (
        words.money(each.previous)
        if is_only
        else f"{words.money(each.previous)}: {words.change(each.to_date, each.previous)} since"
    )


def _listings(result: KeyFigures) -> list[Listing]:
    """The largest services. What stands below the line is said once, for the whole month."""
    query = _on_days(result).but(by=("service",))
    top = [replace(section, below=()) for section in result.top if not is_empty(section)][:SECTIONS]
    return [listing(section, query, is_only=len(top) == 1) for section in top if section.rows]
