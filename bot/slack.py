"""The Bolt adapter: acknowledge, turn the payload into `Incoming`, dispatch, send. One AsyncApp for Socket Mode and for HTTP.

Bolt keeps no strong reference to what runs after the acknowledgement, so all of it is tracked work, drained at the end.
"""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from structlog.contextvars import bound_contextvars

from bot.payloads import from_actions, from_command, from_event, from_view
from handlers.blocks.build import context
from handlers.failures import broken, failed
from handlers.incoming import Kind
from handlers.outbound.audience import is_direct
from handlers.request import Surface, Visibility
from services.errors import DeniedError, TuppenceError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from slack_bolt.context.ack.async_ack import AsyncAck

    from bot.metrics import Metrics
    from bot.tokens import Installation
    from handlers.dispatch import Dispatcher
    from handlers.incoming import Incoming
    from handlers.outbound.notifier import Notifier
    from handlers.outbound.routes import Route
    from handlers.outbound.work import Work
    from handlers.request import Reply
    from services.access.service import Access

    Body = dict[str, Any]
    Forget = Callable[[str], Coroutine[object, object, None]]

ANYTHING = re.compile(r".*", re.DOTALL)
PATIENCE = 0.8
"""Seconds until the asker of a slash command is told that it takes a moment: something is visible within one."""
SUBMISSION = 2.0
"""Seconds that a submitted window waits for its answer: Slack gives up after three."""
GROUP_EVENTS = frozenset({"subteam_members_changed", "subteam_updated"})


class Door:
    """From an acknowledged payload to a sent reply.

    `forget` makes the directory ask again about somebody ("": the groups); `events` are those that features declared.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        notifier: Notifier,
        access: Access,
        work: Work,
        metrics: Metrics,
        forget: Forget,
        *,
        events: frozenset[str] = frozenset(),
        prefix: str = "",
        bot_user: str = "",
        patience: float = PATIENCE,
    ) -> None:
        self._dispatcher, self._notifier, self._access = dispatcher, notifier, access
        self._work, self._metrics, self._forget = work, metrics, forget
        self._events, self._prefix, self._bot_user, self._patience = events, prefix, bot_user, patience

    # What Bolt calls: the acknowledgement first, then everything else as tracked work.

    async def on_command(self, ack: AsyncAck, body: Body) -> None:
        """A slash command, declared or not: the dispatcher says which words there are."""
        await ack()
        self._take(from_command(body, self._prefix))

    async def on_action(self, ack: AsyncAck, body: Body) -> None:
        """A button or a menu."""
        await ack()
        for incoming in from_actions(body):
            self._take(incoming)

    async def on_view(self, ack: AsyncAck, body: Body) -> None:
        """A modal that was submitted: what is wrong with it, or what follows it, is said in it when that is known in time."""
        incoming = from_view(body)
        asked = self._work.start(self._ask(incoming))
        await asyncio.wait({asked}, timeout=SUBMISSION)
        said = _in_window(asked.result()) if asked.done() else {}
        await ack(**said)
        if not said:
            self._work.start(self._after(asked, incoming))

    async def on_event(self, body: Body) -> None:
        """An event; Bolt has acknowledged it."""
        event = body["event"]
        if event.get("type") in GROUP_EVENTS:
            self._work.start(self._forget(""))
        elif event.get("type") == "user_change":
            self._work.start(self._forget(str((event.get("user") or {}).get("id") or "")))
        else:
            incoming = from_event(body, self._bot_user)
            if incoming is not None and (incoming.kind is not Kind.EVENT or incoming.name in self._events):
                self._take(incoming)

    async def on_other(self, ack: AsyncAck) -> None:
        """Shortcuts, closed windows, menus that load options: acknowledged, so that nobody sees a warning sign."""
        await ack()

    def _take(self, incoming: Incoming) -> None:
        self._work.start(self.answer(incoming))

    # From there to the reply.

    async def _ask(self, incoming: Incoming) -> Reply | None:
        with bound_contextvars(**_labels(incoming)), self._metrics.shown.labels(incoming.kind.value).time():
            return await self._dispatcher.dispatch(incoming)

    async def _after(self, asked: asyncio.Task[Reply | None], incoming: Incoming) -> None:
        """What a submission brought about, with its window gone."""
        with bound_contextvars(**_labels(incoming)):
            reply = await asked
            if reply is not None:
                await self._deliver(reply, replace(incoming, place=replace(incoming.place, view="", view_hash="")), None)

    async def answer(self, incoming: Incoming) -> None:
        """Dispatch and send; the request id stands in every line of both, and of the chart that follows."""
        with bound_contextvars(**_labels(incoming)), self._metrics.shown.labels(incoming.kind.value).time():
            asked = self._work.start(self._dispatcher.dispatch(incoming), quiet=True)
            route = await self._while_waiting(asked, incoming)
            reply = await asked
            if reply is not None:
                await self._deliver(reply, incoming, route)

    async def _while_waiting(self, asked: asyncio.Task[Reply | None], incoming: Incoming) -> Route | None:
        """Say that it takes a moment, when it does; the answer then takes that message's place."""
        if incoming.place.surface is not Surface.SLASH or not incoming.place.response_url:
            return None
        done, _ = await asyncio.wait({asked}, timeout=self._patience)
        if done:
            return None
        try:
            return await self._notifier.working(incoming.place, incoming.user)
        except TuppenceError as error:
            structlog.get_logger().warning("could not say that it takes a moment", reason=error.sentence)
            return None

    async def _deliver(self, reply: Reply, incoming: Incoming, route: Route | None) -> None:
        error = await self._sent(reply, incoming, route)
        if error is None:
            if reply.visibility is Visibility.CHANNEL:
                await self._record(incoming, "done", "shared to the channel")
            return
        if isinstance(error, DeniedError):
            await self._record(incoming, "refused", error.sentence)
        told = failed(error, incoming) if isinstance(error, TuppenceError) else broken(incoming)
        second = await self._sent(told, incoming, route)
        if second is None:
            return
        # An archived channel takes not even an error, but its asker has a place of their own.
        if incoming.place.surface is not Surface.HOME:
            second = await self._sent(_directly(told, incoming.place.channel), incoming, None)
        if second is not None:
            structlog.get_logger().error("the error could not be told either", exc_info=second)

    async def _sent(self, reply: Reply, incoming: Incoming, route: Route | None) -> BaseException | None:
        """Send it; what went wrong, or None."""
        sending = self._work.start(self._notifier.send(reply, incoming.place, incoming.user, route=route), quiet=True)
        await asyncio.wait({sending})
        error = sending.exception()
        self._metrics.posts.labels(_outcome(error)).inc()
        if error is not None:
            is_known = isinstance(error, TuppenceError)
            structlog.get_logger().warning("not sent", reason=str(error), exc_info=None if is_known else error)
        return error

    async def _record(self, incoming: Incoming, outcome: str, detail: str) -> None:
        """What was shown to a whole channel, or was not allowed to be, is on record; where even that fails, the log has it."""
        target = f"{incoming.place.channel} {incoming.value}"[:200]
        try:
            await self._access.record(incoming.user, incoming.label, target, outcome, detail=detail, origin=incoming.origin)
        except TuppenceError:
            structlog.get_logger().exception("audit failed", outcome=outcome, target=target)


