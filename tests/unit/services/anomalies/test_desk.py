"""Given an open anomaly, when people act on it, then one wins, all that goes with it is written, and it is told."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from services.access.results import Role
from services.anomalies import letters
from services.anomalies.results import Act, Reach, Wish
from services.errors import ConflictError, DeniedError, NotFoundError, UsageError
from storage.anomalies import Anomalies
from storage.model.anomaly import AnomalyKind, FeedbackKind, Happening, SeriesKey, Status, Told, route_scope
from storage.model.letter import Letter
from tests.fakes.anomalies import (
    ANA,
    BEN,
    BOSS,
    CARA,
    DAN,
    DAY,
    ESCALATIONS,
    NOW,
    ORIGIN,
    OTHER,
    PAYMENTS,
    ROUTE,
    S3,
    SERIES,
    SHOP,
    Loop,
    days,
    loop,
    spike,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

UNTIL = date(2026, 12, 1)


@pytest.fixture
async def work(tmp_path: Path) -> AsyncIterator[Loop]:
    """Ana is an operator; anomaly 1 stands in #payments."""
    with loop(tmp_path) as each:
        await each.give(ANA, Role.OPERATOR)
        each.open(lambda stored: [letters.alert(stored)])
        yield each


async def test_an_act_is_written_with_history_audit_message_and_note(work: Loop) -> None:
    done = await work.do(Act.ACKNOWLEDGE, note="looking")
    assert (done.status, done.acknowledged_by, done.acknowledged_at) == (Status.ACKNOWLEDGED, ANA, NOW)
    assert work.store.get(1) == done
    assert work.store.history(1)[-1] == Happening(NOW, ANA, "acknowledged", "looking")
    assert work.audited() == [(ANA, "anomaly.acknowledge", "anomaly:1")]
    assert work.letter_rows() == {"alert:1": (PAYMENTS, 2), "alert:1:note:2": ("alert:1", 1)}
    assert len(work.woken) == 1


async def test_what_was_never_posted_gets_no_message(work: Loop) -> None:
    stored = work.open(told=Told.DIGEST, channel="")
    await work.do(Act.ACKNOWLEDGE, stored.id)
    assert set(work.letter_rows()) == {"alert:1"}


# Who may


@pytest.mark.parametrize("act", [each for each in Act if each not in {Act.TAKE_OVER, Act.REOPEN}])
async def test_a_viewer_is_refused_in_words_and_nothing_changes(work: Loop, act: Act) -> None:
    before = work.store.get(1)
    with pytest.raises(DeniedError, match="needs the role operator, or whoever is on call for payments"):
        await work.do(act, user=BEN, until=UNTIL)
    assert work.store.get(1) == before
    assert work.letter_rows() == {"alert:1": (PAYMENTS, 1)}


async def test_whoever_is_on_call_may_though_only_a_viewer(work: Loop) -> None:
    assert (await work.person(DAN)).role is Role.VIEWER
    assert (await work.do(Act.CLAIM, user=DAN)).claimed_by == DAN
    assert (await work.do(Act.SNOOZE, user=DAN, until=UNTIL, reach=Reach.ROUTE)).snoozed_until is not None


async def test_on_call_elsewhere_is_not_on_call_here(work: Loop) -> None:
    stored = work.open(route=OTHER.id, channel=SHOP)
    with pytest.raises(DeniedError, match="on call for shop"):
        await work.do(Act.CLAIM, stored.id, DAN)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
async def test_on_call_may_whatever_the_limits_of_their_role(work: Loop, role: Role) -> None:
    """An operator of other rows is here as the one on call, and no more."""
    await work.give(DAN, role, account=("222",))
    assert (await work.do(Act.CLAIM, user=DAN)).claimed_by == DAN
    with pytest.raises(DeniedError, match="other teams"):
        await work.do(Act.SNOOZE, user=DAN, until=UNTIL, reach=Reach.SERVICE)
    elsewhere = work.open(route=OTHER.id, channel=SHOP)
    with pytest.raises(NotFoundError, match="that you may see"):
        await work.do(Act.CLAIM, elsewhere.id, DAN)


