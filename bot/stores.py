"""Opening the stores: the one place that decides what happens before anybody may ask them.

Whoever opens them holds the home's lock together with the others. Tables that were made for other tag settings are rebuilt from
the lake first, which needs the home alone: a bot that runs with the other settings would lose its tables under its feet.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
from rich.console import Console

from services.errors import ConfigurationError, StoreError
from storage.costs import CostStore
from storage.home import LOOK_EVERY, PATIENCE, HomeLock, enter
from storage.ingest.rebuild import rebuild
from storage.model.tags import TagKeys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from bot.settings import Settings

    Step = Callable[[str], None]
    Watch = Callable[[], AbstractContextManager[Step]]

WHY = "making the tables anew from the lake, for other tag settings"


@contextmanager
def on_stderr() -> Iterator[Step]:
    """A person sees what takes so long; standard output stays the answer's."""
    console, why = Console(stderr=True, soft_wrap=True), WHY.capitalize()
    if not console.is_terminal:
        console.print(why)
    with console.status(why) as status:
        yield lambda name: status.update(f"{why}: {name}")


@contextmanager
def in_logs() -> Iterator[Step]:
    """One log line when it begins, one when it is done."""
    log, started = structlog.get_logger(), time.monotonic()
    log.info(WHY)
    yield lambda name: log.debug("rebuilding", step=name)
    log.info("tables made anew", seconds=round(time.monotonic() - started, 1))


def home_folder(folder: Path) -> Path:
    """The folder, readable by its owner only, because a bill is nobody else's business."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        remedy = "Set TUPPENCE_HOME to a folder that can be written."
        raise ConfigurationError(f"TUPPENCE_HOME {folder} cannot be used: {error.strerror}.", remedy) from error
    return folder


@contextmanager
def opened_costs(settings: Settings, watch: Watch = on_stderr) -> Iterator[CostStore]:
    """The cost store, open and up to date, for one piece of work. Raises StoreError, ConfigurationError."""
    lock = enter(home_folder(settings.folder))
    try:
        store = open_costs(settings, lock, watch)
        try:
            yield store
        finally:
            store.close()
    finally:
        lock.release()


def open_costs(settings: Settings, lock: HomeLock, watch: Watch = on_stderr) -> CostStore:
    """Open the cost store and bring its tables up to the settings; the caller holds `lock` and goes on holding it.

    Raises StoreError, also when somebody else uses the home with other tag settings.
    """
    store = CostStore(settings.folder, TagKeys(tuple(settings.tags.items())), memory=settings.duckdb_memory)
    store.open()
    try:
        if store.is_outdated:
            _rebuild_alone(store, lock, watch)
    except BaseException:
        store.close()
        raise
    return store


def _rebuild_alone(store: CostStore, lock: HomeLock, watch: Watch) -> None:
    """Of two that find the tables outdated at once, one rebuilds and the other finds them done."""
    deadline = time.monotonic() + PATIENCE
    lock.release()
    while not lock.take_alone():
        if not store.is_outdated:
            break
        if time.monotonic() > deadline:
            raise StoreError(
                "The tables are made for other tag settings, and another Tuppence is using them.",
                "Start every Tuppence of this TUPPENCE_HOME with the same TUPPENCE_TAGS; to change it, stop the others first.",
            )
        time.sleep(LOOK_EVERY)
    else:
        with watch() as step:
            rebuild(store, step)
    lock.share()
