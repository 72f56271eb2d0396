"""Given any text at all, when it is parsed, then there are arguments or a usage error, soon, and never anything else."""

from __future__ import annotations

import contextlib
import time
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlers.parse.command import parse
from handlers.parse.periods import Calendar, read_period
from handlers.parse.words import cut, fold, joined, lex, unescape
from services.errors import UsageError
from storage.model.period import Period
from storage.model.query import Filter
from tests.fakes.grammars import GRAMMAR, TODAY

ROOTS = st.sampled_from(["cost", "sql", "cloud", "tuppence", "nothing", ""])
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
WORDS = """
    by service account team tag: tag:x for = != <> ≠ ＝ , ， .. … – — - -- vs top page n= basis= axis= 5 -1 7d 0d 2026 2026-03
    2026-03-01 2026-02-30 march nov last month week days quarter year today yesterday daily billed list net gross billing trend
    why help ? role note none " ' “ ” ‘ ’ « » \\ * _ ` ``` ~ &lt; &gt; &amp; <@U1> <@U1|a> <#C1|web> <http://x|x> and in of
    compared to
"""
PIECES = st.sampled_from(WORDS.split())
COMMANDS = st.lists(st.tuples(PIECES, st.sampled_from(["", " ", "\u00a0", "\n"])), max_size=30).map(
    lambda pairs: "".join(piece + gap for piece, gap in pairs)
)
HOSTILE = st.one_of(st.text(max_size=2100), COMMANDS, st.text(alphabet="'\"“”‘’«»\\*_`~=!<>&;|, a", max_size=300))


@given(root=ROOTS, text=HOSTILE, today=DAYS, escaped=st.booleans())
@settings(max_examples=600, deadline=None)
@example(root="cost", text="\x00", today=TODAY, escaped=True)
@example(root="cost", text="tag:", today=TODAY, escaped=True)
@example(root="cost", text="ſ" * 2000, today=TODAY, escaped=True)
@example(root="cost", text="ﷺ" * 2000, today=TODAY, escaped=True)
@example(root="tuppence", text="tuppence tuppence cost cost help", today=TODAY, escaped=True)
@example(root="cost", text="٣d ٢٠٢٦ ²", today=TODAY, escaped=True)
def test_any_text_gives_arguments_or_a_usage_error(root: str, text: str, today: date, escaped: bool) -> None:  # noqa: FBT001 # drawn
    refused = None
    try:
        verb, arguments = parse(root, text, GRAMMAR, today, escaped=escaped)
    except UsageError as error:
        refused = error
    if refused is None:
        assert verb in GRAMMAR.verbs
        assert (arguments.root, arguments.verb) == (verb.root, verb.name)
    else:
        assert refused.sentence
        assert len(refused.sentence) < 500
        assert len(refused.word) <= 41


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "'",
        '"',
        "“",
        "‹",
        "' ",
        "“ ",
        "*a ",
        "_a",
        "`",
        "=",
        "!=",
        ",",
        "by ",
        "by service ",
        "7d ",
        "<",
        "<@",
        "&",
        "\\",
        '"\\',
        'tag:"',
    ],
)
def test_the_longest_command_takes_no_time(unit: str) -> None:
    text = (unit * 2000)[:2000]
    started = time.perf_counter()

    with contextlib.suppress(UsageError):
        parse("cost", text, GRAMMAR, TODAY)

    assert time.perf_counter() - started < 1


VALUES = st.text(min_size=1, max_size=30).filter(lambda text: text.strip() != "")


def quoted(value: str) -> str:
    """A value as a careful writer quotes it."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


@given(values=st.lists(VALUES, min_size=1, max_size=5, unique=True), key=VALUES)
def test_a_quoted_value_comes_back_as_it_was(values: list[str], key: str) -> None:
    text = f"for tag:{quoted(key)}={','.join(map(quoted, values))}"

    _, arguments = parse("cost", text, GRAMMAR, TODAY, escaped=False)

    dimension = arguments.filters[0].dimension
    assert arguments.filters == (Filter(dimension, tuple(values)),)
    assert dimension == f"tag:{key}" or dimension.removeprefix("tag:") in GRAMMAR.tags


@given(value=st.text(max_size=60).filter(lambda text: "<" not in text))
def test_what_slack_escapes_is_read_as_it_was_typed(value: str) -> None:
    sent = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert unescape(sent, ids=True) == value


@given(today=DAYS, start=DAYS, days=st.integers(1, 800))
def test_a_period_printed_in_words_can_be_typed_back(today: date, start: date, days: int) -> None:
    last = min(start + timedelta(days=days - 1), date(2100, 12, 31))
    period = Period.of_days(start, last)

    for text in (period.text(), f"{start}..{last}", f"{start} – {last}"):
        assert parse("cost", text, GRAMMAR, today)[1].period == period


@given(today=DAYS, week_start=st.integers(0, 6), fiscal=st.integers(1, 12))
def test_running_periods_end_today_and_past_ones_before_it(today: date, week_start: int, fiscal: int) -> None:
    calendar = Calendar(today, week_start, fiscal)

    for unit in "wmqy":
        assert calendar.to_date(unit).last == today
        past = calendar.back(unit, 1)
        assert past.end == calendar.to_date(unit).start
    assert calendar.back("d", 7).last == today - timedelta(days=1)
    assert calendar.back("w", 1).days == 7
    assert calendar.begins("w").weekday() == week_start
    assert calendar.begins("y").month == fiscal


@given(words=st.lists(st.text(max_size=12), max_size=8), today=DAYS)
def test_a_period_takes_some_of_the_words_or_none(words: list[str], today: date) -> None:
    try:
        found = read_period(words, Calendar(today))
    except UsageError:
        return
    assert found is None or 1 <= found[1] <= len(words)


@given(text=st.text(max_size=200))
def test_cutting_into_tokens_loses_no_word(text: str) -> None:
    tokens = lex(text)

    assert len(joined(tokens)) <= len(tokens)
    assert all(token.text for token in tokens if token.kind.name == "WORD")


@given(text=st.text(max_size=300))
def test_a_quoted_word_is_short_and_printable(text: str) -> None:
    assert len(cut(text)) <= 41
    assert cut(text).isprintable()


@given(text=st.text(max_size=50))
def test_folding_is_done_once(text: str) -> None:
    assert fold(fold(text)) == fold(text) or not text.isascii()