def _labels(incoming: Incoming) -> dict[str, str]:
    return {"request_id": incoming.request_id, "person": incoming.user, "what": incoming.label}


def _in_window(reply: Reply | None) -> dict[str, Any]:
    """The acknowledgement of a submission that keeps its window; nothing where the window may go."""
    if reply is None or not (reply.errors or reply.view):
        return {}
    if reply.errors:
        return {"response_action": "errors", "errors": dict(reply.errors)}
    return {"response_action": "push" if reply.push else "update", "view": reply.view}


def _directly(told: Reply, channel: str) -> Reply:
    """An error for the direct messages, with the channel where it happened."""
    where = (context(f"You asked in <#{channel}>."),) if channel and not is_direct(channel) else ()
    return replace(told, visibility=Visibility.DIRECT, blocks=(*told.blocks, *where))


def _outcome(error: BaseException | None) -> str:
    if error is None:
        return "sent"
    return "refused" if isinstance(error, DeniedError) else "failed"


def slack_app(door: Door, client: AsyncWebClient, installation: Installation, signing_secret: str) -> AsyncApp:
    """The AsyncApp with everything hung on it. `client` has the bot token; who we are was asked once, at the start.

    An authorisation of our own keeps Bolt from calling auth.test again and from reading OAuth settings out of the environment.
    """
    granted = AuthorizeResult(
        enterprise_id=installation.enterprise or None,
        team_id=installation.team,
        bot_user_id=installation.user,
        bot_id=installation.bot,
        bot_token=client.token,
    )

    async def authorise() -> AuthorizeResult:
        return granted

    logger = logging.getLogger("slack_bolt")
    # Bolt also looks for SLACK_BOT_TOKEN itself and then says that it does not use it: that only confuses whoever reads the log.
    logger.addFilter(_is_worth_reading)
    app = AsyncApp(
        client=AsyncWebClient(base_url=client.base_url),
        authorize=authorise,
        signing_secret=signing_secret,
        logger=logger,
        name="tuppence",
    )
    _hang(app, door)
    return app


def _is_worth_reading(record: logging.LogRecord) -> bool:
    return "`token` will be unused" not in record.getMessage()


def _hang(app: AsyncApp, door: Door) -> None:
    app.command(ANYTHING)(door.on_command)
    app.action(ANYTHING)(door.on_action)
    app.view(ANYTHING)(door.on_view)
    app.view_closed(ANYTHING)(door.on_other)
    app.options(ANYTHING)(door.on_other)
    app.shortcut(ANYTHING)(door.on_other)
    app.event(ANYTHING)(door.on_event)
    app.error(_broken_payload)


async def _broken_payload(error: Exception) -> BoltResponse:
    """A payload that is not what Slack documents: logged, and answered, so that Slack does not send it again."""
    structlog.get_logger().error("a payload could not be read", exc_info=error)
    return BoltResponse(status=200, body="")
