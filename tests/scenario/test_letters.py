"""Given something to say that nobody asked for, when Slack is well or unwell, then it stands there once, or somebody is told.

The whole program on a local Slack, with a feature that writes letters. Nothing inside is replaced; Slack's own waits are short.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.slack.control import faults
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.manifest import Manifest
from bot.sandbox.slack.seed import ADMIN, BOT_USER, DATA, FINOPS, PLATFORM, VIEWER
from bot.sandbox.slack.server import LocalSlack
from handlers.outbox import letters
from handlers.request import File
from services.access.results import Role
from services.charts.results import Bar, BreakdownSpec
from services.errors import DataError
from storage.model.letter import LetterState
from storage.model.people import Subject, SubjectKind
from storage.people import People
from tests.fakes.connected import connected
from tests.fakes.correspondence import Correspondence, letter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from bot.app import Bot
    from bot.sandbox.slack.workspace import Message
    from storage.model.letter import Delivery, Letter

QUICK = Limits(ack=1.0, processing=0.02, channel_gap=0.0)
HISTORY = {"channels:history", "groups:history"}
CHART = BreakdownSpec("Spend by service", "USD", (Bar("EC2", 12.5),))


@dataclass(slots=True)
class Newsroom:
    """Letters on one side, a Slack that fails as it is told on the other."""

    slack: LocalSlack
    bot: Bot
    news: Correspondence = field(default_factory=Correspondence)

    async def fault(self, name: str, **fields: object) -> None:
        """Switch one on."""
        assert await faults.switch_on(self.slack.state, {"name": name, **fields}) == {"ok": True}

    async def post(self, *letters: Letter) -> None:
        """Queue them."""
        await self.bot.house.services.outbox.post(*letters)

    async def find(self, key: str) -> Delivery:
        """What became of one."""
        found = await self.bot.house.services.outbox.find(key)
        assert found is not None
        return found

    async def until(self, key: str, *states: LetterState, seconds: float = 15) -> Delivery:
        """Wait until it has come so far."""
        async with asyncio.timeout(seconds):
            while (found := await self.find(key)).state not in (states or {LetterState.SENT}):  # noqa: ASYNC110  # it is in a database
                await asyncio.sleep(0.01)
        return found

    async def told(self, channel: str, condition: Callable[[list[str]], object]) -> list[str]:
        """Wait until what stands in a channel is so."""
        await self.slack.until(lambda: condition(self.texts(channel)))
        return self.texts(channel)

    def seen(self, channel: str = FINOPS) -> list[Message]:
        """What the program said in a conversation, oldest first."""
        return [each for each in self.slack.state.workspace.messages.get(channel, []) if each.user == BOT_USER]

    def texts(self, channel: str = FINOPS) -> list[str]:
        """The same as words."""
        return [each.text for each in self.seen(channel)]

    def calls(self, name: str) -> int:
        """How often the program called a method, answered or not."""
        return len(self.slack.state.traffic.named(name, "in"))

    def direct(self, user: str) -> str:
        """The conversation with a person."""
        return self.slack.state.workspace.direct(user).id


@asynccontextmanager
async def newsroom(home: Path, *, may_read: bool = True, limits: Limits = QUICK) -> AsyncIterator[Newsroom]:
    """One workspace, whose installer let us read channels or not; waits of seconds are waits of hundredths."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / 100)

    manifest, news = Manifest.read(), Correspondence()
    manifest = replace(manifest, scopes=manifest.scopes | HISTORY if may_read else manifest.scopes - HISTORY)
    features = [letters.feature, news.feature()]
    async with (
        LocalSlack(limits=limits, manifest=manifest) as slack,
        connected(slack, home, sleep=sleep, features=features) as bot,
    ):
        yield Newsroom(slack, bot, news)


@pytest.fixture
async def office(home: Path) -> AsyncIterator[Newsroom]:
    """The usual one."""
    async with newsroom(home) as each:
        yield each


# A living message.


