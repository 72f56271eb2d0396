"""What people see of budgets: ordinary, none, over, very long and hostile, in another currency, with days and sources missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from handlers.blocks.validate import message_problems, view_problems
from handlers.budgets import render
from services.budgets.results import History, Settled
from storage.model.budget import Cadence
from storage.model.money import Money
from storage.model.period import Period
from storage.model.query import Basis, Charges, Filter
from tests.fakes.budget_answers import MANY, QUARTERLY, budget, changed, status

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from handlers.request import Reply
    from services.budgets.results import BudgetStatus

HOSTILE = "<!channel> *web* `x` " + "é" * 39
LONG = tuple(Filter("service", tuple(f"Service number {number} of the cloud" for number in range(40))) for _ in range(1))
OCTOBER = Period.month(date(2026, 10, 1))


def usual() -> BudgetStatus:
    """On its way to too much."""
    return status(budget(), ["40"] * 20 + ["33"], complete=20, ahead="25")


STATUSES: dict[str, BudgetStatus] = {
    "usual": usual(),
    "on track": status(budget("5000"), ["40"] * 21, ahead="25"),
    "over": status(budget("800"), ["40"] * 21, ahead="25"),
    "no forecast": status(budget("1000"), ["40"] * 21),
    "nothing yet": status(budget(), ["0"], complete=0),
    "another currency": status(budget("120000", currency="JPY", **QUARTERLY), ["4000"] * 21, ahead="2500"),
    "partial": status(budget(), ["40"] * 15, complete=12, ahead="25", late=True, others=(Money(Decimal(12), "EUR"),)),
    "hostile and long": status(budget(name=HOSTILE, filters=LONG, thresholds=MANY), ["40"] * 21, ahead="25"),
    "muted": replace(usual(), budget=replace(budget(), muted_through=date(2026, 11, 30))),
    "refused": replace(usual(), budget=replace(budget(), refusal="The channel was archived.")),
    "not known": replace(usual(), problem="There is no team “web”.", outlook=None),
    "ended": status(budget(), ["40"] * 31, period=OCTOBER, has_ended=True),
}


def history(found: BudgetStatus) -> History:
    """With two changes and a past."""
    known = changed(changed(found.budget, "1200"), "1000", basis=Basis.BILLED, charges=Charges.NET, cadence=Cadence.YEARLY)
    versions = tuple((version, "Ana <!here>") for version in reversed(known.versions))
    past = tuple(status(found.budget, [cost] * 31, period=OCTOBER, has_ended=True) for cost in ("30", "40"))
    return History(found, versions, past, "Ben")


def sound(reply: Reply) -> Reply:
    """Within Slack's limits, with and without tables, and inert."""
    assert message_problems(reply.blocks, reply.text) == ()
    assert message_problems(reply.plain, reply.text) == ()
    for text in (reply.text, *_marked(reply.blocks), *_marked(reply.plain)):
        assert "<!" not in text
    return reply


def _marked(node: object) -> list[str]:
    """Every text in which Slack looks for mentions."""
    if isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            return [node["text"]]
        return [text for value in node.values() for text in _marked(value)]
    return [text for each in node for text in _marked(each)] if isinstance(node, list | tuple) else []


@pytest.mark.parametrize("name", STATUSES)
def test_the_post(name: str, snapshot: SnapshotAssertion) -> None:
    reply = sound(render.living(STATUSES[name], ("actual:0.8",), "Ben"))
    assert reply.blocks == snapshot
    assert reply.text == snapshot(name="text")


@pytest.mark.parametrize("name", STATUSES)
def test_one_budget(name: str, snapshot: SnapshotAssertion) -> None:
    reply = sound(render.shown(history(STATUSES[name]), may_set=True))
    assert reply.blocks == snapshot
    assert reply.result == snapshot(name="result")


def test_all_budgets(snapshot: SnapshotAssertion) -> None:
    named = [replace(each, budget=replace(each.budget, id=number)) for number, each in enumerate(STATUSES.values())]
    found = sorted(named, key=lambda each: each.danger, reverse=True)
    reply = sound(render.listing(found, may_set=True, limited=False))
    assert reply.blocks == snapshot
    assert reply.plain == snapshot(name="plain")


def test_no_budgets(snapshot: SnapshotAssertion) -> None:
    assert sound(render.listing((), may_set=True, limited=False)).blocks == snapshot
    assert "counts only what you may see" in sound(render.listing((), may_set=False, limited=True)).text


def test_a_thousand_budgets_fit() -> None:
    one = status(budget(), ["40"] * 21)
    many = [replace(one, budget=replace(one.budget, id=n, name=f"budget {n} " + "w" * 40)) for n in range(1000)]
    reply = sound(render.listing(many, may_set=True, limited=False))
    assert "more budgets, less endangered than these" in str(reply.blocks)


def test_the_past(snapshot: SnapshotAssertion) -> None:
    reply = sound(render.history(history(usual()), may_set=False))
    assert reply.blocks == snapshot
    assert "1 of 2 periods kept" in reply.text
    young = replace(history(usual()), past=())
    assert "no period has ended yet" in sound(render.history(young, may_set=True)).text


def test_set_and_removed(snapshot: SnapshotAssertion) -> None:
    reply = sound(
        render.settled(Settled(usual(), is_new=True, notes=("It counts only what you may see: account 1.",)), may_set=True)
    )
    assert reply.blocks == snapshot
    assert sound(render.asked_to_remove(usual())).blocks == snapshot(name="question")
    assert sound(render.removed(budget(name=HOSTILE))).blocks == snapshot(name="removed")


def test_it_got_worse(snapshot: SnapshotAssertion) -> None:
    reply = sound(render.worse(STATUSES["over"], ("actual:1.2", "over")))
    assert reply.text == snapshot


@pytest.mark.parametrize(
    "known", [None, budget(), budget(name="x", filters=LONG), budget("0.1", thresholds=(), channel="U0ANA0001")]
)
def test_the_window_is_one_that_slack_takes(known: object) -> None:
    view = render.window(known, "C0TEAM001")  # type: ignore[arg-type]  # a Budget or none
    assert view_problems(view) == ()


def test_filters_that_do_not_fit_into_the_window_are_not_cut() -> None:
    endless = (Filter("service", tuple(f"Service number {number} of the cloud" for number in range(200))),)
    view = render.window(budget(filters=endless))
    assert view_problems(view) == ()
    assert "filters" not in [each.get("block_id") for each in view["blocks"]]
    assert "stays as it is" in str(view)


def test_the_chart_has_the_sums_and_the_budget() -> None:
    spec = render.shown(history(usual()), may_set=True).chart
    assert spec is not None
    assert spec.actual[:2] == (40.0, 80.0)
    assert spec.actual[20] == 833.0
    assert spec.actual[21] is None
    assert (spec.expected[18], spec.expected[19], spec.expected[-1]) == (None, 800.0, 1050.0)
    assert (spec.low[19], spec.low[-1], spec.high[-1]) == (800.0, 1025.0, 1075.0)
    assert set(spec.budget) == {1000.0}
    assert spec.complete_through == date(2026, 11, 20)
    assert [(mark.day, mark.text) for mark in spec.marks] == [(date(2026, 11, 29), "passes $1,000")]


def test_a_change_that_was_made_in_another_year_names_it() -> None:
    old = replace(budget(), versions=(replace(budget().current, since=date(2024, 2, 1), at=datetime(2024, 2, 1, tzinfo=UTC)),))
    found = replace(history(usual()), versions=((old.current, "Ana"),))
    assert "1 Feb 2024, Ana: set to" in str(render.shown(found, may_set=False).blocks)
