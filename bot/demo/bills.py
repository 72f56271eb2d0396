"""The demo's bills: fourteen months of a made-up company, brought in as any bill is."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.ingest import ingest
from bot.sandbox.ledger.generator import generate
from bot.stores import opened_costs
from services.errors import ConfigurationError

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rich.console import Console

    from bot.settings import Settings

SOURCES = ("aws", "gcp", "azure")
MONTHS, SEED, ROWS = 14, 1, 200_000
NEWEST = timedelta(days=1)
"""The ledger's last day is late, as a real bill's is."""
STATE = "state.db"


def begin_anew(settings: Settings) -> None:
    """Forget what was decided and told in the demo's last workspace: each time it is a new one.

    Raises ConfigurationError for a home that is not the demo's.
    """
    state = settings.folder / STATE
    if state.exists() and not folder(settings).exists():
        raise ConfigurationError(
            f"{settings.folder} is somebody's home already.", "Set TUPPENCE_HOME to a folder of its own for the demo."
        )
    for path in settings.folder.glob(f"{STATE}*"):
        path.unlink()


def prepare(settings: Settings, console: Console, today: date) -> None:
    """Write the bills up to a day and bring in each cloud as a source of its own, unless bills are there that end lately."""
    bills = folder(settings)
    if bills.exists() and _is_ready(settings, today):
        return
    shutil.rmtree(bills, ignore_errors=True)
    with console.status("Writing bills of three clouds"):
        summary = generate(bills, months=MONTHS, as_of=today, seed=SEED, rows=ROWS)
    console.print(f"Bills written: {summary.rows:,} rows, {summary.months} months.")
    for source in SOURCES:
        ingest(settings, console, [bills / source], source=source, accept_bad=False, as_json=False)


def folder(settings: Settings) -> Path:
    """Where the bills are, from which the local clouds answer too."""
    return settings.folder / "bills"


def _is_ready(settings: Settings, today: date) -> bool:
    if not (settings.folder / "cost.db").exists():
        return False
    with opened_costs(settings) as store:
        days = store.catalog().charges_a_day
    return all(days.get(source) and max(days[source]) >= today - NEWEST for source in SOURCES)
