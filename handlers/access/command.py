"""`/tuppence role`, `role set`, `role remove`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.access import feature, render
from handlers.access.words import assignment, subject
from handlers.incoming import origin
from handlers.parse.vocabulary import DimensionNames
from services.access.results import Role
from services.errors import UsageError
from storage.model.scope import Scope

if TYPE_CHECKING:
    from handlers.request import Reply, Request


@feature.verb("role", summary="who has which role", example="role", needs=Role.ADMIN, aliases=("roles",), takes_words=True)
async def listing(request: Request) -> Reply:
    """Who has what."""
    if request.arguments.words:
        raise UsageError("After `role` comes `set` or `remove`, or nothing.", example="/tuppence role set @ana analyst")
    return render.roles(await request.services.access.roles())


@feature.verb(
    "role set",
    summary="give a role to a person or a user group",
    example="role set @ana analyst only account=123456789012",
    needs=Role.ADMIN,
    takes_words=True,
)
async def give(request: Request) -> Reply:
    """Give a role in place of the one there was."""
    who, role, scope = assignment(request.arguments.words, DimensionNames(request.grammar.tags))
    line = await request.services.access.set_role(request.person, who, role, scope, origin(request))
    return render.given(line, [each for each in scope.limits if not await _is_in_a_bill(request, *each)])


async def _is_in_a_bill(request: Request, dimension: str, values: tuple[str, ...]) -> bool:
    """Whether all values are there; a mistyped one hides everything, and whoever it was given to would only see nothing."""
    known = await request.services.costs.names(dimension, Scope())
    return not set(values) - set(known)


@feature.verb(
    "role remove",
    summary="take a given role away",
    example="role remove @ana",
    needs=Role.ADMIN,
    aliases=("role unset",),
    takes_words=True,
)
async def take(request: Request) -> Reply:
    """Take a role away; a full member stays a viewer."""
    who = subject(request.arguments.words, "role remove @ana")
    await request.services.access.remove_role(request.person, who, origin(request))
    return render.removed(who)
