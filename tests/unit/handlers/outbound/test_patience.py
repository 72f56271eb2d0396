"""Slack is asked again when and as often as it likes, and one channel's posts stand a second apart."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

from handlers.outbound.patience import Lanes, Patience, Reconnection, backoff, be_patient, retry_after


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now, self.slept = 100.0, list[float]()

    async def sleep(self, seconds: float) -> None:
        """Move the clock."""
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def clock(self) -> float:
        """Seconds."""
        return self.now


def calling(method: str) -> HttpRequest:
    """A call of the Web API."""
    return HttpRequest(method="POST", url=f"https://slack.com/api/{method}", headers={})


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "30"}, 30.0), ({"retry-after": ["12"]}, 12.0), ({}, 1.0), ({"Retry-After": "soon"}, 1.0)],
)
def test_retry_after_is_read_whole(headers: dict[str, str | list[str]], seconds: float) -> None:
    assert retry_after(HttpResponse(status_code=429, headers=headers)) == seconds


@pytest.mark.parametrize(
    ("status", "wait", "again"),
    [(429, "1", True), (429, "31", False), (500, "", True), (503, "", True), (200, "", False), (404, "", False)],
)
async def test_only_what_may_pass_is_tried_again(status: int, wait: str, again: bool) -> None:  # noqa: FBT001  # a table's column
    response = HttpResponse(status_code=status, headers={"Retry-After": wait} if wait else {})
    assert await Patience().can_retry_async(state=RetryState(), request=calling("views.publish"), response=response) is again


@pytest.mark.parametrize(
    ("method", "status", "again"),
    [
        ("chat.postMessage", 500, False),
        ("chat.postMessage", 503, False),
        ("chat.postMessage", 429, True),
        ("chat.postEphemeral", 500, True),
        ("chat.update", 500, True),
    ],
)
async def test_what_others_read_is_not_sent_again_when_it_may_stand_there(
    method: str,
    status: int,
    again: bool,  # noqa: FBT001  # a table's column
) -> None:
    response = HttpResponse(status_code=status, headers={})
    assert await Patience().can_retry_async(state=RetryState(), request=calling(method), response=response) is again


@pytest.mark.parametrize(
    ("method", "error", "again"),
    [
        ("chat.postMessage", aiohttp.ServerDisconnectedError(), False),
        ("chat.postEphemeral", aiohttp.ClientOSError(), False),
        ("chat.update", aiohttp.ServerDisconnectedError(), True),
        ("users.info", aiohttp.ClientOSError(), True),
        ("users.info", ValueError(), False),
    ],
)
async def test_a_new_message_is_not_sent_again_over_a_connection_that_broke(
    method: str,
    error: Exception,
    again: bool,  # noqa: FBT001  # a table's column
) -> None:
    assert await Reconnection(1).can_retry_async(state=RetryState(), request=calling(method), error=error) is again


async def test_it_is_where_nobody_ever_answered() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await session.get("http://127.0.0.1:9/")
    request = calling("chat.postMessage")
    assert await Reconnection(1).can_retry_async(state=RetryState(), request=request, error=caught.value)


def test_nobody_else_decides_what_is_sent_again() -> None:
    client = AsyncWebClient()
    be_patient(client)
    be_patient(client)
    assert [type(each) for each in client.retry_handlers] == [Patience, Reconnection]


def test_each_wait_is_longer() -> None:
    assert [backoff(n) for n in range(4)] == [0.5, 1.0, 2.0, 4.0]


async def test_the_first_post_does_not_wait_and_the_next_ones_stand_a_second_apart_in_order() -> None:
    time, order = Time(), list[int]()
    lanes = Lanes(time.sleep, time.clock)

    async def post(number: int) -> None:
        async with lanes.turn("C1"):
            order.append(number)

    await asyncio.gather(*(post(n) for n in range(4)))
    assert order == [0, 1, 2, 3]
    assert time.slept == [1.0, 1.0, 1.0]


async def test_channels_do_not_wait_for_each_other() -> None:
    time = Time()
    lanes = Lanes(time.sleep, time.clock)
    for channel in ("C1", "C2", "C3"):
        async with lanes.turn(channel):
            pass
    assert time.slept == []


async def test_a_post_that_failed_does_not_block_the_channel() -> None:
    time = Time()
    lanes = Lanes(time.sleep, time.clock)
    failing = lanes.turn("C1")
    await failing.__aenter__()
    assert not await failing.__aexit__(ValueError, ValueError("x"), None)
    async with lanes.turn("C1"):
        pass


async def test_idle_channels_are_forgotten() -> None:
    time = Time()
    lanes = Lanes(time.sleep, time.clock)
    for number in range(1500):
        time.now += 5
        async with lanes.turn(f"C{number}"):
            pass
    assert len(lanes._lanes) <= 1001
