"""Given an alert in a channel, when people use its buttons and windows, then what they may do happens, and the rest is said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from handlers.anomalies.render import IN_A_ROW
from services.access.results import Role
from services.anomalies import letters
from services.anomalies.results import Act
from storage.model.anomaly import FeedbackKind, Status, Told
from tests.fakes.alert_door import Door, door, elements
from tests.fakes.anomalies import ANA, BEN, CARA, DAN, DAY, ESCALATIONS, NOW, OTHER, PAYMENTS, ROUTE, SHOP

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from handlers.request import Reply
    from storage.model.anomaly import Anomaly

ONE = {"id": "1"}
AT_ONCE = {
    Act.ACKNOWLEDGE: Status.ACKNOWLEDGED,
    Act.CLAIM: Status.ACKNOWLEDGED,
    Act.INVESTIGATE: Status.INVESTIGATING,
    Act.ESCALATE: Status.NEW,
    Act.FIXED: Status.RESOLVED,
}
WINDOWS = {
    Act.EXPECTED: ("Expected", {"until", "remember", "note"}),
    Act.FALSE_POSITIVE: ("False positive", {"amount", "note"}),
    Act.SNOOZE: ("Snooze", {"reach", "until", "note"}),
    Act.REROUTE: ("Not mine", {"route", "channel", "note"}),
}


@pytest.fixture
async def work(tmp_path: Path) -> AsyncIterator[Door]:
    """Ana is an operator; anomaly 1 stands in #payments."""
    with door(tmp_path) as each:
        await each.work.give(ANA, Role.OPERATOR)
        each.work.open(lambda stored: [letters.alert(stored)])
        yield each


def stored(work: Door, number: int = 1) -> Anomaly:
    found = work.work.store.get(number)
    assert found is not None
    return found


async def press(work: Door, act: Act, user: str = ANA) -> Reply | None:
    """By its button, or where it has none in the menu."""
    return await (work.press(act.value, ONE, user) if act in IN_A_ROW else work.press("more", {**ONE, "act": act.value}, user))


@pytest.mark.parametrize("act", AT_ONCE)
async def test_a_button_does_it_and_only_the_message_answers(work: Door, act: Act) -> None:
    assert await press(work, act) is None
    assert stored(work).status is AT_ONCE[act]
    assert work.work.audited() == [(ANA, f"anomaly.{act}", "anomaly:1")]
    assert work.work.letter_rows()["alert:1"] == (PAYMENTS, 2)
    said = await work.letter("alert", **ONE, post="0")
    assert "Ana" in said.text or act is Act.ESCALATE


@pytest.mark.parametrize("act", AT_ONCE)
async def test_the_menu_does_the_same(work: Door, act: Act) -> None:
    assert await work.press("more", {**ONE, "act": act.value}) is None
    assert stored(work).status is AT_ONCE[act]


@pytest.mark.parametrize("act", WINDOWS)
async def test_what_needs_more_opens_a_window(work: Door, act: Act) -> None:
    reply = await press(work, act)
    assert reply is not None
    assert reply.view is not None
    title, inputs = WINDOWS[act]
    assert reply.view["title"]["text"] == title
    assert set(elements(reply.view["blocks"])) == inputs
    assert reply.view["callback_id"] == f"anomalies.{act}"
    assert stored(work).revision == 1


@pytest.mark.parametrize("act", [*AT_ONCE, *WINDOWS])
async def test_a_viewer_is_told_why_not_and_it_is_on_record(work: Door, act: Act) -> None:
    reply = await press(work, act, BEN)
    assert reply is not None
    assert reply.view is None
    assert "needs the role operator, or whoever is on call for payments" in reply.text
    assert stored(work).revision == 1
    (entry, *_) = await work.work.house.access.history(1)
    assert (entry.actor, entry.action, entry.outcome) == (
        BEN,
        f"action anomalies.{act if act in IN_A_ROW else 'more'}",
        "refused",
    )


