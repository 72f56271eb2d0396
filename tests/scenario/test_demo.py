"""Given a fresh machine, when somebody runs the demo, then a workspace is there to talk in, and one Ctrl-C ends all of it."""

from __future__ import annotations

import asyncio
from io import StringIO
from typing import TYPE_CHECKING

import aiohttp
import psutil
import pytest
from rich.console import Console

from bot.demo.bills import begin_anew
from bot.demo.workspace import environment, serve
from bot.sandbox.slack.seed import ADMIN, ANALYST, DATA, FINOPS, GUEST, PAYMENTS, VIEWER
from bot.sandbox.slack.server import LocalSlack
from bot.settings import load_settings
from services.errors import ConfigurationError
from tests.fakes.demo import SECONDS, started

if TYPE_CHECKING:
    from pathlib import Path


async def messages(
    session: aiohttp.ClientSession, person: str, thread: str = "", channel: str = FINOPS
) -> list[dict[str, object]]:
    """What somebody sees in a channel, or in a thread there."""
    asked = {"as": person, "channel": channel} | ({"thread": thread} if thread else {})
    async with session.get("/control/messages", params=asked) as answer:
        return list((await answer.json())["messages"])


async def until_seen(session: aiohttp.ClientSession, person: str, text: str, thread: str = "", channel: str = FINOPS) -> str:
    """Wait until a message with these words is there; returns it as JSON has it."""
    async with asyncio.timeout(SECONDS):
        while True:
            for each in await messages(session, person, thread, channel):
                if text in str(each):
                    return str(each)
            await asyncio.sleep(0.1)


async def test_it_starts_answers_and_ends(tmp_path: Path) -> None:
    async with started(tmp_path / "home") as (process, address):
        children = psutil.Process(process.pid).children(recursive=True)
        async with aiohttp.ClientSession(address) as session:
            welcome, question, *_ = await messages(session, VIEWER)
            assert "Tuppence is here" in str(welcome["text"])
            assert "by service, 1" in await until_seen(session, VIEWER, "data_table", str(question["ts"]))
            asked = {"as": ANALYST, "channel": FINOPS, "text": "/cost by team last month"}
            async with session.post("/control/run", json=asked) as ran:
                assert await ran.json() == {"ok": True}
            assert "payments" in await until_seen(session, ANALYST, "by team (tag)")
            assert "by team (tag)" not in str(await messages(session, VIEWER)), "an answer is its asker's until it is shared"
            asked = {"as": ADMIN, "channel": FINOPS, "text": "/tuppence role"}
            async with session.post("/control/run", json=asked) as ran:
                assert await ran.json() == {"ok": True}
            roles = await until_seen(session, ADMIN, "operator")
            assert all(each in roles for each in ("olga   operator", "anton  analyst"))
            burning = await until_seen(session, VIEWER, "High: spike in Amazon DynamoDB", channel=PAYMENTS)
            assert "New: nobody has acknowledged it yet" in burning
            assert "payments" in await until_seen(session, VIEWER, "76,000", channel=PAYMENTS), "a budget over its threshold"
            over = await until_seen(session, VIEWER, "Resolved: ", channel=DATA)
            assert "BigQuery" in over
            digest = await until_seen(session, VIEWER, "1 open anomaly")
            assert "Amazon DynamoDB" in digest
            assert "Cloud cost, " in digest
            async with session.get("/") as page:
                assert page.status == 200

    assert children
    assert not psutil.wait_procs(children, timeout=5)[1], "nothing is left running"


async def test_a_port_that_is_taken_is_said_before_anything_is_prepared(tmp_path: Path) -> None:
    async with LocalSlack() as slack:
        port = int(slack.url.rsplit(":", 1)[1])
        with pytest.raises(ConfigurationError, match=f"Port {port} cannot be used: address already in use"):
            await serve(load_settings(home=tmp_path / "home"), Console(file=StringIO()), port=port)
    assert not (tmp_path / "home").exists()


async def test_the_bot_of_the_demo_knows_nothing_of_a_real_slack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "real")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "real")
    async with LocalSlack() as slack:
        told = environment(load_settings(home=tmp_path), slack)
        assert {name for name in told if name.startswith("SLACK_")} == {
            *("SLACK_API_URL", "SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "SLACK_MODE")
        }
        assert told["SLACK_API_URL"].startswith(slack.url)
        assert "real" not in told.values()
        assert {VIEWER, GUEST}.isdisjoint({told["TUPPENCE_ADMINS"]})


def test_a_home_that_is_somebodys_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_text("what people decided")
    with pytest.raises(ConfigurationError, match="somebody's home already"):
        begin_anew(load_settings(home=tmp_path))
    assert (tmp_path / "state.db").read_text() == "what people decided"


def test_each_demo_begins_with_nothing_decided(tmp_path: Path) -> None:
    (tmp_path / "bills").mkdir()
    for name in ("state.db", "state.db-wal", "cost.db"):
        (tmp_path / name).touch()
    begin_anew(load_settings(home=tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bills", "cost.db"]
