"""Given a reply and a place, when it is sent, then the right people see it there: edited in place, degraded in words."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from handlers.blocks.build import actions, button, context, section
from handlers.outbound.notifier import FILE_NOTE, PRIVATE_NOTE, WORKING, Notifier
from handlers.outbound.refusals import UncertainError
from handlers.outbound.work import Work
from handlers.request import File, Place, Reply, Surface, Visibility
from services.charts.results import Bar, BreakdownSpec, ChartSpec, Picture
from services.charts.service import Charts
from services.errors import DataError, DeniedError, TemporaryError, TuppenceError
from tests.fakes.slack import BOT_TOKEN, FakeSlack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ALICE, TEAM_WEB = "U0ALICE01", "C0TEAM001"
PNG = b"\x89PNG\r\n\x1a\nnot really"
CHART = BreakdownSpec("Spend by service", "USD", (Bar("EC2", 12.5),))
NATIVE = {"type": "data_visualization", "title": "Spend", "chart": {"type": "pie", "segments": [{"label": "EC2", "value": 1}]}}
TABLE = {
    "type": "data_table",
    "caption": "Spend",
    "rows": [[{"type": "raw_text", "text": "Service"}], [{"type": "raw_text", "text": "EC2"}]],
}


class Pencil(Charts):
    """Draws at once, or fails as told."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.drawn: list[ChartSpec] = []
        self.words = "Spend by service: EC2 $12.50"
        self.go = asyncio.Event()
        self.go.set()

    async def draw(self, spec: ChartSpec) -> Picture:
        """Remember what was asked for."""
        self.drawn.append(spec)
        await self.go.wait()
        if self.error:
            raise self.error
        return Picture(PNG, self.words, "Spend by service")


@dataclass
class Desk:
    """A notifier with a local Slack at the other end; `slept` is every wait it asked for."""

    slack: FakeSlack
    pencil: Pencil = field(default_factory=Pencil)
    work: Work = field(default_factory=Work)
    slept: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        client = AsyncWebClient(token=BOT_TOKEN, base_url=self.slack.api_url)
        self.notifier = Notifier(client, self.pencil, self.work, sleep=self.sleep)

    async def sleep(self, seconds: float) -> None:
        """Wait no time at all."""
        self.slept.append(seconds)
        await asyncio.sleep(0)

    async def send(self, reply: Reply, place: Place) -> None:
        """Send, and let the chart arrive."""
        await self.notifier.send(reply, place, ALICE)
        await self.work.drain(5)

    def slash(self) -> Place:
        """A slash command in a channel."""
        return Place(channel=TEAM_WEB, surface=Surface.SLASH, response_url=self.slack.response_url(), trigger="1.2")

    def mention(self, channel: str = TEAM_WEB) -> Place:
        """A mention, not in a thread."""
        return Place(channel=channel, message="1700000000.000100", surface=Surface.MENTION)

    async def click(self, reply: Reply) -> Place:
        """A click on an ephemeral answer that is already shown."""
        await self.notifier.send(reply, self.slash(), ALICE)
        url = self.slack.response_url(on=len(self.slack.ephemerals) - 1)
        return Place(channel=TEAM_WEB, surface=Surface.BUTTON, response_url=url, is_ephemeral=True)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with FakeSlack() as slack:
        yield Desk(slack)
        assert slack.problems == []


ANSWER = Reply(
    "EC2 cost $12.50",
    blocks=(
        section("EC2 cost *$12.50*"),
        context("1–21 Nov, effective"),
        *actions([button("Share", "costs.share", {"q": "ec2"})]),
    ),
)
SHARED = replace(ANSWER, visibility=Visibility.CHANNEL)
IN_THREAD = replace(ANSWER, visibility=Visibility.THREAD)


def kinds(message: dict[str, Any]) -> list[str]:
    return [block["type"] for block in message["blocks"]]


def only(messages: dict[tuple[str, str], dict[str, Any]]) -> dict[str, Any]:
    assert len(messages) == 1
    return next(iter(messages.values()))


