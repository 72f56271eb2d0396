"""The one verb: `forecast [month | 30d | 90d] [by DIMENSION] [for key=value …] [basis] [net]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.forecasts import feature
from handlers.forecasts.asking import question_of, show

if TYPE_CHECKING:
    from handlers.request import Reply, Request


@feature.verb(
    "forecast",
    summary="where the month, or the next 30 or 90 days, will end, with how sure that is",
    example="forecast by service",
    aliases=("outlook", "projection"),
)
async def forecast(request: Request) -> Reply:
    """From complete days only, with bands whose coverage was measured."""
    return await show(request, question_of(request))