async def test_on_call_may_not_silence_what_other_teams_hear(work: Loop) -> None:
    with pytest.raises(DeniedError, match="other teams"):
        await work.do(Act.SNOOZE, user=DAN, until=UNTIL, reach=Reach.SERVICE)


async def test_without_a_route_only_operators_may(work: Loop) -> None:
    stored = work.open(route=None)
    with pytest.raises(DeniedError, match="because no route takes it"):
        await work.do(Act.ACKNOWLEDGE, stored.id, DAN)
    assert (await work.do(Act.ACKNOWLEDGE, stored.id)).acknowledged_by == ANA


async def test_what_may_not_be_seen_is_not_there(work: Loop) -> None:
    await work.give(CARA, Role.OPERATOR, account=("222",))
    with pytest.raises(NotFoundError, match="no anomaly 1 that you may see"):
        await work.do(Act.ACKNOWLEDGE, user=CARA)
    whole_service = work.open(series=SeriesKey((("service", "Amazon EC2"),), "USD"))
    await work.give(CARA, Role.OPERATOR, account=("111111111111",))
    assert (await work.do(Act.ACKNOWLEDGE, user=CARA)).acknowledged_by == CARA
    with pytest.raises(NotFoundError):
        await work.do(Act.ACKNOWLEDGE, whole_service.id, CARA)


# Two at once


async def test_of_two_at_once_one_wins_and_the_other_is_told_who(work: Loop) -> None:
    await work.give(BEN, Role.OPERATOR)
    both = await asyncio.gather(work.do(Act.CLAIM), work.do(Act.CLAIM, user=BEN), return_exceptions=True)
    (won,) = [each for each in both if not isinstance(each, BaseException)]
    (lost,) = [each for each in both if isinstance(each, BaseException)]
    assert isinstance(lost, ConflictError)
    winner = {ANA: "Ana", BEN: "Ben"}[won.claimed_by]
    assert str(lost) == f"{winner} was first and claimed it, on 21 Nov 2026 at 12:00 UTC."
    assert [each.what for each in work.store.history(1)] == ["opened", "claimed"]
    assert len(work.audited()) == 1


async def test_the_second_on_an_old_message_is_told_too(work: Loop) -> None:
    await work.give(BEN, Role.OPERATOR)
    await work.do(Act.FALSE_POSITIVE)
    with pytest.raises(ConflictError, match="Ana was first and called it a false positive") as told:
        await work.do(Act.ACKNOWLEDGE, user=BEN)
    assert "It is false positive now" in told.value.remedy
    with pytest.raises(ConflictError, match="You called it a false positive already, on 21 Nov 2026 at 12:00 UTC"):
        await work.do(Act.FALSE_POSITIVE)


async def test_it_is_escalated_once(work: Loop) -> None:
    await work.give(BEN, Role.OPERATOR)
    await work.do(Act.ESCALATE)
    before = work.letter_rows()
    with pytest.raises(ConflictError, match="Ana was first and escalated it"):
        await work.do(Act.ESCALATE, user=BEN)
    assert work.letter_rows() == before
    await work.do(Act.REROUTE, route=OTHER.id)
    await work.do(Act.REROUTE, route=ROUTE.id)
    await work.do(Act.ESCALATE, user=BEN)


