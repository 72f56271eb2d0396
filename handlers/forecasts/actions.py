"""The buttons under a forecast: the same by something else or further ahead, and sharing it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.forecasts import feature
from handlers.forecasts.asking import remembered, show
from handlers.outbound.audience import is_direct
from handlers.request import Visibility

if TYPE_CHECKING:
    from handlers.request import Reply, Request


@feature.action("ask")
async def ask(request: Request) -> Reply:
    """Another forecast in place of this one; on a message that others read, a limited clicker gets their own privately."""
    alone = request.place.is_ephemeral or is_direct(request.place.channel)
    in_place = alone or not request.person.scope.is_limited
    reply = await show(request, remembered(request), shared=in_place and not alone)
    return replace(reply, replace=in_place)


@feature.action("share")
async def share(request: Request) -> Reply:
    """The forecast for everybody in the channel, as the sharer sees it."""
    reply = await show(request, remembered(request), shared=True)
    return replace(reply, visibility=Visibility.CHANNEL)
