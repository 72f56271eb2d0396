"""Who exists: asked of Slack through a small protocol, remembered for minutes, and never guessed.

The bot implements `Directory` over Slack; the terminal uses `LocalDirectory`. Before the Slack one stands `CachedDirectory`:
facts are fresh for five minutes and, while Slack is silent, good for fifteen. After that the question fails, and so does the
request.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

from services.errors import TemporaryError
from storage.model.people import ChannelFacts, Installation, UserFacts, UserGroup

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from services.access.background import Background
    from services.clock import Clock
    from storage.people import Kept, People

__all__ = ["CachedDirectory", "ChannelFacts", "Directory", "Installation", "LocalDirectory", "UserFacts", "UserGroup"]

LOCAL = Installation("local")
LOCAL_USER = "local"
FRESH = timedelta(minutes=5)
GOOD_WHILE_SLACK_IS_SILENT = timedelta(minutes=15)

T = TypeVar("T")


class Directory(Protocol):
    """What is asked about people. Every method raises TemporaryError when there is no answer, and never answers empty instead."""

    async def user(self, user_id: str) -> UserFacts:
        """One account. Raises NotFoundError when there is none."""
        ...

    async def groups(self) -> tuple[UserGroup, ...]:
        """Every enabled user group with its members; none where the workspace's plan has no user groups."""
        ...

    async def channel(self, channel_id: str) -> ChannelFacts:
        """One conversation, as it is now. Raises NotFoundError when the bot cannot see it."""
        ...


class LocalDirectory:
    """The terminal: whoever may read TUPPENCE_HOME is its admin, and is in no channel."""

    async def user(self, user_id: str) -> UserFacts:
        """Any id is taken as it is: what the account may do is decided again when it asks in Slack."""
        return UserFacts(user_id, LOCAL.team, user_id)

    async def groups(self) -> tuple[UserGroup, ...]:
        """None are known here."""
        return ()

    async def channel(self, channel_id: str) -> ChannelFacts:
        """A terminal is nobody else's."""
        return ChannelFacts(channel_id, is_external=False, is_member=True)


class CachedDirectory:
    """A directory with a memory in the store, so that a restart does not ask Slack about everybody again."""

    def __init__(self, directory: Directory, people: People, background: Background, clock: Clock) -> None:
        """`people` is the memory, read and written through `background`."""
        self._directory, self._people, self._background, self._clock = directory, people, background, clock

    async def user(self, user_id: str) -> UserFacts:
        """One account, at most minutes old."""
        kept = await self._background(self._people.user, user_id)
        facts, is_new = await self._current(kept, lambda: self._directory.user(user_id))
        if is_new:
            await self._background(self._people.keep_user, facts, self._clock())
        return facts

    async def groups(self) -> tuple[UserGroup, ...]:
        """The user groups, at most minutes old."""
        kept = await self._background(self._people.groups)
        groups, is_new = await self._current(kept, self._directory.groups)
        if is_new:
            await self._background(self._people.keep_groups, groups, self._clock())
        return groups

    async def channel(self, channel_id: str) -> ChannelFacts:
        """Never remembered: a channel may have been shared with another company a second ago."""
        return await self._directory.channel(channel_id)

    async def forget(self, user_id: str = "") -> None:
        """Ask again next time: for `user_change` (one account) or `subteam_members_changed` (no id: the groups)."""
        await self._background(self._people.forget, user_id)

    async def _current(self, kept: Kept[T] | None, ask: Callable[[], Awaitable[T]]) -> tuple[T, bool]:
        """What is kept while it is fresh, else a new answer (True), else what is kept while it is still good."""
        if kept and self._is_within(FRESH, kept.at):
            return kept.facts, False
        try:
            return await ask(), True
        except TemporaryError:
            if kept and self._is_within(GOOD_WHILE_SLACK_IS_SILENT, kept.at):
                return kept.facts, False
            raise

    def _is_within(self, limit: timedelta, moment: datetime) -> bool:
        """A moment that is still to come (the machine's clock was set back) is not recent."""
        return timedelta(0) <= self._clock() - moment < limit
