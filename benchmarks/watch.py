"""How long the watch needs for ten thousand series of four hundred days: read, judge, and a whole look.

Bar: read and judged in less than 10 s on 2 cores. The bill has a charge of each service in each account on each day.
By hand, from the root of the project:

    PYTHONPATH=. python benchmarks/watch.py [--accounts 100] [--services 100] [--days 400] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from measure import AS_OF, Steps, machine
from rich.console import Console
from rich.table import Table

from services.anomalies.watch.lessons import Lessons
from services.anomalies.watch.marks import Marks
from services.anomalies.watch.morning import find, read
from services.anomalies.watch.service import Watch
from services.clock import fixed_clock
from services.ingest.service import Ingest
from storage.anomalies import Anomalies
from storage.costs import CostStore
from storage.database import Database
from storage.migrations.state import migrations
from storage.model.tags import TagKeys

if TYPE_CHECKING:
    from collections.abc import Sequence

BAR = 10.0
SPIKES = 997
"""Every so many series have a spike on the last day."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the bill, look, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("accounts", 100), ("services", 100), ("days", 400)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        place = asked.keep or Path(folder)
        store = _store(place, asked.accounts, asked.services, asked.days)
        try:
            steps = _measured(store, place)
        finally:
            store.close()
    _show(steps, asked.accounts * asked.services, asked.days, (place / "home" / "cost.db").name)


def _store(place: Path, accounts: int, services: int, days: int) -> CostStore:
    bill, home = place / "bill", place / "home"
    store = CostStore(home, TagKeys())
    is_new = not home.exists()
    store.open()
    if is_new:
        bill.mkdir(parents=True)
        with duckdb.connect() as session:
            session.execute("SET TimeZone = 'UTC'")
            session.execute(f"COPY ({_select(accounts, services, days)}) TO '{bill / 'bill.parquet'}' (FORMAT parquet)")
        begun = time.perf_counter()
        Ingest(store).run((bill,), source="large")
        print(f"ingested in {time.perf_counter() - begun:.1f} s, cost.db {(home / 'cost.db').stat().st_size / 1e6:.0f} MB")
    return store


def _select(accounts: int, services: int, days: int) -> str:
    """A level a series, a weekday, ten per cent of noise, and here and there a spike."""
    day = f"DATE '{AS_OF - timedelta(days=days)}' + d::INTEGER"
    noise = "0.9 + 0.2 * (hash(a, s, d) % 1000) / 1000.0"
    week = f"CASE WHEN dayofweek({day}) IN (0, 6) THEN 0.7 ELSE 1 END"
    spike = f"CASE WHEN d = {days - 1} AND (a * {services} + s) % {SPIKES} = 0 THEN 6 ELSE 1 END"
    cost = f"round((20 + hash(a, s) % 400) * ({noise}) * {week} * {spike}, 6)::DECIMAL(18, 6)"
    moment = f"CAST({day} AS TIMESTAMPTZ)"
    return (
        f"SELECT 'AWS' AS ProviderName, concat('Service ', s) AS ServiceName, 'Compute' AS ServiceCategory, "
        f"(100000000000 + a)::VARCHAR AS SubAccountId, 'eu-west-1' AS RegionId, 'Usage' AS ChargeCategory, "
        f"'USD' AS BillingCurrency, CAST(date_trunc('month', {day}) AS TIMESTAMPTZ) AS BillingPeriodStart, "
        f"{moment} AS ChargePeriodStart, {cost} AS EffectiveCost, {cost} AS BilledCost "
        f"FROM range({accounts}) x(a), range({services}) y(s), range({days}) z(d)"
    )


def _measured(store: CostStore, place: Path) -> Steps:
    steps, marks = Steps(), Marks({})
    with store.reading() as reading:
        morning = read(reading, AS_OF, (), marks.usual_lag)
        steps("read")
        found = find(morning, Lessons(()), {}, {})
        steps("judge")
    print(f"{len(found.findings)} findings of {morning.series} series")
    database = Database(place / f"state-{time.time_ns()}.db", migrations)
    database.open()
    clock = fixed_clock(datetime(AS_OF.year, AS_OF.month, AS_OF.day, 9, tzinfo=UTC))
    with ThreadPoolExecutor(2) as executor:
        looked = asyncio.run(Watch(store, Anomalies(database), executor, clock).look())
    steps("a whole look")
    database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{looked.opened} episodes opened, with their causes; at most {peak:.0f} MB")
    return steps


def _show(steps: Steps, series: int, days: int, name: str) -> None:
    table = Table(title=f"{series:,} series × {days} days, {name}; {machine()}")
    for head in ("", "wall s", "CPU s"):
        table.add_column(head, justify="right" if head else "left")
    for step, wall in steps.wall.items():
        table.add_row(step, f"{wall:.2f}", f"{steps.cpu[step]:.2f}")
    Console().print(table)
    both = steps.wall["read"] + steps.wall["judge"]
    print(f"read and judged: {both:.2f} s, bar {BAR:.0f} s: {'kept' if both < BAR else 'MISSED'}")


if __name__ == "__main__":
    main()
