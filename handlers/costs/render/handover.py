"""What is said beside a file: what it holds. Where it went is Slack's to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build
from handlers.blocks.mrkdwn import escape
from handlers.costs.render import lines, mapping
from handlers.request import Reply

if TYPE_CHECKING:
    from handlers.request import File
    from services.costs.results import CostAnswer


def handover(file: File, result: CostAnswer) -> Reply:
    """The file and a line about it, for the asker; the answer it was made from stays as it is."""
    said = f"{file.alt_text}: `{file.name}`."
    blocks = (
        build.section(escape(file.alt_text) + f": `{escape(file.name)}`."),
        build.context(*lines.context_of(result).split("\n")),
    )
    return Reply(text=build.fallback(said), blocks=blocks, files=(file,), result=mapping.basics(result.basics))
