"""The demo without a browser: a handful of questions, asked in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.rule import Rule

from bot.demo.bills import prepare
from services.clock import system_clock
from storage.model.period import utc_today

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from bot.settings import Settings

QUESTIONS = (
    ("cost", ""),
    ("cost", "by service last month"),
    ("cost", "by team last month"),
    ("cost", "movers last month"),
    ("cost", "bases last month"),
)


def show(settings: Settings, console: Console, ask: Callable[[str, str], None]) -> None:
    """Prepare the bills and ask."""
    prepare(settings, console, utc_today(system_clock()))
    for root, words in QUESTIONS:
        console.print(Rule(f"tuppence {root} {words}".strip(), align="left"))
        ask(root, words)
    console.print(Rule(align="left"))
    console.print(f"Ask more: TUPPENCE_HOME={settings.folder} tuppence cost by account", markup=False)
