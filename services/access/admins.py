"""Who the admins are just now, for what nobody else is told: notices of what did not arrive, and alerts that no route takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.access.results import Role
from services.errors import StoreError, TuppenceError
from storage.model.people import SubjectKind

if TYPE_CHECKING:
    from services.access.background import Background
    from services.access.directory import Directory
    from storage.roles import Grant, Roles


@dataclass(frozen=True, slots=True)
class Admins:
    """Those of the settings (`first`), then whoever was made one, by name or in a user group.

    What they are told may be of any row, so an admin of some rows only is none here.
    """

    roles: Roles
    directory: Directory
    background: Background
    first: tuple[str, ...] = ()

    async def __call__(self) -> tuple[str, ...]:
        """Their ids, each once. What cannot be asked for now is left out: those of the settings are always there."""
        given = [each for each in await self._grants() if each.role == Role.ADMIN.word and not each.scope.is_limited]
        people = [each.subject.id for each in given if each.subject.kind is SubjectKind.PERSON]
        groups = {each.subject.id for each in given if each.subject.kind is SubjectKind.GROUP}
        return tuple(dict.fromkeys((*self.first, *people, *(await self._members(groups) if groups else ()))))

    async def _grants(self) -> tuple[Grant, ...]:
        try:
            return await self.background(self.roles.all)
        except StoreError:
            return ()

    async def _members(self, groups: set[str]) -> tuple[str, ...]:
        try:
            return tuple(user for each in await self.directory.groups() if each.id in groups for user in each.members)
        except TuppenceError:
            return ()
