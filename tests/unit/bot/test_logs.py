"""Log lines carry the request id and never a secret, whoever wrote them."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import HIDDEN, bind, configure_logs, scrub, scrub_text

if TYPE_CHECKING:
    from collections.abc import Iterator

PLANTED = {
    "bot token": "xoxb-123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx",
    "rotating token": "xoxe.xoxb-1-MS0yLTE4NTU4",
    "user token": "xoxp-1-2-3-deadbeef",
    "app token": "xapp-1-A012345-9876543210-abcdef0123456789",
    "key id": "AKIAIOSFODNN7EXAMPLE",
    "session key id": "ASIAIOSFODNN7EXAMPLE",
    "secret key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "bearer": "Bearer abc.def-123_456",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "signing secret": "8f742231b10e8888abcd99yyyzzz85a5"[:24] + "0123456789abcdef",
    "hex": "a" * 40,
    "pem": "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQ\n-----END RSA PRIVATE KEY-----",
    "cut pem": "-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQ",
    "response url": "https://hooks.slack.com/commands/T000/123/abcDEF",
    "password": "password=hunter22hunter",
}


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream, root = io.StringIO(), logging.getLogger()
    before, level = root.handlers, root.level
    configure_logs("DEBUG", "json", stream)
    yield stream
    root.handlers, root.level = before, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def last(stream: io.StringIO) -> dict[str, object]:
    found: dict[str, object] = json.loads(stream.getvalue().splitlines()[-1])
    return found


def log() -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.get_logger("test")
    return logger


@pytest.mark.parametrize("secret", [secret for name, secret in PLANTED.items() if name != "signing secret"])
def test_a_planted_secret_is_hidden_wherever_it_stands(lines: io.StringIO, secret: str) -> None:
    log().info(f"got {secret}!", note=f"<{secret}>", deep={"list": [secret, {"x": (secret,)}]}, thing=ValueError(secret))
    core = secret.removeprefix("Bearer ").removeprefix("password=").splitlines()[-1]
    assert core not in lines.getvalue()
    assert lines.getvalue().count(HIDDEN) >= 4


def test_a_secret_in_a_traceback_is_hidden(lines: io.StringIO) -> None:
    def fail() -> None:
        msg = f"refused {PLANTED['bot token']}"
        raise RuntimeError(msg)

    try:
        fail()
    except RuntimeError:
        log().exception("it failed")
    assert "Traceback" in lines.getvalue()
    assert "xoxb-" not in lines.getvalue()


def test_a_library_line_is_scrubbed_too(lines: io.StringIO) -> None:
    logging.getLogger("slack_sdk.web").warning("Sending %s with %s", "chat.postMessage", PLANTED["bot token"])
    assert last(lines)["event"] == f"Sending chat.postMessage with {HIDDEN}"
    assert last(lines)["request_id"] == "-"


def test_the_debugging_lines_of_slack_libraries_are_not_written(lines: io.StringIO) -> None:
    logging.getLogger("slack_sdk.web").debug("headers: …")
    logging.getLogger("slack_bolt.AsyncApp").debug("body: …")
    assert lines.getvalue() == ""


def test_a_named_secret_is_hidden_whatever_it_looks_like(lines: io.StringIO) -> None:
    log().info("signing in", password="cat", slack_bot_token="dog", nested={"Authorization": "fish", "author": "Ada"})
    line = last(lines)
    assert (line["password"], line["slack_bot_token"]) == (HIDDEN, HIDDEN)
    assert line["nested"] == {"Authorization": HIDDEN, "author": "Ada"}


def test_every_line_has_the_request_id_of_its_task(lines: io.StringIO) -> None:
    log().info("before")
    assert last(lines)["request_id"] == "-"
    bind(request_id="r-1", person="U1")
    log().info("during")
    assert (last(lines)["request_id"], last(lines)["person"]) == ("r-1", "U1")
    logging.getLogger("asyncio").warning("from a library")
    assert last(lines)["request_id"] == "r-1"


def test_a_line_for_people_is_scrubbed_as_well() -> None:
    stream, root = io.StringIO(), logging.getLogger()
    before = root.handlers
    configure_logs("INFO", "console", stream)
    log().info("hello", note=PLANTED["key id"])
    root.handlers = before
    structlog.reset_defaults()
    assert "hello" in stream.getvalue()
    assert "AKIA" not in stream.getvalue()


@pytest.mark.parametrize(
    "harmless",
    [
        "cost by service last month for tag:team=web",
        "USD 12,345.67",
        "2026-11-22T16:06:04.123456Z",
        "1700000000.123456",
        "C0123456789 U0123456789",
        "handlers/costs/command.py:12 in breakdown",
        "https://example.com/billing/2026",
        "token is missing",
        "request 3f9a1c2b7d",
    ],
)
def test_ordinary_words_are_left_alone(harmless: str) -> None:
    assert scrub_text(harmless) == harmless


def test_numbers_and_nothing_stay_what_they_are() -> None:
    assert scrub({"n": 1, "f": 1.5, "t": True, "none": None, "b": b"abc"}) == {
        "n": 1,
        "f": 1.5,
        "t": True,
        "none": None,
        "b": "[3 bytes]",
    }


@given(st.text(), st.sampled_from(sorted(PLANTED.values())), st.text())
def test_whatever_stands_around_it_a_token_is_hidden(before: str, secret: str, after: str) -> None:
    if secret.startswith(("xox", "xapp")) and not before[-1:].isalnum() and before[-1:] != "_":
        assert secret[:12] not in scrub_text(before + secret + " " + after)
