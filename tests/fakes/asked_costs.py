"""Costs that answer every question with a small known answer and remember what they were asked, and requests to ask with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, TypeVar

from handlers.feature import load_features
from handlers.parse.command import Grammar, parse
from handlers.request import Place, Reply, Request, Surface
from services.access.results import Person, Role
from services.summary.results import MonthSummary
from storage.model.scope import Scope
from tests.fakes import cost_answers
from tests.fakes.grammars import TAGS, TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from handlers.request import Block
    from services.costs.results import Bases, Breakdown, KeyFigures, Movers
    from storage.model.query import CostQuery

Answer = TypeVar("Answer")
GRAMMAR = Grammar(tuple(verb for feature in load_features() for verb in feature.verbs.values()), tags=TAGS)
ANA = Person("U1", "T1", "Ana", Role.VIEWER)
WEB_ONLY = Scope.only(tag_team=("web",))
HERS = Place("T1", "C1", surface=Surface.BUTTON, response_url="https://hooks.example", is_ephemeral=True)
"""A button under an answer that only the clicker sees."""
OPEN = Place("T1", "C1", message="1.2", surface=Surface.BUTTON)
"""A button under an answer that the whole channel sees."""


class AskedCosts:
    """Known answers to whatever is asked; `asked` holds (method, query), oldest first."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, CostQuery]] = []

    @property
    def last(self) -> tuple[str, CostQuery]:
        """What was asked last."""
        return self.asked[-1]

    async def key_figures(self, query: CostQuery) -> KeyFigures:
        """The month so far."""
        return self._answer("key_figures", cost_answers.month_so_far(), query)

    async def month(self, query: CostQuery) -> MonthSummary:
        """The month so far, without a forecast: as the summary of the month."""
        return MonthSummary(self._answer("key_figures", cost_answers.month_so_far(), query))

    async def breakdown(self, query: CostQuery) -> Breakdown:
        """Services, or days where a step is asked for."""
        if query.granularity.value != "total":
            return self._answer("breakdown", cost_answers.by_day(), query)
        known = cost_answers.by_service()
        rows = tuple(replace(row, key=dict.fromkeys(query.by, row.key["service"])) for row in known.sections[0].rows)
        return self._answer("breakdown", replace(known, sections=(replace(known.sections[0], rows=rows),)), query)

    async def bases(self, query: CostQuery) -> Bases:
        """Four bases."""
        return self._answer("bases", cost_answers.four_bases(), query)

    async def movers(self, query: CostQuery) -> Movers:
        """What moved."""
        return self._answer("movers", cost_answers.what_moved(), query)

    def _answer(self, method: str, result: Answer, query: CostQuery) -> Answer:
        self.asked.append((method, query))
        keep = {"period": result.basics.query.period} if query.granularity.value != "total" else {}
        return replace(result, basics=replace(result.basics, query=query.but(**keep)))


class FewAdmins:
    """Access that knows two admins and a viewer."""

    async def roles(self) -> tuple[SimpleNamespace, ...]:
        """Who has what."""
        lines = (("Boss", Role.ADMIN), ("@finops", Role.ADMIN), ("Boss", Role.ADMIN), ("Ana", Role.ANALYST))
        return tuple(SimpleNamespace(name=name, role=role) for name, role in lines)


def request(costs: AskedCosts, person: Person = ANA, place: Place | None = None, **parts: object) -> Request:
    """A request of Ana's on the 21st of November 2026."""
    return Request(
        person=person,
        place=place or Place("T1", "C1", surface=Surface.SLASH),
        services=SimpleNamespace(costs=costs, summary=costs, access=FewAdmins()),  # type: ignore[arg-type]  # what the handlers under test call
        now=datetime(2026, 11, 21, 12, tzinfo=UTC),
        today=TODAY,
        request_id="r1",
        grammar=GRAMMAR,
        **parts,
    )


async def type_in(text: str, costs: AskedCosts, person: Person = ANA, place: Place | None = None, root: str = "cost") -> Reply:
    """What a typed command is answered with."""
    verb, arguments = parse(root, text, GRAMMAR, TODAY)
    return await verb.handler(request(costs, person, place, arguments=arguments, text=text))


async def click(name: str, values: Mapping[str, str], costs: AskedCosts, person: Person = ANA, place: Place = HERS) -> Reply:
    """What a button's action is answered with."""
    action = next(feature.actions[name] for feature in load_features() if name in feature.actions)
    _, arguments = parse("cost", "", GRAMMAR, TODAY)
    return await action.handler(request(costs, person, place, arguments=arguments, values=values))


def elements(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """The buttons and menus of a message."""
    for block in blocks:
        if block["type"] == "actions":
            yield from block["elements"]
