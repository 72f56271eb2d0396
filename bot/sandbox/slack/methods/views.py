"""Windows and App Home, as the app opens and changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack import shapes, windows
from bot.sandbox.slack.checking import problems
from bot.sandbox.slack.methods.method import TIER_4, method
from bot.sandbox.slack.refusals import RefusedError

if TYPE_CHECKING:
    from bot.sandbox.slack.methods.method import Call
    from bot.sandbox.slack.workspace import Json, View


@method("views.open", a_minute=TIER_4)
def opened(call: Call) -> Json:
    """Open a window for whoever pulled the trigger; a refused view costs the trigger too."""
    trigger = call.slack.tickets.pull(call.text("trigger_id"))
    return _answer(call, windows.opened(call.slack, trigger.user, call.params.get("view")))


@method("views.push", a_minute=TIER_4)
def pushed(call: Call) -> Json:
    """A window on top of the one in which the trigger was pulled."""
    trigger = call.slack.tickets.pull(call.text("trigger_id"))
    stack = call.workspace.modals.get(trigger.user, [])
    if not trigger.view or trigger.view not in {each.id for each in stack}:
        raise RefusedError("not_found")
    return _answer(call, windows.opened(call.slack, trigger.user, call.params.get("view")))


@method("views.update", a_minute=TIER_4)
def updated(call: Call) -> Json:
    """Show something else in a window that is open, or in a home."""
    return _answer(call, windows.updated(call.slack, _named(call), call.params.get("view"), call.text("hash")))


def _named(call: Call) -> View:
    if external := call.text("external_id"):
        stacks = call.workspace.modals.values()
        found = next((each for stack in stacks for each in stack if each.content.get("external_id") == external), None)
    else:
        found = call.workspace.view(call.needed("view_id"))
    if found is None:
        raise RefusedError("not_found")
    return found


@method("views.publish", a_minute=TIER_4)
def published(call: Call) -> Json:
    """Somebody's App Home."""
    if not call.slack.manifest.has_home:
        raise RefusedError("not_enabled")
    return _answer(call, windows.published(call.slack, call.person("user_id").id, call.params.get("view"), call.text("hash")))


@method("blocks.validate")
def validate(call: Call) -> Json:
    """Whether blocks, or a view, would be taken; nothing is shown to anybody. Pointers say what is wrong."""
    given = call.params.get("blocks")
    found = problems("view", call.params.get("view"), "/view") if given is None else problems("message", given, "/blocks")
    if found:
        raise RefusedError("invalid_blocks", *found)
    return {}


def _answer(call: Call, view: View) -> Json:
    return {"view": shapes.view(call.workspace, view)}
