"""Given a bill, when a digest is due, then its channel is told once, of complete days, and in ten lines."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from bot.app import build
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.seed import ADMIN, FINOPS, OPERATOR, PLATFORM, VIEWER, WITH_PARTNER
from bot.sandbox.slack.server import LocalSlack
from bot.settings import load_settings
from handlers.digests import feature
from services.ingest.service import Ingest
from tests.fakes.bills import usage, write_csv
from tests.fakes.company import NOW, aws, azure
from tests.fakes.connected import connected
from tests.fakes.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.app import Bot
    from bot.sandbox.slack.workspace import Message

QUICK = Limits(processing=0.02, channel_gap=0.01)
SET = f"/tuppence digest set in <#{FINOPS}|finops> at 09:00 UTC mon-sun"


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the bills of two clouds: AWS through 20 November, Azure through the 19th."""
    home, bills = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("bills")
    house = build(load_settings(home=home))
    for path in (write_csv(bills / "aws.csv", aws()), write_csv(bills / "azure.csv", azure())):
        Ingest(house.stores.costs).run([path])
    house.close()
    return home


@pytest.fixture
def home(billed: Path, tmp_path: Path) -> Path:
    return shutil.copytree(billed, tmp_path / "home")


@asynccontextmanager
async def office(home: Path, now: datetime = NOW, slack: LocalSlack | None = None) -> AsyncIterator[tuple[LocalSlack, Bot]]:
    """The program at a moment; with a Slack of its own unless one is given."""
    if slack is not None:
        async with connected(slack, home, now=now) as bot:
            yield slack, bot
        return
    async with LocalSlack(limits=QUICK) as own, connected(own, home, now=now) as bot:
        yield own, bot


async def tick(bot: Bot, job: str = "digests.tell") -> None:
    """The clock's minute, and all that follows from it."""
    await feature.jobs[job].run(bot.house.services)
    while await bot.pump.look() or len(bot.work):
        await bot.pump.idle()
        await bot.work.idle()


