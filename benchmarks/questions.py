"""How fast questions are answered: each alone, then a hundred people at once while a bill is being replaced.

Bars: p95 ≤ 80 ms where a cube covers, ≤ 250 ms for the rest, no error, with 100 people who think 2 s between questions and an
ingest writing all the time. Beside it the same sums asked of DuckDB on its own database file.
By hand, from the root of the project:

    PYTHONPATH=. python benchmarks/questions.py [--daily-rows 1000000,10000000] [--seconds 60] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import daily
from measure import AS_OF, machine, middle, percentile
from rich.console import Console
from rich.table import Table

from bot.ingest import NICENESS
from services.clock import fixed_clock
from services.costs.service import Costs
from services.ingest.service import Ingest
from storage.costs import CostStore
from storage.engines.lake import LakeEngine
from storage.model.period import Period, first_of_month
from storage.model.query import CostQuery, Filter, Granularity
from storage.model.tags import TagKeys

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    import duckdb

    from storage.engines.base import Engine, Slice

PEOPLE, THINK_SECONDS, THREADS, MEMORY = 100, 2.0, 4, "1GB"
TIMES = 15
CLOCK = fixed_clock(datetime(AS_OF.year, AS_OF.month, AS_OF.day, 9, tzinfo=UTC))
BARS = {True: 80, False: 250}
"""Whether a cube covers → p95 in ms."""


class Watched(CostStore):
    """A store that remembers which slices it was asked, and by which engine they were answered."""

    pieces: list[Slice]

    def plan(self, piece: Slice) -> Engine:
        """As ever, noted."""
        self.pieces.append(piece)
        return super().plan(piece)


class Forgetful(Costs):
    """Answers every question anew."""

    def _turn_to(self, generation: int) -> None:
        super()._turn_to(generation)
        self._answers.clear()


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody may ask: how often among a hundred questions, and the question with its random part drawn."""

    name: str
    weight: int
    draw: Callable[[Random], CostQuery]
    verb: str = "breakdown"

    def ask(self, costs: Costs, random: Random) -> Awaitable[object]:
        """The answer."""
        return getattr(costs, self.verb)(self.draw(random))


def days(count: int) -> Period:
    """The last so many days of the bill."""
    return Period(AS_OF - timedelta(days=count), AS_OF)


MONTH = Period(first_of_month(AS_OF), AS_OF)
YEAR = Period(first_of_month(AS_OF, -12), AS_OF)


def account(random: Random) -> Filter:
    """Some account, the large ones more often."""
    cloud, (_, _, accounts, _) = random.choice(list(enumerate(daily.CLOUDS.values())))
    return Filter("account", (f"{cloud}{10_000_000_000 + int(random.random() ** 2 * accounts)}",))


def service(random: Random) -> Filter:
    """Some service, the large ones more often."""
    cloud, (_, services, _, _) = random.choice(list(daily.CLOUDS.items()))
    return Filter("service", (f"{cloud} service {int(random.random() ** 2.5 * services)}",))


def team(random: Random) -> Filter:
    """Some team."""
    return Filter("tag:team", (f"team-{random.randrange(20)}",))


def region(random: Random) -> Filter:
    """One of the large regions."""
    return Filter("region", (f"region-{random.randrange(3)}-{random.randrange(3)}",))


def plain(period: Period, *by: str, **more: object) -> Callable[[Random], CostQuery]:
    """A question without a random part."""
    return lambda _: CostQuery(period, by=by, **more)


def narrowed(period: Period, *by: str, to: Sequence[Callable[[Random], Filter]], **more: object) -> Callable[[Random], CostQuery]:
    """A question about something drawn."""
    return lambda random: CostQuery(period, by=by, filters=tuple(each(random) for each in to), **more)


QUESTIONS = (
    Question("key figures", 22, plain(MONTH), "key_figures"),
    Question("by service, month", 14, plain(MONTH, "service")),
    Question("by account, 30 days", 8, plain(days(30), "account")),
    Question("by region, month", 4, plain(MONTH, "region")),
    Question("by team, month", 8, plain(MONTH, "tag:team")),
    Question("a day, 30 days", 5, plain(days(30), granularity=Granularity.DAY)),
    Question("by service, a month, 13 months", 5, plain(YEAR, "service", granularity=Granularity.MONTH)),
    Question("purchase options, 90 days", 3, plain(days(90), "purchase")),
    Question("the four bases, month", 2, plain(MONTH), "bases"),
    Question("movers, month", 5, plain(MONTH), "movers"),
    Question("services of an account, 30 days", 8, narrowed(days(30), "service", to=[account])),
    Question("services of a team, 90 days", 4, narrowed(days(90), "service", to=[team])),
    Question("one account, a month, 13 months", 3, narrowed(YEAR, to=[account], granularity=Granularity.MONTH)),
    Question("regions of an account, 30 days", 2, narrowed(days(30), "region", to=[account])),
    Question("service in a region of a team, 90 days", 2, narrowed(days(90), "account", to=[service, region, team])),
    Question("resources of a service and account, 30 days", 3, narrowed(days(30), "resource", to=[service, account])),
    Question("by another tag, 30 days", 2, plain(days(30), "tag:app")),
)


