"""A look of the watch from the terminal: what the bot does once an hour, now."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.app import build

if TYPE_CHECKING:
    from rich.console import Console

    from bot.settings import Settings
    from services.clock import Clock


def look(settings: Settings, console: Console, clock: Clock) -> None:
    """Judge every series, whatever moved since. The bot tells what is to be told. Raises StoreError, ConfigurationError."""
    house = build(settings, clock)
    try:
        found = asyncio.run(house.services.anomalies.look(anew=True))
        judged = asyncio.run(house.services.anomalies.watch.judged())
    finally:
        house.close()
    through = f"{judged.through.day} {judged.through:%b %Y}" if judged.through else "no day yet"
    console.print(
        f"{found.series} series, complete through {through}: {found.opened} opened, {found.changed} brought up to date."
    )
    for each in judged.missing:
        console.print(f"Not watched: {each}.", markup=False)
