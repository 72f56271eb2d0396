"""The window that takes the routes as CSV, and the one that says what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build, forms, limits
from handlers.blocks.mrkdwn import bold, escape, size
from handlers.blocks.words import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.request import Block

REPLACES = "The pasted list takes the place of all routes. A bad line is named, and then nothing is changed."


def paste(text: str) -> Block:
    """`text` is the list as it stands, to be changed; where it is longer than Slack's input takes, its columns only."""
    fits = size(text) <= limits.INPUT_TEXT
    note = REPLACES if fits else f"{REPLACES} Your list is longer than the {limits.INPUT_TEXT:,} characters that fit here."
    value = text if fits else text.partition("\n")[0]
    blocks = [build.section(escape(note)), forms.text("csv", "CSV", value=value.strip(), lines=True)]
    return build.modal("Paste routes", blocks, callback="routes.replace", submit="Replace all", close="Cancel")


def bad_lines(bad: Sequence[str]) -> Block:
    """Every one of them; what was pasted is still in the window below."""
    title = f"Nothing was changed: {plural(len(bad), 'line')} cannot be taken."
    lines = [f"• {escape(each)}" for each in bad]
    return build.modal("Not taken", [build.section(bold(title)), *build.sections("\n".join(lines))], close="Back")
