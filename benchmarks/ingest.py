"""How fast a bill goes in, beside what DuckDB alone and pandas need for the same columns.

Each case runs in a process of its own, cases in turn, `--rounds` times; the fastest round of each counts. Bars: facts and cubes
within 2.5 × of DuckDB's own scan-and-add of the same columns, the lake within 1.3 × of DuckDB's own sorted write, all together at
least 2.5 × faster than pandas → SQLite at a quarter of its memory. By hand, from the root of the project, with the extra `bench`:

    PYTHONPATH=. python benchmarks/ingest.py [--rows 10000000] [--ledger FOLDER] [--rounds 1]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from measure import Measured, Steps, in_a_process, ledger, machine
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd

MEMORY = "1GB"
COSTS = ("EffectiveCost", "BilledCost", "ContractedCost", "ListCost")
PLAIN = ("ProviderName", "ServiceCategory", "ServiceName", "RegionId", "ChargeCategory", "PricingCategory", "ConsumedUnit")
GROUPS = (*PLAIN, "BillingCurrency", "CommitmentDiscountStatus", "day", "line", "account", "purchase", "team", "env")
READ = (
    *(*PLAIN, *COSTS, "BillingCurrency", "CommitmentDiscountStatus", "CommitmentDiscountType", "ChargeClass", "Tags"),
    *("ChargePeriodStart", "SubAccountId", "BillingAccountId", "ConsumedQuantity"),
)
# The dimensions of each cube, as pandas knows them; facts have all.
CUBES = {
    "overview": ("ChargeCategory", "PricingCategory", "purchase", "CommitmentDiscountStatus"),
    "account": ("account",),
    "region": ("RegionId",),
    "tag": ("team", "env"),
    "service": ("ServiceCategory", "ServiceName"),
    "account_purchase": ("account", "ChargeCategory", "PricingCategory", "purchase", "CommitmentDiscountStatus"),
    "service_purchase": (
        *("ServiceCategory", "ServiceName", "ChargeCategory", "PricingCategory", "purchase", "CommitmentDiscountStatus"),
    ),
    "service_account": ("ServiceCategory", "ServiceName", "account"),
    "service_region": ("ServiceCategory", "ServiceName", "RegionId"),
    "service_tag": ("ServiceCategory", "ServiceName", "team", "env"),
}
EVERY_CUBE = ("day", "BillingCurrency", "line", "ProviderName")
DERIVED = """
    CAST(ChargePeriodStart AS DATE) AS day, coalesce(SubAccountId, BillingAccountId) AS account,
    CASE WHEN ChargeCategory = 'Credit' THEN 'credits' WHEN ChargeCategory = 'Tax' THEN 'tax'
         WHEN ChargeClass = 'Correction' AND EffectiveCost < 0 THEN 'refunds' ELSE 'charges' END AS line,
    CASE PricingCategory WHEN 'Dynamic' THEN 'Spot' WHEN 'Standard' THEN 'On-Demand' WHEN 'Committed'
         THEN CASE WHEN CommitmentDiscountType ILIKE '%sav%plan%' THEN 'Savings Plan' ELSE 'Reserved' END
         ELSE PricingCategory END AS purchase,
    json_extract_string(Tags, '$.team') AS team, json_extract_string(Tags, '$.env') AS env"""
SUMS = ", ".join(f"sum({name})" for name in (*COSTS, "ConsumedQuantity"))


def scan_bill(folder: Path, _: Path) -> dict[str, object]:
    """DuckDB alone: the bill's columns, added up by the dimensions of our facts."""
    files = [str(file) for file in sorted(folder.rglob("*.parquet"))]
    return _scan(
        f"(SELECT {', '.join((*PLAIN, *COSTS))}, BillingCurrency, CommitmentDiscountStatus, ConsumedQuantity, {DERIVED} "
        f"FROM read_parquet({files}, hive_partitioning=false))"
    )


