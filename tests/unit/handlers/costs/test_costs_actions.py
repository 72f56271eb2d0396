"""Given the buttons under an answer, when somebody clicks, then their own question is asked, and it stands where it may."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.blocks import ids
from handlers.costs import feature
from handlers.request import Place, Surface, Visibility
from services.access.results import Role
from services.errors import DeniedError, TuppenceError, UsageError
from storage.model.query import Granularity
from storage.model.scope import Scope
from tests.fakes.asked_costs import ANA, HERS, OPEN, WEB_ONLY, AskedCosts, click, elements, type_in

FOLLOW_UPS = ("costs.by", "costs.trend", "costs.page", "costs.drill", "costs.chart")
Q = {"q": "by account 2026-10-01..2026-10-31 for tag:team=web basis=billed net top 20 page 2"}


@pytest.mark.parametrize("name", FOLLOW_UPS)
async def test_a_follow_up_asks_what_the_button_remembers_and_takes_the_place_of_the_answer(name: str) -> None:
    costs = AskedCosts()

    reply = await click(name, Q, costs)

    method, query = costs.last
    assert (method, query.by, query.top, query.page) == ("breakdown", ("account",), 20, 2)
    assert reply.replace
    assert reply.visibility is Visibility.EPHEMERAL


async def test_a_trend_button_shows_a_line_over_time_with_its_chart() -> None:
    costs = AskedCosts()

    reply = await click("costs.trend", {"q": "trend by day 2026-11-01..2026-11-21"}, costs)

    assert costs.last[1].granularity is Granularity.DAY
    assert costs.last[1].by == ()
    assert reply.chart


@pytest.mark.parametrize("words", ["figures", "by service 7d", "movers last month", "trend by day 7d"])
async def test_the_chart_button_adds_the_chart(words: str) -> None:
    assert (await click("costs.chart", {"q": words}, AskedCosts())).chart


@pytest.mark.parametrize("name", [*FOLLOW_UPS, "costs.share", "costs.csv", "costs.sql"])
async def test_the_rows_are_those_of_the_clicker(name: str) -> None:
    costs = AskedCosts()

    await click(name, Q, costs, replace(ANA, scope=WEB_ONLY))

    assert {query.scope for _, query in costs.asked} == {WEB_ONLY}


async def test_a_scope_in_the_button_is_not_believed() -> None:
    costs = AskedCosts()

    await click("costs.by", Q | {"scope": "", "role": "admin", "look": "csv"}, costs, replace(ANA, scope=WEB_ONLY))

    assert costs.last[1].scope == WEB_ONLY


@pytest.mark.parametrize("name", sorted(feature.actions))
async def test_a_clicker_without_the_role_is_refused(name: str) -> None:
    costs = AskedCosts()

    with pytest.raises(DeniedError):
        await click(name, Q, costs, replace(ANA, role=Role.NOBODY))

    assert not costs.asked


async def test_on_an_open_message_a_follow_up_edits_it_without_a_share_button() -> None:
    reply = await click("costs.by", Q, AskedCosts(), place=OPEN)

    assert reply.replace
    assert "costs.share" not in {each["action_id"] for each in elements(reply.blocks)}


async def test_somebody_with_limited_rows_does_not_rewrite_what_everybody_reads() -> None:
    limited = replace(ANA, scope=Scope.only(account=("1",)))

    on_open = await click("costs.by", Q, AskedCosts(), limited, OPEN)
    on_own = await click("costs.by", Q, AskedCosts(), limited, HERS)
    direct = await click("costs.by", Q, AskedCosts(), limited, Place("T1", "D1", message="1.2", surface=Surface.BUTTON))

    assert (on_open.replace, on_open.visibility) == (False, Visibility.EPHEMERAL)
    assert "costs.share" in {each["action_id"] for each in elements(on_open.blocks)}
    assert on_own.replace
    assert direct.replace


async def test_sharing_asks_again_and_posts_to_the_channel_without_offering_it_again() -> None:
    costs = AskedCosts()

    reply = await click("costs.share", Q, costs)

    assert costs.last[1].by == ("account",)
    assert (reply.visibility, reply.replace) == (Visibility.CHANNEL, False)
    assert "costs.share" not in {each["action_id"] for each in elements(reply.blocks)}


async def test_a_csv_has_every_row_whatever_the_page_was() -> None:
    costs = AskedCosts()

    reply = await click("costs.csv", Q, costs)

    assert (costs.last[1].top, costs.last[1].page) == (100_000, 1)
    assert reply.files[0].name.endswith(".csv")
    assert not reply.replace


@pytest.mark.parametrize("words", ["figures", "by service", "trend by day 7d", "bases", "movers"])
async def test_every_answer_has_a_csv_and_its_sql(words: str) -> None:
    assert (await click("costs.csv", {"q": words}, AskedCosts())).files
    reply = await click("costs.sql", {"q": words}, AskedCosts())

    assert "SELECT" in str(reply.blocks)
    assert (reply.visibility, reply.replace) == (Visibility.EPHEMERAL, False)


@pytest.mark.parametrize(
    "values",
    [{}, {"q": "help"}, {"q": "xyzzy"}, {"q": "by service " * 400}, {"q": 'for team="'}, {"q": "tuppence"}, {"q": "2026-02-30"}],
)
@pytest.mark.parametrize("name", sorted(feature.actions))
async def test_a_button_that_was_tampered_with_is_a_usage_error(name: str, values: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        await click(name, values, AskedCosts())


@pytest.mark.parametrize(
    "words",
    [
        "",
        "net",
        "figures",
        "by service last month",
        "by day",
        "by service, day",
        "trend",
        "summary by week",
        "compare 2026-10 vs 2026-09",
        "movers",
        "bases",
        "drill for service='Amazon EC2'",
        "for tag:'my key'=none,\"none\" by tag:'my key'",
        "chart by account",
    ],
)
async def test_every_button_under_every_answer_works_and_those_that_repeat_ask_the_same(words: str) -> None:
    costs = AskedCosts()
    reply = await type_in(words, costs)
    method, query = costs.last
    found = list(elements(reply.blocks))

    assert found
    for element in found:
        name = ids.action_name(element["action_id"])
        for value in [each["value"] for each in element.get("options", [element])]:
            again = await click(name, ids.decode(value), costs)
            assert again.blocks
            if name in ("costs.share", "costs.sql"):
                asked = costs.last[1].but(period=query.period) if query.granularity is not Granularity.TOTAL else costs.last[1]
                assert (costs.last[0], asked) == (method, query)


def test_what_every_cost_action_needs_is_to_be_a_viewer() -> None:
    assert {action.needs for action in feature.actions.values()} == {Role.VIEWER}
    assert issubclass(DeniedError, TuppenceError)
