"""Given an admin in Slack, when they keep the list of alert routes, then mistakes are said where they stand, and it holds."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.seed import ADMIN, DATA, FINOPS, LEADS, OPERATOR, PAYMENTS, PLATFORM, VIEWER, WITH_PARTNER
from bot.sandbox.slack.server import LocalSlack
from storage.model.anomaly import Severity
from storage.model.people import Subject, SubjectKind
from storage.model.route import Quiet, Route
from tests.fakes.connected import connected
from tests.fakes.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from storage.model.audit import Entry

QUICK = Limits(processing=0.02, channel_gap=0.0)
GROUP = "S0FINOPS01"
FILLED: dict[str, Any] = {
    "name": "payments",
    "account": ["111"],
    "match": "team=web\ntag:app=checkout",
    "least": "2",
    "channel": PAYMENTS,
    "people": [OPERATOR],
    "groups": [GROUP],
    "minutes": "15",
    "escalate_to": LEADS,
    "quiet_from": "20:00",
    "quiet_to": "08:00",
    "passes": ["weekends", "high"],
    "zone": "Europe/Berlin",
    "a_day": "3",
}


@dataclass
class Company:
    """An admin and a viewer at one Slack."""

    ada: Visitor
    vera: Visitor

    async def routes(self) -> tuple[Route, ...]:
        """What is in force."""
        return await self.ada.bot.house.services.routes.all()

    async def audit(self) -> list[Entry]:
        """What is on record about routes, oldest first."""
        lines = await self.ada.bot.house.services.access.history()
        return [each for each in reversed(lines) if each.action.startswith("route.")]


@pytest.fixture
async def company(home: Path, mode: str) -> AsyncIterator[Company]:
    async with LocalSlack(limits=QUICK) as slack, connected(slack, home, mode=mode) as bot:
        yield Company(Visitor(slack, bot, ADMIN), Visitor(slack, bot, VIEWER))


def text_of(view: Any) -> str:  # noqa: ANN401  # a view's JSON
    return str(view.content["blocks"])


async def test_a_route_is_filled_in_refused_mended_and_kept(company: Company) -> None:
    ada = company.ada
    await ada.run("/tuppence routes")
    assert "100 % of the spend of 1–31 Oct 2026" in ada.texts()[-1]
    await ada.press("Add a route…")
    assert ada.filled("zone")["value"] == "Europe/London"
    assert ada.filled("channel")["selected_conversation"] == FINOPS

    refusals = [
        ({**FILLED, "channel": WITH_PARTNER}, "channel", "shared with another company"),
        ({**FILLED, "escalate_to": PAYMENTS}, "escalate_to", "the route's own"),
        ({**FILLED, "zone": "Berlin"}, "zone", "“Berlin” is not a time zone"),
        ({**FILLED, "quiet_to": None}, "quiet_to", "a beginning and an end"),
        ({**FILLED, "match": "team!=web"}, "match", "does not say whose"),
        ({**FILLED, "people": ["U0GUS00001"]}, "people", "cannot be on call"),
    ]
    for filled, field, said in refusals:
        answer = await ada.submit(**filled)
        assert list(answer["errors"]) == [field], answer
        assert said in answer["errors"][field]
    assert await company.routes() == ()
    assert await company.audit() == []

    assert await ada.submit(**FILLED) == {"ok": True}
    assert "“payments” is saved." in text_of(ada.window)
    on_call = (Subject(SubjectKind.PERSON, OPERATOR), Subject(SubjectKind.GROUP, GROUP))
    assert await company.routes() == (
        Route(
            *(1, "payments", PAYMENTS, (("account", ("111",)), ("tag:app", ("checkout",)), ("tag:team", ("web",)))),
            *(Severity.MEDIUM, on_call, LEADS, 15, Quiet(time(20), time(8), weekends=True, lets_high_through=True)),
            *("Europe/Berlin", 3, 1),
        ),
    )
    assert [(each.action, each.target, each.actor) for each in await company.audit()] == [("route.add", "payments", ADMIN)]


async def test_a_route_is_edited_as_it_stands(company: Company) -> None:
    ada = company.ada
    await ada.run(f"/tuppence routes set payments in <#{PAYMENTS}> on-call <@{OPERATOR}> after 45 for account=222 team=web")
    await ada.run("/tuppence routes")
    await ada.choose_in_menu("Edit…")
    assert ada.filled("name")["value"] == "payments"
    assert [each["value"] for each in ada.filled("account")["selected_options"]] == ["222"]
    assert ada.filled("match")["value"] == "tag:team=web"
    assert ada.filled("people")["selected_users"] == [OPERATOR]
    assert ada.filled("minutes")["value"] == "45"
    await ada.submit(name="Payments EU", account=[], match="team=data")
    (route,) = await company.routes()
    assert (route.id, route.name, route.match, route.minutes) == (1, "Payments EU", (("tag:team", ("data",)),), 45)
    assert [each.action for each in await company.audit()] == ["route.add", "route.edit"]


async def test_the_second_of_two_who_edit_is_told_in_the_window(company: Company) -> None:
    ada = company.ada
    await ada.run(f"/tuppence routes set rest in <#{FINOPS}>")
    await ada.run("/tuppence routes")
    await ada.choose_in_menu("Edit…")
    services = ada.bot.house.services
    somebody = await services.access.person("T0EXAMPLE", ADMIN)
    await services.routes.put(somebody, Route(1, "rest", FINOPS, a_day=9, revision=1))
    answer = await ada.submit(name="mine")
    assert "Somebody else changed this route meanwhile" in answer["errors"]["name"]
    assert [(each.name, each.a_day) for each in await company.routes()] == [("rest", 9)]


async def test_the_order_is_changed_and_one_is_removed_after_a_question(company: Company) -> None:
    ada = company.ada
    for words in (f"web in <#{PLATFORM}> for team=web", f"data in <#{DATA}> for team=data", f"rest in <#{FINOPS}>"):
        await ada.run(f"/tuppence routes set {words}")
    await ada.run("/tuppence routes")
    await ada.choose_in_menu("Try earlier", at=1)
    assert [each.name for each in await company.routes()] == ["data", "web", "rest"]
    assert "“data” is tried earlier now." in ada.texts()[-1]
    assert len([text for text in ada.texts() if "Paste CSV" in text]) == 4, "the list was changed in place"

    await ada.choose_in_menu("Remove…", at=1)
    assert "Remove the route *web*? What no other route takes goes to “rest” then." in text_of(ada.window)
    assert len(await company.routes()) == 3
    await ada.submit()
    assert [each.name for each in await company.routes()] == ["data", "rest"]
    assert "“web” is removed." in text_of(ada.window)
    actions = [each.action for each in await company.audit()]
    assert actions == ["route.add", "route.add", "route.add", "route.up", "route.remove"]


async def test_the_list_goes_out_as_a_file_and_comes_back(company: Company) -> None:
    ada = company.ada
    await ada.run(f"/tuppence routes set =web in <#{PLATFORM}> for team=web")
    await ada.run(f"/tuppence routes set rest in <#{FINOPS}> least low")
    before = await company.routes()
    await ada.run("/tuppence routes")
    await ada.press("CSV")
    (file,) = [each for each in ada.slack.state.workspace.files.values() if each.name == "routes.csv"]
    rows = list(csv.DictReader(io.StringIO(file.content.decode())))
    assert [each["name"] for each in rows] == ["'=web", "rest"]

    await ada.press("Paste CSV…")
    assert ada.filled("csv")["value"].splitlines() == file.content.decode().strip().splitlines()
    assert await ada.submit() == {"ok": True}
    assert "The pasted routes are in force." in text_of(ada.window)
    assert await company.routes() == before


async def test_every_bad_line_is_named_and_nothing_is_changed(company: Company) -> None:
    ada = company.ada
    await ada.run(f"/tuppence routes set rest in <#{FINOPS}>")
    before = await company.routes()
    await ada.run("/tuppence routes")
    await ada.press("Paste CSV…")
    lines = (
        "name,channel,zone,match",
        f"web,{PLATFORM},UTC,team=web",
        f"partner,{WITH_PARTNER},UTC,team=partner",
        f"moon,{DATA},Moon/Sea,team=moon",
        "gone,C0NOWHERE01,UTC,team=gone",
    )
    assert await ada.submit(csv="\n".join(lines)) == {"ok": True}
    shown = text_of(ada.window)
    assert "Nothing was changed: 3 lines cannot be taken." in shown
    for said in ("Line 3: That channel is shared", "Line 4: “Moon/Sea” is not a time zone", "Line 5: I am not in that channel"):
        assert said in shown
    assert await company.routes() == before

    await ada.close()
    assert ada.filled("csv")["value"].startswith("name,channel")
    await ada.submit(csv="\n".join(lines[:2]))
    assert [each.name for each in await company.routes()] == ["web"]
    assert (await company.audit())[-1].action == "route.import"


async def test_a_route_in_the_way_of_another_is_said(company: Company) -> None:
    await company.ada.run(f"/tuppence routes set prod in <#{PLATFORM}> for account=111,222")
    await company.ada.run(f"/tuppence routes set web in <#{PAYMENTS}> for account=111 team=web")
    assert "“web” gets nothing: “prod” stands before it" in company.ada.texts()[-1]
    assert "There is no fallback" in company.ada.texts()[-1]


async def test_a_viewer_neither_sees_nor_edits_routes(company: Company) -> None:
    await company.ada.run(f"/tuppence routes set rest in <#{FINOPS}>")
    vera = company.vera
    for text in ("routes", f"routes set rest in <#{DATA}>", "routes remove rest", "routes export", "routes up rest"):
        await vera.run(f"/tuppence {text}")
        assert "That needs the role admin; yours is viewer." in vera.texts()[-1]
    assert [each.channel for each in await company.routes()] == [FINOPS]


async def test_a_window_that_was_opened_as_an_admin_is_not_saved_as_less(company: Company) -> None:
    """Slack does not hold a submission to whoever may: it is authorised like everything else."""
    ada = company.ada
    await ada.run("/tuppence routes")
    await ada.press("Add a route…")
    window = ada.window
    window.user = VIEWER
    ada.slack.state.workspace.modals[VIEWER] = ada.slack.state.workspace.modals.pop(ADMIN)
    await company.vera.submit(**FILLED)
    assert await company.routes() == ()
    assert "needs the role admin" in company.vera.texts(company.vera.direct)[-1]
