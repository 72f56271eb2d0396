"""Given details, lists, feedback, quality and windows of anomalies, when they are drawn, then Slack takes them, inert."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from handlers.anomalies import render
from handlers.blocks.validate import message_problems, view_problems
from services.anomalies.preview import preview
from services.anomalies.quality import quality
from services.anomalies.results import Act, Judged, Lesson, Listing, Reach, Tuning
from services.anomalies.settings import in_force
from services.anomalies.transitions import acts
from services.anomalies.watch.results import Watching
from storage.model.anomaly import FeedbackKind, SeriesKey, Status, Told, route_scope
from storage.model.money import Money
from storage.model.period import Period
from tests.fakes.alert_cases import ALERTS, HOSTILE, KINDS, LONG, LOOKS, NAMES, SPIKE, STATES, lesson, member
from tests.fakes.anomalies import ANA, FALLBACK, NOW, OPENED_AT, OTHER, ROUTE, SERIES, spike

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from handlers.request import Block, Reply
    from storage.model.anomaly import Feedback

JUDGED = Judged(date(2026, 11, 20), NOW, 1204, ("tag:cost-center: no table has its days",))
HOSTILE_KEY = SeriesKey((("account", "1"), ("service", HOSTILE)), "USD")


def marked_up(blocks: tuple[Block, ...] | list[Block]) -> str:
    """What Slack reads signs in: not plain text."""
    found: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if node.get("type") == "mrkdwn":
                found.append(str(node["text"]))
            for value in node.values():
                walk(value)
        elif isinstance(node, list | tuple):
            for value in node:
                walk(value)

    walk(blocks)
    return "\n".join(found)


def checked(reply: Reply) -> dict[str, object]:
    assert message_problems(reply.blocks, reply.text) == ()
    assert "<!" not in marked_up(reply.blocks) + reply.text
    assert "<@" not in marked_up(reply.blocks) + reply.text
    json.dumps(reply.result)
    return {"text": reply.text, "blocks": reply.blocks}


@pytest.mark.parametrize("name", ALERTS)
def test_slack_takes_the_details_of_everything(name: str) -> None:
    checked(render.details(ALERTS[name]))


@pytest.mark.parametrize(
    "name", ["spike", "silence", "folded", "expected", "a higher price", "cause unavailable", "hostile", "first-seen service"]
)
def test_the_details_look_like_this(name: str, snapshot: SnapshotAssertion) -> None:
    assert checked(render.details(ALERTS[name])) == snapshot


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_says_what_to_do_next(kind: str) -> None:
    assert "What to do next" in marked_up(render.details(KINDS[kind]).blocks)


def test_what_is_over_asks_nothing_of_anybody() -> None:
    assert "What to do next" not in marked_up(render.details(STATES["fixed"]).blocks)


def test_a_price_that_changed_is_looked_for_in_discounts_first() -> None:
    assert "The price changed: check the discounts" in marked_up(render.details(LOOKS["a higher price"]).blocks)


OPEN = (
    SPIKE,
    SPIKE.but(id=18, status=Status.ACKNOWLEDGED, acknowledged_by=ANA, told=Told.DIGEST, snoozed_until=NOW + timedelta(days=3)),
    KINDS["silence"].anomaly.but(id=19, told=Told.WAITING, channel=""),
    SPIKE.but(id=20, series=HOSTILE_KEY, label=HOSTILE, status=Status.INVESTIGATING, claimed_by="U9"),
)
LISTS = {
    "open": render.open_ones(Listing(OPEN, JUDGED, NAMES)),
    "none open": render.open_ones(Listing((), JUDGED)),
    "nothing judged": render.open_ones(Listing((), Judged())),
    "limited": render.open_ones(Listing(OPEN[:1], JUDGED, NAMES, is_limited=True)),
    "past": render.past(
        Listing(
            (*OPEN, STATES["new normal"].anomaly, STATES["fixed"].anomaly, STATES["false positive"].anomaly),
            JUDGED,
            NAMES,
            Period(date(2026, 11, 1), date(2026, 12, 1)),
        )
    ),
    "no past": render.past(Listing((), JUDGED, period=Period(date(2026, 11, 1), date(2026, 11, 2)))),
    "settings": render.settings(in_force(Watching(("tag:team",), Decimal(250)))),
    "done": render.done(SPIKE.but(status=Status.ACKNOWLEDGED), Act.CLAIM, acts(SPIKE.but(status=Status.ACKNOWLEDGED))),
    "passed on": render.done(SPIKE, Act.REROUTE, ()),
    "planned": render.planned((SeriesKey((("service", HOSTILE),), ""), SeriesKey((), "")), Period.month(date(2026, 12, 24))),
    "undone": render.undone(4, lesson()),
}


@pytest.mark.parametrize("name", LISTS)
def test_the_list_looks_like_this(name: str, snapshot: SnapshotAssertion) -> None:
    assert checked(LISTS[name]) == snapshot


def test_long_lists_are_cut_and_say_so() -> None:
    many = tuple(
        spike(id=at, label=LONG, series=replace(SERIES, parts=(("account", LONG), ("service", LONG)))) for at in range(200)
    )
    assert "188 smaller ones" in marked_up(render.open_ones(Listing(many, JUDGED)).blocks)
    checked(render.open_ones(Listing(many, JUDGED)))
    period = Period(date(2026, 11, 1), date(2026, 12, 1))
    assert "smaller ones: ask for a shorter period" in marked_up(render.past(Listing(many, JUDGED, period=period)).blocks)
    checked(render.past(Listing(many, JUDGED, period=period)))


def taught(feedback: Feedback, **more: object) -> Lesson:
    return Lesson(feedback, **{"may_undo": True, **more})  # type: ignore[arg-type]  # checked by the class


USD_AND_EUR = (Money(Decimal("30.5"), "USD"), Money(Decimal(7), "EUR"))
TUNING = {
    "some": Tuning(
        (
            taught(lesson(FeedbackKind.PLANNED, id=9, anomaly=None, scope=SeriesKey((("service", "Amazon EC2"),), ""))),
            taught(
                lesson(FeedbackKind.SNOOZE, id=8, scope=route_scope(1), note="loud"),
                kept_back=3,
                amounts=USD_AND_EUR,
                first=date(2026, 11, 20),
                last=date(2026, 11, 22),
                route="payments",
            ),
            taught(
                lesson(FeedbackKind.FALSE_POSITIVE, id=7, until=None, amount=Decimal("935.5")),
                kept_back=1,
                amounts=USD_AND_EUR[:1],
                first=date(2026, 11, 20),
                last=date(2026, 11, 20),
                may_undo=False,
            ),
            taught(lesson(FeedbackKind.REMEMBER, id=6, until=None, amount=Decimal("935.5"), note=HOSTILE)),
        ),
        NAMES,
    ),
    "none": Tuning(()),
    "hostile": Tuning((taught(lesson(scope=HOSTILE_KEY, note=HOSTILE)),), {ANA: HOSTILE}),
}


@pytest.mark.parametrize("name", TUNING)
def test_the_feedback_looks_like_this(name: str, snapshot: SnapshotAssertion) -> None:
    assert checked(render.tuning(TUNING[name])) == snapshot


def test_much_feedback_is_cut_and_says_so() -> None:
    many = Tuning(tuple(taught(lesson(id=at, note="x" * 500)) for at in range(60)))
    assert "40 older ones" in marked_up(render.tuning(many).blocks)
    checked(render.tuning(many))


MONDAY = date(2026, 10, 5)
QUALITY = {
    "some": quality(
        [
            spike(id=1, status=Status.FALSE_POSITIVE, acknowledged_at=OPENED_AT + timedelta(minutes=12)),
            spike(id=2, status=Status.INVESTIGATING, acknowledged_at=OPENED_AT + timedelta(hours=30)),
            spike(id=3, cause=None),
            spike(id=4, told=Told.SILENT),
        ],
        MONDAY,
    ),
    "none": quality([], MONDAY),
}


@pytest.mark.parametrize("name", QUALITY)
def test_the_quality_looks_like_this(name: str, snapshot: SnapshotAssertion) -> None:
    assert checked(render.quality(QUALITY[name])) == snapshot


# Windows

SEEN = preview(lesson(FeedbackKind.SNOOZE, since=date(2026, 8, 23), until=None), [SPIKE, spike(id=2)])
NOTHING = preview(lesson(FeedbackKind.SNOOZE, since=date(2026, 8, 23), until=None), [])
LATER = date(2026, 11, 28)
WINDOWS = {
    "expected": render.expected(SPIKE, SEEN, LATER),
    "false positive": render.false_positive(SPIKE, Decimal("935.5")),
    "snooze": render.snooze(SPIKE, SEEN, Reach.SERVICE, LATER, tuple(Reach)),
    "snooze of nothing": render.snooze(SPIKE, NOTHING, Reach.SERIES, LATER, (Reach.SERIES,)),
    "not mine": render.reroute(SPIKE, (ROUTE, OTHER, FALLBACK)),
    "not mine, without routes": render.reroute(SPIKE, (ROUTE,)),
    "hostile": render.snooze(SPIKE.but(series=HOSTILE_KEY, label=HOSTILE), SEEN, Reach.SERVICE, LATER, tuple(Reach)),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_the_window_looks_like_this(name: str, snapshot: SnapshotAssertion) -> None:
    view = WINDOWS[name]
    assert view_problems(view) == ()
    assert "<!" not in marked_up(view["blocks"])
    assert view == snapshot


def test_windows_of_long_names_are_taken() -> None:
    long = SPIKE.but(series=SeriesKey((("account", LONG), ("service", LONG)), "USD"), label=LONG)
    found = replace(SEEN, largest=(member(2), long) * 3)
    for view in (
        render.expected(long, found, LATER),
        render.snooze(long, found, Reach.SERVICE, LATER, tuple(Reach)),
        render.reroute(long, tuple(replace(ROUTE, id=at, name=f"{at} {LONG}") for at in range(2, 140))),
    ):
        assert view_problems(view) == ()
