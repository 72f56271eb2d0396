"""Given a picture of the app's, when it is uploaded, then Slack looks at it first, and only then can a message show it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.sandbox.slack.seed import FINOPS, VIEWER
from bot.sandbox.slack.shapes import is_processed
from tests.fakes.small_app import QUICK, small_app

if TYPE_CHECKING:
    from tests.fakes.small_app import Json, SmallApp

PNG = b"\x89PNG\r\n\x1a\n picture"
SLOW = replace(QUICK, processing=3600.0)


async def uploaded(app: SmallApp, name: str = "chart.png") -> str:
    """The three steps of a private upload; the file's id."""
    place = await app.call("files.getUploadURLExternal", filename=name, length=len(PNG), alt_txt="Spend by service")
    async with app.http.post(place["upload_url"], data=PNG) as answer:
        assert answer.status == 200
    assert (await app.call("files.completeUploadExternal", files=[{"id": place["file_id"], "title": "Spend"}]))["ok"]
    return str(place["file_id"])


def picture(file: str) -> Json:
    return {"type": "image", "slack_file": {"id": file}, "alt_text": "Spend by service"}


async def _kind(app: SmallApp, file: str) -> str:
    return str((await app.call("files.info", file=file))["file"]["mimetype"])


async def test_a_picture_can_be_shown_once_slack_has_looked_at_it() -> None:
    async with small_app() as app:
        file = await uploaded(app)
        assert await _kind(app, file) == ""
        await app.slack.until(lambda: is_processed(app.slack.state.workspace.files[file]))
        assert await _kind(app, file) == "image/png"
        assert (await app.call("chat.postMessage", channel=FINOPS, text="x", blocks=[picture(file)]))["ok"]


async def test_before_that_it_is_an_invalid_slack_file() -> None:
    async with small_app(SLOW) as app:
        refused = await app.call("chat.postMessage", channel=FINOPS, text="x", blocks=[picture(await uploaded(app))])
        assert refused["error"] == "invalid_blocks"
        assert refused["errors"] == ["invalid slack file [json-pointer:/blocks/0/slack_file/id]"]


async def test_a_file_that_was_never_finished_is_none() -> None:
    async with small_app() as app:
        place = await app.call("files.getUploadURLExternal", filename="chart.png", length=len(PNG))
        assert (await app.call("files.info", file=place["file_id"]))["error"] == "file_not_found"
        assert (await app.call("files.completeUploadExternal", files=[{"id": place["file_id"]}]))["error"] == "file_not_found"


async def test_an_upload_has_the_length_that_was_announced() -> None:
    async with small_app() as app:
        place = await app.call("files.getUploadURLExternal", filename="chart.png", length=3)
        async with app.http.post(place["upload_url"], data=PNG) as answer:
            assert answer.status == 400


async def test_the_sdk_hands_a_file_over_into_a_thread() -> None:
    async with small_app() as app:
        root = await app.act("say", as_=VIEWER, channel=FINOPS, text="the numbers, please")
        await app.client.files_upload_v2(
            file=b"a,b\n1,2\n",
            filename="costs.csv",
            title="Costs",
            channel=FINOPS,
            thread_ts=root["ts"],
            initial_comment="Here",
        )
        await app.slack.until(lambda: app.slack.state.workspace.replies(FINOPS, root["ts"]))
        reply = (await app.shown(VIEWER, FINOPS, root["ts"]))[1]
        assert (reply["text"], reply["files"][0]["name"], reply["files"][0]["title"]) == ("Here", "costs.csv", "Costs")
        async with app.http.get(app.slack.url + reply["files"][0]["url"]) as answer:
            assert await answer.read() == b"a,b\n1,2\n"


async def test_a_file_cannot_be_handed_to_a_channel_that_the_app_is_not_in() -> None:
    async with small_app() as app:
        app.slack.state.workspace.channels[FINOPS].members.discard(app.slack.state.workspace.bot_user)
        place = await app.call("files.getUploadURLExternal", filename="chart.png", length=len(PNG))
        await (await app.http.post(place["upload_url"], data=PNG)).release()
        answer = await app.call("files.completeUploadExternal", files=[{"id": place["file_id"]}], channel_id=FINOPS)
        assert answer["error"] == "not_in_channel"
