"""Given letters that did not arrive, when an admin is told, then they read what, where, why and what to do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.blocks.validate import message_problems
from handlers.outbox.render import MOST, notice
from storage.model.letter import LetterState, Trouble

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def trouble(number: int = 1, state: LetterState = LetterState.REFUSED, reason: str = "This channel is archived.") -> Trouble:
    return Trouble(f"digest:{number}:2026-11-22", "digests.digest", state, reason, NOW + timedelta(minutes=number))


def test_one_that_was_refused() -> None:
    reply = notice("C1", date(2026, 11, 22), [trouble()])
    assert reply.text == "1 message could not be posted in <#C1> on 22 Nov 2026. This channel is archived."
    said = str(reply.blocks)
    assert "• digests `digest:1:2026-11-22`, 09:31 UTC: This channel is archived." in said
    assert "give it another channel" in said
    assert "log" not in said


def test_each_kind_has_its_remedy_and_the_newest_are_named() -> None:
    kinds = (LetterState.FAILED, LetterState.DROPPED)
    reply = notice("U1", date(2026, 11, 22), [trouble(number, kinds[number % 2]) for number in range(MOST + 3)])
    said = str(reply.blocks)
    assert reply.text.startswith("13 messages could not be posted to <@U1> on 22 Nov 2026.")
    assert "… and 3 before these." in said
    assert "digest:2:" not in said
    assert "The log has the cause" in said
    assert "I can look myself" in said


@pytest.mark.parametrize("words", ["<!channel> & `code`\n*x*", "x" * 5000])
def test_slack_takes_whatever_the_reason_is(words: str) -> None:
    reply = notice("<!here>", date(2026, 11, 22), [trouble(number, reason=words) for number in range(20)])
    assert message_problems(reply.blocks, reply.text) == ()
    assert "<!" not in f"{reply.text}{reply.blocks}"
