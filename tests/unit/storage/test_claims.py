"""Given letters and more than one who would send them, when they are claimed, then one has each, in order, till it is settled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from storage.claims import Claims
from storage.jobs import Jobs
from storage.model.letter import Claim, LetterState, Settled
from storage.outbox import Outbox
from tests.fakes.correspondence import letter
from tests.fakes.homes import state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.database import Database

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)
EXPIRY = timedelta(seconds=45)
SENT = Settled(LetterState.SENT, "C1", "1.1")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with state(tmp_path) as each:
        Jobs(each).take("a", NOW, timedelta(hours=1))
        yield each


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database)


@pytest.fixture
def claims(database: Database) -> Claims:
    return Claims(database)


def take(
    claims: Claims, *hands: Claim, owner: str = "a", most: int = 9, seconds: float = 0, moment: datetime = NOW
) -> list[Claim]:
    now = NOW + timedelta(seconds=seconds)
    return list(claims.take(owner, [each.token for each in hands], most, now=now, moment=moment, expiry=EXPIRY))


def keys(taken: list[Claim]) -> list[str]:
    return [each.key for each in taken]


def stolen(database: Database, by: str = "b") -> None:
    """The lease goes to another process."""
    Jobs(database).give_up("a")
    assert Jobs(database).take(by, NOW, timedelta(hours=1))


# Who, and what next


def test_only_the_holder_of_the_lease_takes_letters(outbox: Outbox, claims: Claims) -> None:
    outbox.enqueue([letter("one", "C1")], NOW)
    assert take(claims, owner="b") == []
    assert take(claims, seconds=3600) == [], "its lease is over"
    (claim,) = take(claims)
    assert (claim.key, claim.args, claim.channel, claim.revision, claim.ts) == ("one", {"id": "one"}, "C1", 1, "")
    assert take(claims, claim) == []


def test_a_channel_has_one_on_its_way_and_keeps_its_order(outbox: Outbox, claims: Claims) -> None:
    outbox.enqueue([letter("one", "C1"), letter("two", "C1"), letter("other", "C2")], NOW)
    first, other = take(claims)
    assert keys([first, other]) == ["one", "other"]
    assert take(claims, first, other) == []
    assert claims.settle(first, SENT, NOW)
    assert keys(take(claims, other)) == ["two"]


def test_no_more_are_taken_than_can_be_carried(outbox: Outbox, claims: Claims) -> None:
    outbox.enqueue([letter(f"C{number}", f"C{number}") for number in range(5)], NOW)
    assert keys(take(claims, most=2)) == ["C0", "C1"]


def test_what_is_not_due_holds_up_nobody(outbox: Outbox, claims: Claims) -> None:
    outbox.enqueue([letter("later", "C1", not_before=NOW + timedelta(hours=1)), letter("now", "C1")], NOW)
    (now,) = take(claims)
    claims.settle(now, SENT, NOW)
    assert now.key == "now"
    assert keys(take(claims, moment=NOW + timedelta(hours=1))) == ["later"]


def test_what_slack_does_not_take_holds_up_its_channel_and_no_other(outbox: Outbox, claims: Claims) -> None:
    outbox.enqueue([letter("one", "C1"), letter("two", "C1")], NOW)
    (claim,) = take(claims)
    claims.settle(claim, Settled(LetterState.PENDING, retry_at=NOW + timedelta(seconds=30), attempts=1), NOW)
    outbox.enqueue([letter("other", "C2")], NOW)
    (other,) = take(claims, seconds=29)
    assert other.key == "other"
    (again,) = take(claims, other, seconds=30)
    assert (again.key, again.attempts) == ("one", 1)


def test_what_cannot_be_put_into_words_holds_up_nobody(outbox: Outbox, claims: Claims) -> None:
    outbox.enqueue([letter("broken", "C1"), letter("fine", "C1")], NOW)
    (claim,) = take(claims)
    claims.settle(claim, Settled(LetterState.PENDING, retry_at=NOW + timedelta(seconds=30), faults=1), NOW)
    assert keys(take(claims)) == ["fine"]


def test_an_answer_waits_for_its_message_and_goes_where_that_stands(outbox: Outbox, claims: Claims) -> None:
    outbox.enqueue([letter("note", thread_of="alert", broadcast=True), letter("alert", "U1")], NOW)
    (alert,) = take(claims)
    claims.settle(alert, Settled(LetterState.SENT, "D1", "7.7"), NOW)
    (note,) = take(claims)
    assert (alert.key, note.key, note.channel, note.thread, note.broadcast) == ("alert", "note", "D1", "7.7", True)


@pytest.mark.parametrize("end", [LetterState.REFUSED, LetterState.FAILED, LetterState.DROPPED, LetterState.WITHDRAWN])
def test_an_answer_to_what_never_stood_is_withdrawn(outbox: Outbox, claims: Claims, end: LetterState) -> None:
    outbox.enqueue([letter("alert", "C1"), letter("note", thread_of="alert")], NOW)
    (alert,) = take(claims)
    claims.settle(alert, Settled(end, reason="No."), NOW)
    assert take(claims) == []
    found = outbox.find("note")
    assert found is not None
    assert (found.state, found.reason) == (LetterState.WITHDRAWN, "The message it belongs to is not there.")


# Shown anew


def test_what_is_queued_again_is_edited_and_does_not_wait_for_new_messages(outbox: Outbox, claims: Claims) -> None:
    outbox.enqueue([letter("one", "C1")], NOW)
    claims.settle(take(claims)[0], SENT, NOW)
    outbox.enqueue([letter("two", "C1"), letter("one", "C9", kind="digest")], NOW)
    edit, two = sorted(take(claims), key=lambda each: each.key)
    assert (edit.key, edit.template, edit.ts, edit.place, edit.channel, edit.revision) == (
        "one",
        "news.digest",
        "1.1",
        "C1",
        "C1",
        2,
    )
    assert two.key == "two"


def test_edits_come_first(outbox: Outbox, claims: Claims) -> None:
    outbox.enqueue([letter("new", "C2", not_before=NOW + timedelta(hours=1)), letter("one", "C1")], NOW)
    claims.settle(take(claims)[0], SENT, NOW)
    outbox.enqueue([letter("one", "C1")], NOW)
    assert keys(take(claims, most=1, moment=NOW + timedelta(hours=1))) == ["one"]


def test_what_is_queued_again_while_it_is_sent_is_sent_again(outbox: Outbox, claims: Claims) -> None:
    outbox.enqueue([letter("one", "C1")], NOW)
    (claim,) = take(claims)
    for _ in range(3):
        outbox.enqueue([letter("one", "C1")], NOW)
    assert take(claims, claim) == []
    claims.settle(claim, SENT, NOW)
    (again,) = take(claims)
    assert (again.revision, again.ts) == (4, "1.1")


def test_what_was_refused_is_tried_again_when_it_is_queued_again(outbox: Outbox, claims: Claims) -> None:
    outbox.enqueue([letter("one", "C1")], NOW)
    claims.settle(take(claims)[0], Settled(LetterState.REFUSED, reason="No.", attempts=4), NOW)
    outbox.enqueue([letter("one", "C2")], NOW)
    (again,) = take(claims)
    assert (again.channel, again.attempts) == ("C2", 0)


# Whose hands


def test_a_claim_that_was_taken_over_counts_no_more(database: Database, outbox: Outbox, claims: Claims) -> None:
    outbox.enqueue([letter("one", "C1")], NOW)
    (old,) = take(claims)
    stolen(database)
    (new,) = take(claims, owner="b")
    assert not claims.begin(old, "C1", NOW)
    assert not claims.settle(old, SENT, NOW, [letter("notice", "U1")])
    assert outbox.find("notice") is None
    assert claims.begin(new, "C1", NOW)
    assert claims.settle(new, SENT, NOW, [letter("notice", "U1")])
    assert outbox.find("notice") is not None


def test_what_may_stand_there_is_taken_over_only_when_its_sender_cannot_be_at_it_any_more(
    database: Database, outbox: Outbox, claims: Claims
) -> None:
    outbox.enqueue([letter("one", "C1"), letter("two", "C1")], NOW)
    (old,) = take(claims)
    assert claims.begin(old, "C1", NOW)
    outbox.enqueue([letter("one", "C1")], NOW)
    stolen(database)
    assert take(claims, owner="b", seconds=44) == []
    (doubt,) = take(claims, owner="b", seconds=45)
    assert (doubt.key, doubt.posting_at, doubt.place, doubt.revision) == ("one", NOW, "C1", 1)
    assert claims.settle(doubt, SENT, NOW)
    assert keys(take(claims, owner="b")) == ["one", "two"], "the newer state is shown, now that it stands"


def test_ones_own_doubt_is_looked_into_when_its_time_has_come(outbox: Outbox, claims: Claims) -> None:
    outbox.enqueue([letter("one", "C1"), letter("two", "C1")], NOW)
    (claim,) = take(claims)
    claims.begin(claim, "C1", NOW)
    claims.doubt(claim, NOW + timedelta(seconds=2))
    assert take(claims, seconds=1) == []
    (doubt,) = take(claims, seconds=2)
    assert (doubt.key, doubt.posting_at) == ("one", NOW)


def test_an_edit_is_never_in_doubt(database: Database, outbox: Outbox, claims: Claims) -> None:
    outbox.enqueue([letter("one", "C1")], NOW)
    claims.settle(take(claims)[0], SENT, NOW)
    outbox.enqueue([letter("one", "C1")], NOW)
    (edit,) = take(claims)
    claims.begin(edit, "C1", NOW)
    stolen(database)
    (again,) = take(claims, owner="b")
    assert (again.ts, again.posting_at) == ("1.1", None)


# Afterwards


def test_what_did_not_arrive_can_be_looked_up_by_channel_and_day(outbox: Outbox, claims: Claims) -> None:
    outbox.enqueue([letter("alert", "C1"), letter("other", "C2")], NOW)
    alert, other = take(claims)
    claims.settle(alert, Settled(LetterState.SENT, "C1", "1.1"), NOW)
    claims.settle(other, Settled(LetterState.FAILED, reason="Elsewhere."), NOW)
    outbox.enqueue([letter("note", thread_of="alert")], NOW)
    claims.settle(take(claims)[0], Settled(LetterState.REFUSED, reason="Archived."), NOW)
    (found,) = outbox.troubles("C1", NOW, NOW + timedelta(days=1))
    assert (found.key, found.template, found.state, found.reason, found.at) == (
        "note",
        "news.alert",
        LetterState.REFUSED,
        "Archived.",
        NOW,
    )
    assert outbox.troubles("C1", NOW + timedelta(days=1), NOW + timedelta(days=2)) == ()
    assert outbox.counts() == {LetterState.SENT: 1, LetterState.FAILED: 1, LetterState.REFUSED: 1}


def test_what_was_settled_long_ago_goes_and_what_waits_stays(outbox: Outbox, claims: Claims) -> None:
    outbox.enqueue([letter("old", "C1")], NOW)
    claims.settle(take(claims)[0], SENT, NOW)
    outbox.enqueue([letter("waits", "C1")], NOW)
    assert outbox.prune(NOW) == 0
    assert outbox.prune(NOW + timedelta(days=1)) == 1
    assert outbox.find("old") is None
    assert outbox.find("waits") is not None
