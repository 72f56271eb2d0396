"""Given any answer at all, when it is drawn, then Slack would take it, nothing in it does harm, and the parts add up."""

from __future__ import annotations

import csv as table
import io
import json
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.terminal import draw
from handlers.blocks.validate import message_problems
from handlers.costs import render
from handlers.costs.export import csv
from handlers.request import Reply
from services.costs.results import (
    Bases,
    Basics,
    BasisFigures,
    BelowLine,
    Breakdown,
    Completeness,
    CostRow,
    KeyFigure,
    KeyFigures,
    MissingBasis,
    Mover,
    Movers,
    MoverSection,
    Section,
    SourceState,
    Usage,
)
from storage.model.money import Money
from storage.model.period import DAY, Period
from storage.model.query import DIMENSIONS, Axis, Basis, Charges, CostQuery, Filter, Granularity, Line
from storage.model.scope import Scope

LOOSE = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
NASTY = st.sampled_from(
    ["<!channel>", "```", "*" * 40, "&amp;" * 60, "😀" * 90, "a\u0301" * 80, "\u202e", "\ud800", "x" * 5000, "", "|", "[red]"]
)
TEXT = st.one_of(st.text(max_size=40), NASTY)
AMOUNTS = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6),
    st.sampled_from([Decimal(0), Decimal("1E-12"), Decimal("99.995"), Decimal("-0.004"), Decimal("9" * 44), Decimal("1E+20")]),
)
CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "AUD", "<!x>", "XTOKENX"])
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
NAMES = st.one_of(st.sampled_from(sorted(DIMENSIONS)), TEXT.filter(bool).map("tag:{}".format))


@st.composite
def queries(draw_: st.DrawFn) -> CostQuery:
    start = draw_(DAYS)
    return CostQuery(
        period=Period(start, start + DAY * draw_(st.integers(1, 400))),
        basis=draw_(st.sampled_from(Basis)),
        charges=draw_(st.sampled_from(Charges)),
        axis=draw_(st.sampled_from(Axis)),
        granularity=draw_(st.sampled_from(Granularity)),
        by=tuple(draw_(st.lists(NAMES, max_size=3, unique=True))),
        filters=tuple(
            Filter(draw_(NAMES), tuple(draw_(st.lists(st.none() | TEXT, min_size=1, max_size=4))), draw_(st.booleans()))
            for _ in range(draw_(st.integers(0, 3)))
        ),
        top=draw_(st.none() | st.integers(1, 200)),
        page=draw_(st.integers(1, 5)),
        scope=Scope((("account", tuple(draw_(st.lists(TEXT, max_size=3)))),) if draw_(st.booleans()) else ()),
    )


@st.composite
def some_basics(draw_: st.DrawFn) -> Basics:
    sources = draw_(st.lists(st.builds(SourceState, TEXT, st.none() | DAYS, st.booleans()), max_size=6))
    missing = draw_(st.lists(st.builds(MissingBasis, st.sampled_from(Basis), TEXT, st.integers(0, 10**9)), max_size=4))
    through = draw_(st.none() | DAYS)
    rates = tuple(draw_(st.lists(TEXT, max_size=3)))
    completeness = Completeness(through, tuple(sources))
    return Basics(draw_(queries()), completeness, tuple(missing), draw_(TEXT), 1, draw_(st.booleans()), rates)


@st.composite
def sections(draw_: st.DrawFn, by: tuple[str, ...], points: int, currency: str) -> Section:
    """A section as the contract has it: rows and remainder make the total, the total and what is below make the net."""
    money = AMOUNTS.map(lambda amount: Money(amount, currency))
    series = st.just(()) | st.lists(money, min_size=points, max_size=points).map(tuple)
    usage = st.none() | st.builds(Usage, AMOUNTS, TEXT)
    row = st.builds(
        CostRow,
        key=st.fixed_dictionaries(dict.fromkeys(by, st.none() | TEXT)),
        label=st.none() | TEXT,
        amount=money,
        previous=st.none() | money,
        share=st.none() | AMOUNTS,
        trend=series,
        category=st.none() | TEXT,
        usage=usage,
    )
    rows = tuple(draw_(st.lists(row, max_size=6))) * draw_(st.sampled_from([1, 1, 1, 30]))
    rest = draw_(money)
    total = Money.total((rest, *(each.amount for each in rows)), currency)
    below = tuple(
        draw_(st.lists(st.builds(BelowLine, st.sampled_from([Line.CREDITS, Line.REFUNDS, Line.TAX]), money), max_size=3))
    )
    return Section(
        currency,
        rows,
        rest,
        draw_(st.none() | money),
        draw_(st.integers(0, 500)),
        total,
        draw_(st.none() | money),
        below,
        Money.total((total, *(each.amount for each in below)), currency),
        draw_(series),
        draw_(series),
    )


@st.composite
def breakdowns(draw_: st.DrawFn, most: int = 40) -> Breakdown:
    basics = draw_(some_basics())
    period = basics.query.period
    points = draw_(st.integers(0, min(most, period.days)))
    buckets = tuple(period.start + DAY * at for at in range(points))
    currencies = draw_(st.lists(CURRENCIES, max_size=6, unique=True))
    found = tuple(draw_(sections(basics.query.by, points, each)) for each in currencies)
    return Breakdown(basics, found, draw_(st.integers(0, 1000)), buckets)


