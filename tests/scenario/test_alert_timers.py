"""Given routes and alerts, when minutes, nights and restarts go by, then each is told where and when it may be, and never twice.

The 18th of November 2026 is a Wednesday. Payments has Olga on call, is quiet from 20 to 8, and escalates to #platform.
"""

from __future__ import annotations

import asyncio
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.app import build
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.seed import ADMIN, FINOPS, OPERATOR, PAYMENTS, PLATFORM, VIEWER
from bot.sandbox.slack.server import LocalSlack
from bot.settings import load_settings
from handlers.anomalies import feature
from services.ingest.service import Ingest
from storage.anomalies import Anomalies
from storage.digests import Digests
from storage.model.anomaly import Anomaly, AnomalyKind, DayFigure, Figures, Happening, SeriesKey, Severity, Told
from storage.model.digest import Digest, DigestKind, Part
from storage.model.scope import Scope
from tests.fakes.bills import DATA, write_csv
from tests.fakes.company import EC2, aws
from tests.fakes.connected import connected
from tests.fakes.house import MovableClock
from tests.fakes.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.app import Bot
    from bot.sandbox.slack.workspace import Message

QUICK = Limits(processing=0.02, channel_gap=0.01)
WEDNESDAY = date(2026, 11, 18)
ROUTES = (
    f"payments in <#{PAYMENTS}> on-call <@{OPERATOR}> escalate <#{PLATFORM}> quiet 20:00-08:00 zone UTC for account={DATA}",
    f"rest in <#{FINOPS}> zone UTC",
)


def at(clock: str, day: date = WEDNESDAY) -> datetime:
    """A moment of that Wednesday, by UTC."""
    return datetime.combine(day, datetime.strptime(clock, "%H:%M").time(), tzinfo=UTC)  # noqa: DTZ007  # the zone is given beside it


@dataclass
class Company:
    """The program and the people around it; `restart` is another program over the same home."""

    home: Path
    slack: LocalSlack
    clock: MovableClock
    bot: Bot | None = None
    found: list[int] = field(default_factory=list)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Company]:
        """From a start to a stop of the program."""
        async with connected(self.slack, self.home, clock=self.clock, sleep=_briefly) as bot:
            self.bot = bot
            yield self

    def visitor(self, user: str) -> Visitor:
        """Somebody in #payments."""
        assert self.bot is not None
        return Visitor(self.slack, self.bot, user, PAYMENTS)

    def find(self, service: str = EC2, *, account: str = DATA, severity: Severity = Severity.MEDIUM, excess: int = 400) -> int:
        """The watch finds something; nobody was told yet."""
        assert self.bot is not None
        days = tuple(DayFigure(date(2026, 11, 16 + n), Decimal(100 + n * excess), Decimal(100)) for n in range(2))
        series = SeriesKey((("account", account), ("service", service)), "USD")
        since, until = days[0].day, days[-1].day
        now, figures = self.clock(), Figures(days, Decimal(80), Decimal(120), 3.0)
        anomaly = Anomaly(series, AnomalyKind.SPIKE, severity, since, until, until, figures, now, now)
        stored = Anomalies(self.bot.house.stores.state).add(anomaly, Happening(now, "", "opened"))
        self.found.append(stored.id)
        return stored.id

    async def tick(self, moment: datetime | None = None) -> None:
        """The clock's minute, and all that follows from it."""
        assert self.bot is not None
        self.clock.now = moment or self.clock.now
        await feature.jobs["anomalies.tell"].run(self.bot.house.services)
        while await self.bot.pump.look() or len(self.bot.work):
            await self.bot.pump.idle()
            await self.bot.work.idle()

    async def minutes(self, first: datetime, last: datetime) -> None:
        """Every ten minutes from one moment to another."""
        while first <= last:
            await self.tick(first)
            first += timedelta(minutes=10)

    def told(self, channel: str = PAYMENTS) -> list[Message]:
        """The messages of a channel itself: no thread, and nothing that only one person sees."""
        said = self.slack.state.workspace.messages.get(channel, [])
        return [each for each in said if not each.only_for and not each.thread]

    def thread(self) -> list[Message]:
        """What stands in threads of #payments."""
        return [each for each in self.slack.state.workspace.messages.get(PAYMENTS, []) if each.thread]


