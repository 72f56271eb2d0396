"""Given an admin, when they type `/tuppence role …`, then roles change and are listed; other words get an example."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.access import feature
from handlers.access.words import assignment
from handlers.blocks.validate import problems
from handlers.feature import load_features
from handlers.parse.vocabulary import DimensionNames
from services.access.results import Role
from services.errors import UsageError
from storage.model.people import Subject, SubjectKind, UserGroup
from storage.model.scope import Scope
from tests.fakes.directory import HOME, member
from tests.fakes.house import ANA, BOSS, House, house, typed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from handlers.request import Reply

load_features()
ANA_MENTION, WEB_MENTION = f"<@{ANA}|ana>", "<!subteam^S0WEB0001|@web-team>"


@pytest.fixture
def company(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as each:
        each.directory.user_groups = (UserGroup("S0WEB0001", "web-team", (ANA,)),)
        yield each


async def said(company: House, text: str, user: str = BOSS) -> Reply:
    reply = await company.dispatcher(feature).dispatch(typed(text, user))
    assert reply is not None
    assert problems(reply.blocks) == ()
    return reply


async def test_a_role_is_given_and_listed(company: House) -> None:
    reply = await said(company, f"role set {ANA_MENTION} analyst only account=123,456 tag:team=web")
    assert reply.text == "*Ana* is now *analyst*, limited to account 123, 456; tag:team web."
    ana = await company.access.person(HOME.team, ANA)
    assert (ana.role, ana.scope) == (Role.ANALYST, Scope.only(account=("123", "456"), tag_team=("web",)))
    listed = await said(company, "role")
    assert "2 roles given" in listed.text
    table = str(listed.blocks)
    for word in ("Boss", "admin", "settings", "Ana", "analyst", "account 123, 456", "Every other full member"):
        assert word in table


async def test_the_list_prints_as_json(company: House) -> None:
    await said(company, f"role set {WEB_MENTION} operator only tag:team=web")
    listed = await said(company, "roles")
    assert listed.result is not None
    boss, web = listed.result["roles"]
    assert (boss["id"], boss["role"], boss["given_at"]) == (BOSS, "admin", None)
    assert (web["kind"], web["name"], web["only"], web["given_by"]) == ("group", "@web-team", {"tag:team": ["web"]}, "Boss")


async def test_a_role_is_removed(company: House) -> None:
    await said(company, f"role set {ANA_MENTION} admin")
    reply = await said(company, f"role remove {ANA_MENTION}")
    assert "Removed" in reply.text
    assert (await company.access.person(HOME.team, ANA)).role is Role.VIEWER
    assert "none to remove" in (await said(company, f"role remove {ANA_MENTION}")).text


@pytest.mark.parametrize("text", ["role", f"role set {ANA_MENTION} admin", f"role remove {ANA_MENTION}"])
async def test_nobody_but_an_admin_sees_or_changes_roles(company: House, text: str) -> None:
    reply = await said(company, text, ANA)
    assert "needs the role admin" in reply.text
    assert (await company.access.history())[0].outcome == "refused"


async def test_changes_are_on_record_with_the_request(company: House) -> None:
    incoming = typed(f"role set {ANA_MENTION} analyst", BOSS)
    await company.dispatcher(feature).dispatch(incoming)
    lines = {each.action: each for each in await company.access.history()}
    assert lines["role.set"].target == f"person:{ANA}"
    assert {each.origin.request_id for each in lines.values()} == {incoming.request_id}


async def test_a_name_that_is_an_attack_is_only_a_name(company: House) -> None:
    company.directory.add(member(ANA, "<!channel> *boo*"))
    reply = await said(company, f"role set {ANA_MENTION} analyst")
    assert "<!channel>" not in f"{reply.text}{reply.blocks}"


async def test_a_limit_that_no_bill_has_is_given_and_named(company: House) -> None:
    reply = await said(company, f"role set {ANA_MENTION} analyst only account=123,124 tag:team=web")
    assert "now *analyst*" in reply.text
    assert "Not every value is in a bill so far: account 123 and 124." in reply.text
    assert "bill" not in (await said(company, f"role set {ANA_MENTION} analyst only account=123")).text


NAMES = DimensionNames({"team": ("team", "Team", "owner-team"), "env": ("env", "Env")})
WORDS = {
    f"{ANA_MENTION} analyst": (Subject(SubjectKind.PERSON, ANA), Role.ANALYST, Scope()),
    f"<@{ANA}> Operator": (Subject(SubjectKind.PERSON, ANA), Role.OPERATOR, Scope()),
    f"{ANA} viewer only account=1": (Subject(SubjectKind.PERSON, ANA), Role.VIEWER, Scope.only(account=("1",))),
    f"{WEB_MENTION} admin": (Subject(SubjectKind.GROUP, "S0WEB0001"), Role.ADMIN, Scope()),
    f"{ANA_MENTION} analyst only team=web,data Env=prod": (
        Subject(SubjectKind.PERSON, ANA),
        Role.ANALYST,
        Scope.only(tag_team=("data", "web"), tag_env=("prod",)),
    ),
    f"{ANA_MENTION} analyst only tag:owner-team=web tag:App=shop Accounts=7": (
        Subject(SubjectKind.PERSON, ANA),
        Role.ANALYST,
        Scope.only(account=("7",), tag_App=("shop",), tag_team=("web",)),
    ),
    f"{ANA_MENTION} analyst only account=2,1 account=3 tag:team=web": (
        Subject(SubjectKind.PERSON, ANA),
        Role.ANALYST,
        Scope.only(account=("1", "2", "3"), tag_team=("web",)),
    ),
}


@pytest.mark.parametrize("text", WORDS)
def test_words_that_are_understood(text: str) -> None:
    assert assignment(text.split(), NAMES) == WORDS[text]


MISTAKES = {
    "role set": "Who is meant?",
    "role set @ana analyst": "“@ana” is not a mention that Slack knows",
    f"role set {ANA_MENTION}": "Which role?",
    f"role set {ANA_MENTION} analist": "Did you mean “analyst”?",
    f"role set {ANA_MENTION} nobody": "The roles are viewer, analyst, operator, admin",
    f"role set {ANA_MENTION} analyst account=1": "not followed by what the role is limited to",
    f"role set {ANA_MENTION} analyst only": "not followed by what the role is limited to",
    f"role set {ANA_MENTION} analyst only account": "does not limit a role",
    f"role set {ANA_MENTION} analyst only account=": "does not limit a role",
    f"role set {ANA_MENTION} analyst only service=EC2": "does not limit a role",
    f"role set {ANA_MENTION} analyst only tag:=web": "does not limit a role",
    f"role set {ANA_MENTION} analyst only account!=1": "does not limit a role",
    f"role set {ANA_MENTION} analyst only team=none": "does not limit a role",
    f"role remove {ANA_MENTION} now": "“now” is one word too many",
    "role remove": "Who is meant?",
    "role st": "comes `set` or `remove`",
}


@pytest.mark.parametrize("text", MISTAKES)
async def test_words_that_are_not_understood_change_nothing_and_show_an_example(company: House, text: str) -> None:
    reply = await said(company, text)
    assert MISTAKES[text] in reply.text
    assert "/tuppence role" in reply.text
    assert len(await company.access.roles()) == 1


@given(st.lists(st.text(), max_size=6))
def test_any_words_are_understood_or_a_usage_error(words: list[str]) -> None:
    try:
        _, role, _ = assignment(words, NAMES)
    except UsageError:
        return
    assert role is not Role.NOBODY
