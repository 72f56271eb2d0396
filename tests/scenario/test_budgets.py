"""Given a bill of $13 a day, when people set budgets in words or in a window, then they see how they stand and are told."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.manifest import manifest_yaml
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.seed import ADMIN, ANALYST, FINOPS, PAYMENTS, VIEWER, WITH_PARTNER
from bot.sandbox.slack.server import LocalSlack
from handlers.feature import load_features
from services.ingest.service import Ingest
from tests.fakes.bills import usage, write_csv
from tests.fakes.company import NOW
from tests.fakes.connected import connected
from tests.fakes.house import MovableClock
from tests.fakes.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

QUICK = Limits(processing=0.02, channel_gap=0.0)


@asynccontextmanager
async def local_slack() -> AsyncIterator[LocalSlack]:
    """A workspace in which all that the features declare is installed."""
    async with LocalSlack(limits=QUICK, manifest=Manifest.parse(manifest_yaml(load_features()))) as slack:
        yield slack


@pytest.fixture
async def ada(home: Path) -> AsyncIterator[Visitor]:
    """The admin, in #finops."""
    async with local_slack() as slack, connected(slack, home) as bot:
        yield Visitor(slack, bot, ADMIN, FINOPS)


async def delivered(person: Visitor) -> None:
    """Until every letter is sent, with what stands under another."""
    for _ in range(4):
        await asyncio.sleep(0.05)
        await person.bot.pump.idle()
        await person.bot.work.idle()


async def an_hour_later(person: Visitor) -> int:
    """The job runs; how many budgets had something to tell."""
    told = await person.bot.house.services.budgets.watch.look()
    await delivered(person)
    return told


def spend(person: Visitor, home: Path, dollars: str, day: str = "2026-11-20", name: str = "more") -> None:
    """Another bill comes in: team web spent so much more on a day."""
    row = usage(dollars, day, Tags='{"team": "web"}', SubAccountId="111", ServiceName="Amazon EC2")
    Ingest(person.bot.house.stores.costs).run([write_csv(home / f"{name}.csv", [row])], source=name)


def answer(person: Visitor) -> str:
    """What they alone were told last."""
    last = [each for each in person.seen() if each.only_for == person.user][-1]
    return f"{last.text} {last.blocks}"


def posts(person: Visitor, channel: str = FINOPS) -> list[Any]:
    """What everybody in a channel sees of budgets, oldest first."""
    return [
        each for each in person.slack.state.workspace.messages.get(channel, []) if "Budget" in each.text and not each.only_for
    ]


async def test_a_budget_set_in_words_is_measured_as_cost_is_and_told_once(ada: Visitor) -> None:
    await ada.run("/budget set web 400 for team=web at 50%,80%")
    await delivered(ada)
    said = answer(ada)
    assert "set: $400 monthly for team (tag) web" in said
    assert "$210 of $400" in said
    assert "day 21 of 30: 70 % of the days, 52 % of the money" in said
    (post,) = posts(ada)
    assert "Reached: 50 % billed." in post.text
    assert "1–30 Nov 2026 (UTC days)" in str(post.blocks)
    await ada.run("/cost month for team=web")
    assert "$210" in answer(ada)
    assert [await an_hour_later(ada), await an_hour_later(ada)] == [0, 0]
    assert len(posts(ada)) == 1


async def test_the_window_says_below_the_field_what_is_wrong_and_then_saves(ada: Visitor) -> None:
    await ada.run("/budget set")
    assert "amount I can read" in (await ada.submit(name="all", amount="a lot"))["errors"]["amount"]
    assert "more than nothing" in (await ada.submit(amount="0"))["errors"]["amount"]
    assert "Did you mean “Amazon EC2”?" in (await ada.submit(amount="250", filters="service=ec2x"))["errors"]["filters"]
    assert "not a share" in (await ada.submit(filters="", thresholds="lots"))["errors"]["thresholds"]
    assert "EUR" in (await ada.submit(thresholds="80%, forecast 90%", currency="eur"))["errors"]["currency"]
    assert await ada.submit(currency="", channel=PAYMENTS) == {"ok": True}
    await delivered(ada)
    (post,) = posts(ada, PAYMENTS)
    assert "*Budget all: over budget.*" in post.text
    assert "$273 of $250 used" in post.text
    await ada.run("/budget")
    assert "1 over budget" in answer(ada)