@pytest.mark.parametrize(
    ("act", "did", "first", "second"),
    [
        (Act.SNOOZE, "snoozed it", {"until": UNTIL}, {"until": NOW.date()}),
        (Act.REROUTE, "passed it on", {"route": OTHER.id}, {"channel": ESCALATIONS}),
    ],
)
async def test_of_two_windows_the_second_is_told_who_was_first(
    work: Loop, act: Act, did: str, first: dict[str, object], second: dict[str, object]
) -> None:
    await work.give(BEN, Role.OPERATOR)
    seen = (await work.desk.opens(Wish(act, 1), await work.person(BEN))).touched
    stored = await work.do(act, seen=seen, **first)
    with pytest.raises(ConflictError, match=f"Ana was first and {did}"):
        await work.do(act, user=BEN, seen=seen, **second)
    assert work.store.get(1) == stored
    assert (await work.do(act, user=BEN, seen=stored.touched, **second)).touched == stored.touched + 1


async def test_what_the_clock_does_meanwhile_is_no_conflict_for_a_window(work: Loop) -> None:
    stored = work.store.get(1)
    assert stored is not None
    work.store.change(stored.but(reminded=1), Happening(NOW, "", "reminded"))
    assert (await work.do(Act.SNOOZE, until=UNTIL, seen=stored.touched)).reminded == 1


async def test_what_ended_by_itself_is_said_without_a_name(work: Loop) -> None:
    await work.do(Act.ACKNOWLEDGE, user=DAN)
    stored = work.store.get(1)
    assert stored is not None
    later = NOW + timedelta(days=1)
    work.store.change(stored.but(status=Status.RESOLVED), Happening(later, "", "resolved"))
    with pytest.raises(ConflictError, match="It ended by itself on 22 Nov 2026 at 12:00 UTC"):
        await work.do(Act.CLAIM)


async def test_what_has_no_history_is_said_too(work: Loop) -> None:
    stored = work.open(status=Status.RESOLVED)
    with pytest.raises(ConflictError, match="cannot be done with anomaly 2 any more"):
        await work.do(Act.CLAIM, stored.id)


class BusyStore(Anomalies):
    """The watch writes new numbers just before each of our first writes."""

    times = 2

    def change(self, after: object, *args: object, **more: object) -> object:
        """Ours, after the watch's."""
        if self.times:
            self.times -= 1
            stored = self.get(1)
            assert stored is not None
            super().change(stored.but(until=stored.until + timedelta(days=1)), None)
        return super().change(after, *args, **more)


async def test_new_numbers_of_the_watch_are_no_conflict(work: Loop) -> None:
    store = BusyStore(work.house.database)
    work.desk = work.new_desk(store)
    done = await work.do(Act.ACKNOWLEDGE)
    assert (done.acknowledged_by, done.until) == (ANA, spike().until + timedelta(days=2))
    assert [each.what for each in store.history(1)] == ["opened", "acknowledged"]


async def test_it_works_after_weeks_and_a_restart(work: Loop) -> None:
    work.house.clock.move(weeks=7)
    work.desk = work.new_desk(Anomalies(work.house.database))
    assert (await work.do(Act.FIXED)).ended_at == work.house.clock()


# What the acts do beside


async def test_expected_teaches_the_series_and_what_is_folded_beside_it(work: Loop) -> None:
    inside = SeriesKey((*SERIES.parts, ("tag:team", "web")), "USD")
    beside = SeriesKey((("account", "222"), ("service", "Amazon EC2")), "USD")
    for series in (inside, beside):
        work.open(series=series, parent=1)
    done = await work.do(Act.EXPECTED, until=UNTIL, note="load test", remember=True)
    assert (done.status, done.expected_until) == (Status.EXPECTED, UNTIL)
    first, second, third = work.store.feedback()
    assert (first.kind, first.scope, first.since, first.until, first.note) == (
        *(FeedbackKind.EXPECTED, SERIES, DAY, UNTIL),
        "load test",
    )
    assert (second.kind, second.scope) == (FeedbackKind.EXPECTED, beside)
    assert (third.kind, third.since, third.until, third.amount) == (
        *(FeedbackKind.REMEMBER, DAY + timedelta(days=1), None),
        Decimal("935.50"),
    )
    assert work.store.open_ones() == ()
    assert work.store.history(1)[-1].note == "until 1 Dec 2026, and again each month: load test"