def scan_lake(_: Path, work: Path) -> dict[str, object]:
    """DuckDB alone: the same over the lake of the case `ours`, where every column is ready made."""
    files = [str(file) for file in sorted((work / "home" / "lake").glob("*.parquet"))]
    named = "region AS RegionId, tag_team AS team, tag_env AS env"
    return _scan(f"(SELECT * EXCLUDE (RegionId), {named} FROM read_parquet({files}))")


def _scan(relation: str) -> dict[str, object]:
    session = _duckdb()
    groups = ", ".join(GROUPS)
    session.execute(f"CREATE TEMP TABLE added AS SELECT {groups}, {SUMS}, count(*) AS n FROM {relation} GROUP BY {groups}")
    total, cells, rows = session.execute('SELECT sum("sum(EffectiveCost)"), count(*), sum(n) FROM added').fetchone()
    return {"total": f"{total:f}", "cells": cells, "rows": int(rows)}


def _duckdb():  # noqa: ANN202 - a DuckDB connection, whose type needs the heavy import
    import duckdb  # noqa: PLC0415 - each case pays for its own libraries only

    session = duckdb.connect(config={"memory_limit": MEMORY})
    session.execute("SET TimeZone = 'UTC'")
    return session


def sorted_write(folder: Path, work: Path) -> dict[str, object]:
    """DuckDB alone: those of the bill's columns that the lake has, by month, sorted and compressed alike, flushed to disk."""
    from storage.ingest.columns import COLUMNS  # noqa: PLC0415 - each case pays for its own libraries only
    from storage.ingest.load import PARQUET  # noqa: PLC0415 - each case pays for its own libraries only

    session, out = _duckdb(), work / "written.parquet"
    size = 0
    for file in sorted(folder.rglob("*.parquet")):
        source = f"read_parquet('{file}', hive_partitioning=false)"
        has = {name for name, *_ in session.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
        columns = ", ".join(name for name in COLUMNS if name in has)
        select = f"SELECT {columns} FROM {source} ORDER BY ChargePeriodStart, ServiceName, SubAccountId"
        session.execute(f"COPY ({select}) TO '{out}' ({PARQUET})")
        with out.open("rb") as written:
            os.fsync(written.fileno())
        size += out.stat().st_size
    out.unlink()
    return {"size_mb": size / 2**20}


STEPS = {"files": "read and check", "rows": "read and check", "lake": "lake", "cells": "facts", "facts": "facts"}


def ours(folder: Path, work: Path) -> dict[str, object]:
    """Tuppence: one ingest a cloud, as `tuppence ingest` does it."""
    from services.ingest.service import Ingest  # noqa: PLC0415 - each case pays for its own libraries only
    from storage.costs import CostStore  # noqa: PLC0415 - each case pays for its own libraries only
    from storage.model.tags import TagKeys  # noqa: PLC0415 - each case pays for its own libraries only

    home = work / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    store = CostStore(home, TagKeys(), memory=MEMORY)
    store.open()
    steps, total, rows = Steps(lambda name: STEPS.get(name.split()[0], "cubes and commit")), 0, 0
    for source in _sources(folder):
        report = Ingest(store).run([source], step=steps)
        total += report.totals["USD"]["effective"]
        rows += report.charges
    store.close()
    return {"total": f"{total:f}", "rows": rows, "cells": _count(home / "cost.db", "facts"), "steps": steps.said()}


def _sources(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir())


def _count(path: Path, table: str) -> int:
    connection = sqlite3.connect(path)
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    connection.close()
    return int(count)


def pandas_exact(folder: Path, work: Path) -> dict[str, object]:
    """pandas as it reads such a bill: amounts are Decimals, and sums are as exact as ours."""
    return _pandas(folder, work, exact=True)


def pandas_double(folder: Path, work: Path) -> dict[str, object]:
    """pandas with amounts as doubles, converted by Arrow while reading: faster, and sums are rounded."""
    return _pandas(folder, work, exact=False)


def _pandas(folder: Path, work: Path, *, exact: bool) -> dict[str, object]:
    steps, tables = Steps(), {}
    path = work / "pandas.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    for source in _sources(folder):
        frame = _derived(_read(source, exact=exact))
        steps("read")
        facts = _added(frame, GROUPS)
        steps("facts")
        tables = {name: _added(facts, (*EVERY_CUBE, *dimensions)) for name, dimensions in CUBES.items()}
        steps("cubes")
        for name, table in {"facts": facts, **{f"cube_{name}": each for name, each in tables.items()}}.items():
            _insert(connection, name, table)
        connection.commit()
        steps("written")
        del frame
    (total,) = connection.execute("SELECT sum(EffectiveCost) FROM facts").fetchone()
    cells = _count(path, "facts")
    connection.close()
    return {"total": str(total), "cells": cells, "steps": steps.said()}


def _read(source: Path, *, exact: bool) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - each case pays for its own libraries only
    import pyarrow as pa  # noqa: PLC0415 - each case pays for its own libraries only
    import pyarrow.parquet as pq  # noqa: PLC0415 - each case pays for its own libraries only

    files = sorted(source.rglob("*.parquet"))
    if exact:
        return pd.concat([pd.read_parquet(file, columns=list(READ)) for file in files], ignore_index=True)
    tables = []
    for file in files:
        table = pq.ParquetFile(file).read(columns=list(READ))
        fields = [pa.field(each.name, pa.float64()) if pa.types.is_decimal(each.type) else each for each in table.schema]
        tables.append(table.cast(pa.schema(fields), safe=False))
    return pa.concat_tables(tables).to_pandas()


def _derived(frame: pd.DataFrame) -> pd.DataFrame:
    frame["day"] = frame["ChargePeriodStart"].dt.floor("D")
    frame["account"] = frame["SubAccountId"].fillna(frame["BillingAccountId"])
    frame["line"] = "charges"
    refunded = (frame["ChargeClass"] == "Correction") & (frame["EffectiveCost"].astype("float64") < 0)
    for line, rows in (
        ("credits", frame["ChargeCategory"] == "Credit"),
        ("tax", frame["ChargeCategory"] == "Tax"),
        ("refunds", refunded),
    ):
        frame.loc[rows, "line"] = line
    frame["purchase"] = frame["PricingCategory"].replace({"Dynamic": "Spot", "Standard": "On-Demand", "Committed": "Reserved"})
    frame.loc[frame["CommitmentDiscountType"].fillna("").str.contains("avings"), "purchase"] = "Savings Plan"
    tags = {text: json.loads(text) for text in frame["Tags"].dropna().unique()}
    for key in ("team", "env"):
        frame[key] = frame["Tags"].map({text: found.get(key) for text, found in tags.items()})
    return frame.drop(columns=["Tags", "ChargePeriodStart"])


def _added(frame: pd.DataFrame, groups: Sequence[str]) -> pd.DataFrame:
    return frame.groupby(list(groups), dropna=False, observed=True, sort=False)[list(COSTS)].sum().reset_index()


def _insert(connection: sqlite3.Connection, name: str, table: pd.DataFrame) -> None:
    columns = ", ".join(table.columns)
    connection.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")
    texts = table.astype({"day": "str"} | (dict.fromkeys(COSTS, "str") if table["EffectiveCost"].dtype == object else {}))
    rows: Iterable[tuple[object, ...]] = texts.astype(object).where(texts.notna(), None).itertuples(index=False, name=None)
    connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(table.columns))})", rows)


