"""Movers: what each value of a dimension contributed to a change; the contributions add up to it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from services.costs import movers as module
from services.costs.results import Mover
from storage.model.period import DAY, Period
from storage.model.query import Charges, Filter
from storage.model.scope import Scope
from tests.fakes.bills import WEB, usage
from tests.fakes.company import AZURE_LAST, JUDGED, NOVEMBER, OCTOBER, SEPTEMBER, TO_DATE, TODAY
from tests.fakes.desk import desk

if TYPE_CHECKING:
    from pathlib import Path

    from services.costs.results import Movers, MoverSection
    from tests.fakes.bills import Row
    from tests.fakes.desk import Desk

OCTOBER_1_TO_19 = Period.of_days(OCTOBER.start, date(2026, 10, 19))


def holds(section: MoverSection) -> None:
    """What is true of every list of movers."""
    assert sum(each.change.amount for each in section.movers) + section.rest.amount == section.change.amount
    assert section.after.amount - section.before.amount == section.change.amount
    sizes = [abs(each.change.amount) for each in section.movers]
    assert sizes == sorted(sizes, reverse=True)
    assert all(each.after.amount - each.before.amount == each.change.amount for each in section.movers)


def only(answer: Movers) -> MoverSection:
    """The one section."""
    (section,) = answer.sections
    return section


def changes(section: MoverSection) -> dict[str | None, Decimal]:
    """Value → change."""
    return {each.key[section.dimension]: each.change.amount for each in section.movers}


@pytest.mark.parametrize("dimension", ["service", "account", "region", "resource", "tag:team", "tag:app", "purchase", "source"])
@pytest.mark.parametrize("charges", list(Charges))
def test_contributions_are_the_differences_of_plain_sums(office: Desk, dimension: str, charges: Charges) -> None:
    section = only(office.movers(dimension, charges=charges, top=100))

    counted = office.books if charges is Charges.NET else office.books.gross
    after, before = (counted.during(period).by(dimension) for period in (OCTOBER, SEPTEMBER))
    expected = {key[0]: after.get(key, Decimal(0)) - before.get(key, Decimal(0)) for key in {*after, *before}}
    assert changes(section) == {key: change for key, change in expected.items() if change}
    assert section.rest.amount == 0
    holds(section)


def test_without_a_dimension_the_usual_ones_are_told(office: Desk) -> None:
    answer = office.movers()

    assert [section.dimension for section in answer.sections] == ["service", "account", "region"]
    assert len({section.change for section in answer.sections}) == 1
    for section in answer.sections:
        holds(section)


def test_only_complete_days_are_judged(office: Desk) -> None:
    answer = office.movers("service", period=TO_DATE)

    assert (answer.basics.query.period, answer.basics.query.compare) == (JUDGED, OCTOBER_1_TO_19)
    assert only(answer).after.amount == office.books.gross.during(JUDGED).total()


def test_what_moved_today_is_told_of_the_last_complete_day(office: Desk) -> None:
    answer = office.movers("service", period=Period.of_days(TODAY, TODAY))

    last = Period.of_days(AZURE_LAST, AZURE_LAST)
    assert (answer.basics.query.period, answer.basics.query.compare) == (last, Period(AZURE_LAST - DAY, AZURE_LAST))
    assert only(answer).after.amount == office.books.gross.during(last).total()


def test_a_period_far_ahead_of_the_data_has_no_movers(office: Desk) -> None:
    ahead = Period.month(date(2031, 1, 1))

    answer = office.movers("service", period=ahead)

    assert answer.basics.query.period == ahead
    assert answer.sections == ()


def test_two_named_periods_are_compared_as_they_are(office: Desk) -> None:
    answer = office.movers("service", period=SEPTEMBER, compare=Period.of_days(OCTOBER.start, OCTOBER.start))

    assert only(answer).before.amount == office.books.gross.during(answer.basics.query.compared).total()
    holds(only(answer))


def test_a_running_month_against_a_named_one_is_cut_to_the_same_days(office: Desk) -> None:
    answer = office.movers("service", period=NOVEMBER, compare=OCTOBER)

    assert (answer.basics.query.period, answer.basics.query.compare) == (JUDGED, OCTOBER_1_TO_19)


def test_what_is_new_what_is_gone_and_what_did_not_move(tmp_path: Path) -> None:
    rows = [
        *(usage("5", "2026-09-05", ServiceName="Gone"), usage("7", "2026-10-05", ServiceName="New")),
        *(usage("9", "2026-09-06", ServiceName="Same"), usage("9", "2026-10-06", ServiceName="Same")),
        *(usage("0", "2026-09-07", ServiceName="Free"), usage("2", "2026-10-07", ServiceName="Free")),
    ]
    with desk(tmp_path, {"aws": rows}) as small:
        section = only(small.movers("service"))

    found = {each.key["service"]: each for each in section.movers}
    assert set(found) == {"New", "Gone", "Free"}
    assert [(name, each.is_new, each.is_gone) for name, each in found.items()] == [
        ("New", True, False),
        ("Gone", False, True),
        ("Free", False, False),
    ]
    assert found["New"].share == Decimal("1.75")
    holds(section)


def test_changes_that_cancel_out_have_no_share(tmp_path: Path) -> None:
    rows = [
        *(usage("5", "2026-09-05", ServiceName="A"), usage("8", "2026-10-05", ServiceName="A")),
        *(usage("8", "2026-09-05", ServiceName="B"), usage("5", "2026-10-05", ServiceName="B")),
    ]
    with desk(tmp_path, {"aws": rows}) as small:
        section = only(small.movers("service"))

    assert section.change.amount == 0
    assert changes(section) == {"A": 3, "B": -3}
    assert [each.share for each in section.movers] == [None, None]


def many(month: int, costs: dict[int, str]) -> list[Row]:
    """A charge of each resource."""
    return [usage(cost, f"2026-{month:02d}-05", ResourceId=f"i-{number:04d}") for number, cost in costs.items()]


def test_a_mover_that_is_large_in_one_period_only_is_no_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONSIDERED", 50)
    monkeypatch.setattr(module, "FEW", 0)
    before = {number: str(number) for number in range(1, 201)}
    # The smallest becomes the largest, and the largest the smallest: each is among the fifty of one month only.
    rows = many(9, before) + many(10, before | {1: "500", 200: "0.5"})
    with desk(tmp_path, {"aws": rows}) as large:
        section = only(large.movers("resource", top=5))

    assert section.movers[:2] == (
        _mover("i-0001", "1", "500", section),
        _mover("i-0200", "200", "0.5", section),
    )
    assert changes(section) == {"i-0001": 499, "i-0200": Decimal("-199.5")}
    holds(section)


def test_many_values_are_ranked_by_the_engine_and_say_the_same(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [office.movers(dimension).sections for dimension in ("service", "account", "tag:team")]
    monkeypatch.setattr(module, "FEW", 0)

    assert [office.movers(dimension).sections for dimension in ("service", "account", "tag:team")] == few


def _mover(name: str, before: str, after: str, section: MoverSection) -> object:
    money = type(section.before)
    old, new = money(Decimal(before), "USD"), money(Decimal(after), "USD")
    share = ((new - old).amount / section.change.amount).quantize(Decimal("1e-12"))
    return Mover({"resource": name}, None, old, new, new - old, share, is_new=False, is_gone=False)


def test_row_limits_count_into_every_contribution(office: Desk) -> None:
    section = only(office.movers("service", scope=Scope.only(account=(WEB,)), top=100))

    mine = office.books.gross.where(lambda each: each.value("account") == WEB)
    assert section.after.amount == mine.during(OCTOBER).total()
    assert {each.key["service"] for each in section.movers} <= {key[0] for key in mine.by("service")}
    holds(section)


def test_a_filter_narrows_what_moved(office: Desk) -> None:
    section = only(office.movers("resource", filters=(Filter("service", ("s3",)),)))

    assert list(changes(section)) == ["logs"]
    holds(section)


def test_accounts_that_moved_come_with_their_names(office: Desk) -> None:
    labels = {each.key["account"]: each.label for each in only(office.movers("account")).movers}

    assert labels["100000000003"] == "Data Platform"
