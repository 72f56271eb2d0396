"""The answer first: where it will end, between what, and how sure that is; then the parts, the picture, and what is weak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import outlook, words
from handlers.blocks.figures import amount
from handlers.blocks.frame import SECTIONS, Content, Listing, reply
from handlers.blocks.mrkdwn import bold, cut_mrkdwn, escape
from handlers.forecasts.render import buttons, chart, mapping
from services.forecasts.results import Horizon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.blocks.tables import Cell
    from handlers.request import Reply
    from services.budgets.results import BudgetStatus
    from services.forecasts.results import Expected, Forecast, ForecastFigure, ForecastQuery

Budgets = tuple["BudgetStatus", ...]
_LINE, _PART = 1_000, 240
_BUDGETS = 2


def forecast(found: Forecast, question: ForecastQuery, *, budgets: Budgets = (), may_share: bool = False) -> Reply:
    """The whole answer. `budgets` count what was asked for; `may_share`: it is seen by the asker alone."""
    figures = found.figures[:SECTIONS]
    return reply(
        Content(
            lead=_lead(found, question) if figures else _nothing(found),
            context=_context(found),
            listings=[_listing(each, found, is_only=len(figures) == 1) for each in figures if each.rows],
            fields=[field for each in figures for field in _fields(each, found, budgets, is_only=len(figures) == 1)],
            notes=[*_notes(found)],
            buttons=buttons.under(question, may_share=may_share and bool(figures)),
            picture=chart.picture(found, budgets),
            result=mapping.forecast(found),
        )
    )


def _lead(found: Forecast, question: ForecastQuery) -> str:
    """`*Nov 2026 will end at $412,300*, between $398,120 and $431,050 (80 %). $279,000 of it is billed through 20 Nov.`."""
    asked = words.filters_words(question.query.filters)
    where = f" for {asked}" if asked else ""
    said = [_ends(each, found, where) for each in found.figures[:SECTIONS]]
    more = len(found.figures) - SECTIONS
    if more > 0:
        said.append(f"{words.plural(more, 'more currency', 'more currencies')} not shown.")
    return " ".join(said) + (" Currencies are not added up." if len(found.figures) > 1 else "")


def _ends(figure: ForecastFigure, found: Forecast, where: str) -> str:
    each, about = figure.whole, cut_mrkdwn(escape(f"{outlook.subject(found)}{where}"), _PART)
    verb = "will end at" if found.until is Horizon.MONTH else "will cost"
    if each.inner is None:
        verb = "would end at" if found.until is Horizon.MONTH else "would cost"
    head = f"{about[:1].upper()}{about[1:]} {verb} {bold(words.money(each.total))}{escape(outlook.between(each))}"
    tail = "" if each.inner else f" at the run rate: {escape(each.method.said)}"
    return f"{head}{tail}.{_billed(each, found)}"


def _billed(each: Expected, found: Forecast) -> str:
    if found.known is None:
        return ""
    return (
        f" {escape(words.money(each.actual))} of it is billed, through {escape(words.day(found.known.last, found.period.last))}."
    )


def _nothing(found: Forecast) -> str:
    if found.basics.query.scope.is_limited and not found.basics.completeness.sources:
        return "*No charges* that you may see, so nothing can be forecast."
    if found.basics.completeness.through is None:
        return "*Nothing to forecast from*: no day of any bill is complete yet. `tuppence ingest` reads one."
    return f"*No charges* in the last {words.plural(425, 'day')}, so nothing is forecast."


def _fields(figure: ForecastFigure, found: Forecast, budgets: Budgets, *, is_only: bool) -> list[str]:
    each = figure.whole
    said = {
        "Billed so far": words.money(each.actual) if found.known else "",
        "Expected to come": f"{words.money(each.expected)} in {words.plural(found.ahead.days, 'day')}",
        "Confidence": outlook.confidence(each),
        "Nineteen of twenty": outlook.band(each.outer) if each.outer else "",
        "Known charges": outlook.events(figure.events),
        "Budget": _against(figure, budgets),
    }
    whose = "" if is_only else f", {words.clean(figure.currency)}"
    return [f"{bold(title + whose)}\n{escape(text)}" for title, text in said.items() if text]


def _against(figure: ForecastFigure, budgets: Budgets) -> str:
    """The budgets of months in this currency, and what of each the forecast uses."""
    mine = chart.of_months(budgets, figure.currency)[:_BUDGETS]
    return "; ".join(outlook.budget(each, figure.whole) for each in mine)


def _listing(figure: ForecastFigure, found: Forecast, *, is_only: bool) -> Listing:
    name = next(iter(found.basics.query.by), "")
    has_known = found.known is not None
    header = (words.dimension(name), *(("Billed", "Expected", "Total") if has_known else ("Expected",)), "80 % range")
    rows = [(_name(row.key, row.label), *_cells(row.figure, has_known=has_known)) for row in figure.rows]
    return Listing(
        caption=f"Forecast by {words.dimensions_words([name])}, {outlook.subject(found)}, {words.clean(figure.currency)}",
        header=header,
        rows=tuple(rows),
        foot=lambda shown: _foot(figure, shown, has_known=has_known),
        right=frozenset(range(1, len(header))),
        heading="" if is_only else bold(words.clean(figure.currency)),
    )


def _name(key: object, label: str | None) -> str:
    return words.key_words(key, label) if key else "(all others)"  # type: ignore[arg-type]  # a mapping


def _cells(each: Expected, *, has_known: bool) -> tuple[Cell, ...]:
    around = outlook.band(each.inner) if each.inner else "run rate"
    parts = (each.actual, each.expected, each.total) if has_known else (each.expected,)
    return (*map(amount, parts), around)


def _foot(figure: ForecastFigure, shown: int, *, has_known: bool) -> tuple[tuple[Cell, ...], ...]:
    hidden = len(figure.rows) - shown
    more = [(f"({words.plural(hidden, 'more row')}, not shown)", *([""] * (4 if has_known else 2)))] if hidden else []
    return (*more, ("Total", *_cells(figure.whole, has_known=has_known)))


def _notes(found: Forecast) -> list[str]:
    """How the rows were made to add up."""
    spread = [each.spread_out for each in found.figures[:SECTIONS] if each.spread_out is not None]
    amounts = [words.money(each, sign=True) for each in spread if words.money(each) != words.money(each - each)]
    if not amounts:
        return []
    gap = words.join_names(amounts)
    return [escape(f"Each row is forecast by itself; the {gap} to the whole is spread over them by how uncertain each is.")]


def _context(found: Forecast) -> str:
    basics = found.basics
    query = basics.query
    is_unknown = query.scope.is_limited and not basics.completeness.sources
    methods = list(dict.fromkeys(outlook.method(each.whole) for each in found.figures if each.whole.inner))
    usual = [
        f"{words.period(found.period)} (UTC days)",
        words.basis_words(query),
        "" if is_unknown else words.freshness(basics.completeness, found.period.last),
        *methods[:1],
    ]
    limits = [
        *(each.said for each in found.weaknesses),
        *(words.missing_words(each) for each in basics.missing),
        *(f"converted at {words.clean(rate)}" for rate in basics.rates),
        words.scope_words(query.scope),
    ]
    return "\n".join(_lines(usual, limits))


def _lines(*parts: Sequence[str]) -> list[str]:
    lines = (" · ".join(filter(None, each)) for each in parts)
    return [cut_mrkdwn(escape(line), _LINE) for line in lines if line]
