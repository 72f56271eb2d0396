"""Given what became of a letter, when it is said, then it is tried again at the right time, or is over and people are told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from services.access.admins import Admins
from services.access.background import Background
from services.access.directory import LocalDirectory
from services.outbox.sending import FAULT_WAITS, LONGEST_WAIT, NEVER_TAKEN, NOTICE, TWICE_DELETED, Sending
from services.outbox.service import Outbox
from storage.claims import ENOUGH, Claims
from storage.jobs import Jobs
from storage.model.letter import Delivery, LetterState
from storage.roles import Roles
from tests.fakes.correspondence import letter
from tests.fakes.homes import state
from tests.fakes.house import BOSS, MovableClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.model.letter import Claim


@dataclass
class Post:
    """The outbox from both sides, and the clock."""

    sending: Sending
    outbox: Outbox
    clock: MovableClock

    async def claim(self, key: str = "alert", after: float = 0) -> Claim:
        """Take the one letter there is, so many seconds later."""
        self.clock.move(seconds=after)
        (claim,) = await self.sending.next(frozenset(), 1)
        assert claim.key == key
        return claim

    async def find(self, key: str = "alert") -> Delivery:
        """What became of it."""
        found = await self.outbox.find(key)
        assert found is not None
        return found


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    clock = MovableClock()
    with state(tmp_path) as database, ThreadPoolExecutor(1) as executor:
        Jobs(database).take("me", clock(), timedelta(days=9))
        background = Background(executor)
        admins = Admins(Roles(database), LocalDirectory(), background, (BOSS, "U0SECOND1"))
        sending = Sending(Claims(database), background, "me", clock, clock, admins)
        yield Post(sending, Outbox(database, executor, clock), clock)


async def queued(post: Post, **fields: object) -> Claim:
    await post.outbox.post(letter("alert", "C1", **fields))
    return await post.claim()


async def test_who_is_posting_wakes_no_one_and_who_is_woken_hears_it(post: Post) -> None:
    heard: list[str] = []
    post.outbox.wake()
    post.outbox.wakes(lambda: heard.append("woken"))
    await post.outbox.post(letter("alert", "C1"))
    assert heard == ["woken"]


async def test_each_wait_is_longer_than_the_one_before_and_none_for_ever(post: Post) -> None:
    claim = await queued(post)
    waits = []
    for _ in range(12):
        await post.sending.later(claim, "Slack is away.")
        began = post.clock.now
        while not (taken := await post.sending.next(frozenset(), 1)):
            post.clock.move(seconds=1)
        (claim,) = taken
        waits.append((post.clock.now - began).total_seconds())
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, *[LONGEST_WAIT] * 3]


async def test_slack_says_itself_how_long(post: Post) -> None:
    claim = await queued(post)
    await post.sending.later(claim, "Slack is full.", 17)
    assert await post.sending.next(frozenset(), 1) == ()
    claim = await post.claim(after=17)
    await post.sending.later(claim, "Slack is away.")
    assert (await post.claim(after=1)).attempts == 1, "the waits that Slack asks for are no sign of anything"


async def test_what_slack_never_takes_is_over_after_an_hour_if_it_takes_others(post: Post) -> None:
    claim = await queued(post)
    began = post.clock.now
    while await post.sending.later(claim, "Slack is busy."):
        await another_arrives(post)
        claim = await due(post)
    assert timedelta(minutes=60) <= post.clock.now - began <= timedelta(minutes=75)
    assert await post.find() == _over(LetterState.FAILED, f"Slack is busy. {NEVER_TAKEN}")
    assert {each.channel for each in await post.sending.next(frozenset(), 9)} == {BOSS, "U0SECOND1"}


async def test_what_slack_takes_from_nobody_is_waited_for_however_long_and_a_while_after(post: Post) -> None:
    claim = await queued(post)
    for _ in range(40):
        assert await post.sending.later(claim, "Slack is away.")
        claim = await due(post)
    assert await post.sending.later(claim, "Slack is away.")
    await another_arrives(post)
    assert await post.sending.later(await due(post), "Slack is coming back.")


async def test_what_slack_never_takes_holds_up_its_channel_for_an_hour_at_most(post: Post) -> None:
    claim = await queued(post)
    await post.outbox.post(letter("next", "C1"))
    for _ in range(ENOUGH - 1):
        await post.sending.later(claim, "Slack is busy.")
        claim = await due(post)
    assert await post.sending.next(frozenset({claim.token}), 9) == ()
    await post.sending.later(claim, "Slack is busy.")
    assert (await post.claim("next")).channel == "C1"


async def due(post: Post) -> Claim:
    """The letter, as soon as it is to be tried again."""
    while not (taken := await post.sending.next(frozenset(), 1)):
        post.clock.move(seconds=1)
    (claim,) = taken
    assert claim.key == "alert"
    return claim


async def another_arrives(post: Post) -> None:
    """In another channel."""
    name = f"at {post.clock.now}"
    await post.outbox.post(letter(name, "C2"))
    await post.sending.sent(await post.claim(name), "C2", "1.1", "")


async def test_who_slept_between_the_look_and_the_post_posts_nothing(post: Post) -> None:
    claim = await queued(post)
    assert await post.sending.begin(claim, "C1")

    slow = replace(post.sending, claims=Sleepy(post.sending.claims, post.clock))
    assert not await slow.begin(claim, "C1")


@dataclass
class Sleepy:
    """Claims that answer, to a process that was stopped for two minutes meanwhile."""

    claims: Claims
    clock: MovableClock

    def begin(self, *args: object) -> bool:
        """Yes, but late."""
        begun = self.claims.begin(*args)
        self.clock.move(minutes=2)
        return begun


async def test_what_is_faulty_fails_in_the_end_and_every_admin_is_told_once(post: Post) -> None:
    claim = await queued(post)
    for wait in FAULT_WAITS:
        assert await post.sending.faulty(claim, "No words.")
        claim = await post.claim(after=wait)
    assert not await post.sending.faulty(claim, "No words.")
    assert await post.find() == _over(LetterState.FAILED, "No words.")
    notices = await post.sending.next(frozenset(), 9)
    assert [(each.template, each.channel) for each in notices] == [(NOTICE, BOSS), (NOTICE, "U0SECOND1")]
    (first, second) = notices
    await post.sending.over(first, LetterState.REFUSED, "Unknown.")
    await post.sending.sent(second, "D2", "1.1", "")
    assert await post.sending.next(frozenset(), 9) == (), "about a notice there is none"


def _over(state: LetterState, reason: str) -> Delivery:
    return Delivery("alert", state, reason=reason)


async def test_a_second_trouble_of_the_day_is_told_in_the_same_message(post: Post) -> None:
    for name in ("one", "two"):
        await post.outbox.post(letter(name, "C1"))
        await post.sending.over(await post.claim(name), LetterState.REFUSED, "Archived.")
        for notice in await post.sending.next(frozenset(), 9):
            assert bool(notice.ts) is (name == "two")
            await post.sending.sent(notice, "D1", "1.1", "")


async def test_what_is_not_clear_is_sent_again_or_dropped_as_its_kind_wants(post: Post) -> None:
    claim = await queued(post)
    await post.sending.begin(claim, "C1")
    await post.sending.doubtful(claim)
    claim = await post.claim(after=1)
    assert claim.posting_at is not None
    assert await post.sending.not_clear(claim, repeats=True)
    again = await post.claim(after=FAULT_WAITS[0])
    assert again.posting_at is None
    assert not await post.sending.not_clear(again, repeats=False)
    assert (await post.find()).state is LetterState.DROPPED


async def test_what_was_not_found_is_sent_again_once_it_can_appear_no_more(post: Post) -> None:
    claim = await queued(post)
    await post.sending.begin(claim, "C1")
    await post.sending.doubtful(claim)
    await post.sending.not_found(await post.claim(after=1))
    assert await post.sending.next(frozenset(), 1) == ()
    await post.sending.not_found(await post.claim(after=9))
    assert (await post.claim(after=1)).posting_at is None


async def test_a_message_that_was_deleted_comes_back_once(post: Post) -> None:
    claim = await queued(post)
    for revision in (2, 3):
        await post.sending.sent(claim, "C1", f"{revision}.0", "")
        await post.outbox.post(letter("alert", "C1"))
        edit = await post.claim()
        await post.sending.deleted(edit)
        if revision == 2:
            claim = await post.claim()
            assert claim.ts == ""
    assert await post.find() == _over(LetterState.WITHDRAWN, TWICE_DELETED)


async def test_nothing_more_to_say_leaves_what_stands(post: Post) -> None:
    claim = await queued(post)
    await post.sending.sent(claim, "C1", "1.1", "picture")
    await post.outbox.post(letter("alert", "C1"))
    edit = await post.claim()
    assert edit.picture == "picture"
    await post.sending.withdrawn(edit)
    found = await post.find()
    assert (found.state, found.ts) == (LetterState.SENT, "1.1")