CASES: dict[str, Callable[[Path, Path], dict[str, object]]] = {
    "ours": ours,
    "scan of the bill": scan_bill,
    "scan of the lake": scan_lake,
    "sorted write": sorted_write,
    "pandas, exact": pandas_exact,
    "pandas, doubles": pandas_double,
}


def best(rounds: Sequence[Measured]) -> Measured:
    """The round that was disturbed least: the one with the least wall-clock time."""
    return min(rounds, key=lambda each: each.wall)


def show(console: Console, measured: dict[str, Measured]) -> None:
    """Two tables: what each case took, and the bars."""
    table = Table("case", "wall s", "CPU s", "peak MB", "of which (wall / CPU s)", box=None)
    for name, each in measured.items():
        steps = each.said.get("steps", {"wall": {}, "cpu": {}})
        parts = ", ".join(f"{step} {wall:.1f} / {steps['cpu'][step]:.1f}" for step, wall in steps["wall"].items())
        table.add_row(name, f"{each.wall:.1f}", f"{each.cpu:.1f}", f"{each.peak_mb:,.0f}", parts)
    console.print(table)
    bars = Table("bar", "goal", "wall", "CPU", box=None)
    for name, goal, wall, cpu in ratios(measured):
        bars.add_row(name, goal, f"{wall:.2f}", f"{cpu:.2f}")
    console.print(bars)


