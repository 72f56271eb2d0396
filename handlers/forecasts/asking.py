"""From typed arguments to a question about the future and its reply, and back to the words that a button remembers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.forecasts import feature, render
from handlers.forecasts.words import VERB
from handlers.outbound.audience import is_direct
from handlers.parse.command import parse
from handlers.request import Surface, Visibility
from services.errors import UsageError
from services.forecasts.results import ForecastQuery, Horizon
from storage.model.period import Period, first_of_month
from storage.model.query import Axis, Basis, Charges, CostQuery

if TYPE_CHECKING:
    from typing import NoReturn

    from handlers.parse.command import Arguments
    from handlers.request import Reply, Request

_DAYS = {30: Horizon.DAYS_30, 90: Horizon.DAYS_90}


def question_of(request: Request) -> ForecastQuery:
    """What the arguments ask, within the asker's row limits. Raises UsageError for what has no future."""
    said = request.arguments
    _refuse(request, said)
    query = CostQuery(
        Period.month(request.today),
        basis=said.basis or Basis.EFFECTIVE,
        charges=said.charges or Charges.GROSS,
        by=said.by,
        filters=said.filters,
        top=said.top,
        scope=request.person.scope,
    )
    return ForecastQuery(query, _horizon(request, said.period))


def _horizon(request: Request, period: Period | None) -> Horizon:
    """`30d` is elsewhere the last 30 days; of a forecast it means as many ahead."""
    today = request.today
    if period is None or period in (Period.month(today), Period.of_days(first_of_month(today), today)):
        return Horizon.MONTH
    if period.end != today or period.days not in _DAYS:
        _wrong(request, "A forecast looks at this month, or 30 or 90 days ahead.", "")
    return _DAYS[period.days]


def _refuse(request: Request, said: Arguments) -> None:
    if len(said.by) > 1:
        _wrong(request, "A forecast is cut by one dimension at a time.", said.by[1])
    if said.granularity:
        _wrong(request, f"A forecast cannot be cut by “{said.granularity.value}”.", said.granularity.value)
    if said.compare or said.page or said.axis is Axis.BILLING:
        _wrong(request, "A forecast has nothing to compare with, no pages, and days of use only.", "")


def _wrong(request: Request, sentence: str, word: str) -> NoReturn:
    raise UsageError(sentence, word=word, example=f"/{request.grammar.prefix}cost forecast 30d by service")


async def show(request: Request, question: ForecastQuery, *, shared: bool = False) -> Reply:
    """Answer it. `shared`: the answer stands where others read it, so it offers no sharing."""
    found = await request.services.forecasts.forecast(question)
    budgets = await _budgets(request, question)
    aloud = request.place.surface is Surface.MENTION
    alone = not (shared or aloud or is_direct(request.place.channel))
    reply = render.forecast(found, question, budgets=budgets, may_share=alone)
    return replace(reply, visibility=Visibility.THREAD) if aloud else reply


async def _budgets(request: Request, question: ForecastQuery) -> render.Budgets:
    """The budgets of the month that count just what was asked for: the lines that the forecast is held against."""
    if question.until is not Horizon.MONTH:
        return ()
    summary = await request.services.summary.month(question.query.but(by=(), top=None))
    return summary.budgets


def remembered(request: Request) -> ForecastQuery:
    """The question a button stands under, read, authorised and limited like one that the clicker typed."""
    said = request.values.get("q", "")
    verb, arguments = parse(feature.root, said, request.grammar, request.today, escaped=False)
    if verb.name != VERB:
        raise UsageError("That button asks nothing about the future.", "Ask again; the new answer has fresh buttons.")
    return question_of(replace(request, arguments=arguments, text=said))
