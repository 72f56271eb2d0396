"""How well the anomaly detector tells incidents from ordinary days, and how long a night of it takes.

`Detector` is the product's own detector in the shape the shared benchmark asks for: a growing history a morning, the newest two
days of it incomplete; a score of 1.0 is where the product alerts. The constants were chosen on the *dev* split. The *fresh* ones
have other seeds, more noise, other fee days with jitter, smaller events, more holidays and later days: does the choice hold?

    PYTHONPATH=. python benchmarks/detection.py [--bench ../shared/bench] [--every 1] [--tracks sim real]
    PYTHONPATH=. python benchmarks/detection.py --night 10000
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.table import Table

from services.anomalies.detection.judging import judge, measured

if TYPE_CHECKING:
    from types import ModuleType

BENCH = Path(__file__).resolve().parents[2] / "shared" / "bench"
INCOMPLETE = 2
"""Newest days of the benchmark's histories that are still arriving."""
THRESHOLD, LEAST = 1.0, 0.25
"""Where the product alerts, and the least score that is reported at all."""
FRESH: dict[str, dict[str, Any]] = {
    "fresh: noise": {"seed": 991, "sigma_mul": 1.25, "fee_days": (1, 3, 15), "fee_jitter": 0.3, "holiday": 0.5},
    "fresh: small": {"seed": 4242, "spike_k": (3.4, 8), "spike_r": (0.3, 2.5), "step_r": (0.27, 1.3), "leak_r": (0.5, 1.8)},
    "fresh: fees": {"seed": 77, "fee_days": (2, 5, 20, 28), "fee_jitter": 0.5, "lag_heavy": 0.5, "start": ("2025-01-01", 400)},
    "fresh: all": {
        "seed": 31337,
        "sigma_mul": 1.2,
        "fee_days": (1, 2, 10, 28),
        "fee_jitter": 0.35,
        "holiday": 0.6,
        "lag_heavy": 0.45,
        "spike_k": (3.5, 8),
        "spike_r": (0.3, 2.5),
        "step_r": (0.28, 1.3),
        "leak_r": (0.5, 1.8),
        "leak_len": (20, 45),
        "start": ("2024-06-01", 500),
    },
}
"""What differs from the dev split."""
BARS = "pass: F1 .84, P .82, R .85, FA ≤ 2.0, $R .82, step 70 %, weekend 80 %, fee jump 90 %, ≤ .5 ms; real F1 .59, FA ≤ 5, R .62"
AIMS = "aim:  F1 .88, P .88, R .88, FA ≤ 1.3, $R .90, step 85 %, weekend 88 %, fee jump 95 %, ≤ .2 ms; real F1 .65, FA ≤ 4, R .65"
COLUMNS = ("split", "F1", "P", "R", "FA", "$R", "step", "weekend", "fee jump", "leak", "spike", "drop", "ms a call")
KINDS = ("step", "weekend_on", "fee_jump", "leak", "spike", "drop0")


class Detector:
    """The plug-in of the benchmark. It keeps nothing between mornings."""

    def detect(self, dates: np.ndarray, values: np.ndarray) -> list[tuple[np.datetime64, float, float, float, float]]:
        """Score, expected, lower and upper of the last complete day and the incomplete days after it, if worth a word."""
        known = len(dates) - 1 - INCOMPLETE
        found = []
        for _, seen in measured(dates, values[None, :], np.array([known])):
            score = seen.score[0]
            for at in np.flatnonzero(score >= LEAST):
                band = seen.rises.expected[0, at], seen.lower[0, at], seen.rises.upper[0, at]
                found.append((dates[known + at], float(score[at]), *map(float, band)))
        return found


def harness(folder: Path) -> ModuleType:
    """The shared benchmark, with the fresh splits beside its own."""
    path = folder / "bench_anomaly.py"
    if not path.exists():
        sys.exit(f"No benchmark at {path}: give its folder with --bench.")
    spec = importlib.util.spec_from_file_location("bench_anomaly", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    module.PARAMS.update({name: {**module.DEV, **other} for name, other in FRESH.items()})
    return module


def row(bench: ModuleType, track: str, split: str, every: int) -> list[str]:
    """One line of the table."""
    series = bench.load(track, split)[::every]
    raw, seconds, calls = bench.run(Detector, series)
    score = bench.score(series, raw, THRESHOLD)
    shares = [_share(score["kinds"].get(kind, "0/0")) for kind in KINDS]
    figures = [f"{score[name]:.3f}" for name in ("f1", "precision", "recall")]
    return [
        f"{track}, {split}",
        *figures,
        f"{score['fa_100sm']:.2f}",
        f"{score['cost_recall']:.2f}",
        *shares,
        f"{seconds / calls * 1e3:.2f}",
    ]


def _share(hits: str) -> str:
    """`13/16+1late` as a share of those in time, with their number."""
    hit, of = (int(part) for part in hits.partition("+")[0].split("/"))
    return f"{hit / of:.0%} of {of}" if of else "–"


def night(size: int, days: int = 400) -> None:
    """Judge so many series as it is done every morning, in one process."""
    chance = np.random.default_rng(1)
    dates = np.datetime64("2025-10-19") + np.arange(days)
    levels = np.exp(chance.normal(np.log(35), 1.5, (size, 1)))
    week = np.where(dates.astype(int) % 7 >= 5, chance.uniform(0.3, 1, (size, 1)), 1.0)
    noise = chance.uniform(0.01, 0.3, (size, 1)) * chance.normal(0, 1, (size, days))
    values = levels * week * np.exp(noise)
    values[: size // 100, -3] *= 3
    begun = time.perf_counter(), time.process_time()
    found = judge(dates, values, np.full(size, days - 1 - INCOMPLETE))
    wall, worked = time.perf_counter() - begun[0], time.process_time() - begun[1]
    print(f"{size:,} series × {days} days: {wall:.2f} s ({worked:.2f} s of one processor), {1000 * wall / size:.3f} ms a series")
    print(f"{len(found):,} alerts, {size // 100:,} planted")


def main() -> None:
    """Run what was asked for, print one table."""
    parser = argparse.ArgumentParser(description="How well anomalies are detected, and how fast.")
    parser.add_argument("--bench", type=Path, default=BENCH, help="the folder of bench_anomaly.py")
    parser.add_argument("--every", type=int, default=1, help="every so manieth series only")
    parser.add_argument("--tracks", nargs="+", default=["sim", "real"], choices=["sim", "real"])
    parser.add_argument("--splits", nargs="+", default=["dev", *FRESH])
    parser.add_argument("--night", type=int, metavar="SERIES", help="only time a night of so many")
    asked = parser.parse_args()
    if asked.night:
        night(asked.night)
        return
    bench, table = harness(asked.bench), Table(title=f"Threshold {THRESHOLD}", caption=f"{BARS}\n{AIMS}")
    for column in COLUMNS:
        table.add_column(column, justify="left" if column == "split" else "right")
    for track in asked.tracks:
        for split in asked.splits:
            table.add_row(*row(bench, track, split, asked.every))
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
