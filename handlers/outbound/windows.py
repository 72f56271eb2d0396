"""Windows as they are opened, changed in place, and put on top of one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from handlers.blocks.validate import view_problems
from handlers.outbound.refusals import OvertakenError

if TYPE_CHECKING:
    from handlers.outbound.routes import Wire
    from handlers.request import Block, Place, Reply


async def show(wire: Wire, reply: Reply, place: Place) -> None:
    """Show the reply's view where the click came from: in its window, on top of that, or as a new one."""
    view = reply.view or {}
    if found := view_problems(view):
        structlog.get_logger().error("our window breaks a limit", problems=[str(each) for each in found[:5]])
    if not place.view:
        await wire.call("views.open", trigger_id=place.trigger, view=view)
    elif reply.push:
        await wire.call("views.push", trigger_id=place.trigger, view=view)
    else:
        await _change(wire, view, place)


async def _change(wire: Wire, view: Block, place: Place) -> None:
    """Of two quick clicks in one window the second was made before it showed the answer to the first, and yet it counts."""
    try:
        await wire.call("views.update", view_id=place.view, hash=place.view_hash or None, view=view)
    except OvertakenError as overtaken:
        if overtaken.is_open:
            await wire.call("views.update", view_id=place.view, view=view)
        else:
            structlog.get_logger().info("the window was closed before its answer came")
