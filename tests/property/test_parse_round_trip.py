"""Given any question, when it is written down for a button and read again, then it is the same question."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlers.costs.asking import query_of
from handlers.costs.question import words
from handlers.parse.command import LONGEST, parse
from storage.model.period import Period
from storage.model.query import DIMENSIONS, Axis, Basis, Charges, CostQuery, Filter, Granularity
from tests.fakes.asked_costs import ANA, GRAMMAR, AskedCosts, request
from tests.fakes.grammars import TAGS, TODAY

SHORT = sorted(f"tag:{short}" for short in TAGS)
ODD = [
    "none",
    "untagged",
    "by",
    "top",
    "vs",
    "a,b",
    "a=b",
    '"',
    "'",
    "\\",
    "“x”",
    "–",
    "..",
    " ",
    "*a*",
    "<@U1>",
    "&amp;",
    "`x`",
    "Unallocated",
]


def _is_of_its_own(key: str) -> bool:
    """A key that is an alias of a short name is read as that name, as it should be."""
    known = {each.casefold() for short, keys in TAGS.items() for each in (short, *keys)}
    return key.casefold().replace("_", "-") not in known


TEXTS = st.one_of(st.sampled_from(ODD), st.text(min_size=1, max_size=25))
KEYS = st.one_of(
    st.sampled_from(["App", "kubernetes.io/name", "a b", 'say "x"', "a:b", "x,y", "k=v", "by"]), st.text(min_size=1, max_size=15)
)
NAMES = st.one_of(st.sampled_from(sorted(DIMENSIONS)), st.sampled_from(SHORT), KEYS.filter(_is_of_its_own).map("tag:{}".format))
DAYS = st.dates(date(2001, 1, 1), date(2099, 1, 1))
PERIODS = st.builds(lambda day, count: Period(day, day + timedelta(days=count)), DAYS, st.integers(1, 700))
FILTERS = st.builds(
    lambda name, values, negate: Filter(name, tuple(values), negate),
    NAMES,
    st.lists(st.one_of(st.none(), TEXTS), min_size=1, max_size=4, unique=True),
    st.booleans(),
)
QUERIES = st.builds(
    CostQuery,
    period=PERIODS,
    basis=st.sampled_from(Basis),
    charges=st.sampled_from(Charges),
    axis=st.sampled_from(Axis),
    compare=st.none() | PERIODS,
    granularity=st.sampled_from(Granularity),
    by=st.lists(NAMES, max_size=4, unique=True).map(tuple),
    filters=st.lists(FILTERS, max_size=3, unique_by=lambda each: (each.dimension, each.negate)).map(tuple),
    top=st.none() | st.integers(1, 1000),
    page=st.integers(1, 100_000),
)


@given(query=QUERIES, verb=st.sampled_from(["", "trend", "movers", "compare", "summary", "figures"]))
@settings(max_examples=500, deadline=None)
@example(query=CostQuery(Period.month(TODAY), filters=(Filter("tag:team", (None, "none")),)), verb="")
def test_the_words_of_a_question_are_that_question(query: CostQuery, verb: str) -> None:
    text = words(query, verb)
    if len(text) > LONGEST:
        return

    found, arguments = parse("cost", text, GRAMMAR, TODAY, escaped=False)

    assert found.name == verb
    assert query_of(request(AskedCosts(), ANA, arguments=arguments)) == query


@given(query=QUERIES)
def test_a_question_written_twice_reads_the_same(query: CostQuery) -> None:
    assert words(query) == words(query.but(scope=ANA.scope))