async def test_a_letter_is_posted_with_its_mark_and_shown_anew_in_place(office: Newsroom) -> None:
    await office.post(letter("alert:1", FINOPS))
    sent = await office.until("alert:1")
    (message,) = office.seen()
    assert (sent.channel, sent.ts, message.text) == (FINOPS, message.ts, "alert:1")
    assert message.metadata == {"event_type": "tuppence_letter", "event_payload": {"letter": "alert:1"}}
    office.news.says["alert:1"] = "acknowledged"
    await office.post(letter("alert:1", DATA))
    assert await office.told(FINOPS, lambda texts: texts == ["acknowledged"])
    assert office.seen(DATA) == [], "a message stays where it stands"


async def test_many_wishes_become_one_edit_of_the_newest_state(office: Newsroom) -> None:
    await office.post(letter("alert:1", FINOPS))
    await office.until("alert:1")
    await office.fault("delay", method="chat.update", seconds=0.2, times=1)
    for number in range(20):
        office.news.says["alert:1"] = f"state {number}"
        await office.post(letter("alert:1", FINOPS))
    await office.told(FINOPS, lambda texts: texts == ["state 19"])
    await office.until("alert:1")
    assert office.calls("chat.update") <= 3


async def test_a_person_is_written_to_directly(office: Newsroom) -> None:
    await office.post(letter("note", VIEWER))
    assert (await office.until("note")).channel == office.direct(VIEWER)
    assert office.texts(office.direct(VIEWER)) == ["note"]


async def test_who_became_a_guest_is_not_written_to_any_more(office: Newsroom) -> None:
    await office.post(letter("first", VIEWER))
    await office.until("first")
    await _became_a_guest(office, VIEWER)
    await office.post(letter("first", VIEWER), letter("second", VIEWER))
    for name in ("first", "second"):
        assert "guest" in (await office.until(name, LetterState.REFUSED)).reason.lower()
    assert office.texts(office.direct(VIEWER)) == ["first"]


async def _became_a_guest(office: Newsroom, user: str) -> None:
    office.slack.state.workspace.people[user].is_guest = True
    People(office.bot.house.stores.state).forget(user)


async def test_an_answer_waits_for_its_message_and_may_be_shown_in_the_channel_too(office: Newsroom) -> None:
    await office.post(letter("alert:1:note", thread_of="alert:1", broadcast=True))
    await office.post(letter("alert:2", FINOPS), letter("alert:1", FINOPS))
    await office.until("alert:1:note")
    other, parent, answer = office.seen()
    assert (other.text, parent.text, answer.text) == ("alert:2", "alert:1", "alert:1:note")
    assert (answer.thread, answer.is_broadcast) == (parent.ts, True)


async def test_what_there_is_no_more_to_say_about_is_withdrawn(office: Newsroom) -> None:
    office.news.says["alert:1"] = None
    await office.post(letter("alert:1", FINOPS), letter("alert:1:note", thread_of="alert:1"))
    await office.until("alert:1", LetterState.WITHDRAWN)
    await office.until("alert:1:note", LetterState.WITHDRAWN)
    assert office.seen() == []


async def test_a_message_that_was_deleted_is_posted_anew_once(office: Newsroom) -> None:
    await office.post(letter("alert:1", FINOPS))
    for outcome in (LetterState.SENT, LetterState.WITHDRAWN):
        await office.until("alert:1")
        office.slack.state.workspace.remove(office.seen()[0])
        await office.post(letter("alert:1", FINOPS))
        await office.until("alert:1", outcome)
    assert office.seen() == []
    assert office.calls("chat.postMessage") == 2


async def test_the_order_of_a_channel_is_kept(office: Newsroom) -> None:
    names = [f"alert:{number}" for number in range(12)]
    await office.post(*(letter(name, FINOPS) for name in names))
    assert await office.told(FINOPS, lambda texts: len(texts) == 12) == names


