"""Who does something and where: looked up, and refused where Slack's own client would not let them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack.refusals import NotPossibleError

if TYPE_CHECKING:
    from bot.sandbox.slack.delivery.courier import Answer
    from bot.sandbox.slack.state import State
    from bot.sandbox.slack.workspace import Channel, Json, Message, Person


def person(state: State, user: str) -> Person:
    """A person of the workspace. Raises NotPossibleError."""
    found = state.workspace.people.get(user)
    if found is None:
        raise NotPossibleError(f"There is no person {user}.")
    return found


def seen(state: State, user: str, channel: str) -> Channel:
    """A conversation that this person sees. Raises NotPossibleError."""
    found = state.workspace.channels.get(channel)
    if found is None or not state.workspace.sees(person(state, user).id, found):
        raise NotPossibleError(f"{user} sees no channel {channel}.")
    return found


def joined(state: State, user: str, channel: str) -> Channel:
    """A conversation that this person may write in. Raises NotPossibleError."""
    found = seen(state, user, channel)
    if user not in found.members:
        raise NotPossibleError(f"{user} is not a member of {channel}.")
    if found.is_archived:
        raise NotPossibleError(f"{channel} is archived.")
    return found


def message(state: State, user: str, channel: str, ts: str) -> Message:
    """A message that this person sees. Raises NotPossibleError."""
    found = state.workspace.message(seen(state, user, channel).id, ts)
    if found is None or not found.is_for(user):
        raise NotPossibleError(f"{user} sees no message {ts} in {channel}.")
    return found


def outcome(state: State, user: str, answer: Answer, what: str) -> Json:
    """What the client shows: nothing when the app took it, else Slackbot's line."""
    if answer.is_ok:
        return {"ok": True}
    state.news.tell("notice", text=f"{what} failed with the error “{answer.error}”.", to={user})
    return {"ok": False, "error": answer.error}
