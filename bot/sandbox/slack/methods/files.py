"""Files: an address to upload to, the end of the upload, and what Slack makes of it a little later."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from bot.sandbox.slack import blocks as rules
from bot.sandbox.slack import shapes
from bot.sandbox.slack.methods.chat import writable
from bot.sandbox.slack.methods.method import TIER_2, TIER_4, method
from bot.sandbox.slack.refusals import RefusedError
from bot.sandbox.slack.workspace import File, Message

if TYPE_CHECKING:
    from bot.sandbox.slack.methods.method import Call
    from bot.sandbox.slack.workspace import Channel, Json

LONGEST_NAME = 255


@method("files.getUploadURLExternal", "files:write", a_minute=TIER_4)
def upload_url(call: Call) -> Json:
    """A place for one file of exactly so many bytes."""
    name, length = call.needed("filename"), call.needed("length")
    if not length.isdigit() or int(length) <= 0 or len(name) > LONGEST_NAME:
        raise RefusedError("invalid_arguments", "length must be a positive number of bytes")
    made = File(call.workspace.id("F"), name, int(length), alt=call.text("alt_txt"))
    call.workspace.files[made.id] = made
    return {"file_id": made.id, "upload_url": f"{call.slack.root}/upload/{made.id}"}


@method("files.completeUploadExternal", "files:write", a_minute=TIER_4)
def complete(call: Call) -> Json:
    """The bytes are there: Slack begins to look at them, and shares them where asked once it has looked."""
    given = call.params.get("files")
    if not isinstance(given, list) or not given:
        raise RefusedError("invalid_arguments", "files must be a list [json-pointer:/files]")
    found = [_uploaded(call, each) for each in given]
    channel = writable(_in_channel(call)) if call.text("channel_id") else None
    thread = call.text("thread_ts")
    if thread and (channel is None or call.workspace.message(channel.id, thread) is None):
        raise RefusedError("invalid_thread_ts")
    blocks = rules.check_message(call.slack, call.params["blocks"]) if call.params.get("blocks") else []
    for each in found:
        each.is_complete, each.ready_at = True, time.monotonic() + call.slack.limits.processing
    if channel is not None:
        comment = call.text("initial_comment")
        call.slack.tasks.start(_share(call, found, channel, thread, comment, [] if comment else blocks))
    return {"files": [{"id": each.id, "title": each.title or each.name} for each in found]}


def _in_channel(call: Call) -> Call:
    """The same call, with the channel where other methods have it."""
    return type(call)(call.slack, {**call.params, "channel": call.params["channel_id"]})


def _uploaded(call: Call, given: Json) -> File:
    found = call.workspace.files.get(str(given.get("id")))
    if found is None or found.content is None or found.is_complete:
        raise RefusedError("file_not_found")
    found.title = str(given.get("title") or "")
    return found


async def _share(call: Call, files: list[File], channel: Channel, thread: str, comment: str, blocks: list[Json]) -> None:
    """Show them in a message of ours, as late as Slack does."""
    await asyncio.sleep(call.slack.limits.processing)
    workspace = call.workspace
    message = Message(
        workspace.ts(),
        channel.id,
        workspace.bot_user,
        comment,
        blocks,
        thread=thread,
        bot=workspace.bot,
        files=[each.id for each in files],
    )
    for each in files:
        each.shared.append((channel.id, message.ts))
    call.slack.post(message)


@method("files.info", "files:read", a_minute=TIER_4)
def info(call: Call) -> Json:
    """A file; without its kind until Slack has looked at it."""
    return {"file": shapes.file(call.slack, _file(call)), "comments": []}


@method("files.delete", "files:write")
def delete(call: Call) -> Json:
    """Take a file away wherever it is shown."""
    found = _file(call)
    del call.workspace.files[found.id]
    for channel, ts in found.shared:
        message = call.workspace.message(channel, ts)
        if message is not None:
            message.files.remove(found.id)
            call.slack.changed(message)
    return {}


@method("files.list", "files:read", a_minute=TIER_2)
def listed(call: Call) -> Json:
    """Every file of the bot."""
    return {"files": [shapes.file(call.slack, each) for each in call.workspace.files.values() if each.is_complete]}


def _file(call: Call) -> File:
    found = call.workspace.files.get(call.needed("file"))
    if found is None or not found.is_complete:
        raise RefusedError("file_not_found")
    return found
