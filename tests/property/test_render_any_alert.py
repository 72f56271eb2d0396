"""Given any anomaly at all, when it is drawn in any way, then Slack would take it, and nothing in it does harm."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.anomalies import render
from handlers.blocks.validate import message_problems, view_problems
from services.anomalies.effects import reaches, worst
from services.anomalies.preview import preview
from services.anomalies.results import Alert, DayLine, Judged, Listing
from services.anomalies.transitions import acts
from storage.model.anomaly import (
    Anomaly,
    AnomalyKind,
    Cause,
    CauseStep,
    DayFigure,
    Driver,
    Ending,
    Feedback,
    FeedbackKind,
    Figures,
    Happening,
    Rate,
    SeriesKey,
    Severity,
    Status,
    Told,
)
from storage.model.people import Subject, SubjectKind
from storage.model.query import DIMENSIONS
from storage.model.route import Route

if TYPE_CHECKING:
    from handlers.request import Reply

LOOSE = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
NASTY = st.sampled_from(
    ["<!channel>", "```", "*" * 40, "&amp;" * 60, "😀" * 90, "a\u0301" * 80, "\u202e", "\ud800", "x" * 3000, "", "|", "[red]"]
)
TEXT = st.one_of(st.text(max_size=30), NASTY)
PLAIN = st.one_of(st.text("abc <!>&*`_", max_size=30), st.sampled_from(["<!channel>", "x" * 400, ""]))
AMOUNTS = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6),
    st.sampled_from([Decimal(0), Decimal("1E-12"), Decimal("99.995"), Decimal("-0.004"), Decimal("1E+20")]),
)
DAYS = st.dates(date(2024, 1, 1), date(2028, 1, 1))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # the zone is given beside it
NAMES = st.one_of(st.sampled_from(sorted(DIMENSIONS)), TEXT.filter(bool).map("tag:{}".format))
PEOPLE = st.sampled_from(["", "U1", "U2"])
KEYS = st.builds(
    lambda parts, currency: SeriesKey(tuple(sorted(parts.items(), key=lambda part: part[0])), currency),
    st.dictionaries(NAMES, st.none() | TEXT, max_size=3),
    st.sampled_from(["USD", "EUR", "JPY", "<!x>", ""]),
)
FIGURES = st.builds(
    Figures,
    st.lists(st.builds(DayFigure, DAYS, AMOUNTS, AMOUNTS, st.booleans()), min_size=1, max_size=40).map(tuple),
    AMOUNTS,
    AMOUNTS,
    st.floats(0, 100),
)
STEPS = st.builds(
    CauseStep,
    NAMES,
    st.none() | TEXT,
    st.none() | TEXT,
    AMOUNTS,
    AMOUNTS,
    st.lists(st.tuples(st.none() | TEXT, AMOUNTS), max_size=3).map(tuple),
    AMOUNTS,
)
RATES = st.builds(
    Rate, TEXT, AMOUNTS, AMOUNTS, st.none() | AMOUNTS, st.none() | AMOUNTS, AMOUNTS, AMOUNTS, meter=st.none() | TEXT
)
CAUSES = st.builds(
    Cause,
    st.sampled_from(Driver),
    st.lists(STEPS, max_size=6).map(tuple),
    st.lists(RATES, max_size=4).map(tuple),
    first_seen=st.none() | DAYS,
    owner=st.none() | TEXT,
    missing=st.lists(TEXT, max_size=3).map(tuple),
    notes=st.lists(TEXT, max_size=3).map(tuple),
)
ANOMALIES = st.builds(
    Anomaly,
    series=KEYS,
    kind=st.sampled_from(AnomalyKind),
    severity=st.sampled_from(Severity),
    since=DAYS,
    until=DAYS,
    through=DAYS,
    figures=FIGURES,
    opened_at=MOMENTS,
    changed_at=MOMENTS,
    id=st.integers(1, 10**9),
    status=st.sampled_from(Status),
    told=st.sampled_from(Told),
    label=st.none() | TEXT,
    cause=st.none() | CAUSES,
    parent=st.none() | st.integers(1, 99),
    route=st.none() | st.integers(1, 99),
    channel=st.sampled_from(["", "C0PAYMENT", "U0BOSS001"]),
    late=st.lists(TEXT, max_size=5).map(tuple),
    acknowledged_by=PEOPLE,
    acknowledged_at=st.none() | MOMENTS,
    claimed_by=PEOPLE,
    snoozed_until=st.none() | MOMENTS,
    reminded=st.integers(0, 2),
    ending=st.none() | st.sampled_from(Ending),
    ended_at=st.none() | MOMENTS,
    restated=TEXT,
)
SAID = st.builds(
    Happening, MOMENTS, PEOPLE, st.sampled_from(["opened", "claimed", "rerouted", "reopened", "else", "fixed"]), TEXT
)
LESSONS = st.builds(
    Feedback,
    kind=st.sampled_from(FeedbackKind),
    scope=KEYS,
    since=st.dates(date(2024, 1, 1), date(2025, 1, 1)),
    until=st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    by=PEOPLE,
    at=MOMENTS,
    note=TEXT,
    amount=AMOUNTS,
    anomaly=st.none() | st.integers(1, 99),
)
ROUTES = st.builds(Route, st.integers(1, 99), PLAIN.filter(bool), st.just("C1"))
SUBJECTS = st.lists(st.builds(Subject, st.sampled_from(SubjectKind), st.sampled_from(["U1", "S1"])), max_size=2).map(tuple)


@st.composite
def alerts(draw: st.DrawFn) -> Alert:
    anomaly = draw(ANOMALIES)
    return Alert(
        anomaly,
        acts(anomaly),
        tuple(draw(st.lists(ANOMALIES, max_size=4))) * draw(st.sampled_from([1, 1, 12])),
        tuple(draw(st.lists(SAID, max_size=5))) * draw(st.sampled_from([1, 1, 9])),
        tuple(draw(st.lists(LESSONS, max_size=4))),
        {"U1": draw(TEXT)},
        draw(st.none() | ROUTES),
        tuple(
            draw(
                st.lists(
                    st.builds(DayLine, DAYS, st.none() | AMOUNTS, st.none() | AMOUNTS), max_size=9, unique_by=lambda d: d.day
                )
            )
        ),
    )


def marked_up(reply: Reply) -> str:
    """What Slack reads signs in."""
    return reply.text + json.dumps(
        [each for each in reply.blocks if each["type"] not in {"header", "actions"}], ensure_ascii=False
    )


def checked(reply: Reply) -> None:
    assert message_problems(reply.blocks, reply.text) == ()
    assert "<!channel" not in marked_up(reply)
    assert "<!x" not in marked_up(reply)


@LOOSE
@given(alerts(), SAID, SUBJECTS)
def test_any_alert_can_be_told(alert: Alert, said: Happening, mention: tuple[Subject, ...]) -> None:
    for reply in (
        render.message(alert),
        render.moved(alert),
        render.details(alert),
        render.note(alert, said, mention),
        render.escalated(alert, said, mention),
        render.summary(alert),
    ):
        checked(reply)


@LOOSE
@given(st.lists(ANOMALIES, max_size=6), st.none() | DAYS, st.lists(TEXT, max_size=3))
def test_any_list_can_be_told(found: list[Anomaly], through: date | None, missing: list[str]) -> None:
    checked(render.open_ones(Listing(tuple(found) * 4, Judged(through, None, 3, tuple(missing)), {"U1": "<!channel>"})))
    checked(render.past(Listing(tuple(found) * 20, Judged(through, None, 3, tuple(missing)))))


@LOOSE
@given(ANOMALIES, st.lists(ANOMALIES, max_size=4), DAYS, st.lists(ROUTES, max_size=3, unique_by=lambda route: route.id))
def test_any_window_can_be_opened(anomaly: Anomaly, known: list[Anomaly], until: date, routes: list[Route]) -> None:
    possible = reaches(anomaly)
    lesson = Feedback(FeedbackKind.SNOOZE, anomaly.series, until, None, "U1", anomaly.opened_at)
    found = preview(lesson, [anomaly, *known])
    for view in (
        render.expected(anomaly, found, until),
        render.false_positive(anomaly, abs(worst(anomaly).excess)),
        *(render.snooze(anomaly, found, reach, until, possible) for reach in possible),
        render.reroute(anomaly, routes),
    ):
        assert view_problems(view) == ()
