"""Pages: a token says where the next one begins and which question it belongs to. Nothing is kept between requests."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import TYPE_CHECKING, Any, TypeVar

from bot.sandbox.clouds.explorer.errors import INVALID_TOKEN, RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

FIELD = "NextPageToken"
T = TypeVar("T")


def _question(body: dict[str, Any]) -> str:
    """What the request asks, whichever page of it."""
    asked = {name: value for name, value in body.items() if name != FIELD}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


def _token(body: dict[str, Any], start: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([start, _question(body)]).encode()).decode()


def _start(body: dict[str, Any]) -> int:
    token = body.get(FIELD)
    if token is None:
        return 0
    try:
        start, question = json.loads(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError, TypeError) as error:
        raise RefusedError(INVALID_TOKEN, "Invalid NextPageToken") from error
    if question != _question(body):
        raise RefusedError(INVALID_TOKEN, "NextPageToken belongs to another request")
    return int(start)


def page(rows: Sequence[T], body: dict[str, Any], size: int) -> tuple[Sequence[T], dict[str, str]]:
    """The rows of the page that is asked for, and the token of the next one, where there is one, as it goes into an answer."""
    start = _start(body)
    end = start + size
    return rows[start:end], ({FIELD: _token(body, end)} if end < len(rows) else {})
