"""Before a route is removed: what that means, in a window; and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import build
from handlers.blocks.mrkdwn import bold, escape
from handlers.request import Reply

if TYPE_CHECKING:
    from handlers.request import Block
    from storage.model.route import Route


def removal(route: Route, heir: str) -> Block:
    """The question. `heir` is who gets its alerts then, as a sentence."""
    text = f"Remove the route {bold(route.name)}? {escape(heir)} Alerts that are open stay where they are."
    kept = {"id": str(route.id)}
    return build.modal(
        "Remove a route", [build.section(text)], callback="routes.remove", submit="Remove", close="Keep it", metadata=kept
    )


def removed(route: Route) -> Reply:
    """It is gone."""
    text = f"The route {bold(route.name)} is removed."
    return Reply(text, (build.section(text),), result={"removed": {"id": route.id, "name": route.name}})
