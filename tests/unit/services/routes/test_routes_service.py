"""Given an admin's list, when it is changed or an anomaly comes, then each is checked, on record, and goes to whoever owns it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from services.access.background import Background
from services.access.results import Person, Role
from services.errors import DeniedError, NotFoundError, TemporaryError, UsageError
from services.routes.service import Routes
from storage.audit import Audit
from storage.model.anomaly import (
    Anomaly,
    AnomalyKind,
    Cause,
    CauseStep,
    DayFigure,
    Driver,
    Figures,
    SeriesKey,
    Severity,
)
from storage.model.people import ChannelFacts, Subject, SubjectKind, UserGroup
from storage.model.route import Quiet, Route
from storage.model.scope import Scope
from tests.fakes.bills import DATA, PAYER, WEB
from tests.fakes.company import EC2, S3, SANDBOX, aws
from tests.fakes.desk import Desk, desk
from tests.fakes.directory import HOME, member
from tests.fakes.house import ANA, BEN, BOSS, Bills, House, house

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from services.costs.service import Costs

MINE, THEIRS, NOT_IN, LEADS = "C0MINE0001", "C0SHARED01", "C0NOTIN001", "C0LEADS001"
TEAM = Subject(SubjectKind.GROUP, "S0WEB0001")
ADMIN = Person(BOSS, HOME.team, "Boss", Role.ADMIN)
SPIKE = date(2026, 11, 19)


def person(user: str) -> Subject:
    return Subject(SubjectKind.PERSON, user)


def route(name: str, *, number: int = 0, **fields: Any) -> Route:  # noqa: ANN401  # any field of a route
    return Route(number, name, fields.pop("channel", MINE), **fields)


def anomaly(cause: Cause | None = None, severity: Severity = Severity.MEDIUM, **parts: str | None) -> Anomaly:
    """An anomaly of this series on 19 November; the cause says nothing unless given."""
    figures = Figures((DayFigure(SPIKE, Decimal(100), Decimal(10)),), Decimal(8), Decimal(12), 3.0)
    series = SeriesKey(tuple(sorted(parts.items())), "USD")
    now = datetime(2026, 11, 21, 8, tzinfo=UTC)
    return Anomaly(series, AnomalyKind.SPIKE, severity, SPIKE, SPIKE, SPIKE, figures, now, now, cause=cause)


@dataclass
class Office:
    """The service over real stores, and what is behind it."""

    house: House
    routes: Routes

    async def add(self, *routes: Route) -> None:
        """Put routes, one after the other."""
        for each in routes:
            await self.routes.put(ADMIN, each)

    async def names(self) -> list[str]:
        """The list as it stands."""
        return [each.name for each in await self.routes.all()]

    def audited(self) -> list[tuple[str, str]]:
        """What is on record, newest first."""
        return [(each.action, each.target) for each in Audit(self.house.database).latest(20)]


@pytest.fixture(scope="module")
def bills(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("bills"), {"aws": aws()}) as each:
        yield each


@pytest.fixture
def office(tmp_path: Path, bills: Desk) -> Iterator[Office]:
    with house(tmp_path) as company:
        company.directory.user_groups = (UserGroup(TEAM.id, "web-team", (ANA,)),)
        for channel in (MINE, LEADS):
            company.directory.channels[channel] = ChannelFacts(channel, is_external=False, is_member=True)
        company.directory.channels[THEIRS] = ChannelFacts(THEIRS, is_external=True, is_member=True)
        company.directory.channels[NOT_IN] = ChannelFacts(NOT_IN, is_external=False, is_member=False)
        costs: Costs = bills.costs()
        background = Background(bills.executor)
        made = Routes(company.database, background, company.directory, costs, company.clock, admins=company.admins())
        yield Office(company, made)


# The list


async def test_a_route_comes_back_as_it_was_put(office: Office) -> None:
    full = route(
        "  web   shop ",
        match=(("account", (WEB, "2")), ("tag:team", ("web",))),
        least=Severity.MEDIUM,
        on_call=(person(ANA), TEAM),
        escalate_to=LEADS,
        minutes=15,
        quiet=Quiet(time(20), time(8, 30), weekends=True, lets_high_through=True),
        zone="Europe/Berlin",
        a_day=3,
    )
    stored = (await office.routes.put(ADMIN, full)).route
    assert stored == replace(full, id=1, name="web shop", revision=1)
    assert await office.routes.get(1) == stored
    assert await office.routes.get(2) is None


async def test_new_ones_stand_before_the_fallback(office: Office) -> None:
    await office.add(route("rest"), route("web", match=(("account", (WEB,)),)), route("data", match=(("account", (DATA,)),)))
    assert await office.names() == ["web", "data", "rest"]


async def test_one_is_tried_earlier_or_later_and_the_fallback_stays_last(office: Office) -> None:
    await office.add(route("web", match=(("account", (WEB,)),)), route("data", match=(("account", (DATA,)),)), route("rest"))
    await office.routes.move(ADMIN, 2, -1)
    assert await office.names() == ["data", "web", "rest"]
    await office.routes.move(ADMIN, 2, 1)
    assert await office.names() == ["web", "data", "rest"]
    for number, by, said in ((1, -1, "first already"), (2, 1, "stays last"), (3, -1, "stays last"), (3, 1, "last already")):
        with pytest.raises(UsageError, match=said):
            await office.routes.move(ADMIN, number, by)
    assert await office.names() == ["web", "data", "rest"]


async def test_one_is_removed_and_its_number_never_comes_back(office: Office) -> None:
    await office.add(route("web", match=(("account", (WEB,)),)))
    assert (await office.routes.remove(ADMIN, 1)).name == "web"
    assert await office.names() == []
    with pytest.raises(NotFoundError):
        await office.routes.remove(ADMIN, 1)
    assert (await office.routes.put(ADMIN, route("web", match=(("account", (WEB,)),)))).route.id == 2


async def test_the_second_of_two_who_change_one_is_told(office: Office) -> None:
    await office.add(route("web"))
    seen = await office.routes.get(1)
    assert seen is not None
    changed = (await office.routes.put(ADMIN, replace(seen, a_day=7))).route
    with pytest.raises(UsageError, match="Somebody else") as told:
        await office.routes.put(ADMIN, replace(seen, a_day=9))
    assert told.value.field == "name"
    assert await office.routes.get(1) == changed
    await office.routes.remove(ADMIN, 1)
    with pytest.raises(NotFoundError):
        await office.routes.put(ADMIN, changed)


async def test_every_change_is_on_record_and_a_refused_one_is_none(office: Office) -> None:
    await office.add(route("web", match=(("account", (WEB,)),)), route("rest"))
    with pytest.raises(UsageError):
        await office.routes.put(ADMIN, route("WEB"))
    stored = await office.routes.get(1)
    assert stored is not None
    await office.routes.put(ADMIN, replace(stored, least=Severity.HIGH))
    await office.routes.remove(ADMIN, 2)
    assert office.audited() == [("route.remove", "rest"), ("route.edit", "web"), ("route.add", "rest"), ("route.add", "web")]
    assert "from High" in Audit(office.house.database).latest(2)[1].detail


async def test_an_admin_of_some_accounts_changes_nothing(office: Office) -> None:
    limited = replace(ADMIN, scope=Scope.only(account=(WEB,)))
    for change in (office.routes.put(limited, route("web")), office.routes.remove(limited, 1), office.routes.move(limited, 1, 1)):
        with pytest.raises(DeniedError, match="limited to account"):
            await change


async def test_a_whole_list_keeps_the_numbers_of_the_names_it_knows(office: Office) -> None:
    await office.add(route("web", match=(("account", (WEB,)),)), route("rest"))
    rest, data = route("Rest", a_day=9), route("data", match=(("account", (DATA,)),))
    listing = await office.routes.replace_all(ADMIN, [rest, data])
    assert [(each.id, each.name) for each in listing.routes] == [(3, "data"), (2, "Rest")]
    assert office.audited()[0] == ("route.import", "2 routes")


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"name": "  "}, "name", "1 to 60"),
        ({"name": "x" * 61}, "name", "1 to 60"),
        ({"minutes": 4}, "minutes", "5 to 1440"),
        ({"a_day": 0}, "a_day", "1 to 50"),
        ({"zone": "Europe/Nowhere"}, "zone", "“Europe/Nowhere” is not a time zone"),
        ({"zone": "Europe"}, "zone", "not a time zone"),
        ({"zone": ""}, "zone", "not a time zone"),
        ({"zone": "../../etc/passwd"}, "zone", "not a time zone"),
        ({"quiet": Quiet(start=time(20))}, "quiet_to", "beginning and an end"),
        ({"quiet": Quiet(end=time(8))}, "quiet_from", "beginning and an end"),
        ({"quiet": Quiet(time(8), time(8))}, "quiet_to", "are none"),
        ({"match": (("planet", ("Mars",)),)}, "match", "“planet” is not a dimension"),
        ({"match": (("account", ()),)}, "match", "Which account?"),
        ({"match": (("account", (" ",)),)}, "match", "Which account?"),
        ({"match": (("account", tuple(map(str, range(101)))),)}, "match", "More than 100"),
        ({"channel": ""}, "channel", "In which channel?"),
        ({"channel": THEIRS}, "channel", "shared with another company"),
        ({"channel": NOT_IN}, "channel", "not in that channel"),
        ({"channel": "C0NOWHERE1"}, "channel", "not in that channel. /invite|not in that channel"),
        ({"escalate_to": THEIRS}, "escalate_to", "shared with another company"),
        ({"escalate_to": MINE}, "escalate_to", "the route's own"),
        ({"on_call": (person("U0GHOST01"),)}, "people", "nobody U0GHOST01"),
        ({"on_call": (person(BEN),)}, "people", "Ben cannot be on call"),
        ({"on_call": (Subject(SubjectKind.GROUP, "S0GONE001"),)}, "groups", "no user group S0GONE001"),
    ],
)
async def test_what_cannot_be_kept_is_said_where_it_stands(
    office: Office, changes: dict[str, Any], field: str, said: str
) -> None:
    office.house.directory.add(member(BEN, "Ben", is_restricted=True))
    with pytest.raises(UsageError, match=said) as refused:
        await office.routes.put(ADMIN, replace(route("web"), **changes))
    assert refused.value.field == field
    assert await office.names() == []


async def test_a_second_fallback_is_refused(office: Office) -> None:
    await office.add(route("rest"))
    with pytest.raises(UsageError, match="“rest” is the fallback already") as refused:
        await office.routes.put(ADMIN, route("all"))
    assert refused.value.field == "match"


async def test_a_route_in_anothers_way_is_kept_and_said(office: Office) -> None:
    await office.add(route("prod", match=(("account", (WEB, DATA)),)))
    changed = await office.routes.put(ADMIN, route("web", match=(("account", (WEB,)), ("tag:team", ("web",)))))
    assert changed.notes == ("“web” gets nothing: “prod” stands before it and takes all that it would.",)


async def test_while_slack_is_silent_nothing_is_kept(office: Office) -> None:
    office.house.directory.is_silent = True
    with pytest.raises(TemporaryError):
        await office.routes.put(ADMIN, route("web"))


# On call


@pytest.mark.parametrize(
    ("on_call", "those"),
    [((), []), ((person(ANA),), [ANA]), ((TEAM,), [ANA]), ((person(BEN), TEAM), [ANA, BEN])],
)
async def test_one_is_on_call_by_name_or_through_a_group(office: Office, on_call: tuple[Subject, ...], those: list[str]) -> None:
    people = [Person(user, HOME.team, user, Role.VIEWER) for user in (ANA, BEN)]
    found = [each.id for each in people if await office.routes.is_on_call(each, route("web", on_call=on_call))]
    assert found == those


async def test_who_is_in_a_group_is_not_guessed(office: Office) -> None:
    office.house.directory.is_silent = True
    with pytest.raises(TemporaryError):
        await office.routes.is_on_call(ADMIN, route("web", on_call=(TEAM,)))


# Where an anomaly belongs

ROUTES = (
    route("data", match=(("tag:team", ("data",)),)),
    route("frankfurt", match=(("region", ("eu-central-1",)),)),
    route("sandbox", match=(("account", (SANDBOX,)),)),
    route("storage", match=(("service", (S3,)),), least=Severity.HIGH),
    route("rest", channel=LEADS),
)


@pytest.mark.parametrize(
    ("parts", "severity", "taken"),
    [
        # By what the series says
        ({"account": SANDBOX, "service": "AWS Lambda"}, Severity.LOW, "sandbox"),
        ({"account": WEB, "service": S3}, Severity.HIGH, "storage"),
        ({"account": WEB, "service": S3}, Severity.LOW, "rest"),
        ({"tag:team": "data"}, Severity.LOW, "data"),
        # By what the bill says about it: all of this account's machines are tagged so
        ({"account": DATA, "service": EC2}, Severity.LOW, "data"),
        ({"account": "gone", "service": "gone"}, Severity.LOW, "rest"),
        ({"account": None, "service": "AWS Support"}, Severity.LOW, "rest"),
    ],
)
async def test_an_anomaly_goes_to_whoever_owns_it(
    office: Office, parts: dict[str, str | None], severity: Severity, taken: str
) -> None:
    await office.add(*ROUTES)
    found = await office.routes.of(anomaly(severity=severity, **parts))
    assert found.route is not None
    assert (found.route.name, found.is_fallback) == (taken, taken == "rest")
    assert found.channel == (LEADS if taken == "rest" else MINE)


async def test_what_the_cause_leads_down_to_counts_before_the_bill(office: Office) -> None:
    await office.add(*ROUTES)
    step = CauseStep("region", "eu-central-1", None, Decimal(80), Decimal("0.9"))
    cause = Cause(Driver.USAGE, (step,), owner="shop")
    found = await office.routes.of(anomaly(cause, account=WEB, service=S3))
    assert found.route is not None
    assert (found.route.name, found.owner) == ("frankfurt", "shop")
    assert found.why == "The route “frankfurt” takes region eu-central-1."
    little = replace(cause, steps=(replace(step, share=Decimal("0.2")),))
    assert (await office.routes.of(anomaly(little, account=WEB, service=S3))).is_fallback


async def test_what_nobody_owns_is_said(office: Office) -> None:
    await office.add(*ROUTES)
    found = await office.routes.of(anomaly(account="gone"))
    assert (found.owner, found.is_fallback) == (None, True)
    assert found.why == "Nobody is known to own it, so it came by the fallback route “rest”."


async def test_without_any_route_an_admin_gets_it(office: Office) -> None:
    found = await office.routes.of(anomaly(account=WEB))
    assert (found.route, found.channel, found.is_fallback) == (None, BOSS, True)
    assert "came to an admin" in found.why


async def test_without_an_admin_in_the_settings_it_is_one_who_was_made_so_in_chat(office: Office) -> None:
    await office.house.access.set_role(ADMIN, person(ANA), Role.ADMIN)
    made = replace(office.house.admins(), first=())
    routes = Routes(
        office.house.database, office.house.background, office.house.directory, Bills(), office.house.clock, admins=made
    )
    assert (await routes.of(anomaly(account=WEB))).channel == ANA


# How much nobody owns


async def test_the_share_of_last_months_spend_that_nobody_owns(office: Office) -> None:
    everything = (await office.routes.listing()).coverage
    assert [each.share for each in everything] == [1]
    await office.add(route("web", match=(("account", (WEB,)),)), route("rest"))
    (covered,) = (await office.routes.listing()).coverage
    await office.add(route("others", match=(("account", (DATA, SANDBOX)),)))
    (nearly,) = (await office.routes.listing()).coverage
    assert covered.total == nearly.total == everything[0].total
    assert 0 < (nearly.share or 0) < (covered.share or 0) < 1
    # What is left is the support fee of 100 dollars, which is the payer's.
    assert nearly.unowned.amount == 100


async def test_the_list_knows_what_the_bill_calls_its_accounts(office: Office) -> None:
    named = {PAYER: "Example Ltd", WEB: "Web Shop", DATA: "Data Platform", SANDBOX: "Sandbox"}
    assert (await office.routes.listing()).accounts == named


async def test_two_that_take_the_same_count_once(office: Office) -> None:
    await office.add(route("web", match=(("account", (WEB,)),)))
    (alone,) = (await office.routes.listing()).coverage
    await office.add(route("machines", match=(("account", (WEB,)), ("service", (EC2,)))))
    (both,) = (await office.routes.listing()).coverage
    assert both == alone


async def test_the_list_knows_names_and_goes_on_without_them(office: Office) -> None:
    await office.add(route("web", on_call=(person(ANA), TEAM)))
    assert sorted((await office.routes.listing()).names.values()) == ["Ana", "web-team"]
    office.house.directory.is_silent = True
    assert sorted((await office.routes.listing()).names.values()) == [TEAM.id, ANA]
