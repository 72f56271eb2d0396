"""Given a form, when people open it, choose, mistype and submit, then the window says what is wrong and keeps what was right."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.seed import VIEWER
from bot.sandbox.slack.server import LocalSlack
from handlers.blocks import build, forms
from handlers.feature import Feature
from handlers.request import Reply, Request, Visibility
from services.errors import DeniedError, UsageError
from tests.fakes.connected import connected
from tests.fakes.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

QUICK = Limits(processing=0.02, channel_gap=0.0)
KINDS = {"gross": "Gross", "net": "Net"}


def window(kind: str = "gross", preview: str = "") -> dict[str, Any]:
    """A form whose kind tells at once, with a button and what was shown last."""
    blocks = [
        forms.text("name", "Name", most=40),
        forms.day("until", "Until", optional=True),
        forms.select("kind", "Kind", KINDS, value=kind, action="tills.kind"),
        forms.people("who", "Who", optional=True),
        *build.actions([build.button("Preview", "tills.preview", {"page": "2"}), build.button("More", "tills.more")]),
        build.context(preview or "Nothing chosen yet"),
    ]
    return build.modal("A till", blocks, callback="tills.save", submit="Save", metadata={"id": "7"})


@dataclass
class Till:
    """A feature with one window; it keeps what its handlers were asked."""

    asked: list[Request] = field(default_factory=list)
    slow: asyncio.Event = field(default_factory=asyncio.Event)
    feature: Feature = field(default_factory=lambda: Feature("tills", root="cost", summary="tills"))

    def __post_init__(self) -> None:
        self.slow.set()
        self.feature.verb("", summary="a form", example="")(self.open)
        self.feature.action("open")(self.open)
        self.feature.action("kind")(self.kind)
        self.feature.action("preview")(partial(self.preview, "preview"))
        self.feature.action("more")(self.more)
        self.feature.submission("save")(self.save)

    async def open(self, request: Request) -> Reply:
        """The button that opens it, or the window."""
        self.asked.append(request)
        if request.place.trigger and request.place.message:
            return Reply("a form", view=window())
        return Reply("Press it.", tuple(build.actions([build.button("Open", "tills.open")])), visibility=Visibility.EPHEMERAL)

    async def kind(self, request: Request) -> Reply:
        """Show the window for this kind."""
        self.asked.append(request)
        return Reply("chosen", view=window(request.values["kind"], f"You chose {request.values['kind']}"))

    async def preview(self, what: str, request: Request) -> Reply:
        """Say what is filled in."""
        self.asked.append(request)
        return Reply(what, view=window(request.values["kind"], f"{request.values['name']} on page {request.values['page']}"))

    async def more(self, request: Request) -> Reply:
        """A window on top."""
        self.asked.append(request)
        return Reply("more", view=build.modal("More", [build.section("More of it")]), push=True)

    async def save(self, request: Request) -> Reply | None:
        """What the name asks for."""
        self.asked.append(request)
        await self.slow.wait()
        return _answers(request.values["name"])


def _answers(name: str) -> Reply | None:
    if name == "late":
        raise UsageError("That day is over.", "Choose one to come.", field="until")
    if name == "elsewhere":
        raise UsageError("That is wrong somewhere.", field="nowhere")
    if name == "denied":
        raise DeniedError("You may not.")
    if name == "broken":
        msg = "a bug"
        raise ZeroDivisionError(msg)
    if name == "next":
        return Reply("next", view=build.modal("Done", [build.section("It is saved.")]))
    if name == "several":
        return Reply("wrong", errors={"name": "Taken.", "who": "Nobody."})
    return Reply(f"Saved {name}.") if name != "quiet" else None


@dataclass
class Shop:
    """A person before the form."""

    ana: Visitor
    till: Till

    async def opened(self) -> None:
        """Open the form."""
        await self.ana.run("/cost")
        await self.ana.press("Open")

    @property
    def values(self) -> dict[str, str]:
        """What the handler that was reached last was given."""
        return dict(self.till.asked[-1].values)


@pytest.fixture
async def shop(home: Path, mode: str) -> AsyncIterator[Shop]:
    async with _shop(home, mode) as shop:
        yield shop


@asynccontextmanager
async def _shop(home: Path, mode: str) -> AsyncIterator[Shop]:
    till = Till()
    async with LocalSlack(limits=QUICK) as slack, connected(slack, home, mode=mode, features=[till.feature]) as bot:
        shop = Shop(Visitor(slack, bot), till)
        await shop.opened()
        yield shop


async def test_a_window_is_refused_mended_and_taken(shop: Shop) -> None:
    ana = shop.ana
    answer = await ana.submit(name="late", until="2026-11-01", who=[VIEWER, "U0OLGA0001"])
    assert answer["errors"] == {"until": "That day is over. Choose one to come."}
    assert ana.filled("name")["value"] == "late"
    assert ana.texts(ana.direct) == []

    assert await ana.submit(name="web", until="2026-12-01") == {"ok": True}
    assert shop.values == {"id": "7", "name": "web", "until": "2026-12-01", "kind": "gross", "who": f"{VIEWER}\nU0OLGA0001"}
    assert ana.windows == []
    assert "Saved web." in ana.texts(ana.direct)[-1]


async def test_the_same_again_after_an_error_is_no_duplicate(shop: Shop) -> None:
    await shop.ana.submit(name="late")
    await shop.ana.submit(name="late")
    assert [each.values["name"] for each in shop.till.asked if each.place.view] == ["late", "late"]


async def test_several_inputs_are_refused_at_once(shop: Shop) -> None:
    assert (await shop.ana.submit(name="several"))["errors"] == {"name": "Taken.", "who": "Nobody."}


async def test_what_belongs_to_no_input_is_said_below_the_first(shop: Shop) -> None:
    assert (await shop.ana.submit(name="elsewhere"))["errors"] == {"name": "That is wrong somewhere."}


async def test_another_window_takes_its_place(shop: Shop) -> None:
    assert await shop.ana.submit(name="next") == {"ok": True}
    (window,) = shop.ana.windows
    assert window.content["title"]["text"] == "Done"


@pytest.mark.parametrize(("name", "said"), [("denied", "You may not."), ("broken", "Something went wrong")])
@pytest.mark.usefixtures("log_lines")  # a traceback that is drawn for a terminal takes longer than Slack waits
async def test_what_filling_in_cannot_mend_closes_the_window_and_is_told(shop: Shop, name: str, said: str) -> None:
    assert await shop.ana.submit(name=name) == {"ok": True}
    assert shop.ana.windows == []
    assert said in shop.ana.texts(shop.ana.direct)[-1]


async def test_nothing_to_say_closes_the_window(shop: Shop) -> None:
    assert await shop.ana.submit(name="quiet") == {"ok": True}
    assert shop.ana.windows == []
    assert shop.ana.texts(shop.ana.direct) == []


async def test_a_choice_shows_the_window_anew(shop: Shop) -> None:
    ana = shop.ana
    before = ana.window.hash
    await ana.choose("kind", "net")
    assert shop.values["kind"] == "net"
    assert shop.till.asked[-1].place.view == ana.window.id
    assert shop.till.asked[-1].place.view_hash == before != ana.window.hash
    assert "You chose net" in str(ana.window.content)


async def test_a_button_in_a_window_knows_what_is_filled_in(shop: Shop) -> None:
    await shop.ana.submit(name="late")
    await shop.ana.press("Preview")
    assert shop.values == {"id": "7", "page": "2", "name": "late", "kind": "gross", "who": "", "until": ""}
    assert "late on page 2" in str(shop.ana.window.content)
    assert shop.ana.filled("name")["value"] == "late"


async def test_a_window_on_top_leaves_the_one_below(shop: Shop) -> None:
    await shop.ana.press("More")
    assert [each.content["title"]["text"] for each in shop.ana.windows] == ["A till", "More"]


async def test_of_two_quick_clicks_none_is_refused(shop: Shop) -> None:
    """Both were made in the window as it was at first, so the answer to one comes to a window that has changed."""
    await asyncio.gather(shop.ana.choose("kind", "net"), shop.ana.choose("kind", "gross"))
    updates = [each.status for each in shop.ana.slack.state.traffic.named("views.update", "in")]
    assert len(updates) == 3, updates
    assert shop.ana.texts(shop.ana.direct) == []
    assert "You chose" in str(shop.ana.window.content)


async def test_a_window_that_was_closed_meanwhile_is_no_error(shop: Shop) -> None:
    ana = shop.ana
    choosing = asyncio.create_task(ana.choose("kind", "net"))
    await asyncio.sleep(0)
    ana.slack.state.workspace.modals.clear()
    await choosing
    assert ana.texts(ana.direct) == []


async def test_a_slow_answer_is_told_when_the_window_is_gone(home: Path) -> None:
    async with _shop(home, "socket") as shop:
        submitting = await submitted_slowly(shop, "late")
        assert await submitting == {"ok": True}
        assert "That day is over." in shop.ana.texts(shop.ana.direct)[-1]


async def test_a_slow_answer_opens_its_window_anew(home: Path) -> None:
    async with _shop(home, "socket") as shop:
        await (await submitted_slowly(shop, "next"))
        assert [each.content["title"]["text"] for each in shop.ana.windows] == ["Done"]


async def submitted_slowly(shop: Shop, name: str) -> asyncio.Task[dict[str, Any]]:
    """Slack was answered without an answer; then there is one."""
    shop.till.slow.clear()
    submitting = asyncio.create_task(shop.ana.submit(name=name))
    await shop.ana.slack.until(lambda: not shop.ana.windows)
    shop.till.slow.set()
    return submitting
