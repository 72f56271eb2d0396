"""The process itself: it says in words why it cannot start, listens, connects, tells how it is, and stops without losing work."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
import socket
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp
import pytest
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import build, open_stores, run
from bot.settings import load_settings
from bot.tokens import installation
from services.errors import ConfigurationError, StoreError, TemporaryError
from storage.model.letter import Letter
from storage.outbox import Outbox, enqueue
from tests.fakes.homes import state
from tests.fakes.slack import BOT_TOKEN, FakeSlack
from tests.scenario.office import FORM, Office, opened, settings_for, signed, words

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from bot.settings import Settings


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers, root.level
    yield
    root.handlers, root.level = before, level
    structlog.reset_defaults()


@pytest.fixture
async def address(office: Office) -> AsyncIterator[str]:
    """The office, listening for real."""
    port = await office.bot.server.start("127.0.0.1", 0)
    yield f"http://127.0.0.1:{port}"
    await office.bot.server.stop()


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.text()


async def test_health_says_how_it_is(office: Office, address: str) -> None:
    await office.slash("by service")
    await office.slash("by service")
    status, text = await get(f"{address}/healthz")
    body = json.loads(text)
    assert (status, body["status"], body["database"]) == (200, "ok", "ok")
    assert (body["cache"]["hits"], body["cache"]["misses"]) == (1, 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body["time"])
    assert body["version"]


async def test_health_fails_when_a_store_cannot_be_read(office: Office, address: str) -> None:
    office.bot.house.stores.costs.database.close()
    status, text = await get(f"{address}/healthz")
    assert status == 503
    assert json.loads(text)["status"] == "failing"


async def test_it_is_ready_once_started_and_no_more_when_stopping(office: Office, address: str) -> None:
    assert (await get(f"{address}/readyz"))[0] == 200
    office.bot.server.is_ready = False
    assert (await get(f"{address}/readyz"))[0] == 503


async def test_metrics_count_what_people_do(office: Office, address: str) -> None:
    await office.slash("by service")
    await office.slash("by service")
    await office.slash("nonsense", command="/nobody-declared-this")
    status, text = await get(f"{address}/metrics")
    assert status == 200
    assert 'tuppence_requests_total{kind="command",name="cost",outcome="done"} 2.0' in text
    assert 'tuppence_cache_lookups_total{result="hit"} 1.0' in text
    assert 'tuppence_posts_total{outcome="sent"} 3.0' in text
    assert "tuppence_loop_lag_seconds" in text
    assert 'tuppence_ingest_rows{outcome="kept",source="focus"} 156.0' in text
    assert 'tuppence_ingest_time_seconds{source="focus"}' in text
    assert 'tuppence_shown_seconds_count{kind="command"} 3.0' in text
    assert "nobody-declared-this" not in text
    again = (await get(f"{address}/metrics"))[1]
    assert 'tuppence_cache_lookups_total{result="hit"} 1.0' in again


async def test_metrics_are_told_also_while_a_store_cannot_be_read(office: Office, address: str) -> None:
    office.bot.house.stores.costs.database.close()
    status, text = await get(f"{address}/metrics")
    assert (status, "tuppence_ingest_rows{" in text, "tuppence_posts_total" in text) == (200, False, True)


async def test_http_mode_takes_signed_requests_over_http(home: Path) -> None:
    async with opened(home, "http") as office:
        port = await office.bot.server.start("127.0.0.1", 0)
        body = urlencode(office.slash_body("by service"))
        headers = {name: value[0] for name, value in signed(body, FORM).headers.items()}
        url = f"http://127.0.0.1:{port}/slack/events"
        async with aiohttp.ClientSession() as session:
            async with session.post(url, data=body, headers=headers) as answer:
                assert answer.status == 200
            async with session.post(url, data=body, headers=headers | {"x-slack-signature": "v0=00"}) as answer:
                assert answer.status == 401
        await office.settle()
        assert "$210" in words(office.slack.ephemerals[0])
        assert len(office.slack.ephemerals) == 1
        await office.bot.server.stop()


async def test_http_mode_answers_slacks_question_whether_the_address_is_ours(home: Path) -> None:
    async with opened(home, "http") as office:
        body = json.dumps({"type": "url_verification", "challenge": "abc"})
        response = await office.bot.server.app.async_dispatch(signed(body, "application/json"))
        assert (response.status, "abc" in response.body) == (200, True)


async def test_socket_mode_takes_envelopes_over_two_sockets_and_has_no_door_for_http(home: Path) -> None:
    async with opened(home, "socket") as office:
        port = await office.bot.server.start("127.0.0.1", 0)
        await office.slack.until(lambda: len(office.slack.sockets) == 2)
        assert (await get(f"http://127.0.0.1:{port}/readyz"))[0] == 200
        envelope = await office.slack.push("slash_commands", office.slash_body("by service"))
        await office.slack.until(lambda: office.slack.ephemerals)
        assert [each["envelope_id"] for each in office.slack.acknowledged] == [envelope]
        assert "$210" in words(office.slack.ephemerals[0])
        async with aiohttp.ClientSession() as session, session.post(f"http://127.0.0.1:{port}/slack/events") as answer:
            assert answer.status == 404
        await office.bot.server.stop()
        assert not await office.bot.server.sockets.is_connected() if office.bot.server.sockets else False


async def test_a_refused_app_token_is_said_in_words(home: Path) -> None:
    async with opened(home, "socket") as office:
        office.slack.fail("apps.connections.open", error="invalid_auth")
        with pytest.raises(ConfigurationError, match="app token") as caught:
            await office.bot.server.start("127.0.0.1", 0)
        assert "SLACK_APP_TOKEN" in caught.value.remedy
        await office.bot.server.stop()


async def test_a_port_that_is_taken_is_said_in_words(home: Path) -> None:
    other = socket.create_server(("127.0.0.1", 0))
    taken = other.getsockname()[1]
    async with opened(home, "http") as office:
        with pytest.raises(ConfigurationError, match=f"Cannot listen on 127.0.0.1:{taken}"):
            await office.bot.server.start("127.0.0.1", taken)
        await office.bot.server.stop()
    other.close()


async def test_a_store_that_does_not_answer_does_not_hold_up_health(
    office: Office, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("bot.server.SLOW_CHECK", 0.05)
    office.bot.server.checks = replace(office.bot.server.checks, database=never)
    status, text = await get(f"{address}/healthz")
    assert (status, "no answer" in json.loads(text)["database"]) == (503, True)


# From the settings to a running program.


async def started(settings: Settings, slack: FakeSlack) -> asyncio.Task[None]:
    running = asyncio.create_task(run(settings))
    await slack.until(lambda: slack.sockets or running.done())
    return running


async def test_the_program_runs_until_it_is_told_to_stop(home: Path) -> None:
    async with FakeSlack() as slack:
        running = await started(settings_for(slack, home, "socket", log_level="ERROR"), slack)
        await asyncio.sleep(0.05)
        assert not running.done(), running.exception()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(running, 10)
        assert slack.problems == []


async def test_what_waited_to_be_said_while_it_was_down_is_said(home: Path) -> None:
    with state(home) as database:
        waiting = Letter("outbox.notice:1", "outbox.notice", {"channel": "C1", "day": "2026-11-22"}, "C0TEAM001")
        Outbox(database).enqueue([waiting], datetime.now(UTC))
        with database.write() as connection:
            failed = Letter("digest:1", "digests.gone", {}, "C1")
            enqueue(connection, [failed], datetime.now(UTC))
            at = datetime(2026, 11, 22, 7, tzinfo=UTC).timestamp()
            connection.execute(
                "UPDATE letters SET state = 'failed', reason = 'No words.', settled_at = ? WHERE key = 'digest:1'", (at,)
            )
    async with FakeSlack() as slack:
        running = await started(settings_for(slack, home, "socket", log_level="ERROR"), slack)
        await slack.until(lambda: slack.messages or running.done())
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(running, 10)
        (message,) = slack.messages.values()
        assert "1 message could not be posted" in message["text"]
        assert message["metadata"]["event_payload"] == {"letter": "outbox.notice:1"}
        assert slack.problems == []


async def test_a_missing_token_stops_it_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="SLACK_BOT_TOKEN is not set"):
        await run(load_settings(home=tmp_path / "home"))
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("invalid_auth", "does not know this bot token"),
        ("account_inactive", "removed from the workspace"),
        ("token_revoked", "revoked"),
        ("something_else", "something_else"),
    ],
)
async def test_a_refused_bot_token_stops_it_before_anything_is_made(tmp_path: Path, error: str, says: str) -> None:
    async with FakeSlack() as slack:
        slack.fail("auth.test", error=error, times=9)
        with pytest.raises(ConfigurationError, match=says) as caught:
            await run(settings_for(slack, tmp_path / "home", "socket", log_level="ERROR"))
    assert "SLACK_BOT_TOKEN" in caught.value.remedy
    assert not (tmp_path / "home").exists()


async def test_a_slack_that_is_away_is_worth_another_try() -> None:
    async with FakeSlack() as slack:
        client = AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url)
        slack.fail("auth.test", error="internal_error")
        with pytest.raises(TemporaryError):
            await installation(client)
    with pytest.raises(TemporaryError, match="could not be reached"):
        await installation(client)


def test_a_home_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ConfigurationError, match="TUPPENCE_HOME"):
        build(load_settings(home=tmp_path / "file" / "home"))


def test_the_home_is_nobody_elses_business(tmp_path: Path) -> None:
    build(load_settings(home=tmp_path / "home")).close()
    assert (tmp_path / "home").stat().st_mode & 0o077 == 0


def test_a_store_that_is_none_leaves_nothing_open(tmp_path: Path) -> None:
    tmp_path.joinpath("cost.db").write_text("this is not a database, and longer than a header " * 10)
    with pytest.raises(StoreError):
        open_stores(load_settings(home=tmp_path))
    with sqlite3.connect(tmp_path / "state.db") as connection:
        connection.execute("BEGIN EXCLUSIVE")
    connection.close()


def test_rates_need_a_currency_to_lead_to(tmp_path: Path) -> None:
    table = tmp_path / "rates.csv"
    table.write_text("currency,from,rate\nEUR,2026-01-01,1.1\n")
    with pytest.raises(ConfigurationError, match="TUPPENCE_CURRENCY"):
        build(load_settings(home=tmp_path / "home", rates=table))
    build(load_settings(home=tmp_path / "home", rates=table, currency="USD")).close()


def test_a_rate_table_that_cannot_be_read_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"rates\.csv"):
        build(load_settings(home=tmp_path / "home", rates=tmp_path / "rates.csv", currency="USD"))
