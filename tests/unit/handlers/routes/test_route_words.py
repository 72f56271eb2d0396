"""Given routes in words, when they are typed, pasted or written out, then they mean what they say and come back the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.blocks.sheets import as_it_was, defused
from handlers.parse.words import joined, lex, unescape
from handlers.routes.sheet import as_text, exported, read
from handlers.routes.typed import about, changed
from handlers.routes.words import COLUMNS, Reader, written
from services.errors import UsageError
from storage.model.anomaly import Severity
from storage.model.people import Subject, SubjectKind
from storage.model.route import Quiet, Route
from tests.fakes.grammars import GRAMMAR, TODAY

READER = Reader(GRAMMAR, TODAY)
ANA, WEB_TEAM = Subject(SubjectKind.PERSON, "U0ANA0001"), Subject(SubjectKind.GROUP, "S0WEB0001")
HERE, LEADS = "C0TEAM001", "C0LEADS01"
FULL = Route(
    0,
    "payments",
    HERE,
    (("account", ("111", "222")), ("service", ("Amazon EC2, reserved",)), ("tag:team", ('the "web" team', "web"))),
    Severity.MEDIUM,
    (ANA, WEB_TEAM),
    LEADS,
    15,
    Quiet(time(20), time(8, 30), weekends=True, lets_high_through=True),
    "Europe/Berlin",
    3,
)
REST = Route(0, "rest", HERE)


def typed(text: str, before: Route = REST) -> Route:
    """What an admin typed after the name, with Slack's own escapes."""
    return changed(before, joined(lex(unescape(text, ids=True))), about(f"routes set rest {text}"), READER)


# Typed


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("in <#C0LEADS01|leads>", {"channel": LEADS}),
        ("in C0LEADS01", {"channel": LEADS}),
        ("least High", {"least": Severity.HIGH}),
        ("from medium", {"least": Severity.MEDIUM}),
        ("on-call <@U0ANA0001|ana> <!subteam^S0WEB0001|@web>", {"on_call": (ANA, WEB_TEAM)}),
        ("on-call <@U0ANA0001>, <@U0ANA0001>", {"on_call": (ANA,)}),
        ("on-call nobody", {"on_call": ()}),
        ("escalate <#C0LEADS01>", {"escalate_to": LEADS}),
        ("escalate nowhere", {"escalate_to": ""}),
        ("after 45", {"minutes": 45}),
        ("after 45 min", {"minutes": 45}),
        ("quiet 20:00-08:00", {"quiet": Quiet(time(20), time(8))}),
        ("quiet 20 – 8", {"quiet": Quiet(time(20), time(8))}),
        ("quiet never", {"quiet": Quiet()}),
        ("weekends quiet high passes", {"quiet": Quiet(weekends=True, lets_high_through=True)}),
        ("weekends loud", {"quiet": Quiet()}),
        ("zone Europe/Berlin", {"zone": "Europe/Berlin"}),
        ("a-day 9", {"a_day": 9}),
        ("for account=111,222", {"match": (("account", ("111", "222")),)}),
        ("for Team=web accounts=222", {"match": (("account", ("222",)), ("tag:team", ("web",)))}),
        ('for service="Amazon EC2, reserved"', {"match": (("service", ("Amazon EC2, reserved",)),)}),
        ('for tag:cost="a &amp; b"', {"match": (("tag:cost", ("a & b",)),)}),
        ("a-day 2 in <#C0LEADS01> for team=web", {"a_day": 2, "channel": LEADS, "match": (("tag:team", ("web",)),)}),
    ],
)
def test_what_is_said_changes_and_the_rest_stays(text: str, changes: dict[str, Any]) -> None:
    assert typed(text) == replace(REST, **changes)


