"""The buttons under a cost answer: each asks the remembered question again, for whoever clicked.

A follow-up takes the place of the answer it stands under. On a message that others read, somebody whose own rows are limited gets
a private answer instead: theirs would stand there as if it were everybody's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.costs import feature
from handlers.costs.asking import Look, remembered, show, stands_alone
from handlers.request import Visibility
from services.access.results import Role

if TYPE_CHECKING:
    from handlers.request import Reply, Request


async def _follow(request: Request, look: Look | None = None) -> Reply:
    """The remembered question, in place of the message the button stands on."""
    question = remembered(request, Role.VIEWER)
    alone = stands_alone(request)
    in_place = alone or not request.person.scope.is_limited
    reply = await show(request, replace(question, look=look or question.look), shared=in_place and not alone)
    return replace(reply, replace=in_place)


@feature.action("by")
async def by(request: Request) -> Reply:
    """The same money by something else."""
    return await _follow(request)


@feature.action("trend")
async def trend(request: Request) -> Reply:
    """The same money over time."""
    return await _follow(request)


@feature.action("page")
async def page(request: Request) -> Reply:
    """The rows before or after."""
    return await _follow(request)


@feature.action("drill")
async def drill(request: Request) -> Reply:
    """One row alone, by the next finer thing."""
    return await _follow(request)


@feature.action("chart")
async def chart(request: Request) -> Reply:
    """The same answer with its chart."""
    return await _follow(request, Look.CHART)


@feature.action("csv")
async def csv(request: Request) -> Reply:
    """Every row as a file; the answer stays."""
    question = remembered(request, Role.VIEWER)
    return await show(request, replace(question, query=question.query.but(top=None), look=Look.CSV))


@feature.action("sql")
async def sql(request: Request) -> Reply:
    """The SQL behind the answer, for the clicker; the answer stays."""
    return await show(request, replace(remembered(request, Role.VIEWER), look=Look.SQL))


@feature.action("share")
async def share(request: Request) -> Reply:
    """The answer for everybody in the channel, as the sharer sees it; whether the channel may read it is checked at sending."""
    reply = await show(request, remembered(request, Role.VIEWER), shared=True)
    return replace(reply, visibility=Visibility.CHANNEL)
