"""What every way of acting shares: the button, the window and the words end at one desk, and whoever acted is answered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.anomalies import render
from handlers.incoming import origin
from handlers.request import Surface
from services.anomalies import letters
from services.anomalies.transitions import acts

if TYPE_CHECKING:
    from handlers.request import Reply, Request
    from services.anomalies.desk import Desk
    from services.anomalies.results import Wish
    from storage.model.anomaly import Anomaly


def desk(request: Request) -> Desk:
    """Where people close the loop."""
    return request.services.anomalies.desk


async def do(request: Request, wish: Wish) -> Reply | None:
    """Do it as the asker. Nothing is answered where everybody sees the message change.

    On a private answer the next state takes the place of the buttons that no longer apply.
    """
    anomaly = await desk(request).do(wish, request.person, origin(request))
    if _sees_it(request, anomaly):
        return None
    is_private = request.place.surface is Surface.BUTTON and request.place.is_ephemeral
    return replace(render.done(anomaly, wish.act, acts(anomaly)), replace=is_private)


def _sees_it(request: Request, anomaly: Anomaly) -> bool:
    """Whether the asker stands before the living message itself: they clicked there, or in a window that it opened."""
    surface = request.place.surface
    is_there = surface is Surface.VIEW or (surface is Surface.BUTTON and not request.place.is_ephemeral)
    return is_there and letters.is_told(anomaly)
