"""The words of `/tuppence role set`: a mention, a role, and which rows it is limited to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.parse.mentions import subject as mentioned
from handlers.parse.vocabulary import WITHOUT_VALUE, nearest
from handlers.parse.words import cut, fold
from services.access.results import Role
from services.errors import UsageError
from storage.model.query import TAG_PREFIX
from storage.model.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.parse.vocabulary import DimensionNames
    from storage.model.people import Subject

EXAMPLE = "/tuppence role set @ana analyst only account=123456789012"
ONLY = "only"
TAGS_NAMED = 3
GIVABLE = (Role.VIEWER, Role.ANALYST, Role.OPERATOR, Role.ADMIN)


def subject(words: Sequence[str], example: str) -> Subject:
    """The one person or user group that the words are. Raises UsageError."""
    if not words:
        raise UsageError("Who is meant?", "Mention a person or a user group.", example=f"/tuppence {example}")
    if len(words) > 1:
        raise UsageError(f"“{cut(words[1])}” is one word too many.", word=words[1], example=f"/tuppence {example}")
    return mentioned(words[0], example=EXAMPLE)


def assignment(words: Sequence[str], names: DimensionNames) -> tuple[Subject, Role, Scope]:
    """`<@U1> analyst only account=1,2 team=web` as who, which role, which rows. Raises UsageError.

    `names` knows the tags that this company gave short names.
    """
    who = subject(words[:1], "role set @ana analyst")
    role = _role(words[1] if len(words) > 1 else "")
    return who, role, _scope(words[2:], names)


def _role(word: str) -> Role:
    known = {role.word: role for role in GIVABLE}
    role = known.get(fold(word))
    if role is None:
        said = f"“{cut(word)}” is not a role." if word else "Which role?"
        remedy = f"The roles are {', '.join(known)}."
        raise UsageError(said, remedy, word=word, suggestion=nearest(word, known) if word else "", example=EXAMPLE)
    return role


def _scope(words: Sequence[str], names: DimensionNames) -> Scope:
    """`only account=1,2 team=web`: a dimension named twice allows the values of both."""
    if not words:
        return Scope()
    if fold(words[0]) != ONLY or len(words) == 1:
        raise UsageError(f"“{cut(words[0])}” is not followed by what the role is limited to.", word=words[0], example=EXAMPLE)
    allowed: dict[str, set[str]] = {}
    for word in words[1:]:
        name, values = _limit(word, names)
        allowed.setdefault(name, set()).update(values)
    return Scope(tuple(sorted((name, tuple(sorted(values))) for name, values in allowed.items())))


def _limit(word: str, names: DimensionNames) -> tuple[str, list[str]]:
    key, sign, listed = word.partition("=")
    values = [value.strip() for value in listed.split(",") if value.strip()]
    # `!=` would be read as its opposite: what is not plainly understood gives nobody anything.
    name = None if key.endswith("!") or set(map(fold, values)) & set(WITHOUT_VALUE) else names.find(key)
    if not sign or not values or name is None or not (name == "account" or name.startswith(TAG_PREFIX)):
        known = ", ".join(f"{each}=…" for each in ("account", *list(names.tags)[:TAGS_NAMED], "tag:<key>"))
        remedy = f"A role is limited by {known}, with commas between values."
        raise UsageError(f"“{cut(word)}” does not limit a role.", remedy, word=word, example=EXAMPLE)
    return name, values
