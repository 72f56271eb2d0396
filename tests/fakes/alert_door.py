"""The dispatcher in front of the anomalies: buttons, windows and words go in, replies come out, the store remembers."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

from handlers.anomalies import feature
from handlers.blocks import ids
from handlers.blocks.validate import message_problems, view_problems
from handlers.dispatch import Dispatcher
from handlers.feature import load_features
from handlers.incoming import Incoming, Kind
from handlers.request import Place, Surface
from tests.fakes.anomalies import ANA, PAYMENTS, Loop, loop
from tests.fakes.directory import HOME
from tests.fakes.house import typed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from handlers.request import Block, Reply
    from services import Services

load_features()


@dataclass
class Door:
    """Everything is done as Ana unless somebody else is named."""

    work: Loop
    dispatcher: Dispatcher
    services: Services

    async def say(self, text: str, user: str = ANA) -> Reply:
        """A slash command after `/anomalies`."""
        reply = await self.dispatcher.dispatch(typed(text, user, root="anomalies"))
        return checked(reply)

    async def press(self, action: str, values: Mapping[str, str], user: str = ANA, **place: object) -> Reply | None:
        """A button on the message in #payments."""
        where = Place(**{"team": HOME.team, "channel": PAYMENTS, "surface": Surface.BUTTON, "trigger": "t", **place})
        incoming = Incoming(Kind.ACTION, where, HOME.team, user, f"anomalies.{action}", value=ids.encode(values))
        return await self._sent(incoming)

    async def change(self, action: str, kept: Mapping[str, str], state: Mapping[str, str], user: str = ANA) -> Reply | None:
        """Something is chosen in an open window."""
        where = Place(HOME.team, surface=Surface.VIEW, trigger="t", view="V1", view_hash="h")
        incoming = Incoming(Kind.ACTION, where, HOME.team, user, f"anomalies.{action}", kept=ids.encode(kept), state=dict(state))
        return await self._sent(incoming)

    async def submit(self, view: str, state: Mapping[str, str], number: int = 1, user: str = ANA) -> Reply | None:
        """A window is sent."""
        where = Place(HOME.team, surface=Surface.VIEW, trigger="t", view="V1", view_hash="h")
        kept = ids.encode({"id": str(number)})
        return await self._sent(Incoming(Kind.VIEW, where, HOME.team, user, f"anomalies.{view}", value=kept, state=dict(state)))

    async def letter(self, name: str, **args: str) -> Reply:
        """What a letter says now."""
        return checked(await feature.letters[f"anomalies.{name}"].write(self.services, args))

    async def _sent(self, incoming: Incoming) -> Reply | None:
        reply = await self.dispatcher.dispatch(incoming)
        return reply if reply is None else checked(reply)


def checked(reply: Reply | None) -> Reply:
    """A reply that Slack would take."""
    assert reply is not None
    if reply.view is not None:
        assert view_problems(reply.view) == ()
    if reply.blocks:
        assert message_problems(reply.blocks, reply.text) == ()
    return reply


def elements(blocks: tuple[Block, ...] | list[Block]) -> dict[str, Block]:
    """Every input of a window by its name."""
    return {block["block_id"]: block["element"] for block in blocks if block["type"] == "input"}


@contextmanager
def door(home: Path) -> Iterator[Door]:
    """A company whose anomalies can be acted on."""
    with loop(home) as work:
        there = {"access": work.house.access, "outbox": work.house.outbox, "clock": work.house.clock}
        services: Services = SimpleNamespace(**there, anomalies=SimpleNamespace(desk=work.desk))  # type: ignore[assignment]  # what is asked of it
        yield Door(work, Dispatcher([feature], services), services)