# Who sees it.


async def test_a_slash_command_is_answered_to_the_asker_only(desk: Desk) -> None:
    await desk.send(ANSWER, desk.slash())
    assert desk.slack.messages == {}
    assert desk.slack.ephemerals[0]["response_type"] == "ephemeral"
    assert (desk.slack.ephemerals[0]["text"], kinds(desk.slack.ephemerals[0])) == (ANSWER.text, ["section", "context", "actions"])


async def test_a_mention_is_answered_in_its_thread_without_unfurling(desk: Desk) -> None:
    await desk.send(IN_THREAD, desk.mention())
    message = only(desk.slack.messages)
    assert (message["channel"], message["thread_ts"]) == (TEAM_WEB, "1700000000.000100")
    assert (message["unfurl_links"], message["unfurl_media"], message["text"]) == (False, False, ANSWER.text)


async def test_a_mention_within_a_thread_is_answered_in_that_thread(desk: Desk) -> None:
    await desk.send(IN_THREAD, replace(desk.mention(), thread="1699999999.000001"))
    assert only(desk.slack.messages)["thread_ts"] == "1699999999.000001"


async def test_a_private_answer_to_a_mention_is_whispered_in_the_thread(desk: Desk) -> None:
    await desk.send(ANSWER, replace(desk.mention(), thread="1699999999.000001"))
    assert desk.slack.called("chat.postEphemeral")[0]["user"] == ALICE
    assert desk.slack.ephemerals[0]["thread_ts"] == "1699999999.000001"


async def test_a_direct_message_is_answered_in_it(desk: Desk) -> None:
    desk.slack.add_channel("D0ALICE01", "", is_im=True)
    await desk.send(ANSWER, Place(channel="D0ALICE01", message="1.1", surface=Surface.DIRECT))
    assert only(desk.slack.messages)["channel"] == "D0ALICE01"
    assert desk.slack.called("conversations.info") == []


async def test_an_answer_can_go_to_the_asker_directly(desk: Desk) -> None:
    await desk.send(replace(ANSWER, visibility=Visibility.DIRECT), desk.mention())
    assert only(desk.slack.messages)["channel"] == "D0ALICE01"


async def test_what_has_no_place_goes_to_the_person_directly(desk: Desk) -> None:
    await desk.send(ANSWER, Place(surface=Surface.VIEW))
    assert only(desk.slack.messages)["channel"] == "D0ALICE01"


async def test_a_mention_in_a_channel_shared_with_another_company_is_answered_to_the_asker_only(desk: Desk) -> None:
    desk.slack.add_channel("C0PARTNER", "with-partner", is_ext_shared=True)
    await desk.send(IN_THREAD, desk.mention("C0PARTNER"))
    assert desk.slack.messages == {}
    assert desk.slack.ephemerals[0]["user"] == ALICE
    assert PRIVATE_NOTE in str(desk.slack.ephemerals[0]["blocks"])


# Sharing.


async def test_a_shared_answer_stands_in_the_channel_and_the_private_one_says_so(desk: Desk) -> None:
    await desk.send(SHARED, await desk.click(ANSWER))
    assert only(desk.slack.messages)["blocks"] == list(ANSWER.blocks)
    assert len(desk.slack.ephemerals) == 1
    assert desk.slack.ephemerals[0]["text"] == f"Shared in <#{TEAM_WEB}>."


@pytest.mark.parametrize(
    ("marks", "says"),
    [
        ({"is_ext_shared": True}, "shared with another company"),
        ({"is_pending_ext_shared": True}, "shared with another company"),
        ({"pending_shared": ["T0OTHER"]}, "shared with another company"),
        ({"is_archived": True}, "archived"),
        ({"is_member": False}, "not in this channel"),
    ],
)
async def test_sharing_is_refused_where_it_must_be(desk: Desk, marks: dict[str, object], says: str) -> None:
    desk.slack.add_channel(TEAM_WEB, "team-web", **marks)
    place = await desk.click(ANSWER)
    with pytest.raises(DeniedError, match=says):
        await desk.notifier.send(SHARED, place, ALICE)
    assert desk.slack.messages == {}


