"""`tuppence backup` and `tuppence restore`: what they say to whoever keeps the house."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from rich.markup import escape

from storage.backup import back_up
from storage.restore import restore

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from rich.console import Console

    from storage.archive import Manifest


COUNTED = {"lake_files": "lake file", "charges": "charge", "sources": "source"}


def back_up_home(home: Path, file: Path, console: Console, now: datetime, *, force: bool) -> None:
    """Write the archive and say what is in it. Raises DataError, StoreError; then there is no archive."""
    with console.status("Backing up") as status:
        made = back_up(
            home, file, now=now, program=version("tuppence"), force=force, step=lambda name: status.update(f"Backing up: {name}")
        )
    console.print(
        f"[bold]{escape(str(made.file))}[/]: {_content(made.manifest)}, {made.size / 1e6:,.1f} MB, {made.seconds:.1f} s"
    )
    console.print("Keys and tokens are not in it: keep those elsewhere.", style="dim")


def restore_home(file: Path, home: Path, console: Console, *, force: bool) -> None:
    """Put the archive in place and say what came back. Raises DataError, StoreError; then everything is as it was."""
    with console.status("Restoring"):
        done = restore(file, home, force=force)
    console.print(
        f"[bold]{escape(str(home))}[/] is as it was on {done.manifest.created:%-d %b %Y %H:%M} UTC: {_content(done.manifest)}"
    )
    if done.replaced:
        console.print("Files that no backup holds (keys) were left as they are.", style="dim")


def _content(manifest: Manifest) -> str:
    held = {name: _many(manifest.counts.get(key, 0), name) for key, name in COUNTED.items()}
    return f"{', '.join(manifest.migrations)} and {held['lake file']} with {held['charge']} of {held['source']}"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