@pytest.mark.parametrize("until", [None, date(2026, 11, 20), date(2029, 1, 1)])
@pytest.mark.parametrize("act", [Act.EXPECTED, Act.SNOOZE])
async def test_a_day_that_cannot_be_is_said_beside_its_field(work: Loop, act: Act, until: date | None) -> None:
    with pytest.raises(UsageError) as error:
        await work.do(act, until=until)
    assert error.value.field == "until"
    assert work.store.feedback() == ()


async def test_today_is_still_a_day(work: Loop) -> None:
    assert (await work.do(Act.SNOOZE, until=NOW.date())).snoozed_until == datetime(2026, 11, 22, tzinfo=UTC)


async def test_a_false_positive_raises_the_floor_of_each_series_by_its_own_excess(work: Loop) -> None:
    small = work.open(parent=1, series=SeriesKey((("account", "222"),), "USD"), figures=spike().figures)
    work.store.change(small.but(figures=type(small.figures)(days(("20", "50")), Decimal(0), Decimal(0), 1.0)), None)
    await work.do(Act.FALSE_POSITIVE, note="a test")
    assert [(each.kind, each.amount, each.until) for each in work.store.feedback()] == [
        (FeedbackKind.FALSE_POSITIVE, Decimal("935.50"), None),
        (FeedbackKind.FALSE_POSITIVE, Decimal(30), None),
    ]


async def test_a_false_positive_of_a_stated_amount(work: Loop) -> None:
    with pytest.raises(UsageError) as error:
        await work.do(Act.FALSE_POSITIVE, amount=Decimal(0))
    assert error.value.field == "amount"
    await work.do(Act.FALSE_POSITIVE, amount=Decimal(50))
    assert work.store.feedback()[0].amount == Decimal(50)


@pytest.mark.parametrize(
    ("reach", "scope"),
    [
        (Reach.SERIES, SERIES),
        (Reach.SERVICE, SeriesKey((("service", "Amazon EC2"),), "USD")),
        (Reach.ACCOUNT, SeriesKey((("account", "111111111111"),), "USD")),
        (Reach.ROUTE, route_scope(ROUTE.id)),
    ],
)
async def test_a_snooze_is_about_what_was_chosen(work: Loop, reach: Reach, scope: SeriesKey) -> None:
    done = await work.do(Act.SNOOZE, until=UNTIL, reach=reach)
    assert done.status is Status.ACKNOWLEDGED
    assert done.snoozed_until == datetime(2026, 12, 2, tzinfo=UTC)
    (lesson,) = work.store.feedback()
    assert (lesson.kind, lesson.scope, lesson.since, lesson.until) == (FeedbackKind.SNOOZE, scope, NOW.date(), UNTIL)
    assert lesson.covers(SERIES, ROUTE.id)


async def test_a_snooze_of_what_the_anomaly_is_not_about_is_refused(work: Loop) -> None:
    stored = work.open(series=SeriesKey((("service", S3),), "USD"), route=None)
    for reach in (Reach.ACCOUNT, Reach.ROUTE):
        with pytest.raises(UsageError) as error:
            await work.do(Act.SNOOZE, stored.id, until=UNTIL, reach=reach)
        assert error.value.field == "reach"


async def test_escalating_mentions_the_on_call_and_calls_the_other_channel(work: Loop) -> None:
    done = await work.do(Act.ESCALATE)
    assert (done.status, done.remind_at, done.reminded) == (Status.NEW, None, 2)
    assert work.letter_rows() == {
        "alert:1": (PAYMENTS, 2),
        "alert:1:note:2": ("alert:1", 1),
        "alert:1:escalated:2": (ESCALATIONS, 1),
    }
    with work.house.database.read() as connection:
        (row,) = connection.execute("SELECT args, broadcast FROM letters WHERE key = 'alert:1:note:2'").fetchall()
    assert (f"person:{DAN}" in row[0], row[1]) == (True, 1)


