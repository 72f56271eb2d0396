"""Somebody at the local Slack: what they type, press, choose and fill in, and what they see.

It speaks of things as people do: a button by what stands on it, an input by its name, a window as the one on top.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.acts import clicks, windows, words
from bot.sandbox.slack.elements import blocks_with_elements
from bot.sandbox.slack.seed import BOT_USER, FINOPS, VIEWER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.app import Bot
    from bot.sandbox.slack.server import LocalSlack
    from bot.sandbox.slack.workspace import Message, View

Json = dict[str, Any]
STATES = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
}
"""Element → the field that its value is filled into; texts and numbers have `value`, menus options."""
MENUS = {"static_select": False, "radio_buttons": False, "multi_static_select": True, "checkboxes": True}
"""Element → whether it takes several options."""


@dataclass(slots=True)
class Visitor:
    """One person. Every act returns when the program has nothing more to do."""

    slack: LocalSlack
    bot: Bot
    user: str = VIEWER
    channel: str = FINOPS

    # What they do.

    async def run(self, text: str) -> None:
        """A slash command."""
        assert await words.run(self.slack.state, self.user, self.channel, text) == {"ok": True}
        await self.settled()

    async def press(self, label: str, *, channel: str = "") -> None:
        """The newest button of that name, in the window on top, else in the conversation."""
        if self.windows:
            await self._click(self.window.content["blocks"], label, {"view_id": self.window.id})
            return
        found = next(each for each in reversed(self.seen(channel)) if label in map(label_of, _elements(each.blocks)))
        await self._click(found.blocks, label, {"channel": found.channel, "ts": found.ts})

    async def _click(self, blocks: Sequence[Json], label: str, place: Json) -> None:
        block, element = next(each for each in blocks_with_elements(blocks) if label_of(each[1]) == label)
        await self._use(block, element, place)

    async def _use(self, block: Json, element: Json, given: Json) -> None:
        ids = {"as": self.user, "block_id": block["block_id"], "action_id": element["action_id"]}
        assert await clicks.click(self.slack.state, ids | given) == {"ok": True}
        await self.settled()

    async def choose_in_menu(self, label: str, *, at: int = 0) -> None:
        """An entry of the menu behind the dots of the newest message that has such menus, the `at`-th from above."""
        found = next(each for each in reversed(self.seen()) if any(_overflows(each.blocks)))
        block, element = list(_overflows(found.blocks))[at]
        option = next(each for each in element["options"] if label_of(each) == label)
        await self._use(block, element, {"channel": found.channel, "ts": found.ts, "selected_option": option})

    async def choose(self, name: str, value: object) -> None:
        """Choose in an input that tells at once."""
        block = self.input(name)
        await self._use(block, block["element"], {"view_id": self.window.id, "selected": state_of(block["element"], value)})

    async def submit(self, **values: object) -> Json:
        """Fill in these inputs of the window on top and submit it; Slack's answer, with errors where there are any."""
        given: Json = {}
        for name, value in values.items():
            element = self.input(name)["element"]
            given[name] = {element["action_id"]: state_of(element, value)}
        answer = await windows.submit(self.slack.state, self.user, self.window.id, given)
        await self.settled()
        return answer

    async def close(self) -> None:
        """Close the window on top."""
        await windows.close(self.slack.state, self.user, self.window.id)

    async def settled(self) -> None:
        """Until the program has nothing more to do."""
        await asyncio.sleep(0.03)
        async with asyncio.timeout(10):
            await self.bot.work.idle()

    # What they see.

    @property
    def windows(self) -> list[View]:
        """The open windows, the one on top last."""
        return self.slack.state.workspace.modals.get(self.user, [])

    @property
    def window(self) -> View:
        """The one on top."""
        return self.windows[-1]

    def input(self, name: str) -> Json:
        """An input of the window on top."""
        found: Json = next(each for each in self.window.content["blocks"] if each.get("block_id") == name)
        return found

    def filled(self, name: str) -> Json:
        """What is filled into it by now."""
        (state,) = self.window.values[name].values()
        return dict(state)

    def seen(self, channel: str = "") -> list[Message]:
        """What the program said in a conversation that they see, oldest first."""
        said = self.slack.state.workspace.messages.get(channel or self.channel, [])
        return [each for each in said if each.user == BOT_USER and each.is_for(self.user)]

    def texts(self, channel: str = "") -> list[str]:
        """The same as words."""
        return [f"{each.text} {each.blocks}" for each in self.seen(channel)]

    @property
    def direct(self) -> str:
        """Their conversation with the program."""
        return self.slack.state.workspace.direct(self.user).id


def _overflows(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    return ((block, element) for block, element in blocks_with_elements(blocks) if element["type"] == "overflow")


def _elements(blocks: Sequence[Json]) -> list[Json]:
    return [element for _, element in blocks_with_elements(blocks)]


def label_of(element: Json) -> str:
    """What stands on a button."""
    text = element.get("text")
    return str(text["text"]) if isinstance(text, dict) else ""


def state_of(element: Json, value: object) -> Json:
    """What filling a value in makes of an element's state."""
    kind = element["type"]
    if kind in MENUS:
        options = [{"value": each} for each in (value if isinstance(value, list | tuple) else [value])]
        return {"selected_options": options} if MENUS[kind] else {"selected_option": options[0]}
    return {STATES.get(kind, "value"): value}