async def test_on_call_acts_though_only_a_viewer(work: Door) -> None:
    assert await work.press("acknowledge", ONE, DAN) is None
    assert stored(work).acknowledged_by == DAN
    assert (await work.letter("alert", **ONE)).text.count("Acknowledged by Dan") == 1


async def test_the_second_is_told_who_was_first(work: Door) -> None:
    await work.press("acknowledge", ONE)
    reply = await work.press("acknowledge", ONE, DAN)
    assert reply is not None
    assert reply.text.startswith("Ana was first and acknowledged it, on 21 Nov 2026 at 12:00 UTC.")


async def test_a_click_on_a_private_answer_is_answered(work: Door) -> None:
    reply = await work.press("claim", ONE, is_ephemeral=True)
    assert reply is not None
    assert reply.text == "Anomaly 1 *is yours*: Amazon EC2 in Production (111111111111)."


async def test_what_has_no_message_is_answered_too(work: Door) -> None:
    work.work.open(told=Told.DIGEST, channel="")
    reply = await work.press("acknowledge", {"id": "2"})
    assert reply is not None
    assert "is acknowledged" in reply.text


@pytest.mark.parametrize("values", [{}, {"id": "x"}, {"id": "77"}, {"id": "²"}, {"id": "9" * 400}])
@pytest.mark.parametrize("action", ["acknowledge", "details", "more", "preview", "expected"])
async def test_a_value_that_came_from_elsewhere_does_nothing(work: Door, action: str, values: dict[str, str]) -> None:
    reply = await work.press(action, values or {"else": "1"})
    assert reply is not None
    assert reply.text
    assert stored(work).revision == 1


# Windows


async def test_expected_is_filled_in_and_kept(work: Door) -> None:
    await work.press("expected", ONE)
    assert await work.submit("expected", {"until": "2026-12-01", "note": "load\ntest", "remember": "remember"}) is None
    assert [each.kind for each in work.work.store.feedback()] == [FeedbackKind.EXPECTED, FeedbackKind.REMEMBER]
    said = await work.letter("alert", **ONE)
    assert "Called expected by Ana, 21 Nov 2026, 12:00 UTC: until 1 Dec 2026, and again each month: load test" in said.text


@pytest.mark.parametrize("view", ["expected", "snooze"])
@pytest.mark.parametrize(("until", "says"), [("", "Until when?"), ("2026-11-01", "over already"), ("soon", "not a day")])
async def test_a_bad_day_is_said_below_its_field(work: Door, view: str, until: str, says: str) -> None:
    reply = await work.submit(view, {"until": until, "note": "", "reach": "series"})
    assert reply is not None
    assert says in reply.errors["until"]
    assert stored(work).status is Status.NEW


@pytest.mark.parametrize("amount", ["0", "-5", "lots", "NaN", "Infinity", "1e40"])
async def test_a_bad_amount_is_said_below_its_field(work: Door, amount: str) -> None:
    reply = await work.submit("false_positive", {"amount": amount, "note": ""})
    assert reply is not None
    assert set(reply.errors) == {"amount"}


async def test_a_false_positive_offers_this_excess_and_takes_another(work: Door) -> None:
    reply = await press(work, Act.FALSE_POSITIVE)
    assert reply is not None
    assert elements(reply.view["blocks"])["amount"]["initial_value"] == "935.50"  # type: ignore[index]  # a view is there
    assert await work.submit("false_positive", {"amount": "50", "note": "a test"}) is None
    assert work.work.store.feedback()[0].amount == Decimal(50)


async def test_the_snooze_previews_what_it_would_have_kept_back_as_it_is_chosen(work: Door) -> None:
    work.work.open(series=type(stored(work).series)((("account", "222"), ("service", "Amazon EC2")), "USD"), route=OTHER.id)
    first = await press(work, Act.SNOOZE)
    assert first is not None
    assert "kept back 1 alert, $1,448" in str(first.view)
    wider = await work.change("preview#reach", ONE, {"reach": "service", "until": "2026-11-25", "note": "so"})
    assert wider is not None
    assert wider.view is not None
    assert "kept back 2 alerts, $2,896" in str(wider.view)
    there = elements(wider.view["blocks"])
    assert there["until"]["initial_date"] == "2026-11-25"
    assert there["reach"]["initial_option"]["value"] == "service"
    assert await work.submit("snooze", {"reach": "service", "until": "2026-11-25", "note": ""}) is None
    assert work.work.store.feedback()[0].scope.parts == (("service", "Amazon EC2"),)


