"""The letter to an admin about letters that did not arrive: one a channel and day, edited while it grows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from handlers.outbox import feature, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.request import Reply
    from services import Services


@feature.letter("notice", repeats=True)
async def notice(services: Services, args: Mapping[str, str]) -> Reply | None:
    """What could not be posted where, why, and what to do."""
    day = date.fromisoformat(args["day"])
    troubles = await services.outbox.troubles(args["channel"], day)
    return render.notice(args["channel"], day, troubles) if troubles else None