async def _briefly(seconds: float) -> None:
    """A second's wait takes a hundredth."""
    await asyncio.sleep(seconds / 100)


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a bill through 20 November."""
    home, bills = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("bills")
    house = build(load_settings(home=home))
    Ingest(house.stores.costs).run([write_csv(bills / "aws.csv", aws())])
    house.close()
    return home


@pytest.fixture
async def company(billed: Path, tmp_path: Path) -> AsyncIterator[Company]:
    """At noon on Wednesday, with its routes; the program is not running."""
    home = shutil.copytree(billed, tmp_path / "home")
    async with LocalSlack(limits=QUICK) as slack:
        company = Company(home, slack, MovableClock(at("12:00")))
        async with company.running():
            ada = company.visitor(ADMIN)
            for words in ROUTES:
                await ada.run(f"/tuppence routes set {words}")
                assert "is saved" in ada.texts()[-1]
        yield company


async def test_an_alert_of_the_night_stands_there_in_the_morning(company: Company) -> None:
    company.clock.now = at("22:00")
    async with company.running():
        company.find()
        await company.minutes(at("22:00"), at("23:50"))
        assert company.told() == []
        await company.visitor(OPERATOR).run("/tuppence anomalies")
        assert "not told yet" in company.visitor(OPERATOR).texts()[-1]
    async with company.running():
        await company.tick(at("07:59", date(2026, 11, 19)))
        assert company.told() == []
        await company.tick(at("08:00", date(2026, 11, 19)))
        (alert,) = company.told()
        assert EC2 in alert.text
        assert "Acknowledge" in str(alert.blocks)


async def test_high_passes_where_an_admin_says_so(company: Company) -> None:
    company.clock.now = at("22:00")
    async with company.running():
        company.find(severity=Severity.HIGH)
        await company.tick()
        assert company.told() == []
        await company.visitor(ADMIN).run("/tuppence routes set payments high passes")
        company.find("AWS Lambda", severity=Severity.MEDIUM)
        await company.tick(at("22:01"))
        (alert,) = company.told()
        assert EC2 in alert.text


DAILY = Digest(PAYMENTS, DigestKind.DAILY, time(9), "UTC", ADMIN, at("08:00"))


async def test_the_sixth_alert_of_a_day_goes_to_the_digest(company: Company) -> None:
    async with company.running():
        assert company.bot is not None
        Digests(company.bot.house.stores.state).put(DAILY)
        for n in range(6):
            company.find(f"Service {n}", excess=100 + n)
        await company.tick()
        assert len(company.told()) == 5
        assert not any("Service 0" in each.text for each in company.told()), "the smallest of them"
        least = await company.bot.house.services.anomalies.get(company.found[0])
        assert least is not None
        assert (least.told, least.channel) == (Told.DIGEST, PAYMENTS)
        company.find("Service 6")
        await company.tick(at("09:00", date(2026, 11, 19)))
        assert len(company.told()) == 6, "another day"


@pytest.mark.parametrize(
    "digest",
    [
        None,
        DAILY.but(paused="The channel was archived."),
        DAILY.but(parts=(Part.TO_DATE,)),
        DAILY.but(channel=FINOPS),
        DAILY.but(scope=Scope.only(account=("222",))),
    ],
    ids=["no digest", "a paused one", "one without anomalies", "another channel's", "one of other rows"],
)
async def test_where_no_digest_tells_of_it_the_sixth_waits_for_the_next_day(company: Company, digest: Digest | None) -> None:
    async with company.running():
        assert company.bot is not None
        if digest is not None:
            Digests(company.bot.house.stores.state).put(digest)
        for n in range(6):
            company.find(f"Service {n}", excess=100 + n)
        await company.minutes(at("12:00"), at("12:05"))
        assert len(company.told()) == 5
        await company.tick(at("08:00", date(2026, 11, 19)))
        assert "Service 0" in company.told()[-1].text
        assert len(company.told()) == 6


async def test_unacknowledged_it_goes_on_to_whoever_can_help_once_over_restarts(company: Company) -> None:
    async with company.running():
        company.find()
        await company.minutes(at("12:00"), at("12:20"))
        assert company.thread() == []
    async with company.running():
        await company.minutes(at("12:30"), at("12:50"))
        (mention,) = company.thread()
        assert f"<@{OPERATOR}>" in mention.text
        assert mention.is_broadcast
        assert company.told(PLATFORM) == []
    async with company.running():
        await company.minutes(at("13:00"), at("14:30"))
        (escalated,) = company.told(PLATFORM)
        assert "Nobody has acknowledged this" in escalated.text
        assert f"<#{PAYMENTS}>" in escalated.text
        assert f"<@{OPERATOR}>" not in escalated.text
    async with company.running():
        await company.minutes(at("14:40"), at("19:50"))
    assert len(company.thread()) == 2
    assert len(company.told(PLATFORM)) == 1
    assert len(company.told()) == 1


@pytest.mark.parametrize("clicked_at", ["12:10", "12:40"], ids=["before the mention", "after it"])
async def test_acknowledging_stops_it(company: Company, clicked_at: str) -> None:
    async with company.running():
        company.find()
        await company.minutes(at("12:00"), at(clicked_at))
        company.clock.now = at(clicked_at)
        olga = company.visitor(OPERATOR)
        await olga.press("Acknowledge")
        await company.tick()
        (alert,) = company.told()
        assert "cknowledged by" in f"{alert.text} {alert.blocks}"
        said = len(company.thread())
    async with company.running():
        await company.minutes(at("12:50"), at("15:00"))
    assert len(company.thread()) == said
    assert company.told(PLATFORM) == []


async def test_a_viewer_who_is_not_on_call_stops_nothing(company: Company) -> None:
    async with company.running():
        company.find()
        await company.tick()
        await company.visitor(VIEWER).press("Acknowledge")
        await company.minutes(at("12:10"), at("13:00"))
    assert len(company.told(PLATFORM)) == 1


async def test_what_nobody_owns_comes_by_the_fallback_and_says_so(company: Company) -> None:
    async with company.running():
        company.find(account="100000000002")
        await company.tick()
    assert company.told() == []
    (alert,) = company.told(FINOPS)
    assert "Owner unknown" in alert.text
    assert "fallback route rest" in alert.text
