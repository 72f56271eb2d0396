"""Given admins by the settings and in chat, when they are to be told something, then it is all of them, or those known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from services.access.admins import Admins
from services.access.results import Person, Role
from services.errors import StoreError
from storage.model.people import Subject, SubjectKind, UserGroup
from storage.model.scope import Scope
from storage.roles import Grant, Roles
from tests.fakes.directory import HOME
from tests.fakes.house import ANA, BEN, BOSS, House, house

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACTOR = Person(BOSS, HOME.team, "Boss", Role.ADMIN)
WEB = UserGroup("S0WEB0001", "web-team", (BEN, ANA))


@pytest.fixture
def company(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as each:
        each.directory.user_groups = (WEB, UserGroup("S0OTHER01", "others", ("U0OTHER01",)))
        yield each


def admins_of(company: House, *first: str) -> Admins:
    return Admins(Roles(company.database), company.directory, company.background, first)


async def give(company: House, kind: SubjectKind, subject: str, role: Role = Role.ADMIN, scope: Scope | None = None) -> None:
    await company.access.set_role(ACTOR, Subject(kind, subject), role, scope or Scope())


async def test_those_of_the_settings_come_first_then_those_who_were_made_one(company: House) -> None:
    admins = admins_of(company, BOSS)
    assert await admins() == (BOSS,)
    await give(company, SubjectKind.PERSON, ANA)
    assert await admins() == (BOSS, ANA)
    await give(company, SubjectKind.GROUP, WEB.id)
    assert await admins() == (BOSS, ANA, BEN), "each once"
    await company.access.remove_role(ACTOR, Subject(SubjectKind.PERSON, ANA))
    assert await admins() == (BOSS, BEN, ANA)


async def test_who_may_less_or_see_less_is_no_admin_here(company: House) -> None:
    await give(company, SubjectKind.PERSON, ANA, Role.OPERATOR)
    await give(company, SubjectKind.PERSON, BEN, scope=Scope.only(account=("1",)))
    assert await admins_of(company, BOSS)() == (BOSS,)


async def test_without_any_in_the_settings_it_is_those_of_the_chat(company: House) -> None:
    await give(company, SubjectKind.PERSON, ANA)
    assert await admins_of(company)() == (ANA,)


async def test_while_slack_or_the_store_does_not_answer_it_is_those_that_are_known(company: House) -> None:
    await give(company, SubjectKind.PERSON, ANA)
    await give(company, SubjectKind.GROUP, WEB.id)
    company.directory.is_silent = True
    assert await admins_of(company, BOSS)() == (BOSS, ANA)
    assert await replace(admins_of(company, BOSS), roles=Unreadable(company.database))() == (BOSS,)


class Unreadable(Roles):
    """Grants on a disk that does not answer."""

    def all(self) -> tuple[Grant, ...]:
        """No."""
        raise StoreError("state.db cannot be read.")
