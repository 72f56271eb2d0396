"""Bills come in again and again: a period is replaced whole, in any order, by one at a time, and what looks odd is said."""

from __future__ import annotations

import os
import resource
import shutil
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import pytest

from services.ingest.service import Ingest, source_name
from storage.engines.base import Slice
from storage.ingest.commit import ingest_lock
from storage.model.errors import StoreError
from tests.fakes.bills import everything, usage, write_csv
from tests.fakes.stores import ALWAYS, ingest, logical_dump, loose_files, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.costs import CostStore
    from tests.fakes.bills import Row

FEBRUARY = [usage("2", day="2025-02-11"), usage("0.1", day="2025-02-28", ServiceName="AWS Lambda")]
# A correction in March's bill for a day that February's bill has charges of, too.
MARCH = [usage("3", day="2025-03-11"), usage("-0.5", day="2025-02-28", BillingPeriodStart="2025-03-01", ChargeClass="Correction")]
APRIL = [usage("5", day="2025-04-11", SubAccountName="web, renamed")]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CostStore]:
    """An empty store."""
    with opened(tmp_path / "home") as store:
        yield store


def put(store: CostStore, rows: list[Row], source: str = "aws") -> None:
    """Ingest these rows."""
    ingest(store, write_csv(store.home.parent / "bill.csv", rows), source=source)


def services(store: CostStore) -> set[str | None]:
    """The services an answer names."""
    (answer,) = store.run(Slice(ALWAYS, by=("service",)))
    return {cell.key[0] for cell in answer.cells}


def test_twice_is_once(store: CostStore) -> None:
    put(store, everything())
    once = logical_dump(store.home)

    put(store, everything())

    assert logical_dump(store.home) == once
    assert [each.missing for each in store.catalog().parts] == [{"contracted": 1, "list": 1}, {}]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0, 1)], ids=["forward", "backward", "again"])
def test_periods_in_any_order_give_the_same_store(store: CostStore, tmp_path: Path, order: tuple[int, ...]) -> None:
    bills = (FEBRUARY, MARCH, APRIL)
    with opened(tmp_path / "all at once") as other:
        put(other, [*FEBRUARY, *MARCH, *APRIL])

    for number in order:
        put(store, bills[number])

    assert logical_dump(store.home) == logical_dump(tmp_path / "all at once")
    assert store.catalog().labels["100000000002"] == "web, renamed"


def test_only_the_periods_of_the_new_bill_are_replaced(store: CostStore) -> None:
    put(store, [*FEBRUARY, *MARCH])
    before = logical_dump(store.home)

    put(store, [usage("30", day="2025-03-11")])

    after = logical_dump(store.home)
    february = ("aws", (date(2025, 2, 1) - date(1970, 1, 1)).days)
    for table in before.keys() - {"labels", "parts"}:
        kept = [row for row in before[table] if february in row]
        assert kept == [row for row in after[table] if february in row]
    assert not [row for row in after["facts"] if row in before["facts"] and february not in row]


def test_a_correction_for_another_month_goes_when_its_own_bill_is_replaced(store: CostStore, tmp_path: Path) -> None:
    put(store, FEBRUARY)
    only_february = logical_dump(store.home)
    put(store, MARCH)

    put(store, [usage("3", day="2025-03-11")])

    with opened(tmp_path / "fresh") as fresh:
        put(fresh, [*FEBRUARY, usage("3", day="2025-03-11")])
    assert logical_dump(store.home) == logical_dump(tmp_path / "fresh")
    february = only_february["part_days"][0][0]
    assert [row for row in logical_dump(store.home)["part_days"] if row[0] == february] == only_february["part_days"]


def test_a_service_that_is_gone_from_the_bill_is_gone_from_the_answers(store: CostStore) -> None:
    put(store, FEBRUARY)
    assert "AWS Lambda" in services(store)

    put(store, FEBRUARY[:1])

    assert services(store) == {"Amazon Elastic Compute Cloud"}
    assert len(store.catalog().parts) == 1


def test_another_source_is_not_touched(store: CostStore) -> None:
    put(store, FEBRUARY, source="first")
    put(store, [usage("7", day="2025-02-01", BillingAccountId="other")], source="second")
    put(store, FEBRUARY[:1], source="first")

    found = {(part.source, part.charges) for part in store.catalog().parts}

    assert found == {("first", 1), ("second", 1)}


def test_the_generation_grows_with_each_ingest(store: CostStore) -> None:
    before = store.generation()

    put(store, FEBRUARY)
    put(store, FEBRUARY)

    assert store.generation() == before + 2


def test_a_file_that_was_replaced_is_swept_after_its_grace(store: CostStore) -> None:
    put(store, FEBRUARY)
    (old,) = [part.file for part in store.catalog().parts]
    put(store, FEBRUARY)
    assert (store.lake / old).exists()

    os.utime(store.lake / old, (0, 0))
    put(store, FEBRUARY)

    assert not (store.lake / old).exists()
    assert all((store.lake / part.file).exists() for part in store.catalog().parts)


def test_the_report_says_what_went_in(store: CostStore, tmp_path: Path) -> None:
    put(store, FEBRUARY)

    report = ingest(store, write_csv(tmp_path / "bill.csv", [*FEBRUARY, *MARCH]))

    assert [(f"{each.period:%Y-%m}", each.before, each.after) for each in report.periods] == [
        ("2025-02", 2, 2),
        ("2025-03", 0, 2),
    ]
    assert (report.source, report.read, report.kept, report.charges) == ("aws", 4, 4, 4)
    assert (report.first_day, report.last_day) == (date(2025, 2, 11), date(2025, 3, 11))
    assert report.warnings == ()
    assert report.seconds > 0


