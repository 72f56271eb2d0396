"""How much and how fast: Slack's times and counts, which a test may shorten, and the pace of posts to one channel."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from bot.sandbox.slack.refusals import RefusedError

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Slack's numbers (seconds where nothing else is said). A test shortens the waits, never the rules."""

    ack: float = 3.0
    trigger: float = 3.0
    response_uses: int = 5
    response: float = 30 * MINUTE
    channel_gap: float = 1.0
    """Between two chat.postMessage to one channel."""
    processing: float = 1.0
    """How long Slack looks at an upload before it may be shown. It says no number; a second is what people see."""
    retries: tuple[float, ...] = (0.0, MINUTE, 5 * MINUTE)
    """Waits before an event that nobody acknowledged is sent again."""
    connection: float = 60 * MINUTE
    """Life of a socket; a warning comes ten seconds before its end."""
    warning: float = 10.0
    connections: int = 10
    windows: int = 3
    """Modals on top of each other."""
    tiers: bool = False
    """Whether a method's own rate (its tier, a minute) is kept too. Off: a hundred people share one workspace in a load test."""


@dataclass(slots=True)
class Pace:
    """Who called how often. Raises RefusedError("ratelimited") with the seconds to wait."""

    limits: Limits
    _posted: dict[str, float] = field(default_factory=dict)
    _called: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def post(self, channel: str) -> None:
        """One message a second and channel."""
        now = time.monotonic()
        wait = self._posted.get(channel, -MINUTE) + self.limits.channel_gap - now
        if wait > 0:
            raise RefusedError("ratelimited", retry_after=_whole(wait))
        self._posted[channel] = now

    def call(self, method: str, a_minute: int) -> None:
        """A method's tier, counted over the last minute."""
        if not (self.limits.tiers and a_minute):
            return
        calls, now = self._called[method], time.monotonic()
        while calls and calls[0] < now - MINUTE:
            calls.popleft()
        if len(calls) >= a_minute:
            raise RefusedError("ratelimited", retry_after=_whole(calls[0] + MINUTE - now))
        calls.append(now)


def _whole(seconds: float) -> int:
    """Retry-After has no fractions, and is never so short that the next try comes too early."""
    return max(1, int(seconds) + (seconds > int(seconds)))