async def test_escalating_to_nobody_is_refused(work: Loop) -> None:
    stored = work.open(route=OTHER.id)
    with pytest.raises(UsageError, match="nobody to escalate"):
        await work.do(Act.ESCALATE, stored.id)


async def test_escalating_what_stood_in_the_digest_posts_it(work: Loop) -> None:
    stored = work.open(told=Told.DIGEST, channel="")
    done = await work.do(Act.ESCALATE, stored.id)
    assert (done.told, done.channel) == (Told.CHANNEL, PAYMENTS)
    assert work.letter_rows()[f"alert:{stored.id}"] == (PAYMENTS, 1)


@pytest.mark.parametrize("where", [{"route": OTHER.id}, {"channel": SHOP}])
async def test_passed_on_it_begins_anew_elsewhere_and_the_old_message_says_where(work: Loop, where: dict[str, object]) -> None:
    await work.do(Act.CLAIM)
    done = await work.do(Act.REROUTE, note="yours", **where)
    assert (done.status, done.channel, done.route, done.moved, done.claimed_by) == (Status.NEW, SHOP, OTHER.id, 1, "")
    assert done.remind_at is None
    assert work.letter_rows() == {
        "alert:1": (PAYMENTS, 3),
        "alert:1:note:2": ("alert:1", 1),
        "alert:1:note:3": ("alert:1", 1),
        "alert:1:moved:1": (SHOP, 1),
    }
    assert work.store.history(1)[-1].note == "to shop: yours"
    await work.do(Act.FIXED)
    assert work.letter_rows()["alert:1:note:4"] == ("alert:1:moved:1", 1)


async def test_a_channel_without_a_route_takes_it_too(work: Loop) -> None:
    done = await work.do(Act.REROUTE, channel=ESCALATIONS)
    assert (done.route, done.remind_at, done.channel) == (None, None, ESCALATIONS)


@pytest.mark.parametrize(
    ("where", "field"),
    [({}, "route"), ({"route": 77}, "route"), ({"route": ROUTE.id}, "route"), ({"channel": PAYMENTS}, "route")],
)
async def test_passing_it_on_to_nowhere_is_refused(work: Loop, where: dict[str, object], field: str) -> None:
    with pytest.raises(UsageError) as error:
        await work.do(Act.REROUTE, **where)
    assert error.value.field == field


async def test_it_is_not_passed_on_to_where_others_read_or_the_bot_is_not(work: Loop) -> None:
    with pytest.raises(DeniedError, match="not in this channel"):
        await work.do(Act.REROUTE, channel="C0UNKNOWN")
    work.house.directory.channels["C0PARTNER"] = type(work.house.directory.channels[SHOP])(
        "C0PARTNER", is_external=True, is_member=True
    )
    with pytest.raises(DeniedError, match="another company"):
        await work.do(Act.REROUTE, channel="C0PARTNER")


async def test_reopening_takes_back_what_closing_taught(work: Loop) -> None:
    await work.do(Act.EXPECTED, until=UNTIL, remember=True)
    done = await work.do(Act.REOPEN)
    assert (done.status, done.expected_until, done.ended_at) == (Status.NEW, None, None)
    assert done.remind_at == NOW + timedelta(minutes=30)
    assert work.store.feedback() == ()


async def test_it_is_not_opened_again_beside_its_own_next_episode(work: Loop) -> None:
    await work.do(Act.FIXED)
    rival = work.open(since=DAY + timedelta(days=3))
    with pytest.raises(UsageError, match=f"opened again as anomaly {rival.id}"):
        await work.do(Act.REOPEN)