async def test_sharing_in_a_private_channel_that_does_not_know_us_says_how_to_invite(desk: Desk) -> None:
    place = replace(await desk.click(ANSWER), channel="C0SECRET1")
    with pytest.raises(DeniedError) as caught:
        await desk.notifier.send(SHARED, place, ALICE)
    assert "/invite @tuppence" in caught.value.remedy


async def test_sharing_fails_closed_when_the_channel_cannot_be_looked_up(desk: Desk) -> None:
    desk.slack.fail("conversations.info", error="internal_error")
    with pytest.raises(TemporaryError):
        await desk.notifier.send(SHARED, await desk.click(ANSWER), ALICE)
    assert desk.slack.messages == {}


async def test_a_channel_that_was_shared_meanwhile_gets_no_edits_either(desk: Desk) -> None:
    await desk.send(IN_THREAD, desk.mention())
    desk.slack.channels[TEAM_WEB]["is_ext_shared"] = True
    ts = only(desk.slack.messages)["ts"]
    place = Place(channel=TEAM_WEB, message=ts, surface=Surface.BUTTON, response_url=desk.slack.response_url())
    with pytest.raises(DeniedError):
        await desk.notifier.send(replace(ANSWER, text="by account", replace=True), place, ALICE)
    assert only(desk.slack.messages)["text"] == ANSWER.text


# Editing.


async def test_a_follow_up_on_a_private_answer_replaces_it(desk: Desk) -> None:
    await desk.send(Reply("by account", replace=True), await desk.click(ANSWER))
    assert [message["text"] for message in desk.slack.ephemerals] == ["by account"]
    assert desk.slack.called("response_url")[-1]["replace_original"] is True


async def test_a_follow_up_on_a_posted_answer_edits_it(desk: Desk) -> None:
    await desk.send(IN_THREAD, desk.mention())
    ts = only(desk.slack.messages)["ts"]
    place = Place(channel=TEAM_WEB, message=ts, surface=Surface.BUTTON, response_url=desk.slack.response_url())
    await desk.notifier.send(Reply("by account", blocks=(section("by account"),), replace=True), place, ALICE)
    assert (only(desk.slack.messages)["text"], kinds(only(desk.slack.messages))) == ("by account", ["section"])


async def test_a_refusal_on_a_posted_answer_is_told_to_the_clicker_and_changes_nothing(desk: Desk) -> None:
    await desk.send(IN_THREAD, desk.mention())
    place = Place(channel=TEAM_WEB, message="1.1", surface=Surface.BUTTON, response_url=desk.slack.response_url())
    await desk.notifier.send(Reply("You may not do this."), place, ALICE)
    assert (
        desk.slack.called("response_url")[0] | {"replace_original": False, "response_type": "ephemeral"}
        == desk.slack.called("response_url")[0]
    )
    assert only(desk.slack.messages)["text"] == ANSWER.text


async def test_what_takes_longer_says_so_and_is_replaced_by_the_answer(desk: Desk) -> None:
    place = desk.slash()
    route = await desk.notifier.working(place, ALICE)
    assert desk.slack.ephemerals[0]["text"] == WORKING
    await desk.notifier.send(ANSWER, place, ALICE, route=route)
    assert [message["text"] for message in desk.slack.ephemerals] == [ANSWER.text]


async def test_a_used_up_response_url_gives_way_to_a_whisper(desk: Desk) -> None:
    await desk.send(ANSWER, replace(desk.slash(), response_url=desk.slack.response_url(uses=0)))
    assert desk.slack.called("chat.postEphemeral")[0]["text"] == ANSWER.text


async def test_a_response_url_older_than_half_an_hour_gives_way_too(desk: Desk) -> None:
    await desk.send(ANSWER, replace(desk.slash(), response_url=desk.slack.response_url(age=1801)))
    assert desk.slack.called("chat.postEphemeral")[0]["text"] == ANSWER.text


# Trouble.


