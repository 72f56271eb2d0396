"""Who the token is, and the way in for Socket Mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack.methods.method import SPECIAL, method

if TYPE_CHECKING:
    from bot.sandbox.slack.methods.method import Call
    from bot.sandbox.slack.workspace import Json


@method("auth.test", a_minute=SPECIAL)
def auth_test(call: Call) -> Json:
    """Who we are."""
    workspace = call.workspace
    return {
        "url": f"{call.slack.root}/",
        "team": workspace.name,
        "team_id": workspace.team,
        "user": workspace.people[workspace.bot_user].name,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", key="app")
def connections_open(call: Call) -> Json:
    """An address for one socket, good for one connection."""
    root = call.slack.root.replace("http", "ws", 1)
    return {"url": f"{root}/socket?ticket={call.slack.sockets.ticket()}&app_id={call.workspace.app}"}


@method("api.test", key="")
def api_test(call: Call) -> Json:
    """Whether anybody is there."""
    return {"args": dict(call.params)}
