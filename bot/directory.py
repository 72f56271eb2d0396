"""Slack as the directory of people, user groups and channels. A failed question is an error, never an empty answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from handlers.outbound.refusals import code_of
from services.errors import NotFoundError, TemporaryError
from storage.model.people import ChannelFacts, UserFacts, UserGroup

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping
    from typing import Any

    from slack_sdk.web.async_client import AsyncWebClient
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    Answer = Mapping[str, Any]

UNKNOWN = {"user_not_found", "user_not_visible", "channel_not_found", "users_not_found"}
WITHOUT_GROUPS = {"paid_teams_only", "plan_upgrade_required"}
"""The workspace's plan has no user groups: that is an answer, not a failure."""


class SlackDirectory:
    """Asks Slack each time; `services.access.directory.CachedDirectory` stands before it and remembers."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def user(self, user_id: str) -> UserFacts:
        """`users.info`, scope users:read. Raises NotFoundError, TemporaryError."""
        answer = await _ask(self._client.users_info(user=user_id))
        return _user(answer["user"])

    async def groups(self) -> tuple[UserGroup, ...]:
        """`usergroups.list`, scope usergroups:read; disabled ones are left out. Raises TemporaryError."""
        try:
            answer = await self._client.usergroups_list(include_users=True, include_disabled=False)
        except SlackApiError as error:
            if code_of(error) in WITHOUT_GROUPS:
                return ()
            raise _words(error) from error
        except (TimeoutError, ClientError, OSError) as error:
            raise _unreachable() from error
        return tuple(_group(each) for each in answer["usergroups"])

    async def channel(self, channel_id: str) -> ChannelFacts:
        """`conversations.info`, scopes channels:read and groups:read. Raises NotFoundError, TemporaryError."""
        answer = await _ask(self._client.conversations_info(channel=channel_id))
        return _channel(answer["channel"])


async def _ask(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    try:
        return await call
    except SlackApiError as error:
        raise _words(error) from error
    except (TimeoutError, ClientError, OSError) as error:
        raise _unreachable() from error


def _unreachable() -> TemporaryError:
    return TemporaryError("Slack could not be reached to see who is asking.")


def _words(error: SlackApiError) -> NotFoundError | TemporaryError:
    """Whatever is not a clear "there is none" means that it cannot be known now, and what cannot be known is refused."""
    code = code_of(error)
    if code in UNKNOWN:
        return NotFoundError("Slack does not know that, or does not show it to me.")
    said = f" ({code})" if code else ""
    return TemporaryError(f"Slack did not say who is asking, or where{said}.")


def _user(user: Answer) -> UserFacts:
    profile = user.get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name") or user["id"]
    return UserFacts(
        id=user["id"],
        team=user.get("team_id") or "",
        name=str(name),
        enterprise=(user.get("enterprise_user") or {}).get("enterprise_id") or "",
        timezone=user.get("tz") or "UTC",
        is_bot=bool(user.get("is_bot")) or bool(user.get("is_workflow_bot")),
        is_deleted=bool(user.get("deleted")),
        is_restricted=bool(user.get("is_restricted")),
        is_ultra_restricted=bool(user.get("is_ultra_restricted")),
        is_stranger=bool(user.get("is_stranger")),
    )


def _group(group: Answer) -> UserGroup:
    return UserGroup(group["id"], group.get("handle") or group["id"], tuple(group.get("users") or ()))


def _channel(channel: Answer) -> ChannelFacts:
    """A conversation with other companies in it, invited or waiting, is external; one that does not say is looked at as it is."""
    foreign = ("is_ext_shared", "is_pending_ext_shared", "pending_shared", "pending_connected_team_ids")
    return ChannelFacts(
        id=channel["id"],
        is_external=any(channel.get(mark) for mark in foreign),
        is_member=bool(channel.get("is_member")) or bool(channel.get("is_im")),
        is_private=bool(channel.get("is_private")) or bool(channel.get("is_im")),
    )
