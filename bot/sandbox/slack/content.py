"""What a message is made of, whichever way it comes: text, blocks, metadata. Read, checked, and given the ids Slack adds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox.slack import blocks as rules
from bot.sandbox.slack.refusals import RefusedError

if TYPE_CHECKING:
    from bot.sandbox.slack.state import State
    from bot.sandbox.slack.workspace import Json

LONGEST_TEXT = 40_000
METADATA = {"event_type", "event_payload", "entities"}


@dataclass(frozen=True, slots=True)
class Content:
    """A message's content. `has_blocks`: blocks were named at all, though there may be none."""

    text: str
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    has_blocks: bool = False


def read(state: State, params: Json) -> Content:
    """The content in a method's arguments or a response's body. Raises RefusedError with Slack's code."""
    text, blocks, metadata = params.get("text"), params.get("blocks"), params.get("metadata")
    if text is not None and not isinstance(text, str):
        raise RefusedError("invalid_arguments", "text must be a string [json-pointer:/text]")
    if not (text or "").strip() and not blocks and not params.get("attachments"):
        raise RefusedError("no_text")
    if len(text or "") > LONGEST_TEXT:
        raise RefusedError("msg_too_long")
    if metadata and (not isinstance(metadata, dict) or not metadata.get("event_type") or metadata.keys() - METADATA):
        raise RefusedError("invalid_metadata_format")
    checked = rules.check_message(state, blocks) if blocks is not None else []
    return Content(text or "", checked, metadata or None, has_blocks=blocks is not None)
