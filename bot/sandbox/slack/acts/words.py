"""Words: a message that somebody writes, a slash command that they run, a mark that they put on a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack import mrkdwn, responses
from bot.sandbox.slack.acts.person import joined, message, outcome, person
from bot.sandbox.slack.delivery import payloads
from bot.sandbox.slack.delivery.courier import COMMANDS
from bot.sandbox.slack.refusals import NotPossibleError
from bot.sandbox.slack.workspace import Message

if TYPE_CHECKING:
    from bot.sandbox.slack.state import State
    from bot.sandbox.slack.workspace import Json

INVITE = "/invite"


def say(state: State, user: str, channel: str, text: str, thread: str = "") -> Message:
    """Write a message; names become mentions as a client makes them. Raises NotPossibleError."""
    place = joined(state, user, channel)
    if place.kind == "im" and not state.manifest.has_messages:
        raise NotPossibleError("The app takes no direct messages.")
    if not text.strip():
        raise NotPossibleError("Nothing was typed.")
    if thread:
        root = message(state, user, channel, thread)
        thread = root.thread or root.ts
    said = Message(state.workspace.ts(), place.id, user, mrkdwn.typed(state.workspace, text), thread=thread)
    place.read[user] = said.ts
    return state.post(said)


async def run(state: State, user: str, channel: str, text: str) -> Json:
    """Run a slash command, `/cost by service`; what the app answers at once is shown. Raises NotPossibleError."""
    place, name = joined(state, user, channel), text.split(maxsplit=1)[0] if text.split() else ""
    if name == INVITE:
        return invite(state, user, channel, text.strip()[len(name) :].strip().lstrip("@"))
    known = state.manifest.slash(name)
    if known is None:
        return {"ok": False, "error": f"{name or 'that'} is not a valid command"}
    rest = text.strip()[len(name) :].strip()
    said = mrkdwn.typed(state.workspace, rest, labelled=True) if known.should_escape else rest
    payload = payloads.command(state, person(state, user), place, name, said)
    answer = await state.courier.send(COMMANDS, payload)
    if answer.is_ok and answer.body:
        responses.show_at_once(state, place.id, user, answer.body)
    return outcome(state, user, answer, name)


def invite(state: State, user: str, channel: str, name: str) -> Json:
    """Slack's own `/invite @name`: whoever is called so joins, and the app is told where it listens. Raises NotPossibleError."""
    place = joined(state, user, channel)
    guest = next((each for each in state.workspace.people.values() if each.name == name), None)
    if guest is None or place.kind == "im":
        return {"ok": False, "error": f"{name or 'nobody'} cannot be invited here"}
    if guest.id not in place.members:
        place.members.add(guest.id)
        kind = "G" if place.is_private else "C"
        event = {"type": "member_joined_channel", "user": guest.id, "channel": channel, "channel_type": kind, "inviter": user}
        state.events.emit({**event, "team": state.workspace.team})
        state.news.tell("workspace")
    return {"ok": True}


def react(state: State, user: str, channel: str, ts: str, name: str) -> None:
    """Put an emoji on a message, or take it off again. Raises NotPossibleError."""
    found = message(state, user, channel, ts)
    users = found.reactions.setdefault(name, [])
    if user in users:
        users.remove(user)
        found.reactions = {each: by for each, by in found.reactions.items() if by}
    else:
        users.append(user)
        item = {"type": "message", "channel": channel, "ts": ts}
        event = {"type": "reaction_added", "user": user, "reaction": name, "item_user": found.user, "item": item}
        state.events.emit(event)
    state.changed(found)