async def test_not_mine_goes_to_a_route_or_a_channel_and_not_to_both(work: Door) -> None:
    reply = await work.submit("reroute", {"route": str(OTHER.id), "channel": SHOP, "note": ""})
    assert reply is not None
    assert "not both" in reply.errors["channel"]
    nowhere = await work.submit("reroute", {"route": "", "channel": "", "note": ""})
    assert nowhere is not None
    assert "Whose is it" in nowhere.errors["route"]
    assert await work.submit("reroute", {"route": str(OTHER.id), "channel": "", "note": "yours"}) is None
    assert stored(work).channel == SHOP
    left = await work.letter("alert", **ONE, post="0")
    assert f"Passed on to <#{SHOP}> by Ana" in left.text
    assert all(block["type"] != "actions" for block in left.blocks)
    assert "passed it on to here" in (await work.letter("alert", **ONE, post="1")).text


async def test_a_window_sent_too_late_says_who_was_first(work: Door) -> None:
    await work.press("fixed", ONE, DAN)
    reply = await work.submit("expected", {"until": "2026-12-01", "note": ""})
    assert reply is not None
    assert "Dan was first and said it is fixed" in reply.text
    assert work.work.store.feedback() == ()


async def test_a_role_taken_away_while_a_window_was_open_counts(work: Door) -> None:
    await press(work, Act.SNOOZE)
    await work.work.give(ANA, Role.VIEWER)
    reply = await work.submit("snooze", {"reach": "series", "until": "2026-12-01", "note": ""})
    assert reply is not None
    assert "needs the role operator" in reply.text


# After time has passed


async def test_after_weeks_and_a_restart_the_button_still_works(work: Door) -> None:
    work.work.house.clock.move(weeks=6)
    work.services.anomalies.desk = work.work.new_desk()
    assert await work.press("claim", ONE) is None
    assert stored(work).acknowledged_at == work.work.house.clock()


async def test_reopened_from_the_closed_message(work: Door) -> None:
    await work.press("fixed", ONE)
    work.work.house.clock.move(days=3)
    assert await work.press("reopen", ONE) is None
    assert stored(work).status is Status.NEW
    assert "opened it again, 24 Nov 2026" in (await work.letter("alert", **ONE)).text


# Details, feedback, letters


async def test_details_are_for_whoever_may_see_it(work: Door) -> None:
    reply = await work.press("details", ONE, BEN)
    assert reply is not None
    for words in ("By day", "Where the change of a day comes from", "History", "What to do next", "Quantities and prices"):
        assert words in str(reply.blocks)
    await work.work.give(CARA, Role.OPERATOR, account=("222",))
    hidden = await work.press("details", ONE, CARA)
    assert hidden is not None
    assert "no anomaly 1 that you may see" in hidden.text
    assert "$" not in hidden.text


async def test_feedback_is_taken_back_by_its_button(work: Door) -> None:
    await work.submit("snooze", {"reach": "series", "until": "2026-12-01", "note": ""})
    listed = await work.say("tuning")
    button = next(block["accessory"] for block in listed.blocks if "accessory" in block)
    assert button["action_id"] == "anomalies.undo#1"
    assert button["confirm"]["title"]["text"] == "Take it back?"
    reply = await work.press("undo#1", {"lesson": "1"}, is_ephemeral=True)
    assert reply is not None
    assert reply.replace
    assert "No feedback is in force" in reply.text
    assert stored(work).snoozed_until is None


