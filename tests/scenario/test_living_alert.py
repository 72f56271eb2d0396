"""Given an alert in #payments of the local Slack, when people work on it, then the one message lives, and its thread remembers.

Olga is an operator, Anton is on call for payments and otherwise a viewer, as is Vera. It is the 22nd of November 2026.
"""

from __future__ import annotations

import asyncio
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.app import build
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.seed import ADMIN, ANALYST, FINOPS, OPERATOR, PAYMENTS, PLATFORM, VIEWER
from bot.sandbox.slack.server import LocalSlack
from bot.settings import load_settings
from handlers.anomalies import feature
from services.ingest.service import Ingest
from storage.anomalies import Anomalies
from storage.audit import Audit
from storage.model.anomaly import Anomaly, AnomalyKind, DayFigure, FeedbackKind, Figures, Happening, SeriesKey, Severity, Status
from tests.fakes.bills import DATA, write_csv
from tests.fakes.company import EC2, aws
from tests.fakes.connected import connected
from tests.fakes.house import MovableClock
from tests.fakes.visitor import Visitor, label_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.app import Bot
    from bot.sandbox.slack.workspace import Message

QUICK = Limits(processing=0.02, channel_gap=0.0)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LAST = date(2026, 11, 20)
WORDS = (
    f"role set <@{OPERATOR}> operator",
    f"routes set payments in <#{PAYMENTS}> on-call <@{ANALYST}> escalate <#{PLATFORM}> zone UTC for account={DATA}",
    f"routes set rest in <#{FINOPS}> zone UTC",
)


@dataclass
class Shift:
    """The program, and an alert that was told."""

    slack: LocalSlack
    bot: Bot
    clock: MovableClock

    def visitor(self, user: str) -> Visitor:
        """Somebody in #payments."""
        return Visitor(self.slack, self.bot, user, PAYMENTS)

    @property
    def store(self) -> Anomalies:
        """What is remembered."""
        return Anomalies(self.bot.house.stores.state)

    @property
    def anomaly(self) -> Anomaly:
        """The alert's, as it is now."""
        found = self.store.get(1)
        assert found is not None
        return found

    async def told(self) -> None:
        """The clock's minute, and until everything that is to be said is said."""
        await feature.jobs["anomalies.tell"].run(self.bot.house.services)
        await self.sent()

    async def sent(self) -> None:
        """Until everything that is to be said is said."""
        async with asyncio.timeout(20):
            while await self.bot.pump.look() or len(self.bot.work):
                await self.bot.pump.idle()
                await self.bot.work.idle()

    def messages(self, channel: str = PAYMENTS) -> list[Message]:
        """What stands in a channel itself for everybody."""
        said = self.slack.state.workspace.messages.get(channel, [])
        return [each for each in said if each.bot and not each.only_for and not each.thread]

    def thread(self, channel: str = PAYMENTS) -> list[str]:
        """What its threads say."""
        said = self.slack.state.workspace.messages.get(channel, [])
        return [each.text for each in said if each.thread and not each.only_for]

    def labels(self) -> set[str]:
        """What stands on the buttons of the alert, and in its menu."""
        (message,) = self.messages()
        elements = [each for block in message.blocks if block["type"] == "actions" for each in block["elements"]]
        options = [option for each in elements for option in each.get("options", ())]
        return set(filter(None, map(label_of, [*elements, *options])))

    def audited(self) -> list[tuple[str, str]]:
        """Who did what to the anomaly, oldest first."""
        lines = Audit(self.bot.house.stores.state).latest(50)
        return [(each.actor, each.action) for each in reversed(lines) if each.target == "anomaly:1"]


