"""What is shown of a reply, whichever way it goes: the richest blocks Slack takes, and the picture or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from structlog.contextvars import get_contextvars

from handlers.blocks.build import context, fallback
from handlers.blocks.limits import MESSAGE_BLOCKS
from handlers.blocks.mrkdwn import escape
from handlers.blocks.validate import problems
from handlers.outbound.refusals import BlocksRefusedError
from services.errors import TuppenceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handlers.outbound.patience import Sleep
    from handlers.outbound.routes import Route
    from handlers.request import Block, Reply

PAUSE = 2.0
"""Seconds before a picture that Slack said it had, and then refused, is shown once more."""
NOT_TAKEN = "Slack did not take the picture"
TAIL = frozenset({"actions", "context"})
"""Blocks that stay below the picture."""


async def show(
    route: Route, text: str, versions: Sequence[tuple[Block, ...]], sleep: Sleep, pause: float = 0.0
) -> tuple[Block, ...]:
    """Try each version, richest first, until Slack takes one; returns that one. The last is text alone."""
    for blocks in versions:
        found = problems(blocks)
        if found:
            structlog.get_logger().error("our blocks break a limit", problems=[str(each) for each in found[:5]])
            continue
        try:
            await route.put(fallback(text), blocks)
        except BlocksRefusedError as error:
            structlog.get_logger().warning("plainer blocks are sent instead", reason=error.sentence)
            await sleep(pause)
        else:
            return blocks
    await route.put(fallback(text), ())
    return ()


def versions(reply: Reply, notes: Sequence[str] = ()) -> Iterator[tuple[Block, ...]]:
    """The reply's blocks, richest first."""
    said = (context(*map(escape, notes)),) if notes else ()
    for blocks in (reply.blocks, reply.plain):
        if blocks:
            yield (*blocks, *said)


def with_picture(blocks: tuple[Block, ...], picture: Block) -> tuple[Block, ...]:
    """The picture after the numbers and before the context line and the buttons."""
    place = len(blocks)
    while place > 1 and blocks[place - 1].get("type") in TAIL:
        place -= 1
    return (*blocks[:place], picture, *blocks[place:])[:MESSAGE_BLOCKS]


def with_note(blocks: tuple[Block, ...], reason: str) -> tuple[Block, ...]:
    """Where the picture would be, why it is not there."""
    return with_picture(blocks, context(escape(f"The chart could not be added: {reason}.")))


def in_short(error: BaseException, what: str) -> str:
    """An expected error in its own words; an unexpected one with an id that stands in the log beside the traceback."""
    if isinstance(error, TuppenceError):
        return error.sentence.rstrip(".")
    structlog.get_logger().error(f"{what} failed", exc_info=error)
    return f"something unexpected happened (id {get_contextvars().get('request_id', '-')})"
