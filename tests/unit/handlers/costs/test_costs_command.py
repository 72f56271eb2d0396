"""Given the 21st of November 2026, when somebody types `/cost …`, then the right question is asked, within their own rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from handlers.costs import feature
from handlers.feature import load_features
from handlers.parse.command import parse
from handlers.request import Place, Surface, Visibility
from services.errors import UsageError
from storage.model.period import Period
from storage.model.query import Axis, Basis, Charges, CostQuery, Filter, Granularity
from tests.fakes.asked_costs import ANA, GRAMMAR, WEB_ONLY, AskedCosts, type_in
from tests.fakes.grammars import TODAY

MONTH = Period.of_days(date(2026, 11, 1), TODAY)
OCTOBER = Period.month(date(2026, 10, 1))
SEPTEMBER = Period.month(date(2026, 9, 1))
EC2 = (Filter("service", ("EC2",)),)
QUESTIONS = {
    "": ("key_figures", CostQuery(MONTH)),
    "net": ("key_figures", CostQuery(MONTH, charges=Charges.NET)),
    "figures billed": ("key_figures", CostQuery(MONTH, basis=Basis.BILLED)),
    "overview": ("key_figures", CostQuery(MONTH)),
    "by account": ("breakdown", CostQuery(MONTH, by=("account",), top=10)),
    "by service last month": ("breakdown", CostQuery(OCTOBER, by=("service",), top=10)),
    "last month": ("breakdown", CostQuery(OCTOBER, by=("service",), top=10)),
    "for service=EC2": ("breakdown", CostQuery(MONTH, by=("resource",), filters=EC2, top=10)),
    "vs 2026-09": ("breakdown", CostQuery(MONTH, compare=SEPTEMBER, by=("service",), top=10)),
    "by service, team top 3 page 2": ("breakdown", CostQuery(MONTH, by=("service", "tag:team"), top=3, page=2)),
    "last month billing": ("breakdown", CostQuery(OCTOBER, axis=Axis.BILLING, by=("service",), top=10)),
    "by day": ("breakdown", CostQuery(MONTH, granularity=Granularity.DAY)),
    "by day, service": ("breakdown", CostQuery(MONTH, granularity=Granularity.DAY, by=("service",), top=10)),
    "summary": ("breakdown", CostQuery(MONTH, granularity=Granularity.DAY)),
    "summary 2026": ("breakdown", CostQuery(Period(date(2026, 1, 1), date(2027, 1, 1)), granularity=Granularity.MONTH)),
    "summary quarter": ("breakdown", CostQuery(Period.of_days(date(2026, 10, 1), TODAY), granularity=Granularity.WEEK)),
    "summary by week": ("breakdown", CostQuery(Period.of_days(date(2026, 9, 28), TODAY), granularity=Granularity.WEEK)),
    "summary by month": ("breakdown", CostQuery(Period.of_days(date(2026, 6, 1), TODAY), granularity=Granularity.MONTH)),
    "trend": ("breakdown", CostQuery(MONTH, granularity=Granularity.DAY, by=("service",), top=10)),
    "trend daily": ("breakdown", CostQuery(MONTH, granularity=Granularity.DAY)),
    "trend by account": ("breakdown", CostQuery(MONTH, granularity=Granularity.DAY, by=("account",), top=10)),
    "compare 2026-10 vs 2026-09": ("breakdown", CostQuery(OCTOBER, compare=SEPTEMBER, by=("service",), top=10)),
    "compare by month": (
        "breakdown",
        CostQuery(Period.of_days(date(2026, 6, 1), TODAY), granularity=Granularity.MONTH, by=("service",), top=10),
    ),
    "movers": ("movers", CostQuery(MONTH, by=("service",), top=10)),
    "why last month": ("movers", CostQuery(OCTOBER, by=("service",), top=10)),
    "changes by account for service=EC2": ("movers", CostQuery(MONTH, by=("account",), filters=EC2, top=10)),
    "bases": ("bases", CostQuery(MONTH)),
    "discounts last month": ("bases", CostQuery(OCTOBER)),
    "drill for service=EC2": ("breakdown", CostQuery(MONTH, by=("resource",), filters=EC2, top=10)),
    "drill for account=1": ("breakdown", CostQuery(MONTH, by=("service",), filters=(Filter("account", ("1",)),), top=10)),
    "drill for service=EC2,S3": (
        "breakdown",
        CostQuery(MONTH, by=("service",), filters=(Filter("service", ("EC2", "S3")),), top=10),
    ),
    "drill for service=EC2 resource=i-1": (
        "breakdown",
        CostQuery(MONTH, by=("charge",), filters=(*EC2, Filter("resource", ("i-1",))), top=10),
    ),
    "export": ("breakdown", CostQuery(MONTH, by=("service",), top=100_000)),
    "export by account last month": ("breakdown", CostQuery(OCTOBER, by=("account",), top=100_000)),
    "export by account top 5 page 3": ("breakdown", CostQuery(MONTH, by=("account",), top=5)),
    "csv by day": ("breakdown", CostQuery(MONTH, granularity=Granularity.DAY, top=100_000)),
    "chart": ("key_figures", CostQuery(MONTH)),
    "chart by account": ("breakdown", CostQuery(MONTH, by=("account",), top=10)),
}


@pytest.mark.parametrize(("words", "question"), QUESTIONS.items())
async def test_words_become_a_question(words: str, question: tuple[str, CostQuery]) -> None:
    costs = AskedCosts()

    reply = await type_in(words, costs)

    assert costs.asked[-1:] == [question]
    assert reply.text
    assert reply.blocks
    assert reply.result
    assert (reply.visibility, reply.replace) == (Visibility.EPHEMERAL, False)


@pytest.mark.parametrize("words", QUESTIONS)
async def test_every_question_is_limited_to_the_rows_of_the_asker(words: str) -> None:
    costs = AskedCosts()

    await type_in(words, costs, replace(ANA, scope=WEB_ONLY))

    assert {query.scope for _, query in costs.asked} == {WEB_ONLY}


@pytest.mark.parametrize("words", ["trend", "trend by account last month", "chart", "chart by account", "chart by day"])
async def test_a_chart_is_drawn_where_one_is_asked_for(words: str) -> None:
    assert (await type_in(words, AskedCosts())).chart


@pytest.mark.parametrize("words", ["by service", "movers", "bases", "summary"])
async def test_no_chart_is_drawn_otherwise(words: str) -> None:
    assert (await type_in(words, AskedCosts())).chart is None


async def test_an_export_is_a_file_with_a_word_about_it() -> None:
    reply = await type_in("export by service", AskedCosts())

    assert [file.name for file in reply.files] == ["costs-2026-11-01-to-2026-11-21.csv"]
    assert b"ServiceName" in reply.files[0].content
    assert ".csv" in reply.text


async def test_a_mention_is_answered_in_its_thread() -> None:
    reply = await type_in("by service", AskedCosts(), place=Place("T1", "C1", surface=Surface.MENTION))

    assert reply.visibility is Visibility.THREAD


@pytest.mark.parametrize("words", ["figures by service", "bases by account", "movers by day", "drill by month", "why weekly"])
async def test_what_a_verb_cannot_do_is_refused_rather_than_dropped(words: str) -> None:
    costs = AskedCosts()

    with pytest.raises(UsageError) as refused:
        await type_in(words, costs)

    root, _, example = refused.value.example.removeprefix("/").partition(" ")
    assert parse(root, example, GRAMMAR, TODAY)
    assert refused.value.word in refused.value.sentence
    assert not costs.asked


@pytest.mark.parametrize("verb", feature.verbs.values(), ids=lambda verb: verb.name or "bare")
async def test_the_example_of_every_verb_works_and_means_that_verb(verb: object) -> None:
    example, name = verb.example, verb.name  # type: ignore[attr-defined]  # a declared verb

    assert parse("cost", example, GRAMMAR, TODAY)[0].name == name
    assert (await type_in(example, AskedCosts())).blocks


def test_no_two_verbs_of_costs_share_a_word() -> None:
    words = [word for verb in feature.verbs.values() for word in (verb.name, *verb.aliases)]

    assert len(words) == len(set(words))


def test_the_feature_is_found_by_looking() -> None:
    assert feature in load_features()