async def test_it_posts_again_only_when_it_got_worse_and_corrects_what_was_restated(ada: Visitor, home: Path) -> None:
    await ada.run("/budget set web 400 for team=web at 50%,80%")
    await delivered(ada)
    spend(ada, home, "20")
    assert await an_hour_later(ada) == 1
    (post,) = posts(ada)
    assert "$230 of $400 used" in post.text
    spend(ada, home, "120")
    await an_hour_later(ada)
    post, note = posts(ada)
    assert "$330 of $400 used" in post.text
    assert "got worse: 80 % billed reached" in note.text
    assert note.thread == post.ts
    assert note.is_broadcast
    spend(ada, home, "20")
    await an_hour_later(ada)
    assert "Corrected: no longer at 80 % billed" in posts(ada)[0].text
    spend(ada, home, "130")
    await an_hour_later(ada)
    assert len(posts(ada)) == 2, "once a period"
    spend(ada, home, "200")
    await an_hour_later(ada)
    assert "the whole amount reached" in posts(ada)[2].text


async def test_a_changed_budget_is_looked_at_again_and_keeps_its_history(ada: Visitor) -> None:
    await ada.run("/budget set web 400 for team=web at 50%,80%")
    await ada.run("/budget set web 250")
    await delivered(ada)
    assert "$210 of $250 used" in posts(ada)[0].text
    assert "got worse: 80 % billed reached" in posts(ada)[1].text
    await ada.run("/budget history web")
    said = answer(ada)
    assert "$400 → $250" in said
    assert "ada: set to $400 monthly for team (tag) web" in said


async def test_the_window_of_a_post_has_the_budget_as_it_is(ada: Visitor) -> None:
    await ada.run("/budget set web 400 for team=web at 50%")
    await delivered(ada)
    await ada.press("Edit")
    assert ada.filled("amount")["value"] == "400"
    assert ada.filled("filters")["value"] == "tag:team=web"
    assert ada.filled("thresholds")["value"] == "50%"
    assert ada.filled("channel")["selected_conversation"] == FINOPS
    assert await ada.submit(name="web shop", amount="9000") == {"ok": True}
    await delivered(ada)
    (post,) = posts(ada)
    assert "*Budget web shop: on track.* $210 of $9,000 used" in post.text
    assert "No threshold is reached, as the bill and the budget now stand." in post.text
    await ada.press("Show")
    assert "*web shop: on track.*" in answer(ada)


async def test_a_channel_that_was_archived_is_said_wherever_the_budget_is_shown(ada: Visitor, home: Path) -> None:
    await ada.run("/budget set web 400 for team=web")
    ada.slack.state.workspace.channels[FINOPS].is_archived = True
    spend(ada, home, "500")
    await an_hour_later(ada)
    elsewhere = replace(ada, channel=PAYMENTS)
    await elsewhere.run("/budget")
    assert "Nothing can be posted" in answer(elsewhere)
    await elsewhere.run(f"/budget set web 400 in <#{PAYMENTS}|payments>")
    await delivered(ada)
    assert "over budget" in posts(ada, PAYMENTS)[0].text


async def test_the_last_month_in_an_archived_channel_does_not_silence_this_one_in_another(home: Path) -> None:
    clock = MovableClock(NOW)
    async with local_slack() as slack, connected(slack, home, clock=clock) as bot:
        ada = Visitor(slack, bot, ADMIN, FINOPS)
        await ada.run("/budget set web 400 for team=web at 50%")
        await delivered(ada)
        clock.move(days=10)
        await replace(ada, channel=PAYMENTS).run(f"/budget set web 400 in <#{PAYMENTS}|payments>")
        slack.state.workspace.channels[FINOPS].is_archived = True
        assert await an_hour_later(ada) == 1, "November has ended"
        spend(ada, home, "300", "2026-12-01")
        await an_hour_later(ada)
        (post,) = posts(ada, PAYMENTS)
        assert "$300 of $400 used" in post.text


