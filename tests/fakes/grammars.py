"""A company's grammar for the parser's tests: a few verbs of two roots, tags with short names, calendar years from January."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from handlers.feature import Verb
from handlers.parse.command import Arguments, Grammar, parse
from handlers.request import Reply
from services.access.results import Role

if TYPE_CHECKING:
    from handlers.request import Request

TODAY = date(2026, 11, 21)
"""A Saturday."""
TAGS = {"team": ("team", "Team", "owner-team"), "env": ("env", "Environment"), "cost centre": ("CostCentre",)}


async def nothing(_request: Request) -> Reply:
    """A handler that is never called: the parser only hands it back."""
    return Reply("nothing")


def verb(root: str, name: str, example: str, *aliases: str, takes_words: bool = False) -> Verb:
    """A declared verb."""
    return Verb(root, name, nothing, Role.VIEWER, f"{name} of {root}", example, aliases, takes_words)


GRAMMAR = Grammar(
    verbs=(
        verb("cost", "", "by service last month"),
        verb("cost", "trend", "trend by service"),
        verb("cost", "movers", "movers last month", "why", "changes"),
        verb("cost", "compare", "compare 2026-03 vs 2026-02"),
        verb("cost", "purchase plan", "purchase plan"),
        verb("cost", "note", "note anything at all", takes_words=True),
        verb("sql", "", "select 1", takes_words=True),
        verb("cloud", "list", "list"),
        verb("tuppence", "", "help"),
        verb("tuppence", "help", "help cost", takes_words=True),
        verb("tuppence", "role", "role set @ana analyst", takes_words=True),
    ),
    tags=TAGS,
)


def understood(text: str, root: str = "cost", today: date = TODAY, **settings: int) -> Arguments:
    """What the words said, under that grammar (`week_start=6`, `fiscal_year_start=4` change it)."""
    return parse(root, text, replace(GRAMMAR, **settings), today)[1]  # type: ignore[arg-type]  # replace checks the names
