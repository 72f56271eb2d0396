"""The nouns of one workspace and what is so in it now: people, channels, messages, files, views.

Nothing here refuses anything: the rules stand with the methods (for the app) and with the acts (for people).
"""

from __future__ import annotations

import itertools
import random
import string
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
LETTERS = string.ascii_uppercase + string.digits
MICROSECONDS = 1_000_000


@dataclass(slots=True)
class Person:
    """A member. `role_hint` is what the page writes beside the name; Slack itself knows no such thing."""

    id: str
    name: str
    real_name: str
    team: str
    role_hint: str = ""
    color: str = "#3b6ea5"
    timezone: str = "Europe/Berlin"
    is_guest: bool = False
    is_bot: bool = False
    is_deleted: bool = False


@dataclass(slots=True)
class Channel:
    """A conversation. `kind` is "channel" or "im"; `partners` are the other companies' workspaces that share it."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    kind: str = "channel"
    topic: str = ""
    is_private: bool = False
    is_archived: bool = False
    partners: tuple[str, ...] = ()
    invited_partners: tuple[str, ...] = ()
    read: dict[str, str] = field(default_factory=dict)
    """Person → ts of the newest message they have seen."""
    created: int = 1_700_000_000


@dataclass(slots=True)
class Message:
    """A message. `only_for` is the one person who sees an ephemeral; `thread` is the ts of the root, "" outside threads."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread: str = ""
    only_for: str = ""
    bot: str = ""
    edited: str = ""
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    metadata: Json | None = None
    is_broadcast: bool = False
    is_streaming: bool = False

    @property
    def is_root(self) -> bool:
        """Whether it stands in the conversation itself."""
        return not self.thread or self.thread == self.ts or self.is_broadcast

    def is_for(self, user: str) -> bool:
        """Whether this person sees it, given that they see the channel."""
        return self.only_for in {"", user}


@dataclass(slots=True)
class File:
    """A file on its way or there: `is_complete` when the upload was finished, `ready_at` when Slack has looked at it."""

    id: str
    name: str
    length: int
    alt: str = ""
    title: str = ""
    content: bytes | None = None
    is_complete: bool = False
    ready_at: float = 0.0
    shared: list[tuple[str, str]] = field(default_factory=list)
    """Channel and ts of each message that shows it."""

    @property
    def mimetype(self) -> str:
        """By its name, as far as an upload of ours needs it."""
        ending = self.name.rpartition(".")[2].lower()
        kinds = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "csv": "text/csv", "txt": "text/plain"}
        return kinds.get(ending, "application/octet-stream")


@dataclass(slots=True)
class View:
    """A modal on somebody's stack, or their App Home: as the app gave it, with what Slack adds."""

    id: str
    user: str
    content: Json
    hash: str
    root: str = ""
    previous: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    values: Json = field(default_factory=dict)
    """What was filled in so far: block id → action id → state."""


@dataclass(slots=True)
class Group:
    """A user group."""

    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)
    is_disabled: bool = False


@dataclass(slots=True)
class Workspace:
    """One team and everything in it."""

    team: str
    name: str
    domain: str
    bot_user: str
    bot: str
    app: str
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: dict[str, list[Message]] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    modals: dict[str, list[View]] = field(default_factory=dict)
    """Person → open windows, the newest last."""
    _last: int = 0
    _count: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _dice: random.Random = field(default_factory=random.Random)  # never seeded: an app remembers event ids over a restart

    # Names for new things.

    def ts(self) -> str:
        """A timestamp that no other message has."""
        self._last = max(self._last + 1, int(time.time() * MICROSECONDS))
        return f"{self._last // MICROSECONDS}.{self._last % MICROSECONDS:06d}"

    def id(self, letter: str) -> str:
        """An id of Slack's shape."""
        return f"{letter}0{''.join(self._dice.choices(LETTERS, k=9))}"

    def short_id(self) -> str:
        """What Slack calls a block or an action that the app left without a name."""
        return "".join(self._dice.choices(string.ascii_letters + string.digits, k=5))

    def number(self) -> int:
        """The next number, for whatever must differ."""
        return next(self._count)

    # Conversations.

    def direct(self, user: str) -> Channel:
        """The conversation of a person with the bot, opened on first use."""
        found = next((each for each in self.channels.values() if each.kind == "im" and user in each.members), None)
        if found is None:
            found = Channel(f"D{user[1:]}", self.people[user].name, {user, self.bot_user}, kind="im", is_private=True)
            self.channels[found.id] = found
        return found

    def sees(self, user: str, channel: Channel) -> bool:
        """Members see a conversation; full members see every public one. The bot follows the same rule."""
        is_open = channel.kind == "channel" and not channel.is_private and not self.people[user].is_guest
        return user in channel.members or is_open

    def add(self, message: Message) -> Message:
        """Put a message where it belongs."""
        self.messages.setdefault(message.channel, []).append(message)
        return message

    def message(self, channel: str, ts: str) -> Message | None:
        """A message by where and when."""
        return next((each for each in reversed(self.messages.get(channel, [])) if each.ts == ts), None)

    def remove(self, message: Message) -> None:
        """Take a message away; its replies stay, as in Slack."""
        self.messages[message.channel].remove(message)

    def replies(self, channel: str, root: str) -> list[Message]:
        """Every lasting reply in a thread, oldest first."""
        found = self.messages.get(channel, [])
        return [each for each in found if each.thread == root and each.ts != root and not each.only_for]

    def view(self, view_id: str) -> View | None:
        """An open window or a home, by its id."""
        opened = itertools.chain(self.homes.values(), *self.modals.values())
        return next((each for each in opened if each.id == view_id), None)
