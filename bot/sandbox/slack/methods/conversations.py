"""Channels and direct messages: which there are, who is in them, who else reads along."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from bot.sandbox.slack import shapes
from bot.sandbox.slack.methods.method import TIER_2, TIER_4, method
from bot.sandbox.slack.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.sandbox.slack.methods.method import Call
    from bot.sandbox.slack.workspace import Channel, Json, Message

READ = ("channels:read", "groups:read", "im:read")
HISTORY = ("channels:history", "groups:history", "im:history")
PAGE, MOST = 100, 1000
Each = TypeVar("Each")


def _scope(channel: Channel, ending: str) -> str:
    """The scope for a kind of conversation."""
    return f"{'im' if channel.kind == 'im' else 'groups' if channel.is_private else 'channels'}:{ending}"


@method("conversations.info", *READ)
def info(call: Call) -> Json:
    """One conversation."""
    channel = call.channel()
    call.need(_scope(channel, "read"))
    return {"channel": shapes.channel(call.workspace, channel)}


@method("conversations.list", *READ, a_minute=TIER_2)
def listed(call: Call) -> Json:
    """Those of the kinds asked for that the bot sees, a page at a time."""
    kinds = call.text("types", "public_channel").split(",")
    for kind, scope in (("public_channel", "channels:read"), ("private_channel", "groups:read"), ("im", "im:read")):
        if kind in kinds:
            call.need(scope)
    found = [each for each in call.workspace.channels.values() if _kind(each) in kinds and _is_listed(call, each)]
    shown, cursor = paged(call, found)
    return {"channels": [shapes.channel(call.workspace, each) for each in shown], **cursor}


def _kind(channel: Channel) -> str:
    return "im" if channel.kind == "im" else "private_channel" if channel.is_private else "public_channel"


def _is_listed(call: Call, channel: Channel) -> bool:
    is_left_out = channel.is_archived and call.flag("exclude_archived")
    return call.workspace.sees(call.workspace.bot_user, channel) and not is_left_out


def paged(call: Call, found: Sequence[Each]) -> tuple[Sequence[Each], Json]:
    """One page, and the cursor of the next."""
    start, size = int(call.text("cursor", "0") or 0), min(int(call.text("limit") or PAGE), MOST)
    after = str(start + size) if start + size < len(found) else ""
    return found[start : start + size], {"response_metadata": {"next_cursor": after}}


@method("conversations.members", *READ, a_minute=TIER_4)
def members(call: Call) -> Json:
    """Who is in it."""
    channel = call.channel()
    call.need(_scope(channel, "read"))
    shown, cursor = paged(call, sorted(channel.members))
    return {"members": list(shown), **cursor}


@method("conversations.open", "im:write")
def opened(call: Call) -> Json:
    """The direct conversation with a person."""
    users = [each for each in call.text("users").split(",") if each]
    if len(users) != 1:
        raise RefusedError("invalid_arguments", "one user, in `users`: group messages need mpim:write")
    if users[0] not in call.workspace.people:
        raise RefusedError("user_not_found")
    if call.workspace.people[users[0]].is_bot:
        raise RefusedError("cannot_dm_bot")
    return {"channel": {"id": call.workspace.direct(users[0]).id}}


@method("conversations.join", "channels:join")
def join(call: Call) -> Json:
    """Come into a public channel."""
    channel = call.channel()
    if channel.kind == "im" or channel.is_private:
        raise RefusedError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise RefusedError("is_archived")
    channel.members.add(call.workspace.bot_user)
    return {"channel": shapes.channel(call.workspace, channel)}


@method("conversations.history", *HISTORY)
def history(call: Call) -> Json:
    """What was said, newest first."""
    channel = _readable(call)
    found = [each for each in call.workspace.messages.get(channel.id, []) if each.is_root and not each.only_for]
    wanted = [each for each in found if _is_between(call, each)]
    return _page(call, list(reversed(wanted)))


@method("conversations.replies", *HISTORY)
def replies(call: Call) -> Json:
    """A thread, its root first."""
    channel = _readable(call)
    root = call.workspace.message(channel.id, call.needed("ts"))
    if root is None or root.only_for:
        raise RefusedError("thread_not_found")
    return _page(call, [root, *(each for each in call.workspace.replies(channel.id, root.ts) if _is_between(call, each))])


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.need(_scope(channel, "history"))
    if call.workspace.bot_user not in channel.members:
        raise RefusedError("not_in_channel")
    return channel


def _is_between(call: Call, message: Message) -> bool:
    return float(call.text("oldest", "0")) < float(message.ts) < float(call.text("latest", "9e12"))


def _page(call: Call, found: list[Message]) -> Json:
    wanted, cursor = paged(call, found)
    shown = [shapes.message(call.slack, each) for each in wanted]
    if not call.flag("include_all_metadata"):
        for each in shown:
            each.pop("metadata", None)
    return {"messages": shown, "has_more": bool(cursor["response_metadata"]["next_cursor"]), **cursor}
