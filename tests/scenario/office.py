"""The whole program between a real bill and a local Slack: what somebody does in Slack goes in, what Slack is told comes out.

The same driver sends socket-mode payloads and signed HTTP requests, so every scenario holds in both.
"""

from __future__ import annotations

import asyncio
import csv
import itertools
import json
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Bot, assemble
from bot.settings import Settings, load_settings
from bot.tokens import installation, slack_keys
from services.clock import fixed_clock
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, BOT_USER, SIGNING_SECRET, TEAM, FakeSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from slack_bolt.response import BoltResponse

    from handlers.feature import Feature

Json = dict[str, Any]
ALICE, ADMIN, TEAM_WEB = "U0ALICE01", "U0ADMIN01", "C0TEAM001"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"
COLUMNS = (
    "BilledCost",
    "EffectiveCost",
    "ListCost",
    "ContractedCost",
    "BillingCurrency",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "BillingPeriodStart",
    "BillingPeriodEnd",
    "ChargeCategory",
    "ServiceName",
    "ServiceCategory",
    "ProviderName",
    "SubAccountId",
    "SubAccountName",
    "RegionId",
    "Tags",
)
SPEND: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
    ("Amazon EC2", "Compute", "111", "10.00", {"team": "web"}),
    ("Amazon S3", "Storage", "222", "2.50", {}),
    ("<!channel> & Co", "Other", "222", "0.50", {"team": "data"}),
)
"""A day's charges: service, category, account, amount, tags. The third service is named by somebody hostile."""


def write_bill(path: Path) -> None:
    """October and November 2026 to the 21st, the same every day: $13.00."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        day = date(2026, 10, 1)
        while day < NOW.date():
            for each in SPEND:
                rows.writerow(_charge(day, *each))
            day += timedelta(days=1)


def _charge(day: date, service: str, category: str, account: str, amount: str, tags: dict[str, str]) -> Sequence[str]:
    month = day.replace(day=1)
    after = (month + timedelta(days=32)).replace(day=1)
    spans = [f"{each}T00:00:00Z" for each in (day, day + timedelta(days=1), month, after)]
    where = ["AWS", account, f"account-{account}", "eu-west-1", json.dumps(tags)]
    return [amount, amount, amount, amount, "USD", *spans, "Usage", service, category, *where]


@dataclass(slots=True)
class Office:
    """Drives the program. Every method returns when all that it started has settled."""

    slack: FakeSlack
    bot: Bot
    mode: str
    slept: list[float] = field(default_factory=list)
    _number: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    # What people do.

    async def slash(self, words: str = "", *, command: str = "/cost", user: str = ALICE, channel: str = TEAM_WEB) -> Json:
        """A slash command; returns the private answer."""
        response = await self.command(self.slash_body(words, command=command, user=user, channel=channel))
        assert (response.status, response.body) == (200, "")
        await self.settle()
        return self.slack.ephemerals[-1]

    def slash_body(self, words: str, *, command: str = "/cost", user: str = ALICE, channel: str = TEAM_WEB) -> Json:
        """What Slack sends for a slash command."""
        return {
            "token": "legacy",
            "team_id": TEAM,
            "team_domain": "fake",
            "channel_id": channel,
            "channel_name": "team-web",
            "user_id": user,
            "user_name": "alice",
            "command": command,
            "text": words,
            "api_app_id": "A0FAKE000",
            "response_url": self.slack.response_url(),
            "trigger_id": f"{next(self._number)}.2.3",
        }

    async def mention(self, words: str, *, user: str = ALICE, channel: str = TEAM_WEB, thread: str = "") -> Json:
        """Our name and some words, in a channel."""
        event = {"type": "app_mention", "user": user, "text": f"<@{BOT_USER}> {words}", "ts": self._ts(), "channel": channel}
        await self.event(event | ({"thread_ts": thread} if thread else {}))
        return event

    async def direct(self, words: str, *, user: str = ALICE) -> Json:
        """Some words to us directly."""
        channel = "D" + user[1:]
        self.slack.channels.setdefault(channel, {"id": channel, "is_im": True, "user": user, "is_member": True})
        event = {"type": "message", "channel_type": "im", "user": user, "text": words, "ts": self._ts(), "channel": channel}
        await self.event(event)
        return event

    async def event(self, event: Json, event_id: str = "") -> None:
        """An event; the same id again is a repeated delivery."""
        name = event_id or f"Ev{next(self._number)}"
        body = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A0FAKE000", "event_id": name, "event_time": 1}
        response = await self._send({**body, "event": {"team": TEAM, **event}}, "application/json")
        assert response.status == 200
        await self.settle()

    async def click(self, message: Json, label: str, *, user: str = ALICE) -> None:
        """A button under a message, known by what stands on it."""
        button = next(each for each in buttons(message) if each["text"]["text"] == label)
        action = {"type": "button", "action_id": button["action_id"], "action_ts": self._ts(), "value": button.get("value")}
        await self.interact({"actions": [action], **self._container(message)}, user=user)

    async def interact(self, body: Json, *, user: str = ALICE) -> None:
        """Any interactive payload."""
        who = {"user": {"id": user, "team_id": TEAM}, "team": {"id": TEAM}, "trigger_id": f"{next(self._number)}.5.6"}
        response = await self._send({"type": "block_actions", **who, **body}, FORM, wrapped=True)
        assert response.status == 200
        await self.settle()

    def _container(self, message: Json) -> Json:
        """An ephemeral message is not in the payload; a posted one is."""
        place = {"type": "message", "channel_id": message.get("channel", TEAM_WEB), "is_ephemeral": "ts" not in message}
        channel = {"id": message.get("channel", TEAM_WEB)}
        if "ts" in message:
            url = self.slack.response_url()
            return {
                "container": place | {"message_ts": message["ts"]},
                "channel": channel,
                "message": message,
                "response_url": url,
            }
        url = self.slack.response_url(on=self.slack.ephemerals.index(message))
        return {"container": place | {"message_ts": "1.1"}, "channel": channel, "response_url": url}

    # What Slack sees.

    @property
    def posted(self) -> list[Json]:
        """What stands in conversations, oldest first."""
        return list(self.slack.messages.values())

    async def command(self, body: Json) -> BoltResponse:
        """A slash command as a payload; the answer to Slack itself."""
        return await self._send(body, FORM)

    async def _send(self, body: Json, content_type: str, *, wrapped: bool = False) -> BoltResponse:
        if self.mode == "socket":
            return await self.bot.server.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
        text = json.dumps(body)
        if content_type == FORM:
            text = urlencode({"payload": text} if wrapped else {name: value for name, value in body.items() if value is not None})
        return await self.bot.server.app.async_dispatch(signed(text, content_type))

    async def settle(self) -> None:
        """Until nothing runs any more: Bolt's listener has started its work, and the work is done."""
        async with asyncio.timeout(20):
            await asyncio.sleep(0.03)
            await self.bot.work.idle()

    def _ts(self) -> str:
        return f"{1_780_000_000 + next(self._number)}.000200"


