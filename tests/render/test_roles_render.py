"""Given who has what, when it is listed, then every line is there, Slack takes it, and no name does anything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from handlers.access import render
from handlers.blocks.validate import message_problems
from services.access.results import Role, RoleLine
from storage.model.people import Subject, SubjectKind
from storage.model.scope import Scope

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def line(name: str, role: Role = Role.ANALYST, scope: Scope | None = None, by: str = "Boss") -> RoleLine:
    return RoleLine(Subject(SubjectKind.PERSON, f"U{name}"), name, role, scope or Scope(), by, NOON if by else None)


CASES = {
    "normal": (line("Boss", Role.ADMIN, by=""), line("Ana"), line("@web-team", Role.OPERATOR, Scope.only(tag_team=("web",)))),
    "empty": (),
    "hostile": (line("<!channel> `*boo*`\nnew line", scope=Scope.only(account=("```", "<@U1>"))),),
    "long": tuple(line(f"Person number {n} with a long name", scope=Scope.only(account=("1" * 60,))) for n in range(120)),
}


@pytest.mark.parametrize("case", CASES)
def test_slack_takes_the_list(case: str) -> None:
    reply = render.roles(CASES[case])
    assert message_problems(reply.blocks, reply.text) == ()
    assert "<" not in f"{reply.text}{reply.blocks}"
    assert reply.result is not None
    assert len(reply.result["roles"]) == len(CASES[case])
    assert ("more, of lower roles" in str(reply.blocks)) == (case == "long")


@pytest.mark.parametrize("case", ["normal", "empty", "hostile"])
def test_the_list_looks_like_this(case: str, snapshot: SnapshotAssertion) -> None:
    assert render.roles(CASES[case]) == snapshot


@pytest.mark.parametrize("scope", [Scope(), Scope.only(account=("1", "2"))], ids=["everything", "limited"])
def test_what_was_given_looks_like_this(scope: Scope, snapshot: SnapshotAssertion) -> None:
    reply = render.given(line("Ana", scope=scope))
    assert message_problems(reply.blocks, reply.text) == ()
    assert reply == snapshot
