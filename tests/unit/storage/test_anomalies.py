"""Given an anomaly, when it changes, then history, audit, lessons and letters change with it, or nothing does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from storage.anomalies import Anomalies
from storage.audit import Audit
from storage.database import Database
from storage.migrations.state import migrations
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
    SeriesKey,
    Severity,
    Status,
    Suppression,
    route_scope,
)
from storage.model.audit import Entry
from storage.model.letter import Letter
from storage.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SERIES = SeriesKey((("account", "111111111111"), ("service", "Amazon EC2")), "USD")
OPENED = Happening(NOW, "", "opened")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "state.db", migrations)
    database.open()
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> Anomalies:
    return Anomalies(database)


def spike(**changes: object) -> Anomaly:
    day = DayFigure(date(2026, 11, 18), Decimal("812.40"), Decimal("300.15"))
    step = CauseStep("region", "us-east-1", None, Decimal("500.00"), Decimal("0.976"), ((None, Decimal("12.25")),))
    anomaly = Anomaly(
        SERIES,
        AnomalyKind.SPIKE,
        Severity.HIGH,
        since=day.day,
        until=day.day,
        through=day.day,
        figures=Figures((day,), Decimal(250), Decimal("350.5"), 2.5),
        opened_at=NOW,
        changed_at=NOW,
        cause=Cause(Driver.USAGE, (step,), first_seen=date(2026, 1, 1), owner="payments"),
    )
    return anomaly.but(**changes)


def alert(anomaly: Anomaly) -> list[Letter]:
    return [Letter(f"alert:{anomaly.id}", "anomalies.alert", {"id": str(anomaly.id)}, channel="C1")]


def test_what_is_stored_comes_back_as_it_was(store: Anomalies) -> None:
    stored = store.add(spike(), OPENED)

    assert store.get(stored.id) == stored == replace(spike(), id=1, revision=1)
    assert store.history(stored.id) == (OPENED,)
    assert stored.excess.amount == Decimal("512.25")
    assert store.get(99) is None


def test_a_change_and_all_that_goes_with_it_is_written_once(store: Anomalies, database: Database) -> None:
    stored = store.add(spike(), OPENED, alert)
    claimed = stored.but(status=Status.EXPECTED, acknowledged_by="U1")
    lesson = Feedback(FeedbackKind.EXPECTED, SERIES, date(2026, 11, 18), date(2026, 12, 1), "U1", NOW, anomaly=stored.id)
    entry = Entry(NOW, "U1", "anomaly.expected", "1", "done")
    said = Happening(NOW, "U1", "expected", "load test")

    first = store.change(claimed, said, alert, lessons=[lesson], entry=entry)
    second = store.change(stored.but(status=Status.RESOLVED), Happening(NOW, "U2", "fixed"), alert, lessons=[lesson], entry=entry)

    assert first is not None
    assert second is None
    assert store.get(stored.id) == first
    assert store.history(stored.id) == (OPENED, said)
    assert store.feedback() == (replace(lesson, id=1),)
    assert Audit(database).latest(9) == (entry,)
    letter = Outbox(database).find("alert:1")
    assert letter
    assert letter.state == "pending"


def test_open_ones_and_those_of_a_series_are_found(store: Anomalies) -> None:
    first = store.add(spike(), OPENED)
    folded = store.add(spike(parent=first.id, series=replace(SERIES, currency="EUR")), OPENED)
    done = store.add(spike(status=Status.RESOLVED, ended_at=NOW), OPENED)

    assert store.open_ones() == (folded, first)
    assert store.of_series(SERIES, date(2026, 11, 18)) == (done, first)
    assert store.of_series(SERIES, date(2026, 11, 19)) == ()
    assert store.members(first.id) == (folded,)
    assert store.latest(statuses=(Status.RESOLVED,)) == (done,)
    assert store.latest(since=NOW + timedelta(seconds=1)) == ()


def test_those_that_were_going_on_between_two_days_are_found(store: Anomalies) -> None:
    early = store.add(spike(since=date(2026, 11, 1), until=date(2026, 11, 3)), OPENED)
    long = store.add(spike(since=date(2026, 11, 2), until=date(2026, 11, 18)), OPENED)
    store.add(spike(since=date(2026, 11, 2), until=date(2026, 11, 18), parent=long.id), OPENED)

    assert store.during(date(2026, 11, 3), date(2026, 11, 3), 9) == (long, early)
    assert store.during(date(2026, 11, 4), date(2026, 11, 30), 9) == (long,)
    assert store.during(date(2026, 11, 1), date(2026, 11, 30), 1) == (long,)
    assert store.during(date(2026, 11, 19), date(2026, 11, 30), 9) == ()


def test_what_is_folded_into_it_stands_where_it_stands_and_lessons_are_taken_back(store: Anomalies) -> None:
    stored = store.add(spike(), OPENED)
    lesson = store.teach(Feedback(FeedbackKind.EXPECTED, SERIES, date(2026, 11, 18), None, "U1", NOW, anomaly=stored.id))
    member = store.add(spike(parent=stored.id), OPENED)
    grown = store.change(member.but(until=date(2026, 11, 19)), None)

    fixed = stored.but(status=Status.RESOLVED, ending=Ending.FIXED, ended_at=NOW)
    store.change(fixed, Happening(NOW, "U1", "fixed"), taken_back=[lesson.id], with_members=True)

    found = store.get(member.id)
    assert grown is not None
    assert found == replace(grown, revision=3, status=Status.RESOLVED, ending=Ending.FIXED, ended_at=NOW)
    assert store.feedback() == ()
    assert store.open_ones() == ()


def test_who_was_over_before_stays_over(store: Anomalies) -> None:
    parent = store.add(spike(), OPENED)
    going, over = store.add(spike(parent=parent.id), OPENED), store.add(spike(parent=parent.id), OPENED)
    store.change(over.but(status=Status.RESOLVED, ending=Ending.BACK, ended_at=NOW), Happening(NOW, "", "resolved"))
    claimed = store.change(parent.but(claimed_by="U1"), Happening(NOW, "U1", "claimed"), with_members=True)
    assert claimed is not None
    assert [(each.claimed_by, each.status) for each in store.members(parent.id)] == [
        *(("U1", Status.NEW), ("", Status.RESOLVED)),
    ]
    later = NOW + timedelta(hours=1)
    fixed = store.change(
        claimed.but(status=Status.RESOLVED, ending=Ending.FIXED, ended_at=later),
        Happening(later, "U1", "fixed"),
        with_members=True,
    )
    assert fixed is not None
    assert [each.ending for each in store.members(parent.id)] == [Ending.FIXED, Ending.BACK]
    again = fixed.but(status=Status.NEW, ending=None, ended_at=None)
    store.change(again, Happening(later, "U1", "reopened"), with_members=True)
    assert [each.id for each in store.open_ones()] == [going.id, parent.id], "what ended with it goes on with it"


def test_a_lesson_is_about_its_series_what_is_within_it_or_a_route() -> None:
    wide = SeriesKey((("service", "Amazon EC2"),), "USD")
    lesson = Feedback(FeedbackKind.SNOOZE, wide, date(2026, 11, 18), None, "U1", NOW)
    of_route = replace(lesson, scope=route_scope(3))

    assert lesson.covers(SERIES)
    assert not lesson.covers(replace(SERIES, currency="EUR"))
    assert not replace(lesson, scope=SERIES).covers(wide)
    assert [of_route.covers(SERIES, route) for route in (3, 4, None)] == [True, False, False]


def test_reminders_come_due(store: Anomalies) -> None:
    stored = store.add(spike(remind_at=NOW + timedelta(minutes=30)), OPENED)

    assert store.to_remind(NOW) == ()
    assert store.to_remind(NOW + timedelta(minutes=30)) == (stored,)


def test_a_lesson_is_taken_back_once(store: Anomalies) -> None:
    lesson = store.teach(Feedback(FeedbackKind.FALSE_POSITIVE, SERIES, NOW.date(), None, "U1", NOW, amount=Decimal("51.5")))
    held = Suppression(lesson.id, SERIES, date(2026, 11, 19), Decimal("40.25"))
    store.suppress([held, held])

    assert store.feedback() == (lesson,)
    assert lesson.is_in_force(NOW.date())
    assert store.suppressions(date(2026, 11, 1)) == (held,)
    assert store.undo(lesson.id, "U2", NOW)
    assert not store.undo(lesson.id, "U2", NOW)
    assert store.feedback() == ()


def test_what_was_seen_keeps_its_first_day(store: Anomalies) -> None:
    store.see([("account", "1", date(2026, 1, 1))], NOW)
    store.see([("account", "1", date(2026, 5, 1)), ("region", "eu-west-1", date(2026, 5, 2))], NOW)
    store.mark("aws", "2026-11-18", NOW)
    store.mark("aws", "2026-11-19", NOW)

    assert store.seen() == {("account", "1"): date(2026, 1, 1), ("region", "eu-west-1"): date(2026, 5, 2)}
    assert store.marks() == {"aws": "2026-11-19"}
