"""The window of a digest, sent off: what cannot be is said beside the field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import forms
from handlers.digests import feature
from handlers.digests.command import blank, saved, visible
from handlers.digests.words import amount, checked, clock, filters, zone
from services.access.results import Role
from services.errors import DeniedError, NotFoundError, UsageError
from storage.model.digest import DigestKind, Part

if TYPE_CHECKING:
    from handlers.request import Reply, Request
    from storage.model.digest import Digest


@feature.submission("save", needs=Role.OPERATOR)
async def save(request: Request) -> Reply:
    """Keep what the window says."""
    number = request.values.get("digest", "0")
    before = await visible(request, int(number)) if number.isdigit() and int(number) else blank(request)
    digest = _filled(request, before)
    try:
        return await saved(request, digest)
    except NotFoundError as error:
        raise UsageError(error.sentence, error.remedy, field="for") from error
    except DeniedError as error:
        raise UsageError(error.sentence, error.remedy, field="channel") from error


def _filled(request: Request, before: Digest) -> Digest:
    values = request.values
    wait = values.get("wait", "")
    changed = before.but(
        channel=values.get("channel", ""),
        kind=DigestKind(values.get("kind") or before.kind),
        at=clock(values.get("at", "")),
        zone=zone(values.get("zone", "")),
        weekdays=tuple(sorted(int(each) for each in forms.chosen(values, "weekdays") if each.isdigit())),
        filters=filters(values.get("for", ""), request.grammar, request.today),
        parts=tuple(part for part in Part if part.value in forms.chosen(values, "parts")),
        quiet_below=amount(values.get("quiet") or "0"),
        wait=int(wait) if wait.isdigit() else before.wait,
    )
    return checked(changed)