def spike() -> Anomaly:
    """EC2 of the data account: two days too expensive; nobody was told."""
    daily = tuple(DayFigure(LAST - timedelta(days=1 - n), Decimal(700 + 200 * n), Decimal(130)) for n in range(2))
    series = SeriesKey((("account", DATA), ("service", EC2)), "USD")
    figures = Figures(daily, Decimal(110), Decimal(150), 5.0)
    return Anomaly(series, AnomalyKind.SPIKE, Severity.HIGH, daily[0].day, LAST, LAST, figures, NOON, NOON, label="Data Platform")


async def _briefly(seconds: float) -> None:
    await asyncio.sleep(seconds / 100)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a bill through 20 November and an anomaly that waits to be told."""
    home, bills = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("bills")
    house = build(load_settings(home=home))
    Ingest(house.stores.costs).run([write_csv(bills / "aws.csv", aws())])
    Anomalies(house.stores.state).add(spike(), Happening(NOON, "", "opened"))
    house.close()
    return home


@asynccontextmanager
async def running(slack: LocalSlack, home: Path, clock: MovableClock) -> AsyncIterator[Shift]:
    """From a start to a stop of the program."""
    async with connected(slack, home, clock=clock, sleep=_briefly) as bot:
        yield Shift(slack, bot, clock)


@pytest.fixture
async def shift(ready: Path, tmp_path: Path) -> AsyncIterator[Shift]:
    """The alert stands in #payments."""
    home = shutil.copytree(ready, tmp_path / "home")
    async with LocalSlack(limits=QUICK) as slack, running(slack, home, MovableClock(NOON)) as shift:
        for words in WORDS:
            await shift.visitor(ADMIN).run(f"/tuppence {words}")
        await shift.told()
        yield shift


async def test_the_alert_is_complete_at_once(shift: Shift) -> None:
    (message,) = shift.messages()
    assert message.text.startswith("High: spike in Amazon Elastic Compute Cloud in Data Platform (")
    for words in ("$900 on 20 Nov", "expected $130", "+$770 (+592 %)", "$1,340 more than expected", "payments (by its route)"):
        assert words in message.text
    assert "complete through 20 Nov 2026" in message.text
    assert [block["type"] for block in message.blocks].count("image") == 1
    assert shift.labels() == {
        *("Acknowledge", "Claim", "Investigate", "Expected…", "Details"),
        *("False positive…", "Snooze…", "Escalate", "Not mine…", "Fixed"),
    }
    assert shift.thread() == []


@pytest.mark.parametrize(
    ("label", "status", "says", "next_ones"),
    [
        ("Acknowledge", Status.ACKNOWLEDGED, "Acknowledged by olga", {"Investigate", "Claim"}),
        ("Claim", Status.ACKNOWLEDGED, "claimed by olga", {"Investigate", "Take over"}),
        ("Investigate", Status.INVESTIGATING, "olga is investigating", {"Fixed", "Take over"}),
    ],
)
async def test_a_button_changes_the_one_message_its_thread_and_the_record(
    shift: Shift, label: str, status: Status, says: str, next_ones: set[str]
) -> None:
    (before,) = shift.messages()
    await shift.visitor(OPERATOR).press(label)
    await shift.sent()
    (message,) = shift.messages()
    assert (message.ts, bool(message.edited)) == (before.ts, True)
    assert says in message.text
    assert "nobody has acknowledged" not in message.text
    assert [block["type"] for block in message.blocks].count("image") == 1
    assert next_ones <= shift.labels()
    assert "Acknowledge" not in shift.labels()
    assert len(shift.thread()) == 1
    assert shift.thread()[0].startswith("olga ")
    assert shift.anomaly.status is status
    assert shift.audited() == [(OPERATOR, f"anomaly.{label.lower()}")]


async def test_a_viewer_is_refused_alone_and_whoever_is_on_call_is_not(shift: Shift) -> None:
    vera, anton = shift.visitor(VIEWER), shift.visitor(ANALYST)
    await vera.press("Acknowledge")
    await shift.sent()
    assert "needs the role operator, or whoever is on call for payments" in vera.texts()[-1]
    assert "nobody has acknowledged it yet" in shift.messages()[0].text
    await anton.press("Acknowledge")
    await shift.sent()
    assert "Acknowledged by anton" in shift.messages()[0].text
    assert [each for each, _ in shift.audited()] == [ANALYST]


