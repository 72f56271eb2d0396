"""Given an alert in #payments, when people meet it in a browser, then they see who may, who did, and what a snooze would do."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from playwright.async_api import expect

from bot.sandbox.slack.seed import ADMIN, ANALYST, FINOPS, OPERATOR, PAYMENTS
from bot.sandbox.slack.server import LocalSlack
from handlers.anomalies import feature
from storage.anomalies import Anomalies
from storage.model.anomaly import (
    Anomaly,
    AnomalyKind,
    Cause,
    CauseStep,
    DayFigure,
    Driver,
    Figures,
    Happening,
    SeriesKey,
    Severity,
)
from tests.e2e.conftest import QUICK, browsing
from tests.fakes.bills import DATA
from tests.fakes.company import AWS_LAST, EC2
from tests.fakes.connected import connected
from tests.fakes.visitor import Visitor

if TYPE_CHECKING:
    from pathlib import Path

    from bot.app import Bot

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
WORDS = (
    f"role set <@{OPERATOR}> operator",
    f"routes set payments in <#{PAYMENTS}> on-call <@{ANALYST}> zone UTC for account={DATA}",
    f"routes set rest in <#{FINOPS}> zone UTC",
)


def spike() -> Anomaly:
    """EC2 of the data account: two days too expensive."""
    first: date = AWS_LAST - timedelta(days=1)
    daily = tuple(DayFigure(first + timedelta(days=n), Decimal(700 + 200 * n), Decimal(130)) for n in range(2))
    series = SeriesKey((("account", DATA), ("service", EC2)), "USD")
    steps = (CauseStep("resource", "i-0data", None, Decimal(640), Decimal("0.96")),)
    cause = Cause(Driver.USAGE, steps, first_seen=date(2026, 9, 1), owner="team data")
    figures = Figures(daily, Decimal(110), Decimal(150), 5.0)
    return Anomaly(
        *(series, AnomalyKind.SPIKE, Severity.HIGH, first, AWS_LAST, AWS_LAST, figures, NOON, NOON),
        label="Data Platform",
        cause=cause,
    )


async def told(slack: LocalSlack, bot: Bot) -> None:
    """Roles and routes are set, and the watch's finding is told."""
    for words in WORDS:
        await Visitor(slack, bot, ADMIN, FINOPS).run(f"/tuppence {words}")
    Anomalies(bot.house.stores.state).add(spike(), Happening(NOON, "", "opened"))
    await feature.jobs["anomalies.tell"].run(bot.house.services)
    await slack.until(lambda: slack.state.workspace.messages.get(PAYMENTS))


async def test_the_operator_acknowledges_and_the_viewer_cannot(billed: Path, tmp_path: Path, chromium: str) -> None:
    home = shutil.copytree(billed, tmp_path / "home")
    async with LocalSlack(limits=QUICK) as slack, connected(slack, home, now=NOON) as bot, browsing(slack, chromium) as desk:
        await told(slack, bot)
        await desk.visit("payments")
        await expect(desk.messages.get_by_text("High: spike in Amazon Elastic Compute Cloud")).to_be_visible()
        await expect(desk.messages.get_by_text("New: nobody has acknowledged it yet")).to_be_visible()
        await expect(desk.messages.get_by_role("img").last).to_be_visible()

        await desk.press("Acknowledge")
        await expect(desk.messages.get_by_text("or whoever is on call for payments")).to_be_visible()
        await expect(desk.messages.get_by_text("New: nobody has acknowledged it yet")).to_be_visible()
        await desk.picture("alert-refused")

        await desk.become("Olga")
        await desk.press("Acknowledge")
        await expect(desk.messages.get_by_text("Acknowledged by olga")).to_be_visible()
        await expect(desk.page.get_by_role("button", name="Acknowledge", exact=True)).to_have_count(0)
        await desk.picture("alert-acknowledged")

        await desk.page.get_by_role("button", name="More actions").last.click()
        await desk.picture("alert-menu")
        await desk.page.get_by_text("Snooze…", exact=True).last.click()
        window = desk.page.get_by_role("dialog", name="Snooze")
        await expect(window.get_by_text("this would have kept back 1 alert")).to_be_visible()
        await desk.picture("alert-snooze")
        assert desk.problems == []
