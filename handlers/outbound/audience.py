"""Who else would read it: the check, at the moment of sending, that a channel may see what a company spends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from handlers.outbound.refusals import INVITE, refusal
from services.errors import DeniedError, TemporaryError

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

FOREIGN = ("is_ext_shared", "is_pending_ext_shared", "pending_shared", "pending_connected_team_ids")
"""Another company is in it, or was invited; lists of workspaces count when they are not empty."""


class ForeignChannelError(DeniedError):
    """The channel is, or is about to be, shared with another company."""


def is_direct(channel: str) -> bool:
    """Whether the id is that of a direct message with one person, where nobody else reads along."""
    return channel.startswith("D")


def is_person(channel: str) -> bool:
    """Whether the id is a person's, to whom one writes directly."""
    return channel.startswith(("U", "W"))


class Audience:
    """Looks a channel up each time: it may have been shared with another company a minute ago."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def check(self, channel: str) -> None:
        """Pass, or raise DeniedError (shared with others, archived, not a member) or TemporaryError. Fails closed."""
        if is_direct(channel):
            return
        try:
            answer = await self._client.conversations_info(channel=channel)
        except SlackApiError as error:
            raise refusal(error) from error
        except (TimeoutError, ClientError, OSError) as error:
            raise TemporaryError("Slack could not be asked who reads this channel.") from error
        _judge(answer.get("channel") or {})


def _judge(channel: dict[str, object]) -> None:
    if any(channel.get(mark) for mark in FOREIGN):
        raise ForeignChannelError(
            "This channel is shared with another company, so no cost figures are posted in it.",
            "Use a channel of your own company, or a direct message.",
        )
    if channel.get("is_archived"):
        raise DeniedError("This channel is archived.", "Use another channel.")
    if not channel.get("is_member"):
        raise DeniedError("I am not in this channel.", INVITE)