def test_a_match_is_taken_back_in_words() -> None:
    assert typed("for everything", FULL).match == ()


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        ("inn <#C0LEADS01>", "", "“inn” is not understood"),
        ("in", "", "After “in” something is missing"),
        ("in least high", "channel", "“least” is not a channel"),
        ("in for team=web", "", "After “in” something is missing"),
        ("in #leads", "channel", "“#leads” is not a channel"),
        ("escalate #leads", "escalate_to", "“#leads” is not a channel"),
        ("least huge", "least", "“huge” is not a severity"),
        ("on-call ana", "people", "“ana” is not a mention"),
        ("after soon", "minutes", "“soon” is not a whole number"),
        ("a-day ٣", "a_day", "not a whole number"),
        ("quiet tonight", "quiet_from", "“tonight” are no hours"),
        ("quiet 25:00-08:00", "quiet_from", "“25:00” is not a time of day"),
        ("weekends maybe", "passes", "neither quiet nor loud"),
        ("for payments", "match", "payments"),
        ("for team!=web", "match", "does not say whose"),
        ("for team=none", "match", "does not say whose"),
        ("for team=web last month", "match", "does not say whose"),
        ("for planet=mars", "match", "planet"),
    ],
)
def test_what_is_not_understood_is_quoted_and_belongs_to_its_input(text: str, field: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        typed(text)
    assert refused.value.field == field


# The file


def test_a_file_comes_back_as_it_went() -> None:
    file = exported([FULL, REST])
    sheet = read(file.content.decode(), READER)
    assert sheet.bad == ()
    assert [each.route for each in sheet.lines] == [FULL, REST]
    assert file.content.decode().splitlines()[0] == ",".join(COLUMNS)


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).map(str.strip).filter(bool)
VALUES = st.lists(NAMES.filter(lambda each: each.casefold() not in {"none", "untagged"}), min_size=1, max_size=3, unique=True)
MATCHES = st.dictionaries(st.sampled_from(["account", "service", "tag:team", "tag:a b"]), VALUES, max_size=3).map(
    lambda found: tuple(sorted((name, tuple(sorted(values))) for name, values in found.items()))
)
TIMES = st.times().map(lambda each: each.replace(second=0, microsecond=0))
HOURS = st.one_of(st.none(), st.tuples(TIMES, TIMES))
ROUTES = st.builds(
    lambda hours, weekends, high, **fields: Route(
        0, channel=HERE, quiet=Quiet(*(hours or (None, None)), weekends=weekends, lets_high_through=high), **fields
    ),
    HOURS,
    st.booleans(),
    st.booleans(),
    name=NAMES,
    match=MATCHES,
    least=st.sampled_from(Severity),
    on_call=st.sampled_from([(), (ANA,), (WEB_TEAM, ANA)]),
    minutes=st.integers(5, 1440),
    a_day=st.integers(1, 50),
)


@given(ROUTES)
def test_any_route_comes_back_as_it_went(route: Route) -> None:
    sheet = read(as_text([written(route)]), READER)
    assert sheet.bad == ()
    assert sheet.lines[0].route == route


@pytest.mark.parametrize("name", ["=1+1", "+web", "-web", "@web", " =1", "'=1", "''=1", "%x", "|x", "\t=1"])
def test_no_name_is_a_formula_in_a_spreadsheet(name: str) -> None:
    assert defused(name).startswith("'")
    assert as_it_was(defused(name)) == name
    cell = as_text([written(replace(REST, name=name))]).splitlines()[1]
    assert cell.lstrip('"').startswith("'")


@pytest.mark.parametrize("name", ["web", "'web'", "it's", "a=b", ""])
def test_a_name_that_is_none_stays_as_it_is(name: str) -> None:
    assert defused(name) == name == as_it_was(name)


HEADER = "name,channel,minutes,match"


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("", ["Line 1: it names the columns, and the column “name” is missing."]),
        ("web,C0TEAM001", ["Line 1: it names the columns, and “web” is not a column."]),
        ("name,name,channel\na,b,C0TEAM001", ["Line 1: a column stands there twice."]),
        ("name\nweb", ["Line 1: it names the columns, and the column “channel” is missing."]),
        (HEADER, ["There is no route in it."]),
        (f"{HEADER}\nweb,C0TEAM001,30", ["Line 2: 3 values for 4 columns."]),
        (f"{HEADER}\nweb,,30,", ["Line 2: “” is not a channel"]),
        (f"{HEADER}\nweb,C0TEAM001,soon,\n\ndata,C0TEAM001,30,team!=x", ["Line 2: “soon”", "Line 4: “team!=x” does not say"]),
        (f"{HEADER}\nweb,C0TEAM001,5,team=a\nWEB,C0TEAM001,5,team=b", ["Line 3: line 2 has that name too."]),
        (f"{HEADER}\na,C0TEAM001,5,\nb,C0TEAM001,5,", ["Line 3: line 2 is the fallback already."]),
        (f'{HEADER}\n"web,C0TEAM001,5,', ["Line 2: this is no CSV"]),
    ],
)
def test_every_bad_line_is_named_with_its_number(text: str, bad: list[str]) -> None:
    found = read(text, READER).bad
    assert len(found) == len(bad), found
    for said, part in zip(found, bad, strict=True):
        assert said.startswith(part), said


def test_columns_may_be_left_out_and_stand_in_any_order() -> None:
    (line,) = read("\ufeffchannel, Name\r\nC0TEAM001,rest\r\n", READER).lines
    assert (line.number, line.route) == (2, REST)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    sheet = read(f"{HEADER}\n{text}", READER)
    assert sheet.lines or sheet.bad
