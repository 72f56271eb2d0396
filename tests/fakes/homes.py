"""Homes for tests of what is done to a whole home: a filled one, ways to read it out, and processes that die at a chosen step."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from storage.audit import Audit
from storage.database import Database
from storage.home import HomeLock
from storage.migrations.state import migrations
from storage.model.audit import Entry, Origin
from tests.fakes.bills import everything, usage, write_csv
from tests.fakes.stores import Dump, ingest, logical_dump, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
KILLED = 137
SECRET = "s3cr3t-key-that-nobody-may-copy"


def filled(home: Path, *, who: str = "U1", more: str = "") -> Path:
    """A home with two sources, three periods, and one line of audit. `more` makes one that differs in every part."""
    home.mkdir(parents=True, exist_ok=True)
    note(home, who)
    with opened(home) as store:
        ingest(store, write_csv(home.parent / f"{home.name}-aws.csv", [*everything(), usage(f"3{more}", day="2025-04-02")]))
        ingest(
            store, write_csv(home.parent / f"{home.name}-other.csv", [usage(f"4{more}", Tags='{"app": "till"}')]), source="other"
        )
    return home


@contextmanager
def state(home: Path) -> Iterator[Database]:
    """The home's state.db, open."""
    database = Database(home / "state.db", migrations)
    database.open()
    try:
        yield database
    finally:
        database.close()


def note(home: Path, who: str) -> None:
    """Somebody did something."""
    with state(home) as database:
        Audit(database).append(Entry(NOW, who, "role.set", "person:U2", "done", "analyst", Origin("T1", "C1", "slash", "abc")))


def who(home: Path) -> list[str]:
    """Who did something, oldest first."""
    with closing(sqlite3.connect(home / "state.db")) as connection:
        return [actor for (actor,) in connection.execute("SELECT actor FROM audit ORDER BY id")]


def everything_in(home: Path) -> tuple[Dump, list[str], list[str]]:
    """What a home says: its bills, its audit, and the names of the lake files that are listed and there."""
    with closing(sqlite3.connect(home / "cost.db")) as connection:
        listed = sorted(name for (name,) in connection.execute("SELECT file FROM parts"))
    assert [name for name in listed if not (home / "lake" / name).is_file()] == []
    return logical_dump(home), who(home), listed


@contextmanager
def running(home: Path) -> Iterator[None]:
    """Tuppence runs on the home."""
    lock = HomeLock(home)
    lock.share()
    try:
        yield
    finally:
        lock.release()


def dies_at(step: int, home: Path, work: Callable[[], object], *, events: tuple[str, ...]) -> bool:
    """Do the work in a process that is killed before its n-th change (an audit event) below the home; False: it got through."""
    child = os.fork()
    if child == 0:
        _count_down(step, str(home), events)
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == KILLED


def _count_down(step: int, home: str, events: tuple[str, ...]) -> None:
    left = [step]

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event in events and any(str(each).startswith(home) for each in arguments):
            left[0] -= 1
            if left[0] < 0:
                os._exit(KILLED)

    sys.addaudithook(watch)