def told(slack: LocalSlack, channel: str = FINOPS) -> list[Message]:
    """What stands in a channel for everybody."""
    return [each for each in slack.state.workspace.messages.get(channel, []) if each.is_for(VIEWER)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+00:00")


async def made(slack: LocalSlack, bot: Bot, words: str = SET) -> Visitor:
    """The admin, who has just made a digest in #finops."""
    ada = Visitor(slack, bot, ADMIN)
    await ada.run(words)
    assert "Saved." in ada.texts()[-1], ada.texts()
    return ada


async def test_ten_lines_and_their_details_once(home: Path) -> None:
    async with office(home, at("22T08:00")) as (slack, bot):
        await made(slack, bot)
        await tick(bot)
        assert not told(slack), "it is not due yet"
    async with office(home, at("22T09:01")) as (slack, bot):
        await tick(bot)
        await tick(bot)
        issue, details = told(slack)
        lines = issue.text.split("\n")
        assert len(lines) <= 10
        assert "Cloud cost, 19 Nov 2026" in lines[0], "the last day that both clouds have sent in full"
        assert "against 12 Nov 2026" in lines[0]
        assert "7-day mean" in lines[0]
        assert "Month to date, 1–19 Nov 2026" in lines[1]
        assert any(line.startswith("Up: ") for line in lines)
        assert "complete through 19 Nov" in issue.text
        assert any(block["type"] == "image" for block in issue.blocks), "one chart, there at once"
        assert details.thread == issue.ts
        assert "What moved from 12 Nov 2026 to 19 Nov 2026" in str(details.blocks)


async def test_it_waits_for_the_days_data_and_then_says_that_it_is_late(home: Path) -> None:
    async with LocalSlack(limits=QUICK) as slack:
        async with office(home, at("22T08:00"), slack) as (_, bot):
            await made(slack, bot)
        async with office(home, at("22T09:01"), slack) as (_, bot):
            await tick(bot)
        async with office(home, at("23T10:59"), slack) as (_, bot):
            await tick(bot)
            assert len(told(slack)) == 2, "the day before it was a day fresher by then, so it waits"
        async with office(home, at("23T11:00"), slack) as (_, bot):
            await tick(bot)
            late = told(slack)[2]
            assert "The bill is late: nothing newer than 19 Nov" in late.text


async def test_what_was_slept_through_is_made_up_for_once_and_not_days_later(home: Path) -> None:
    async with LocalSlack(limits=QUICK) as slack:
        async with office(home, at("20T08:00"), slack) as (_, bot):
            await made(slack, bot)
        async with office(home, at("22T22:59"), slack) as (_, bot):
            await tick(bot)
            await tick(bot)
            assert len(told(slack)) == 2, "of three missed ones the last is told, once"
        async with office(home, at("23T23:01"), slack) as (_, bot):
            await tick(bot)
            assert len(told(slack)) == 2, "twelve hours after it stopped waiting it helps nobody"


async def test_nothing_moved_so_nothing_is_said(home: Path) -> None:
    async with LocalSlack(limits=QUICK) as slack:
        async with office(home, at("22T08:00"), slack) as (_, bot):
            await made(slack, bot, f"{SET} quiet below 100000 without anomalies,forecast")
        async with office(home, at("22T09:01"), slack) as (_, bot):
            await tick(bot)
            assert told(slack) == []
            assert (await bot.house.services.digests.last(1)) is not None, "it was looked at, and is not looked at again"


async def test_only_operators_make_digests_and_everybody_may_look_at_one(home: Path) -> None:
    async with office(home) as (slack, bot):
        vera = Visitor(slack, bot, VIEWER)
        await vera.run(SET)
        assert "needs the role operator" in vera.texts()[-1]
        await vera.run("/tuppence digest preview")
        assert "Cloud cost, 19 Nov 2026" in vera.texts()[-1]
        assert [each for each in told(slack) if each.is_for(ADMIN)] == [], "a preview is its asker's"


async def test_a_window_says_beside_the_field_what_is_wrong(home: Path) -> None:
    async with office(home) as (slack, bot):
        ada = Visitor(slack, bot, ADMIN)
        await ada.run("/tuppence digest set")
        refused = await ada.submit(channel=FINOPS, zone="Mars/Olympus")
        assert "not a time zone" in refused["errors"]["zone"]
        refused = await ada.submit(zone="Europe/Berlin", **{"for": "team=nobody"})
        assert "for" in refused["errors"], refused
        refused = await ada.submit(channel=WITH_PARTNER, **{"for": ""})
        assert "shared with another company" in refused["errors"]["channel"]
        await ada.submit(channel=FINOPS, kind="weekly", at="07:30", weekdays=["0", "3"])
        assert ada.windows == []
        (digest,) = await bot.house.services.digests.all()
        assert (digest.kind, digest.zone, f"{digest.at:%H:%M}", digest.weekdays) == ("weekly", "Europe/Berlin", "07:30", (0,))


async def test_buttons_hold_it_let_it_go_on_and_end_it(home: Path) -> None:
    async with office(home) as (slack, bot):
        ada = await made(slack, bot)
        await ada.press("Pause")
        assert "paused" in ada.texts()[-1]
        await ada.press("Resume")
        assert "It goes on." in ada.texts()[-1]
        await ada.press("Edit")
        assert ada.window.content["title"]["text"] == "Digest 1"
        assert await ada.submit(at="10:00") == {"ok": True}
        assert "10:00" in ada.texts(ada.direct)[-1]
        await ada.press("Remove")
        await ada.run("/tuppence digest")
        assert "No digest yet" in ada.texts()[-1]


async def test_a_channel_that_another_company_reads_by_now_hears_nothing_and_the_admin_is_told(home: Path) -> None:
    async with LocalSlack(limits=QUICK) as slack:
        async with office(home, at("22T08:00"), slack) as (_, bot):
            await made(slack, bot)
        slack.state.workspace.channels[FINOPS].partners = ("T0PARTNER",)
        async with office(home, at("22T09:01"), slack) as (_, bot):
            await tick(bot)
            assert told(slack) == []
            (digest,) = await bot.house.services.digests.all()
            assert "shared with another company" in digest.paused
            assert "shared with another company" in Visitor(slack, bot, ADMIN, slack.state.workspace.direct(ADMIN).id).texts()[-1]


async def test_two_programs_at_once_tell_it_once(home: Path) -> None:
    async with LocalSlack(limits=QUICK) as slack:
        async with office(home, at("22T08:00"), slack) as (_, bot):
            await made(slack, bot)
        async with office(home, at("22T09:01"), slack) as (_, one), office(home, at("22T09:01"), slack) as (_, other):
            await asyncio.gather(*(feature.jobs["digests.tell"].run(bot.house.services) for bot in (one, other, one, other)))
            await tick(one)
            await tick(other)
        assert len(told(slack)) == 2, "the digest and its details"


async def test_a_bill_that_changes_later_corrects_what_was_told(home: Path, tmp_path: Path) -> None:
    async with LocalSlack(limits=QUICK) as slack:
        async with office(home, at("22T08:00"), slack) as (_, bot):
            await made(slack, bot)
        async with office(home, at("22T09:01"), slack) as (_, bot):
            await tick(bot)
            await tick(bot, "digests.correct")
            first, _ = told(slack)
            assert "Corrected" not in first.text
            before, ts = first.text.split("\n")[0], first.ts
            more = [*azure(), usage("1000", "2026-11-19", ProviderName="Microsoft", SubAccountId="zzz")]
            Ingest(bot.house.stores.costs).run([write_csv(tmp_path / "azure.csv", more)])
            await tick(bot, "digests.correct")
            corrected, _ = told(slack)
            assert corrected.ts == ts, "in its own place"
            assert corrected.text.split("\n")[0] != before
            assert "Corrected: the bill has changed since this was posted" in corrected.text


async def test_what_was_posted_is_not_rewritten_by_what_is_decided_later(home: Path, tmp_path: Path) -> None:
    async with LocalSlack(limits=QUICK) as slack:
        async with office(home, at("22T08:00"), slack) as (_, bot):
            ada = await made(slack, bot, f"{SET} for provider=microsoft")
        async with office(home, at("22T09:01"), slack) as (_, bot):
            await tick(bot)
            first, *_ = told(slack)
            ada = Visitor(slack, bot, ADMIN)
            await ada.run(f"/tuppence digest set 1 in <#{PLATFORM}|platform> for")
            more = [*azure(), usage("1000", "2026-11-19", ProviderName="Microsoft", SubAccountId="zzz")]
            Ingest(bot.house.stores.costs).run([write_csv(tmp_path / "azure.csv", more)])
            await tick(bot, "digests.correct")
            corrected, *_ = told(slack)
            assert (corrected.ts, "Corrected" in corrected.text) == (first.ts, True)
            assert "for provider Microsoft" in corrected.text
            assert told(slack, PLATFORM) == []


async def test_a_correction_that_is_taken_back_is_taken_back(home: Path, tmp_path: Path) -> None:
    async with LocalSlack(limits=QUICK) as slack:
        async with office(home, at("22T08:00"), slack) as (_, bot):
            await made(slack, bot)
        async with office(home, at("22T09:01"), slack) as (_, bot):
            await tick(bot)
            before = told(slack)[0].text
            more = [*azure(), usage("1000", "2026-11-19", ProviderName="Microsoft", SubAccountId="zzz")]
            for rows in (more, azure()):
                Ingest(bot.house.stores.costs).run([write_csv(tmp_path / "azure.csv", rows)])
                await tick(bot, "digests.correct")
            assert told(slack)[0].text.split("\n")[0] == before.split("\n")[0]
            assert "Corrected" not in told(slack)[0].text


async def test_a_channel_that_was_left_does_not_hold_up_the_new_one(home: Path, tmp_path: Path) -> None:
    async with LocalSlack(limits=QUICK) as slack:
        async with office(home, at("22T08:00"), slack) as (_, bot):
            await made(slack, bot)
        async with office(home, at("22T09:01"), slack) as (_, bot):
            await tick(bot)
            await Visitor(slack, bot, ADMIN).run(f"/tuppence digest set 1 in <#{PLATFORM}|platform>")
            slack.state.workspace.channels[FINOPS].partners = ("T0PARTNER",)
            more = [*azure(), usage("1000", "2026-11-19", ProviderName="Microsoft", SubAccountId="zzz")]
            Ingest(bot.house.stores.costs).run([write_csv(tmp_path / "azure.csv", more)])
            await tick(bot, "digests.correct")
            (digest,) = await bot.house.services.digests.all()
            assert (digest.channel, digest.paused) == (PLATFORM, "")


async def test_somebody_with_limited_rows_neither_sees_nor_holds_the_digest_of_others(home: Path) -> None:
    async with office(home) as (slack, bot):
        ada = await made(slack, bot)
        await ada.run("/tuppence role set @olga operator only account=111111111111")
        olga = Visitor(slack, bot, OPERATOR)
        for words in ("preview 1", "pause 1", "resume 1", "set 1 at 10:00", "remove 1"):
            await olga.run(f"/tuppence digest {words}")
            assert "There is no digest 1" in olga.texts()[-1], words
        (digest,) = await bot.house.services.digests.all()
        assert (digest.paused, f"{digest.at:%H:%M}") == ("", "09:00")


async def test_money_that_is_gone_from_the_bill_is_corrected_too(home: Path, tmp_path: Path) -> None:
    async with LocalSlack(limits=QUICK) as slack:
        async with office(home, at("22T08:00"), slack) as (_, bot):
            await made(slack, bot, f"{SET} for provider=microsoft")
        async with office(home, at("22T09:01"), slack) as (_, bot):
            await tick(bot)
            gone = [{**row, "ProviderName": "Elsewhere"} for row in azure()]
            Ingest(bot.house.stores.costs).run([write_csv(tmp_path / "azure.csv", gone)])
            await tick(bot, "digests.correct")
            corrected, *_ = told(slack)
            assert "no charges" in corrected.text
            assert "Corrected: the bill has changed since this was posted" in corrected.text
