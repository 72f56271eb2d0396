"""Blocks and views against the schemas: what Slack would refuse is refused, with `invalid_blocks` and the place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack.refusals import RefusedError

if TYPE_CHECKING:
    from bot.sandbox.slack.state import State
    from bot.sandbox.slack.workspace import Json

MOST_IN_MESSAGE = 50


def check_message(state: State, blocks: object) -> list[Json]:
    """The blocks of a message, with the ids that Slack gives to those without. Raises RefusedError."""
    if not isinstance(blocks, list) or not all(isinstance(each, dict) for each in blocks):
        raise RefusedError("invalid_blocks_format")
    if len(blocks) > MOST_IN_MESSAGE:
        raise RefusedError("invalid_blocks", f"no more than {MOST_IN_MESSAGE} items allowed [json-pointer:/blocks]")
    return named(state, blocks)


def named(state: State, blocks: list[Json]) -> list[Json]:
    """The same blocks, each with an id."""
    return [each if "block_id" in each else {**each, "block_id": state.workspace.short_id()} for each in blocks]