async def test_what_is_folded_is_acted_on_through_its_parent(work: Loop) -> None:
    folded = work.open(parent=1)
    with pytest.raises(ConflictError, match=f"Anomaly {folded.id} is part of anomaly 1"):
        await work.do(Act.ACKNOWLEDGE, folded.id)
    await work.do(Act.FIXED)
    member = work.store.get(folded.id)
    assert member is not None
    assert member.status is Status.RESOLVED


async def test_data_that_stopped_is_no_false_positive(work: Loop) -> None:
    stored = work.open(kind=AnomalyKind.SILENCE)
    with pytest.raises(ConflictError):
        await work.do(Act.FALSE_POSITIVE, stored.id)


async def test_a_note_has_an_end(work: Loop) -> None:
    with pytest.raises(UsageError) as error:
        await work.do(Act.FIXED, note="x" * 501)
    assert error.value.field == "note"


# Taking back


async def test_a_lesson_is_taken_back_and_the_message_says_so(work: Loop) -> None:
    await work.do(Act.SNOOZE, until=UNTIL, reach=Reach.SERVICE)
    (lesson,) = work.store.feedback()
    await work.desk.undo(lesson.id, await work.person(ANA), ORIGIN)
    stored = work.store.get(1)
    assert stored is not None
    assert stored.snoozed_until is None
    assert work.store.feedback() == ()
    assert work.store.history(1)[-1] == Happening(NOW, ANA, "undone", "snooze")
    assert work.letter_rows()["alert:1"] == (PAYMENTS, 3)
    assert work.audited()[-1] == (ANA, "anomaly.undo", f"feedback:{lesson.id}")
    with pytest.raises(NotFoundError, match="no feedback 1 in force"):
        await work.desk.undo(lesson.id, await work.person(ANA), ORIGIN)


async def test_only_operators_and_the_giver_take_back(work: Loop) -> None:
    await work.do(Act.SNOOZE, user=DAN, until=UNTIL)
    with pytest.raises(DeniedError, match="whoever gave it"):
        await work.desk.undo(1, await work.person(BEN), ORIGIN)
    await work.desk.undo(1, await work.person(DAN), ORIGIN)


async def test_planned_days_are_taught_for_each_scope(work: Loop) -> None:
    scopes = [SeriesKey((("service", name),), "") for name in ("Amazon EC2", S3)]
    person = await work.person(ANA)
    await work.desk.plan(scopes, date(2026, 11, 25), UNTIL, "migration", person, ORIGIN)
    first, second = work.store.feedback()
    assert (first.kind, first.since, first.until, first.note) == (
        *(FeedbackKind.PLANNED, date(2026, 11, 25), UNTIL),
        "migration",
    )
    assert first.covers(SERIES)
    assert not second.covers(SERIES)
    await work.desk.undo(second.id, person, ORIGIN)
    assert work.store.feedback() == (first,)


async def test_planning_is_for_operators_for_what_they_may_see_and_for_days_to_come(work: Loop) -> None:
    scope = SeriesKey((("service", S3),), "")
    with pytest.raises(DeniedError, match="needs the role operator"):
        await work.desk.plan([scope], UNTIL, UNTIL, "", await work.person(BEN), ORIGIN)
    await work.give(CARA, Role.OPERATOR, account=("222",))
    with pytest.raises(DeniedError, match="more than that"):
        await work.desk.plan([scope], UNTIL, UNTIL, "", await work.person(CARA), ORIGIN)
    with pytest.raises(UsageError, match="over already"):
        await work.desk.plan([scope], DAY, DAY, "", await work.person(BOSS), ORIGIN)


# The letters themselves


def test_a_letter_tells_whom_to_mention_and_what_happened() -> None:
    said = Happening(NOW, ANA, "escalated", "help: now")
    letter = letters.note(spike(id=7, revision=3), said, mention=ROUTE.on_call)
    assert isinstance(letter, Letter)
    assert letters.mentioned(letter.args) == ROUTE.on_call
    assert letters.happening(letter.args) == said
    assert letters.mentioned(letters.note(spike(id=7), said).args) == ()
