"""Somebody asks what the cloud cost: by command, in a thread, directly, by button; and sees it where they asked."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from handlers.feature import Feature, load_features
from handlers.outbound.notifier import WORKING
from handlers.request import Reply, Request
from tests.fakes.slack import TEAM
from tests.scenario.office import ADMIN, ALICE, FORM, TEAM_WEB, Office, buttons, opened, signed, words

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_command_is_answered_to_the_asker_from_the_bill(office: Office) -> None:
    answer = await office.slash("by service")
    assert answer["response_type"] == "ephemeral"
    assert "$210" in words(answer)  # 21 days of EC2 at $10.00
    assert "21 Nov" in words(answer)
    assert office.posted == []


async def test_the_numbers_are_there_within_the_promise(office: Office) -> None:
    await office.slash("by service")
    start = time.perf_counter()
    await office.slash("by account")
    assert time.perf_counter() - start < 1.0


async def test_names_from_a_bill_mention_nobody(office: Office) -> None:
    answer = await office.slash("by service")
    assert "<!channel>" not in answer["text"]
    for block in answer["blocks"]:
        if block["type"] in {"section", "context"}:
            assert "<!channel>" not in str(block)


async def test_an_unknown_word_is_quoted_with_an_example(office: Office) -> None:
    answer = await office.slash("by servise")
    assert "servise" in words(answer)
    assert "/cost" in words(answer)


async def test_an_unknown_command_is_answered_too(office: Office) -> None:
    answer = await office.slash("by service", command="/coast")
    assert answer["response_type"] == "ephemeral"


async def test_commands_have_the_prefix_of_the_workspace(home: Path, mode: str) -> None:
    async with opened(home, mode, prefix="acme-") as office:
        assert "$210" in words(await office.slash("by service", command="/acme-cost"))


async def test_a_mention_is_answered_in_its_thread(office: Office) -> None:
    event = await office.mention("cost by service")
    (message,) = office.posted
    assert (message["channel"], message["thread_ts"]) == (TEAM_WEB, event["ts"])
    assert "$210" in words(message)


async def test_a_mention_within_a_thread_stays_in_it(office: Office) -> None:
    await office.mention("cost by service", thread="1779.1")
    assert office.posted[0]["thread_ts"] == "1779.1"


async def test_a_mistake_in_a_mention_is_told_to_the_asker_only(office: Office) -> None:
    await office.mention("cost by servise")
    assert office.posted == []
    assert office.slack.ephemerals[-1]["user"] == ALICE


async def test_a_direct_message_is_answered_directly(office: Office) -> None:
    event = await office.direct("cost by service")
    (message,) = office.posted
    assert message["channel"] == event["channel"]
    assert "$210" in words(message)


async def test_the_same_delivery_does_its_work_once(office: Office) -> None:
    event = {"type": "app_mention", "user": ALICE, "text": "cost", "ts": "1780.5", "channel": TEAM_WEB}
    for _ in range(3):
        await office.event(event, "Ev0SAME01")
    await office.event(event, "Ev0OTHER1")
    assert len(office.posted) == 1


async def test_the_same_command_twice_is_two_answers_and_the_same_trigger_is_one(office: Office) -> None:
    body = office.slash_body("by service")
    await office.command(body)
    await office.command(body)
    await office.settle()
    assert len(office.slack.called("response_url")) == 1


async def test_a_delivery_that_was_done_before_a_restart_is_not_done_again(home: Path, mode: str) -> None:
    event = {"type": "app_mention", "user": ALICE, "text": "cost", "ts": "1780.5", "channel": TEAM_WEB}
    posted = []
    for _ in range(2):
        async with opened(home, mode) as office:
            await office.event(event, "Ev0SAME01")
            posted.append(len(office.posted))
    assert posted == [1, 0]


async def test_what_bots_and_edits_say_is_ignored(office: Office) -> None:
    base = {"type": "message", "channel_type": "im", "user": ALICE, "text": "cost", "channel": "D0ALICE01", "ts": "1.1"}
    await office.event(base | {"bot_id": "B0OTHER"})
    await office.event(base | {"subtype": "message_changed"})
    await office.event(base | {"channel_type": "channel", "channel": TEAM_WEB})
    assert office.posted == []
    assert office.slack.ephemerals == []


async def test_a_follow_up_takes_the_place_of_a_private_answer(office: Office) -> None:
    answer = await office.slash("by service")
    await office.click(answer, "By account")
    assert len(office.slack.ephemerals) == 1
    assert "account-111" in words(office.slack.ephemerals[0])


async def test_a_follow_up_takes_the_place_of_a_posted_answer(office: Office) -> None:
    await office.mention("cost by service")
    await office.click(office.posted[0], "By account")
    (message,) = office.posted
    assert "account-111" in words(message)


async def test_a_double_click_does_its_work_once(office: Office) -> None:
    answer = await office.slash("by service")
    button = next(each for each in buttons(answer) if each["text"]["text"] == "By account")
    action = {"action_id": button["action_id"], "action_ts": "9.9", "value": button["value"]}
    body = {"actions": [action], "container": {"type": "message", "is_ephemeral": True}, "channel": {"id": TEAM_WEB}}
    for _ in range(2):
        await office.interact(body | {"response_url": office.slack.response_url(on=0)})
    assert len(office.slack.called("response_url")) == 2


async def test_the_chart_is_edited_in_with_its_numbers_in_words(office: Office) -> None:
    answer = await office.slash("chart by service last month")
    images = [block for block in answer["blocks"] if block["type"] == "image"]
    native = [block for block in answer["blocks"] if block["type"] == "data_visualization"]
    assert len(images) + len(native) == 1
    assert not images or "Amazon EC2" in images[0]["alt_text"]


async def test_where_native_charts_are_unknown_a_picture_is_edited_in(office: Office) -> None:
    office.slack.refuse_blocks = {"data_visualization"}
    office.slack.slow_polls = 2
    answer = await office.slash("chart by service last month")
    (image,) = [block for block in answer["blocks"] if block["type"] == "image"]
    assert "EC2" in image["alt_text"]
    upload = office.slack.files[image["slack_file"]["id"]]
    assert upload.content.startswith(b"\x89PNG")
    assert len(upload.content) < 100_000
    assert office.slept[-2:] == [1.0, 2.0]


async def test_a_table_that_the_workspace_does_not_know_becomes_text(office: Office) -> None:
    office.slack.refuse_blocks = {"data_table", "table", "data_visualization"}
    answer = await office.slash("by service last month")
    assert {block["type"] for block in answer["blocks"]} <= {"section", "context", "actions", "header", "divider"}
    assert "EC2" in words(answer)


async def test_what_everybody_here_reads_already_is_not_offered_for_sharing(office: Office) -> None:
    await office.mention("cost by service")
    await office.direct("cost by service")
    for message in office.posted:
        assert "Share to channel" not in words(message)
        await office.click(message, "By account")
    assert "account-111" in words(office.posted[0])
    assert all("Share to channel" not in words(message) for message in office.posted)


async def test_a_csv_goes_to_the_askers_direct_messages(office: Office) -> None:
    answer = await office.slash("by service last month")
    await office.click(answer, "CSV")
    (upload,) = office.slack.files.values()
    assert upload.channel == "D0ALICE01"
    assert "in your direct messages" in words(office.slack.ephemerals[-1])
    assert b"Amazon EC2" in upload.content
    assert b"310" in upload.content


async def test_a_csv_of_what_everybody_sees_goes_into_its_thread(office: Office) -> None:
    event = await office.mention("cost by service last month")
    await office.click(office.posted[0], "CSV")
    (upload,) = office.slack.files.values()
    assert (upload.channel, upload.thread) == (TEAM_WEB, event["ts"])


async def test_app_home_shows_the_month_how_fresh_it_is_and_my_role(office: Office) -> None:
    await office.event({"type": "app_home_opened", "user": ADMIN, "tab": "home", "channel": "D0ADMIN01"})
    shown = str(office.slack.homes[ADMIN])
    assert "$273" in shown  # 21 days at $13.00
    assert "21 Nov" in shown
    assert "admin" in shown
    assert "@tuppence cost by service last month" in shown


async def test_the_messages_tab_is_not_the_home(office: Office) -> None:
    await office.event({"type": "app_home_opened", "user": ALICE, "tab": "messages", "channel": "D0ALICE01"})
    assert office.slack.homes == {}


async def test_whoever_invites_us_is_greeted_and_nobody_else(office: Office) -> None:
    await office.event({"type": "member_joined_channel", "user": "U0BOT0001", "channel": TEAM_WEB, "inviter": ALICE})
    await office.event({"type": "member_joined_channel", "user": ADMIN, "channel": TEAM_WEB, "inviter": ALICE})
    assert office.posted == []
    assert [each["user"] for each in office.slack.ephemerals] == [ALICE]


async def test_unknown_payloads_are_acknowledged(office: Office) -> None:
    await office.event({"type": "something_new", "user": ALICE})
    gone = {"action_id": "gone.away", "action_ts": "1.1", "value": "{}"}
    await office.interact({"actions": [gone], "channel": {"id": TEAM_WEB}})
    await office.interact({"type": "shortcut", "callback_id": "unknown"})
    await office.interact({"type": "block_suggestion", "action_id": "unknown", "value": "x", "block_id": "b"})
    await office.interact({"type": "view_closed", "view": {"id": "V1", "callback_id": "x", "type": "modal"}})


class Slow:
    """A feature of this test's own: one verb that waits until it is let go, one that breaks."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.feature = Feature(name="slow", root="slow", summary="waits")
        self.feature.verb("", summary="waits", example="")(self.wait)
        self.feature.verb("broken", summary="breaks", example="broken")(self.broken)

    async def wait(self, _request: Request) -> Reply:
        """Answer when told to."""
        await self.go.wait()
        return Reply("done at last")

    async def broken(self, _request: Request) -> Reply:
        """Fail in a way nobody expects, with something that must not be shown."""
        msg = "arn:aws:iam::123456789012:role/secret"
        raise ZeroDivisionError(msg)

    def features(self) -> tuple[Feature, ...]:
        """All real ones and this one."""
        return (*load_features(), self.feature)


