"""Given routes in an order, when something happens, then the first that is about it takes it, and rivals are named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.routes.matching import dimensions, first, notes
from storage.model.anomaly import Severity
from storage.model.route import Route

LOW, MEDIUM, HIGH = Severity


def route(name: str, least: Severity = LOW, **match: tuple[str, ...]) -> Route:
    """`tag_team=("web",)` is the tag `team`."""
    pairs = tuple(sorted((dimension.replace("tag_", "tag:", 1), values) for dimension, values in match.items()))
    return Route(0, name, "C1", pairs, least)


WEB = route("web", tag_team=("web", "Shop"))
PROD = route("prod", account=("111", "222"))
WEB_PROD = route("web in prod", account=("111",), tag_team=("web",))
URGENT = route("urgent", HIGH)
REST = route("rest")


@pytest.mark.parametrize(
    ("routes", "facts", "severity", "taken"),
    [
        ([WEB, REST], {"tag:team": "web"}, LOW, "web"),
        ([WEB, REST], {"tag:team": "SHOP"}, LOW, "web"),
        ([WEB, REST], {"tag:team": "data"}, LOW, "rest"),
        ([WEB, REST], {"tag:team": None}, LOW, "rest"),
        ([WEB, REST], {}, LOW, "rest"),
        ([WEB], {"tag:team": "data"}, HIGH, ""),
        ([], {"tag:team": "web"}, HIGH, ""),
        ([PROD, WEB], {"account": "222", "tag:team": "web"}, LOW, "prod"),
        ([WEB, PROD], {"account": "222", "tag:team": "web"}, LOW, "web"),
        ([WEB_PROD, PROD], {"account": "111", "tag:team": "web"}, LOW, "web in prod"),
        ([WEB_PROD, PROD], {"account": "111"}, LOW, "prod"),
        ([URGENT, WEB], {"tag:team": "web"}, HIGH, "urgent"),
        ([URGENT, WEB], {"tag:team": "web"}, MEDIUM, "web"),
        ([replace(WEB, least=MEDIUM), REST], {"tag:team": "web"}, LOW, "rest"),
    ],
)
def test_the_first_that_is_about_it_takes_it(
    routes: list[Route], facts: dict[str, str | None], severity: Severity, taken: str
) -> None:
    found = first(routes, facts, severity)
    assert (found.name if found else "") == taken


def test_only_what_some_route_asks_for_is_looked_up() -> None:
    assert dimensions([WEB, PROD, WEB_PROD, REST]) == ("account", "tag:team")


NOTHING_REACHES = "gets nothing"


@pytest.mark.parametrize(
    ("routes", "said"),
    [
        ([WEB, REST], []),
        ([WEB_PROD, PROD, WEB, REST], []),
        ([PROD, WEB_PROD, REST], ["“web in prod” gets nothing: “prod” stands before it"]),
        ([REST, WEB], ["“web” gets nothing"]),
        ([route("a", account=("1", "2")), route("b", account=("2", "3")), REST], ["“a” and “b” both want account 2: the first"]),
        ([route("a", HIGH, account=("1",)), route("b", account=("1",)), REST], []),
        ([route("a", account=("1",)), route("b", HIGH, account=("1",)), REST], ["“b” gets nothing"]),
        ([route("a", account=("1",)), route("b", account=("2",)), REST], []),
        ([route("a", account=("1",)), route("b", service=("EC2",)), REST], []),
        ([WEB], ["There is no fallback"]),
        ([URGENT], ["There is no fallback"]),
    ],
)
def test_what_stands_in_anothers_way_is_said(routes: list[Route], said: list[str]) -> None:
    found = notes(routes)
    assert len(found) == len(said), found
    for note, part in zip(found, said, strict=True):
        assert part in note
