"""Texts in a file that people open in a spreadsheet: names come from bills, tags and people, and must stay names there."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*\s*[=+\-@\t\r|%]")


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before what would start one."""
    return f"'{text}" if _FORMULA.match(text) else text


def as_it_was(text: str) -> str:
    """What `defused` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
