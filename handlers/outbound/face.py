"""A letter's message as it stands in Slack: posted once, complete with its picture, and from then on edited in place.

A click should be seen in the message at once, so an edit goes out with the picture that stands there; only a chart that changed
is drawn, uploaded and shown in a second edit.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from handlers.blocks.build import context, has_chart
from handlers.blocks.mrkdwn import escape
from handlers.outbound.evidence import mark
from handlers.outbound.pictures import Uploaded, digest
from handlers.outbound.showing import NOT_TAKEN, PAUSE, in_short, show, versions, with_note, with_picture
from services.errors import TuppenceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handlers.outbound.post_office import PostOffice
    from handlers.request import Block, Reply
    from services.charts.results import ChartSpec
    from storage.model.letter import Claim


class StaleError(Exception):
    """The claim counts no more: another process has the letter, or this one slept since it looked."""


@dataclass(slots=True)
class Face:
    """One message, for one claim. `picture`: what is to be remembered of the picture in it; `is_begun`: it may stand there."""

    office: PostOffice
    claim: Claim
    channel: str
    ts: str = field(default="", init=False)
    picture: str = field(default="", init=False)
    is_begun: bool = field(default=False, init=False)
    is_editable: bool = field(default=True, init=False)

    async def show(self, reply: Reply) -> None:
        """Post it or edit it. Raises StaleError, TuppenceError."""
        self.ts = self.claim.ts
        is_new, picture, note = not self.ts, Uploaded.read(self.claim.picture), ""
        if is_new and reply.chart and not has_chart(reply.blocks):
            picture, note = await self._draw(reply.chart)
        await self.office.audience.check(self.channel)
        used = await self._put(reply, picture, note, tries=2 if is_new else 1)
        if reply.chart and not has_chart(used) and not note and (picture is None or picture.digest != digest(reply.chart)):
            picture, note = await self._draw(reply.chart)
            await self.office.audience.check(self.channel)
            await self._put(reply, picture, note, tries=2)
        if is_new:
            await self._hand_over(reply)

    async def put(self, text: str, blocks: Sequence[Block]) -> None:
        """As a route does: post, and edit every later time. Nothing goes out for a claim that counts no more."""
        wire = self.office.wire
        said: dict[str, object] = {
            "channel": self.channel,
            "text": text,
            "blocks": list(blocks),
            "metadata": mark(self.claim.key),
        }
        if self.ts:
            await self._check()
            await wire.call("chat.update", ts=self.ts, **said)
            return
        place = {"thread_ts": self.claim.thread or None, "reply_broadcast": self.claim.broadcast or None}
        async with wire.lanes.turn(self.channel):
            await self._check()
            self.is_begun = True
            answer = await wire.call("chat.postMessage", **said, **place, unfurl_links=False, unfurl_media=False)
        self.ts = str(answer["ts"])

    async def _check(self) -> None:
        if not await self.office.sending.begin(self.claim, self.channel):
            raise StaleError

    async def _put(self, reply: Reply, picture: Uploaded | None, note: str, *, tries: int) -> tuple[Block, ...]:
        """Show it, with the picture where there is one and the blocks have no chart of their own."""
        shown = picture if reply.chart else None
        text = f"{reply.text}\n{escape(shown.alt)}" if shown else reply.text
        pause = PAUSE if shown and tries > 1 else 0.0
        used = await show(self, text, list(_composed(reply, shown, note, tries)), self.office.wire.sleep, pause)
        self.picture = shown.text() if shown and shown.block() in used else ""
        return used

    async def _draw(self, chart: ChartSpec) -> tuple[Uploaded | None, str]:
        """The picture, once Slack can show it, or why there is none."""
        drawing = self.office.work.start(_drawn(self.office, chart), quiet=True)
        await asyncio.wait({drawing})
        error = drawing.exception()
        return (drawing.result(), "") if error is None else (None, in_short(error, "the chart"))

    async def _hand_over(self, reply: Reply) -> None:
        """Its files, in its thread. One that Slack does not take is said there: the message itself stands already."""
        for file in reply.files:
            try:
                await self.office.uploads.hand_over(file, self.channel, self.claim.thread or self.ts)
            except TuppenceError as error:
                structlog.get_logger().warning("a file did not follow its letter", file=file.name, reason=error.sentence)
                note = context(escape(f"The file {file.name} could not be added: {error.sentence}"))
                await show(self, reply.text, [(*each, note) for each in versions(reply)], self.office.wire.sleep)


async def _drawn(office: PostOffice, chart: ChartSpec) -> Uploaded:
    picture = await office.services.charts.draw(chart)
    return Uploaded(digest(chart), await office.uploads.picture(picture), picture.alt_text, picture.title)


def _composed(reply: Reply, picture: Uploaded | None, note: str, tries: int) -> Iterator[tuple[Block, ...]]:
    """What to try, richest first: a picture that was refused is tried once more, then it is said that there is none."""
    for blocks in versions(reply):
        if has_chart(blocks) or reply.chart is None:
            yield blocks
        elif picture is not None:
            yield from [with_picture(blocks, picture.block())] * tries
            yield with_note(blocks, NOT_TAKEN)
        else:
            yield with_note(blocks, note) if note else blocks
