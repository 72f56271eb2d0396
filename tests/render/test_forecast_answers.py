"""Forecasts as people see them: normal, by service, thin, empty, late, two currencies, hostile names, with a budget."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from handlers.blocks.validate import message_problems
from handlers.costs.render import key_figures, trend
from handlers.forecasts import render
from handlers.forecasts.words import words
from services.charts.results import BandSpec
from services.charts.service import picture
from services.forecasts.results import ForecastQuery, Horizon, Weakness
from services.summary.results import MonthSummary
from storage.model.query import CostQuery, Filter
from storage.model.scope import Scope
from tests.fakes import budget_answers, cost_answers
from tests.fakes import forecast_answers as answers

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from handlers.request import Block, Reply
    from services.forecasts.results import Forecast

ASKED = ForecastQuery(CostQuery(answers.MONTH))


def shown(found: Forecast, question: ForecastQuery = ASKED, **more: object) -> Reply:
    """Rendered as for the asker alone."""
    return render.forecast(found, question, may_share=True, **more)  # type: ignore[arg-type]  # as declared


def two_currencies() -> Forecast:
    second = answers.figure(answers.expected("700", "300", currency="EUR"))
    return answers.month(answers.figure(), second)


def limited_and_empty() -> Forecast:
    found = answers.month(state=cost_answers.NO_DATA)
    query = found.basics.query.but(scope=Scope.only(tag_team=("web",)))
    return replace(found, figures=(), basics=replace(found.basics, query=query))


HOSTILE = tuple(name for name in cost_answers.HOSTILE)
ANSWERS = {
    "month": shown(answers.month()),
    "month by service": shown(answers.by_service(), replace(ASKED, query=ASKED.query.but(by=("service",)))),
    "thirty days with a fee": shown(answers.thirty(), replace(ASKED, until=Horizon.DAYS_30)),
    "run rate": shown(answers.month(answers.figure(answers.thin()))),
    "no bill yet": shown(answers.month(state=cost_answers.NO_DATA, figures=())),
    "nothing that I may see": shown(limited_and_empty()),
    "late, with every weakness": shown(answers.month(state=cost_answers.LATE, weaknesses=tuple(Weakness))),
    "two currencies": shown(two_currencies()),
    "hostile names": shown(
        answers.by_service(*HOSTILE),
        replace(ASKED, query=ASKED.query.but(filters=(Filter("service", ("<!everyone> *x*",)),))),
    ),
    "very long": shown(
        answers.by_service(*(f"arn:aws:ec2:eu-west-1:123456789012:instance/{n:04d}" + "x" * 80 for n in range(150)))
    ),
    "key figures with a forecast": key_figures(MonthSummary(cost_answers.month_so_far(), answers.month())),
    "key figures with a run rate": key_figures(
        MonthSummary(cost_answers.month_so_far(), answers.month(answers.figure(answers.thin())))
    ),
}


def text_of(blocks: tuple[Block, ...]) -> str:
    return json.dumps(blocks, ensure_ascii=False, indent=1)


@pytest.mark.parametrize("name", ANSWERS)
def test_it_is_shown_like_this(name: str, snapshot: SnapshotAssertion) -> None:
    assert text_of(ANSWERS[name].plain) == snapshot


@pytest.mark.parametrize("name", ANSWERS)
def test_it_is_within_slacks_limits_and_says_something(name: str) -> None:
    reply = ANSWERS[name]
    assert message_problems(reply.blocks, reply.text) == ()
    assert message_problems(reply.plain, reply.text) == ()
    assert reply.text


@pytest.mark.parametrize("name", [name for name, reply in ANSWERS.items() if reply.chart])
def test_it_can_be_drawn(name: str) -> None:
    chart = ANSWERS[name].chart
    assert chart
    assert picture(chart).alt_text


def test_the_answer_comes_first_with_its_number_and_its_band() -> None:
    assert ANSWERS["month"].text.startswith(
        "Nov 2026 will end at *$12,000*, between $11,840 and $12,160 (80 %). $8,000 of it is billed"
    )


def test_a_run_rate_is_never_called_a_forecast() -> None:
    text = ANSWERS["run rate"].text
    assert "would end at *$1,800* at the run rate" in text
    assert "which is no forecast" in text
    assert "80 %" not in text


def test_the_chart_goes_on_from_what_is_billed_to_what_is_expected() -> None:
    chart = ANSWERS["month"].chart
    assert isinstance(chart, BandSpec)
    assert (chart.actual[19], chart.actual[20], chart.expected[18], chart.expected[19]) == (8000.0, None, None, 8000.0)
    assert (chart.expected[-1], chart.low[-1], chart.high[-1]) == (12_000.0, 11_840.0, 12_160.0)
    assert chart.is_cumulative


def test_a_budget_of_the_month_is_a_line_in_the_chart_and_a_field() -> None:
    status = budget_answers.status(budget_answers.budget("12500"), ["400"] * 20)
    reply = shown(answers.month(), budgets=(status,))
    assert isinstance(reply.chart, BandSpec)
    assert set(reply.chart.budget) == {12_500.0}
    assert "96 % by the end" in text_of(reply.plain)
    summary = MonthSummary(cost_answers.month_so_far(), answers.month(), (status,))
    assert "96 % by the end" in text_of(key_figures(summary).plain)


def test_key_figures_without_a_forecast_say_what_the_pace_implies() -> None:
    text = text_of(key_figures(MonthSummary(cost_answers.month_so_far())).plain)
    assert "at that rate: no forecast" in text
    assert "Confidence" not in text


def test_json_has_exact_amounts() -> None:
    result = ANSWERS["month by service"].result
    assert result
    assert result["figures"][0]["total"] == "12000"
    assert [each["actual"] for each in result["figures"][0]["rows"]] == ["3000", "3000", "2000"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (ASKED, "forecast"),
        (replace(ASKED, until=Horizon.DAYS_90), "forecast 90d"),
        (replace(ASKED, query=ASKED.query.but(by=("tag:team",), top=3)), "forecast by tag:team top 3"),
    ],
)
def test_a_question_is_remembered_in_words(question: ForecastQuery, said: str) -> None:
    assert words(question) == said


def test_days_are_those_of_the_answer() -> None:
    assert answers.AHEAD.start == date(2026, 11, 21)


def test_a_summary_ends_in_where_the_month_is_heading() -> None:
    budgeted = MonthSummary(
        cost_answers.month_so_far(), answers.month(), (budget_answers.status(budget_answers.budget("12500"), ["400"] * 20),)
    )

    said = text_of(trend(cost_answers.by_day(), verb="summary", month=budgeted).plain)

    assert "*Forecast* $12,000 by 30 Nov, between $11,840 and $12,160 (80 %); confidence high" in said
    assert "used" in said
    assert "Forecast" not in text_of(trend(cost_answers.by_day(), month=MonthSummary(cost_answers.month_so_far())).plain)
