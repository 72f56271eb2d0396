"""Given a cost store in which something was tampered with, when it is verified, then the place is named; else nothing is."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from storage.model.errors import StoreError
from storage.verify import Verdict, damage, verify
from tests.fakes.bills import usage, write_csv
from tests.fakes.homes import filled
from tests.fakes.stores import ingest, opened

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("verify") / "home")


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "home")


def change(home: Path, statement: str) -> None:
    with closing(sqlite3.connect(home / "cost.db")) as connection, connection:
        assert connection.execute(statement).rowcount > 0


def verdict(home: Path) -> Verdict:
    with opened(home) as store:
        return verify(store)


def test_a_store_of_every_kind_of_charge_agrees_with_itself(home: Path) -> None:
    found = verdict(home)
    assert (found.parts, found.missing, found.unequal) == (3, (), ())
    assert found.tables == 1 + 2 * 10
    assert found.charges > 15


def test_a_store_without_a_bill(tmp_path: Path) -> None:
    assert verdict(tmp_path) == Verdict(0, 0, 21, (), ())


def test_amounts_past_what_sqlite_can_add_up(tmp_path: Path) -> None:
    # Each month fits into a cell, the billing period that charges for both does not.
    bill = {"BillingPeriodStart": "2025-03-01T00:00:00Z", "BillingPeriodEnd": "2025-04-01T00:00:00Z"}
    with opened(tmp_path / "home") as store:
        large = [usage("900000000", day=f"2025-{month}-{day:02}", **bill) for month in ("03", "04") for day in range(1, 11)]
        ingest(store, write_csv(tmp_path / "large.csv", large))
        assert verify(store).unequal == ()


def test_amounts_below_zero_and_below_a_cells_digits(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as store:
        small = [usage(f"-0.00000000{n}49", ServiceName=f"service {n}", ChargeCategory="Credit") for n in range(1, 10)]
        ingest(store, write_csv(tmp_path / "small.csv", small))
        assert verify(store).unequal == ()


@pytest.mark.parametrize(
    ("statement", "table", "what"),
    [
        ("UPDATE facts SET billed = billed + 1000000000 WHERE charges = 1", "facts", "billed in"),
        ("DELETE FROM facts WHERE part = 3", "facts", "no and 1 charges"),
        ("UPDATE cube_tag SET charges = charges + 1", "cube_tag", "charges in"),
        ("UPDATE cube_service SET list = NULL", "cube_service", "list in"),
        ("DELETE FROM cube_account", "cube_account", "no and"),
        ("UPDATE cube_service_month SET billed = billed - 1 WHERE part = 1", "cube_service_month", "billed in"),
        ("UPDATE cube_overview SET line = 3 WHERE line = 0 AND part = 3", "cube_overview", "no and 1"),
    ],
)
def test_tables_that_disagree_are_named(home: Path, statement: str, table: str, what: str) -> None:
    change(home, statement)
    found = verdict(home)
    assert found.missing == ()
    assert [each for each in found.unequal if each.where == table and what in each.what], found.unequal


def test_one_unit_in_one_cell_of_a_cube_is_noticed(home: Path) -> None:
    change(home, "UPDATE cube_region SET effective = effective + 1 WHERE part = 3")
    (found,) = verdict(home).unequal
    assert (found.source, found.month, found.where) == ("other", "2025-03", "cube_region")


def test_lake_files_that_are_gone_or_damaged_are_named(home: Path) -> None:
    with opened(home) as store:
        first, second, third = store.catalog().parts
    (home / "lake" / first.file).unlink()
    (home / "lake" / second.file).write_bytes(b"PAR1 no parquet PAR1")
    content = bytearray((home / "lake" / third.file).read_bytes())
    content[100:600] = b"\0" * 500
    (home / "lake" / third.file).write_bytes(content)
    found = verdict(home)
    assert [(each.where, each.what) for each in found.missing][:2] == [
        (first.file, "is not there"),
        (second.file, "cannot be read"),
    ]


def test_a_file_that_is_not_the_one_that_was_added_up(home: Path) -> None:
    with opened(home) as store:
        first, second, _ = store.catalog().parts
    shutil.copy(home / "lake" / second.file, home / "lake" / first.file)
    assert {each.where for each in verdict(home).unequal} == {"facts"}


def test_a_sound_database_has_no_damage(home: Path) -> None:
    assert damage(home / "cost.db") == damage(home / "state.db") == ()


def test_damage_inside_a_database_is_found(home: Path) -> None:
    path = home / "cost.db"
    content = bytearray(path.read_bytes())
    for page in range(5, len(content) // 4096, 2):
        content[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(content)
    try:
        assert damage(path)
    except StoreError as error:
        assert "damaged" in error.sentence  # noqa: PT017 - either way it is said


def test_rows_that_refer_to_nothing_are_found(home: Path) -> None:
    with closing(sqlite3.connect(home / "cost.db")) as connection, connection:
        connection.execute("DELETE FROM sources WHERE id = 1")
    assert "sources" in damage(home / "cost.db")[0]
