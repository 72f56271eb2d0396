"""How long a chart takes and how large it is, warm, through the very service that Slack's answers use.

Goal: under 300 ms at the 95th percentile and under 100 kB. Run by hand, from the root of the project:

    PYTHONPATH=. python benchmarks/charts.py [--times 60]
"""

from __future__ import annotations

import argparse
import asyncio
import time
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from statistics import median, quantiles
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from services.charts.results import Bar, BreakdownSpec, ChartSpec, MoversSpec, Series, TrendSpec
from services.charts.service import Charts

if TYPE_CHECKING:
    from collections.abc import Sequence

GOAL_MS, GOAL_KB = 300, 100
NAMES = ("Amazon Elastic Compute Cloud", "Amazon RDS", "Amazon S3", "AWS Lambda", "CloudFront", "(untagged)", "other")


def trend(count: int, random: Random) -> TrendSpec:
    """A stack of seven over so many days, with the previous period and two incomplete days."""
    buckets = tuple(date(2026, 11, 1) + timedelta(days=n) for n in range(count))
    series = tuple(
        Series(name, tuple(1000 / (n + 1) * random.uniform(0.7, 1.3) for _ in buckets)) for n, name in enumerate(NAMES)
    )
    previous = tuple(random.uniform(2000, 2800) for _ in buckets)
    return TrendSpec(f"Cost by service, {count} days", "USD", buckets, series, previous, buckets[-1] - timedelta(days=2))


def breakdown(count: int, random: Random) -> BreakdownSpec:
    """So many bars with what they were before."""
    bars = tuple(Bar(f"Amazon service number {n}", 50_000 / (n + 1), random.uniform(0, 50_000 / (n + 1))) for n in range(count))
    return BreakdownSpec(f"Cost by service, {count} services", "USD", bars)


def movers(count: int, random: Random) -> MoversSpec:
    """So many changes of a large bill."""
    steps = tuple(Bar(f"Amazon service number {n}", random.uniform(-4000, 5000), 20_000) for n in range(count))
    return MoversSpec("What changed", "USD", Bar("October", 96_000), steps, Bar("November", 96_000 + sum(s.value for s in steps)))


def cases(random: Random) -> dict[str, ChartSpec]:
    """What is asked for most, and the heaviest there is."""
    return {
        "trend, 7 days × 7": trend(7, random),
        "trend, 30 days × 7": trend(30, random),
        "trend, 60 days × 7": trend(60, random),
        "trend, 400 days × 7": trend(400, random),
        "breakdown, 5": breakdown(5, random),
        "breakdown, 10": breakdown(10, random),
        "breakdown, 100": breakdown(100, random),
        "movers, 4": movers(4, random),
        "movers, 8": movers(8, random),
    }


async def measured(charts: Charts, spec: ChartSpec, times: int) -> tuple[list[float], float, int]:
    """Milliseconds of each drawing, those of processor time in the mean, and the bytes of the picture."""
    taken, size, worked = [], 0, time.process_time()
    for number in range(times):
        begun = time.perf_counter()
        # Another title each time: the same picture would not be drawn again.
        size = len((await charts.draw(replace(spec, title=f"{spec.title}, {number}"))).png)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken, (time.process_time() - worked) * 1000 / times, size


def row(name: str, taken: Sequence[float], worked: float, size: int) -> list[str]:
    """One line of the table."""
    p95 = quantiles(taken, n=20)[-1]
    kept = "yes" if p95 < GOAL_MS and size < GOAL_KB * 1000 else "NO"
    return [name, f"{median(taken):.0f}", f"{p95:.0f}", f"{max(taken):.0f}", f"{worked:.0f}", f"{size / 1000:.1f}", kept]


async def main(times: int) -> None:
    """Measure all, print one table."""
    charts, table = Charts(), Table(title=f"Charts, warm, {times} drawings each")
    for column in ("chart", "p50 ms", "p95 ms", "max ms", "CPU ms", "kB", f"< {GOAL_MS} ms and < {GOAL_KB} kB"):
        table.add_column(column, justify="left" if column == "chart" else "right")
    begun = time.perf_counter()
    await charts.warm()
    warming = time.perf_counter() - begun
    for name, spec in cases(Random(7)).items():  # noqa: S311  # the same bill in each run, not a secret
        table.add_row(*row(name, *await measured(charts, spec, times)))
    charts.close()
    Console(width=110).print(table)
    Console().print(f"Warming up (import and one of each): {warming:.2f} s, once at start")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How long a chart takes.")
    parser.add_argument("--times", type=int, default=60)
    asyncio.run(main(parser.parse_args().times))
