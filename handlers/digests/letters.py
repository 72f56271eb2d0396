"""The two letters of a digest: ten lines in the channel, and the details in its thread."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from handlers.digests import feature, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.request import Reply
    from services import Services


async def _refused(services: Services, args: Mapping[str, str], reason: str) -> None:
    await services.digests.refused(int(args["digest"]), args["channel"], reason)


@feature.letter("issue", repeats=False, refused=_refused)
async def issue(services: Services, args: Mapping[str, str]) -> Reply | None:
    """What one day's digest says, with the bill as it is now; nothing when the digest was removed meanwhile."""
    answer = await services.digests.answer(int(args["digest"]), date.fromisoformat(args["slot"]))
    return render.issue(answer) if answer else None


@feature.letter("details", repeats=False)
async def details(services: Services, args: Mapping[str, str]) -> Reply | None:
    """What stands behind it."""
    answer = await services.digests.answer(int(args["digest"]), date.fromisoformat(args["slot"]))
    return render.details(answer) if answer else None
