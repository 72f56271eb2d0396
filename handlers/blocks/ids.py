"""What a button remembers: a small dictionary of texts in its value, and an action id that says whose it is.

A value comes back from the outside, so reading it either gives texts or says so: it is never trusted further than that. Whoever
gets a question out of it parses and authorises it like one that was typed.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from handlers.blocks import limits
from handlers.blocks.mrkdwn import size
from services.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_ACTION = re.compile(r"(?P<name>[a-z][a-z_]*\.[a-z][a-z_]*)(?:#(?P<part>[\w.-]+))?")
_REMEDY = "Ask the question again; the new answer has fresh buttons."


def encode(values: Mapping[str, str], limit: int = limits.BUTTON_VALUE) -> str:
    """The values as compact JSON. Raises ValueError for what is no Unicode or too long: cut, it would be another question."""
    text = _json(values)
    text.encode()
    if size(text) > limit:
        msg = f"{size(text)} characters do not fit into a value of {limit}"
        raise ValueError(msg)
    return text


def fits(values: Mapping[str, str], limit: int = limits.BUTTON_VALUE) -> bool:
    """Whether `encode` would take them; a button that cannot hold its question is left out."""
    text = _json(values)
    return size(text) <= limit and not any("\ud800" <= character <= "\udfff" for character in text)


def _json(values: Mapping[str, str]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, separators=(",", ":"))


def decode(text: str, limit: int = limits.BUTTON_VALUE) -> dict[str, str]:
    """The values back. Raises UsageError for anything that `encode` did not write."""
    if size(text) > limit:
        raise UsageError("That button holds more than a button can.", _REMEDY)
    try:
        found = json.loads(text)
        text.encode()
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise UsageError("That button could not be read.", _REMEDY) from None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise UsageError("That button could not be read.", _REMEDY)
    return found


def action(name: str, part: str = "") -> str:
    """`costs.page#next`: a declared action's name, and what tells it from its like in one message."""
    text = f"{name}#{part}" if part else name
    if not _ACTION.fullmatch(text) or len(text) > limits.ACTION_ID:
        msg = f"not an action id: {text!r}"
        raise ValueError(msg)
    return text


def action_name(action_id: str) -> str:
    """The declared action that an id belongs to. Raises UsageError for what is none."""
    found = _ACTION.fullmatch(action_id)
    if not found or len(action_id) > limits.ACTION_ID:
        raise UsageError("That button is not one of mine.", _REMEDY)
    return found["name"]
