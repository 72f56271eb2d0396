"""Messages of the app: posted, whispered, changed, taken back. Nothing is deduplicated: posted twice stands there twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack import content, shapes
from bot.sandbox.slack.methods.method import SPECIAL, TIER_4, method
from bot.sandbox.slack.refusals import RefusedError
from bot.sandbox.slack.workspace import Message

if TYPE_CHECKING:
    from bot.sandbox.slack.methods.method import Call
    from bot.sandbox.slack.workspace import Channel, Json

LONGEST_UPDATE = 4000


@method("chat.postMessage", "chat:write", a_minute=0)
def post_message(call: Call) -> Json:
    """Say something to everybody in a conversation, or to one person directly."""
    channel = writable(call)
    said = content.read(call.slack, call.params)
    thread = _thread(call, channel)
    call.slack.pace.post(channel.id)
    message = call.slack.post(
        Message(
            call.workspace.ts(),
            channel.id,
            call.workspace.bot_user,
            said.text,
            said.blocks,
            thread=thread,
            bot=call.workspace.bot,
            metadata=said.metadata,
            is_broadcast=call.flag("reply_broadcast"),
        )
    )
    return {"channel": channel.id, "ts": message.ts, "message": shapes.message(call.slack, message)}


def writable(call: Call) -> Channel:
    """Where the bot may write: a conversation it is in, a person, or with chat:write.public any public one."""
    name = call.needed("channel")
    if name in call.workspace.people:
        return call.workspace.direct(name)
    channel = call.channel()
    if channel.is_archived:
        raise RefusedError("is_archived")
    is_in = call.workspace.bot_user in channel.members
    if not is_in and (channel.is_private or not call.has("chat:write.public")):
        raise RefusedError("not_in_channel")
    return channel


def _thread(call: Call, channel: Channel) -> str:
    """The root of the thread it goes to: of a message there that is itself no reply."""
    ts = call.text("thread_ts")
    if not ts:
        return ""
    root = call.workspace.message(channel.id, ts)
    if root is None or root.only_for:
        raise RefusedError("thread_not_found")
    return root.thread or root.ts


@method("chat.postEphemeral", "chat:write", a_minute=TIER_4)
def post_ephemeral(call: Call) -> Json:
    """Say something to one person in a conversation that both are in."""
    channel, person = writable(call), call.person()
    if person.id not in channel.members:
        raise RefusedError("user_not_in_channel")
    said = content.read(call.slack, call.params)
    message = Message(
        call.workspace.ts(),
        channel.id,
        call.workspace.bot_user,
        said.text,
        said.blocks,
        thread=_thread(call, channel),
        only_for=person.id,
        bot=call.workspace.bot,
    )
    return {"message_ts": call.slack.post(message).ts}


@method("chat.update", "chat:write")
def update(call: Call) -> Json:
    """Change a message of ours. Without blocks the old ones stay, unless there is new text alone."""
    message = _own(call, "cant_update_message")
    if len(call.text("text")) > LONGEST_UPDATE:
        raise RefusedError("msg_too_long")
    said = content.read(call.slack, call.params)
    message.text = said.text
    if said.has_blocks:
        message.blocks = said.blocks
    if said.metadata is not None:
        message.metadata = said.metadata
    message.edited = call.workspace.ts()
    call.slack.changed(message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shapes.message(call.slack, message)}


@method("chat.delete", "chat:write")
def delete(call: Call) -> Json:
    """Take a message of ours back."""
    message = _own(call, "cant_delete_message")
    call.workspace.remove(message)
    call.slack.changed(message)
    return {"channel": message.channel, "ts": message.ts}


def _own(call: Call, refusal: str) -> Message:
    """The message an argument names, if it is ours and lasting: Slack keeps no ephemeral one."""
    channel = call.channel()
    found = call.workspace.message(channel.id, call.needed("ts"))
    if found is None or found.only_for:
        raise RefusedError("message_not_found")
    if found.user != call.workspace.bot_user:
        raise RefusedError(refusal)
    if channel.is_archived:
        raise RefusedError("is_archived")
    return found


@method("chat.getPermalink", a_minute=SPECIAL)
def permalink(call: Call) -> Json:
    """The address of a message."""
    channel = call.channel()
    ts = call.needed("message_ts")
    if call.workspace.message(channel.id, ts) is None:
        raise RefusedError("message_not_found")
    return {"channel": channel.id, "permalink": f"{call.slack.root}/archives/{channel.id}/p{ts.replace('.', '')}"}
