"""kill -9 after every write of an ingest: what is found afterwards is the old bill or the new one, and nothing between."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.engines.base import Slice
from storage.layout import CUBES
from tests.fakes.bills import usage, write_csv
from tests.fakes.stores import ALWAYS, amounts, ask_lake, ingest, logical_dump, loose_files, opened

if TYPE_CHECKING:
    from tests.fakes.stores import Dump

OLD = [usage("1.5"), usage("2.5", day="2025-04-02"), usage("9", day="2025-05-01"), usage("4", ServiceName="AWS Lambda")]
NEW = [
    usage("1.75"),
    usage("2.25", day="2025-04-03", Tags='{"team": "data"}'),
    usage("0.5", day="2025-04-04", RegionId="us-east-1"),
]
LAST = "committed"


@dataclass(frozen=True)
class Deaths:
    """Every ingest that was killed: the step it had reached and its home. `old` and `new` are the two stores it may leave."""

    old: Dump
    new: Dump
    bill: Path
    each: tuple[tuple[str, Path], ...]


@pytest.fixture(scope="module")
def deaths(tmp_path_factory: pytest.TempPathFactory) -> Deaths:
    """Three periods stand in the store; the new bill replaces two of them."""
    folder = tmp_path_factory.mktemp("killed")
    bill = write_csv(folder / "new.csv", NEW)
    with opened(folder / "old") as store:
        ingest(store, write_csv(folder / "old.csv", OLD))
    with opened(folder / "new") as store:
        ingest(store, folder / "old.csv")
        ingest(store, bill)
    program = [sys.executable, "-m", "tests.fakes.killed", str(folder / "old"), str(bill), str(folder)]
    done = subprocess.run(program, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=True, timeout=300)  # noqa: S603 - ours
    each = tuple((death["step"], Path(death["home"])) for death in json.loads(done.stdout))
    return Deaths(logical_dump(folder / "old"), logical_dump(folder / "new"), bill, each)


def test_it_was_killed_after_every_write(deaths: Deaths) -> None:
    steps = [step for step, _ in deaths.each]

    wanted = ["files", "rows", "lake 2025-03", "lake 2025-04", "facts added up", "names", "old parts", "parts", "facts"]
    assert [step for step in wanted if step not in steps] == []
    assert [name for name in CUBES if f"cube_{name}" not in steps] == []
    assert [step for step in steps if step.startswith("failed")] == []
    assert steps.count(LAST) == 1


def test_the_store_is_the_old_one_or_the_new_one(deaths: Deaths) -> None:
    assert deaths.old != deaths.new
    for step, home in deaths.each:
        with opened(home):
            found = logical_dump(home)
        if step.startswith("after time"):
            assert found in (deaths.old, deaths.new), step
        else:
            assert found == (deaths.new if step == LAST else deaths.old), step


def test_every_listed_file_is_in_the_lake_and_lake_and_cubes_agree(deaths: Deaths) -> None:
    question = Slice(ALWAYS, by=("service", "region", "account"))
    for step, home in deaths.each:
        with opened(home) as store:
            assert [part.file for part in store.catalog().parts if not (store.lake / part.file).is_file()] == [], step
            (counted,) = store.run(Slice(ALWAYS, by=("service",)))
            assert amounts(counted) == amounts(ask_lake(store, Slice(ALWAYS, by=("service",)))), step
            assert amounts(store.run(question)[0]) == amounts(ask_lake(store, question)), step


def test_the_next_ingest_works_and_sweeps_up(deaths: Deaths) -> None:
    for step, home in deaths.each[::5]:
        for name in loose_files(home):
            for path in (home / "lake" / name, home / "tmp" / name):
                if path.exists():
                    os.utime(path, (0, 0))
        with opened(home) as store:
            ingest(store, deaths.bill)

        assert logical_dump(home) == deaths.new, step
        # What this ingest itself replaced stays for an hour, for questions that are still reading it.
        assert len(loose_files(home)) <= 2, step
