"""`tuppence ingest`: a bill goes in, a person sees how far it is, a machine gets JSON."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.stores import opened_costs
from services.ingest.service import Ingest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from bot.settings import Settings
    from services.ingest.results import IngestReport

NICENESS = 10
SHOWN_REJECTS = 10
LISTED_REJECTS = 1000


def ingest(
    settings: Settings, console: Console, paths: Sequence[Path], *, source: str, accept_bad: bool, as_json: bool
) -> IngestReport:
    """Put the bills in and say what happened, at a low priority. Raises DataError or StoreError; then nothing was stored."""
    # People who ask the bot on the same machine come first.
    os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    is_quiet = as_json or not console.is_terminal
    with opened_costs(settings) as store, Progress(*columns, console=console, transient=True, disable=is_quiet) as progress:
        task = progress.add_task("reading", total=None)
        report = Ingest(store).run(
            paths, source=source, accept_bad=accept_bad, step=lambda name: progress.update(task, description=name)
        )
    if as_json:
        console.print_json(json.dumps(as_mapping(report)))
    else:
        _say(report, console)
    return report


def as_mapping(report: IngestReport) -> dict[str, Any]:
    """The report as JSON has it; amounts are exact, in plain digits."""
    return {
        "source": report.source,
        "files": list(report.files),
        "formats": list(report.formats),
        "rows": {"read": report.read, "kept": report.kept, "rejected": len(report.rejected)},
        "charges": report.charges,
        "rounded": report.rounded,
        "periods": [{"period": f"{each.period:%Y-%m}", "before": each.before, "after": each.after} for each in report.periods],
        "totals": {
            currency: {basis: None if amount is None else f"{amount:f}" for basis, amount in sums.items()}
            for currency, sums in report.totals.items()
        },
        "rejected": [{"file": row.file, "line": row.line, "reason": row.reason} for row in report.rejected[:LISTED_REJECTS]],
        "ignored_columns": list(report.ignored),
        "warnings": list(report.warnings),
        "first_day": report.first_day and report.first_day.isoformat(),
        "last_day": report.last_day and report.last_day.isoformat(),
        "seconds": round(report.seconds, 3),
    }


def _say(report: IngestReport, console: Console) -> None:
    formats = " and ".join(report.formats)
    console.print(
        f"[bold]{report.charges:,} charges[/] of {escape(report.source)} from {len(report.files)} {formats} file(s), "
        f"{report.first_day} to {report.last_day}, in {report.seconds:.1f} s"
    )
    table = Table("Currency", *(basis.capitalize() for basis in next(iter(report.totals.values()), {})), box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for currency, sums in report.totals.items():
        table.add_row(escape(currency), *("not in this bill" if amount is None else f"{amount:,.2f}" for amount in sums.values()))
    console.print(table)
    for each in report.periods:
        was = f"replaced {each.before:,} charges" if each.before else "new"
        console.print(f"  {each.period:%Y-%m}  {each.after:,} charges, {was}")
    if report.rounded:
        console.print(f"  {report.rounded:,} rows had amounts with more than 18 decimals, which were rounded")
    if report.ignored:
        console.print(f"  not read: {escape(', '.join(report.ignored))}", style="dim")
    for warning in report.warnings:
        console.print(f"[bold]Look at this:[/] {escape(warning)}")
    if report.rejected:
        console.print(f"[bold]{len(report.rejected):,} of {report.read:,} rows could not be read[/] and are kept aside:")
        for row in report.rejected[:SHOWN_REJECTS]:
            console.print(f"  {escape(row.file)} line {row.line}: {escape(row.reason)}")
