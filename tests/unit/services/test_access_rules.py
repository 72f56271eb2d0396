"""Given what Slack says about an account and what an admin gave it, when the rules apply, then nobody sees a row too many."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.access.results import Role
from services.access.rules import effective, merged, refusal
from storage.model.people import Installation, Subject, SubjectKind
from storage.model.scope import Scope
from storage.roles import Grant
from tests.fakes.directory import HOME, member

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
GRID = Installation("T1", "E1")

REFUSED = {
    "deactivated": (member("U1", is_deleted=True), "deactivated"),
    "a bot": (member("U1", is_bot=True), "Bots"),
    "Slack's own bot": (member("USLACKBOT"), "Bots"),
    "a guest of several channels": (member("U1", is_restricted=True), "Guests"),
    "a guest of one channel": (member("U1", is_restricted=True, is_ultra_restricted=True), "Guests"),
    "a stranger": (member("U1", is_stranger=True), "other companies"),
    "somebody of another workspace who shares a channel": (member("U1", team="T2"), "other companies"),
    "somebody whose workspace is not said": (member("U1", team=""), "other companies"),
}


@pytest.mark.parametrize("who", REFUSED)
def test_who_may_not_ask_is_told_why(who: str) -> None:
    facts, word = REFUSED[who]
    assert word in refusal(facts, HOME.team, HOME)


def test_a_full_member_may_ask() -> None:
    assert refusal(member("U1"), HOME.team, HOME) == ""


@pytest.mark.parametrize("team", ["", "T2"])
def test_words_from_another_workspace_are_refused_whoever_says_them(team: str) -> None:
    assert "other companies" in refusal(member("U1"), team, HOME)


def test_in_an_organisation_everybody_of_it_may_ask_from_any_of_its_workspaces() -> None:
    assert refusal(member("U1", team="T7", enterprise="E1"), "T7", GRID) == ""
    assert "other companies" in refusal(member("U1", team="T1", enterprise="E2"), "T1", GRID)
    assert "other companies" in refusal(member("U1", team="T1"), "T1", GRID)


# Roles


def grant(role: str, scope: Scope | None = None, subject: str = "U1") -> Grant:
    kind = SubjectKind.GROUP if subject.startswith("S") else SubjectKind.PERSON
    return Grant(Subject(kind, subject), role, scope or Scope(), "U9", NOON)


def only(**allowed: str) -> Scope:
    return Scope.only(**{name: tuple(values.split()) for name, values in allowed.items()})


def test_without_a_grant_a_member_is_a_viewer_of_everything() -> None:
    assert effective([]) == (Role.VIEWER, Scope())


def test_the_highest_role_wins_with_its_own_limits() -> None:
    grants = [grant("viewer"), grant("analyst", only(account="1"), "S1")]
    assert effective(grants) == (Role.ANALYST, only(account="1"))


def test_a_viewer_can_be_limited_too() -> None:
    assert effective([grant("viewer", only(tag_team="web"))]) == (Role.VIEWER, only(tag_team="web"))


def test_limits_of_a_lower_role_do_not_bind_the_higher_one() -> None:
    assert effective([grant("viewer", only(account="1")), grant("operator", subject="S1")]) == (Role.OPERATOR, Scope())


def test_one_unlimited_grant_of_the_role_lifts_the_limits_of_the_others() -> None:
    assert effective([grant("analyst", only(account="1")), grant("analyst", subject="S1")]) == (Role.ANALYST, Scope())


ADDED_UP = {
    "two accounts": (only(account="1"), only(account="2"), only(account="1 2")),
    "one holds the other": (only(account="1 2"), only(account="1", tag_team="web"), only(account="1 2")),
    "they differ in one dimension": (
        only(account="1", tag_team="web"),
        only(account="1", tag_team="api"),
        only(account="1", tag_team="api web"),
    ),
    "different dimensions: what both allow": (only(account="1"), only(tag_team="web"), only(account="1", tag_team="web")),
    "two dimensions differ: what both allow": (
        only(account="1 2", tag_team="web"),
        only(account="2 3", tag_team="web api"),
        only(account="2", tag_team="web"),
    ),
    "they exclude each other": (only(account="1", tag_team="web"), only(account="2", tag_team="api"), None),
}


@pytest.mark.parametrize("case", ADDED_UP)
def test_grants_of_one_role_add_up(case: str) -> None:
    one, other, both = ADDED_UP[case]
    assert merged([one, other]) == both
    assert merged([other, one]) == both


ACCOUNTS, TEAMS, ENVS = ("1", "2", "3"), ("web", "api"), ("prod", "dev")
ROWS = [{"account": a, "tag:team": t, "tag:env": e} for a, t, e in product(ACCOUNTS, TEAMS, ENVS)]


@st.composite
def scopes(draw: st.DrawFn) -> Scope:
    dimensions = {"account": ACCOUNTS, "tag:team": TEAMS, "tag:env": ENVS}
    chosen = draw(st.sets(st.sampled_from(sorted(dimensions))))
    values = {name: draw(st.sets(st.sampled_from(dimensions[name]), min_size=1)) for name in chosen}
    return Scope(tuple(sorted((name, tuple(sorted(each))) for name, each in values.items())))


def sees(scope: Scope, row: dict[str, str]) -> bool:
    return all(row[name] in values for name, values in scope.limits)


@given(st.lists(scopes(), min_size=1, max_size=4))
def test_never_one_row_more_than_some_grant_allows(given_scopes: list[Scope]) -> None:
    total = merged(given_scopes)
    for row in ROWS:
        if total is not None and sees(total, row):
            assert any(sees(scope, row) for scope in given_scopes)


@given(st.lists(scopes(), min_size=1, max_size=4))
def test_an_unlimited_grant_is_unlimited_in_any_company(given_scopes: list[Scope]) -> None:
    grants = [grant("analyst", scope, f"S{n}") for n, scope in enumerate([*given_scopes, Scope()])]
    assert effective(grants) == (Role.ANALYST, Scope())
