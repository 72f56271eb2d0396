"""What every way of acting shares: the button, the window and the words end at one desk, and whoever acted is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.anomalies import render
from handlers.incoming import origin
from handlers.request import Surface
from services.anomalies import letters

if TYPE_CHECKING:
    from handlers.request import Reply, Request
    from services.anomalies.desk import Desk
    from services.anomalies.results import Wish
    from storage.model.anomaly import Anomaly


def desk(request: Request) -> Desk:
    """Where people close the loop."""
    return request.services.anomalies.desk


async def do(request: Request, wish: Wish) -> Reply | None:
    """Do it as the asker. Nothing is answered where everybody sees the message change."""
    anomaly = await desk(request).do(wish, request.person, origin(request))
    return None if _sees_it(request, anomaly) else render.done(anomaly, wish.act)


def _sees_it(request: Request, anomaly: Anomaly) -> bool:
    """Whether the asker stands before the living message itself: they clicked there, or in a window that it opened."""
    surface = request.place.surface
    is_there = surface is Surface.VIEW or (surface is Surface.BUTTON and not request.place.is_ephemeral)
    return is_there and letters.is_told(anomaly)
