"""Marks that the app puts on messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack import shapes
from bot.sandbox.slack.methods.method import method
from bot.sandbox.slack.refusals import RefusedError

if TYPE_CHECKING:
    from bot.sandbox.slack.methods.method import Call
    from bot.sandbox.slack.workspace import Json, Message


@method("reactions.add", "reactions:write")
def add(call: Call) -> Json:
    """Put one on, once."""
    message, name, bot = _message(call), call.needed("name"), call.workspace.bot_user
    users = message.reactions.setdefault(name, [])
    if bot in users:
        raise RefusedError("already_reacted")
    users.append(bot)
    call.slack.changed(message)
    return {}


@method("reactions.remove", "reactions:write")
def remove(call: Call) -> Json:
    """Take it off."""
    message, name, bot = _message(call), call.needed("name"), call.workspace.bot_user
    if bot not in message.reactions.get(name, []):
        raise RefusedError("no_reaction")
    message.reactions[name].remove(bot)
    message.reactions = {each: users for each, users in message.reactions.items() if users}
    call.slack.changed(message)
    return {}


@method("reactions.get", "reactions:read")
def get(call: Call) -> Json:
    """Those on a message."""
    return {"type": "message", "message": shapes.message(call.slack, _message(call))}


def _message(call: Call) -> Message:
    found = call.workspace.message(call.channel().id, call.needed("timestamp"))
    if found is None or found.only_for:
        raise RefusedError("message_not_found")
    return found
