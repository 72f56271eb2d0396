"""People and user groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack import shapes
from bot.sandbox.slack.methods.method import TIER_2, TIER_4, method
from bot.sandbox.slack.refusals import RefusedError

if TYPE_CHECKING:
    from bot.sandbox.slack.methods.method import Call
    from bot.sandbox.slack.workspace import Json


@method("users.info", "users:read", a_minute=TIER_4)
def info(call: Call) -> Json:
    """One person."""
    return {"user": shapes.user(call.workspace, call.person())}


@method("users.list", "users:read", a_minute=TIER_2)
def listed(call: Call) -> Json:
    """Everybody."""
    return {"members": [shapes.user(call.workspace, each) for each in call.workspace.people.values()], "cache_ts": 0}


@method("users.conversations", "channels:read", "groups:read", "im:read")
def conversations(call: Call) -> Json:
    """The conversations somebody is in, by default the bot."""
    user = call.text("user", call.workspace.bot_user)
    kinds = call.text("types", "public_channel")
    found = [each for each in call.workspace.channels.values() if user in each.members and each.kind == "channel"]
    shown = [each for each in found if ("private_channel" if each.is_private else "public_channel") in kinds]
    return {"channels": [shapes.channel(call.workspace, each) for each in shown]}


@method("users.lookupByEmail", "users:read.email")
def by_email(call: Call) -> Json:
    """The person with an address."""
    name = call.needed("email").partition("@")[0]
    found = next((each for each in call.workspace.people.values() if each.name == name), None)
    if found is None:
        raise RefusedError("users_not_found")
    return {"user": shapes.user(call.workspace, found)}


@method("usergroups.list", "usergroups:read", a_minute=TIER_2)
def groups(call: Call) -> Json:
    """The user groups, with their members where asked for."""
    found = [each for each in call.workspace.groups.values() if call.flag("include_disabled") or not each.is_disabled]
    with_users = call.flag("include_users")
    return {"usergroups": [shapes.group(call.workspace, each, with_users=with_users) for each in found]}


@method("usergroups.users.list", "usergroups:read", a_minute=TIER_2)
def group_users(call: Call) -> Json:
    """Who is in a user group."""
    found = call.workspace.groups.get(call.needed("usergroup"))
    if found is None:
        raise RefusedError("no_such_subteam")
    return {"users": list(found.users)}


@method("bots.info", "users:read")
def bot(call: Call) -> Json:
    """The bot, by the id its messages carry."""
    if call.needed("bot") != call.workspace.bot:
        raise RefusedError("bot_not_found")
    name = call.workspace.people[call.workspace.bot_user].name
    ids = {"id": call.workspace.bot, "user_id": call.workspace.bot_user, "app_id": call.workspace.app}
    return {"bot": {**ids, "name": name, "deleted": False, "updated": 0}}


@method("team.info", "team:read")
def team(call: Call) -> Json:
    """The workspace."""
    return {"team": {"id": call.workspace.team, "name": call.workspace.name, "domain": call.workspace.domain}}
