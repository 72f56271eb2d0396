"""Given routes of every kind, when they are listed or filled in, then Slack takes it, and no name does anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.slack.checking import problems as slacks_problems
from handlers.blocks.validate import message_problems, view_problems
from handlers.routes import render
from services.routes.results import Coverage, Listing
from storage.model.anomaly import Severity
from storage.model.money import Money
from storage.model.people import Subject, SubjectKind
from storage.model.period import Period
from storage.model.route import Quiet, Route

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

ANA, WEB_TEAM = Subject(SubjectKind.PERSON, "U0ANA0001"), Subject(SubjectKind.GROUP, "S0WEB0001")
NAMES = {ANA: "Ana", WEB_TEAM: "web-team"}
PAYMENTS = Route(
    1,
    "payments",
    "C0PAYMENTS",
    (("account", ("111", "222")), ("tag:team", ("payments",))),
    Severity.MEDIUM,
    (ANA, WEB_TEAM),
    "C0LEADS001",
    15,
    Quiet(time(20), time(8), weekends=True, lets_high_through=True),
    "Europe/Berlin",
    revision=3,
)
REST = Route(2, "everything else", "C0FINOPS01")
HOSTILE = "<!channel> *boo* `x` <@U1>\nnew line"
OCTOBER = Period.month(date(2026, 10, 1))


def covered(unowned: str, total: str = "1000", currency: str = "USD") -> Coverage:
    share = Decimal(unowned) / Decimal(total) if Decimal(total) else None
    return Coverage(Money(Decimal(total), currency), Money(Decimal(unowned), currency), share)


CASES = {
    "normal": Listing((PAYMENTS, REST), (), NAMES, (covered("120"),), OCTOBER, {"111": "Web Shop"}),
    "empty": Listing((), ("There is no fallback: what no route matches goes to an admin.",), {}, (covered("1000"),), OCTOBER),
    "no bill": Listing((REST,)),
    "two currencies": Listing((REST,), (), {}, (covered("120"), covered("0", "500", "EUR"), covered("0", "0", "JPY")), OCTOBER),
    "in the way": Listing((REST, PAYMENTS), ("“payments” gets nothing: “rest” stands before it.",), NAMES, (), OCTOBER),
    "hostile": Listing(
        (replace(PAYMENTS, name=HOSTILE, match=(("service", (HOSTILE,)), (f"tag:{HOSTILE}", ("a",))), channel="C1|x> <!here>"),),
        (f"“{HOSTILE}” gets nothing.",),
        {ANA: HOSTILE},
    ),
    "long": Listing(
        tuple(
            replace(PAYMENTS, id=n, name=f"Route {n} {'x' * 50}", match=(("account", tuple(map(str, range(99)))),))
            for n in range(99)
        ),
        tuple(f"“Route {n}” gets nothing." for n in range(30)),
        NAMES,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_slack_takes_the_list(case: str) -> None:
    reply = render.listing(CASES[case], "“payments” is saved.")
    assert message_problems(reply.blocks, reply.text) == ()
    assert slacks_problems("message", list(reply.blocks), "/blocks") == []
    view = render.saved(CASES[case], "“payments” is saved.")
    assert view_problems(view) == ()
    assert slacks_problems("view", view, "/view") == []
    said = f"{reply.text}{reply.blocks}{view}"
    assert "<!" not in said
    assert "<@" not in said
    assert reply.result is not None
    assert len(reply.result["routes"]) == len(CASES[case].routes)
    assert ("do not fit here" in said) == (case == "long")


@pytest.mark.parametrize("case", ["normal", "empty", "two currencies", "in the way", "hostile"])
def test_the_list_looks_like_this(case: str, snapshot: SnapshotAssertion) -> None:
    assert render.listing(CASES[case]) == snapshot


VALUES = {name: tuple(f"{name} {n}" for n in range(130)) for name in ("account", "service", "region", "provider")}
FORMS = {
    "new": (Route(0, "", ""), render.Choices(), ""),
    "full": (PAYMENTS, render.Choices(VALUES, {"S0WEB0001": "@web-team", "S0OTHER01": "@other"}), "tag:team=payments"),
    "values that are gone": (
        replace(PAYMENTS, match=(("account", ("gone",)),), on_call=(Subject(SubjectKind.GROUP, "S0GONE001"),)),
        render.Choices(VALUES, {}),
        "",
    ),
    "hostile": (
        replace(PAYMENTS, name="<!channel>"),
        render.Choices({"service": (HOSTILE, "x" * 200, " ", "Amazon EC2, reserved")}, {"S1": HOSTILE}, {"111": HOSTILE}),
        "tag:a=b",
    ),
}


@pytest.mark.parametrize("case", FORMS)
def test_slack_takes_the_window(case: str) -> None:
    view = render.form(*FORMS[case])
    assert view_problems(view) == ()
    assert slacks_problems("view", view, "/view") == []


def test_the_window_looks_like_this(snapshot: SnapshotAssertion) -> None:
    few = {name: values[:2] for name, values in VALUES.items()}
    assert (
        render.form(PAYMENTS, render.Choices(few, {"S0WEB0001": "@web-team"}, {"111": "Web Shop"}), "tag:team=payments")
        == snapshot
    )


def test_what_is_chosen_is_never_among_what_does_not_fit() -> None:
    chosen = replace(PAYMENTS, match=(("account", ("account 129",)),))
    (account,) = [each for each in render.form(chosen, render.Choices(VALUES), "")["blocks"] if each["block_id"] == "account"]
    assert [each["value"] for each in account["element"]["initial_options"]] == ["account 129"]
    assert len(account["element"]["options"]) == 100


def test_slack_takes_the_questions_and_the_paste() -> None:
    for view in (
        render.removal(replace(PAYMENTS, name=HOSTILE), "What no other route takes goes to “x” then."),
        render.paste("name,channel\r\nweb,C1\r\n"),
        render.paste("name,channel\r\n" + "x" * 4000),
        render.bad_lines([f"Line {n}: {HOSTILE} {'x' * 200}" for n in range(80)]),
    ):
        assert view_problems(view) == ()
        assert slacks_problems("view", view, "/view") == []
        assert "<!" not in str(view["blocks"][0])
