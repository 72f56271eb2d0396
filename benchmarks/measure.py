"""What the benchmarks share: a case in a process of its own, its time, processor time and peak memory, and a bill to work on.

Wall-clock time on a shared machine is noise; processor time is steadier, and both are shown. Peak memory is the process's own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

AS_OF = date(2026, 11, 22)
MONTHS, SEED = 14, 1


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of a case, in seconds and MB. `said` is what the case printed as JSON."""

    wall: float
    cpu: float
    peak_mb: float
    said: Mapping[str, object]


@dataclass(slots=True)
class Steps:
    """Seconds of named steps: call it with a step's name when the step is done."""

    groups: Callable[[str], str] = str
    wall: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    _before: tuple[float, float] = field(default_factory=lambda: (time.perf_counter(), time.process_time()))

    def __call__(self, name: str) -> None:
        """Book the time since the last call under the name's group."""
        group, now = self.groups(name), (time.perf_counter(), time.process_time())
        self.wall[group] = self.wall.get(group, 0.0) + now[0] - self._before[0]
        self.cpu[group] = self.cpu.get(group, 0.0) + now[1] - self._before[1]
        self._before = now

    def said(self) -> dict[str, dict[str, float]]:
        """For JSON."""
        return {"wall": self.wall, "cpu": self.cpu}


def in_a_process(arguments: Sequence[str]) -> Measured:
    """Run this script again with the arguments; its last line of output is JSON. Raises when it fails."""
    root = str(Path(__file__).resolve().parent.parent)
    begun = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - this very script
        [sys.executable, sys.argv[0], *arguments], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    )
    out = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(arguments)} failed")
    took = time.perf_counter() - begun
    return Measured(took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, json.loads(out.splitlines()[-1]))


def ledger(folder: Path, rows: int, as_of: date = AS_OF) -> Path:
    """The generated ledger of so many rows up to a day, made once; returns where it is: a folder a cloud below it."""
    from bot.sandbox.ledger.generator import generate  # noqa: PLC0415 - numpy and Arrow, only where a ledger is wanted

    place = folder / (f"ledger-{rows}" if as_of == AS_OF else f"ledger-{rows}-{as_of}")
    if not place.exists():
        begun = time.perf_counter()
        generate(place, months=MONTHS, as_of=as_of, seed=SEED, rows=rows)
        print(f"ledger of {rows:,} rows in {time.perf_counter() - begun:.0f} s")
    return place


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def middle(values: Sequence[float]) -> float:
    """The median; 0 for nothing."""
    return median(values) if values else 0.0


def machine() -> str:
    """Processors, memory and how busy it is now."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{os.cpu_count()} processors, {pages:.0f} GB, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}"