async def test_a_rate_limit_is_waited_for_as_long_as_slack_says(desk: Desk) -> None:
    desk.slack.fail("chat.postMessage", status=429, retry_after="12")
    await desk.send(IN_THREAD, desk.mention())
    assert desk.slept == [12.0]
    assert only(desk.slack.messages)["text"] == ANSWER.text


async def test_a_rate_limit_that_outlasts_everybody_is_an_error_in_words(desk: Desk) -> None:
    desk.slack.fail("chat.postMessage", status=429, retry_after="600")
    with pytest.raises(TemporaryError, match="not taking messages"):
        await desk.notifier.send(IN_THREAD, desk.mention(), ALICE)


async def test_a_server_error_is_tried_again(desk: Desk) -> None:
    desk.slack.fail("conversations.info", status=503, times=2)
    await desk.send(IN_THREAD, desk.mention())
    assert desk.slept == [0.5, 1.0]
    assert only(desk.slack.messages)["text"] == ANSWER.text


async def test_a_post_that_may_stand_there_already_is_not_tried_again(desk: Desk) -> None:
    desk.slack.fail("chat.postMessage", status=503)
    with pytest.raises(UncertainError, match="did not say"):
        await desk.notifier.send(IN_THREAD, desk.mention(), ALICE)
    assert len(desk.slack.called("chat.postMessage")) == 1


async def test_a_server_error_of_a_response_url_is_tried_again(desk: Desk) -> None:
    desk.slack.fail("response_url", status=500, times=2)
    await desk.send(ANSWER, desk.slash())
    assert desk.slack.ephemerals[0]["text"] == ANSWER.text


async def test_a_slack_that_stays_down_is_an_error_in_words(desk: Desk) -> None:
    desk.slack.fail("response_url", status=500, times=9)
    with pytest.raises(TemporaryError):
        await desk.notifier.send(ANSWER, desk.slash(), ALICE)


async def test_a_slack_that_cannot_be_reached_is_an_error_in_words(desk: Desk) -> None:
    with pytest.raises(TemporaryError, match="could not be reached"):
        await desk.notifier.send(ANSWER, Place(channel="C1", response_url="http://127.0.0.1:9/x", surface=Surface.SLASH), ALICE)


async def test_an_unknown_refusal_names_slacks_code(desk: Desk) -> None:
    desk.slack.fail("chat.postMessage", error="some_new_rule")
    with pytest.raises(TuppenceError, match="some_new_rule"):
        await desk.notifier.send(IN_THREAD, desk.mention(), ALICE)


@pytest.mark.parametrize("block", [TABLE, NATIVE])
async def test_a_workspace_that_does_not_know_a_block_gets_the_plain_version(desk: Desk, block: dict[str, Any]) -> None:
    desk.slack.refuse_blocks = {block["type"]}
    reply = replace(ANSWER, blocks=(section("EC2"), block), plain=(section("EC2 as text"),))
    await desk.send(reply, desk.slash())
    await desk.send(replace(reply, visibility=Visibility.THREAD), replace(desk.mention(), response_url=""))
    assert kinds(desk.slack.ephemerals[0]) == ["section"]
    assert "EC2 as text" in str(only(desk.slack.messages)["blocks"])


async def test_without_a_plain_version_the_text_alone_is_sent(desk: Desk) -> None:
    desk.slack.refuse_blocks = {"data_table"}
    await desk.send(Reply("EC2 cost $12.50", blocks=(TABLE,)), desk.slash())
    assert (desk.slack.ephemerals[0]["text"], desk.slack.ephemerals[0]["blocks"]) == ("EC2 cost $12.50", [])


async def test_blocks_that_break_a_limit_are_never_sent_and_are_logged(desk: Desk) -> None:
    broken = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    with capture_logs() as lines:
        await desk.send(replace(ANSWER, blocks=(broken,), plain=(section("short"),)), desk.slash())
    assert kinds(desk.slack.ephemerals[0]) == ["section"]
    assert len(desk.slack.called("response_url")) == 1
    assert any(line["event"] == "our blocks break a limit" for line in lines)