def test_the_same_payer_under_two_names_is_warned_of(store: CostStore, tmp_path: Path) -> None:
    put(store, FEBRUARY, source="aws")

    report = ingest(store, write_csv(tmp_path / "bill.csv", [*FEBRUARY, *APRIL]), source="amazon")

    assert report.warnings == ("2025-02 of the same billing account is also in aws: it counts twice.",)


def test_a_month_that_lost_most_of_its_charges_is_warned_of(store: CostStore, tmp_path: Path) -> None:
    put(store, [usage("1", day="2025-02-11") for _ in range(5)])

    report = ingest(store, write_csv(tmp_path / "bill.csv", FEBRUARY))

    assert report.warnings == ("2025-02 had 5 charges and now has 2.",)


def test_every_write_is_told_to_whoever_watches(store: CostStore, tmp_path: Path) -> None:
    steps: list[str] = []

    Ingest(store).run([write_csv(tmp_path / "bill.csv", [*FEBRUARY, *MARCH])], step=steps.append)

    assert steps[:4] == ["files", "rows", "lake 2025-02", "lake 2025-03"]
    assert [f"cube_{name}" in steps for name in ("overview", "service_tag")] == [True, True]
    assert steps[-2:] == ["generation", "committed"]


def test_whoever_stops_it_half_way_finds_the_old_bill(store: CostStore, tmp_path: Path) -> None:
    put(store, FEBRUARY)
    before = logical_dump(store.home)
    path = write_csv(tmp_path / "bill.csv", [*FEBRUARY[:1], *MARCH])

    def stop(at: str) -> None:
        with pytest.raises(KeyboardInterrupt):
            Ingest(store).run([path], source="aws", step=lambda name: interrupt(name == at))

    def interrupt(now: bool) -> None:  # noqa: FBT001 - a condition
        if now:
            raise KeyboardInterrupt

    for at in ("lake 2025-02", "lake 2025-03", "facts added up", "old parts", "usage_account", "generation"):
        stop(at)
        assert logical_dump(store.home) == before
        assert loose_files(store.home) == set()


def test_whoever_asks_while_a_bill_goes_in_gets_the_old_one_whole(store: CostStore, tmp_path: Path) -> None:
    put(store, FEBRUARY)
    from_cubes, from_lake = Slice(ALWAYS, by=("service",)), Slice(ALWAYS, by=("resource",))
    before = [answer.cells for answer in store.run(from_cubes, from_lake)]
    seen: dict[str, bool] = {}

    def ask(step: str) -> None:
        seen[step] = [answer.cells for answer in store.run(from_cubes, from_lake)] == before

    Ingest(store).run([write_csv(tmp_path / "bill.csv", [*FEBRUARY[:1], *MARCH])], source="aws", step=ask)

    assert [step for step, is_old in seen.items() if not is_old] == ["committed"]


def test_the_second_ingest_at_a_time_is_told_so(store: CostStore, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "bill.csv", FEBRUARY)

    with ingest_lock(store.home / "ingest.lock"), pytest.raises(StoreError, match="Another ingest is running"):
        ingest(store, path)

    ingest(store, path)
    assert len(store.catalog().parts) == 1


def test_a_lake_that_is_no_folder_leaves_nothing_behind(store: CostStore, tmp_path: Path) -> None:
    put(store, FEBRUARY)
    before = logical_dump(store.home)
    lake = store.lake.rename(tmp_path / "aside")
    store.lake.write_text("in the way")

    with pytest.raises(StoreError, match="lake cannot be written; nothing was stored"):
        put(store, [*FEBRUARY, *MARCH])

    store.lake.unlink()
    lake.rename(store.lake)
    assert logical_dump(store.home) == before
    assert loose_files(store.home) == set()


def test_a_scratch_folder_that_is_no_folder_is_said(store: CostStore) -> None:
    shutil.rmtree(store.scratch, ignore_errors=True)
    store.scratch.write_text("in the way")

    with pytest.raises(StoreError, match="cannot be used as a folder"):
        put(store, FEBRUARY)


@contextmanager
def disk_for(size: int) -> Iterator[None]:
    """No file may grow past so many bytes: what a full disk does to whoever writes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [4_000, 40_000], ids=["no room for the lake", "no room for cost.db"])
def test_a_full_disk_leaves_the_old_bill(store: CostStore, tmp_path: Path, room: int) -> None:
    put(store, FEBRUARY)
    before = logical_dump(store.home)
    many = [usage(f"{number}", day=f"2025-03-{number % 28 + 1:02d}", ServiceName=f"s{number}") for number in range(400)]
    path = write_csv(tmp_path / "bill.csv", [*FEBRUARY, *many])

    with disk_for(room), pytest.raises(StoreError) as refused:
        ingest(store, path)

    assert refused.value.remedy
    assert logical_dump(store.home) == before
    assert loose_files(store.home) == set()
    assert ingest(store, path).kept == 402


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("focus-2025-03.csv.gz", "focus"),
        ("Cost Export_part_00001.parquet", "cost-export"),
        ("2025-03.csv", "bill"),
        ("aws-prod", "aws-prod"),
        ("BILLING_PERIOD=2025-03", "billing-period"),
    ],
)
def test_a_bill_without_a_name_gets_its_files_without_dates_and_numbers(tmp_path: Path, name: str, source: str) -> None:
    path = tmp_path / name
    path.touch() if "." in name else path.mkdir()

    assert source_name(path) == source
