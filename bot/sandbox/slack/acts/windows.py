"""Windows as people use them: fill in, submit, close; and opening App Home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack import elements, shapes, windows
from bot.sandbox.slack.acts.person import outcome, person
from bot.sandbox.slack.delivery import payloads
from bot.sandbox.slack.delivery.courier import INTERACTIVE
from bot.sandbox.slack.refusals import NotPossibleError, RefusedError

if TYPE_CHECKING:
    from bot.sandbox.slack.state import State
    from bot.sandbox.slack.workspace import Json, View

REQUIRED = "Please complete this required field."
TROUBLE = "We had some trouble connecting. Try again?"


def home(state: State, user: str) -> None:
    """Open the app's home: the app is told, and shows what it likes."""
    if not state.manifest.has_home:
        raise NotPossibleError("The app has no home.")
    who, shown = person(state, user), state.workspace.homes.get(user)
    event: Json = {"type": "app_home_opened", "user": who.id, "channel": state.workspace.direct(user).id, "tab": "home"}
    state.events.emit(event | ({"view": shapes.view(state.workspace, shown)} if shown else {}))


async def submit(state: State, user: str, view_id: str, given: Json) -> Json:
    """Submit the topmost window with what was filled in. Raises NotPossibleError."""
    view = _topmost(state, user, view_id)
    _fill_in(view, given)
    view.errors = _missing(view)
    if view.errors:
        state.news.tell("modals", to={user})
        return {"ok": False, "error": "required", "errors": view.errors}
    answer = await state.courier.send(INTERACTIVE, payloads.submission(state, person(state, user), view))
    if not answer.is_ok:
        return outcome(state, user, answer, "The window")
    try:
        _react(state, view, answer.body)
    except RefusedError as refusal:
        state.news.tell("notice", text=f"{TROUBLE} ({refusal.code})", to={user})
        return {"ok": False, "error": refusal.code, "messages": list(refusal.messages)}
    return {"ok": True} | ({"errors": view.errors} if view.errors else {})


def _topmost(state: State, user: str, view_id: str) -> View:
    stack = state.workspace.modals.get(person(state, user).id, [])
    if not stack or stack[-1].id != view_id:
        raise NotPossibleError(f"{view_id} is not {user}'s topmost window.")
    return stack[-1]


def _fill_in(view: View, given: Json) -> None:
    for block_id, states in given.items():
        for action_id, state in states.items():
            element = elements.find(view.content["blocks"], block_id, action_id)
            view.values.setdefault(block_id, {})[action_id] = elements.chosen(element, state)


def _missing(view: View) -> dict[str, str]:
    """Inputs that must be filled in and are not."""
    asked = [each for each in view.content["blocks"] if each["type"] == "input" and not each.get("optional")]
    states = {each["block_id"]: view.values.get(each["block_id"], {}).values() for each in asked}
    return {name: REQUIRED for name, found in states.items() if all(map(elements.is_empty, found))}


def _react(state: State, view: View, body: object) -> None:
    """What the app made of the submission: close, or what it says instead. Raises RefusedError."""
    if not body:
        windows.closed(state, view)
        return
    said: Json = body if isinstance(body, dict) else {}
    action = said.get("response_action")
    if action == "errors":
        _show_errors(state, view, said.get("errors"))
    elif action == "update":
        windows.updated(state, view, said.get("view"))
    elif action == "push":
        windows.opened(state, view.user, said.get("view"))
    elif action == "clear":
        windows.cleared(state, view.user)
    else:
        raise RefusedError("invalid_response_action")


def _show_errors(state: State, view: View, errors: object) -> None:
    inputs = {each["block_id"] for each in view.content["blocks"] if each["type"] == "input"}
    if not isinstance(errors, dict) or not errors or errors.keys() - inputs:
        raise RefusedError("invalid_errors", "errors must name input blocks of the view by block_id")
    view.errors = {name: str(text) for name, text in errors.items()}
    state.news.tell("modals", to={view.user})


async def close(state: State, user: str, view_id: str) -> Json:
    """Close a window; the app is told where it asked to be. Raises NotPossibleError."""
    view = _topmost(state, user, view_id)
    windows.closed(state, view)
    if not view.content.get("notify_on_close"):
        return {"ok": True}
    payload = payloads.closed(state, person(state, user), view, is_cleared=False)
    return outcome(state, user, await state.courier.send(INTERACTIVE, payload), "The window")
