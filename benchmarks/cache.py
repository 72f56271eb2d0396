"""How many questions are answered from memory while bills keep coming in.

30 people with five sets of row limits ask 200 questions, some far more often than others (Zipf), with 2 s of thought between; in
another process the running month of a source is ingested again every so often, which makes every remembered answer old. Time runs
faster than on the wall (`--speed`), so that an hour is over in minutes; answers and ingests take as long as they take.

    PYTHONPATH=. python benchmarks/cache.py [--rows 200000] [--speed 20] [--minutes 1 5 15]
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.sandbox.ledger.generator import generate
from services.clock import fixed_clock
from services.costs.service import Costs
from services.ingest.service import Ingest
from storage.costs import CostStore
from storage.model.period import DAY, Period
from storage.model.query import CostQuery, Filter, Granularity
from storage.model.scope import Scope
from storage.model.tags import TagKeys

TODAY = date(2026, 11, 22)
SOURCES = ("aws", "gcp", "azure")
PEOPLE, QUESTIONS, SKEW, THOUGHT = 30, 200, 1.1, 2.0
GENERATIONS = 4
KINDS = ("key_figures", "breakdown", "movers", "bases")


@dataclass
class Seen:
    """What one run saw: seconds of each answer, and how many came from memory."""

    taken: list[float] = field(default_factory=list)
    ingests: int = 0
    hits: int = 0

    def cells(self, minutes: float) -> list[str]:
        """A row of the table."""
        asked, ordered = len(self.taken), sorted(self.taken)
        p50, p95, p99 = (ordered[int(asked * share)] * 1000 for share in (0.5, 0.95, 0.99))
        counts = [f"{minutes:g} min", f"{asked:,}", str(self.ingests), f"{asked // (self.ingests + 1):,}"]
        return [*counts, f"{self.hits / asked:.1%}", f"{p50:.1f}", f"{p95:.0f}", f"{p99:.0f}"]


def questions() -> list[tuple[str, CostQuery]]:
    """200 of them, the ones that people ask most first: this month and the last, then everything else in any order."""
    month, last = Period.of_days(date(2026, 11, 1), TODAY), Period.month(date(2026, 10, 1))
    periods = (month, last, Period.of_days(TODAY - DAY * 6, TODAY), Period(date(2026, 7, 1), date(2026, 10, 1)))
    dimensions = ("service", "account", "tag:team", "region", "purchase", "provider", "tag:env", "category")
    filters = (
        (),
        *(
            (each,)
            for each in (Filter("tag:env", ("prod",)), Filter("charge", ("Usage",)), Filter("tag:team", (None,), negate=True))
        ),
    )
    steps = (Granularity.TOTAL, Granularity.DAY)
    bare = [(kind, CostQuery(period)) for period in periods for kind in KINDS]
    cut = [
        ("breakdown", CostQuery(period, by=(by,), filters=chosen, granularity=step))
        for step, chosen, period, by in product(steps, filters, periods, dimensions)
    ]
    moved = [("movers", CostQuery(period, by=(by,))) for period, by in product(periods, dimensions)]
    usual, rare = [*bare[:4], *cut[:8]], [*bare[4:], *cut[8:], *moved]
    random.Random(1).shuffle(rare)  # noqa: S311 - a workload
    return [*usual, *rare][:QUESTIONS]


def scopes(accounts: tuple[str, ...]) -> list[Scope]:
    """One a person: half of them see everything, the others are limited to accounts or a team."""
    limited = [Scope.only(account=accounts[:3]), Scope.only(account=accounts[3:4]), Scope.only(account=accounts[4:9])]
    four = [*limited, Scope.only(tag_team=("checkout",))]
    return [Scope()] * (PEOPLE - 4 * 4) + four * 4


async def person(costs: Costs, scope: Scope, number: int, thought: float, until: float, seen: Seen) -> None:
    """Asks, thinks, asks."""
    chance, known = random.Random(number), questions()  # noqa: S311 - a workload
    weights = [1 / rank**SKEW for rank in range(1, len(known) + 1)]
    await asyncio.sleep(chance.random() * thought)
    while time.monotonic() < until:
        kind, query = chance.choices(known, weights)[0]
        started = time.monotonic()
        await getattr(costs, kind)(query.but(scope=scope))
        seen.taken.append(time.monotonic() - started)
        await asyncio.sleep(chance.expovariate(1 / thought))


async def ingests(home: Path, bills: Path, every: float, until: float, seen: Seen) -> None:
    """In a process of its own, as from a terminal."""
    turn = 0
    while True:
        await asyncio.sleep(every)
        if time.monotonic() >= until:
            return
        source = SOURCES[turn % len(SOURCES)]
        month = bills / source / f"BILLING_PERIOD={TODAY:%Y-%m}"
        process = await asyncio.create_subprocess_exec(sys.executable, __file__, "--ingest", str(home), str(month), source)
        assert await process.wait() == 0
        seen.ingests, turn = seen.ingests + 1, turn + 1


async def run(store: CostStore, bills: Path, minutes: float, speed: float) -> Seen:
    """A few generations of the store, with everybody asking."""
    seen, every = Seen(), minutes * 60 / speed
    with ThreadPoolExecutor(4) as executor:
        costs = Costs(store, executor, fixed_clock(datetime(2026, 11, 22, 9, tzinfo=UTC)))
        limits = scopes(await costs.names("account", Scope()))
        until = time.monotonic() + every * (GENERATIONS + 0.5)
        people = [person(costs, scope, number, THOUGHT / speed, until, seen) for number, scope in enumerate(limits)]
        await asyncio.gather(*people, ingests(store.home, bills, every, until, seen))
        assert costs.hits + costs.misses == len(seen.taken)
        seen.hits = costs.hits
    return seen


def ingest(home: Path, path: Path, source: str) -> None:
    """Put one bill in."""
    store = CostStore(home, TagKeys())
    store.open()
    Ingest(store).run([path], source=source)
    store.close()


def main() -> None:
    """Write bills, ask, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--speed", type=float, default=20)
    parser.add_argument("--minutes", type=float, nargs="+", default=[1, 5, 15], help="between two ingests")
    parser.add_argument("--ingest", nargs=3, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.ingest:
        ingest(Path(said.ingest[0]), Path(said.ingest[1]), said.ingest[2])
        return
    with tempfile.TemporaryDirectory() as folder:
        home, bills = Path(folder) / "home", Path(folder) / "bills"
        generate(bills, months=14, as_of=TODAY, seed=1, rows=said.rows)
        for source in SOURCES:
            ingest(home, bills / source, source)
        store = CostStore(home, TagKeys())
        store.open()
        table = Table(title=f"{PEOPLE} people, 5 scopes, {QUESTIONS} questions (Zipf {SKEW}), {said.rows:,} rows")
        for column in ("an ingest every", "asked", "ingests", "a generation", "from memory", "p50 ms", "p95 ms", "p99 ms"):
            table.add_column(column, justify="right")
        for minutes in said.minutes:
            table.add_row(*asyncio.run(run(store, bills, minutes, said.speed)).cells(minutes))
        Console(width=110).print(table)
        store.close()


if __name__ == "__main__":
    main()
