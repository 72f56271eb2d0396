"""Switching a bad day on and off; some faults are a change of the workspace, which is undone when they are switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack.faults import NAMES
from bot.sandbox.slack.refusals import NotPossibleError
from bot.sandbox.slack.seed import PARTNER

if TYPE_CHECKING:
    from bot.sandbox.slack.faults import Fault
    from bot.sandbox.slack.state import State
    from bot.sandbox.slack.workspace import Channel, Json

ONCE = frozenset({"drop_sockets", "refresh_sockets"})


def listed(state: State, _: Json) -> Json:
    """What is on, and what there is."""
    return {"faults": state.faults.listed(), "names": NAMES}


async def switch_on(state: State, body: Json) -> Json:
    """Switch one on. Raises NotPossibleError."""
    channel = _channel(state, body) if body.get("name") in {"archive_channel", "share_channel"} else None
    made = state.faults.switch_on({**body, "times": 1} if body.get("name") in ONCE else body)
    if made.name in ONCE:
        state.faults.take(made.name)
        await (state.sockets.drop() if made.name == "drop_sockets" else state.sockets.refresh())
    _change(state, made, channel)
    return {"ok": True}


def _channel(state: State, body: Json) -> Channel:
    found = state.workspace.channels.get(str(body.get("channel", "")))
    if found is None:
        raise NotPossibleError("Say which `channel`.")
    return found


def _change(state: State, made: Fault, channel: Channel | None) -> None:
    if made.name == "revoked_token":
        state.tokens.is_revoked = True
    elif channel is not None and made.name == "archive_channel":
        channel.is_archived = True
        state.events.emit({"type": "channel_archive", "channel": channel.id, "user": next(iter(channel.members))})
    elif channel is not None:
        channel.partners = (*channel.partners, PARTNER)
        state.events.emit({"type": "channel_shared", "channel": channel.id, "connected_team_id": PARTNER})
    state.news.tell("workspace")


def switch_off(state: State) -> Json:
    """Switch all off; channels are opened again, and shared with nobody who was not there before."""
    for each in state.faults.listed():
        channel = state.workspace.channels.get(each["channel"])
        if channel is not None and each["name"] == "archive_channel":
            channel.is_archived = False
        elif channel is not None and each["name"] == "share_channel":
            channel.partners = channel.partners[:-1]
    state.tokens.is_revoked = False
    state.faults.switch_off()
    state.news.tell("workspace")
    return {"ok": True}
