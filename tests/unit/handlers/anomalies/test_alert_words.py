"""Given the words of an act, when they are read, then they mean one thing, or what is missing is said with an example."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.anomalies.words import EXAMPLES, wish
from services.anomalies.results import Act, Reach, Wish
from services.errors import UsageError
from tests.fakes.anomalies import FALLBACK, OTHER, ROUTE

SATURDAY = date(2026, 11, 21)
ROUTES = (ROUTE, OTHER, FALLBACK)


def read(act: Act, text: str) -> Wish:
    return wish(act, text.split(), SATURDAY, ROUTES)


@pytest.mark.parametrize(
    ("text", "until", "note"),
    [
        ("17 until 2026-12-01 load test", date(2026, 12, 1), "load test"),
        ("17 2026-12-01", date(2026, 12, 1), ""),
        ("#17 for 7d", date(2026, 11, 28), ""),
        ("17 2W so", date(2026, 12, 5), "so"),
        ("17 till today", SATURDAY, ""),
        ("17 to tomorrow", date(2026, 11, 22), ""),
        ("17 until Friday", date(2026, 11, 27), ""),
        ("17 until saturday", date(2026, 11, 28), ""),
        ("17 until sunday morning", date(2026, 11, 22), "morning"),
    ],
)
@pytest.mark.parametrize("act", [Act.EXPECTED, Act.SNOOZE])
def test_a_day_is_read_as_people_write_it(act: Act, text: str, until: date, note: str) -> None:
    found = read(act, text)
    assert (found.anomaly, found.until, found.note) == (17, until, note)


@pytest.mark.parametrize("words", ["each month", "every month", "monthly", "remember", "Each Month"])
def test_what_comes_again_is_remembered(words: str) -> None:
    found = read(Act.EXPECTED, f"17 until 7d {words} the licence")
    assert (found.remember, found.note) == (True, "the licence")


@pytest.mark.parametrize("reach", Reach)
def test_a_snooze_says_how_much_it_is_about(reach: Reach) -> None:
    found = read(Act.SNOOZE, f"17 7d {reach} too loud")
    assert (found.reach, found.note) == (reach, "too loud")
    assert read(Act.SNOOZE, "17 7d too loud").reach is Reach.SERIES


def test_a_floor_is_raised_by_what_is_named() -> None:
    assert read(Act.FALSE_POSITIVE, "17 amount 12.5 a test") == Wish(Act.FALSE_POSITIVE, 17, "a test", amount=Decimal("12.5"))
    assert read(Act.FALSE_POSITIVE, "17 the amount of tests").amount is None


@pytest.mark.parametrize(
    ("text", "route", "channel", "note"),
    [
        ("17 to <#C0SHOP001|shop> yours", None, "C0SHOP001", "yours"),
        ("17 <#C0SHOP001>", None, "C0SHOP001", ""),
        ("17 to C0SHOP001", None, "C0SHOP001", ""),
        ("17 to shop: yours", None, None, ""),
        ("17 to Shop yours", OTHER.id, "", "yours"),
        ("17 everything else please", FALLBACK.id, "", "please"),
    ],
)
def test_it_is_passed_on_to_a_channel_or_a_route(text: str, route: int | None, channel: str | None, note: str) -> None:
    if channel is None:
        with pytest.raises(UsageError, match="neither a channel nor a route"):
            read(Act.REROUTE, text)
        return
    found = read(Act.REROUTE, text)
    assert (found.route, found.channel, found.note) == (route, channel, note)


@pytest.mark.parametrize("act", Act)
def test_every_example_is_understood(act: Act) -> None:
    verb = {Act.ACKNOWLEDGE: "ack", Act.FALSE_POSITIVE: "false positive", Act.TAKE_OVER: "take over"}.get(act, act.value)
    words = EXAMPLES[act].removeprefix(verb).replace("#payments", "<#C0PAYMENT|payments>")
    assert read(act, words).anomaly == 17


@given(st.sampled_from(Act), st.lists(st.text(max_size=12) | st.sampled_from(["17", "until", "7d", "to", "amount", "²", "999d"])))
def test_any_words_are_read_or_refused_with_an_example(act: Act, said: list[str]) -> None:
    example = ""
    try:
        wish(act, said, SATURDAY, ROUTES)
    except UsageError as error:
        example = error.example
    assert example.startswith("/anomalies ") or not example
