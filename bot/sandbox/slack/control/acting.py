"""What a person does, from the JSON of the control API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack.acts import clicks, windows, words

if TYPE_CHECKING:
    from bot.sandbox.slack.state import State
    from bot.sandbox.slack.workspace import Json


async def say(state: State, body: Json) -> Json:
    """Write a message."""
    return {"ts": words.say(state, body["as"], body["channel"], body["text"], body.get("thread_ts") or "").ts}


async def run(state: State, body: Json) -> Json:
    """Run a slash command."""
    return await words.run(state, body["as"], body["channel"], body["text"])


async def react(state: State, body: Json) -> Json:
    """Put an emoji on a message, or take it off."""
    words.react(state, body["as"], body["channel"], body["ts"], body["name"])
    return {"ok": True}


async def home(state: State, body: Json) -> Json:
    """Open App Home."""
    windows.home(state, body["as"])
    return {"ok": True}


async def submit(state: State, body: Json) -> Json:
    """Submit a window."""
    return await windows.submit(state, body["as"], body["view_id"], body.get("values") or {})


async def close(state: State, body: Json) -> Json:
    """Close a window."""
    return await windows.close(state, body["as"], body["view_id"])


ACTS = {
    "say": say,
    "run": run,
    "react": react,
    "home": home,
    "click": clicks.click,
    "submit": submit,
    "close": close,
    "options": clicks.options,
    "shortcut": clicks.shortcut,
}
"""Each name is an address below /control."""
