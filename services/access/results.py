"""Who somebody is, for everything that is authorised."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from storage.model.scope import Scope

if TYPE_CHECKING:
    from datetime import datetime

    from storage.model.people import Subject


class Role(IntEnum):
    """Each role may do what the ones before it may."""

    NOBODY = 0
    VIEWER = 1
    ANALYST = 2
    OPERATOR = 3
    ADMIN = 4

    @property
    def word(self) -> str:
        """As people write it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Person:
    """The asker as the rules see them. `refusal` is the reason when the role is NOBODY."""

    id: str
    team: str
    name: str
    role: Role
    scope: Scope = field(default_factory=Scope)
    timezone: str = "UTC"
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One line of who has what: names are what people call them. The admins of the settings have no giver and no date."""

    subject: Subject
    name: str
    role: Role
    scope: Scope = field(default_factory=Scope)
    given_by: str = ""
    given_at: datetime | None = None
