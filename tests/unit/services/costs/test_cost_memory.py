"""Answers are remembered by question, scope, day and generation; they are computed once, and forgotten when the bill changes."""

from __future__ import annotations

import asyncio
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from services.costs import reader
from services.costs.service import Costs
from services.errors import NotFoundError
from storage.model.errors import StoreError
from storage.model.query import Filter
from storage.model.scope import Scope
from tests.fakes.bills import DATA, WEB, usage, write_csv
from tests.fakes.company import NOW
from tests.fakes.desk import Desk, desk, question
from tests.fakes.house import MovableClock
from tests.fakes.stores import ingest, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.costs import CostStore, Reading

BY_SERVICE = question("service")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Desk]:
    """A bill of two accounts in October."""
    rows = [usage("5", "2026-10-05"), usage("7", "2026-10-06", SubAccountId=DATA)]
    with desk(tmp_path, {"aws": rows}) as found:
        yield found


def seen(costs: Costs) -> tuple[int, int]:
    """Hits and misses."""
    return costs.hits, costs.misses


async def test_the_same_question_is_answered_from_memory(small: Desk) -> None:
    costs = small.costs()

    first, second = await costs.breakdown(BY_SERVICE), await costs.breakdown(question("service"))

    assert first is second
    assert seen(costs) == (1, 1)


async def test_each_kind_of_answer_has_its_own_place(small: Desk) -> None:
    costs = small.costs()

    kinds = [await ask(BY_SERVICE) for ask in (costs.breakdown, costs.movers, costs.bases, costs.key_figures)]

    assert len({type(each) for each in kinds}) == 4
    assert seen(costs) == (0, 4)


async def test_people_with_different_limits_never_share_an_answer(small: Desk) -> None:
    costs = small.costs()
    scopes = (Scope(), Scope.only(account=(WEB,)), Scope.only(account=(DATA,)))

    totals = [(await costs.breakdown(BY_SERVICE.but(scope=scope))).sections[0].total.amount for scope in scopes]
    again = [(await costs.breakdown(BY_SERVICE.but(scope=scope))).sections[0].total.amount for scope in scopes]

    assert totals == again == [12, 5, 7]
    assert seen(costs) == (3, 3)


async def test_people_with_the_same_limits_share_it(small: Desk) -> None:
    costs = small.costs()

    await costs.breakdown(BY_SERVICE.but(scope=Scope.only(account=(WEB, DATA), tag_team=("shop",))))
    await costs.breakdown(BY_SERVICE.but(scope=Scope.only(tag_team=("shop",), account=(DATA, WEB))))

    assert seen(costs) == (1, 1)


async def test_an_ingest_makes_every_answer_new(small: Desk, tmp_path: Path) -> None:
    costs = small.costs()
    before = await costs.breakdown(BY_SERVICE)

    ingest(small.store, write_csv(tmp_path / "more.csv", [usage("100", "2026-10-05")]), source="azure")
    after = await costs.breakdown(BY_SERVICE)

    assert (before.sections[0].total.amount, after.sections[0].total.amount) == (12, 112)
    assert after.basics.generation == before.basics.generation + 1
    assert [source.name for source in after.basics.completeness.sources] == ["aws", "azure"]
    assert seen(costs) == (0, 2)


async def test_so_does_one_by_another_process(small: Desk, tmp_path: Path) -> None:
    costs = small.costs()
    await costs.breakdown(BY_SERVICE)

    with opened(small.store.home) as other:
        ingest(other, write_csv(tmp_path / "again.csv", [usage("1", "2026-10-05")]), source="aws")
    after = await costs.breakdown(BY_SERVICE)

    assert after.sections[0].total.amount == 1
    assert seen(costs) == (0, 2)


async def test_the_next_day_the_same_question_is_another(small: Desk) -> None:
    clock = MovableClock(NOW)
    costs = Costs(small.store, small.executor, clock)

    await costs.breakdown(BY_SERVICE)
    clock.move(hours=13)
    await costs.breakdown(BY_SERVICE)
    clock.move(hours=24)
    await costs.breakdown(BY_SERVICE)

    assert seen(costs) == (1, 2), "the 22nd from 9:30 to 22:30, then the 23rd"