def ratios(measured: dict[str, Measured]) -> list[tuple[str, str, float, float]]:
    """(bar, goal, by wall-clock time, by processor time)."""
    own, found = measured["ours"], []
    wall, cpu = own.said["steps"]["wall"], own.said["steps"]["cpu"]
    facts = [each["facts"] + each["cubes and commit"] for each in (wall, cpu)]
    for scan in ("scan of the bill", "scan of the lake"):
        base = measured[scan]
        found.append((f"facts and cubes ÷ {scan}", "≤ 2.5", facts[0] / base.wall, facts[1] / base.cpu))
    written = measured["sorted write"]
    found.append(("lake ÷ sorted write", "≤ 1.3", wall["lake"] / written.wall, cpu["lake"] / written.cpu))
    for name in ("pandas, exact", "pandas, doubles"):
        if name in measured:
            other = measured[name]
            found.append((f"{name} ÷ all of ours", "≥ 2.5", other.wall / own.wall, other.cpu / own.cpu))
            found.append((f"memory of {name} ÷ ours", "≥ 4", *(other.peak_mb / own.peak_mb,) * 2))
    return found


def main() -> None:
    """Measure every case, print the tables."""
    parser = argparse.ArgumentParser(description="How fast a bill goes in.")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--ledger", type=Path, help="a ledger that is there already: a folder a cloud")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", nargs="*", choices=list(CASES), help="`ours` comes first: the lake is its")
    parser.add_argument("--case", choices=list(CASES), help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        print(json.dumps(CASES[options.case](options.ledger, options.work)))
        return
    with tempfile.TemporaryDirectory(prefix="tuppence-bench-") as work:
        place = options.ledger or ledger(Path(work), options.rows)
        console = Console(width=160)
        console.print(f"Ingest of {place.name}: {machine()}")
        runs: dict[str, list[Measured]] = {name: [] for name in options.only or CASES}
        for name in list(runs) * options.rounds:
            runs[name].append(in_a_process(["--case", name, "--ledger", str(place), "--work", work]))
            each = runs[name][-1]
            console.print(f"  {name}: {each.wall:.1f} s, CPU {each.cpu:.1f} s, load {os.getloadavg()[0]:.1f}", style="dim")
        measured = {name: best(rounds) for name, rounds in runs.items()}
        agree({name: each for name, each in measured.items() if "total" in each.said})
        show(console, measured)


def agree(measured: dict[str, Measured]) -> None:
    """Every case must have added up the same money; the exact ones to the last digit."""
    totals = {name: str(each.said["total"]) for name, each in measured.items()}
    exact = {total for name, total in totals.items() if "pandas" not in name}
    assert len({float(total).__round__(6) for total in exact}) == 1, totals
    assert max(abs(float(total) - float(next(iter(exact)))) for total in totals.values()) < 1, totals


if __name__ == "__main__":
    main()