async def test_an_escalation_calls_the_other_channel_with_the_on_call(work: Door) -> None:
    await press(work, Act.ESCALATE)
    assert work.work.letter_rows()["alert:1:escalated:2"] == (ESCALATIONS, 1)
    args = {"id": "1", "at": NOW.isoformat(), "actor": ANA, "what": "escalated", "note": "", "mention": f"person:{DAN}"}
    said = await work.letter("escalated", **args)
    assert said.text.startswith(f"<@{DAN}> *High: spike in Amazon EC2 in Production (111111111111)*")
    assert f"It stands in <#{PAYMENTS}>." in said.text


async def test_a_note_is_as_it_happened_whatever_came_after(work: Door) -> None:
    await work.press("claim", ONE)
    await work.press("fixed", ONE)
    said = await work.letter("note", id="1", at=NOW.isoformat(), actor=ANA, what="claimed", note="", mention="")
    assert said.text == "Ana claimed it (21 Nov 2026, 12:00 UTC)"


async def test_what_its_channel_does_not_take_goes_on_where_all_goes_that_nobody_owns(work: Door) -> None:
    refused = feature_refused()
    await refused(work.services, {"id": "1", "post": "0"}, "This channel is archived.")
    fallback = work.work.routes.known[-1].channel
    assert (stored(work).channel, stored(work).moved, stored(work).status) == (fallback, 1, Status.NEW)
    assert work.work.letter_rows()["alert:1:moved:1"] == (fallback, 1)
    await refused(work.services, {"id": "1", "post": "0"}, "This channel is archived.")
    assert stored(work).moved == 1
    await refused(work.services, {"id": "1", "post": "1"}, "This one too.")
    assert [each.note for each in work.work.store.history(1)][-2:] == ["This channel is archived.", "This one too."]


def feature_refused() -> object:
    from handlers.anomalies import feature  # noqa: PLC0415  # only here

    refused = feature.letters["anomalies.alert"].refused
    assert refused is not None
    return refused


# Words


@pytest.mark.parametrize(
    ("text", "says", "status"),
    [
        ("ack 1 looking", "is acknowledged", Status.ACKNOWLEDGED),
        ("claim #1", "is yours", Status.ACKNOWLEDGED),
        ("investigate 1", "is being investigated", Status.INVESTIGATING),
        ("expected 1 until 2026-12-01 each month load test", "is expected* until 1 Dec 2026", Status.EXPECTED),
        ("expected 1 until friday", "until 27 Nov 2026", Status.EXPECTED),
        ("false positive 1 amount 50 a test", "is a false positive", Status.FALSE_POSITIVE),
        ("snooze 1 7d", "is snoozed* until 29 Nov 2026, 00:00 UTC", Status.ACKNOWLEDGED),
        ("snooze 1 for 2w route too loud", "is snoozed", Status.ACKNOWLEDGED),
        ("escalate 1", "is escalated", Status.NEW),
        (f"reroute 1 to <#{SHOP}|shop> yours", f"It stands in <#{SHOP}> now", Status.NEW),
        ("not mine 1 to Shop please", f"It stands in <#{SHOP}> now", Status.NEW),
        ("fixed 1 stopped them", "is fixed, you say", Status.RESOLVED),
    ],
)
async def test_every_act_in_words(work: Door, text: str, says: str, status: Status) -> None:
    reply = await work.say(text)
    assert says in reply.text
    assert stored(work).status is status
    assert len(work.work.audited()) == 1


async def test_words_after_the_act_are_the_note(work: Door) -> None:
    await work.say("snooze 1 2w route too loud here")
    assert work.work.store.history(1)[-1].note == "everything of its route until 5 Dec 2026: too loud here"
    assert work.work.store.feedback()[0].note == "too loud here"


