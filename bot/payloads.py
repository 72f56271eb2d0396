"""Slack's payloads as `Incoming`: pure functions, one a kind of payload. What cannot mean anything to us becomes None.

Ids of people and places are taken from the fields that Slack itself fills in, never from what a button or a view remembered.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from handlers.blocks.forms import SEPARATOR
from handlers.incoming import Incoming, Kind
from handlers.request import Place, Surface

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Payload = Mapping[str, Any]

CHOICES = (
    *("selected_option", "selected_user", "selected_conversation", "selected_channel"),
    *("selected_date", "selected_time", "selected_date_time"),
)
LISTS = ("selected_options", "selected_users", "selected_conversations", "selected_channels")


def from_command(body: Payload, prefix: str) -> Incoming:
    """A slash command; the workspace's prefix is taken off its name."""
    place = Place(
        team=body["team_id"],
        channel=body.get("channel_id") or "",
        surface=Surface.SLASH,
        response_url=body.get("response_url") or "",
        trigger=body.get("trigger_id") or "",
    )
    name = body["command"].removeprefix("/").removeprefix(prefix)
    delivery = f"command:{place.trigger}" if place.trigger else ""
    text = body.get("text") or ""
    return Incoming(Kind.COMMAND, place, body["team_id"], body["user_id"], name=name, text=text, delivery=delivery)


def from_actions(body: Payload) -> Iterator[Incoming]:
    """Each button or menu that was used: on a message, in App Home or in a modal, with what is filled in there by now."""
    team, user = _who(body)
    place = _clicked(body, team)
    view = body["view"] if place.view else {}
    state = _state(view)
    for action in body.get("actions") or ():
        chosen = action.get("value") or _chosen(action)
        is_input = action.get("block_id") in _inputs(view)
        yield Incoming(
            Kind.ACTION,
            place,
            team,
            user,
            name=action.get("action_id") or "",
            value="" if is_input else chosen,
            kept=view.get("private_metadata") or "",
            state=state | ({action["block_id"]: chosen} if is_input else {}),
            delivery=f"action:{user}:{action.get('action_id')}:{action.get('action_ts')}",
        )


def _who(body: Payload) -> tuple[str, str]:
    """The workspace and the id of the person: their own workspace where Slack names it."""
    user = body["user"]
    team = user.get("team_id") or (body.get("team") or {}).get("id") or ""
    return team, user["id"]


def _clicked(body: Payload, team: str) -> Place:
    """Where the button stands. An ephemeral message is not in the payload; its container says what it is."""
    container, view = body.get("container") or {}, body.get("view") or {}
    message = body.get("message") or {}
    ts = container.get("message_ts") or ""
    thread = container.get("thread_ts") or message.get("thread_ts") or ""
    surface = Surface.BUTTON if not view else Surface.HOME if view.get("type") == "home" else Surface.VIEW
    modal = view if surface is Surface.VIEW else {}
    return Place(
        team=team,
        channel=(body.get("channel") or {}).get("id") or container.get("channel_id") or "",
        # A message that has replies is the thread of those, and does not stand in it itself.
        thread=thread if thread != ts else "",
        message=ts,
        surface=surface,
        response_url=body.get("response_url") or "",
        trigger=body.get("trigger_id") or "",
        is_ephemeral=bool(container.get("is_ephemeral")),
        view=modal.get("id") or "",
        view_hash=modal.get("hash") or "",
    )


def _chosen(element: Payload) -> str:
    """What was chosen in a menu, picker or input; `handlers.blocks.forms.chosen` takes several choices apart again."""
    for name in CHOICES:
        if element.get(name):
            return _plain(element[name])
    for name in LISTS:
        if element.get(name):
            return SEPARATOR.join(_plain(each) for each in element[name])
    return str(element.get("value") or "")


def _plain(choice: object) -> str:
    return str(choice.get("value") or "") if isinstance(choice, dict) else str(choice)


