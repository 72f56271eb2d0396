"""The Notifier: the one way out. It takes a Reply and a place, finds the route, degrades what Slack refuses, adds the chart.

Who may read it is checked here, at the moment of sending: a channel may have been shared with another company a minute ago.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from handlers.blocks.build import context, has_chart, image
from handlers.blocks.mrkdwn import escape
from handlers.outbound import windows
from handlers.outbound.audience import Audience, ForeignChannelError, is_direct
from handlers.outbound.overtaking import Overtaking, message_at, unnamed
from handlers.outbound.patience import Lanes, be_patient
from handlers.outbound.pictures import WAITS, Uploads
from handlers.outbound.routes import Edit, Post, Respond, Whisper, Wire
from handlers.outbound.showing import NOT_TAKEN, PAUSE, in_short, show, versions, with_note, with_picture
from handlers.request import Surface, Visibility

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_sdk.web.async_client import AsyncWebClient

    from handlers.outbound.overtaking import Due
    from handlers.outbound.patience import Sleep
    from handlers.outbound.routes import Route
    from handlers.outbound.work import Work
    from handlers.request import Block, Place, Reply
    from services.charts.results import Picture
    from services.charts.service import Charts

WORKING = "Working on it…"
PRIVATE_NOTE = "Shown to you only: this channel is shared with another company."
FILE_NOTE = "The file is in your direct messages with me."


class Notifier:
    """Sends replies. `sleep` and `waits` are arguments so that tests need not wait; `lanes` are shared with whoever posts too."""

    def __init__(
        self,
        client: AsyncWebClient,
        charts: Charts,
        work: Work,
        *,
        sleep: Sleep = asyncio.sleep,
        waits: Sequence[float] = WAITS,
        lanes: Lanes | None = None,
    ) -> None:
        be_patient(client, sleep)
        self._wire = Wire(client, lanes or Lanes(sleep), sleep)
        self._audience = Audience(client)
        self._uploads = Uploads(self._wire, waits)
        self._charts, self._work, self._overtaking = charts, work, Overtaking()

    async def send(self, reply: Reply, place: Place, user: str, *, route: Route | None = None) -> None:
        """Show the reply where it belongs; `user` is the asker. `route`: what `working` returned. Raises TuppenceError."""
        if reply.home is not None:
            await self._wire.call("views.publish", user_id=user, view=reply.home)
        elif reply.view is not None:
            await windows.show(self._wire, reply, place)
        else:
            await self._message(reply, place, user, route)

    async def working(self, place: Place, user: str) -> Route:
        """Say that it takes a moment, to the asker of a slash command; the route then shows the answer in its place."""
        route = Respond(self._wire, place.response_url, place.channel, user)
        await route.put(WORKING, ())
        return route

    async def _message(self, reply: Reply, place: Place, user: str, route: Route | None) -> None:
        notes = [await self._hand_over(reply, place, user)]
        if reply.visibility is Visibility.EPHEMERAL and route is not None:
            shown = route
        else:
            shown, note = await self._route(reply, place, user)
            notes.append(note)
        if place.surface is Surface.BUTTON and (reply.replace or reply.visibility is Visibility.CHANNEL):
            self._overtaking.overtake(place, user)
        used = await show(shown, reply.text, list(versions(reply, list(filter(None, notes)))), self._wire.sleep)
        if route is not None and route is not shown:
            await route.put("Done.", ())
        if reply.visibility is Visibility.CHANNEL:
            await self._confirm(place, user)
        if reply.chart is not None and shown.is_editable and not has_chart(used):
            due = self._overtaking.expect(_standing(shown, place, user))
            self._work.start(self._add_chart(shown, reply, used, due))

    async def _hand_over(self, reply: Reply, place: Place, user: str) -> str:
        """Upload the reply's files; where they are, when that is not where they were asked for."""
        if not reply.files:
            return ""
        channel, thread = (await self._direct(user), "") if reply.to_asker else await self._shelf(place, user)
        for file in reply.files:
            await self._uploads.hand_over(file, channel, thread)
        return "" if channel == place.channel else FILE_NOTE

    # Where to.

    async def _route(self, reply: Reply, place: Place, user: str) -> tuple[Route, str]:
        """The route, and a note to be shown with the message."""
        if reply.visibility is Visibility.CHANNEL:
            await self._audience.check(place.channel)
            return Post(self._wire, place.channel, place.thread, reply.metadata), ""
        is_nowhere = not place.channel and not place.response_url
        if reply.visibility is Visibility.DIRECT or is_nowhere:
            return Post(self._wire, await self._direct(user), metadata=reply.metadata), ""
        if place.surface in {Surface.BUTTON, Surface.VIEW} and reply.replace:
            return await self._replacing(reply, place, user), ""
        if is_direct(place.channel) and not place.response_url:
            return Post(self._wire, place.channel, place.thread, reply.metadata), ""
        if reply.visibility is Visibility.THREAD:
            return await self._threaded(reply, place, user)
        return self._private(place, user), ""

    async def _threaded(self, reply: Reply, place: Place, user: str) -> tuple[Route, str]:
        """In the thread of the question; to the asker alone where others than the company would read it."""
        try:
            await self._audience.check(place.channel)
        except ForeignChannelError:
            return Whisper(self._wire, place.channel, user, place.thread), PRIVATE_NOTE
        return Post(self._wire, place.channel, place.thread or place.message, reply.metadata), ""

    async def _replacing(self, reply: Reply, place: Place, user: str) -> Route:
        if place.is_ephemeral:
            return Respond(self._wire, place.response_url, place.channel, user, replaces=True, thread=place.thread)
        await self._audience.check(place.channel)
        return Edit(self._wire, place.channel, place.message, reply.metadata)

    def _private(self, place: Place, user: str) -> Route:
        if place.response_url:
            return Respond(self._wire, place.response_url, place.channel, user, thread=place.thread)
        return Whisper(self._wire, place.channel, user, place.thread)

    async def _direct(self, user: str) -> str:
        """The id of the direct conversation with a person."""
        answer = await self._wire.call("conversations.open", users=user)
        return str(answer["channel"]["id"])

    async def _shelf(self, place: Place, user: str) -> tuple[str, str]:
        """Where a file goes: into the thread of what everybody sees, else to the asker directly."""
        stands_open = place.surface is Surface.MENTION or (place.surface is Surface.BUTTON and not place.is_ephemeral)
        if is_direct(place.channel) and not place.is_ephemeral and place.surface is not Surface.SLASH:
            return place.channel, place.thread
        if not stands_open or not place.channel:
            return await self._direct(user), ""
        try:
            await self._audience.check(place.channel)
        except ForeignChannelError:
            return await self._direct(user), ""
        return place.channel, place.thread or place.message

    async def _confirm(self, place: Place, user: str) -> None:
        """Say in the private answer that it now stands in the channel; its buttons go, those of the shared one count."""
        if place.is_ephemeral and place.response_url:
            route = Respond(self._wire, place.response_url, place.channel, user, replaces=True)
            said = f"Shared in <#{place.channel}>."
            await route.put(said, [context(said)])

    # The chart.

    async def _add_chart(self, route: Route, reply: Reply, shown: tuple[Block, ...], due: Due) -> None:
        making = self._work.start(self._picture(reply, route), quiet=True)
        await asyncio.wait({making})
        error = making.exception()
        if not self._overtaking.settle(due):
            structlog.get_logger().info("the chart came too late: another answer stands there")
            return
        if error is None:
            picture, file_id = making.result()
            pictured = [with_picture(shown, image(file_id, picture.alt_text, picture.title))] * 2
            text = f"{reply.text}\n{escape(picture.alt_text)}"
            refused = with_note(shown, NOT_TAKEN)
        else:
            pictured, text, refused = [], reply.text, with_note(shown, in_short(error, "the chart"))
        await show(route, text, [*pictured, refused], self._wire.sleep, pause=PAUSE)

    async def _picture(self, reply: Reply, route: Route) -> tuple[Picture, str]:
        if reply.chart is None:
            msg = "a reply without a chart has no picture"
            raise ValueError(msg)
        picture = await self._charts.draw(reply.chart)
        file_id = await self._uploads.picture(picture)
        if isinstance(route, Post | Edit):
            # While it was drawn and looked through, somebody may have shared the channel with another company.
            await self._audience.check(route.channel)
        return picture, file_id


def _standing(route: Route, place: Place, user: str) -> str:
    """Which message a route's answer stands in, as far as Slack lets us know."""
    if isinstance(route, Post | Edit):
        return message_at(route.channel, route.ts)
    return message_at(place.channel, place.message) if place.is_ephemeral else unnamed(place, user)
