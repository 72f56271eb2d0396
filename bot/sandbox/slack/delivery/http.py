"""HTTP delivery: every request signed over its raw body, a challenge before the first, three seconds for the answer."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.slack.delivery.courier import COMMANDS, EVENTS, NOBODY, TIMEOUT, Answer
from bot.sandbox.slack.refusals import NotPossibleError

if TYPE_CHECKING:
    from bot.sandbox.slack.keys import Keys
    from bot.sandbox.slack.limits import Limits
    from bot.sandbox.slack.traffic import Traffic
    from bot.sandbox.slack.workspace import Json

OK, LOST = 200, 0
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class Hooks:
    """The way to an app that listens at `url`."""

    def __init__(self, url: str, keys: Keys, limits: Limits, traffic: Traffic) -> None:
        self.url, self._keys, self._limits, self._traffic = url, keys, limits, traffic
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=limits.ack))

    async def close(self) -> None:
        """Hang up."""
        await self._session.close()

    async def verify(self) -> None:
        """Ask whether somebody who knows the signing secret listens there. Raises NotPossibleError."""
        challenge = secrets.token_hex(16)
        answer = await self.send(EVENTS, {"type": "url_verification", "challenge": challenge})
        said = answer.body.get("challenge") if isinstance(answer.body, dict) else answer.body
        if said != challenge:
            raise NotPossibleError(f"{self.url} did not answer the challenge ({answer.error or 'with something else'}).")

    async def send(self, kind: str, payload: Json, *, attempt: int = 0, reason: str = "") -> Answer:
        """Post once; anything but 200 in time is a failure."""
        began, (body, content_type) = time.monotonic(), _body(kind, payload)
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (local)", **self._signature(body)}
        if attempt:
            headers |= {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": reason}
        status, answer = await self._post(body, headers)
        name = str(payload.get("event", {}).get("type") or payload.get("type") or payload.get("command") or kind)
        self._traffic.add("out", "http", name, status, began, payload, answer.body or answer.error)
        return answer

    async def _post(self, body: str, headers: dict[str, str]) -> tuple[int, Answer]:
        try:
            async with self._session.post(self.url, data=body.encode(), headers=headers) as response:
                said = await response.text()
                if response.status != OK and response.headers.get("x-slack-no-retry") != "1":
                    return response.status, Answer(NOBODY, said)
                return response.status, Answer(body=_read(said, response.content_type))
        except TimeoutError:
            return LOST, Answer(TIMEOUT)
        except aiohttp.ClientError:
            return LOST, Answer(NOBODY)

    def _signature(self, body: str) -> dict[str, str]:
        moment = str(int(time.time()))
        signed = hmac.new(self._keys.signing.encode(), f"v0:{moment}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"x-slack-request-timestamp": moment, "x-slack-signature": f"v0={signed}"}


def _body(kind: str, payload: Json) -> tuple[str, str]:
    """Events are JSON, commands a form, everything interactive JSON within a form."""
    if kind == EVENTS:
        return json.dumps(payload), JSON
    return urlencode(payload if kind == COMMANDS else {"payload": json.dumps(payload)}), FORM


def _read(text: str, content_type: str) -> object:
    return json.loads(text) if text and content_type == JSON else text