def from_view(body: Payload) -> Incoming:
    """A submitted modal: what it remembered, and what was filled in.

    A modal that stays open over an error is submitted again with the same id and hash, so its trigger tells one from the other.
    """
    team, user = _who(body)
    view, trigger = body["view"], body.get("trigger_id") or ""
    place = Place(
        team=team,
        surface=Surface.VIEW,
        trigger=trigger,
        response_url=_response_url(body),
        view=view["id"],
        view_hash=view.get("hash") or "",
    )
    return Incoming(
        Kind.VIEW,
        place,
        team,
        user,
        name=view.get("callback_id") or "",
        value=view.get("private_metadata") or "",
        state=_state(view),
        delivery=f"view:{view['id']}:{trigger}" if trigger else "",
    )


def _state(view: Payload) -> dict[str, str]:
    """What is filled in: an input by the id of its block, any other element by its own."""
    inputs = _inputs(view)
    return {
        block_id if block_id in inputs else action_id: _chosen(element)
        for block_id, elements in ((view.get("state") or {}).get("values") or {}).items()
        for action_id, element in elements.items()
    }


def _inputs(view: Payload) -> set[str]:
    return {block.get("block_id") or "" for block in view.get("blocks") or () if block.get("type") == "input"}


def _response_url(body: Payload) -> str:
    urls = body.get("response_urls") or []
    return urls[0].get("response_url") or "" if urls else ""


def from_event(body: Payload, bot_user: str) -> Incoming | None:
    """An event: words for us, App Home, an invitation, or one that a feature declared. None: nothing for us."""
    event = body["event"]
    kind = event.get("type") or ""
    if kind in {"app_mention", "message"}:
        return _words(body, bot_user)
    if kind == "app_home_opened":
        return _named(body, Surface.HOME, event["user"]) if event.get("tab", "home") == "home" else None
    if kind == "member_joined_channel":
        invited = event.get("user") == bot_user and event.get("inviter")
        return _named(body, Surface.MENTION, event["inviter"]) if invited else None
    user = event.get("user")
    return _named(body, Surface.MENTION, user) if isinstance(user, str) and user != bot_user else None


def _words(body: Payload, bot_user: str) -> Incoming | None:
    """What a person wrote to us. Both subscriptions may deliver one message, so it is known by its channel and ts."""
    event = body["event"]
    is_direct = event.get("channel_type") == "im" or event["channel"].startswith("D")
    if event.get("bot_id") or event.get("subtype") or not event.get("user") or event["user"] == bot_user:
        return None
    if event["type"] == "message" and not is_direct:
        return None
    place = Place(
        team=body.get("team_id") or "",
        channel=event["channel"],
        thread=event.get("thread_ts") or "",
        message=event["ts"],
        surface=Surface.DIRECT if is_direct else Surface.MENTION,
    )
    return Incoming(
        Kind.COMMAND,
        place,
        _team(body),
        event["user"],
        text=without_mention(event.get("text") or "", bot_user),
        delivery=f"message:{event['channel']}:{event['ts']}",
    )


def without_mention(text: str, bot_user: str) -> str:
    """The words without our own name: those after it (`so, @tuppence cost` asks `cost`) or, where none are, those before."""
    found = re.search(rf"<@{re.escape(bot_user)}(?:\|[^>]*)?>[\s:,]*", text) if bot_user else None
    if not found:
        return text.strip()
    return text[found.end() :].strip() or text[: found.start()].strip()


def _named(body: Payload, surface: Surface, user: str) -> Incoming:
    event = body["event"]
    channel = event.get("channel")
    place = Place(team=body.get("team_id") or "", channel=channel if isinstance(channel, str) else "", surface=surface)
    delivery = f"event:{body['event_id']}" if body.get("event_id") else ""
    return Incoming(Kind.EVENT, place, _team(body), user, name=event["type"], delivery=delivery)


def _team(body: Payload) -> str:
    """The workspace that the words came from: the sender's own, which in a shared channel is not ours."""
    event = body["event"]
    return event.get("user_team") or event.get("team") or body.get("team_id") or ""
