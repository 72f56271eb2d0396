"""The nouns in Slack's own JSON, as methods answer with them and payloads carry them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.slack.state import State
    from bot.sandbox.slack.workspace import Channel, File, Group, Json, Message, Person, View, Workspace


def user(workspace: Workspace, person: Person) -> Json:
    """A person, as users.info has it."""
    return {
        "id": person.id,
        "team_id": person.team,
        "name": person.name,
        "real_name": person.real_name,
        "deleted": person.is_deleted,
        "color": person.color.lstrip("#"),
        "tz": person.timezone,
        "profile": {"display_name": person.name, "real_name": person.real_name, "team": person.team},
        "is_bot": person.is_bot,
        "is_app_user": False,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": False,
        "is_stranger": person.team != workspace.team,
        "updated": 1_700_000_000,
    }


def channel(workspace: Workspace, found: Channel) -> Json:
    """A conversation, as conversations.info has it."""
    base: Json = {"id": found.id, "created": found.created, "is_archived": found.is_archived, "is_im": found.kind == "im"}
    if found.kind == "im":
        other = next(iter(found.members - {workspace.bot_user}))
        return base | {"user": other, "is_org_shared": False, "is_open": True, "is_user_deleted": False, "priority": 0}
    return base | {
        "name": found.name,
        "name_normalized": found.name,
        "is_channel": not found.is_private,
        "is_group": found.is_private,
        "is_mpim": False,
        "is_private": found.is_private,
        "is_general": False,
        "is_member": workspace.bot_user in found.members,
        "is_shared": bool(found.partners),
        "is_org_shared": False,
        "is_ext_shared": bool(found.partners),
        "is_pending_ext_shared": bool(found.invited_partners),
        "pending_connected_team_ids": list(found.invited_partners),
        "shared_team_ids": [workspace.team, *found.partners],
        "context_team_id": workspace.team,
        "topic": {"value": found.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(found.members),
    }


def message(state: State, found: Message) -> Json:
    """A message, as conversations.history and payloads have it."""
    workspace = state.workspace
    shown: Json = {"type": "message", "user": found.user, "ts": found.ts, "text": found.text, "team": workspace.team}
    if found.bot:
        shown |= {"bot_id": found.bot, "app_id": workspace.app}
    if found.blocks:
        shown["blocks"] = found.blocks
    if found.files:
        shown["files"] = [file(state, workspace.files[each]) for each in found.files]
    replies = workspace.replies(found.channel, found.ts)
    if found.thread or replies:
        shown["thread_ts"] = found.thread or found.ts
    if replies:
        shown |= {"reply_count": len(replies), "reply_users": sorted({each.user for each in replies})}
    if found.edited:
        shown["edited"] = {"user": found.user, "ts": found.edited}
    if found.reactions:
        shown["reactions"] = [{"name": name, "users": users, "count": len(users)} for name, users in found.reactions.items()]
    if found.metadata:
        shown["metadata"] = found.metadata
    return shown


def file(state: State, found: File) -> Json:
    """A file, as files.info has it: without its kind until Slack has looked at it."""
    is_ready = is_processed(found)
    address = f"{state.root}/files/{found.id}/{found.name}"
    shares: Json = {}
    for place, ts in found.shared if is_ready else ():
        is_private = state.workspace.channels[place].is_private
        shares.setdefault("private" if is_private else "public", {}).setdefault(place, []).append({"ts": ts})
    return {
        "id": found.id,
        "name": found.name,
        "title": found.title or found.name,
        "mimetype": found.mimetype if is_ready else "",
        "filetype": found.name.rpartition(".")[2].lower() if is_ready else "",
        "user": state.workspace.bot_user,
        "size": found.length,
        "mode": "hosted",
        "is_external": False,
        "alt_txt": found.alt,
        "url_private": address,
        "url_private_download": address,
        "shares": shares,
        "channels": [place for place, _ in found.shared] if is_ready else [],
    }


def is_processed(found: File) -> bool:
    """Whether Slack has looked at it, so that it may be shown."""
    return found.is_complete and time.monotonic() >= found.ready_at


def group(workspace: Workspace, found: Group, *, with_users: bool) -> Json:
    """A user group."""
    shown: Json = {
        "id": found.id,
        "team_id": workspace.team,
        "is_usergroup": True,
        "name": found.name,
        "handle": found.handle,
        "date_delete": 1_700_000_000 if found.is_disabled else 0,
        "user_count": len(found.users),
    }
    return shown | ({"users": list(found.users)} if with_users else {})


def view(workspace: Workspace, found: View) -> Json:
    """A window or home: what the app gave, and what Slack adds."""
    defaults: Json = {"private_metadata": "", "callback_id": "", "external_id": "", "submit": None, "close": None}
    return {
        **defaults,
        **found.content,
        "id": found.id,
        "team_id": workspace.team,
        "app_id": workspace.app,
        "app_installed_team_id": workspace.team,
        "bot_id": workspace.bot,
        "hash": found.hash,
        "root_view_id": found.root or found.id,
        "previous_view_id": found.previous or None,
        "state": {"values": found.values},
    }
