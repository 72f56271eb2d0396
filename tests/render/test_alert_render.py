"""Given an anomaly of any kind in any state, when its message is drawn, then it is true, complete, inert, and Slack takes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from handlers.anomalies import render
from handlers.anomalies.render.chart import chart
from handlers.blocks.validate import message_problems
from services.anomalies.results import Act
from services.anomalies.transitions import acts
from services.charts.service import picture
from storage.model.anomaly import Status
from storage.model.people import Subject, SubjectKind
from tests.fakes.alert_cases import ALERTS, HOSTILE, KINDS, LOOKS, SPIKE, STATES, alert, by

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from handlers.request import Block, Reply

TEAM = (Subject(SubjectKind.PERSON, "U0DAN0001"), Subject(SubjectKind.GROUP, "S0PAYTEAM"))


def said(reply: Reply) -> str:
    return f"{reply.text} {json.dumps(reply.blocks, ensure_ascii=False)}"


def marked_up(reply: Reply) -> str:
    """What Slack reads signs in: not the header, which is plain text."""
    return f"{reply.text} {json.dumps([block for block in reply.blocks if block['type'] != 'header'], ensure_ascii=False)}"


def elements(reply: Reply) -> list[Block]:
    return [each for block in reply.blocks if block["type"] == "actions" for each in block["elements"]]


@pytest.mark.parametrize("name", ALERTS)
def test_slack_takes_every_message_and_nothing_in_it_does_harm(name: str) -> None:
    reply = render.message(ALERTS[name])
    assert message_problems(reply.blocks, reply.text) == ()
    assert "<" not in marked_up(reply)
    assert str(ALERTS[name].anomaly.id) in said(reply)


@pytest.mark.parametrize("name", [name for name in ALERTS if name != "very long"])
def test_the_message_looks_like_this(name: str, snapshot: SnapshotAssertion) -> None:
    reply = render.message(ALERTS[name])
    assert {"text": reply.text, "blocks": reply.blocks} == snapshot


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("claimed_by", ["", "U0BEN0001"])
def test_the_buttons_are_what_can_be_done_now(status: Status, claimed_by: str) -> None:
    anomaly = SPIKE.but(status=status, claimed_by=claimed_by)
    found = elements(render.message(alert(anomaly)))
    ids = [each["action_id"] for each in found]
    menu = [json.loads(option["value"]) for each in found if each["type"] == "overflow" for option in each["options"]]
    offered = {each.removeprefix("anomalies.") for each in ids} | {option["act"] for option in menu}
    assert offered - {"details", "more"} == {str(act) for act in acts(anomaly)}
    assert {option["id"] for option in menu} <= {"17"}
    assert [each.get("style") for each in found].count("primary") == 1
    assert found[0].get("style") == "primary"


def test_what_is_folded_into_another_has_no_buttons_but_details() -> None:
    assert [each["action_id"] for each in elements(render.message(LOOKS["folded into another"]))] == ["anomalies.details"]


def test_a_new_normal_is_not_called_resolved_or_fixed() -> None:
    reply = render.message(STATES["new normal"])
    assert "new normal" in reply.text
    assert "it was not fixed" in reply.text
    assert "Resolved" not in said(reply)


def test_only_what_was_measured_is_called_back() -> None:
    assert "Back at the level" in render.message(STATES["resolved by itself"]).text
    assert "not measured yet" in render.message(STATES["fixed"]).text


@pytest.mark.parametrize("name", [*KINDS, "hostile", "other currency"])
def test_the_chart_can_be_drawn_and_says_its_numbers(name: str) -> None:
    spec = chart(ALERTS[name])
    if spec is not None:
        drawn = picture(spec)
        assert drawn.png.startswith(b"\x89PNG")
        assert len(drawn.alt_text) > 40


def test_the_chart_marks_the_day_and_when_it_began() -> None:
    spec = chart(KINDS["spike"])
    assert spec is not None
    assert [(mark.day.isoformat(), mark.text) for mark in spec.marks] == [
        ("2026-11-20", "20 Nov: +$936 (+307 %)"),
        ("2026-11-19", "began"),
    ]
    assert spec.complete_through == SPIKE.through


def test_the_picture_is_called_by_names_and_not_by_numbers() -> None:
    named, unnamed = chart(KINDS["spike"]), chart(alert(SPIKE.but(label=None)))
    assert named is not None
    assert unnamed is not None
    assert (named.title, unnamed.title) == ("Amazon EC2 in Production", "Amazon EC2 in 111111111111")


def test_too_few_days_are_not_drawn() -> None:
    assert chart(LOOKS["cause unavailable"]) is None
    assert chart(KINDS["silence"]) is None


NOTES = {
    "claimed": render.note(alert(), by("claimed", "on it")),
    "by the clock": render.note(alert(), by("reminded", "nobody acknowledged in 30 minutes", ""), TEAM),
    "passed on": render.note(alert(), by("rerouted", "to shop: yours")),
    "hostile": render.note(alert(names={"U0ANA0001": HOSTILE}), by("fixed", HOSTILE)),
    "escalated": render.escalated(alert(), by("escalated", "please look"), TEAM),
    "escalated by the clock": render.escalated(alert(), by("escalated", "", "")),
    "moved": render.moved(alert(SPIKE, by("rerouted", "to shop"))),
    "summary": render.summary(KINDS["first-seen service"]),
    "summary of a large account": render.summary(LOOKS["folded"]),
}


@pytest.mark.parametrize("name", NOTES)
def test_what_is_said_beside_the_message_looks_like_this(name: str, snapshot: SnapshotAssertion) -> None:
    reply = NOTES[name]
    assert message_problems(reply.blocks, reply.text) == ()
    assert {"text": reply.text, "blocks": reply.blocks} == snapshot


def test_somebody_is_mentioned_only_where_that_was_asked_for() -> None:
    assert "<@" not in marked_up(NOTES["claimed"]) + marked_up(NOTES["hostile"])
    assert "<@U0DAN0001> <!subteam^S0PAYTEAM>" in NOTES["by the clock"].text


def test_the_machine_reads_what_people_read() -> None:
    result = render.message(STATES["fixed"]).result
    assert result is not None
    assert (result["status"], result["acts"], result["excess"]) == ("resolved", [str(Act.REOPEN)], "1447.75")
    assert result["history"][-1]["note"] == "stopped them"
