"""App Home is made anew each time somebody opens it: it is as fresh as an answer, and shows what this person may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.home import feature
from handlers.home.render import hello, home
from handlers.request import Reply
from storage.model.period import Period
from storage.model.query import CostQuery

if TYPE_CHECKING:
    from handlers.request import Request


@feature.event("member_joined_channel")
async def invited(_request: Request) -> Reply:
    """A short hello to whoever invited me; the others are not disturbed."""
    text, blocks = hello()
    return Reply(text, blocks=tuple(blocks))


@feature.event("app_home_opened")
async def opened(request: Request) -> Reply:
    """Key figures of the month, where it is heading and what is unusual, for the rows this person may see."""
    query = CostQuery(Period.month(request.today), scope=request.person.scope)
    month = await request.services.summary.month(query)
    alerts = await request.services.anomalies.desk.board.open_ones(request.person)
    return Reply("Your cloud cost this month", home=home(month, request.person, request.today, alerts))
