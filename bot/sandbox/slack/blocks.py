"""Blocks and views against the schemas: what Slack would refuse is refused, with `invalid_blocks` and the place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack.elements import elements
from bot.sandbox.slack.refusals import RefusedError
from bot.sandbox.slack.shapes import is_processed

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
    _check_pictures(state, blocks, "/blocks")
    return named(state, blocks)


def _check_pictures(state: State, node: object, pointer: str) -> None:
    """Every picture that was uploaded must have been looked at. Raises RefusedError."""
    if isinstance(node, dict):
        if node.get("type") == "image" and isinstance(node.get("slack_file"), dict):
            found = state.workspace.files.get(str(node["slack_file"].get("id", "")))
            if found is None or not is_processed(found) or not found.mimetype.startswith("image/"):
                raise RefusedError("invalid_blocks", f"invalid slack file [json-pointer:{pointer}/slack_file/id]")
        for name, each in node.items():
            _check_pictures(state, each, f"{pointer}/{name}")
    elif isinstance(node, list):
        for at, each in enumerate(node):
            _check_pictures(state, each, f"{pointer}/{at}")


def check_view(state: State, view: object) -> Json:
    """A modal or a home, with the ids that Slack gives. Raises RefusedError."""
    if not isinstance(view, dict) or not isinstance(view.get("blocks"), list):
        raise RefusedError("invalid_arguments", "a view with blocks is needed [json-pointer:/view]")
    return {**view, "blocks": named(state, view["blocks"])}


def named(state: State, blocks: list[Json]) -> list[Json]:
    """The same blocks, each with an id, and so is every element that can be used."""
    for block in blocks:
        block.setdefault("block_id", state.workspace.short_id())
        for element in elements(block):
            element.setdefault("action_id", state.workspace.short_id())
    return blocks
