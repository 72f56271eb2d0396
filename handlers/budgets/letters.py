"""What is posted of a budget, put into words when it is sent: the numbers are those of that moment."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from handlers.budgets import feature, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.request import Reply
    from services import Services


async def _refused(services: Services, args: Mapping[str, str], reason: str) -> None:
    await services.budgets.watch.refused(int(args["budget"]), args.get("channel", ""), reason)


@feature.letter("threshold", repeats=True, refused=_refused)
async def threshold(services: Services, args: Mapping[str, str]) -> Reply | None:
    """The living message of a period; of a budget that was removed, that it was."""
    watch, number = services.budgets.watch, int(args["budget"])
    name = await watch.removed(number)
    if name is not None:
        return render.gone(name)
    found = await watch.told(number, date.fromisoformat(args["start"]))
    return render.living(found.status, found.told, found.muted_by) if found else None


@feature.letter("worse", repeats=True)
async def worse(services: Services, args: Mapping[str, str]) -> Reply | None:
    """The note that it got worse."""
    found = await services.budgets.watch.told(int(args["budget"]), date.fromisoformat(args["start"]))
    return render.worse(found.status, args["reached"].split()) if found else None