@dataclass(slots=True)
class Alone:
    """One question, asked alone: milliseconds of each time, of DuckDB's too, slices, and whether cubes answered all of it."""

    name: str
    is_covered: bool = True
    slices: int = 0
    took: list[float] = field(default_factory=list)
    duckdb: list[float] = field(default_factory=list)


def build(folder: Path, rows: int) -> Path:
    """A store with so many daily rows, and DuckDB's own file of the same; made once."""
    import duckdb  # noqa: PLC0415 - only where something is built

    home, bills = folder / f"home-{rows}", folder / f"bills-{rows}"
    if (folder / f"{rows}.duckdb").exists():
        return home
    begun = time.perf_counter()
    session = duckdb.connect(config={"memory_limit": "4GB"})
    session.execute("SET TimeZone = 'UTC'")
    daily.write(session, bills, rows)
    session.close()
    home.mkdir(parents=True, exist_ok=True)
    store = opened(home)
    for cloud in daily.CLOUDS:
        Ingest(store).run([bills / daily.source(cloud)])
    store.close()
    session = duckdb.connect(str(folder / f"{rows}.duckdb"), config={"memory_limit": "4GB"})
    session.execute(
        f"CREATE TABLE items AS SELECT * FROM read_parquet('{home}/lake/*.parquet') ORDER BY day, ServiceName, account"
    )
    session.close()
    print(f"store of {rows:,} daily rows in {time.perf_counter() - begun:.0f} s", flush=True)
    return home


def opened(home: Path) -> Watched:
    """The store."""
    store = Watched(home, TagKeys(), memory=MEMORY)
    store.pieces = []
    store.open()
    return store


async def alone(store: Watched, file: Path, times: int) -> list[Alone]:
    """Each question by itself, warm, beside DuckDB's own file; the two take turns."""
    import duckdb  # noqa: PLC0415 - only where it is measured

    session = duckdb.connect(str(file), read_only=True, config={"memory_limit": MEMORY})
    session.execute("SET TimeZone = 'UTC'")
    found = []
    with ThreadPoolExecutor(THREADS) as pool:
        costs = Forgetful(store, pool, CLOCK)
        for question in QUESTIONS:
            asked, random = Alone(question.name), Random(7)  # noqa: S311 - the same questions in each run
            for place in range(times + 1):
                await _ask_both(store, costs, question, random, session, asked if place else None)
            asked.slices = len(store.pieces)
            asked.is_covered = all(store.plan(piece).name == "cost.db" for piece in tuple(store.pieces))
            found.append(asked)
    session.close()
    return found


async def _ask_both(
    store: Watched, costs: Costs, question: Question, random: Random, session: duckdb.DuckDBPyConnection, asked: Alone | None
) -> None:
    store.pieces.clear()
    begun = time.perf_counter()
    await question.ask(costs, random)
    between = time.perf_counter()
    selects = list(own_sql(store))
    started = time.perf_counter()
    for select in selects:
        session.execute(select).fetchall()
    if asked:
        asked.took.append((between - begun) * 1000)
        asked.duckdb.append((time.perf_counter() - started) * 1000)


def own_sql(store: Watched) -> Iterator[str]:
    """The slices that were asked, as DuckDB would be asked them on its own file."""
    engine = LakeEngine(store.lake, store.scratch, store.tags, MEMORY)
    for piece in store.pieces:
        sql = engine.sql(piece, store.catalog().parts)
        if "filename" not in sql:
            start = sql.index("read_parquet(")
            yield sql[:start] + "items" + sql[sql.index(")", start) + 1 :]


