"""From typed arguments to a question, and from a question to a reply: what every verb and every button of costs shares.

The asker's row limits go into each query here and nowhere else, so no verb can forget them. A button remembers words only; they
are read again with the clicker's own role and limits, as if the clicker had typed them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from handlers.costs import feature, render
from handlers.costs.export import csv
from handlers.costs.render.handover import handover
from handlers.outbound.audience import is_direct
from handlers.parse.command import parse
from handlers.request import Surface, Visibility
from services.costs.results import Bases, KeyFigures, Movers
from services.errors import DeniedError, UsageError
from services.summary.results import MonthSummary
from storage.model.period import DAY, Period, first_of_month
from storage.model.query import Axis, Basis, Charges, CostQuery, Granularity

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from datetime import date

    from handlers.parse.command import Arguments
    from handlers.request import Reply, Request
    from services import Services
    from services.access.results import Role
    from services.costs.results import CostAnswer
    from services.costs.service import Costs
    from storage.model.query import Filter

SUMMARY = "summary"
"""The verb that tells of the past, and so of where it is heading."""
TOP = 10
"""Rows of a page when nobody says otherwise."""
EVERY_ROW = 100_000
"""Rows of a CSV at most; what is beyond them is one line of it, so that it still adds up."""
_DEEPER = ("service", "resource", "charge", "pricing")
_DAYS, _WEEKS = 31, 124  # longest periods cut by day and by week: as many points as a phone can show
_BACK_WEEKS, _BACK_MONTHS = 7, 5  # before the current one, where only the step was named


class Kind(Enum):
    """Which question it is; a trend is a breakdown over time."""

    KEY_FIGURES = auto()
    BREAKDOWN = auto()
    TREND = auto()
    BASES = auto()
    MOVERS = auto()


class Look(Enum):
    """How the answer is handed over."""

    ANSWER = auto()
    CHART = auto()
    CSV = auto()
    SQL = auto()


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `verb` is what the buttons under its answer repeat."""

    kind: Kind
    query: CostQuery
    verb: str = ""
    look: Look = Look.ANSWER


Asker = Callable[["Request"], Question]
_ASKERS: dict[str, Asker] = {}


def asks(name: str, *, summary: str, example: str, aliases: tuple[str, ...] = ()) -> Callable[[Asker], Asker]:
    """Declare a verb of `/cost` by the question it asks; its handler answers that question."""

    def declare(asker: Asker) -> Asker:
        async def answer(request: Request) -> Reply:
            return await show(request, asker(request))

        feature.verb(name, summary=summary, example=example, aliases=aliases)(answer)
        _ASKERS[name] = asker
        return asker

    return declare


def remembered(request: Request, needs: Role) -> Question:
    """The question a button stands under, for the clicker: read, authorised and limited like one they typed."""
    said = request.values.get("q")
    if said is None:
        raise UsageError("That button holds no question.", "Ask the question again; the new answer has fresh buttons.")
    verb, arguments = parse(feature.root, said, request.grammar, request.today, escaped=False)
    if verb.root != feature.root or verb.name not in _ASKERS:
        raise UsageError("That button asks nothing about costs.", "Ask the question again; the new answer has fresh buttons.")
    if request.person.role < max(verb.needs, needs):
        raise DeniedError(f"That needs the role {verb.needs.word}; yours is {request.person.role.word}.")
    return _ASKERS[verb.name](replace(request, arguments=arguments, text=said))


async def show(request: Request, question: Question, *, shared: bool = False) -> Reply:
    """Answer it, in the look it asks for. `shared`: the answer stands where others read it, so it offers no sharing.

    A file does not say of itself whose rows it has, so that of somebody whose rows are limited is for them alone.
    """
    if question.look is Look.CSV:
        return await _file(request, question)
    asked_aloud = request.place.surface is Surface.MENTION
    shared = shared or asked_aloud or is_direct(request.place.channel)
    if question.look is Look.SQL:
        reply = render.sql(await _result(request.services.costs, question))
    else:
        reply = await _drawn(request.services, question, shared=shared)
    return replace(reply, visibility=Visibility.THREAD) if asked_aloud else reply


async def _file(request: Request, question: Question) -> Reply:
    question = replace(question, query=question.query.but(top=question.query.top or EVERY_ROW, page=1))
    result = await _result(request.services.costs, question)
    file = await asyncio.to_thread(csv, result)
    return replace(handover(file, result), to_asker=request.person.scope.is_limited)


