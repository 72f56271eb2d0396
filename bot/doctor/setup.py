"""What the program stands on before any store is opened: its settings, its rate table, its folder, and the disk under that."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from bot.doctor.check import Check, not_checked, ok, warning, wrong
from bot.settings import load_settings, misspelt
from services.costs.rates import Rates
from services.errors import ConfigurationError, TuppenceError
from storage import swap

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from bot.settings import Settings

FULL_BYTES, LOW_BYTES = 100 * 2**20, 2**30
"""Below the first an ingest is likely to fail; below the second, or twice cost.db (a rebuild, a backup), somebody should know."""
OTHERS = 0o077


def read_settings() -> tuple[Settings | None, list[Check]]:
    """The settings, or None with what is wrong with them."""
    try:
        settings = load_settings()
    except ConfigurationError as error:
        return None, [wrong("settings", error.sentence, error.remedy)]
    return settings, list(_strangers()) or [ok("settings", "Every variable that is set can be read.")]


def _strangers() -> Iterator[Check]:
    for name, meant in misspelt().items():
        hint = f"Did you mean {meant}?" if meant else "Take it away; `README.md` lists what there is."
        yield warning("settings", f"{name} is set, but no setting is called that.", hint)


def home_checks(home: Path) -> Iterator[Check]:
    """The folder and its disk."""
    if not home.exists():
        yield warning("home", f"{home} does not exist yet.", "The first ingest makes it; else check TUPPENCE_HOME.")
        return
    yield _folder(home)
    yield _disk(home)


def _folder(home: Path) -> Check:
    if not home.is_dir():
        return wrong("home", f"{home} is not a folder.", "Set TUPPENCE_HOME to a folder.")
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        return wrong("home", f"{home} cannot be written by this account.", "Give the account that runs Tuppence the right to.")
    if swap.is_complete(home):
        return warning("home", "A restore was cut off before its last step.", "The next start of Tuppence finishes it.")
    if home.stat().st_mode & OTHERS:
        return warning("home", f"{home} can be read by other accounts of this machine.", f"chmod 700 {home}")
    return ok("home", f"{home} can be written, and read by its owner only.")


def _disk(home: Path) -> Check:
    free, costs = shutil.disk_usage(home).free, home / "cost.db"
    wanted = max(LOW_BYTES, 2 * costs.stat().st_size if costs.exists() else 0)
    sentence = f"{free / 1e9:,.1f} GB are free."
    if free < FULL_BYTES:
        return wrong("disk", f"The disk is as good as full: {free / 1e6:,.0f} MB are free.", "Free some space.")
    if free < wanted:
        return warning("disk", sentence, f"{wanted / 1e9:,.1f} GB would do for a backup and for new tag settings.")
    return ok("disk", sentence)


def rates_check(settings: Settings, currencies: Collection[str] | None) -> Check:
    """The rate table against the currencies that the bills have; None when the bills cannot be read."""
    if settings.rates is None:
        apart = sorted(currencies or ()) if len(currencies or ()) > 1 else []
        return ok("rates", f"No rate table is set{': ' if apart else ''}{', '.join(apart)}{' are kept apart' if apart else ''}.")
    if not settings.currency:
        return wrong("rates", "TUPPENCE_RATES is set without TUPPENCE_CURRENCY.", "Say which currency the rates lead to.")
    try:
        rates = Rates.read(settings.rates.expanduser(), settings.currency)
    except TuppenceError as error:
        return wrong("rates", error.sentence, error.remedy)
    return _rates_for(currencies, rates, settings.rates.name)


def _rates_for(currencies: Collection[str] | None, rates: Rates, name: str) -> Check:
    if currencies is None:
        return not_checked("rates", "The table can be read; which currencies it has to have is not known.")
    lacking = sorted(set(currencies) - set(rates.table) - {rates.reporting})
    if lacking:
        return warning("rates", f"There is no rate for {', '.join(lacking)}: kept apart.", f"Add lines to {name}.")
    return ok("rates", f"Every currency of the bills has a rate to {rates.reporting}.")
