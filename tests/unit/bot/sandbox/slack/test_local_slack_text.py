"""Given what somebody types, or a name with marks in it, when it becomes a message, then it is known whom it calls."""

from __future__ import annotations

import pytest

from bot.sandbox.slack import mrkdwn
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.seed import ADMIN, ANALYST, BOT_USER, DATA, FINOPS, GUEST, OPERATOR, VIEWER, seeded
from bot.sandbox.slack.traffic import hidden
from bot.sandbox.slack.workspace import Message

WORKSPACE = seeded(Manifest.read())


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ("@tuppence cost", f"<@{BOT_USER}> cost"),
        ("ask @anton, in #data", f"ask <@{ANALYST}>, in <#{DATA}|data>"),
        ("@channel look", "<!channel> look"),
        ("cc @finops-team", "cc <!subteam^S0FINOPS01|@finops-team>"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("see https://example.com/a?b=1", "see <https://example.com/a?b=1>"),
        (f"<@{VIEWER}> is there already", f"<@{VIEWER}> is there already"),
        ("@nobody and #nowhere", "@nobody and #nowhere"),
        ("vera@example.com is no mention", "vera@example.com is no mention"),
        ("tag:team=web by #1", "tag:team=web by #1"),
    ],
)
def test_what_is_typed_becomes_what_slack_keeps(typed: str, made: str) -> None:
    assert mrkdwn.typed(WORKSPACE, typed) == made


def _message(said: str = "", **block: object) -> Message:
    return Message("1.1", FINOPS, BOT_USER, said, [{"type": "section", **block}] if block else [])


@pytest.mark.parametrize(
    ("message", "called"),
    [
        (_message("<!channel> & Co costs $5"), {VIEWER, ANALYST, OPERATOR, ADMIN}),
        (_message("&lt;!channel&gt; & Co costs $5"), set()),
        (_message(text={"type": "mrkdwn", "text": f"<@{ANALYST}>"}), {ANALYST}),
        (_message(text={"type": "plain_text", "text": "<!channel>"}), set()),
        (_message(f"<@{GUEST}> is not in this channel"), set()),
        (_message("<!subteam^S0PLATFORM>"), {OPERATOR}),
        (_message(elements=[{"type": "broadcast", "range": "here"}]), {VIEWER, ANALYST, OPERATOR, ADMIN}),
        (_message(elements=[{"type": "user", "user_id": VIEWER}]), {VIEWER}),
    ],
)
def test_whom_a_message_calls(message: Message, called: set[str]) -> None:
    assert mrkdwn.pinged(WORKSPACE, WORKSPACE.channels[FINOPS], message) == called


def test_an_ephemeral_message_calls_nobody_else() -> None:
    message = _message("<!channel>")
    message.only_for = VIEWER
    assert mrkdwn.pinged(WORKSPACE, WORKSPACE.channels[FINOPS], message) == {VIEWER}


def test_tokens_are_taken_out_wherever_they_stand() -> None:
    shown = hidden({"token": "xoxb-1-2-abcdefgh", "text": "use xapp-1-abcdefgh", "list": [{"client_secret": "s"}], "n": 1})
    assert shown == {"token": "…", "text": "use xapp-…", "list": [{"client_secret": "…"}], "n": 1}
