"""Given a company with an admin, when people ask and roles are given, then rights follow at once, and everything is on record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from services.access.directory import CachedDirectory
from services.access.results import Role
from services.access.service import local_access
from services.errors import DeniedError, NotFoundError, TemporaryError, UsageError
from storage.database import Database
from storage.migrations.state import migrations
from storage.model.audit import Origin
from storage.model.people import ChannelFacts, Subject, SubjectKind, UserGroup
from storage.model.scope import Scope
from storage.people import People
from tests.fakes.directory import HOME, member
from tests.fakes.house import ANA, BEN, BOSS, NOON, House, house

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WEB = UserGroup("S0WEB0001", "web-team", (ANA,))
ANA_SUBJECT, WEB_SUBJECT = Subject(SubjectKind.PERSON, ANA), Subject(SubjectKind.GROUP, WEB.id)
ONE_ACCOUNT = Scope.only(account=("1",))
ORIGIN = Origin("T1", "C1", "slash", "abc")


@pytest.fixture
def company(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as each:
        each.directory.user_groups = (WEB,)
        yield each


async def boss_of(company: House) -> object:
    return await company.access.person(HOME.team, BOSS)


async def role_of(company: House, user: str = ANA) -> tuple[Role, Scope]:
    person = await company.access.person(HOME.team, user)
    return person.role, person.scope


# Who asks


async def test_a_full_member_is_a_viewer_with_a_name_and_a_time_zone(company: House) -> None:
    company.directory.add(member(ANA, "Ana", timezone="Europe/Lisbon"))
    person = await company.access.person(HOME.team, ANA)
    assert (person.name, person.role, person.timezone, person.scope) == ("Ana", Role.VIEWER, "Europe/Lisbon", Scope())


async def test_the_first_admins_come_from_the_settings(company: House) -> None:
    assert await role_of(company, BOSS) == (Role.ADMIN, Scope())


async def test_an_admin_of_the_settings_who_was_deactivated_is_nobody(company: House) -> None:
    company.directory.add(member(BOSS, is_deleted=True))
    assert (await company.access.person(HOME.team, BOSS)).role is Role.NOBODY


async def test_whom_slack_does_not_know_is_nobody(company: House) -> None:
    person = await company.access.person(HOME.team, "U0GHOST01")
    assert (person.role, "not known" in person.refusal) == (Role.NOBODY, True)


async def test_while_slack_is_silent_nobody_is_let_in(company: House) -> None:
    company.directory.is_silent = True
    with pytest.raises(TemporaryError):
        await company.access.person(HOME.team, ANA)


async def test_while_the_groups_are_not_known_nobody_is_let_in(company: House) -> None:
    await company.access.set_role(await boss_of(company), WEB_SUBJECT, Role.ANALYST, ONE_ACCOUNT)

    async def silent() -> tuple[UserGroup, ...]:
        raise TemporaryError("no answer")

    company.directory.groups = silent
    with pytest.raises(TemporaryError):
        await company.access.person(HOME.team, BEN)


async def test_groups_are_not_asked_for_when_none_has_a_role(company: House) -> None:
    await company.access.set_role(await boss_of(company), ANA_SUBJECT, Role.ANALYST)
    company.directory.asked.clear()
    await company.access.person(HOME.team, ANA)
    assert company.directory.asked == [ANA]


# Giving and taking


async def test_a_role_given_to_a_person_holds_at_once_and_after_a_restart(tmp_path: Path) -> None:
    with house(tmp_path) as company:
        line = await company.access.set_role(await boss_of(company), ANA_SUBJECT, Role.ANALYST, ONE_ACCOUNT, ORIGIN)
        assert (line.name, line.role, line.scope, line.given_by) == ("Ana", Role.ANALYST, ONE_ACCOUNT, "Boss")
        assert await role_of(company) == (Role.ANALYST, ONE_ACCOUNT)
        assert await role_of(company, BEN) == (Role.VIEWER, Scope())
    with house(tmp_path) as company:
        assert await role_of(company) == (Role.ANALYST, ONE_ACCOUNT)


async def test_a_role_given_to_a_group_reaches_its_members_while_they_are_in_it(company: House) -> None:
    await company.access.set_role(await boss_of(company), WEB_SUBJECT, Role.OPERATOR)
    assert (await role_of(company))[0] is Role.OPERATOR
    company.directory.user_groups = (replace(WEB, members=(BEN,)),)
    assert (await role_of(company))[0] is Role.VIEWER
    assert (await role_of(company, BEN))[0] is Role.OPERATOR


async def test_a_role_that_is_taken_is_gone(company: House) -> None:
    boss = await boss_of(company)
    await company.access.set_role(boss, ANA_SUBJECT, Role.ANALYST)
    await company.access.remove_role(boss, ANA_SUBJECT, ORIGIN)
    assert await role_of(company) == (Role.VIEWER, Scope())
    with pytest.raises(NotFoundError, match="none to remove"):
        await company.access.remove_role(boss, ANA_SUBJECT)


async def test_grants_that_exclude_each_other_let_nobody_in(company: House) -> None:
    boss = await boss_of(company)
    await company.access.set_role(boss, ANA_SUBJECT, Role.ANALYST, Scope.only(account=("1",), tag_team=("web",)))
    await company.access.set_role(boss, WEB_SUBJECT, Role.ANALYST, Scope.only(account=("2",), tag_team=("api",)))
    person = await company.access.person(HOME.team, ANA)
    assert (person.role, "exclude each other" in person.refusal) == (Role.NOBODY, True)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.OPERATOR])
async def test_only_an_admin_changes_roles(company: House, role: Role) -> None:
    ana = replace(await company.access.person(HOME.team, ANA), role=role)
    with pytest.raises(DeniedError, match="Only an admin"):
        await company.access.set_role(ana, ANA_SUBJECT, Role.ADMIN)
    with pytest.raises(DeniedError, match="Only an admin"):
        await company.access.remove_role(ana, ANA_SUBJECT)


async def test_a_limited_admin_cannot_give_more_than_they_have(company: House) -> None:
    await company.access.set_role(await boss_of(company), ANA_SUBJECT, Role.ADMIN, ONE_ACCOUNT)
    ana = await company.access.person(HOME.team, ANA)
    with pytest.raises(DeniedError, match="limited to account 1"):
        await company.access.set_role(ana, ANA_SUBJECT, Role.ADMIN)


async def test_guests_and_bots_cannot_be_given_a_role(company: House) -> None:
    company.directory.add(member(BEN, "Ben", is_restricted=True))
    with pytest.raises(UsageError, match="Ben cannot have a role"):
        await company.access.set_role(await boss_of(company), Subject(SubjectKind.PERSON, BEN), Role.ANALYST)


async def test_a_person_or_group_that_does_not_exist_cannot_be_given_a_role(company: House) -> None:
    boss = await boss_of(company)
    for subject in (Subject(SubjectKind.PERSON, "U0GHOST01"), Subject(SubjectKind.GROUP, "S0GHOST01")):
        with pytest.raises(NotFoundError):
            await company.access.set_role(boss, subject, Role.ANALYST)


async def test_the_admins_of_the_settings_are_not_changed_by_a_command(company: House) -> None:
    boss, subject = await boss_of(company), Subject(SubjectKind.PERSON, BOSS)
    with pytest.raises(UsageError, match="by the settings"):
        await company.access.set_role(boss, subject, Role.VIEWER)
    with pytest.raises(UsageError, match="by the settings"):
        await company.access.remove_role(boss, subject)


async def test_the_last_admin_cannot_be_taken_away(tmp_path: Path) -> None:
    with house(tmp_path) as company:
        await company.access.set_role(await boss_of(company), ANA_SUBJECT, Role.ADMIN)
    with house(tmp_path, admins=()) as company:
        ana = await company.access.person(HOME.team, ANA)
        for change in (
            company.access.remove_role(ana, ANA_SUBJECT),
            company.access.set_role(ana, ANA_SUBJECT, Role.OPERATOR),
            company.access.set_role(ana, ANA_SUBJECT, Role.ADMIN, ONE_ACCOUNT),
        ):
            with pytest.raises(DeniedError, match="without an admin"):
                await change
        await company.access.set_role(ana, Subject(SubjectKind.PERSON, BEN), Role.ADMIN)
        await company.access.remove_role(ana, ANA_SUBJECT)
        assert (await role_of(company, BEN))[0] is Role.ADMIN


# Looking back


async def test_the_list_says_who_has_what_by_name(company: House) -> None:
    boss = await boss_of(company)
    await company.access.set_role(boss, ANA_SUBJECT, Role.ANALYST, ONE_ACCOUNT)
    await company.access.set_role(boss, WEB_SUBJECT, Role.OPERATOR)
    lines = await company.access.roles()
    assert [(each.name, each.role.word, each.given_by) for each in lines] == [
        ("Boss", "admin", ""),
        ("@web-team", "operator", "Boss"),
        ("Ana", "analyst", "Boss"),
    ]
    assert (lines[0].given_at, lines[2].given_at, lines[2].scope) == (None, NOON, ONE_ACCOUNT)


async def test_who_has_left_stands_in_the_list_by_id(company: House) -> None:
    await company.access.set_role(await boss_of(company), ANA_SUBJECT, Role.ANALYST)
    await company.access.set_role(await boss_of(company), WEB_SUBJECT, Role.ANALYST)
    del company.directory.people[ANA]
    company.directory.user_groups = ()
    assert {each.name for each in await company.access.roles()} == {"Boss", ANA, WEB.id}


async def test_every_change_is_on_record_with_who_what_when_and_from_where(company: House) -> None:
    boss = await boss_of(company)
    await company.access.set_role(boss, ANA_SUBJECT, Role.ANALYST, ONE_ACCOUNT, ORIGIN)
    company.clock.move(hours=1)
    await company.access.remove_role(boss, ANA_SUBJECT, ORIGIN)
    removed, given = await company.access.history()
    assert (given.actor, given.action, given.target, given.outcome) == (BOSS, "role.set", f"person:{ANA}", "done")
    assert (given.detail, given.at, given.origin) == ("analyst only account 1", NOON, ORIGIN)
    assert (removed.action, removed.target, (removed.at - given.at).seconds) == ("role.remove", f"person:{ANA}", 3600)


async def test_anything_else_can_be_recorded(company: House) -> None:
    await company.access.record(ANA, "costs.share", "C2", "done", detail="by service", origin=ORIGIN)
    (entry,) = await company.access.history(1, actor=ANA)
    assert (entry.action, entry.target, entry.detail) == ("costs.share", "C2", "by service")


# Channels


async def test_a_channel_of_the_company_may_see_numbers(company: House) -> None:
    company.directory.channels["C1"] = ChannelFacts("C1", is_external=False, is_member=True)
    await company.access.check_audience("C1")


async def test_a_channel_shared_with_another_company_may_not(company: House) -> None:
    company.directory.channels["C1"] = ChannelFacts("C1", is_external=True, is_member=True)
    with pytest.raises(DeniedError, match="shared with another company"):
        await company.access.check_audience("C1")


async def test_a_channel_that_cannot_be_seen_may_not(company: House) -> None:
    with pytest.raises(DeniedError, match="not in this channel"):
        await company.access.check_audience("C1")
    company.directory.is_silent = True
    with pytest.raises(TemporaryError):
        await company.access.check_audience("C1")


@pytest.mark.parametrize("channel", ["", "D1"])
async def test_a_direct_message_and_the_terminal_have_no_audience(company: House, channel: str) -> None:
    await company.access.check_audience(channel)
    assert company.directory.asked == []


# The memory before Slack


@pytest.fixture
def cached(company: House) -> CachedDirectory:
    return CachedDirectory(company.directory, People(company.database), company.background, company.clock)


async def test_facts_are_asked_for_once_in_five_minutes(company: House, cached: CachedDirectory) -> None:
    for _ in range(3):
        assert (await cached.user(ANA)).name == "Ana"
        assert await cached.groups() == (WEB,)
    assert company.directory.asked == [ANA, "groups"]
    company.clock.move(minutes=5)
    company.directory.add(member(ANA, is_deleted=True))
    assert (await cached.user(ANA)).is_deleted


async def test_while_slack_is_silent_facts_are_good_for_fifteen_minutes(company: House, cached: CachedDirectory) -> None:
    await cached.user(ANA)
    await cached.groups()
    company.directory.is_silent = True
    company.clock.move(minutes=14)
    assert (await cached.user(ANA)).name == "Ana"
    assert await cached.groups() == (WEB,)
    company.clock.move(minutes=1)
    with pytest.raises(TemporaryError):
        await cached.user(ANA)
    with pytest.raises(TemporaryError):
        await cached.groups()


async def test_somebody_who_is_gone_is_gone_although_remembered(company: House, cached: CachedDirectory) -> None:
    await cached.user(ANA)
    del company.directory.people[ANA]
    company.clock.move(minutes=6)
    with pytest.raises(NotFoundError):
        await cached.user(ANA)


async def test_a_clock_that_was_set_back_makes_nothing_fresh(company: House, cached: CachedDirectory) -> None:
    await cached.user(ANA)
    company.clock.move(hours=-1)
    company.directory.is_silent = True
    with pytest.raises(TemporaryError):
        await cached.user(ANA)


async def test_what_slack_says_has_changed_is_asked_for_again(company: House, cached: CachedDirectory) -> None:
    await cached.user(ANA)
    await cached.groups()
    await cached.forget(ANA)
    await cached.forget()
    await cached.user(ANA)
    await cached.groups()
    assert company.directory.asked == [ANA, "groups"] * 2


async def test_channels_are_never_remembered(company: House, cached: CachedDirectory) -> None:
    company.directory.channels["C1"] = ChannelFacts("C1", is_external=False, is_member=True)
    await cached.channel("C1")
    company.directory.channels["C1"] = ChannelFacts("C1", is_external=True, is_member=True)
    assert (await cached.channel("C1")).is_external


# The terminal


async def test_the_terminal_is_the_admins(tmp_path: Path) -> None:
    database = Database(tmp_path / "state.db", migrations)
    database.open()
    with ThreadPoolExecutor(1) as executor:
        access = local_access(database, executor)
        person = await access.person("local", "local")
        assert (person.role, person.scope) == (Role.ADMIN, Scope())
        await access.set_role(person, ANA_SUBJECT, Role.ADMIN)
        await access.check_audience("")
    database.close()
    with house(tmp_path, admins=()) as company:
        assert (await role_of(company))[0] is Role.ADMIN
