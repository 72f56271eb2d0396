"""Given everything that is registered, when somebody who may not uses it, then the dispatcher refuses it before its handler runs.

Loops over all verbs, buttons, windows and events, so that a new one is covered the moment it exists. Where it fails, the message
says how to mend it: in the declaration (`needs=`), or by moving a check into the dispatcher; never by exempting it here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from handlers.dispatch import Dispatcher
from handlers.feature import Feature, load_features
from handlers.incoming import Incoming, Kind
from handlers.request import Place, Reply, Request, Surface
from services.access.results import Role
from storage.model.people import ChannelFacts, Subject, SubjectKind
from tests.fakes.directory import HOME, member
from tests.fakes.house import ANA, BOSS, House, house

if TYPE_CHECKING:
    from collections.abc import Iterator

REFUSED = {
    "a guest of several channels": {"is_restricted": True},
    "a guest of one channel": {"is_restricted": True, "is_ultra_restricted": True},
    "a stranger": {"is_stranger": True},
    "a member of another workspace": {"team": "T2"},
    "a member of an organisation elsewhere": {"team": "T2", "enterprise": "E2"},
    "a bot": {"is_bot": True},
    "a deactivated member": {"is_deleted": True},
}
TABLES = ("verbs", "actions", "views", "events")
SURFACES = {"verbs": Surface.SLASH, "actions": Surface.BUTTON, "views": Surface.VIEW, "events": Surface.HOME}
KINDS = {"verbs": Kind.COMMAND, "actions": Kind.ACTION, "views": Kind.VIEW, "events": Kind.EVENT}


class Watch:
    """The features with every handler replaced by one that notes that it was reached."""

    def __init__(self) -> None:
        self.reached: list[str] = []
        self.features = tuple(self._watched(feature) for feature in load_features())

    def _watched(self, feature: Feature) -> Feature:
        tables = {
            table: {name: replace(each, handler=self._noting(name)) for name, each in getattr(feature, table).items()}
            for table in TABLES
        }
        return Feature(feature.name, feature.root, feature.summary, **tables)

    def _noting(self, name: str) -> object:
        async def reached(_request: Request) -> Reply:
            self.reached.append(name)
            return Reply("reached")

        return reached


def everything() -> Iterator[tuple[str, str, Role]]:
    """Each declaration: which table it stands in, its name, what it needs."""
    for feature in load_features():
        for table in TABLES:
            yield from ((table, name, each.needs) for name, each in getattr(feature, table).items())


DECLARED = sorted(everything())
IDS = [f"{table} {name}" for table, name, _ in DECLARED]
every_declaration = pytest.mark.parametrize(("table", "name", "needs"), DECLARED, ids=IDS)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("company")) as each:
        each.directory.channels["C1"] = ChannelFacts("C1", is_external=False, is_member=True)
        yield each


@pytest.fixture
def watch() -> Watch:
    return Watch()


def use(table: str, name: str, user: str = ANA, team: str = HOME.team, surface: Surface | None = None) -> Incoming:
    """What Slack sends when somebody uses it."""
    root, _, verb = name.partition(" ") if table == "verbs" else (name, "", "")
    place = Place(team, "C1", surface=surface or SURFACES[table])
    return Incoming(KINDS[table], place, team, user, root, verb)


async def refused(company: House, watch: Watch, incoming: Incoming) -> Reply:
    reply = await Dispatcher(watch.features, company.dispatcher()._services).dispatch(incoming)
    mend = f"`{incoming.name} {incoming.text}` reached its handler. Raise its `needs=`, or mend `Dispatcher._authorise`."
    assert watch.reached == [], mend
    assert reply is not None
    assert reply.text
    assert reply.text != "reached", mend
    return reply


def test_something_is_registered() -> None:
    assert any(name.startswith("tuppence role") for _, name, _ in DECLARED)


@pytest.mark.parametrize("who", REFUSED)
@every_declaration
async def test_nobody_from_outside_reaches_it(company: House, watch: Watch, table: str, name: str, needs: Role, who: str) -> None:
    """Even with the highest role, given before: what Slack says about the account comes first."""
    assert needs > Role.NOBODY, f"{name} declares needs=Role.NOBODY, which lets everybody in. Say who may."
    company.directory.add(member(BOSS, **REFUSED[who]))
    reply = await refused(company, watch, use(table, name, BOSS))
    company.directory.add(member(BOSS))
    assert "ask an admin" in reply.text


@every_declaration
async def test_words_that_come_from_another_workspace_do_not_reach_it(
    company: House, watch: Watch, table: str, name: str, needs: Role
) -> None:
    assert needs
    company.directory.add(member(BOSS))
    await refused(company, watch, use(table, name, BOSS, team="T2"))
    await refused(company, watch, use(table, name, BOSS, team=""))


@every_declaration
async def test_somebody_unknown_does_not_reach_it(company: House, watch: Watch, table: str, name: str, needs: Role) -> None:
    assert needs
    await refused(company, watch, use(table, name, "U0GHOST01"))
    await refused(company, watch, use(table, name, ""))


@every_declaration
async def test_while_slack_is_silent_nobody_reaches_it(company: House, watch: Watch, table: str, name: str, needs: Role) -> None:
    assert needs
    company.directory.is_silent = True
    try:
        assert "Try again" in (await refused(company, watch, use(table, name, BOSS))).text
    finally:
        company.directory.is_silent = False


LOWER = [(*each, role) for each in DECLARED for role in Role if Role.NOBODY < role < each[2]]


@pytest.mark.parametrize(("table", "name", "needs", "role"), LOWER, ids=[f"{t} {n} as {r.word}" for t, n, _, r in LOWER])
async def test_a_role_below_does_not_reach_it(
    company: House, watch: Watch, table: str, name: str, needs: Role, role: Role
) -> None:
    boss = await company.access.person(HOME.team, BOSS)
    await company.access.set_role(boss, Subject(SubjectKind.PERSON, ANA), role)
    reply = await refused(company, watch, use(table, name))
    assert f"needs the role {needs.word}; yours is {role.word}" in reply.text
    (entry, *_) = await company.access.history(1)
    assert (entry.actor, entry.outcome, entry.origin.channel) == (ANA, "refused", "C1")


@every_declaration
async def test_the_role_it_needs_reaches_it(company: House, watch: Watch, table: str, name: str, needs: Role) -> None:
    """Else the refusals above would prove nothing."""
    boss = await company.access.person(HOME.team, BOSS)
    await company.access.set_role(boss, Subject(SubjectKind.PERSON, ANA), needs)
    reply = await Dispatcher(watch.features, company.dispatcher()._services).dispatch(use(table, name))
    assert reply is not None
    assert watch.reached == [name.strip()], f"`{name}` was not reached by {needs.word}: {reply.text}"


ABOVE_VIEWER = [each for each in DECLARED if each[2] > Role.VIEWER]


@pytest.mark.parametrize(("table", "name", "needs"), ABOVE_VIEWER, ids=[f"{table} {name}" for table, name, _ in ABOVE_VIEWER])
@pytest.mark.parametrize("surface", [Surface.MENTION, Surface.BUTTON])
async def test_what_needs_a_role_is_not_used_before_another_company(
    company: House, watch: Watch, table: str, name: str, needs: Role, surface: Surface
) -> None:
    assert needs
    company.directory.channels["C1"] = ChannelFacts("C1", is_external=True, is_member=True)
    try:
        reply = await refused(company, watch, use(table, name, BOSS, surface=surface))
    finally:
        company.directory.channels["C1"] = ChannelFacts("C1", is_external=False, is_member=True)
    assert "shared with another company" in reply.text
