"""Slack is asked again when and as often as it likes, and one channel's posts stand a second apart."""

from __future__ import annotations

import asyncio

import pytest
from slack_sdk.http_retry.response import HttpResponse

from handlers.outbound.patience import Lanes, Patience, backoff, retry_after


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
    assert await Patience()._can_retry_async(state=None, request=None, response=response) is again  # type: ignore[arg-type]  # unused


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
