"""Given the same bill, when people ask what a change would do, in words or in a window, then they see it and can keep it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.slack.seed import ADMIN, FINOPS, VIEWER
from tests.fakes.connected import connected
from tests.fakes.visitor import Visitor
from tests.scenario.test_budgets import answer, local_slack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def ada(home: Path) -> AsyncIterator[Visitor]:
    """The admin, in #finops."""
    async with local_slack() as slack, connected(slack, home) as bot:
        yield Visitor(slack, bot, ADMIN, FINOPS)


async def test_a_change_in_words_is_worked_out_line_by_line(ada: Visitor) -> None:
    await ada.run("/budget simulate stop for team=web; grow 20% for service=s3; price to 0.2 for service=s3")
    said = answer(ada)
    assert "*−$3,468* in twelve months, −$76.00 by the end of the month" in said
    assert "$390 → $314" in said
    assert "The bill: $280 in 28 charges · quantity and rate not available" in said
    assert "Not available: Its charges have no quantity in the bill" in said
    assert "1 line could not be worked out" in said
    assert "80 % within" in said


async def test_words_that_mean_nothing_are_quoted(ada: Visitor) -> None:
    await ada.run("/budget simulate stop for team=wep")
    assert "Did you mean “web”?" in answer(ada)
    await ada.run("/budget simulate stop team=web; shrnk 5% for service=s3")
    assert "Did you mean “shrink”?" in answer(ada)
    await ada.run("/budget simulate compare one")
    assert "Which two scenarios?" in answer(ada)


async def test_scenarios_are_kept_by_name_compared_and_wait_for_their_score(ada: Visitor) -> None:
    await ada.run("/budget simulate save no-web stop for team=web")
    assert "Saved as *no-web*" in answer(ada)
    await ada.run('/budget simulate save "more s3" grow 20% for service=s3')
    await ada.run("/budget simulate list")
    assert "*more s3* grow 20% for service=s3 (saved by ada on 22 Nov 2026)" in answer(ada)
    await ada.run('/budget simulate compare no-web "more s3"')
    assert "*no-web* costs least in twelve months." in answer(ada)
    await ada.run("/budget simulate score no-web")
    assert "no whole day has passed since" in answer(ada)
    await ada.run("/budget simulate show no-web")
    assert "$4,745" in answer(ada)
    await ada.run("/budget simulate remove no-web")
    await ada.run("/budget simulate show no-web")
    assert "There is no scenario" in answer(ada)


async def test_the_window_keeps_the_lines_and_says_below_them_what_is_wrong(ada: Visitor) -> None:
    await ada.run("/budget simulate save no-web stop for team=web")
    await ada.run("/budget simulate")
    assert "needs what it is about" in (await ada.submit(lines="stop"))["errors"]["lines"]
    assert "already" in (await ada.submit(lines="stop for team=web\ngrow 10% for everything", name="no-web"))["errors"]["name"]
    assert await ada.submit(name="third") == {"ok": True}
    assert "Saved as *third*" in ada.texts(ada.direct)[-1]
    await ada.run("/budget simulate grow 10% for everything")
    await ada.press("Change or save")
    assert ada.filled("lines") == {"type": "plain_text_input", "value": "grow 10% for everything"}


async def test_a_viewer_simulates_and_saves_nothing(ada: Visitor) -> None:
    vera = replace(ada, user=VIEWER)
    await vera.run("/budget simulate grow 10% for everything")
    assert "in twelve months" in answer(vera)
    await vera.run("/budget simulate save mine grow 10% for everything")
    assert "needs the role analyst" in answer(vera)
    await vera.run("/budget simulate")
    assert "name" not in [each.get("block_id") for each in vera.window.content["blocks"]]
