"""Events: what happened, told to the app where its manifest listens and its scopes allow, again when nobody acknowledged."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.sandbox.slack import shapes
from bot.sandbox.slack.delivery.courier import EVENTS, NOBODY, TIMEOUT

if TYPE_CHECKING:
    from bot.sandbox.slack.state import State
    from bot.sandbox.slack.workspace import Channel, Json, Message

NEEDS = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "member_joined_channel": "channels:read",
    "subteam_members_changed": "usergroups:read",
    "subteam_updated": "usergroups:read",
    "user_change": "users:read",
    "channel_shared": "channels:read",
    "channel_archive": "channels:read",
    "reaction_added": "reactions:read",
}
"""Event → the scope without which Slack keeps it back."""
REASONS = {TIMEOUT: "timeout", NOBODY: "connection_failed"}


class Events:
    """Sends events. The order in which they arrive is nobody's promise; here they leave in the order they happened."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._overtaken = asyncio.Event()

    def emit(self, event: Json, subscription: str = "") -> None:
        """Tell the app, if it asked to be told. `subscription`: where its name is not the event's type."""
        name = subscription or event["type"]
        manifest = self._state.manifest
        needed = NEEDS.get(name, "")
        if name in manifest.events and (not needed or needed in manifest.scopes):
            self._state.tasks.start(self._in_some_order(self._callback(event)))

    def posted(self, message: Message) -> None:
        """A message: to the conversation's subscription, and as a mention where the bot is named."""
        workspace = self._state.workspace
        channel = workspace.channels[message.channel]
        if message.only_for or workspace.bot_user not in channel.members:
            return
        kind = "im" if channel.kind == "im" else "group" if channel.is_private else "channel"
        event = self._message(message, channel)
        self.emit({**event, "type": "message", "channel_type": kind}, f"message.{kind if kind == 'im' else kind + 's'}")
        if kind != "im" and f"<@{workspace.bot_user}" in message.text and message.user != workspace.bot_user:
            self.emit({**event, "type": "app_mention"})

    def _message(self, message: Message, channel: Channel) -> Json:
        shown = shapes.message(self._state, message)
        person = self._state.workspace.people[message.user]
        foreign = {"user_team": person.team, "source_team": person.team} if channel.partners else {}
        subtype = {"subtype": "file_share"} if message.files else {}
        return {**shown, **foreign, **subtype, "channel": channel.id, "event_ts": message.ts}

    def _callback(self, event: Json) -> Json:
        workspace = self._state.workspace
        place = event.get("channel")
        channel = workspace.channels.get(place) if isinstance(place, str) else None
        return {
            "token": "verification-is-by-signature",
            "team_id": workspace.team,
            "context_team_id": workspace.team,
            "api_app_id": workspace.app,
            "type": "event_callback",
            "event_id": workspace.id("Ev"),
            "event_time": int(time.time()),
            "authorizations": [{"team_id": workspace.team, "user_id": workspace.bot_user, "is_bot": True}],
            "is_ext_shared_channel": bool(channel and channel.partners),
            "event": {"event_ts": f"{time.time():.6f}", **event},
        }

    async def _in_some_order(self, callback: Json) -> None:
        """As it is, or twice, or after the next one."""
        faults = self._state.faults
        if late := faults.take("reorder_events"):
            self._overtaken.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._overtaken.wait(), late.seconds)
            await self._deliver(callback)
            return
        await self._deliver(callback)
        self._overtaken.set()
        if faults.take("duplicate_events"):
            await self._deliver(callback)

    async def _deliver(self, callback: Json) -> None:
        """Once, and again after each wait until it is acknowledged."""
        reason = ""
        for attempt, wait in enumerate((0.0, *self._state.limits.retries)):
            await asyncio.sleep(wait)
            answer = await self._state.courier.send(EVENTS, callback, attempt=attempt, reason=reason)
            if answer.is_ok:
                return
            reason = REASONS.get(answer.error, "http_error")
