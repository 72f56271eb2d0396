"""Clicks: a button or menu on a message, in a window or in App Home; a menu that asks; a shortcut."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bot.sandbox.slack import elements
from bot.sandbox.slack.acts.person import message, outcome, person
from bot.sandbox.slack.delivery import payloads
from bot.sandbox.slack.delivery.courier import INTERACTIVE
from bot.sandbox.slack.refusals import NotPossibleError

if TYPE_CHECKING:
    from bot.sandbox.slack.state import State
    from bot.sandbox.slack.workspace import Json, Message, View

ACTED = ("value", "text", "style", "url", "placeholder")
"""What an action repeats of its element."""


async def click(state: State, body: Json) -> Json:
    """Use an element, known by its two ids, of a message (`channel`, `ts`) or a view (`view_id`). Raises NotPossibleError."""
    _check_interactive(state)
    user, view = person(state, body["as"]), _view(state, body)
    found = None if view else message(state, user.id, body["channel"], body["ts"])
    blocks = view.content["blocks"] if view else found.blocks if found else []
    element = elements.find(blocks, body["block_id"], body["action_id"])
    action = _action(body["block_id"], element, chosen_in(body))
    if view is not None:
        _remember(view, action)
        answer = await state.courier.send(INTERACTIVE, payloads.on_view(state, user, view, action))
    else:
        answer = await state.courier.send(INTERACTIVE, payloads.on_message(state, user, _shown(found), action, _state(action)))
    return outcome(state, user.id, answer, str(element["action_id"]))


def _check_interactive(state: State) -> None:
    if not state.manifest.is_interactive:
        raise NotPossibleError("The manifest has interactivity switched off.")


def _shown(found: Message | None) -> Message:
    if found is None:
        raise NotPossibleError("Neither a message nor a view was named.")
    return found


def _view(state: State, body: Json) -> View | None:
    """The view it is in, if it is in one: the person's own."""
    if not body.get("view_id"):
        return None
    found = state.workspace.view(body["view_id"])
    if found is None or found.user != body["as"]:
        raise NotPossibleError(f"{body['as']} has no view {body['view_id']} open.")
    return found


def chosen_in(body: Json) -> Json:
    """What was chosen: the fields of Slack's payload, beside the rest or under `selected`."""
    own = {name: value for name, value in body.items() if name == "value" or name.startswith("selected_")}
    given = body.get("selected")
    return own | (given if isinstance(given, dict) else {})


def _action(block_id: str, element: Json, given: Json) -> Json:
    kind = str(element["type"])
    repeated = {name: element[name] for name in ACTED if name in element}
    made = {"action_id": element["action_id"], "block_id": block_id, "action_ts": f"{time.time():.6f}", **repeated}
    if kind == "feedback_buttons":
        offered = [element["positive_button"]["value"], element["negative_button"]["value"]]
        if given.get("value") not in offered:
            raise NotPossibleError(f"Neither of its buttons has the value {given.get('value')}.")
        return {**made, "type": kind, "value": given["value"]}
    return {**made, "type": kind} if "button" in kind else {**made, **elements.chosen(element, given)}


def _state(action: Json) -> Json:
    """A message's state: what was chosen in the menu that was used."""
    if "button" in action["type"] or action["type"] == "overflow":
        return {}
    chosen = {name: value for name, value in action.items() if name.startswith("selected_") or name in {"type", "value"}}
    return {action["block_id"]: {action["action_id"]: chosen}}


def _remember(view: View, action: Json) -> None:
    for block_id, states in _state(action).items():
        view.values.setdefault(block_id, {}).update(states)


async def options(state: State, body: Json) -> Json:
    """What a menu offers for what was typed so far. Raises NotPossibleError."""
    user, view = person(state, body["as"]), _view(state, body)
    found = None if view else _shown(message(state, user.id, body["channel"], body["ts"]))
    element = elements.find(view.content["blocks"] if view else _shown(found).blocks, body["block_id"], body["action_id"])
    typed = str(body.get("value") or "")
    if "external" not in element["type"] or len(typed) < int(element.get("min_query_length", 3)):
        return {"options": []}
    container = {"type": "view", "view_id": view.id} if view else _container(_shown(found))
    payload = payloads.suggestion(state, user, typed, body["block_id"], body["action_id"], container)
    answer = await state.courier.send(INTERACTIVE, payload)
    given = answer.body if answer.is_ok and isinstance(answer.body, dict) else {}
    return {name: given[name] for name in ("options", "option_groups") if name in given} or {"options": []}


def _container(found: Message) -> Json:
    return {"type": "message", "message_ts": found.ts, "channel_id": found.channel, "is_ephemeral": bool(found.only_for)}


async def shortcut(state: State, body: Json) -> Json:
    """A shortcut, from anywhere or on a message. Raises NotPossibleError."""
    user, callback = person(state, body["as"]), body["callback_id"]
    if callback not in state.manifest.shortcuts:
        raise NotPossibleError(f"The manifest has no shortcut {callback}.")
    if body.get("ts"):
        found = message(state, user.id, body["channel"], body["ts"])
        payload = payloads.message_shortcut(state, user, callback, found)
    else:
        payload = payloads.shortcut(state, user, callback)
    return outcome(state, user.id, await state.courier.send(INTERACTIVE, payload), callback)
