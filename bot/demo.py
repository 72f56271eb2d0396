"""`tuppence demo`: fourteen months of a made-up company's bills go in, and a handful of questions is answered from them."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

from rich.rule import Rule

from bot.ingest import ingest
from bot.sandbox.ledger.generator import generate
from bot.stores import opened_costs
from services.clock import system_clock
from storage.model.period import utc_today

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from rich.console import Console

    from bot.settings import Settings

SOURCES = ("aws", "gcp", "azure")
MONTHS, SEED, ROWS = 14, 1, 200_000
NEWEST = timedelta(days=3)
"""The ledger's last days are late, as a real bill's are."""
QUESTIONS = (
    ("cost", ""),
    ("cost", "by service last month"),
    ("cost", "by team last month"),
    ("cost", "movers last month"),
    ("cost", "bases last month"),
)


def demo(settings: Settings, console: Console, ask: Callable[[str, str], None]) -> None:
    """Prepare the bills, unless they are there already, and ask."""
    today = utc_today(system_clock())
    if not _is_ready(settings, today):
        prepare(settings, console, today)
    for root, words in QUESTIONS:
        console.print(Rule(f"tuppence {root} {words}".strip(), align="left"))
        ask(root, words)
    console.print(Rule(align="left"))
    console.print(f"Ask more: TUPPENCE_HOME={settings.folder} tuppence cost by account", markup=False)


def _is_ready(settings: Settings, today: date) -> bool:
    if not (settings.folder / "cost.db").exists():
        return False
    with opened_costs(settings) as store:
        days = store.catalog().charges_a_day
    return all(days.get(source) and max(days[source]) >= today - NEWEST for source in SOURCES)


def prepare(settings: Settings, console: Console, today: date) -> None:
    """Write the bills of the made-up company up to a day, and bring them in, each cloud as a source of its own."""
    bills = settings.folder / "bills"
    with console.status("Writing bills of three clouds"):
        summary = generate(bills, months=MONTHS, as_of=today, seed=SEED, rows=ROWS)
    console.print(f"Bills written: {summary.rows:,} rows, {summary.months} months.")
    for source in SOURCES:
        ingest(settings, console, [bills / source], source=source, accept_bad=False, as_json=False)
    shutil.rmtree(bills)
