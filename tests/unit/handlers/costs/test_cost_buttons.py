"""Given an answer, when its buttons are looked at, then each holds a whole question that the grammar reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handlers.blocks import ids
from handlers.costs.render import buttons
from handlers.parse.command import parse
from storage.model.period import Period
from storage.model.query import CostQuery, Filter, Granularity
from tests.fakes.cost_answers import NOVEMBER
from tests.fakes.grammars import GRAMMAR, TODAY

if TYPE_CHECKING:
    from handlers.request import Block

ASKED = CostQuery(NOVEMBER, by=("service",), top=5, page=2)
KEYS: list[tuple[dict[str, str | None], str | None]] = [({"service": "Amazon EC2"}, None), ({"service": None}, None)]


def remembered(rows: list[Block]) -> dict[str, str]:
    """Action id → the words it holds; a menu's options are numbered."""
    found: dict[str, str] = {}
    for element in (each for row in rows for each in row["elements"]):
        options = element.get("options", [element])
        for at, option in enumerate(options):
            name = f"{element['action_id']} {at}" if "options" in element else element["action_id"]
            found[name] = ids.decode(option["value"])["q"]
    return found


def test_an_answer_offers_the_next_questions() -> None:
    assert remembered(buttons.under(ASKED, pages=4, keys=KEYS)) == {
        "costs.by#account": "by account 2026-11-01..2026-11-21 top 5",
        "costs.trend": "trend by day 2026-11-01..2026-11-21",
        "costs.page#previous": "by service 2026-11-01..2026-11-21 top 5",
        "costs.page#next": "by service 2026-11-01..2026-11-21 top 5 page 3",
        "costs.drill 0": 'by account 2026-11-01..2026-11-21 for service="Amazon EC2"',
        "costs.drill 1": "by account 2026-11-01..2026-11-21 for service=none",
        "costs.chart": "by service 2026-11-01..2026-11-21 top 5 page 2",
        "costs.share": "by service 2026-11-01..2026-11-21 top 5 page 2",
        "costs.csv": "by service 2026-11-01..2026-11-21 top 5 page 2",
        "costs.sql": "by service 2026-11-01..2026-11-21 top 5 page 2",
    }


def test_every_button_asks_something_the_grammar_reads() -> None:
    for words in remembered(buttons.under(ASKED, "movers", pages=4, keys=KEYS)).values():
        parse("cost", words, GRAMMAR, TODAY, escaped=False)


def test_what_makes_no_sense_is_not_offered() -> None:
    assert "costs.share" not in remembered(buttons.under(ASKED, shared=True))
    assert "costs.chart" not in remembered(buttons.under(ASKED, charted=True))
    assert set(remembered(buttons.under(ASKED, is_empty=True))) & {"costs.csv", "costs.share", "costs.chart"} == set()
    assert "costs.page#next" not in remembered(buttons.under(ASKED.but(page=4), pages=4))
    assert "costs.page#previous" not in remembered(buttons.under(ASKED.but(page=1), pages=4))
    assert "costs.trend" not in remembered(buttons.under(ASKED, "trend"))
    assert "costs.by#service" not in remembered(buttons.under(ASKED))


def test_one_day_has_no_trend() -> None:
    day = Period.of_days(NOVEMBER.start, NOVEMBER.start)
    assert "costs.trend" not in remembered(buttons.under(ASKED.but(period=day)))


def test_movers_stay_movers() -> None:
    assert remembered(buttons.under(ASKED, "movers"))["costs.by#account"].startswith("movers by account ")


@pytest.mark.parametrize(("days", "grain"), [(31, Granularity.DAY), (32, Granularity.WEEK), (200, Granularity.MONTH)])
def test_a_trend_has_as_many_points_as_a_phone_shows(days: int, grain: Granularity) -> None:
    start = NOVEMBER.start
    period = Period(start, start.fromordinal(start.toordinal() + days))
    assert remembered(buttons.under(ASKED.but(period=period)))["costs.trend"].startswith(f"trend by {grain} ")


def test_looking_into_a_row_replaces_its_filter_and_asks_for_the_next_finer_thing() -> None:
    query = ASKED.but(filters=(Filter("service", ("a", "b")), Filter("region", ("r",))), by=("service", "account"))
    found = remembered(buttons.under(query, keys=[({"service": "a", "account": "1"}, None)]))
    assert found["costs.drill 0"] == "by resource 2026-11-01..2026-11-21 for region=r service=a account=1"
    deepest = ASKED.but(by=("resource",), filters=tuple(Filter(name, ("x",)) for name in ("service", "account", "region")))
    words = remembered(buttons.under(deepest, keys=[({"resource": "i-1"}, None)]))["costs.drill 0"]
    assert words.startswith("2026-11-01..2026-11-21 for service=x")


def test_a_question_that_fits_no_button_is_left_out_rather_than_cut() -> None:
    many = ASKED.but(filters=(Filter("account", tuple(f"{at:012d}" for at in range(200))),))
    assert buttons.under(many, keys=KEYS) == []


def test_a_row_that_fits_no_option_is_left_out() -> None:
    found = remembered(buttons.under(ASKED, keys=[({"service": "x" * 200}, None), *KEYS]))
    assert [name for name in found if name.startswith("costs.drill")] == ["costs.drill 0", "costs.drill 1"]


def test_a_menu_has_no_two_options_that_ask_the_same() -> None:
    found = remembered(buttons.under(ASKED, keys=KEYS * 3))
    assert len([name for name in found if name.startswith("costs.drill")]) == 2
