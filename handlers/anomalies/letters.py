"""The letters of an anomaly, put into words when they are sent: the message is always as true as the store is at that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.anomalies import feature, render
from services.anomalies.letters import happening, mentioned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlers.request import Reply
    from services import Services
    from services.anomalies.results import Alert


async def _found(services: Services, args: Mapping[str, str], *, drawn: bool = False) -> Alert:
    return await services.anomalies.desk.board.alert(int(args["id"]), services.clock(), drawn=drawn)


async def _refused(services: Services, args: Mapping[str, str], reason: str) -> None:
    """It may not be said where it belongs: it goes to where everything goes that nobody owns."""
    await services.anomalies.desk.undelivered(int(args["id"]), int(args.get("post", "0")), reason)


@feature.letter("alert", repeats=True, refused=_refused)
async def alert(services: Services, args: Mapping[str, str]) -> Reply | None:
    """The living message; where it was passed on to another channel, what stays behind."""
    found = await _found(services, args, drawn=True)
    is_moved = int(args.get("post", "0")) < found.anomaly.moved
    return render.moved(found) if is_moved else render.message(found)


@feature.letter("note", repeats=True)
async def note(services: Services, args: Mapping[str, str]) -> Reply | None:
    """A line of its history, in its thread."""
    return render.note(await _found(services, args), happening(args), mentioned(args))


@feature.letter("escalated", repeats=True)
async def escalated(services: Services, args: Mapping[str, str]) -> Reply | None:
    """A call to another channel."""
    return render.escalated(await _found(services, args), happening(args), mentioned(args))


@feature.letter("summary", repeats=True, refused=_refused)
async def summary(services: Services, args: Mapping[str, str]) -> Reply | None:
    """A new account, in place of an alert for each thing in it."""
    return render.summary(await _found(services, args))
