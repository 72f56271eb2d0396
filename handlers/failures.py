"""An error as a reply: a sentence, what to do, an example, and for what nobody expected an id that stands in the log."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.blocks import build, limits
from handlers.blocks.mrkdwn import clean, cut
from handlers.incoming import Kind
from handlers.request import Reply, Surface
from services.errors import UsageError

if TYPE_CHECKING:
    from handlers.incoming import Incoming
    from services.errors import TuppenceError


def failed(error: TuppenceError, incoming: Incoming) -> Reply:
    """An expected error, for the asker alone."""
    lines = [_safe(error.sentence), _safe(error.remedy)]
    if isinstance(error, UsageError):
        lines += [_suggestion(error), _example(error)]
    shown = [line for line in lines if line]
    return replace(_reply(shown, error.sentence, incoming), errors=_in_window(error, incoming))


def _in_window(error: TuppenceError, incoming: Incoming) -> dict[str, str]:
    """A window that was filled in wrongly stays open, so that nothing has to be typed again.

    Slack takes errors for inputs that are there: what belongs to none of them is said below the first.
    """
    inputs = [name for name in incoming.state if "." not in name]
    if incoming.kind is not Kind.VIEW or not isinstance(error, UsageError) or not inputs:
        return {}
    field = error.field if error.field in inputs else inputs[0]
    return {field: cut(clean(f"{error.sentence} {error.remedy}"), limits.INPUT_ERROR)}


def broken(incoming: Incoming) -> Reply:
    """An error nobody expected: nothing of it is shown but the id."""
    sentence = "Something went wrong on our side."
    return _reply([sentence, f"Id: `{incoming.request_id}`. An admin finds the cause under it in the log."], sentence, incoming)


def _suggestion(error: UsageError) -> str:
    is_said = not error.suggestion or f"“{error.suggestion}”" in f"{error.sentence} {error.remedy}"
    return "" if is_said else f"Did you mean “{_safe(error.suggestion)}”?"


def _example(error: UsageError) -> str:
    is_said = not error.example or error.example in error.remedy
    return "" if is_said else f"For example: `{_safe(error.example)}`"


def _safe(text: str) -> str:
    """Inert, with our own backticks kept: a sentence quotes what somebody typed or what a bill said."""
    return html.escape(clean(text), quote=False)


def _reply(lines: list[str], sentence: str, incoming: Incoming) -> Reply:
    blocks = tuple(build.sections("\n".join(lines)))
    home = build.home(blocks) if incoming.place.surface is Surface.HOME else None
    result = {"error": sentence, "remedy": lines[1:], "request_id": incoming.request_id}
    return Reply(text=build.fallback(" ".join(lines)), blocks=blocks, home=home, result=result)
