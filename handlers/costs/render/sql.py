"""The SQL behind an answer, so that every number can be audited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build, limits
from handlers.blocks.mrkdwn import FENCE, cut, escape_code
from handlers.costs.render import lines, mapping
from handlers.request import Reply

if TYPE_CHECKING:
    from services.costs.results import CostAnswer

_ROOM = limits.MESSAGE_CHARACTERS - 3_000
_PIECE = limits.SECTION_TEXT - 2 * len(FENCE) - 2


def sql(result: CostAnswer) -> Reply:
    """What was run for this answer, with its values written in."""
    basics = result.basics
    text = cut("\n".join(escape_code(line) for line in basics.sql.splitlines()) or "-- nothing had to be run", _ROOM)
    pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
    blocks = [
        build.section("*SQL* behind this answer, with its values written in."),
        *(build.section(f"{FENCE}\n{piece}\n{FENCE}") for piece in pieces),
        build.context(*lines.context_of(result).split("\n")),
    ]
    fallback = build.fallback(f"SQL of this answer:\n{FENCE}\n{text[:_PIECE]}\n{FENCE}")
    return Reply(text=fallback, blocks=tuple(blocks), plain=tuple(blocks), result=mapping.basics(basics))
