"""Swap: a home's databases and lake replaced as one, whatever moment the machine stops at.

The new ones are made in a folder beside the old ones. One rename of a note says that they are complete: before it the old ones
are what counts, after it the new ones, and whoever opens the home next puts in place what was left. The old ones stay aside until
the new ones are all there.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from storage.model.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER, NEW, OLD, NOTE = ".restore", "new", "old", "complete"
ENTRIES = ("state.db", "cost.db", "lake")


def is_begun(home: Path) -> bool:
    """Whether a swap was cut off, complete or not."""
    return (home / FOLDER).exists()


def is_complete(home: Path) -> bool:
    """Whether the new ones count already, though not all of them are in place."""
    return (home / FOLDER / NOTE).exists()


@contextmanager
def staged(home: Path) -> Iterator[Path]:
    """A folder for the new ones; with the block they are complete and take the old ones' places. The caller has the home alone.

    An exception leaves the old ones as they were. Raises StoreError when the disk does not take the new ones.
    """
    new = home / FOLDER / NEW
    try:
        _make(new)
        yield new
        with in_words():
            _complete(home, new)
    except BaseException:
        if not is_complete(home):
            shutil.rmtree(home / FOLDER, ignore_errors=True)
        raise
    settle(home)


@contextmanager
def in_words() -> Iterator[None]:
    """What the system says of the disk while the new ones are made, as a StoreError."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"The backup could not be unpacked: {error.strerror}; nothing was changed.", "Check the disk of TUPPENCE_HOME."
        ) from error


def settle(home: Path) -> None:
    """Finish what was cut off: put the new ones in place when they are complete, throw them away when they are not.

    The caller has the home alone. Raises StoreError; it may then be called again.
    """
    try:
        if is_complete(home):
            sync(home / FOLDER)
            _put_in_place(home)
            (home / FOLDER / NOTE).unlink()
            sync(home / FOLDER)
        shutil.rmtree(home / FOLDER, ignore_errors=True)
    except OSError as error:
        raise StoreError(
            f"A restore could not be finished: {error.strerror}.",
            "Check who may write in TUPPENCE_HOME; any command of Tuppence then finishes it.",
        ) from error


def sync(path: Path) -> None:
    """Have the disk take a folder's (or a file's) present state."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _make(new: Path) -> None:
    shutil.rmtree(new.parent, ignore_errors=True)
    with in_words():
        new.mkdir(parents=True, mode=0o700)


def _complete(home: Path, new: Path) -> None:
    """From the rename on, the new ones count."""
    note, partial = home / FOLDER / NOTE, home / FOLDER / f"{NOTE}.partial"
    partial.write_text("\n".join(sorted(each.name for each in new.iterdir())), encoding="utf-8")
    for path in (*new.rglob("*"), new, partial):
        sync(path)
    sync(home / FOLDER)
    sync(home)
    partial.replace(note)


def _put_in_place(home: Path) -> None:
    new, old = home / FOLDER / NEW, home / FOLDER / OLD
    old.mkdir(exist_ok=True)
    names = (home / FOLDER / NOTE).read_text(encoding="utf-8").split()
    for name in ENTRIES:
        if name in names and not (new / name).exists():
            continue  # in place since before it was cut off
        # The log goes first: it must never stand beside a database that it does not belong to.
        for each in (f"{name}-wal", f"{name}-shm", name):
            if os.path.lexists(home / each):
                (home / each).replace(old / each)
        if name in names:
            (new / name).replace(home / name)
    sync(home)
