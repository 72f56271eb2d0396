"""Given bills of two clouds, when somebody asks how they are, then each says how far it reaches, to those who may know it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from services.clock import fixed_clock
from services.status.service import StatusOf
from storage.model.scope import Scope
from storage.outbox import Outbox
from tests.fakes import company
from tests.fakes.bills import DATA
from tests.fakes.company import AWS_LAST, AZURE_LAST, FIRST, NOW
from tests.fakes.correspondence import letter
from tests.fakes.desk import Desk, desk, question
from tests.fakes.homes import state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from services.status.results import Status

ONLY_DATA = Scope.only(account=(DATA,))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    bills = {"aws": company.aws(), "azure": company.azure()}
    with desk(tmp_path_factory.mktemp("status"), bills) as found:
        yield found


def ask(office: Desk, scope: Scope | None = None) -> Status:
    service = StatusOf(office.store, office.costs(), office.executor, fixed_clock(NOW))
    return asyncio.run(service.status(scope) if scope else service.status())


def test_each_source_says_how_far_it_reaches_and_how_much_it_is(office: Desk) -> None:
    found = ask(office)
    aws, azure = found.sources
    assert (aws.name, aws.through, azure.name, azure.through) == ("aws", AWS_LAST, "azure", AZURE_LAST)
    assert (azure.first, aws.late, aws.rejected) == (FIRST, False, 0)
    assert found.charges == (aws.charges or 0) + (azure.charges or 0) == len(company.aws()) + len(company.azure())
    assert aws.ingested_at is not None
    assert found.hit_rate is None


def test_it_counts_what_was_not_said(office: Desk, tmp_path: Path) -> None:
    with state(tmp_path) as database:
        outbox = Outbox(database)
        outbox.enqueue([letter("one", "C1"), letter("two", "C2"), letter("three", "C3")], NOW)
        with database.write() as connection:
            connection.execute("UPDATE letters SET state = 'dropped' WHERE key = 'three'")
        service = StatusOf(office.store, office.costs(), office.executor, fixed_clock(NOW), outbox)
        found = asyncio.run(service.status())
    assert (found.waiting, found.undelivered) == (2, 1)


def test_it_judges_freshness_as_the_answers_do(office: Desk) -> None:
    known = asyncio.run(office.costs().breakdown(question())).basics.completeness
    assert {each.name: each.through for each in ask(office).sources} == {each.name: each.through for each in known.sources}


def test_whose_rows_are_limited_learns_nothing_of_other_bills(office: Desk) -> None:
    found = ask(office, ONLY_DATA)
    assert [each.name for each in found.sources] == ["aws"]
    assert {found.charges, found.sources[0].charges, found.sources[0].rejected} == {None}
    assert found.sources[0].through == AWS_LAST


def test_whose_rows_are_in_no_bill_sees_none(office: Desk) -> None:
    assert ask(office, Scope.only(account=("none such",))).sources == ()


def test_without_a_bill_there_is_nothing_to_tell(tmp_path_factory: pytest.TempPathFactory) -> None:
    with desk(tmp_path_factory.mktemp("empty"), {}) as empty:
        assert (ask(empty).sources, ask(empty, ONLY_DATA).sources) == ((), ())
