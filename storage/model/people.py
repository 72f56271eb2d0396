"""What a directory (Slack, or the terminal) says about people, user groups and channels. Facts, not rights."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class UserFacts:
    """One account as `users.info` has it. `enterprise` is the organisation of an Enterprise Grid, else empty."""

    id: str
    team: str
    name: str
    enterprise: str = ""
    timezone: str = "UTC"
    is_bot: bool = False
    is_deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False


@dataclass(frozen=True, slots=True)
class UserGroup:
    """A user group with the ids of its members; `handle` is what follows the @."""

    id: str
    handle: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """A conversation as `conversations.info` has it. `is_external`: shared with another company, or about to be."""

    id: str
    is_external: bool
    is_member: bool
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Installation:
    """The one company this is installed for: the workspace, and its organisation on Enterprise Grid (else empty)."""

    team: str
    enterprise: str = ""


class SubjectKind(StrEnum):
    """Who a role can be given to."""

    PERSON = "person"
    GROUP = "group"


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """A person or a user group, by its id."""

    kind: SubjectKind
    id: str
