"""What a person sees, as JSON for the page: only what Slack would show that person."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.sandbox.slack import mrkdwn, shapes
from bot.sandbox.slack.acts.person import person, seen

if TYPE_CHECKING:
    from bot.sandbox.slack.state import State
    from bot.sandbox.slack.workspace import Channel, File, Json, Message, Person


def workspace(state: State, query: Json) -> Json:
    """The team, its people, the channels this person sees, and the app's commands. Who names nobody is the first person."""
    here = state.workspace
    me = person(state, query.get("as") or next(iter(here.people)))
    channels = [
        each for each in here.channels.values() if here.sees(me.id, each) and (each.kind != "im" or me.id in each.members)
    ]
    commands = [
        {"command": each.command, "description": each.description, "usage_hint": each.usage_hint}
        for each in state.manifest.commands
    ]
    bot = here.people[here.bot_user]
    return {
        "team": {"id": here.team, "name": here.name},
        "me": _person(me),
        "people": [_person(each) for each in here.people.values()],
        "channels": [_channel(state, each, me) for each in channels],
        "commands": commands,
        "bot": {"user": bot.id, "name": bot.name},
    }


def _person(each: Person) -> Json:
    return {
        "id": each.id,
        "name": each.name,
        "real_name": each.real_name,
        "role_hint": each.role_hint,
        "is_guest": each.is_guest,
        "is_bot": each.is_bot,
        "color": each.color,
    }


def _channel(state: State, each: Channel, me: Person) -> Json:
    other = state.workspace.people[state.workspace.bot_user].name
    return {
        "id": each.id,
        "name": other if each.kind == "im" else each.name,
        "kind": each.kind,
        "is_private": each.is_private,
        "is_ext_shared": bool(each.partners),
        "is_archived": each.is_archived,
        "is_member": me.id in each.members,
        "topic": each.topic,
        "unread": _unread(state, each, me) if me.id in each.members else 0,
    }


def _unread(state: State, channel: Channel, me: Person) -> int:
    last = channel.read.get(me.id, "")
    found = state.workspace.messages.get(channel.id, [])
    return sum(each.ts > last and each.is_root and each.is_for(me.id) and each.user != me.id for each in found)


def messages(state: State, query: Json) -> Json:
    """A conversation as this person sees it, or one thread of it, oldest first; it is then read."""
    me, channel, thread = person(state, query["as"]), seen(state, query["as"], query["channel"]), query.get("thread", "")
    everything = state.workspace.messages.get(channel.id, [])
    replies = Counter(each.thread for each in everything if not each.only_for and each.thread != each.ts)
    found = [each for each in everything if each.is_for(me.id)]
    shown = [each for each in found if thread in {each.thread, each.ts}] if thread else [each for each in found if each.is_root]
    if not thread and shown and channel.read.get(me.id) != shown[-1].ts:
        channel.read[me.id] = shown[-1].ts
        state.news.tell("workspace", to={me.id})
    return {"messages": [message(state, each, replies[each.ts]) for each in sorted(shown, key=lambda each: each.ts)]}


def message(state: State, found: Message, replies: int) -> Json:
    """One message for the page."""
    author = state.workspace.people[found.user]
    return {
        "ts": found.ts,
        "thread_ts": found.thread or None,
        "author": {"id": author.id, "name": author.name, "is_bot": author.is_bot},
        "text": found.text,
        "blocks": found.blocks or None,
        "files": [_file(state, state.workspace.files[each]) for each in found.files],
        "ephemeral": bool(found.only_for),
        "edited": bool(found.edited),
        "reply_count": replies,
        "reactions": [{"name": name, "count": len(users)} for name, users in found.reactions.items()],
        "pings": mrkdwn.pings(found),
    }


def _file(state: State, found: File) -> Json:
    shown = shapes.file(state, found)
    return {
        "id": found.id,
        "name": found.name,
        "mimetype": found.mimetype,
        "url": shown["url_private"].removeprefix(state.root),
        "title": shown["title"],
        "alt": found.alt,
    }


def home(state: State, query: Json) -> Json:
    """The person's App Home, once something was published there."""
    found = state.workspace.homes.get(person(state, query["as"]).id)
    return {"view": shapes.view(state.workspace, found) if found else None}


def modals(state: State, query: Json) -> Json:
    """The person's open windows, the newest last."""
    stack = state.workspace.modals.get(person(state, query["as"]).id, [])
    return {"stack": [shapes.view(state.workspace, each) | {"errors": each.errors} for each in stack]}


def traffic(state: State, query: Json) -> Json:
    """What went between the app and Slack after entry `since`."""
    entries = state.traffic.since(int(query.get("since") or 0))
    return {"next": state.traffic.newest, "entries": entries}