def signed(body: str, content_type: str, *, secret: str = SIGNING_SECRET, age: int = 0) -> AsyncBoltRequest:
    """An HTTP request with Slack's signature over its raw body."""
    ts = str(int(time.time()) - age)
    signature = SignatureVerifier(secret).generate_signature(timestamp=ts, body=body) or ""
    headers: dict[str, str | Sequence[str]] = {
        "content-type": content_type,
        "x-slack-request-timestamp": ts,
        "x-slack-signature": signature,
    }
    return AsyncBoltRequest(body=body, headers=headers)


def buttons(message: Json) -> list[Json]:
    """Every button of a message."""
    return [each for block in message.get("blocks", []) for each in block.get("elements", []) if each.get("type") == "button"]


def words(message: Json) -> str:
    """Everything a message says, as one text."""
    return f"{message['text']} {json.dumps(message.get('blocks', []), ensure_ascii=False)}"


def settings_for(slack: FakeSlack, home: Path, mode: str, **changes: object) -> Settings:
    """The settings of a test: everything in a folder, Slack on loopback."""
    return load_settings(
        home=home,
        slack_mode=mode,
        slack_bot_token=BOT_TOKEN,
        slack_app_token=APP_TOKEN,
        slack_signing_secret=SIGNING_SECRET,
        slack_api_url=slack.api_url,
        admins=(ADMIN,),
        host="127.0.0.1",
        port=0,
        **{"rate_limit": 600, **changes},
    )


@asynccontextmanager
async def opened(
    home: Path, mode: str, *, features: Callable[[], tuple[Feature, ...]] = tuple, **changes: object
) -> AsyncIterator[Office]:
    """An office for one test; afterwards everything is closed and Slack has nothing to complain about."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0)

    async with FakeSlack() as slack:
        slack.add_user(ADMIN, "admin")
        settings = settings_for(slack, home, mode, **changes)
        client = AsyncWebClient(token=BOT_TOKEN, base_url=slack.api_url)
        installed = await installation(client)
        clock = fixed_clock(NOW)
        bot = assemble(settings, slack_keys(settings), client, installed, clock, features=features(), sleep=sleep)
        bot.server.is_ready = True
        try:
            yield Office(slack, bot, mode, slept)
        finally:
            await bot.work.drain(5)
            bot.house.close()
        assert slack.problems == []