class GatedStore:
    """A store that lets nobody read before it is opened, and counts who came."""

    def __init__(self, store: CostStore, *, failing: bool = False) -> None:
        self.generation = store.generation
        self._store, self._failing = store, failing
        self.gate, self.came = threading.Event(), 0

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """One moment of the store, or none."""
        self.came += 1
        assert self.gate.wait(10)
        if self._failing:
            raise StoreError("cost.db cannot be read.")
        with self._store.reading() as reading:
            yield reading


def gated(small: Desk, executor: ThreadPoolExecutor, *, failing: bool = False) -> tuple[GatedStore, Costs]:
    """A service on a gated store."""
    store = GatedStore(small.store, failing=failing)
    return store, Costs(store, executor, MovableClock(NOW))  # type: ignore[arg-type]  # what Costs uses of a store


async def test_equal_questions_at_once_are_answered_once(small: Desk) -> None:
    with ThreadPoolExecutor(4) as executor:
        store, costs = gated(small, executor)
        askers = [asyncio.ensure_future(costs.breakdown(BY_SERVICE)) for _ in range(20)]
        await asyncio.sleep(0.05)
        store.gate.set()
        answers = await asyncio.gather(*askers)

    assert len({id(answer) for answer in answers}) == 1
    assert store.came == 1
    assert seen(costs) == (19, 1)


async def test_one_who_gives_up_does_not_take_the_answer_away(small: Desk) -> None:
    with ThreadPoolExecutor(4) as executor:
        store, costs = gated(small, executor)
        impatient, patient = (asyncio.ensure_future(costs.breakdown(BY_SERVICE)) for _ in range(2))
        await asyncio.sleep(0.05)
        impatient.cancel()
        store.gate.set()
        answer = await patient

    assert impatient.cancelled()
    assert answer.sections[0].total.amount == 12


async def test_a_failure_is_told_to_all_who_wait_and_not_remembered(small: Desk) -> None:
    with ThreadPoolExecutor(4) as executor:
        store, costs = gated(small, executor, failing=True)
        askers = [asyncio.ensure_future(costs.breakdown(BY_SERVICE)) for _ in range(3)]
        await asyncio.sleep(0.05)
        store.gate.set()
        assert all(isinstance(each, StoreError) for each in await asyncio.gather(*askers, return_exceptions=True))
        store._failing = False
        answer = await costs.breakdown(BY_SERVICE)

    assert answer.sections[0].total.amount == 12
    assert costs.misses == 2


async def test_a_failure_that_nobody_waits_for_any_more_is_quiet(small: Desk) -> None:
    with ThreadPoolExecutor(4) as executor:
        store, costs = gated(small, executor, failing=True)
        asker = asyncio.ensure_future(costs.breakdown(BY_SERVICE))
        await asyncio.sleep(0.05)
        asker.cancel()
        store.gate.set()
        await asyncio.sleep(0.05)
        gc.collect()

    assert asker.cancelled()


async def test_a_refusal_is_not_remembered_either(small: Desk) -> None:
    costs = small.costs()
    unknown = BY_SERVICE.but(filters=(Filter("service", ("nothing like it",)),))

    for _ in range(2):
        with pytest.raises(NotFoundError):
            await costs.breakdown(unknown)

    assert seen(costs) == (0, 2)


async def test_a_very_long_answer_is_not_kept(small: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_ROWS", 1)
    costs = small.costs()

    for _ in range(2):
        await costs.breakdown(question("account", top=100))
        await costs.breakdown(question("account", top=1))

    assert seen(costs) == (1, 3)


async def test_what_one_asks_the_store_directly_is_never_old(small: Desk, tmp_path: Path) -> None:
    costs = small.costs()
    assert await costs.names("service", Scope()) == ("Amazon Elastic Compute Cloud",)

    new = [usage("100", "2026-11-20", ServiceName="New"), usage("100", "2026-11-21", ServiceName="New")]
    ingest(small.store, write_csv(tmp_path / "more.csv", new), source="azure")

    assert await costs.names("service", Scope()) == ("New", "Amazon Elastic Compute Cloud")
    assert (await costs.completeness()).through == (NOW - timedelta(days=1)).date()


async def test_answers_of_two_desks_on_one_home_agree(small: Desk) -> None:
    with opened(small.store.home) as other:
        mine, theirs = [await each.costs().breakdown(BY_SERVICE) for each in (small, replace(small, store=other))]

    assert mine == theirs
