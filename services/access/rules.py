"""The rules, as plain functions: who is refused, which role somebody has, and which rows it lets them see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.access.results import Role
from storage.model.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from storage.model.people import Installation, UserFacts
    from storage.roles import Grant

SLACKBOT = "USLACKBOT"
"""Slack's own bot: `users.info` does not call it one."""


def refusal(facts: UserFacts, team: str, installation: Installation) -> str:
    """Why this account may not ask at all; empty when it may. `team` is the workspace that the words came from."""
    if facts.is_deleted:
        return "This account is deactivated."
    if facts.is_bot or facts.id == SLACKBOT:
        return "Bots cannot ask for costs."
    if facts.is_stranger or not _is_colleague(facts, team, installation):
        return "People from other companies cannot see this company's costs."
    if facts.is_restricted or facts.is_ultra_restricted:
        return "Guests of the workspace cannot see costs; full members can."
    return ""


def _is_colleague(facts: UserFacts, team: str, installation: Installation) -> bool:
    """Of the installation's own organisation or, where there is none, of its own workspace, asking from there.

    `is_stranger` is false for people of another company who share a channel, so it alone proves nothing.
    """
    if installation.enterprise:
        return facts.enterprise == installation.enterprise
    return facts.team == team == installation.team


def effective(grants: Iterable[Grant]) -> tuple[Role, Scope | None]:
    """The role that somebody's grants add up to, and its rows; a full member without a grant is a viewer of everything.

    The highest role wins, and only the grants of that role say what it may see: a viewer of everything who is an analyst of one
    account is an analyst of one account. None instead of a scope: the grants' limits exclude each other.
    """
    given = [(role_named(grant.role), grant.scope) for grant in sorted(grants, key=lambda each: each.subject)]
    if not given:
        return Role.VIEWER, Scope()
    highest = max(role for role, _ in given)
    return highest, merged([scope for role, scope in given if role is highest])


def role_named(word: str) -> Role:
    """The role with this word, as it is stored."""
    return Role[word.upper()]


def merged(scopes: Sequence[Scope]) -> Scope | None:
    """The rows that several grants of one role allow together, and never one row more.

    Scopes that hold each other, or that differ in one dimension only, add up exactly (`account 1` and `account 2`: both). Others
    (`account 1`; `tag:team web`) have no exact sum as one Scope, so the rows that both allow remain; None when there are none.
    """
    if not all(scope.is_limited for scope in scopes):
        return Scope()
    total: Scope | None = scopes[0]
    for scope in scopes[1:]:
        total = _sum(total, scope) if total is not None else None
    return total


def _sum(one: Scope, other: Scope) -> Scope | None:
    left, right = _allowed(one), _allowed(other)
    if _holds(left, right):
        return one
    if _holds(right, left):
        return other
    differing = [name for name in left if left[name] != right.get(name)]
    if left.keys() == right.keys() and len(differing) == 1:
        return _scope(left | {differing[0]: left[differing[0]] | right[differing[0]]})
    common = {name: left.get(name, values) & right.get(name, values) for name, values in (left | right).items()}
    return _scope(common) if all(common.values()) else None


def _holds(wide: dict[str, frozenset[str]], narrow: dict[str, frozenset[str]]) -> bool:
    """Whether every row of `narrow` is one of `wide`."""
    return all(name in narrow and narrow[name] <= values for name, values in wide.items())


def _allowed(scope: Scope) -> dict[str, frozenset[str]]:
    return {name: frozenset(values) for name, values in scope.limits}


def _scope(allowed: dict[str, frozenset[str]]) -> Scope:
    return Scope(tuple(sorted((name, tuple(sorted(values))) for name, values in allowed.items())))