async def test_posts_to_one_channel_stand_a_second_apart(desk: Desk) -> None:
    await asyncio.gather(*(desk.notifier.send(IN_THREAD, desk.mention(), ALICE) for _ in range(3)))
    assert len(desk.slack.messages) == 3
    assert [round(wait) for wait in desk.slept if wait > 0] == [1] * len([wait for wait in desk.slept if wait > 0])
    assert desk.slept


# Charts.

CHARTED = replace(ANSWER, chart=CHART)


async def test_the_chart_is_edited_in_after_the_numbers_and_above_context_and_buttons(desk: Desk) -> None:
    desk.slack.slow_polls = 2
    await desk.send(replace(CHARTED, visibility=Visibility.THREAD), desk.mention())
    message = only(desk.slack.messages)
    assert kinds(message) == ["section", "image", "context", "actions"]
    assert message["blocks"][1]["alt_text"] == "Spend by service: EC2 $12.50"
    assert "EC2 $12.50" in message["text"]
    assert kinds(desk.slack.called("chat.postMessage")[0]) == ["section", "context", "actions"]
    assert desk.slept == [1.0, 2.0]
    upload = next(iter(desk.slack.files.values()))
    assert (upload.content, upload.channel, upload.kind) == (PNG, "", "image/png")


async def test_the_chart_of_a_private_answer_is_edited_in_through_the_response_url(desk: Desk) -> None:
    await desk.send(CHARTED, desk.slash())
    assert [kinds(message) for message in desk.slack.ephemerals] == [["section", "image", "context", "actions"]]


async def test_a_picture_that_slack_keeps_checking_is_given_up_in_words(desk: Desk) -> None:
    desk.slack.slow_polls = 99
    await desk.send(CHARTED, desk.slash())
    assert sum(desk.slept) == 30.0
    assert "The chart could not be added: Slack was still checking" in str(desk.slack.ephemerals[0]["blocks"])
    assert kinds(desk.slack.ephemerals[0]) == ["section", "context", "context", "actions"]


async def test_no_picture_follows_into_a_channel_that_was_shared_meanwhile(desk: Desk) -> None:
    desk.pencil.go.clear()
    place = desk.mention()
    sending = asyncio.create_task(desk.send(replace(CHARTED, visibility=Visibility.THREAD), place))
    await desk.slack.until(lambda: bool(desk.pencil.drawn))
    desk.slack.channels[place.channel]["is_ext_shared"] = True
    desk.pencil.go.set()
    await sending
    message = only(desk.slack.messages)
    assert "image" not in kinds(message)
    assert "The chart could not be added: This channel is shared with another company" in str(message["blocks"])


async def test_a_picture_that_is_refused_once_is_shown_at_the_second_try(desk: Desk) -> None:
    place = desk.mention()
    desk.slack.fail("chat.update", error="invalid_blocks")
    await desk.send(replace(CHARTED, visibility=Visibility.THREAD), place)
    assert "image" in kinds(only(desk.slack.messages))


async def test_a_picture_that_is_refused_twice_is_given_up_in_words(desk: Desk) -> None:
    desk.slack.fail("chat.update", error="invalid_blocks", times=2)
    await desk.send(replace(CHARTED, visibility=Visibility.THREAD), desk.mention())
    assert "The chart could not be added: Slack did not take the picture." in str(only(desk.slack.messages)["blocks"])


@pytest.mark.parametrize(("method", "status"), [("files.getUploadURLExternal", 500), ("upload", 500)])
async def test_an_upload_that_fails_is_given_up_in_words(desk: Desk, method: str, status: int) -> None:
    desk.slack.fail(method, status=status, times=9)
    await desk.send(CHARTED, desk.slash())
    assert "The chart could not be added" in str(desk.slack.ephemerals[0]["blocks"])


async def test_a_missing_scope_for_files_is_given_up_in_words(desk: Desk) -> None:
    desk.slack.fail("files.info", error="missing_scope")
    await desk.send(CHARTED, desk.slash())
    assert "missing_scope" in str(desk.slack.ephemerals[0]["blocks"])


