"""Whatever the bill and whatever the question: cube = facts = lake = plain sums."""

from __future__ import annotations

import random
import tempfile
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.engines.base import Slice
from storage.engines.cubes import CubeEngine
from storage.engines.lake import LakeEngine
from storage.layout import CUBES, USAGE, digits
from storage.model.query import Axis, Basis, Filter
from tests.fakes.bills import write_csv, write_parquet
from tests.fakes.charges import (
    COLUMNS,
    SOURCES,
    VALUES,
    Charge,
    any_charge,
    charges,
    reckon,
    reckon_metered,
    reckon_usage,
    slices,
)
from tests.fakes.stores import ALWAYS, ingest, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storage.costs import CostStore
    from storage.engines.base import Answer, Engine
    from tests.fakes.bills import Row
    from tests.fakes.charges import Group


@dataclass(frozen=True)
class Filled:
    """A store, the charges in it, and the three engines over it."""

    store: CostStore
    every: tuple[Charge, ...]
    cubes: CubeEngine
    facts: CubeEngine
    lake: LakeEngine

    def ask(self, engine: Engine, piece: Slice) -> Answer:
        """Answer by this engine."""
        with self.store.reading() as reading:
            return engine.run(piece, reading.connection, reading.catalog)


@contextmanager
def filled(folder: Path, every: Sequence[Charge]) -> Iterator[Filled]:
    """A store with these charges, each in the bill of its source."""
    with opened(folder / "home") as store:
        for source in SOURCES:
            rows = [charge.row for charge in every if charge.dimensions["source"] == source]
            if rows:
                ingest(store, write_csv(folder / f"{source}.csv", rows, COLUMNS), source=source)
        with closing(LakeEngine(store.lake, store.scratch / "test", store.tags, "1GB")) as lake:
            yield Filled(store, tuple(every), CubeEngine(store.layout.derived), CubeEngine((store.layout.facts,)), lake)


def by_group(answer: Answer) -> dict[Group, tuple[dict[Basis, Decimal | None], int]]:
    """(key, bucket, cut, currency, line) → amounts and charges; no group comes twice."""
    groups = {
        (cell.key, cell.bucket, cell.cut, cell.currency, cell.line): (dict(cell.amounts), cell.charges) for cell in answer.cells
    }
    assert len(groups) == len(answer.cells) == answer.groups
    return groups


def check(filled: Filled, piece: Slice) -> None:
    """Every engine that covers it gives the plain sums; cubes and facts are equal to the last digit."""
    expected = reckon(piece, filled.every)
    exact = by_group(filled.ask(filled.lake, piece))
    assert exact == {group: (each.amounts, each.charges) for group, each in expected.items()}
    if not filled.facts.covers(piece):
        return
    facts = by_group(filled.ask(filled.facts, piece))
    assert facts.keys() == expected.keys()
    for group, (amounts, count) in facts.items():
        assert count == expected[group].charges
        # Half a unit for each cell of facts; a cell has at least one charge.
        allowed = Decimal(count) / 2 * Decimal(10) ** -digits(str(group[3]))
        for basis, amount in amounts.items():
            wanted = expected[group].amounts[basis]
            assert (amount is None) is (wanted is None)
            assert abs((amount or 0) - (wanted or 0)) <= allowed
    if filled.cubes.covers(piece):
        assert by_group(filled.ask(filled.cubes, piece)) == facts


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(every=st.lists(charges(), min_size=1, max_size=20), pieces=st.lists(slices(), min_size=8, max_size=8))
def test_any_bill_answers_any_question_alike(every: list[Charge], pieces: list[Slice]) -> None:
    with tempfile.TemporaryDirectory() as folder, filled(Path(folder), every) as store:
        for piece in pieces:
            check(store, piece)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A store with a few hundred charges of two sources, the same ones in each run."""
    dice = random.Random(20250305)  # noqa: S311 - no secret
    with filled(tmp_path_factory.mktemp("large"), [any_charge(dice) for _ in range(400)]) as store:
        yield store


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(piece=slices())
def test_any_question_to_one_store(large: Filled, piece: Slice) -> None:
    check(large, piece)


@pytest.fixture(scope="module", params=["csv", "parquet"])
def repetitive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A bill that says the same few texts over and over, as large ones do, some of them carelessly; and some rows are bad."""
    dice = random.Random(20250306)  # noqa: S311 - no secret
    some = [any_charge(dice) for _ in range(400)]
    every = [replace(charge, dimensions={**charge.dimensions, "source": "one"}) for charge in some] * 60
    rows = [careless(charge.row) if place % 7 == 0 else charge.row for place, charge in enumerate(every)]
    rows[100:100] = [{**rows[0], "BilledCost": "oops", "ServiceName": "never stored"}] * 3
    folder = tmp_path_factory.mktemp("repetitive")
    write = write_csv if request.param == "csv" else write_parquet
    with opened(folder / "home") as store:
        report = ingest(store, write(folder / f"bill.{request.param}", rows, COLUMNS), source="one")
        assert (report.kept, len(report.rejected)) == (len(every), 3)
        with closing(LakeEngine(store.lake, store.scratch / "test", store.tags, "1GB")) as lake:
            yield Filled(store, tuple(every), CubeEngine(store.layout.derived), CubeEngine((store.layout.facts,)), lake)


