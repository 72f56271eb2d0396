"""Given the words of `/cost forecast`, or a button under one, when handled, then the right question is asked for that person."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from handlers.blocks import ids
from handlers.feature import load_features
from handlers.parse.command import parse
from handlers.request import Place, Surface, Visibility
from services.errors import UsageError
from services.forecasts.results import ForecastQuery, Horizon
from services.summary.results import MonthSummary
from storage.model.query import Basis, Charges, Filter
from tests.fakes import asked_costs, budget_answers, cost_answers, forecast_answers
from tests.fakes.asked_costs import ANA, GRAMMAR, HERS, OPEN, WEB_ONLY, AskedCosts
from tests.fakes.grammars import TODAY

if TYPE_CHECKING:
    from handlers.request import Reply, Request
    from services.access.results import Person
    from services.forecasts.results import Forecast
    from storage.model.query import CostQuery


class AskedForecasts:
    """Known forecasts; `asked` holds the questions."""

    def __init__(self) -> None:
        self.asked: list[ForecastQuery] = []

    async def forecast(self, question: ForecastQuery) -> Forecast:
        """The month, or thirty days."""
        self.asked.append(question)
        return forecast_answers.month() if question.until is Horizon.MONTH else forecast_answers.thirty()

    async def month(self, _query: CostQuery) -> MonthSummary:
        """The month, and a budget for it."""
        status = budget_answers.status(budget_answers.budget("12500"), ["400"] * 20)
        return MonthSummary(cost_answers.month_so_far(), forecast_answers.month(), (status,))


def request(found: AskedForecasts, person: Person = ANA, place: Place | None = None, **parts: object) -> Request:
    """A request, answered by these forecasts."""
    made = asked_costs.request(AskedCosts(), person, place, **parts)
    return replace(made, services=SimpleNamespace(forecasts=found, summary=found))  # type: ignore[arg-type]  # what is called


async def type_in(words: str, found: AskedForecasts, person: Person = ANA, place: Place | None = None) -> Reply:
    """What typed words are answered with."""
    verb, arguments = parse("cost", words, GRAMMAR, TODAY)
    reply = await verb.handler(request(found, person, place, arguments=arguments, text=words))
    assert reply
    return reply


async def click(name: str, words: str, found: AskedForecasts, person: Person = ANA, place: Place = HERS) -> Reply:
    """What a button is answered with."""
    action = next(feature.actions[name] for feature in load_features() if name in feature.actions)
    _, arguments = parse("cost", "", GRAMMAR, TODAY)
    reply = await action.handler(request(found, person, place, arguments=arguments, values={"q": words}))
    assert reply
    return reply


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("forecast", Horizon.MONTH),
        ("forecast month", Horizon.MONTH),
        ("forecast this month", Horizon.MONTH),
        ("outlook 30d", Horizon.DAYS_30),
        ("forecast 90d by service", Horizon.DAYS_90),
    ],
)
async def test_the_period_says_how_far_ahead(words: str, until: Horizon) -> None:
    found = AskedForecasts()
    await type_in(words, found)
    assert found.asked[-1].until is until


async def test_filters_basis_and_dimension_are_those_of_cost() -> None:
    found = AskedForecasts()
    await type_in("forecast by team for service=EC2 billed net top 3", found)
    query = found.asked[-1].query
    assert (query.by, query.basis, query.charges, query.top) == (("tag:team",), Basis.BILLED, Charges.NET, 3)
    assert query.filters == (Filter("service", ("EC2",)),)


@pytest.mark.parametrize(
    "words",
    [
        "forecast last month",
        "forecast 7d",
        "forecast by service, account",
        "forecast by week",
        "forecast vs 2026-09",
        "forecast billing",
    ],
)
async def test_what_has_no_future_is_refused_with_an_example(words: str) -> None:
    with pytest.raises(UsageError) as refused:
        await type_in(words, AskedForecasts())
    assert "forecast 30d by service" in refused.value.example


async def test_it_is_limited_to_the_rows_of_the_asker() -> None:
    found = AskedForecasts()
    await type_in("forecast", found, replace(ANA, scope=WEB_ONLY))
    assert found.asked[-1].query.scope == WEB_ONLY


async def test_the_month_is_held_against_its_budget_and_thirty_days_are_not() -> None:
    month, thirty = await type_in("forecast", AskedForecasts()), await type_in("forecast 30d", AskedForecasts())
    assert month.chart.budget  # type: ignore[union-attr]  # a band
    assert not thirty.chart.budget  # type: ignore[union-attr]  # same


async def test_a_mention_is_answered_in_its_thread_and_offers_no_sharing() -> None:
    reply = await type_in("forecast", AskedForecasts(), place=Place("T1", "C1", surface=Surface.MENTION))
    assert reply.visibility is Visibility.THREAD
    assert "Share" not in str(reply.blocks)


async def test_every_button_asks_what_it_remembers() -> None:
    reply = await type_in("forecast for service=EC2", AskedForecasts())
    buttons = list(asked_costs.elements(reply.blocks))
    assert len(buttons) == 5
    for button in buttons:
        found = AskedForecasts()
        await click(ids.action_name(button["action_id"]), ids.decode(button["value"])["q"], found)
        assert found.asked[-1].query.filters == (Filter("service", ("EC2",)),)


async def test_a_follow_up_takes_the_place_of_the_answer_but_not_of_what_others_read() -> None:
    limited = replace(ANA, scope=WEB_ONLY)
    assert (await click("forecasts.ask", "forecast 30d", AskedForecasts())).replace
    assert (await click("forecasts.ask", "forecast 30d", AskedForecasts(), place=OPEN)).replace
    assert not (await click("forecasts.ask", "forecast 30d", AskedForecasts(), limited, OPEN)).replace


async def test_sharing_posts_it_to_the_channel() -> None:
    reply = await click("forecasts.share", "forecast by service", AskedForecasts())
    assert reply.visibility is Visibility.CHANNEL
    assert "Share" not in str(reply.blocks)


@pytest.mark.parametrize("words", ["", "by service", "nothing like it"])
async def test_a_button_that_asks_something_else_is_refused(words: str) -> None:
    with pytest.raises(UsageError):
        await click("forecasts.ask", words, AskedForecasts())