async def test_taking_over_and_reopening_in_words(work: Door) -> None:
    await work.say("claim 1", DAN)
    assert "was first" in (await work.say("claim 1")).text
    assert "is yours now" in (await work.say("take over 1")).text
    await work.say("fixed 1")
    assert "is open again" in (await work.say("reopen 1")).text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ack", "Which anomaly?"),
        ("ack spike", "“spike” is not the number of an anomaly"),
        ("ack 77", "no anomaly 77"),
        ("expected 1", "Until when?"),
        ("expected 1 until whenever", "“whenever” is not a day"),
        ("snooze 1 2026-01-01", "over already"),
        ("false positive 1 amount lots", "comes a number"),
        ("reroute 1", "To where?"),
        ("reroute 1 to mars", "“mars” is neither a channel nor a route"),
        ("tuning undo 7", "no feedback 7"),
        ("planned", "Which days?"),
        ("planned 2026-11-01..2026-11-02", "over already"),
    ],
)
async def test_words_that_lack_something_are_answered_with_what(work: Door, text: str, says: str) -> None:
    assert says in (await work.say(text)).text
    assert stored(work).revision == 1


async def test_a_viewer_may_look_and_not_act(work: Door) -> None:
    assert "1 open anomaly" in (await work.say("", BEN)).text
    assert "needs the role operator" in (await work.say("ack 1", BEN)).text
    assert "needs the role operator" in (await work.say("planned 2026-12-24..2026-12-26", BEN)).text


# Lists


async def test_the_open_ones_say_how_far_everything_was_judged(work: Door) -> None:
    await work.say("claim 1")
    reply = await work.say("")
    assert "1 open anomaly. Last judged day: 20 Nov 2026 (1,204 series)" in reply.text
    line = reply.blocks[1]["text"]["text"]
    assert line.startswith("*1* High · Amazon EC2 in Production (111111111111): +$936 (+307 %) on 20 Nov")
    assert line.endswith(f"acknowledged (Ana) · <#{PAYMENTS}>")
    await work.say("fixed 1")
    nothing = await work.say("")
    assert nothing.text.startswith("No open anomalies. Last judged day: 20 Nov 2026")
    assert "cost-center: no table has its days" in nothing.text


async def test_the_past_of_a_period(work: Door) -> None:
    await work.say("fixed 1")
    reply = await work.say("past")
    assert "1 anomaly in" in reply.text
    assert "fixed" in str(reply.blocks)
    assert "No anomalies in" in (await work.say("past 2026-09")).text


async def test_show_has_everything_and_buttons(work: Door) -> None:
    reply = await work.say("show 1")
    assert reply.blocks[-1]["type"] == "actions"
    assert reply.result is not None
    assert reply.result["id"] == 1


async def test_planned_days_are_kept_and_listed(work: Door) -> None:
    reply = await work.say('planned 2026-12-24..2026-12-26 for service="Amazon EC2","AWS Lambda"')
    assert "Planned: Amazon EC2 and AWS Lambda, 24–26 Dec 2026" in reply.text
    assert [(each.since, each.until) for each in work.work.store.feedback()] == [(date(2026, 12, 24), date(2026, 12, 26))] * 2
    assert "planned, 24–26 Dec 2026" in str((await work.say("tuning")).blocks)


async def test_quality_says_how_good_the_alerts_were(work: Door) -> None:
    await work.say("false positive 1")
    reply = await work.say("quality")
    assert "precision 0 % of 1 judged, acknowledged in 6 h (median)" in reply.text


async def test_the_thresholds_in_force_are_listed_with_where_they_are_changed(work: Door) -> None:
    reply = await work.say("settings")
    for words in ("service × account", "*High*: from 500 a day", "*Medium*: from 100 a day", "TUPPENCE_HIGH", "/tuppence routes"):
        assert words in f"{reply.text} {reply.blocks}"


async def test_everything_is_said_where_there_is_nothing(tmp_path: Path) -> None:
    with door(tmp_path) as work:
        assert "No open anomalies" in (await work.say("")).text
        assert "No feedback is in force" in (await work.say("tuning")).text
        assert "No alerts in the last eight weeks" in (await work.say("quality")).text


def test_the_day_and_route_of_these_examples() -> None:
    assert (DAY.isoformat(), ROUTE.name, NOW.strftime("%A")) == ("2026-11-19", "payments", "Saturday")
