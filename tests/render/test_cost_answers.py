"""Cost answers as people see them, one snapshot an answer: normal, empty, very long, partial, other currencies, hostile names.

Look at a changed snapshot as you would look at the message; `--snapshot-update` accepts it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from handlers.blocks.validate import message_problems
from handlers.costs import render
from services.charts.results import BreakdownSpec, MoversSpec, TrendSpec
from services.costs.results import MissingBasis
from storage.model.query import Basis, Charges, CostQuery, Filter
from storage.model.scope import Scope
from tests.fakes import cost_answers as answers

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from handlers.request import Block, Reply

ONE_DAY = answers.Period.of_days(answers.date(2026, 11, 20), answers.date(2026, 11, 20))
LONG = "arn:aws:ec2:eu-west-1:123456789012:instance/a-rather-long-resource-name-that-goes-on-{:04d}"


def many(count: int = 150) -> tuple[answers.CostRow, ...]:
    """More rows than a table takes, with names longer than a column."""
    return tuple(
        answers.row(
            LONG.format(at), answers.usd(1000 - at), answers.usd(900), by="resource", trend=answers.ramp(answers.usd(1000 - at))
        )
        for at in range(count)
    )


def two_currencies() -> answers.Breakdown:
    second = answers.section(
        (
            answers.row("Virtual Machines", answers.eur("812.5"), answers.eur(700)),
            answers.row("Disks", answers.eur(90), answers.eur(95)),
        ),
        "EUR",
        below=(answers.BelowLine(answers.Line.TAX, answers.eur(171)),),
    )
    first = answers.by_service().sections[0]
    query = CostQuery(answers.NOVEMBER, by=("service",))
    return answers.Breakdown(answers.basics(query, rates=()), (first, second), rows_total=7)


def hostile() -> answers.Breakdown:
    rows = tuple(
        answers.row(name, answers.usd(10 + at), answers.usd(10), by="tag:<!here>", label=None)
        for at, name in enumerate((*answers.HOSTILE, None))
    )
    found = answers.by("tag:<!here>", rows, filters=(Filter("service", ("<!everyone> *x*",)),))
    state = answers.Completeness(
        answers.ON_TIME.through, (answers.SourceState("<@U1> `late`", answers.ON_TIME.through, late=True),)
    )
    missing = (MissingBasis(Basis.LIST, "<!channel>", 3),)
    return replace(
        found, basics=replace(found.basics, completeness=state, missing=missing, rates=("<!channel> 1 EUR = 1.08 USD",))
    )


ANSWERS: dict[str, Reply] = {
    "by service": render.breakdown(answers.by_service()),
    "by service, last days not complete": render.breakdown(
        answers.by_service_so_far(), chart=True, asked=CostQuery(answers.NOVEMBER, by=("service",))
    ),
    "trend by week, last one not complete": render.trend(answers.by_week_so_far()),
    "by service, page 2, shared": render.breakdown(
        replace(answers.by_service(), basics=answers.basics(CostQuery(answers.NOVEMBER, by=("service",), top=5, page=2))),
        shared=True,
    ),
    "by service, with a chart": render.breakdown(answers.by_service(), chart=True),
    "by service and account": render.breakdown(
        answers.Breakdown(
            answers.basics(CostQuery(answers.NOVEMBER, by=("service", "account"))),
            (
                answers.section(
                    (
                        answers.CostRow({"service": "EC2", "account": "123456789012"}, "Production", answers.usd(70), None, None),
                        answers.CostRow({"service": "EC2", "account": None}, None, answers.usd(30), None, None),
                    )
                ),
            ),
            rows_total=2,
        )
    ),
    "by region, late": render.breakdown(
        replace(
            answers.by(
                "region", (answers.row("eu-west-1", answers.usd(70), by="region"), answers.row(None, answers.usd(3), by="region"))
            ),
            basics=answers.basics(CostQuery(answers.NOVEMBER, by=("region",), charges=Charges.NET), answers.LATE),
        )
    ),
    "very long": render.breakdown(
        replace(
            answers.by("resource", many()),
            rows_total=400,
            basics=answers.basics(CostQuery(answers.NOVEMBER, by=("resource",), top=150)),
        )
    ),
    "two currencies": render.breakdown(two_currencies()),
    "yen": render.breakdown(
        answers.Breakdown(
            answers.basics(CostQuery(answers.NOVEMBER, by=("account",), scope=Scope.only(account=("9",)))),
            (
                answers.section(
                    (answers.row("9", answers.Money(answers.Decimal("120345.6"), "JPY"), by="account", label="東京"),), "JPY"
                ),
            ),
            rows_total=1,
        )
    ),
    "hostile names": render.breakdown(hostile(), chart=True),
    "empty": render.breakdown(answers.Breakdown(answers.basics(CostQuery(answers.NOVEMBER, by=("service",))), (), rows_total=0)),
    "empty, filtered and late": render.breakdown(
        answers.Breakdown(
            answers.basics(
                CostQuery(
                    answers.Period.of_days(answers.date(2026, 11, 20), answers.date(2026, 11, 21)),
                    filters=(Filter("service", ("x",)),),
                ),
                answers.LATE,
            ),
            (),
            rows_total=0,
        )
    ),
    "no bill yet": render.key_figures(
        replace(answers.month_so_far(), basics=answers.basics(CostQuery(answers.NOVEMBER), answers.NO_DATA), figures=(), top=())
    ),
    "of days that are not complete": render.breakdown(
        replace(
            answers.by("service", (answers.row("Amazon EC2", answers.usd(688), trend=(answers.usd(688),)),)),
            basics=answers.basics(CostQuery(ONE_DAY, by=("service",)), answers.LATE),
        )
    ),
    "without rates, and gaps before": render.breakdown(
        answers.by_service(
            unrated=("SEK", "<!x>"),
            missing=(MissingBasis(Basis.LIST, "azure", 2, is_compared=True),),
            rates=("1 EUR = 1.08 USD",),
        )
    ),
    "nothing that a limited person may see": render.breakdown(
        answers.Breakdown(
            answers.basics(CostQuery(answers.NOVEMBER, by=("service",), scope=Scope.only(account=("9",))), answers.NO_DATA),
            (),
            rows_total=0,
        )
    ),
    "trend by day": render.trend(answers.by_day(14)),
    "trend by day, late, with a chart": render.trend(answers.by_day(31, state=answers.LATE), chart=True),
    "trend by day and service": render.trend(answers.by_day(7, rows=("Amazon EC2", "Amazon S3"))),
    "trend, empty": render.trend(replace(answers.by_day(7), sections=())),
    "key figures": render.key_figures(answers.month_so_far()),
    "key figures, two currencies, late": render.key_figures(
        answers.month_so_far(answers.figure(), answers.figure("0.1", "EUR"), state=answers.LATE), chart=True
    ),
    "key figures of a whole month": render.key_figures(
        replace(
            answers.month_so_far(),
            days=answers.Period.month(answers.date(2026, 10, 1)),
            compared=answers.Period.month(answers.date(2026, 9, 1)),
        )
    ),
    "key figures of a bill that began this month": render.key_figures(
        replace(
            answers.month_so_far(replace(answers.figure(), previous=None, last_month=None)),
            week=answers.Period.of_days(answers.date(2026, 11, 19), answers.date(2026, 11, 21)),
        )
    ),
    "a basis that no source has": render.breakdown(
        answers.Breakdown(
            replace(
                answers.basics(CostQuery(answers.NOVEMBER, Basis.LIST, by=("service",))),
                missing=(MissingBasis(Basis.LIST, "aws <!here>", 1204),),
            ),
            (),
            rows_total=0,
        )
    ),
    "bases, no commitments": render.bases(
        replace(
            answers.four_bases(),
            figures=(
                replace(
                    answers.four_bases().figures[0], used=answers.usd(0), unused=answers.usd(0), commitment_saving=answers.usd(0)
                ),
            ),
        )
    ),
    "bases": render.bases(answers.four_bases()),
    "bases, list missing": render.bases(answers.four_bases(gaps=True)),
    "bases, empty": render.bases(replace(answers.four_bases(), figures=())),
    "movers": render.movers(answers.what_moved(), chart=True),
    "movers, by two dimensions, two currencies": render.movers(answers.moved_twice(), chart=True),
    "movers, hostile": render.movers(answers.what_moved(names=("<!channel>", "*x*", None))),
    "movers, empty": render.movers(replace(answers.what_moved(), sections=())),
    "sql": render.sql(answers.by_service()),
}


def compact(block: Block) -> list[str]:
    """A block as a reviewer reads it: text as text, tables row by row, everything else as JSON."""
    kind = block["type"]
    if kind == "data_table":
        rows = [" | ".join(cell["text"] for cell in row) for row in block["rows"]]
        return [f"[data_table] {block['caption']}", *rows]
    if kind == "section" and "text" in block:
        return [f"[section] {block['text']['text']}"]
    if kind == "section":
        return ["[fields]", *(each["text"].replace("\n", ": ") for each in block["fields"])]
    if kind == "context":
        return [f"[context] {' / '.join(each['text'] for each in block['elements'])}"]
    if kind == "actions":
        return ["[actions]", *map(element, block["elements"])]
    return [json.dumps(block, ensure_ascii=False)]


def element(each: Block) -> str:
    """One button or menu."""
    if "options" in each:
        return f"{each['action_id']}: " + ", ".join(f"{one['text']['text']} = {one['value']}" for one in each["options"])
    return f"{each['action_id']} “{each['text']['text']}” = {each['value']}"


def shown(reply: Reply) -> str:
    """A whole reply as text."""
    lines = ["TEXT", reply.text, "BLOCKS", *(line for block in reply.blocks for line in compact(block))]
    plain = [line for block in reply.plain if block not in reply.blocks for line in compact(block)]
    return "\n".join([*lines, "PLAIN INSTEAD", *plain, "PICTURE", str(reply.chart)])


@pytest.mark.parametrize("name", ANSWERS)
def test_what_people_see(name: str, snapshot: SnapshotAssertion) -> None:
    assert shown(ANSWERS[name]) == snapshot


@pytest.mark.parametrize("name", ["by service", "trend by day and service", "key figures", "bases, list missing", "movers"])
def test_what_json_prints(name: str, snapshot: SnapshotAssertion) -> None:
    assert json.dumps(ANSWERS[name].result, indent=1, ensure_ascii=False) == snapshot


@pytest.mark.parametrize("name", ANSWERS)
def test_slack_takes_every_answer_in_both_forms(name: str) -> None:
    reply = ANSWERS[name]
    assert message_problems(reply.blocks, reply.text) == ()
    assert message_problems(reply.plain, reply.text) == ()
    assert not {block["type"] for block in reply.plain} & {"data_table", "table", "data_visualization"}


@pytest.mark.parametrize("name", ANSWERS)
def test_the_first_line_answers_and_the_fallback_says_the_same(name: str) -> None:
    reply = ANSWERS[name]
    first = reply.blocks[0]["text"]["text"].split("\n")[0]
    assert any(character.isdigit() for character in first) or name == "sql"
    assert reply.text.startswith(first) or name == "sql"


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_says_its_period_basis_and_freshness(name: str) -> None:
    reply = ANSWERS[name]
    contexts = [block for block in reply.blocks if block["type"] == "context"]
    said = contexts[0]["elements"][0]["text"]
    assert len(contexts) == 1
    assert "UTC days" in said
    assert "effective (amortised)" in said or name == "a basis that no source has"
    assert "complete" in said or "no bill" in said or "limited person" in name


@pytest.mark.parametrize("name", ["hostile names", "movers, hostile"])
def test_no_name_mentions_formats_or_links(name: str) -> None:
    reply = ANSWERS[name]
    for text in (reply.text, *(block["text"]["text"] for block in (*reply.blocks, *reply.plain) if block["type"] == "section")):
        assert "<!" not in text
        assert "<@" not in text
        assert "<http" not in text
        assert "`code`" not in text


def test_a_hidden_row_still_counts() -> None:
    table = next(block for block in ANSWERS["very long"].blocks if block["type"] == "data_table")
    amounts = [row[1]["value"] for row in table["rows"][1:]]
    assert sum(amounts[:-1]) == amounts[-1] == 138825
    assert "others)" in table["rows"][-2][0]["text"]


def test_a_picture_is_asked_for_only_when_wanted() -> None:
    assert ANSWERS["by service"].chart is None
    assert isinstance(ANSWERS["by service, with a chart"].chart, BreakdownSpec)
    assert isinstance(ANSWERS["trend by day, late, with a chart"].chart, TrendSpec)
    assert isinstance(ANSWERS["movers"].chart, MoversSpec)


def test_small_series_come_as_slacks_own_chart_and_long_ones_as_a_picture_only() -> None:
    kinds = {name: [block["type"] for block in reply.blocks] for name, reply in ANSWERS.items()}
    assert "data_visualization" in kinds["trend by day"]
    assert "data_visualization" in kinds["by service, with a chart"]
    assert "data_visualization" not in kinds["trend by day, late, with a chart"]


def test_a_waterfall_adds_up() -> None:
    chart = ANSWERS["movers"].chart
    assert isinstance(chart, MoversSpec)
    assert chart.before.value + sum(step.value for step in chart.steps) == pytest.approx(chart.after.value)


def test_a_shared_answer_offers_no_sharing() -> None:
    def labels(reply: Reply) -> list[str]:
        return [
            each["text"]["text"]
            for block in reply.blocks
            if block["type"] == "actions"
            for each in block["elements"]
            if "text" in each
        ]

    assert "Share to channel" in labels(ANSWERS["by service"])
    assert "Share to channel" not in labels(ANSWERS["by service, page 2, shared"])
    assert "Previous page" in labels(ANSWERS["by service, page 2, shared"])


def test_an_amount_in_json_is_exact_and_two_currencies_have_no_total() -> None:
    one, two = ANSWERS["by service"].result, ANSWERS["two currencies"].result
    assert one is not None
    assert two is not None
    assert one["total"] == {"amount": "6670.0054", "currency": "USD"}
    assert [row["amount"] for row in one["rows"]][:2] == ["5120.40", "1200.005"]
    assert two["total"] is None
    assert [each["currency"] for each in two["totals"]] == ["USD", "EUR"]


def test_like_is_held_against_like() -> None:
    """The amounts are of all days; what is said about a change is of the complete ones, and says so."""
    reply = ANSWERS["by service, last days not complete"]
    lead = reply.blocks[0]["text"]["text"]
    assert lead.startswith("*$6,670* by service, 1–21 Nov 2026; through 18 Nov −$1,087 (−17 %) against 1–18 Oct 2026.")
    table = next(block for block in reply.blocks if block["type"] == "data_table")
    header, *rows = ([cell["text"] for cell in row] for row in table["rows"])
    at = header.index("Change to 18 Nov")
    assert [row[at] for row in rows] == [
        "−$704 (−15 %)",
        "−$350 (−27 %)",
        "no change",
        "−$12.50 (−100 %)",
        "−$10.00",
        "−$60.50 (−19 %)",
        "−$1,087 (−17 %)",
    ]
    assert isinstance(reply.chart, BreakdownSpec)
    assert {bar.previous for bar in reply.chart.bars} == {None}


def test_what_is_not_complete_is_said_beside_the_amount_and_one_day_is_no_trend() -> None:
    reply = ANSWERS["of days that are not complete"]
    assert reply.blocks[0]["text"]["text"] == "*$688* by service, 20 Nov 2026 (not complete yet)."
    assert "Trend" not in str(reply.blocks)


def test_who_may_see_none_of_it_is_not_told_that_there_is_no_bill() -> None:
    reply = ANSWERS["nothing that a limited person may see"]
    assert "*No charges* that you may see" in reply.text
    assert "No bill" not in reply.text
    assert "no bill" not in str(reply.blocks)


def test_a_week_that_is_not_over_is_held_against_nothing() -> None:
    text = next(block for block in ANSWERS["trend by week, last one not complete"].blocks if "```" in str(block))["text"]["text"]
    last, total = text.split("\n")[-3:-1]
    assert last.split()[-3:] == ["$500", "$300", "–"]
    assert total.endswith("+$50.00 (+2.1 %)")


def test_a_button_remembers_a_comparison_only_where_somebody_named_it() -> None:
    named = answers.by_service_so_far().basics.query
    assert " vs " not in str(ANSWERS["by service, last days not complete"].blocks)
    assert " vs 2026-10-01..2026-10-18" in str(render.breakdown(answers.by_service_so_far(), asked=named).blocks)


def test_long_sql_is_cut_visibly() -> None:
    answer = answers.by_service(sql="SELECT '```' -- & <!channel>\n" * 2000)
    reply = render.sql(answer)
    assert message_problems(reply.blocks, reply.text) == ()
    assert "…" in reply.blocks[-2]["text"]["text"]
