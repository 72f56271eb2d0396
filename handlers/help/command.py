"""`/tuppence`, `/tuppence help`, and `help` on every other root, which the parser sends here with the root's name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.help import feature, render
from handlers.help.topics import topic_of
from handlers.parse.command import Arguments
from services.access.results import Role
from services.errors import UsageError

if TYPE_CHECKING:
    from handlers.request import Reply, Request


@feature.verb("", summary="what can be asked", example="help")
async def bare(request: Request) -> Reply | None:
    """The overview. Words that belong to another command are not taken for a question about help."""
    said = request.arguments
    if said != Arguments(root=said.root, verb=said.verb):
        raise UsageError("That is a question about something: begin with its name.", example=f"cost {request.text}"[:80])
    return await overview(request)


@feature.verb("help", summary="what can be asked, or how one command works", example="help cost", takes_words=True)
async def overview(request: Request) -> Reply:
    """All commands, or the one that is named."""
    topic = topic_of(request.grammar, request.arguments.words)
    if topic.root:
        return render.of_root(topic, request.grammar, request.person)
    lines = await request.services.access.roles()
    admins = tuple(dict.fromkeys(line.name for line in lines if line.role is Role.ADMIN))
    return render.overview(replace(topic, admins=admins), request.grammar, request.person)