async def test_of_two_who_press_at_once_one_is_told_who_was_first(shift: Shift) -> None:
    olga, anton = shift.visitor(OPERATOR), shift.visitor(ANALYST)
    await asyncio.gather(olga.press("Claim"), anton.press("Claim"))
    await shift.sent()
    first, second = (olga, anton) if shift.anomaly.claimed_by == OPERATOR else (anton, olga)
    assert "was first and claimed it, on 22 Nov 2026 at 12:00 UTC" in "".join(second.texts())
    assert "was first" not in "".join(first.texts())
    assert len(shift.audited()) == 1


async def test_the_snooze_shows_what_it_would_have_kept_back_and_keeps_what_was_typed(shift: Shift) -> None:
    olga = shift.visitor(OPERATOR)
    await olga.choose_in_menu("Snooze…")
    assert "kept back 1 alert, $1,340" in str(olga.window.content)
    await olga.choose("reach", "route")
    assert olga.filled("reach")["selected_option"]["value"] == "route"
    assert "kept back 1 alert" in str(olga.window.content)
    bad = await olga.submit(until="2026-11-01")
    assert "over already" in str(bad["errors"]["until"])
    assert await olga.submit(until="2026-11-29", note="a load test") == {"ok": True}
    await shift.sent()
    assert olga.windows == []
    assert "snoozed until 30 Nov 2026, 00:00 UTC" in shift.messages()[0].text
    assert shift.thread() == ["olga snoozed it: everything of its route until 29 Nov 2026: a load test (22 Nov 2026, 12:00 UTC)"]


@pytest.mark.parametrize(
    ("label", "did", "first", "second"),
    [
        ("Snooze…", "snoozed it", {"until": "2026-11-29"}, {"until": "2026-11-25"}),
        ("Not mine…", "passed it on", {"channel": FINOPS}, {"channel": PLATFORM}),
    ],
)
async def test_of_two_who_had_the_window_open_one_is_told_who_was_first(
    shift: Shift, label: str, did: str, first: dict[str, object], second: dict[str, object]
) -> None:
    olga, anton = shift.visitor(OPERATOR), shift.visitor(ANALYST)
    await olga.choose_in_menu(label)
    await anton.choose_in_menu(label)
    assert await olga.submit(**first) == {"ok": True}
    await shift.sent()
    assert await anton.submit(**second) == {"ok": True}
    assert f"olga was first and {did}" in anton.texts(anton.direct)[-1]
    assert [each for each, _ in shift.audited()] == [OPERATOR]


async def test_expected_closes_it_and_teaches_and_reopening_takes_that_back(shift: Shift) -> None:
    olga = shift.visitor(OPERATOR)
    await olga.press("Expected…")
    assert await olga.submit(until="2026-12-01", remember=["remember"], note="Black Friday") == {"ok": True}
    await shift.sent()
    (message,) = shift.messages()
    assert message.text.startswith("Expected: spike in")
    assert "Called expected by olga" in message.text
    assert shift.labels() == {"Reopen", "Details"}
    assert {each.kind for each in shift.store.feedback()} == {FeedbackKind.EXPECTED, FeedbackKind.REMEMBER}
    await olga.press("Reopen")
    await shift.sent()
    assert "olga opened it again" in shift.messages()[0].text
    assert shift.store.feedback() == ()
    assert len(shift.thread()) == 2


