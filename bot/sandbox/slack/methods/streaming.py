"""Answers that grow while people read, and the line that says the app is at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack import blocks as rules
from bot.sandbox.slack.methods.chat import writable
from bot.sandbox.slack.methods.method import SPECIAL, TIER_2, TIER_4, method
from bot.sandbox.slack.refusals import RefusedError
from bot.sandbox.slack.workspace import Message

if TYPE_CHECKING:
    from bot.sandbox.slack.methods.method import Call
    from bot.sandbox.slack.workspace import Json

LONGEST = 12_000


@method("chat.startStream", "chat:write", a_minute=TIER_2)
def start(call: Call) -> Json:
    """Begin an answer in a thread; in a channel it must be said for whom."""
    channel, root = writable(call), call.needed("thread_ts")
    if call.workspace.message(channel.id, root) is None:
        raise RefusedError("thread_not_found")
    if channel.kind == "channel" and not (call.text("recipient_user_id") and call.text("recipient_team_id")):
        raise RefusedError("missing_recipient_user_id")
    workspace = call.workspace
    text = _text(call)
    made = Message(workspace.ts(), channel.id, workspace.bot_user, text, thread=root, bot=workspace.bot, is_streaming=True)
    return {"channel": channel.id, "ts": call.slack.post(made).ts}


@method("chat.appendStream", "chat:write", a_minute=TIER_4)
def append(call: Call) -> Json:
    """Go on with it."""
    message = _streaming(call)
    message.text += _text(call)
    call.slack.changed(message)
    return {"channel": message.channel, "ts": message.ts}


@method("chat.stopStream", "chat:write", a_minute=TIER_2)
def stop(call: Call) -> Json:
    """The last words, and blocks below them."""
    message = _streaming(call)
    message.text += _text(call)
    message.blocks = rules.check_message(call.slack, call.params.get("blocks") or [])
    message.is_streaming = False
    call.slack.changed(message)
    return {"channel": message.channel, "ts": message.ts}


def _streaming(call: Call) -> Message:
    found = call.workspace.message(call.channel().id, call.needed("ts"))
    if found is None:
        raise RefusedError("message_not_found")
    if not found.is_streaming:
        raise RefusedError("message_not_in_streaming_state")
    return found


def _text(call: Call) -> str:
    """What is added: given plainly, or in chunks of text."""
    chunks = call.params.get("chunks") or []
    said = call.text("markdown_text") + "".join(str(each.get("text", "")) for each in chunks if each["type"] == "markdown_text")
    if len(said) > LONGEST:
        raise RefusedError("msg_too_long")
    return said


@method("assistant.threads.setStatus", "chat:write", "assistant:write", a_minute=SPECIAL)
def status(call: Call) -> Json:
    """What the app is doing now, below the thread; empty when it has done it."""
    channel = call.channel("channel_id")
    call.needed("thread_ts")
    call.slack.news.tell("notice", channel=channel.id, text=call.text("status"), to=channel.members)
    return {}


@method("assistant.threads.setTitle", "assistant:write", a_minute=TIER_4)
def title(call: Call) -> Json:
    """The thread's name in the list of past ones."""
    call.channel("channel_id")
    call.needed("thread_ts")
    call.needed("title")
    return {}


@method("assistant.threads.setSuggestedPrompts", "assistant:write", a_minute=TIER_4)
def prompts(call: Call) -> Json:
    """Up to four things to ask."""
    call.channel("channel_id")
    given = call.params.get("prompts")
    if not isinstance(given, list) or not all(isinstance(each, dict) and each.keys() == {"title", "message"} for each in given):
        raise RefusedError("invalid_arguments", "prompts must have title and message [json-pointer:/prompts]")
    return {}