async def test_what_takes_longer_says_so_at_once_and_is_then_replaced(home: Path, mode: str) -> None:
    slow = Slow()
    async with opened(home, mode, features=slow.features) as office:
        await office.command(office.slash_body("", command="/slow"))
        await office.slack.until(lambda: office.slack.ephemerals)
        assert office.slack.ephemerals[0]["text"] == WORKING
        slow.go.set()
        await office.settle()
        assert [each["text"] for each in office.slack.ephemerals] == ["done at last"]


async def test_work_that_runs_is_finished_when_the_program_stops(home: Path, mode: str) -> None:
    slow = Slow()
    async with opened(home, mode, features=slow.features) as office:
        await office.command(office.slash_body("", command="/slow"))
        await asyncio.sleep(0.05)
        stopping = asyncio.create_task(office.bot.server.stop())
        await asyncio.sleep(0.05)
        slow.go.set()
        await stopping
        assert office.slack.ephemerals[-1]["text"] == "done at last"


async def test_an_unexpected_error_shows_an_id_that_stands_in_the_log(
    home: Path, mode: str, log_lines: list[dict[str, object]]
) -> None:
    async with opened(home, mode, features=Slow().features) as office:
        answer = await office.slash("broken", command="/slow")
    (line,) = [each for each in log_lines if each["event"] == "dispatch failed"]
    assert str(line["request_id"]) in words(answer)
    assert "ZeroDivisionError" in str(line["exception"])
    assert "arn:" not in words(answer)


