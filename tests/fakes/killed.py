"""Ingests that die: run as a program, it puts a bill into copies of a store and kills each process at another moment.

Everything is imported once and each ingest is a fork of that, so that thirty deaths cost seconds. Nothing of DuckDB or SQLite is
open before the fork. SIGKILL at a step is exact; the timer dies somewhere inside whatever is being written just then.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

import duckdb  # noqa: F401 - imported before the forks, so that each of them need not

from services.ingest.service import Ingest
from storage.costs import CostStore
from storage.model.tags import TagKeys

TIMED = 6
FINISHED = "finished"


def main(template: Path, bill: Path, homes: Path) -> list[dict[str, str]]:
    """Kill at the first step, the second and so on until one ingest lives; then a few at other moments of as long a time."""
    deaths = []
    while True:
        home = homes / f"step {len(deaths):02d}"
        started = time.monotonic()
        step = _die(template, home, bill, die_at=len(deaths), seconds=0)
        if step == FINISHED:
            break
        deaths.append({"step": step, "home": str(home)})
    seconds = time.monotonic() - started
    for number in range(TIMED):
        home = homes / f"time {number}"
        step = _die(template, home, bill, die_at=-1, seconds=seconds * (number + 1) / (TIMED + 1))
        deaths.append({"step": f"after time {number}, {step}", "home": str(home)})
    return deaths


def _die(template: Path, home: Path, bill: Path, *, die_at: int, seconds: float) -> str:
    """One ingest in a process of its own; returns the step it had reached when it died, or that it did not."""
    shutil.copytree(template, home)
    reached = home.with_suffix(".reached")
    child = os.fork()
    if child == 0:
        _ingest(home, bill, reached, die_at, seconds)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status):
        return FINISHED if os.WEXITSTATUS(status) == 0 else f"failed with {os.WEXITSTATUS(status)}"
    return reached.read_text() if reached.exists() else "the start"


def _ingest(home: Path, bill: Path, reached: Path, die_at: int, seconds: float) -> None:
    steps: list[str] = []

    def step(name: str) -> None:
        reached.write_text(name)
        if len(steps) == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        steps.append(name)

    # Nobody handles SIGALRM, so it ends the process where it stands, as a kill does.
    signal.setitimer(signal.ITIMER_REAL, seconds)
    store = CostStore(home, TagKeys())
    store.open()
    Ingest(store).run([bill], source="aws", step=step)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*(Path(each) for each in sys.argv[1:]))))
