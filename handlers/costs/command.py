"""The verbs of `/cost`: each turns what was said into one question."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.costs.asking import TOP, Kind, Look, Question, asks, next_dimension, query_of, totals_of, usual_step
from storage.model.query import Granularity

if TYPE_CHECKING:
    from handlers.parse.command import Arguments
    from handlers.request import Request
    from storage.model.query import CostQuery


@asks("", summary="the month to date, or what any period, dimension or filter cost", example="by service last month")
def bare(request: Request) -> Question:
    """Key figures when nothing narrows the question; over time when a step is named; else a breakdown."""
    said = request.arguments
    if _is_bare(said):
        return figures(request)
    if said.granularity:
        return Question(Kind.TREND, query_of(request, top=TOP))
    return Question(Kind.BREAKDOWN, query_of(request, by=(next_dimension(said.filters),), top=TOP))


def _is_bare(said: Arguments) -> bool:
    return not (said.period or said.compare or said.by or said.granularity or said.filters)


@asks("figures", summary="month to date, run rate, rest of the month", example="figures", aliases=("overview", "key figures"))
def figures(request: Request) -> Question:
    """How this month is going."""
    return Question(Kind.KEY_FIGURES, totals_of(request), "figures")


@asks("summary", summary="each day, week or month beside the one before", example="summary by week", aliases=("history",))
def summary(request: Request) -> Question:
    """Over time, with the previous period."""
    return Question(Kind.TREND, _over_time(query_of(request, top=TOP)), "summary")


@asks(
    "trend", summary="a line or a stack over time, with its chart", example="trend by service last month", aliases=("over time",)
)
def trend(request: Request) -> Question:
    """Stacked by service unless a dimension is named; one line where only the step is."""
    by = () if request.arguments.granularity else (next_dimension(request.arguments.filters),)
    return Question(Kind.TREND, _over_time(query_of(request, by=by, top=TOP)), "trend", Look.CHART)


@asks("compare", summary="two periods side by side", example="compare 2026-10 vs 2026-09", aliases=("comparison",))
def compare(request: Request) -> Question:
    """A breakdown whose second period somebody chose."""
    query = query_of(request, by=(next_dimension(request.arguments.filters),), top=TOP)
    return Question(Kind.TREND if request.arguments.granularity else Kind.BREAKDOWN, query, "compare")


@asks("movers", summary="what changed, and what each part contributed", example="movers last month", aliases=("why", "changes"))
def movers(request: Request) -> Question:
    """What moved between the period and the one it is compared with."""
    query = totals_of(request, by=(next_dimension(request.arguments.filters),), top=TOP)
    return Question(Kind.MOVERS, query, "movers")


@asks(
    "bases",
    summary="effective, billed, contracted and list side by side, with the discounts they imply",
    example="bases last month",
    aliases=("discounts", "discount", "rates"),
)
def bases(request: Request) -> Question:
    """The four bases, and what was saved."""
    return Question(Kind.BASES, totals_of(request), "bases")


@asks("drill", summary="look into a filter by the next finer thing", example="drill for service=ec2", aliases=("into",))
def drill(request: Request) -> Question:
    """A breakdown by what the filters have not settled yet."""
    query = totals_of(request, by=(next_dimension(request.arguments.filters),), top=TOP)
    return Question(Kind.BREAKDOWN, query)


@asks("export", summary="all rows as a CSV file", example="export by service, account last month", aliases=("csv", "download"))
def export(request: Request) -> Question:
    """The bare question as a file; a single `top` cuts it."""
    question = bare(replace(request, arguments=_by_something(request.arguments)))
    return replace(question, query=question.query.but(top=request.arguments.top), look=Look.CSV)


@asks("chart", summary="the same answer with its chart", example="chart by account last month", aliases=("graph", "plot"))
def chart(request: Request) -> Question:
    """The bare question with its chart."""
    return replace(bare(request), look=Look.CHART)


def _by_something(said: Arguments) -> Arguments:
    """A file of key figures would be a table of services anyway: it is asked for as one."""
    return said if not _is_bare(said) else replace(said, by=(next_dimension(said.filters),))


def _over_time(query: CostQuery) -> CostQuery:
    return query if query.granularity is not Granularity.TOTAL else query.but(granularity=usual_step(query.period))
