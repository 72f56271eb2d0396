"""Files on their way into Slack: charts that a message will show, and files handed to somebody.

Slack looks at an upload before it may be shown (virus scan, thumbnails), so a picture is waited for; one that is shown too early
is refused as an "invalid slack file".
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackRequestError

from handlers.blocks.build import image
from handlers.outbound.refusals import refusal
from services.errors import TemporaryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.outbound.routes import Wire
    from handlers.request import Block, File
    from services.charts.results import ChartSpec, Picture

WAITS = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between two looks at a fresh upload: 30 in all."""


def digest(spec: ChartSpec) -> str:
    """Tells one chart from another without drawing it: equal specs are drawn alike."""
    return sha256(repr(spec).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A picture that Slack has: which chart it is of, its file there, its words. As text it outlives the process."""

    digest: str
    file: str
    alt: str
    title: str

    @classmethod
    def read(cls, text: str) -> Uploaded | None:
        """What `text` said of a picture, if there was one."""
        return cls(**json.loads(text)) if text else None

    def text(self) -> str:
        """To be read again."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def block(self) -> Block:
        """As a message shows it."""
        return image(self.file, self.alt, self.title)


class Uploads:
    """getUploadURLExternal, the bytes, completeUploadExternal; then looking until Slack has looked."""

    def __init__(self, wire: Wire, waits: Sequence[float] = WAITS) -> None:
        self._wire, self._waits = wire, waits

    async def picture(self, picture: Picture, name: str = "chart.png") -> str:
        """Upload a picture to nobody (only messages that name it show it); its file id once it can be shown."""
        file_id = await self._upload(name, picture.png, picture.title, alt_text=picture.alt_text)
        await self._ready(file_id)
        return file_id

    async def hand_over(self, file: File, channel: str, thread: str = "") -> str:
        """Upload a file into a conversation, in a thread where one is named; returns its id."""
        return await self._upload(file.name, file.content, file.title, alt_text=file.alt_text, channel=channel, thread=thread)

    async def _upload(
        self, name: str, content: bytes, title: str, *, alt_text: str = "", channel: str = "", thread: str = ""
    ) -> str:
        try:
            answer = await self._wire.client.files_upload_v2(
                file=content,
                filename=name,
                title=title,
                alt_txt=alt_text or None,
                channel=channel or None,
                thread_ts=thread or None,
                initial_comment=title if channel else None,
            )
        except SlackApiError as error:
            raise refusal(error) from error
        except (SlackRequestError, TimeoutError, ClientError, OSError) as error:
            raise TemporaryError("Slack did not take the file.") from error
        return str(answer["files"][0]["id"])

    async def _ready(self, file_id: str) -> None:
        for wait in (*self._waits, None):
            answer = await self._wire.call("files.info", file=file_id)
            if answer["file"].get("mimetype"):
                return
            if wait is not None:
                await self._wire.sleep(wait)
        raise TemporaryError("Slack was still checking the picture after half a minute.")