@st.composite
def months(draw_: st.DrawFn) -> KeyFigures:
    basics = draw_(some_basics())
    start = draw_(DAYS).replace(day=1)
    days = Period(start, start + DAY * draw_(st.integers(1, 28)))
    currencies = draw_(st.lists(CURRENCIES, max_size=6, unique=True))
    figures = tuple(draw_(figure(days.days, each)) for each in currencies)
    top = tuple(draw_(sections(("service",), days.days, each)) for each in currencies)
    return KeyFigures(basics, figures, days, days.previous(), days, top)


@st.composite
def figure(draw_: st.DrawFn, days: int, currency: str) -> KeyFigure:
    money = AMOUNTS.map(lambda amount: Money(amount, currency))
    known = st.none() | money
    below = st.lists(st.builds(BelowLine, st.sampled_from(Line), money), max_size=3).map(tuple)
    daily = st.lists(money, min_size=days, max_size=days).map(tuple)
    return draw_(st.builds(KeyFigure, money, known, known, money, money, below, money, daily))


@st.composite
def four_bases(draw_: st.DrawFn) -> Bases:
    figures = []
    for currency in draw_(st.lists(CURRENCIES, max_size=6, unique=True)):
        money = AMOUNTS.map(lambda amount, currency=currency: Money(amount, currency))
        known = st.none() | money
        rate = st.none() | AMOUNTS
        amounts = st.fixed_dictionaries(dict.fromkeys(Basis, known))
        figures.append(draw_(st.builds(BasisFigures, st.just(currency), amounts, known, rate, known, rate, money, money, rate)))
    return Bases(draw_(some_basics()), tuple(figures))


@st.composite
def moves(draw_: st.DrawFn) -> Movers:
    basics = draw_(some_basics())
    found = []
    for currency in draw_(st.lists(CURRENCIES, max_size=9)):
        money = AMOUNTS.map(lambda amount, currency=currency: Money(amount, currency))
        dimension = draw_(st.just("") | NAMES)
        key = st.fixed_dictionaries({dimension or "service": st.none() | TEXT})
        mover = st.builds(Mover, key, st.none() | TEXT, money, money, money, st.none() | AMOUNTS, st.booleans(), st.booleans())
        movers = tuple(draw_(st.lists(mover, max_size=5))) * draw_(st.sampled_from([1, 30]))
        found.append(MoverSection(currency, draw_(money), draw_(money), draw_(money), movers, draw_(money), dimension))
    return Movers(basics, tuple(found))


def is_sound(reply: Reply) -> None:
    """Whether Slack takes both forms, no name acts, JSON can be written and a terminal can draw it."""
    assert message_problems(reply.blocks, reply.text) == ()
    assert message_problems(reply.plain, reply.text) == ()
    for text in (reply.text, *(block["text"]["text"] for block in reply.plain if "text" in block)):
        assert "<" not in text
        assert ">" not in text
    json.dumps(reply.result).encode()
    console = Console(file=io.StringIO(), width=80)
    draw(reply, console)
    draw(Reply(reply.text, blocks=reply.plain), console)


@LOOSE
@given(breakdowns(), st.booleans())
def test_any_breakdown(answer: Breakdown, flag: bool) -> None:  # noqa: FBT001  # hypothesis gives it by place
    is_sound(render.breakdown(answer, chart=flag, shared=not flag))


@LOOSE
@given(breakdowns(), st.booleans())
def test_any_trend(answer: Breakdown, flag: bool) -> None:  # noqa: FBT001  # hypothesis gives it by place
    is_sound(render.trend(answer, chart=flag))


@LOOSE
@given(months(), st.booleans())
def test_any_month(answer: KeyFigures, flag: bool) -> None:  # noqa: FBT001  # hypothesis gives it by place
    is_sound(render.key_figures(answer, chart=flag))


@LOOSE
@given(four_bases())
def test_any_bases(answer: Bases) -> None:
    is_sound(render.bases(answer))


@LOOSE
@given(moves(), st.booleans())
def test_any_movers(answer: Movers, flag: bool) -> None:  # noqa: FBT001  # hypothesis gives it by place
    is_sound(render.movers(answer, chart=flag))


@LOOSE
@given(some_basics())
def test_any_sql(basics: Basics) -> None:
    is_sound(render.sql(Breakdown(basics, (), 0)))


@LOOSE
@given(breakdowns(most=0))
def test_any_csv_is_read_back_and_adds_up(answer: Breakdown) -> None:
    rows = list(table.DictReader(io.StringIO(csv(answer).content.decode(), newline="")))
    columns = [name for name in (rows[0] if rows else ()) if name.endswith("Cost") and not name.startswith("Previous")]
    net = sum(Decimal(row[columns[0]]) for row in rows)
    assert net == sum(section.net.amount for section in answer.sections)
    cells = [
        cell for row in rows for name, cell in row.items() if name not in columns and not name.endswith(("Cost", "Quantity"))
    ]
    assert not any(cell.lstrip()[:1] in set("=+-@") for cell in cells if cell.strip())