async def test_every_line_of_a_request_has_its_id(office: Office, log_lines: list[dict[str, object]]) -> None:
    office.slack.refuse_blocks = {"data_table", "table", "data_visualization", "section"}
    await office.slash("by service")
    (line,) = [each for each in log_lines if each["event"] == "plainer blocks are sent instead"][:1]
    assert len(str(line["request_id"])) == 12
    assert line["person"] == ALICE


@pytest.mark.parametrize(("secret", "age"), [("wrong", 0), (None, 400)])
async def test_a_request_that_slack_did_not_sign_is_refused(home: Path, secret: str | None, age: int) -> None:
    async with opened(home, "http") as office:
        body = "command=%2Fcost&text=&team_id=T0FAKE001&user_id=U0ALICE01"
        request = signed(body, FORM, age=age, **({"secret": secret} if secret else {}))
        response = await office.bot.server.app.async_dispatch(request)
        await office.settle()
        assert response.status == 401
        assert office.slack.ephemerals == []


async def test_an_answer_survives_a_slack_that_stumbles(office: Office) -> None:
    office.slack.fail("chat.postMessage", status=429, retry_after="3")
    office.slack.fail("conversations.info", status=503)
    await office.mention("cost by service")
    assert len(office.posted) == 1
    assert office.slept == [0.5, 3.0]


async def test_a_slack_that_cannot_take_the_answer_is_logged_and_leaves_the_program_running(
    office: Office, log_lines: list[dict[str, object]]
) -> None:
    for method in ("response_url", "conversations.open"):
        office.slack.fail(method, status=500, times=50)
    await office.command(office.slash_body("by service"))
    await office.settle()
    assert any(each["event"] == "the error could not be told either" for each in log_lines)
    office.slack._faults.clear()
    assert "$210" in words(await office.slash("by service"))


async def test_too_much_at_once_is_refused_in_words(home: Path, mode: str) -> None:
    async with opened(home, mode, rate_limit=2) as office:
        answers = [await office.slash(f"by service top {number}") for number in range(1, 4)]
        assert "more at once" in words(answers[-1])
        assert "$" in answers[0]["text"]


async def test_one_team_id_is_not_enough_to_be_somebody(office: Office) -> None:
    body = office.slash_body("by service", user="U0NOBODY1")
    assert body["team_id"] == TEAM
    await office.command(body)
    await office.settle()
    assert "not known" in words(office.slack.ephemerals[-1])
