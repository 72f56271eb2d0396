"""The README's picture, made and not drawn: what the program prints for the generated ledger on one fixed day.

`python -m bot.pictures` writes it. The ledger is the same for the same seed and day, so only the program changes the picture.
"""

from __future__ import annotations

import asyncio
import io
import re
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rich.console import Console

from bot.app import build
from bot.demo.bills import prepare
from bot.settings import load_settings
from bot.terminal import draw
from handlers.incoming import Incoming, Kind
from handlers.request import Place, Surface
from services.access.directory import LOCAL, LOCAL_USER
from services.clock import fixed_clock

if TYPE_CHECKING:
    from bot.settings import Settings
    from handlers.request import Reply

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
DAY = date(2026, 11, 22)
ROOT, WORDS = "cost", "by service last month"
WIDTH = 138
"""Columns of the terminal: every column of the table fits, and no name is broken."""
LOADED_FONTS = re.compile(r"@font-face\s*\{.*?\}", re.DOTALL)
"""rich names fonts on a server; a picture in a repository loads nothing, the reader's own monospace does."""


async def answer(settings: Settings) -> Reply | None:
    """The question as the local admin asks it, at noon of the day."""
    house = build(settings, fixed_clock(datetime.combine(DAY, time(12), UTC)))
    try:
        place = Place(surface=Surface.TERMINAL)
        return await house.dispatcher.dispatch(Incoming(Kind.COMMAND, place, LOCAL.team, LOCAL_USER, name=ROOT, text=WORDS))
    finally:
        house.close()


def svg(reply: Reply) -> str:
    """The answer as the terminal draws it, as an SVG without anything to load."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    draw(reply, console)
    drawn = console.export_svg(title=f"tuppence {ROOT} {WORDS}", unique_id="tuppence")
    return LOADED_FONTS.sub("", drawn)


def main() -> None:
    """Make the ledger in a folder of its own, ask, and write the picture."""
    with TemporaryDirectory() as home:
        settings = load_settings(home=Path(home))
        prepare(settings, Console(file=io.StringIO()), DAY)
        reply = asyncio.run(answer(settings))
    if reply is None or not reply.blocks:
        sys.exit("There was no answer to draw.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "answer.svg"
    path.write_text("\n".join(line.rstrip() for line in svg(reply).splitlines()) + "\n", encoding="utf-8")
    sys.stdout.write(f"written: {path.relative_to(FOLDER.parent.parent)}\n")


if __name__ == "__main__":
    main()