async def test_a_chart_that_cannot_be_drawn_says_why(desk: Desk) -> None:
    desk.pencil.error = DataError("There is nothing to draw.")
    await desk.send(CHARTED, desk.slash())
    assert "The chart could not be added: There is nothing to draw." in str(desk.slack.ephemerals[0]["blocks"])


async def test_an_unexpected_failure_of_a_chart_shows_no_detail_and_is_logged(desk: Desk) -> None:
    desk.pencil.error = ZeroDivisionError("secret detail")
    with capture_logs() as lines:
        await desk.send(CHARTED, desk.slash())
    assert "something unexpected happened (id " in str(desk.slack.ephemerals[0]["blocks"])
    assert "secret detail" not in str(desk.slack.ephemerals)
    assert any(line["event"] == "the chart failed" for line in lines)


async def test_no_picture_is_drawn_beside_a_native_chart(desk: Desk) -> None:
    await desk.send(replace(CHARTED, blocks=(section("EC2"), NATIVE), plain=(section("EC2"),)), desk.slash())
    assert desk.pencil.drawn == []


async def test_a_picture_takes_the_place_of_a_native_chart_that_slack_refuses(desk: Desk) -> None:
    desk.slack.refuse_blocks = {"data_visualization"}
    await desk.send(replace(CHARTED, blocks=(section("EC2"), NATIVE), plain=(section("EC2"),)), desk.slash())
    assert kinds(desk.slack.ephemerals[0]) == ["section", "image"]


async def test_what_a_chart_says_of_a_bill_mentions_nobody(desk: Desk) -> None:
    desk.pencil.words = "Spend by service: <!channel> $12.50, <@U0ALICE01> $1.00"
    await desk.send(replace(CHARTED, visibility=Visibility.THREAD), desk.mention())
    message = only(desk.slack.messages)
    assert "<!" not in message["text"]
    assert "<@" not in message["text"]
    assert message["blocks"][1]["alt_text"] == desk.pencil.words, "plain text, which Slack does not read as markup"


FOLLOW_UP = Reply("by account", blocks=(section("by account"),), replace=True)


async def test_a_chart_that_comes_late_does_not_bring_back_the_answer_before(desk: Desk) -> None:
    desk.pencil.go.clear()
    await desk.notifier.send(replace(CHARTED, visibility=Visibility.THREAD), desk.mention(), ALICE)
    ts = only(desk.slack.messages)["ts"]
    place = Place(channel=TEAM_WEB, message=ts, surface=Surface.BUTTON, response_url=desk.slack.response_url())
    await desk.notifier.send(FOLLOW_UP, place, ALICE)
    desk.pencil.go.set()
    await desk.work.drain(5)
    assert (only(desk.slack.messages)["text"], kinds(only(desk.slack.messages))) == ("by account", ["section"])


async def test_nor_does_it_on_a_private_answer(desk: Desk) -> None:
    desk.pencil.go.clear()
    await desk.notifier.send(FOLLOW_UP, await desk.click(CHARTED), ALICE)
    desk.pencil.go.set()
    await desk.work.drain(5)
    assert [message["text"] for message in desk.slack.ephemerals] == ["by account"]


async def test_a_chart_under_another_message_is_not_stopped(desk: Desk) -> None:
    desk.pencil.go.clear()
    await desk.notifier.send(replace(CHARTED, visibility=Visibility.THREAD), desk.mention(), ALICE)
    await desk.notifier.send(FOLLOW_UP, replace(await desk.click(ANSWER), message="9.9"), ALICE)
    await desk.notifier.send(replace(FOLLOW_UP, replace=False), desk.slash(), ALICE)
    desk.pencil.go.set()
    await desk.work.drain(5)
    assert "image" in kinds(only(desk.slack.messages))


# Files, modals, home.

CSV = replace(ANSWER, text="Costs: 2 rows", files=(File("cost.csv", b"a,b\n1,2\n", "Cost by service"),))


