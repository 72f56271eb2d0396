"""`tuppence ledger`: a made-up company's cloud bills, for trying things out and for measuring them."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations while it runs
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.sandbox.ledger.summary import LedgerSummary

_MEGABYTE = 1_000_000


@contextmanager
def _bar(console: Console) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar where a person watches, nothing where a file or a pipe does."""
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("Writing bills"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("ledger", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _table(summary: LedgerSummary) -> Table:
    shown = Table("Provider, USD", *(basis.capitalize() for basis in _bases(summary)))
    for column in shown.columns[1:]:
        column.justify = "right"
    for provider in dict.fromkeys(total.provider for total in summary.totals):
        shown.add_row(provider, *(f"{summary.total(provider, basis):,.2f}" for basis in _bases(summary)))
    return shown


def _bases(summary: LedgerSummary) -> list[str]:
    return list(dict.fromkeys(total.basis for total in summary.totals))


def ledger(
    out: Annotated[Path, typer.Argument(help="Folder to write to; an earlier ledger in it is replaced.")],
    months: Annotated[int, typer.Option(min=1, help="Calendar months, the current one included.")] = 14,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The morning it is written. Default: today, UTC.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed, another company's noise.")] = 1,
    rows: Annotated[int, typer.Option(min=1, help="About how many line items; the money stays the same.")] = 1_000_000,
) -> None:
    """Write believable bills of three clouds as FOCUS Parquet."""
    from bot.sandbox.ledger.generator import generate  # noqa: PLC0415 - numpy and Arrow only when a ledger is wanted

    day = (as_of or datetime.now(UTC)).date()
    console = Console()
    try:
        with _bar(console) as progress:
            summary = generate(out, months=months, as_of=day, seed=seed, rows=rows, progress=progress)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    size = f"{summary.bytes / _MEGABYTE:,.0f} MB"
    console.print(f"{summary.rows:,} rows in {summary.files} files, {summary.months} months, {size}, {summary.seconds:.1f} s")
    console.print(_table(summary))
