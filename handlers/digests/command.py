"""`/tuppence digest`: which there are, make one, look at it, hold it, end it."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from handlers.digests import feature, render
from handlers.digests.words import read
from handlers.incoming import origin
from handlers.request import Reply, Surface
from services.access.results import Role
from services.digests.service import missing
from services.digests.slots import next_due
from services.errors import UsageError
from storage.model.digest import Digest, DigestKind

if TYPE_CHECKING:
    from handlers.request import Request

AT = time(9)


@feature.verb(
    "digest", summary="which channels are told what, and when", example="digest", aliases=("digests",), takes_words=True
)
async def listing(request: Request) -> Reply:
    """All of them; to somebody whose rows are limited, those that show no more."""
    if request.arguments.words:
        raise UsageError(
            "After `digest` comes `set`, `preview`, `pause`, `resume` or `remove`, or nothing.", example="/tuppence digest"
        )
    found = [each for each in await request.services.digests.all() if is_visible(each, request)]
    return render.listing(found, {each.id: next_due(each, request.now) for each in found if not each.paused})


@feature.verb(
    "digest set",
    summary="make a digest, or change one by its number",
    example="digest set in #finops at 09:00 Europe/Berlin mon-fri",
    needs=Role.OPERATOR,
    takes_words=True,
)
async def give(request: Request) -> Reply:
    """From words; without any, where there are windows, in a window."""
    words = request.arguments.words
    if not words and request.place.trigger:
        return Reply("A new digest", view=render.form(blank(request), ""))
    is_known = bool(words) and words[0].isdigit()
    before = await visible(request, int(words[0])) if is_known else blank(request)
    digest = read(words[1:] if is_known else words, before, request.grammar, request.today)
    return await saved(request, digest)


async def saved(request: Request, digest: Digest) -> Reply:
    """Keep it, when its channel may hear it and its money is in a bill. Raises UsageError, DeniedError, NotFoundError."""
    if request.place.surface is not Surface.TERMINAL:
        await request.services.access.check_audience(digest.channel)
    await request.services.digests.preview(digest.but(scope=request.person.scope))
    stored = await request.services.digests.put(request.person, digest, origin(request))
    return render.changed(stored, "Saved.", next_due(stored, request.now))


def blank(request: Request) -> Digest:
    """A new one, as most want it: each working day at nine on the clock of whoever asks, where they ask."""
    where = request.place.channel if request.place.channel[:1] in {"C", "G"} else ""
    return Digest(where, DigestKind.DAILY, AT, request.person.timezone, request.person.id, request.now)


async def visible(request: Request, number: int) -> Digest:
    """One by its number. Raises NotFoundError, the same whether there is none or it is of rows that the asker may not see."""
    digest = await request.services.digests.get(number)
    if not is_visible(digest, request):
        raise missing(number)
    return digest


def is_visible(digest: Digest, request: Request) -> bool:
    """Whether somebody may read it: all of it is of rows that they may see."""
    return not request.person.scope.is_limited or digest.scope == request.person.scope


def numbered(request: Request) -> int:
    """The one number that the words are. Raises UsageError."""
    words = request.arguments.words
    if len(words) != 1 or not words[0].lstrip("#").isdigit():
        raise UsageError(
            "Which digest?", "`/tuppence digest` lists their numbers.", example=f"/tuppence {request.arguments.verb} 2"
        )
    return int(words[0].lstrip("#"))


@feature.verb("digest preview", summary="what a digest would say now", example="digest preview 1", takes_words=True)
async def preview(request: Request) -> Reply:
    """To the asker alone; of a number, or of everything they may see."""
    digest = await visible(request, numbered(request)) if request.arguments.words else blank(request)
    return await previewed(request, digest)


async def previewed(request: Request, digest: Digest) -> Reply:
    """What it would say now; a new one, of what the asker may see."""
    own = digest if digest.id else digest.but(scope=request.person.scope)
    return render.issue(await request.services.digests.preview(own))


@feature.verb("digest pause", summary="hold a digest", example="digest pause 1", needs=Role.OPERATOR, takes_words=True)
async def pause(request: Request) -> Reply:
    """Until somebody lets it go on."""
    return await held(request, numbered(request))


@feature.verb("digest resume", summary="let a digest go on", example="digest resume 1", needs=Role.OPERATOR, takes_words=True)
async def resume(request: Request) -> Reply:
    """From its next time on."""
    return await let_go(request, numbered(request))


@feature.verb("digest remove", summary="end a digest", example="digest remove 1", needs=Role.OPERATOR, takes_words=True)
async def remove(request: Request) -> Reply:
    """For good."""
    return await removed(request, numbered(request))


async def held(request: Request, number: int) -> Reply:
    """Hold one."""
    await visible(request, number)
    digest = await request.services.digests.pause(request.person, number, f"by {request.person.name}", origin(request))
    return render.changed(digest, "Paused.")


async def let_go(request: Request, number: int) -> Reply:
    """Let one go on."""
    await visible(request, number)
    digest = await request.services.digests.pause(request.person, number, "", origin(request))
    return render.changed(digest, "It goes on.", next_due(digest, request.now))


async def removed(request: Request, number: int) -> Reply:
    """End one."""
    await visible(request, number)
    await request.services.digests.remove(request.person, number, origin(request))
    return Reply(f"Digest {number} has ended. What it posted stays.")