async def test_a_false_positive_raises_the_floor_and_undo_lowers_it(shift: Shift) -> None:
    olga = shift.visitor(OPERATOR)
    await olga.choose_in_menu("False positive…")
    assert olga.filled("amount")["value"] == "770.00"
    assert await olga.submit(amount="900", note="a test") == {"ok": True}
    await shift.sent()
    assert "floor raised by $900 a day" in str(shift.messages()[0].blocks)
    await olga.run("/tuppence anomalies tuning")
    assert "floor raised by $900 a day" in olga.texts()[-1]
    await olga.press("Undo")
    await shift.sent()
    assert "No feedback is in force" in "".join(olga.texts())
    assert shift.thread()[-1].startswith("olga took back what was learned from it: false positive")


async def test_escalating_asks_the_on_call_and_tells_the_other_channel(shift: Shift) -> None:
    await shift.visitor(OPERATOR).choose_in_menu("Escalate")
    await shift.sent()
    assert f"<@{ANALYST}>" in shift.thread()[0]
    called = [each for each in shift.messages(PLATFORM) if "olga escalated this" in each.text]
    assert len(called) == 1
    assert f"<#{PAYMENTS}>" in called[0].text
    assert "it was escalated" in shift.messages()[0].text


async def test_not_mine_moves_it_and_the_old_message_says_where(shift: Shift) -> None:
    olga = shift.visitor(OPERATOR)
    await olga.choose_in_menu("Not mine…")
    assert "Choose a route or a channel" in str((await olga.submit())["errors"])
    assert await olga.submit(channel=FINOPS, note="yours") == {"ok": True}
    await shift.sent()
    (left,), (here,) = shift.messages(), shift.messages(FINOPS)
    assert f"Passed on to <#{FINOPS}> by olga" in left.text
    assert shift.labels() == set()
    assert "olga passed it on to here" in here.text
    assert [block["type"] for block in here.blocks].count("image") == 1
    await olga.press("Acknowledge", channel=FINOPS)
    await shift.sent()
    assert "Acknowledged by olga" in shift.messages(FINOPS)[0].text
    assert len(shift.thread()) == 1
    assert len(shift.thread(FINOPS)) == 1


async def test_fixed_from_the_menu_and_the_details(shift: Shift) -> None:
    olga, vera = shift.visitor(OPERATOR), shift.visitor(VIEWER)
    await olga.choose_in_menu("Fixed")
    await shift.sent()
    assert shift.messages()[0].text.startswith("Fixed: spike")
    await vera.press("Details")
    details = vera.texts()[-1]
    for words in ("By day", "History", "olga said it is fixed", "Told here"):
        assert words in details


async def test_it_works_after_weeks_and_a_restart(ready: Path, tmp_path: Path) -> None:
    home, clock = shutil.copytree(ready, tmp_path / "home"), MovableClock(NOON)
    async with LocalSlack(limits=QUICK) as slack:
        async with running(slack, home, clock) as shift:
            for words in WORDS:
                await shift.visitor(ADMIN).run(f"/tuppence {words}")
            await shift.told()
        clock.move(weeks=5)
        async with running(slack, home, clock) as shift:
            await shift.visitor(OPERATOR).press("Claim")
            await shift.sent()
            assert "claimed by olga" in shift.messages()[0].text
            assert "27 Dec 2026, 12:00 UTC" in shift.messages()[0].text
            assert len(shift.messages()) == 1


async def test_every_act_works_in_words_in_the_thread(shift: Shift) -> None:
    olga = shift.visitor(OPERATOR)
    for words, status in (("claim 1", Status.ACKNOWLEDGED), ("investigate 1 disks", Status.INVESTIGATING)):
        await olga.run(f"/tuppence anomalies {words}")
        await shift.sent()
        assert shift.anomaly.status is status
    assert shift.thread()[-1].startswith("olga is investigating: disks")
    await shift.visitor(VIEWER).run("/tuppence anomalies")
    listed = shift.visitor(VIEWER).texts()[-1]
    assert "1 open anomaly" in listed
    assert f"investigating (olga) · <#{PAYMENTS}>" in listed