async def test_a_click_is_seen_in_the_message_at_once(office: Newsroom) -> None:
    office.news.extras["chart"] = CHART
    await office.post(letter("alert:1", FINOPS))
    await office.until("alert:1")
    took = []
    for number in range(5):
        office.news.says["alert:1"] = f"state {number}"
        began = asyncio.get_running_loop().time()
        await office.post(letter("alert:1", FINOPS))
        await office.told(FINOPS, lambda texts, number=number: texts[0].startswith(f"state {number}"))
        took.append(asyncio.get_running_loop().time() - began)
    assert sorted(took)[2] < 0.2, took
    assert office.calls("files.getUploadURLExternal") == 1, "the picture stays while its chart is the same"


# Pictures and files.


async def test_a_picture_is_there_from_the_start(office: Newsroom) -> None:
    office.news.extras["chart"] = CHART
    await office.post(letter("digest", FINOPS))
    await office.until("digest")
    (message,) = office.seen()
    assert [each["type"] for each in message.blocks] == ["section", "image"]
    assert (message.edited, office.calls("chat.update")) == ("", 0)
    office.news.extras["chart"] = replace(CHART, title="Another")
    await office.post(letter("digest", FINOPS))
    await office.slack.until(lambda: office.calls("chat.update") == 2)
    await office.until("digest")
    assert [each.get("alt_text", "")[:7] for each in message.blocks] == ["", "Another"]


async def test_a_picture_that_cannot_be_is_missed_in_words(office: Newsroom) -> None:
    office.news.extras["chart"] = BreakdownSpec("Spend", "USD", (Bar("EC2", 1e300),))
    await office.post(letter("digest", FINOPS))
    await office.until("digest")
    (message,) = office.seen()
    assert "The chart could not be added: An amount is too large to draw." in str(message.blocks)


async def test_a_file_follows_into_the_thread(office: Newsroom) -> None:
    office.news.extras["files"] = (File("spend.csv", b"a,b\n", "Spend"),)
    await office.post(letter("digest", FINOPS))
    await office.until("digest")
    await office.slack.until(lambda: len(office.seen()) == 2)
    first, second = office.seen()
    assert (second.thread, len(second.files)) == (first.ts, 1)


# Slack says no.


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("archive_channel", "This channel is archived."), ("share_channel", "shared with another company"), ("", "I am not in")],
)
async def test_where_it_may_not_be_said_the_feature_and_each_admin_hear_why(office: Newsroom, fault: str, reason: str) -> None:
    if fault:
        await office.fault(fault, channel=FINOPS)
    else:
        office.slack.state.workspace.channels[FINOPS].members.discard(BOT_USER)
    await office.post(letter("digest:1", FINOPS, "digest"), letter("digest:2", FINOPS, "digest"), letter("alert", DATA))
    assert reason in (await office.until("digest:2", LetterState.REFUSED)).reason
    await office.until("alert")
    assert [each for each, _ in office.news.refused] == ["digest:1", "digest:2"]
    assert all(reason in said for _, said in office.news.refused)
    (told,) = await office.told(
        office.direct(ADMIN), lambda texts: any("2 messages could not be posted" in each for each in texts)
    )
    assert f"<#{FINOPS}>" in told
    assert reason in told
    assert office.seen() == []


async def test_who_was_made_an_admin_in_chat_hears_it_too(office: Newsroom) -> None:
    access, team = office.bot.house.services.access, office.slack.state.workspace.team
    await access.set_role(await access.person(team, ADMIN), Subject(SubjectKind.PERSON, VIEWER), Role.ADMIN)
    await office.fault("archive_channel", channel=FINOPS)
    await office.post(letter("digest", FINOPS, "digest"))
    for user in (ADMIN, VIEWER):
        (told,) = await office.told(office.direct(user), len)
        assert "This channel is archived." in told


