"""Response URLs: five answers in half an hour, to the one who asked alone unless it says otherwise; beside or in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack import content
from bot.sandbox.slack.refusals import RefusedError
from bot.sandbox.slack.workspace import Message

if TYPE_CHECKING:
    from bot.sandbox.slack.state import State
    from bot.sandbox.slack.tickets import Address
    from bot.sandbox.slack.workspace import Json

FIELDS = frozenset(
    {
        "text",
        "blocks",
        "attachments",
        "response_type",
        "replace_original",
        "delete_original",
        "thread_ts",
        "metadata",
        "unfurl_links",
        "unfurl_media",
        "mrkdwn",
        "parse",
        "link_names",
    }
)


def respond(state: State, name: str, body: object) -> None:
    """One post to a response URL. Raises RefusedError."""
    address = state.tickets.use(name)
    if not isinstance(body, dict):
        raise RefusedError("invalid_payload")
    if state.workspace.channels[address.channel].is_archived:
        raise RefusedError("is_archived")
    unknown = sorted(body.keys() - FIELDS)
    if unknown:
        raise RefusedError("invalid_arguments", f"unsupported field: {unknown[0]}")
    original = state.workspace.message(address.channel, address.message) if address.message else None
    if body.get("delete_original"):
        _delete(state, original)
    elif body.get("replace_original") and original is not None:
        _replace(state, original, body)
    else:
        _add(state, address, body)


def _delete(state: State, original: Message | None) -> None:
    if original is None:
        raise RefusedError("message_not_found")
    state.workspace.remove(original)
    state.changed(original)


def _replace(state: State, original: Message, body: Json) -> None:
    said = content.read(state, body)
    original.text = said.text
    original.blocks = said.blocks
    if not original.only_for:
        original.edited = state.workspace.ts()
    state.changed(original)


def _add(state: State, address: Address, body: Json) -> None:
    """Beside the original, in a thread only where one is named; the first of a slash command is what later ones replace."""
    said = content.read(state, body)
    is_open = body.get("response_type") == "in_channel"
    shown = _message(state, address.channel, said, "" if is_open else address.user, str(body.get("thread_ts") or ""))
    if not address.message:
        address.message = shown.ts


def show_at_once(state: State, channel: str, user: str, body: object) -> None:
    """The message that came with the acknowledgement of a command: text, or a message in JSON."""
    given: Json = body if isinstance(body, dict) else {"text": str(body)}
    is_open = given.get("response_type") == "in_channel"
    _message(state, channel, content.read(state, given), "" if is_open else user, "")


def _message(state: State, channel: str, said: content.Content, only_for: str, thread: str) -> Message:
    workspace = state.workspace
    return state.post(
        Message(
            workspace.ts(),
            channel,
            workspace.bot_user,
            said.text,
            said.blocks,
            thread=thread,
            only_for=only_for,
            bot=workspace.bot,
        )
    )
