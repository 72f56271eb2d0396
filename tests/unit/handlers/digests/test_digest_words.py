"""Given what somebody typed after `digest set`, then it is understood whole, or the word that was not is named."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from handlers.digests.words import read
from handlers.feature import load_features
from handlers.parse.command import Grammar
from services.errors import UsageError
from storage.model.digest import WORKDAYS, Digest, DigestKind, Part
from storage.model.query import Filter

TODAY = date(2026, 11, 22)
BLANK = Digest("C0FINOPS", DigestKind.DAILY, time(9), "UTC", "U1", datetime(2026, 11, 22, tzinfo=UTC))
GRAMMAR = Grammar(
    verbs=tuple(verb for feature in load_features() for verb in feature.verbs.values()), tags={"team": ("team", "Team")}
)


def said(text: str, before: Digest = BLANK) -> Digest:
    return read(text.split(), before, GRAMMAR, TODAY)


def test_everything_at_once() -> None:
    found = said(
        "weekly in <#C0DATA0001|data> at 7:30 Europe/Berlin tue quiet below $1,250.50 wait 3h without chart,movers "
        "for team=data account!=1"
    )
    assert (found.kind, found.channel, found.at, found.zone) == (DigestKind.WEEKLY, "C0DATA0001", time(7, 30), "Europe/Berlin")
    assert (found.weekdays, found.quiet_below, found.wait) == ((1,), Decimal("1250.50"), 180)
    assert found.parts == (Part.TO_DATE, Part.FORECAST, Part.ANOMALIES)
    assert found.filters == (Filter("tag:team", ("data",)), Filter("account", ("1",), negate=True))


def test_what_is_not_said_stays() -> None:
    before = said("in C0DATA0001 at 18:00 for team=data")
    assert said("wait 90m", before) == before.but(wait=90)
    assert said("for", before).filters == ()
    assert said("with chart").parts == (Part.CHART,)


@pytest.mark.parametrize(
    ("word", "days"),
    [("mon-fri", WORKDAYS), ("weekdays", WORKDAYS), ("sat,sun", (5, 6)), ("fri-mon", (0, 4, 5, 6)), ("Wednesday", (2,))],
)
def test_days_of_the_week(word: str, days: tuple[int, ...]) -> None:
    assert said(word).weekdays == days


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("in #finops", "not a channel that Slack knows"),
        ("at 25:00", "not a time of day"),
        ("Mars/Olympus", "not a time zone"),
        ("../../etc/passwd", "not a time zone"),
        ("in", "something is missing"),
        ("quiet below -5", "not an amount"),
        ("quiet below NaN", "not an amount"),
        ("wait 99h", "12 hours at most"),
        ("wait soon", "not a time to wait"),
        ("without charts", "not a part of a digest"),
        ("weakly", "not understood"),
        ("for last month", "more than whose money"),
        ("for team=data by service", "more than whose money"),
    ],
)
def test_a_word_that_is_not_understood_is_named(text: str, named: str) -> None:
    with pytest.raises(UsageError) as raised:
        said(text)
    assert named in f"{raised.value.sentence} {raised.value.remedy}"