async def test_an_admin_who_cannot_be_told_is_no_reason_for_more_letters(home: Path) -> None:
    async with newsroom(home) as office:
        await office.fault("archive_channel", channel=FINOPS)
        del office.slack.state.workspace.people[ADMIN]
        await office.post(letter("digest", FINOPS, "digest"))
        await office.until("digest", LetterState.REFUSED)
        counts = office.bot.house.services.outbox.counts
        async with asyncio.timeout(5):
            while (await counts()).get(LetterState.REFUSED) != 2:  # noqa: ASYNC110  # same
                await asyncio.sleep(0.02)
        assert await counts() == {LetterState.REFUSED: 2}


async def test_a_message_that_stands_in_a_channel_shared_since_is_not_given_new_numbers(office: Newsroom) -> None:
    await office.post(letter("alert", FINOPS))
    await office.until("alert")
    await office.fault("share_channel", channel=FINOPS)
    office.news.says["alert"] = "$1,000,000"
    await office.post(letter("alert", FINOPS))
    await office.until("alert", LetterState.REFUSED)
    assert office.texts() == ["alert"]


# It cannot be put into words.


async def test_what_cannot_be_put_into_words_is_tried_again(office: Newsroom) -> None:
    office.news.errors = [DataError("The bill is being read."), RuntimeError("boom")]
    office.news.errors.pop()
    await office.post(letter("alert:1", FINOPS), letter("alert:2", FINOPS))
    await office.until("alert:1")
    assert sorted(office.texts()) == ["alert:1", "alert:2"]


# Slack is slow, full or away.


async def test_a_slow_channel_holds_up_nobody_else(office: Newsroom) -> None:
    await office.fault("delay", method="conversations.info", times=1, seconds=1.2)
    await office.post(letter("slow", FINOPS), letter("fast", PLATFORM))
    await office.until("fast", seconds=1)
    assert (await office.find("slow")).state is LetterState.SENDING


@pytest.mark.parametrize("fault", ["rate_limited", "server_error"])
async def test_what_slack_does_not_take_now_it_takes_later(office: Newsroom, fault: str) -> None:
    await office.fault(fault, method="conversations.info", times=1, seconds=1)
    await office.post(letter("alert:1", FINOPS), letter("alert:2", FINOPS))
    assert await office.told(FINOPS, lambda texts: len(texts) == 2) == ["alert:1", "alert:2"]


# Whether it stands there, nobody said.


@pytest.mark.parametrize("kind", ["alert", "digest"])
async def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(office: Newsroom, kind: str) -> None:
    await office.fault("lost_answer", method="chat.postMessage", times=1)
    await office.post(letter("it", FINOPS, kind), letter("next", FINOPS))
    sent = await office.until("it")
    await office.until("next")
    assert office.texts() == ["it", "next"]
    assert sent.ts == office.seen()[0].ts
    assert office.calls("chat.postMessage") == 2
    office.news.says["it"] = "anew"
    await office.post(letter("it", FINOPS, kind))
    await office.told(FINOPS, lambda texts: texts == ["anew", "next"])


async def test_an_answer_in_a_thread_is_found_there(office: Newsroom) -> None:
    await office.post(letter("alert", FINOPS))
    await office.until("alert")
    await office.fault("lost_answer", method="chat.postMessage", times=1)
    await office.post(letter("note", thread_of="alert"))
    await office.until("note")
    assert office.texts() == ["alert", "note"]


async def test_where_nobody_may_look_an_alert_comes_twice_and_a_digest_is_dropped_and_told(home: Path) -> None:
    async with newsroom(home, may_read=False) as office:
        for kind, channel in (("alert", FINOPS), ("digest", DATA)):
            await office.fault("lost_answer", method="chat.postMessage", times=1)
            await office.post(letter(kind, channel, kind))
            await office.until(kind, LetterState.SENT, LetterState.DROPPED)
        assert office.texts(FINOPS) == ["alert", "alert"]
        assert office.texts(DATA) == ["digest"], "it does stand there, which nobody can know"
        assert (await office.find("digest")).state is LetterState.DROPPED
        (told,) = await office.told(office.direct(ADMIN), lambda texts: texts)
        assert f"<#{DATA}>" in told
