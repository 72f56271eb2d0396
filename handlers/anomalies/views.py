"""The windows: opened for whoever may act, filled in, and read like words that somebody typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from handlers.anomalies import feature, render
from handlers.anomalies.doing import desk, do
from services.anomalies.effects import reaches, worst
from services.anomalies.results import Act, Reach, Wish
from services.errors import UsageError
from storage.model.period import DAY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from handlers.request import Block, Reply, Request
    from storage.model.anomaly import Anomaly

WEEK = DAY * 7
LARGEST = Decimal(10) ** 12


async def _expected(request: Request, anomaly: Anomaly) -> Block:
    found = await desk(request).previews.of(anomaly, Reach.SERIES, request.person, request.now)
    return render.expected(anomaly, found, request.today + WEEK)


async def _false_positive(_: Request, anomaly: Anomaly) -> Block:
    return render.false_positive(anomaly, abs(worst(anomaly).excess))


async def previewed(request: Request, anomaly: Anomaly) -> Block:
    """The snooze as it is filled in by now, with what that would have kept back."""
    possible = reaches(anomaly)
    reach = next((each for each in possible if each.value == request.values.get("reach")), possible[0])
    found = await desk(request).previews.of(anomaly, reach, request.person, request.now)
    return render.snooze(anomaly, found, reach, _day(request) or request.today + WEEK, possible)


async def _reroute(request: Request, anomaly: Anomaly) -> Block:
    return render.reroute(anomaly, await desk(request).routes())


WINDOWS: dict[Act, Callable[[Request, Anomaly], Awaitable[Block]]] = {
    Act.EXPECTED: _expected,
    Act.FALSE_POSITIVE: _false_positive,
    Act.SNOOZE: previewed,
    Act.REROUTE: _reroute,
}
"""What each of these asks for before it is done."""


@feature.submission("expected")
async def expected(request: Request) -> Reply | None:
    """Expected until a day."""
    remember = bool(request.values.get("remember"))
    return await do(request, replace(_wish(request, Act.EXPECTED), until=_day(request), remember=remember))


@feature.submission("false_positive")
async def false_positive(request: Request) -> Reply | None:
    """A raised floor."""
    return await do(request, replace(_wish(request, Act.FALSE_POSITIVE), amount=_amount(request)))


@feature.submission("snooze")
async def snooze(request: Request) -> Reply | None:
    """Nobody is told until a day."""
    reach = next((each for each in Reach if each.value == request.values.get("reach")), Reach.SERIES)
    return await do(request, replace(_wish(request, Act.SNOOZE), until=_day(request), reach=reach))


@feature.submission("reroute")
async def reroute(request: Request) -> Reply | None:
    """Passed on; a route counts before a channel."""
    route, channel = request.values.get("route", ""), request.values.get("channel", "")
    if route and channel:
        raise UsageError("A route has its own channel.", "Choose a route or a channel, not both.", field="channel")
    number = int(route) if route.isascii() and route.isdigit() else None
    return await do(request, replace(_wish(request, Act.REROUTE), route=number, channel=channel))


def _wish(request: Request, act: Act) -> Wish:
    """What every window has: about which one, and what the person saw of it."""
    return Wish(act, _number(request), _note(request), seen=seen(request))


def seen(request: Request) -> int | None:
    """What people had done with it when the window was opened; None from one that an older program opened."""
    text = request.values.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() else None


def _number(request: Request) -> int:
    text = request.values.get("id", "")
    if not text.isascii() or not text.isdigit():
        raise UsageError("That window does not say which anomaly it is about.", "Open it again from the alert.")
    return int(text)


def _note(request: Request) -> str:
    return " ".join(request.values.get("note", "").split())


def _day(request: Request) -> date | None:
    """The day that was chosen; a client that sends something else is told so."""
    text = request.values.get("until", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError("That is not a day.", "Write it as 2026-12-01.", field="until") from None


def _amount(request: Request) -> Decimal | None:
    text = request.values.get("amount", "").strip()
    try:
        amount = Decimal(text) if text else None
    except InvalidOperation:
        raise UsageError("That is not an amount.", "Write a number, for example 50.", field="amount") from None
    if amount is not None and not (amount.is_finite() and 0 < amount < LARGEST):
        raise UsageError("The floor is raised by more than nothing.", "Write a number, for example 50.", field="amount")
    return amount
