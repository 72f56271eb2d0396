"""Everything one local Slack has, in one place, so that methods, acts and deliveries are plain functions of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox.slack import mrkdwn
from bot.sandbox.slack.delivery.events import Events
from bot.sandbox.slack.delivery.socket import Sockets
from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.keys import Keys
from bot.sandbox.slack.limits import Limits, Pace
from bot.sandbox.slack.news import News
from bot.sandbox.slack.tickets import Tickets
from bot.sandbox.slack.tokens import Tokens
from bot.sandbox.slack.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.sandbox.slack.delivery.courier import Courier
    from bot.sandbox.slack.manifest import Manifest
    from bot.sandbox.slack.workspace import Channel, Message, Workspace


class Tasks:
    """What runs beside the requests. The loop itself keeps no strong reference to it."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[object]] = set()

    def start(self, work: Coroutine[object, object, object]) -> None:
        """Run it; what goes wrong in it reaches the loop's own handler."""
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def stop(self) -> None:
        """Cut off what still runs."""
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


@dataclass(slots=True)
class State:
    """The workspace and everything around it. `root` is the server's own address, `courier` the way to the app."""

    workspace: Workspace
    manifest: Manifest
    limits: Limits = field(default_factory=Limits)
    keys: Keys = field(default_factory=Keys)
    news: News = field(default_factory=News)
    tasks: Tasks = field(default_factory=Tasks)
    faults: Faults = field(default_factory=Faults)
    root: str = ""
    traffic: Traffic = field(init=False)
    tickets: Tickets = field(init=False)
    tokens: Tokens = field(init=False)
    pace: Pace = field(init=False)
    sockets: Sockets = field(init=False)
    courier: Courier = field(init=False)
    events: Events = field(init=False)

    def __post_init__(self) -> None:
        self.traffic = Traffic(lambda: self.news.tell("traffic"))
        self.tickets = Tickets(self.limits)
        self.tokens = Tokens(self.keys)
        self.pace = Pace(self.limits)
        self.sockets = Sockets(self.limits, self.traffic, self.workspace.app)
        self.courier = self.sockets
        self.events = Events(self)

    # What happens to messages, whoever does it.

    def post(self, message: Message) -> Message:
        """Show a new message to whoever may see it, ping whom it pings, and tell the app where it listens."""
        self.workspace.add(message)
        self.changed(message)
        self._ping(message)
        self.events.posted(message)
        return message

    def changed(self, message: Message) -> None:
        """Tell those who see it."""
        self.news.tell("messages", channel=message.channel, to=self.audience(message))

    def audience(self, message: Message) -> set[str]:
        """Who sees a message."""
        if message.only_for:
            return {message.only_for}
        channel = self.workspace.channels[message.channel]
        return {user for user in self.workspace.people if self.workspace.sees(user, channel)}

    def _ping(self, message: Message) -> None:
        channel = self.workspace.channels[message.channel]
        pinged = mrkdwn.pinged(self.workspace, channel, message)
        if pinged:
            author = self.workspace.people[message.user].name
            self.news.tell("notice", channel=channel.id, text=f"{author} mentioned you in {_place(channel)}", to=pinged)


def _place(channel: Channel) -> str:
    return "a direct message" if channel.kind == "im" else f"#{channel.name}"
