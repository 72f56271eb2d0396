"""The part of mrkdwn that does something: who is pinged by a text, and what a person's typing becomes.

Slack looks into every mrkdwn text, wherever a name came from: a tag valued `<!channel>` calls everybody. Plain text never does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.sandbox.slack.workspace import Channel, Message, Workspace

PING = re.compile(r"<(?:@(?P<user>[UW][A-Z0-9]+)|!(?P<all>channel|here|everyone)|!subteam\^(?P<group>S[A-Z0-9]+))(?:\|[^>]*)?>")
MADE = re.compile(r"<(?:[@#!][^<>\s]+|https?://[^<>\s]+)>")
TYPED = re.compile(r"(?<![\w/.])(?:@(?P<name>[\w.-]*\w)|#(?P<channel>[\w-]+))|(?P<url>https?://[^\s<>|]+)")
EVERYBODY = frozenset({"channel", "here", "everyone"})
MARKED, RAW = frozenset({"mrkdwn", "markdown"}), frozenset({"raw_text", "raw_number", "plain_text"})
RICH = {"user": "user_id", "broadcast": "range", "usergroup": "usergroup_id"}
"""Element of rich text → where it says whom it calls."""


def pings(message: Message) -> list[str]:
    """Whom a message calls, as it stands there: ids of people and groups, `channel`, `here`, `everyone`."""
    return list(dict.fromkeys([*_in(message.text), *_called(message.blocks)]))


def pinged(workspace: Workspace, channel: Channel, message: Message) -> set[str]:
    """The people who are told, who must be in the conversation; never the author, and nobody by an ephemeral of others."""
    called: set[str] = set()
    for each in pings(message):
        if each in EVERYBODY:
            called |= channel.members
        elif each in workspace.groups:
            called |= set(workspace.groups[each].users)
        else:
            called.add(each)
    return {user for user in called & channel.members if user != message.user and message.is_for(user)}


def _called(node: object) -> Iterator[str]:
    """Whom blocks call: in every text that Slack reads as mrkdwn, and by the elements of rich text."""
    if isinstance(node, dict):
        kind = node.get("type")
        if kind in RAW:
            return
        if kind in MARKED and isinstance(node.get("text"), str):
            yield from _in(node["text"])
        elif kind in RICH and isinstance(node.get(RICH[kind]), str):
            yield node[RICH[kind]]
        for each in node.values():
            yield from _called(each)
    elif isinstance(node, list):
        for each in node:
            yield from _called(each)


def _in(text: str) -> Iterator[str]:
    yield from (each["user"] or each["all"] or each["group"] for each in PING.finditer(text))


def escape(text: str) -> str:
    """The three characters that mean something."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(workspace: Workspace, text: str, *, labelled: bool = False) -> str:
    """What a client makes of what somebody typed: names become mentions, addresses links, the rest is escaped.

    `labelled`: mentions carry their name, as in the text of a slash command that asks for it.
    """
    pieces, at = [], 0
    for made in MADE.finditer(text):
        pieces += [_mentions(workspace, text[at : made.start()], labelled=labelled), made[0]]
        at = made.end()
    return "".join([*pieces, _mentions(workspace, text[at:], labelled=labelled)])


def _mentions(workspace: Workspace, text: str, *, labelled: bool) -> str:
    pieces, at = [], 0
    for found in TYPED.finditer(text):
        made = f"<{found['url']}>" if found["url"] else _named(workspace, found, labelled=labelled)
        pieces += [escape(text[at : found.start()]), made or found[0]]
        at = found.end()
    return "".join([*pieces, escape(text[at:])])


def _named(workspace: Workspace, found: re.Match[str], *, labelled: bool) -> str:
    """The mention of a person, a group or a channel, or "" where nothing is called so."""
    name, channel = found["name"], found["channel"]
    if name in EVERYBODY:
        return f"<!{name}>"
    for person in workspace.people.values():
        if name and person.name == name:
            return f"<@{person.id}|{name}>" if labelled else f"<@{person.id}>"
    for group in workspace.groups.values():
        if name and group.handle == name:
            return f"<!subteam^{group.id}|@{name}>"
    for each in workspace.channels.values():
        if channel and each.name == channel and each.kind == "channel":
            return f"<#{each.id}|{channel}>"
    return ""
