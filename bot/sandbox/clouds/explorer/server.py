"""The Cost Explorer that listens: AWS's JSON protocol in front of the answers.

It runs in the loop of whoever starts it; the sums are made in threads. A signature has to be there, for Cost Explorer;
whose it is does not matter, and everybody sees what the payer sees.
"""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.clouds.explorer import forecast, usage, values
from bot.sandbox.clouds.explorer.errors import UNKNOWN_OPERATION, RefusedError, struct
from bot.sandbox.clouds.explorer.faults import Faults
from bot.sandbox.clouds.explorer.lines import Lines, read
from bot.sandbox.clouds.explorer.meter import Meter, Request
from bot.sandbox.clouds.explorer.request import Asked
from bot.sandbox.ledger.organisation import PAYERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

LOOPBACK = "127.0.0.1"
PAGE_SIZE = 1000
LAG_DAYS = 1
_TARGET = "AWSInsightsIndexService."
_JSON = "application/x-amz-json-1.1"
_SCOPE = re.compile(r"AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/[^/]+/ce/aws4_request")
_OPERATIONS: dict[str, Callable[[Asked], dict[str, Any]]] = {
    "GetCostAndUsage": usage.answer,
    "GetCostForecast": forecast.answer,
    "GetDimensionValues": values.dimension_values,
    "GetTags": values.tags,
}


@dataclass(slots=True)
class LocalExplorer:
    """One Cost Explorer over the ledger in a folder.

    `today` says which day it is; of the last `lag` days, today included, nothing is known yet. `page_size` is the number of
    groups, periods or words on a page. `meter` and `faults` are for tests and for the curious.
    """

    ledger: Path
    today: Callable[[], date]
    lag: int = LAG_DAYS
    page_size: int = PAGE_SIZE
    meter: Meter = field(default_factory=Meter)
    faults: Faults = field(default_factory=lambda: Faults(PAYERS["aws"].id))
    url: str = ""
    _lines: Lines | None = None
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Read the ledger and listen on a free port. Raises FileNotFoundError where there is no ledger."""
        self._lines = await asyncio.to_thread(read, self.ledger)
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, LOOPBACK, 0)
        await site.start()
        self.url = f"http://{LOOPBACK}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Answer what was begun, and be gone."""
        if self._runner:
            await self._runner.cleanup()
        if self._lines:
            self._lines.close()
        self._runner = self._lines = None

    async def _answer(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.faults.delay)
        operation = request.headers.get("X-Amz-Target", "").removeprefix(_TARGET)
        body: dict[str, Any] = {}
        try:
            body = _body(await request.read())
            _check_signature(request, operation)
            self.faults.check(operation)
            answer = await asyncio.to_thread(self._asked, operation, body)
        except RefusedError as error:
            self.meter.requests.append(Request(operation, body, error.code))
            return _response(error.status, {"__type": error.code, "message": error.message}, error.code)
        self.meter.requests.append(Request(operation, body))
        return _response(200, answer)

    def _asked(self, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        if self._lines is None:
            raise RefusedError("ServiceUnavailableException", "Service is unavailable.")
        today = self.today()
        known_to = today - timedelta(days=self.lag - 1)
        with self._lines.cursor() as cursor:
            return _OPERATIONS[operation](Asked(body, cursor, today, known_to, self._lines.open_from, self.page_size))


def _check_signature(request: web.Request, operation: str) -> None:
    """What is not Cost Explorer's is not known here; what is, is signed."""
    if operation not in _OPERATIONS:
        raise RefusedError(UNKNOWN_OPERATION, f"The local clouds do not have {operation or request.path}.")
    signature = request.headers.get("Authorization", "")
    if not signature:
        raise RefusedError("MissingAuthenticationTokenException", "Missing Authentication Token")
    if not _SCOPE.match(signature):
        raise RefusedError("InvalidSignatureException", "Credential should be scoped to correct service: 'ce'.")


def _body(sent: bytes) -> dict[str, Any]:
    try:
        return struct(json.loads(sent or b"{}"))
    except ValueError as error:
        raise RefusedError("SerializationException", "Could not read the request") from error


def _response(status: int, body: dict[str, Any], error: str = "") -> web.Response:
    headers = {"x-amzn-RequestId": str(uuid.uuid4()), **({"x-amzn-ErrorType": error} if error else {})}
    return web.Response(status=status, text=json.dumps(body), content_type=_JSON, headers=headers)
