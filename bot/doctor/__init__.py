"""`tuppence doctor`: everything that can be wrong, looked at in one go, each in one line with what to do about it.

It changes nothing: what is outdated or half done is named, and the next start does it.
"""

from __future__ import annotations

import json
import platform
import sqlite3
import sys
from collections import Counter
from importlib.metadata import version
from typing import TYPE_CHECKING

from rich.text import Text

from bot.doctor.bills import store_findings
from bot.doctor.check import Check, State, ok
from bot.doctor.setup import home_checks, rates_check, read_settings
from bot.doctor.slack import clock_check, slack_checks
from handlers.feature import load_features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from services.clock import Clock

STYLES = {State.OK: "green", State.NOT_CHECKED: "cyan", State.WARNING: "yellow", State.WRONG: "bold red"}


async def examine(clock: Clock) -> tuple[Check, ...]:
    """Look at everything. Raises nothing that is expected to go wrong: that is what a check says."""
    settings, checks = read_settings()
    checks = [_program(), *checks]
    if settings is None:
        return tuple(checks)
    checks += home_checks(settings.folder)
    found = store_findings(settings, clock())
    slack, slack_time = await slack_checks(settings, load_features())
    return (*checks, *found.checks, rates_check(settings, found.currencies), *slack, clock_check(clock(), slack_time, found))


def _program() -> Check:
    engines = f"SQLite {sqlite3.sqlite_version}, DuckDB {version('duckdb')}"
    return ok("program", f"Tuppence {version('tuppence')} on Python {platform.python_version()}, {engines}.")


def report(checks: Sequence[Check], console: Console, *, as_json: bool) -> bool:
    """Print the checks; True when something is wrong."""
    if as_json:
        listed = [{"name": each.name, "state": each.state, "sentence": each.sentence, "remedy": each.remedy} for each in checks]
        sys.stdout.write(json.dumps({"state": _worst(checks), "checks": listed}, indent=2) + "\n")
    else:
        _draw(checks, console)
    return _worst(checks) is State.WRONG


def _worst(checks: Sequence[Check]) -> State:
    order = list(State)
    return max((each.state for each in checks), key=order.index, default=State.OK)


def _draw(checks: Sequence[Check], console: Console) -> None:
    width = max(len(each.name) for each in checks)
    for each in checks:
        line = Text.assemble((f"{each.state:<11}", STYLES[each.state]), f"  {each.name:<{width}}  ", _safe(each.sentence))
        if each.remedy:
            line.append(f" {_safe(each.remedy)}", style="dim")
        console.print(line, soft_wrap=True)
    counts = Counter(each.state for each in checks)
    console.print(", ".join(f"{counts[state]} {state}" for state in reversed(State) if counts[state]), style="bold")


def _safe(text: str) -> str:
    """Names of sources come from files: no control characters reach the terminal."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)
