"""A workspace without Slack: people, user groups and channels one can change, and a switch that makes it silent."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.errors import NotFoundError, TemporaryError
from storage.model.people import ChannelFacts, Installation, UserFacts, UserGroup

HOME = Installation("T1")


def member(user_id: str, name: str = "", **facts: object) -> UserFacts:
    """A full member of the home workspace, unless the facts say otherwise."""
    return UserFacts(**{"id": user_id, "team": HOME.team, "name": name or user_id.lower()} | facts)


@dataclass
class FakeDirectory:
    """Answers from what it was given and counts the questions."""

    people: dict[str, UserFacts] = field(default_factory=dict)
    user_groups: tuple[UserGroup, ...] = ()
    channels: dict[str, ChannelFacts] = field(default_factory=dict)
    is_silent: bool = False
    asked: list[str] = field(default_factory=list)

    def add(self, *facts: UserFacts) -> None:
        """Make people known, or other than they were."""
        self.people |= {each.id: each for each in facts}

    async def user(self, user_id: str) -> UserFacts:
        """One account."""
        self._ask(user_id)
        if user_id not in self.people:
            raise NotFoundError("no such person")
        return self.people[user_id]

    async def groups(self) -> tuple[UserGroup, ...]:
        """The user groups."""
        self._ask("groups")
        return self.user_groups

    async def channel(self, channel_id: str) -> ChannelFacts:
        """One channel."""
        self._ask(channel_id)
        if channel_id not in self.channels:
            raise NotFoundError("no such channel")
        return self.channels[channel_id]

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.is_silent:
            raise TemporaryError("Slack could not be reached.")