def careless(row: Row) -> Row:
    """The same charge with blanks around a name, and with the word NULL for what is missing."""
    provider = row["ProviderName"]
    return {**row, "ProviderName": provider and f" {provider} ", "RegionId": row["RegionId"] or "NULL"}


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(piece=slices())
def test_a_large_bill_is_read_as_a_small_one(repetitive: Filled, piece: Slice) -> None:
    check(repetitive, piece)


@pytest.mark.parametrize("cube", CUBES)
def test_each_cube_is_asked_and_agrees(large: Filled, cube: str) -> None:
    names = tuple(each for name in CUBES[cube] for each in (("tag:team", "tag:env") if name == "tags" else (name,)))
    piece = Slice(ALWAYS, by=names)

    assert large.ask(large.cubes, piece).engine == f"cube_{cube}"
    check(large, piece)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(piece=slices(), basis=st.sampled_from(Basis), currency=st.sampled_from(VALUES["currency"]), page=st.integers(1, 9))
def test_pages_are_the_whole_in_order(large: Filled, piece: Slice, basis: Basis, currency: str, page: int) -> None:
    one_currency = replace(piece, filters=(*piece.filters, Filter("currency", (currency,))), daily=False, cuts=(), folded=True)
    for engine in (large.cubes, large.facts, large.lake):
        if not engine.covers(one_currency):
            continue
        whole = large.ask(engine, replace(one_currency, order=basis)).cells
        sizes = [abs(cell.amounts[basis] or 0) for cell in whole if cell.amounts[basis] is not None]
        assert sizes == sorted(sizes, reverse=True)
        pages = [
            large.ask(engine, replace(one_currency, order=basis, limit=page, offset=offset))
            for offset in range(0, len(whole) + 1, page)
        ]
        assert [cell.key for answer in pages for cell in answer.cells] == [cell.key for cell in whole]
        assert {answer.groups for answer in pages if answer.cells} <= {len(whole)}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(piece=slices(), by=st.lists(st.sampled_from((*USAGE["account"], "source")), max_size=2, unique=True))
def test_consumption_is_alike(large: Filled, piece: Slice, by: list[str]) -> None:
    asked = replace(piece, usage=True, by=tuple(by), axis=Axis.CHARGE, lines=(), folded=False)
    expected = reckon_usage(asked, large.every)

    for engine in (large.cubes, large.lake):
        if engine.covers(asked):
            cells = large.ask(engine, asked).cells
            assert {(cell.key, cell.bucket, cell.cut, cell.unit): cell.quantity for cell in cells} == expected


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(piece=slices())
def test_line_items_have_quantities_beside_the_money(large: Filled, piece: Slice) -> None:
    asked = replace(piece, metered=True, daily=False, axis=Axis.CHARGE, folded=False, measures=(Basis.EFFECTIVE,))

    cells = large.ask(large.lake, asked).cells

    assert not large.cubes.covers(asked)
    assert {
        (cell.key, cell.cut, cell.currency, cell.line, cell.unit): (cell.amounts[Basis.EFFECTIVE], cell.quantity, cell.charges)
        for cell in cells
    } == reckon_metered(asked, large.every)
