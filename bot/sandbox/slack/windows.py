"""Windows and homes: how a stack of modals grows, changes and shrinks, whoever makes it."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from bot.sandbox.slack import blocks as rules
from bot.sandbox.slack.elements import begun
from bot.sandbox.slack.refusals import RefusedError
from bot.sandbox.slack.workspace import View

if TYPE_CHECKING:
    from bot.sandbox.slack.state import State


def opened(state: State, user: str, content: object, limit_code: str = "push_limit_reached") -> View:
    """Put a window on top of somebody's stack. Raises RefusedError."""
    view = _made(state, user, content, "modal")
    stack = state.workspace.modals.setdefault(user, [])
    if len(stack) >= state.limits.windows:
        raise RefusedError(limit_code)
    if stack:
        view.root, view.previous = stack[0].id, stack[-1].id
    stack.append(view)
    state.news.tell("modals", to={user})
    return view


def published(state: State, user: str, content: object, given_hash: str = "") -> View:
    """Somebody's App Home. Raises RefusedError."""
    old = state.workspace.homes.get(user)
    if given_hash and old and given_hash != old.hash:
        raise RefusedError("hash_conflict")
    view = _made(state, user, content, "home")
    if old:
        view.id = old.id
    state.workspace.homes[user] = view
    state.news.tell("home", to={user})
    return view


def updated(state: State, view: View, content: object, given_hash: str = "") -> View:
    """Show something else in an open window. Raises RefusedError."""
    if given_hash and given_hash != view.hash:
        raise RefusedError("hash_conflict")
    fresh = _made(state, view.user, content, str(view.content["type"]))
    kept = {name: value for name, value in view.values.items() if name in fresh.values}
    view.content, view.hash, view.errors = fresh.content, fresh.hash, {}
    view.values = {name: {**value, **kept.get(name, {})} for name, value in fresh.values.items()}
    state.news.tell("modals" if view.content["type"] == "modal" else "home", to={view.user})
    return view


def closed(state: State, view: View) -> None:
    """Take a window away, and those on top of it."""
    stack = state.workspace.modals.get(view.user, [])
    if view in stack:
        del stack[stack.index(view) :]
    state.news.tell("modals", to={view.user})


def cleared(state: State, user: str) -> None:
    """Take all windows away."""
    state.workspace.modals.pop(user, None)
    state.news.tell("modals", to={user})


def _made(state: State, user: str, content: object, kind: str) -> View:
    checked = rules.check_view(state, content)
    if checked["type"] != kind:
        raise RefusedError("invalid_arguments", f"a view of type {kind} is needed [json-pointer:/view/type]")
    external = checked.get("external_id")
    if external and any(each.content.get("external_id") == external for each in _all(state)):
        raise RefusedError("duplicate_external_id")
    made = f"{int(time.time())}.{secrets.token_hex(4)}"
    return View(state.workspace.id("V"), user, checked, made, values=begun(checked["blocks"]))


def _all(state: State) -> list[View]:
    return [view for stack in state.workspace.modals.values() for view in stack]