@dataclass(slots=True)
class Crowd:
    """What a hundred people saw: (question, milliseconds) of each answer, failures, the worst lag of the event loop in ms."""

    took: list[tuple[str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lag: float = 0.0
    hits: int = 0
    misses: int = 0
    replaced: int = 0


async def crowd(store: CostStore, kind: type[Costs], seconds: float) -> Crowd:
    """A hundred people for so long, who each think, ask, wait for the answer, and think again."""
    seen = Crowd()
    with ThreadPoolExecutor(THREADS) as pool:
        costs = kind(store, pool, CLOCK)
        end = time.perf_counter() + seconds
        people = [_person(costs, Random(number), end, seen) for number in range(PEOPLE)]  # noqa: S311 - repeatable
        watching = asyncio.create_task(_watch(seen))
        await asyncio.gather(*people)
        watching.cancel()
        seen.hits, seen.misses = costs.hits, costs.misses
    return seen


async def _person(costs: Costs, random: Random, end: float, seen: Crowd) -> None:
    while True:
        await asyncio.sleep(random.expovariate(1 / THINK_SECONDS))
        if time.perf_counter() > end:
            return
        (question,) = random.choices(QUESTIONS, [each.weight for each in QUESTIONS])
        begun = time.perf_counter()
        try:
            await question.ask(costs, random)
        except Exception as error:  # noqa: BLE001 - every failure is counted and shown
            seen.errors.append(f"{question.name}: {type(error).__name__}: {error}")
        else:
            seen.took.append((question.name, (time.perf_counter() - begun) * 1000))


async def _watch(seen: Crowd, every: float = 0.01) -> None:
    """How late a timer rings."""
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(every)
        seen.lag = max(seen.lag, (time.perf_counter() - begun - every) * 1000)


def replace_for_ever(home: Path, bills: Path) -> None:
    """Ingest the newest month of the largest cloud again and again; prints a line each time."""
    os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    store = opened(home)
    month = max((bills / daily.source("AWS")).glob("*.parquet"))
    while True:
        report = Ingest(store).run([month], source=daily.source("AWS"))
        print(f"{report.seconds:.2f}", flush=True)


def with_a_writer(home: Path, bills: Path, work: Callable[[], Crowd]) -> tuple[Crowd, list[float]]:
    """The work while another process replaces a month in a loop; also the seconds that each replacement took."""
    log = home / "writer.log"
    arguments = [sys.executable, sys.argv[0], "--writer", str(home), str(bills)]
    with log.open("w") as out:
        process = subprocess.Popen(arguments, stdout=out, env={**os.environ, "PYTHONPATH": os.getcwd()})  # noqa: S603, PTH109 - this very script
        try:
            seen = work()
            assert process.poll() is None, "the writer stopped"
        finally:
            process.terminate()
            process.wait()
    return seen, [float(line) for line in log.read_text().splitlines()]


def show_alone(console: Console, asked: Sequence[Alone]) -> None:
    """A row a question."""
    table = Table("question", "from", "slices", "p50 ms", "p95 ms", "DuckDB p50", "DuckDB p95", "bar", box=None)
    for each in asked:
        p95, bar = percentile(each.took, 0.95), BARS[each.is_covered]
        table.add_row(
            *(each.name, "cubes" if each.is_covered else "lake", str(each.slices), f"{middle(each.took):.1f}", f"{p95:.1f}"),
            *(f"{middle(each.duckdb):.1f}", f"{percentile(each.duckdb, 0.95):.1f}", "kept" if p95 <= bar else f"MISSED {bar}"),
        )
    console.print(table)


def show_crowd(console: Console, name: str, seen: Crowd, writing: Sequence[float], covered: set[str]) -> None:
    """A row for what cubes cover, one for the rest."""
    table = Table(name, "answers", "p50 ms", "p95 ms", "p99 ms", "max ms", "bar", box=None)
    for is_covered in (True, False):
        took = [ms for question, ms in seen.took if (question in covered) is is_covered]
        p95, bar = percentile(took, 0.95), BARS[is_covered]
        table.add_row(
            *("cubes" if is_covered else "lake", str(len(took)), f"{middle(took):.1f}", f"{p95:.1f}"),
            *(f"{percentile(took, 0.99):.1f}", f"{max(took):.0f}", "kept" if p95 <= bar else f"MISSED {bar}"),
        )
    console.print(table)
    rate = f", {seen.hits / max(1, seen.hits + seen.misses):.0%} from memory" if seen.hits else ""
    console.print(
        f"  {len(seen.errors)} errors{rate}; event loop late by {seen.lag:.0f} ms at most; "
        f"the month replaced {len(writing)} times, "
        f"in {middle(writing):.1f} s each; load {os.getloadavg()[0]:.1f}"
    )
    for error in sorted(set(seen.errors))[:5]:
        console.print(f"  {error}")


def measure(console: Console, folder: Path, rows: int, options: argparse.Namespace) -> None:
    """Everything about a store of one size."""
    home = build(folder, rows)
    console.print(f"\n{rows:,} daily rows: {machine()}")
    store = opened(home)
    asked = asyncio.run(alone(store, folder / f"{rows}.duckdb", options.times))
    show_alone(console, asked)
    covered = {each.name for each in asked if each.is_covered}
    for name, kind in (("100 people, nothing remembered", Forgetful), ("100 people, as in the bot", Costs)):
        seen, writing = with_a_writer(
            home, folder / f"bills-{rows}", lambda kind=kind: asyncio.run(crowd(store, kind, options.seconds))
        )
        show_crowd(console, name, seen, writing, covered)
    store.close()


def main() -> None:
    """Each size in turn."""
    parser = argparse.ArgumentParser(description="How fast questions are answered.")
    parser.add_argument("--daily-rows", default="1000000,10000000")
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--keep", type=Path, help="a folder for the stores, which are used again if they are there")
    parser.add_argument("--writer", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.writer:
        replace_for_ever(*options.writer)
    with tempfile.TemporaryDirectory(prefix="tuppence-bench-") as work:
        for rows in options.daily_rows.split(","):
            measure(Console(width=140), options.keep or Path(work), int(rows), options)


if __name__ == "__main__":
    main()
