"""Identity, roles, row limits and the audit trail. Whatever cannot be known is refused, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from services.access.background import Background
from services.access.directory import LOCAL, LOCAL_USER, LocalDirectory
from services.access.results import Person, Role, RoleLine
from services.access.rules import effective, refusal, role_named
from services.clock import system_clock
from services.errors import DeniedError, NotFoundError, TemporaryError, UsageError
from storage.audit import Audit
from storage.model.audit import Entry, Origin
from storage.model.people import Subject, SubjectKind
from storage.model.scope import Scope
from storage.roles import Grant, Roles

if TYPE_CHECKING:
    from collections.abc import Collection
    from concurrent.futures import Executor

    from services.access.directory import Directory
    from services.clock import Clock
    from storage.database import Database
    from storage.model.people import Installation, UserFacts

EVERYTHING = Scope()
NOWHERE = Origin()
DIRECT_MESSAGE = "D"
"""Ids of direct messages begin so; nobody but the asker and the bot is in one."""


class Access:
    """Who somebody is and what they may do; who gave them that; what was done or refused.

    `installation` is the company this runs for, `admins` are the first admins (settings), `clock` is the real one even where
    questions are asked "as of" another day: the audit says when something truly happened. Store calls run in `executor`.
    """

    def __init__(
        self,
        database: Database,
        directory: Directory,
        installation: Installation,
        *,
        executor: Executor,
        admins: tuple[str, ...] = (),
        clock: Clock = system_clock,
    ) -> None:
        self._roles, self._audit = Roles(database), Audit(database)
        self._directory, self._installation, self._admins = directory, installation, admins
        self._background, self._clock = Background(executor), clock

    @property
    def directory(self) -> Directory:
        """Who exists, and which channels: what others of the house ask too."""
        return self._directory

    async def person(self, team: str, user: str) -> Person:
        """Who asks: role, row limits, or NOBODY with the reason. Raises TemporaryError while that cannot be known."""
        try:
            facts = await self._directory.user(user)
        except NotFoundError:
            return Person(user, team, user, Role.NOBODY, refusal="This account is not known in the workspace.")
        reason = refusal(facts, team, self._installation)
        if reason:
            return Person(user, team, facts.name, Role.NOBODY, timezone=facts.timezone, refusal=reason)
        return await self._member(facts, team)

    async def _member(self, facts: UserFacts, team: str) -> Person:
        person = Person(facts.id, team, facts.name, Role.VIEWER, timezone=facts.timezone)
        if facts.id in self._admins:
            return replace(person, role=Role.ADMIN)
        role, scope = effective(await self._grants_of(facts.id))
        if scope is None:
            return replace(person, role=Role.NOBODY, refusal="The limits of your roles exclude each other, so no row is left.")
        return replace(person, role=role, scope=scope)

    async def _grants_of(self, user: str) -> list[Grant]:
        """Given to the person or to a user group they are in; the groups are asked for only where one has a role."""
        grants = await self._background(self._roles.all)
        mine = {Subject(SubjectKind.PERSON, user)}
        if any(grant.subject.kind is SubjectKind.GROUP for grant in grants):
            mine |= {Subject(SubjectKind.GROUP, group.id) for group in await self._directory.groups() if user in group.members}
        return [grant for grant in grants if grant.subject in mine]

    async def check_audience(self, channel: str) -> None:
        """Raise DeniedError when not everybody who reads a channel is of this company, or when that cannot be seen."""
        if not channel or channel.startswith(DIRECT_MESSAGE):
            return
        try:
            facts = await self._directory.channel(channel)
        except NotFoundError:
            raise DeniedError("I am not in this channel, so I cannot show numbers in it.", "Invite me with `/invite`.") from None
        if facts.is_external:
            remedy = "Ask me in a direct message, or with a slash command: that answer only you can see."
            raise DeniedError("This channel is shared with another company, so no numbers are shown in it.", remedy)

    async def set_role(
        self, actor: Person, subject: Subject, role: Role, scope: Scope = EVERYTHING, origin: Origin = NOWHERE
    ) -> RoleLine:
        """Give a role in place of the one the subject had.

        Raises DeniedError (the actor may not, or no admin would remain), UsageError (a role it cannot have), NotFoundError.
        """
        self._check_actor(actor)
        name = await self._name_of_eligible(subject)
        if role is not Role.ADMIN or scope.is_limited:
            await self._check_an_admin_remains(subject)
        grant = Grant(subject, role.word, scope, actor.id, self._clock())
        limits = f" only {scope.text()}" if scope.is_limited else ""
        entry = self._entry(actor, "role.set", subject, f"{role.word}{limits}", origin)
        await self._background(self._roles.give, grant, entry)
        return RoleLine(subject, name, role, scope, actor.name, grant.given_at)

    async def remove_role(self, actor: Person, subject: Subject, origin: Origin = NOWHERE) -> None:
        """Take a given role away. Raises DeniedError; NotFoundError when the subject had none."""
        self._check_actor(actor)
        self._check_not_from_settings(subject)
        await self._check_an_admin_remains(subject)
        if not await self._background(self._roles.take, subject, self._entry(actor, "role.remove", subject, "", origin)):
            raise NotFoundError("No role was given there, so there is none to remove.", "`/tuppence role` lists what was given.")

    async def roles(self) -> tuple[RoleLine, ...]:
        """Who has what: the admins of the settings, then what was given, highest role first."""
        grants = await self._background(self._roles.all)
        names = _Names(self._directory)
        first = [Subject(SubjectKind.PERSON, user) for user in self._admins]
        settled = [RoleLine(subject, await names.of(subject), Role.ADMIN) for subject in first]
        given = [
            RoleLine(
                subject=each.subject,
                name=await names.of(each.subject),
                role=role_named(each.role),
                scope=each.scope,
                given_by=await names.of(Subject(SubjectKind.PERSON, each.given_by)),
                given_at=each.given_at,
            )
            for each in grants
        ]
        return (*settled, *sorted(given, key=lambda line: -line.role))

    async def name(self, user: str) -> str:
        """What people call an account; its id when it has left the workspace."""
        return await _Names(self._directory).of(Subject(SubjectKind.PERSON, user))

    async def names(self, users: Collection[str]) -> dict[str, str]:
        """What people call these; whoever is not known, or cannot be asked for now, keeps the id for a name."""
        known = _Names(self._directory)
        try:
            return {user: await known.of(Subject(SubjectKind.PERSON, user)) for user in users}
        except TemporaryError:
            return {user: user for user in users}

    async def record(
        self, actor: str, action: str, target: str, outcome: str, *, detail: str = "", origin: Origin = NOWHERE
    ) -> None:
        """One audit line, on disk when this returns. `outcome`: done, refused or failed."""
        entry = Entry(self._clock(), actor, action, target, outcome, detail, origin)
        await self._background(self._audit.append, entry)

    async def history(self, count: int = 50, *, actor: str = "") -> tuple[Entry, ...]:
        """The latest audit lines, newest first."""
        return await self._background(self._audit.latest, count, actor=actor)

    def _entry(self, actor: Person, action: str, subject: Subject, detail: str, origin: Origin) -> Entry:
        return Entry(self._clock(), actor.id, action, f"{subject.kind}:{subject.id}", "done", detail, origin)

    def _check_actor(self, actor: Person) -> None:
        if actor.role is not Role.ADMIN:
            raise DeniedError("Only an admin may change roles.")
        if actor.scope.is_limited:
            # Else somebody limited to one account could give themselves, or a friend, all of them.
            raise DeniedError(f"Your own role is limited to {actor.scope.text()}, so you cannot change roles.")

    async def _name_of_eligible(self, subject: Subject) -> str:
        """The subject's name; raises when it is nobody who can have a role."""
        self._check_not_from_settings(subject)
        if subject.kind is SubjectKind.GROUP:
            return await self._group_name(subject.id)
        facts = await self._directory.user(subject.id)
        reason = refusal(facts, self._installation.team, self._installation)
        if reason:
            raise UsageError(f"{facts.name} cannot have a role. {reason}", "Roles are for full members of the workspace.")
        return facts.name

    def _check_not_from_settings(self, subject: Subject) -> None:
        if subject.id in self._admins:
            remedy = "Take the id out of TUPPENCE_ADMINS and restart first."
            raise UsageError("That person is an admin by the settings, which no command changes.", remedy)

    async def _group_name(self, group_id: str) -> str:
        for group in await self._directory.groups():
            if group.id == group_id:
                return f"@{group.handle}"
        raise NotFoundError("That user group is not known in the workspace.", "Type @ and choose the group from Slack's list.")

    async def _check_an_admin_remains(self, subject: Subject) -> None:
        grants = await self._background(self._roles.all)
        admins = {each.subject for each in grants if each.role == Role.ADMIN.word and not each.scope.is_limited}
        if not self._admins and admins == {subject}:
            raise DeniedError("That would leave Tuppence without an admin.", "Make somebody else an admin first.")


class _Names:
    """What people call a subject; one that has left the workspace keeps its id for a name. Each is asked for once."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._known: dict[Subject, str] = {}
        self._has_groups = False

    async def of(self, subject: Subject) -> str:
        if subject.kind is SubjectKind.GROUP and not self._has_groups:
            groups = await self._directory.groups()
            self._known |= {Subject(SubjectKind.GROUP, group.id): f"@{group.handle}" for group in groups}
            self._has_groups = True
        if subject.kind is SubjectKind.PERSON and subject not in self._known:
            self._known[subject] = await self._person(subject.id)
        return self._known.get(subject, subject.id)

    async def _person(self, user: str) -> str:
        try:
            return (await self._directory.user(user)).name
        except NotFoundError:
            return user


def local_access(database: Database, executor: Executor, clock: Clock = system_clock) -> Access:
    """The terminal's: `person("local", "local")` is the admin. Not cached: its say about ids must not reach Slack's memory."""
    return Access(database, LocalDirectory(), LOCAL, executor=executor, admins=(LOCAL_USER,), clock=clock)