async def test_a_csv_goes_to_the_askers_direct_messages(desk: Desk) -> None:
    await desk.send(CSV, await desk.click(ANSWER))
    upload = next(iter(desk.slack.files.values()))
    assert (upload.channel, upload.content, upload.name, upload.complete) == ("D0ALICE01", b"a,b\n1,2\n", "cost.csv", True)
    assert desk.slack.ephemerals[-1]["text"] == CSV.text
    assert FILE_NOTE in str(desk.slack.ephemerals[-1]["blocks"])


async def test_a_file_for_the_asker_is_not_shown_to_those_who_read_along(desk: Desk) -> None:
    place = Place(channel=TEAM_WEB, message="1.1", surface=Surface.BUTTON, response_url=desk.slack.response_url())
    await desk.send(replace(CSV, to_asker=True), place)
    assert next(iter(desk.slack.files.values())).channel == "D0ALICE01"
    assert FILE_NOTE in str(desk.slack.ephemerals[-1]["blocks"])
    assert desk.slack.messages == {}


async def test_what_is_said_to_one_person_about_a_message_in_a_thread_is_said_in_that_thread(desk: Desk) -> None:
    place = Place(channel=TEAM_WEB, thread="1.0", message="1.1", surface=Surface.BUTTON, response_url=desk.slack.response_url())
    await desk.send(Reply("You may not do this."), place)
    assert desk.slack.called("response_url")[0]["thread_ts"] == "1.0"


async def test_a_csv_of_a_shared_answer_goes_into_its_thread(desk: Desk) -> None:
    place = Place(channel=TEAM_WEB, message="1.1", surface=Surface.BUTTON, response_url=desk.slack.response_url())
    await desk.send(CSV, place)
    upload = next(iter(desk.slack.files.values()))
    assert (upload.channel, upload.thread) == (TEAM_WEB, "1.1")
    assert FILE_NOTE not in str(desk.slack.ephemerals)


async def test_a_csv_asked_for_in_a_foreign_channel_goes_to_the_asker(desk: Desk) -> None:
    desk.slack.add_channel(TEAM_WEB, "team-web", is_ext_shared=True)
    place = Place(channel=TEAM_WEB, message="1.1", surface=Surface.BUTTON, response_url=desk.slack.response_url())
    await desk.send(CSV, place)
    assert next(iter(desk.slack.files.values())).channel == "D0ALICE01"


async def test_a_csv_asked_for_in_a_direct_message_stays_there(desk: Desk) -> None:
    desk.slack.add_channel("D0ALICE01", "", is_im=True)
    await desk.send(CSV, Place(channel="D0ALICE01", message="1.1", thread="1.0", surface=Surface.DIRECT))
    upload = next(iter(desk.slack.files.values()))
    assert (upload.channel, upload.thread) == ("D0ALICE01", "1.0")


async def test_a_csv_that_cannot_be_uploaded_promises_nothing(desk: Desk) -> None:
    desk.slack.fail("upload", status=500, times=9)
    with pytest.raises(TemporaryError):
        await desk.notifier.send(CSV, desk.slash(), ALICE)
    assert desk.slack.ephemerals == []


async def test_app_home_is_published_to_the_person(desk: Desk) -> None:
    await desk.send(Reply("Home", home={"type": "home", "blocks": [section("hello")]}), Place(surface=Surface.HOME))
    assert desk.slack.homes[ALICE]["blocks"][0]["type"] == "section"


async def test_a_modal_is_opened_with_the_trigger(desk: Desk) -> None:
    await desk.send(Reply("Settings", view={"type": "modal", "blocks": []}), desk.slash())
    assert desk.slack.called("views.open")[0]["trigger_id"] == "1.2"


async def test_metadata_says_what_a_post_is_and_an_ephemeral_has_none(desk: Desk) -> None:
    await desk.send(replace(IN_THREAD, metadata={"question": "cost"}), desk.mention())
    assert only(desk.slack.messages)["metadata"] == {"event_type": "tuppence_reply", "event_payload": {"question": "cost"}}
