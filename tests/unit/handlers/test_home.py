"""App Home says how this month goes, how fresh that is, what to ask and who I am; whatever a bill holds, Slack takes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from handlers.blocks.validate import problems, view_problems
from handlers.feature import load_features
from handlers.home.render import EXAMPLES, hello, home
from handlers.parse.command import Grammar, parse
from services.access.results import Person, Role
from services.anomalies.results import Judged, Listing
from services.summary.results import MonthSummary
from storage.model.anomaly import AnomalyKind
from storage.model.query import CostQuery
from storage.model.scope import Scope
from tests.fakes import cost_answers as fake
from tests.fakes.anomalies import spike

if TYPE_CHECKING:
    from handlers.request import Block
    from services.costs.results import KeyFigures

TODAY = date(2026, 11, 22)
ALICE = Person("U0ALICE01", "T1", "alice", Role.VIEWER)


def shown(figures: KeyFigures, person: Person = ALICE, alerts: Listing | None = None) -> str:
    view = home(MonthSummary(figures), person, TODAY, alerts)
    assert view_problems(view) == ()
    return "\n".join(_texts(view["blocks"]))


def _texts(blocks: list[Block]) -> list[str]:
    pieces = [each for block in blocks for each in (*block.get("fields", ()), *block.get("elements", ()), block.get("text"))]
    return [str(each["text"]) for each in pieces if each]


def test_the_month_stands_there_with_what_it_is_compared_with() -> None:
    text = shown(fake.month_so_far())
    assert "This month: 1–21 Nov 2026" in text
    assert "Month to date" in text
    assert "against 1–21 Oct 2026" in text
    assert "Amazon Elastic Compute Cloud" in text


def test_the_net_stands_beside_the_gross_where_they_differ() -> None:
    figure = fake.figure()
    assert "Net: with credits, refunds and tax" in shown(fake.month_so_far(figure))
    assert "Net" not in shown(fake.month_so_far(replace(figure, net=figure.to_date)))


def test_it_says_how_fresh_it_is_and_who_is_late() -> None:
    text = shown(replace(fake.month_so_far(), basics=fake.basics(CostQuery(fake.NOVEMBER), fake.LATE)))
    assert "2 of 3 sources late" in text
    assert "effective" in text


def test_without_a_bill_it_says_how_to_begin() -> None:
    nothing = replace(fake.month_so_far(), figures=(), top=(), basics=fake.basics(CostQuery(fake.NOVEMBER), fake.NO_DATA))
    text = shown(nothing)
    assert "No cost yet" in text
    assert "tuppence ingest" in text
    assert "$" not in text


def test_without_cost_in_what_i_may_see_it_says_that_instead() -> None:
    text = shown(replace(fake.month_so_far(), figures=(), top=()))
    assert "no cost this month in what you may see" in text


def test_who_may_see_none_of_it_is_not_told_that_there_is_no_bill() -> None:
    limited = Scope.only(account=("9",))
    basics = fake.basics(CostQuery(fake.NOVEMBER, scope=limited), fake.NO_DATA)
    text = shown(replace(fake.month_so_far(), figures=(), top=(), basics=basics), replace(ALICE, scope=limited))
    assert "no cost this month in what you may see" in text
    assert "bill" not in text
    assert "You see account 9 only." in text


JUDGED = Judged(date(2026, 11, 20))


def test_what_is_unusual_stands_there_the_largest_first() -> None:
    found = (spike(id=17), spike(id=18, kind=AnomalyKind.SILENCE), spike(id=19, label=fake.HOSTILE[0]), spike(id=20))
    text = shown(fake.month_so_far(), alerts=Listing(found, JUDGED))
    assert "*4 open anomalies*, judged through 20 Nov 2026" in text
    assert "17 · High: Production (111111111111) · Amazon EC2, +$1,448 so far, new" in text
    assert "18 · High: Production (111111111111) · Amazon EC2, no data, new" in text
    assert "• 20 · High" not in text
    assert "<!" not in text


def test_nothing_unusual_is_said_and_nothing_judged_is_not_called_nothing_unusual() -> None:
    assert "*No open anomalies*, judged through 20 Nov 2026." in shown(fake.month_so_far(), alerts=Listing((), JUDGED))
    assert "anomalies" not in shown(fake.month_so_far(), alerts=Listing((), Judged()))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.OPERATOR, Role.ADMIN])
def test_it_says_who_i_am(role: Role) -> None:
    text = shown(fake.month_so_far(), replace(ALICE, role=role))
    assert f"You are *{role.word}*" in text


def test_it_says_which_rows_i_am_limited_to() -> None:
    limited = replace(ALICE, scope=Scope.only(account=("111",)))
    assert "account 111" in shown(fake.month_so_far(), limited)


@pytest.mark.parametrize("name", fake.HOSTILE)
def test_a_hostile_name_stays_a_name(name: str) -> None:
    top = (fake.section((fake.row(name, fake.usd("5")),)),)
    text = shown(replace(fake.month_so_far(), top=top))
    for sign in ("<!channel>", "<https", ":fire:"):
        assert sign not in text


def test_a_great_many_currencies_still_fit() -> None:
    figures = fake.month_so_far()
    shown(replace(figures, figures=figures.figures * 60, top=figures.top * 60))


def test_every_example_is_understood() -> None:
    verbs = tuple(verb for feature in load_features() for verb in feature.verbs.values())
    grammar = Grammar(verbs=verbs, tags={"team": ("team",)})
    for example in EXAMPLES:
        verb, _ = parse("tuppence", example, grammar, TODAY)
        assert verb.root == "cost"


def test_the_hello_names_an_example() -> None:
    text, blocks = hello()
    assert EXAMPLES[0] in text
    assert problems(blocks) == ()
