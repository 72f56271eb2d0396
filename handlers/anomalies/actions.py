"""The buttons of an alert. They hold a number and nothing else, so one that is weeks old does what it says, or says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.anomalies import feature, render
from handlers.anomalies.doing import desk, do
from handlers.anomalies.views import WINDOWS, previewed, seen
from handlers.incoming import origin
from handlers.request import Reply
from services.anomalies.results import Act, Wish
from services.errors import UsageError

if TYPE_CHECKING:
    from handlers.feature import Handler
    from handlers.request import Request

FRESH = "`/anomalies` lists the open ones, with fresh buttons."


def identified(request: Request, name: str = "id") -> int:
    """The number that a button remembers. Raises UsageError for what is none."""
    text = request.values.get(name, "")
    if not text.isascii() or not text.isdigit():
        raise UsageError("That button does not say which one it is about.", FRESH)
    return int(text)


async def press(request: Request, act: Act) -> Reply | None:
    """Do it, or open the window that asks for the rest, for whoever may do it now."""
    wish = Wish(act, identified(request))
    window = WINDOWS.get(act)
    if window is None:
        return await do(request, wish)
    anomaly = await desk(request).opens(wish, request.person)
    return Reply("A window asks for the rest.", view=await window(request, anomaly))


def _pressed(act: Act) -> Handler:
    async def pressed(request: Request) -> Reply | None:
        return await press(request, act)

    return pressed


for _act in render.IN_A_ROW:
    feature.action(_act.value)(_pressed(_act))


@feature.action("more")
async def more(request: Request) -> Reply | None:
    """What was chosen in the menu of the rarer ones."""
    chosen = next((act for act in Act if act.value == request.values.get("act")), None)
    if chosen is None:
        raise UsageError("That is not in the menu any more.", FRESH)
    return await press(request, chosen)


@feature.action("details")
async def details(request: Request) -> Reply:
    """All of it, for the clicker alone."""
    board = desk(request).board
    return render.details(await board.alert(identified(request), request.now, person=request.person))


@feature.action("preview")
async def preview(request: Request) -> Reply:
    """The window again, with what the scope chosen by now would have kept back."""
    wish = Wish(Act.SNOOZE, identified(request), seen=seen(request))
    anomaly = await desk(request).opens(wish, request.person)
    return Reply("What it would have kept back.", view=await previewed(request, anomaly))


@feature.action("undo")
async def undo(request: Request) -> Reply:
    """Feedback is taken back; the list is shown anew."""
    await desk(request).undo(identified(request, "lesson"), request.person, origin(request))
    return render.again(await desk(request).tuning.list(request.person, request.now))