async def test_muted_means_no_more_posts_until_the_next_period(ada: Visitor, home: Path) -> None:
    await ada.run("/budget set web 400 for team=web at 50%,80%")
    await delivered(ada)
    await ada.press("Mute until 1 Dec")
    await delivered(ada)
    assert "Muted by ada through 30 Nov" in str(posts(ada)[0].blocks)
    assert "Mute until" not in str(posts(ada)[0].blocks)
    spend(ada, home, "500")
    await an_hour_later(ada)
    (post,) = posts(ada)
    assert "over budget" in post.text


async def test_a_viewer_sees_budgets_and_may_not_set_any(ada: Visitor) -> None:
    await ada.run("/budget set web 400 for team=web")
    vera = replace(ada, user=VIEWER)
    await vera.run("/budget set web 1")
    assert "needs the role analyst; yours is viewer" in answer(vera)
    await vera.run("/budget")
    assert "$210" in answer(vera)
    assert "Set a budget" not in answer(vera)
    await vera.run("/budget show web")
    assert "Remove" not in answer(vera)


async def test_somebody_limited_to_some_rows_sees_and_sets_only_budgets_of_those(ada: Visitor) -> None:
    await ada.run("/budget set web 400 for team=web")
    await ada.run("/budget set second 100 for account=222")
    await ada.run(f"/tuppence role set <@{ANALYST}|anton> analyst only account=222")
    anton = replace(ada, user=ANALYST)
    await anton.run("/budget")
    assert "second" in answer(anton)
    assert "web" not in answer(anton)
    await anton.run("/budget show web")
    assert "There is no budget “web”" in answer(anton)
    await anton.run("/budget set mine 50")
    assert "It counts only what you may see: account 222" in answer(anton)
    assert "$63.00 of $50.00" in answer(anton)
    await anton.run("/budget set web 1")
    assert "taken by a budget you may not see" in answer(anton)


async def test_a_restart_forgets_nothing_and_repeats_nothing(home: Path) -> None:
    async with local_slack() as slack:
        async with connected(slack, home) as bot:
            ada = Visitor(slack, bot, ADMIN, FINOPS)
            await ada.run("/budget set web 400 for team=web at 50%,80%")
            await delivered(ada)
        async with connected(slack, home) as bot:
            ada = Visitor(slack, bot, ADMIN, FINOPS)
            assert await an_hour_later(ada) == 0
            assert len(posts(ada)) == 1
            await ada.press("Mute until 1 Dec")
            await delivered(ada)
            assert "Muted by ada" in str(posts(ada)[0].blocks)
            await ada.run("/budget web")
            assert "52 % of the money" in answer(ada)


async def test_a_channel_that_others_read_is_not_told(ada: Visitor) -> None:
    there = replace(ada, channel=WITH_PARTNER)
    await there.run("/budget set web 400 for team=web at 50%")
    await delivered(ada)
    assert "It is told to you directly instead" in answer(there)
    assert posts(ada, WITH_PARTNER) == []
    (post,) = posts(ada, ada.direct)
    assert "Reached: 50 % billed" in post.text
    await there.run(f"/budget set web 400 in <#{WITH_PARTNER}|with-partner>")
    assert "shared with another company" in answer(there)


async def test_a_budget_is_removed_after_a_question_and_its_message_says_so(ada: Visitor) -> None:
    await ada.run("/budget set web 400 for team=web at 50%")
    await delivered(ada)
    await ada.run("/budget sett web 5")
    assert "Did you mean “set”?" in answer(ada)
    await ada.run("/budget remove wep")
    assert "Did you mean “web”?" in answer(ada)
    await ada.run("/budget remove web")
    assert "Remove the budget *web*" in answer(ada)
    await ada.press("Remove")
    assert "is removed" in answer(ada)
    await delivered(ada)
    (post,) = [each for each in ada.seen() if not each.only_for]
    assert "The budget *web* was removed" in post.text
    assert "Mute" not in str(post.blocks)
    await ada.run("/budget")
    assert "No budgets are set yet" in answer(ada)