async def _result(costs: Costs, question: Question) -> CostAnswer:
    answers: dict[Kind, Callable[[CostQuery], Awaitable[CostAnswer]]] = {
        Kind.KEY_FIGURES: costs.key_figures,
        Kind.BREAKDOWN: costs.breakdown,
        Kind.TREND: costs.breakdown,
        Kind.BASES: costs.bases,
        Kind.MOVERS: costs.movers,
    }
    return await answers[question.kind](question.query)


async def _drawn(services: Services, question: Question, *, shared: bool) -> Reply:
    chart = question.look is Look.CHART
    is_month = question.kind is Kind.KEY_FIGURES
    answering = services.summary.month(question.query) if is_month else _result(services.costs, question)
    month, result = await asyncio.gather(_month(services, question), answering)
    if isinstance(result, MonthSummary | KeyFigures):
        return render.key_figures(result, verb=question.verb, chart=chart, shared=shared)
    if isinstance(result, Bases):
        return render.bases(result, verb=question.verb, shared=shared)
    if isinstance(result, Movers):
        return render.movers(result, verb=question.verb, chart=chart, shared=shared, asked=question.query)
    if question.kind is Kind.TREND:
        return render.trend(result, verb=question.verb, chart=chart, shared=shared, asked=question.query, month=month)
    return render.breakdown(result, verb=question.verb, chart=chart, shared=shared, asked=question.query)


async def _month(services: Services, question: Question) -> MonthSummary | None:
    """Where the month is heading that a summary ends in; of other questions nothing."""
    if question.verb != SUMMARY:
        return None
    return await services.summary.month(question.query.but(granularity=Granularity.TOTAL, by=(), top=None, page=1, compare=None))


def stands_alone(request: Request) -> bool:
    """Whether only the clicker reads the message a button stands on."""
    return request.place.is_ephemeral or is_direct(request.place.channel)


def query_of(request: Request, *, by: tuple[str, ...] = (), top: int | None = None) -> CostQuery:
    """The query that the arguments make, with the house's defaults, a verb's own `by` and `top`, and the asker's row limits."""
    said = request.arguments
    named = said.by or by
    return CostQuery(
        period=said.period or _usual_period(said, request),
        basis=said.basis or Basis.EFFECTIVE,
        charges=said.charges or Charges.GROSS,
        axis=said.axis or Axis.CHARGE,
        compare=said.compare,
        granularity=said.granularity or Granularity.TOTAL,
        by=named,
        filters=said.filters,
        top=said.top or (top if named else None),
        page=said.page or 1,
        scope=request.person.scope,
    )


def totals_of(request: Request, *, by: tuple[str, ...] = (), top: int | None = None) -> CostQuery:
    """`query_of` for a verb that knows no steps of time and, without `by`, no dimensions: what it cannot do it refuses."""
    said = request.arguments
    if said.granularity or (said.by and not by):
        word = said.by[0] if said.by and not by else (said.granularity or "")
        sentence = f"“{said.verb}” cannot be cut by “{word}”."
        example = f"by {word}"
        raise UsageError(sentence, word=word, example=f"/{request.grammar.prefix}{feature.root} {example}")
    return query_of(request, by=by, top=top)


def _usual_period(said: Arguments, request: Request) -> Period:
    """The month to date; where weeks or months are asked for, enough of them to see a line."""
    today = request.today
    if said.granularity is Granularity.MONTH:
        return Period.of_days(first_of_month(today, -_BACK_MONTHS), today)
    if said.granularity is Granularity.WEEK:
        return Period.of_days(request.grammar.calendar(today).begins("w") - DAY * 7 * _BACK_WEEKS, today)
    return month_to_date(today)


def month_to_date(today: date) -> Period:
    """The house's default period; today counts, and the answer says through which day the data is complete."""
    return Period.of_days(first_of_month(today), today)


def usual_step(period: Period) -> Granularity:
    """Days for a month, weeks for a quarter, months beyond."""
    if period.days <= _DAYS:
        return Granularity.DAY
    return Granularity.WEEK if period.days <= _WEEKS else Granularity.MONTH


def next_dimension(filters: tuple[Filter, ...]) -> str:
    """What to look at next: the first of service, resource, charge and pricing category that no filter has settled yet."""
    settled = {each.dimension for each in filters if not each.negate and len(each.values) == 1}
    return next((name for name in _DEEPER if name not in settled), "region")
