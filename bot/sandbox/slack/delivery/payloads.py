"""What Slack sends when somebody does something: commands, clicks, windows, menus that ask, shortcuts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bot.sandbox.slack import shapes

if TYPE_CHECKING:
    from bot.sandbox.slack.state import State
    from bot.sandbox.slack.workspace import Channel, Json, Message, Person, View

TOKEN = "verification-is-by-signature"  # noqa: S105 - Slack's old field, which nobody may rely on


def command(state: State, person: Person, channel: Channel, name: str, text: str) -> Json:
    """A slash command, as the form that Slack posts; with leave to answer and to open a window."""
    workspace = state.workspace
    return {
        "token": TOKEN,
        "team_id": workspace.team,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.kind == "im" else channel.name,
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": workspace.app,
        "is_enterprise_install": "false",
        "response_url": response_url(state, channel.id, person.id),
        "trigger_id": state.tickets.trigger(person.id),
    }


def response_url(state: State, channel: str, user: str, *, message: str = "") -> str:
    """A fresh response URL; `message` is the ts of what it may replace."""
    return f"{state.root}/commands/{state.tickets.address(channel, user, message=message)}"


def interaction(state: State, person: Person, kind: str, *, view: str = "") -> Json:
    """What every interactive payload begins with."""
    workspace = state.workspace
    return {
        "type": kind,
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team},
        "api_app_id": workspace.app,
        "token": TOKEN,
        "team": {"id": workspace.team, "domain": workspace.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": state.tickets.trigger(person.id, view),
    }


def on_message(state: State, person: Person, message: Message, action: Json, values: Json) -> Json:
    """A click on a message. An ephemeral one is not in the payload: Slack does not keep it."""
    channel = state.workspace.channels[message.channel]
    is_reply = bool(message.thread) and message.thread != message.ts
    thread = message.thread if is_reply else ""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": bool(message.only_for),
    }
    payload = interaction(state, person, "block_actions") | {
        "container": container | ({"thread_ts": thread} if thread else {}),
        "channel": {"id": channel.id, "name": "directmessage" if channel.kind == "im" else channel.name},
        "state": {"values": values},
        "response_url": response_url(state, channel.id, person.id, message=message.ts),
        "actions": [action],
    }
    return payload if message.only_for else payload | {"message": shapes.message(state, message)}


def on_view(state: State, person: Person, view: View, action: Json) -> Json:
    """A click in a window or in App Home: there is no message, and nothing to respond to."""
    return interaction(state, person, "block_actions", view=view.id) | {
        "container": {"type": "view", "view_id": view.id},
        "view": shapes.view(state.workspace, view),
        "actions": [action],
    }


def submission(state: State, person: Person, view: View) -> Json:
    """A window was submitted; with an address where an input of it asked for one."""
    urls = [
        {
            "response_url": response_url(state, chosen, person.id),
            "channel_id": chosen,
            "action_id": element["action_id"],
            "block_id": block["block_id"],
        }
        for block in view.content.get("blocks", ())
        if (element := block.get("element") or {}).get("response_url_enabled")
        and (chosen := _chosen(view, block["block_id"], element["action_id"]))
    ]
    shown = shapes.view(state.workspace, view)
    return interaction(state, person, "view_submission", view=view.id) | {"view": shown, "response_urls": urls}


def _chosen(view: View, block_id: str, action_id: str) -> str:
    state = view.values.get(block_id, {}).get(action_id, {})
    return str(state.get("selected_conversation") or state.get("selected_channel") or "")


def closed(state: State, person: Person, view: View, *, is_cleared: bool) -> Json:
    """A window was closed without submitting it."""
    payload = interaction(state, person, "view_closed", view=view.id)
    del payload["trigger_id"]
    return payload | {"view": shapes.view(state.workspace, view), "is_cleared": is_cleared}


def suggestion(state: State, person: Person, value: str, block_id: str, action_id: str, container: Json) -> Json:
    """A menu asks what it should offer for what was typed so far."""
    payload = interaction(state, person, "block_suggestion")
    del payload["trigger_id"]
    return payload | {"container": container, "action_id": action_id, "block_id": block_id, "value": value}


def shortcut(state: State, person: Person, callback: str) -> Json:
    """A shortcut from the search box."""
    return interaction(state, person, "shortcut") | {"callback_id": callback, "action_ts": f"{time.time():.6f}"}


def message_shortcut(state: State, person: Person, callback: str, message: Message) -> Json:
    """A shortcut on a message."""
    channel = state.workspace.channels[message.channel]
    return interaction(state, person, "message_action") | {
        "callback_id": callback,
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": "directmessage" if channel.kind == "im" else channel.name},
        "message": shapes.message(state, message),
        "response_url": response_url(state, channel.id, person.id, message=message.ts),
        "action_ts": f"{time.time():.6f}",
    }
