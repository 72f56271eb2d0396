"""Real-shaped payloads in, Incoming out: who, where, what words; bots, edits and foreign words are nothing for us."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.payloads import from_actions, from_command, from_event, from_view, without_mention
from handlers.incoming import Incoming, Kind
from handlers.request import Surface

BOT, TEAM, ALICE = "U0BOT0001", "T0FAKE001", "U0ALICE01"
COMMAND = {
    "team_id": TEAM,
    "channel_id": "C1",
    "user_id": ALICE,
    "command": "/cost",
    "text": "by service",
    "response_url": "http://localhost/commands/1",
    "trigger_id": "1.2.abc",
}


def event(body: dict[str, Any], **fields: object) -> dict[str, Any]:
    return {"team_id": TEAM, "event_id": "Ev1", "type": "event_callback", "event": body | fields}


def mention(**fields: object) -> dict[str, Any]:
    base = {
        "type": "app_mention",
        "user": ALICE,
        "text": f"<@{BOT}> cost by service",
        "ts": "17.1",
        "channel": "C1",
        "team": TEAM,
    }
    return event(base, **fields)


def message(**fields: object) -> dict[str, Any]:
    base = {"type": "message", "channel_type": "im", "user": ALICE, "text": "cost", "ts": "17.2", "channel": "D1", "team": TEAM}
    return event(base, **fields)


def click(**fields: object) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": ALICE, "team_id": TEAM},
        "team": {"id": TEAM},
        "channel": {"id": "C1"},
        "container": {"type": "message", "message_ts": "17.3", "channel_id": "C1", "is_ephemeral": False},
        "message": {"ts": "17.3", "thread_ts": "17.0"},
        "response_url": "http://localhost/actions/1",
        "trigger_id": "3.4",
        "actions": [{"type": "button", "action_id": "costs.by#account", "value": '{"q":"by account"}', "action_ts": "18.0"}],
    } | fields


def only(body: dict[str, Any]) -> Incoming:
    (found,) = from_actions(body)
    return found


def test_a_slash_command_says_who_where_and_what() -> None:
    found = from_command(COMMAND, "")
    assert (found.kind, found.name, found.text, found.user, found.team) == (Kind.COMMAND, "cost", "by service", ALICE, TEAM)
    assert (found.place.surface, found.place.channel, found.place.trigger) == (Surface.SLASH, "C1", "1.2.abc")
    assert found.place.response_url.endswith("/1")
    assert found.delivery == "command:1.2.abc"
    assert found.is_escaped


def test_the_prefix_of_the_workspace_is_taken_off() -> None:
    assert from_command(COMMAND | {"command": "/acme-cost"}, "acme-").name == "cost"
    assert from_command(COMMAND | {"command": "/cost"}, "acme-").name == "cost"


def test_a_command_without_words_and_without_trigger_is_one_too() -> None:
    found = from_command({"team_id": TEAM, "user_id": ALICE, "command": "/cost"}, "")
    assert (found.text, found.delivery, found.place.channel) == ("", "", "")


def test_a_mention_is_a_command_without_our_name() -> None:
    found = from_event(mention(), BOT)
    assert found is not None
    assert (found.kind, found.name, found.text) == (Kind.COMMAND, "tuppence", "cost by service")
    assert (found.place.surface, found.place.message, found.place.thread) == (Surface.MENTION, "17.1", "")


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        (f"<@{BOT}> cost", "cost"),
        (f"so, <@{BOT}>: cost by service", "cost by service"),
        (f"cost by service <@{BOT}>", "cost by service"),
        (f"<@{BOT}|tuppence>", ""),
    ],
)
def test_our_name_may_stand_anywhere(text: str, asks: str) -> None:
    found = from_event(mention(text=text), BOT)
    assert found is not None
    assert found.text == asks


def test_a_mention_in_a_thread_keeps_the_thread() -> None:
    found = from_event(mention(thread_ts="16.9"), BOT)
    assert found is not None
    assert found.place.thread == "16.9"


def test_a_message_that_has_replies_is_not_itself_in_their_thread() -> None:
    in_thread = {"container": {"message_ts": "17.2", "thread_ts": "17.1"}}
    with_replies = {"container": {"message_ts": "17.1"}, "message": {"ts": "17.1", "thread_ts": "17.1"}}
    for body, thread in ((in_thread, "17.1"), (with_replies, "")):
        found = only({"user": {"id": ALICE}, "team": {"id": TEAM}, "actions": [{"action_id": "costs.sql"}]} | body)
        assert (found.place.thread, found.place.channel) == (thread, "")


def test_one_message_that_is_delivered_under_two_events_is_one_delivery() -> None:
    twice = [from_event(mention(channel="D1", ts="17.2"), BOT), from_event(message(), BOT)]
    assert {found.delivery for found in twice if found} == {"message:D1:17.2"}


def test_a_direct_message_needs_no_mention() -> None:
    found = from_event(message(), BOT)
    assert found is not None
    assert (found.text, found.place.surface, found.place.channel) == ("cost", Surface.DIRECT, "D1")


def test_the_workspace_is_the_senders_own() -> None:
    for fields in ({"user_team": "T0OTHER01"}, {"team": "T0OTHER01"}):
        found = from_event(mention(**fields), BOT)
        assert found is not None
        assert found.team == "T0OTHER01"


@pytest.mark.parametrize(
    "body",
    [
        mention(bot_id="B1"),
        mention(user=BOT),
        mention(user=""),
        message(subtype="message_changed"),
        message(subtype="bot_message", bot_id="B1"),
        message(user=""),
        message(channel_type="channel", channel="C1"),
        event({"type": "app_home_opened", "user": ALICE, "tab": "messages", "channel": "D1"}),
        event({"type": "member_joined_channel", "user": ALICE, "channel": "C1", "inviter": "U2"}),
        event({"type": "member_joined_channel", "user": BOT, "channel": "C1"}),
        event({"type": "team_rename"}),
    ],
)
def test_what_is_not_for_us_is_nothing(body: dict[str, Any]) -> None:
    assert not from_event(body, BOT)


def test_app_home_is_an_event_of_the_person_who_opened_it() -> None:
    found = from_event(event({"type": "app_home_opened", "user": ALICE, "tab": "home", "channel": "D1"}), BOT)
    assert found is not None
    assert (found.kind, found.name, found.user, found.place.surface) == (Kind.EVENT, "app_home_opened", ALICE, Surface.HOME)
    assert found.delivery == "event:Ev1"


def test_being_invited_is_an_event_of_the_inviter() -> None:
    found = from_event(event({"type": "member_joined_channel", "user": BOT, "channel": "C1", "inviter": ALICE}), BOT)
    assert found is not None
    assert (found.name, found.user, found.place.channel) == ("member_joined_channel", ALICE, "C1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<@U0BOT0001> cost", "cost"),
        ("<@U0BOT0001|tuppence>: cost by service", "cost by service"),
        ("hello <@U0BOT0001>, cost?", "cost?"),
        ("<@U0BOT0001>", ""),
        ("cost by service", "cost by service"),
        ("<@U0BOT0001> role set <@U0ALICE01> admin", "role set <@U0ALICE01> admin"),
        ("ask <@U0ALICE01>", "ask <@U0ALICE01>"),
    ],
)
def test_our_name_is_taken_out_and_nobody_elses(text: str, words: str) -> None:
    assert without_mention(text, BOT) == words


@given(st.text())
def test_any_text_is_kept_without_our_name(text: str) -> None:
    assert f"<@{BOT}>" not in without_mention(f"<@{BOT}> " + text.replace("<", ""), BOT)


def test_a_click_says_which_button_on_which_message() -> None:
    found = only(click())
    assert (found.kind, found.name, found.value) == (Kind.ACTION, "costs.by#account", '{"q":"by account"}')
    assert (found.place.channel, found.place.message, found.place.thread, found.place.surface) == (
        "C1",
        "17.3",
        "17.0",
        Surface.BUTTON,
    )
    assert not found.place.is_ephemeral
    assert found.delivery == f"action:{ALICE}:costs.by#account:18.0"


def test_a_click_on_an_ephemeral_message_says_so() -> None:
    container = {"type": "message", "message_ts": "17.3", "channel_id": "C1", "is_ephemeral": True}
    found = only({name: value for name, value in click(container=container).items() if name != "message"})
    assert found.place.is_ephemeral
    assert found.place.message == "17.3"


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ({"selected_option": {"value": "a"}}, "a"),
        ({"selected_options": [{"value": "a"}, {"value": "b"}]}, "a\nb"),
        ({"selected_user": "U1"}, "U1"),
        ({"selected_conversations": ["C1", "C2"]}, "C1\nC2"),
        ({"selected_date": "2026-11-01"}, "2026-11-01"),
        ({"selected_option": None}, ""),
        ({}, ""),
    ],
)
def test_a_menu_gives_what_was_chosen(element: dict[str, Any], value: str) -> None:
    assert only(click(actions=[{"action_id": "costs.pick", "action_ts": "1", **element}])).value == value


def test_a_button_in_app_home_or_a_modal_has_no_message() -> None:
    for kind, surface in (("home", Surface.HOME), ("modal", Surface.VIEW)):
        container = {"type": "view", "view_id": "V1"}
        found = only(click(container=container, view={"id": "V1", "type": kind}, channel=None, message=None))
        assert (found.place.surface, found.place.channel, found.place.message) == (surface, "", "")


def test_the_clickers_own_workspace_counts() -> None:
    assert only(click(user={"id": ALICE, "team_id": "T0OTHER01"})).team == "T0OTHER01"
    assert only(click(user={"id": ALICE})).team == TEAM


FILLED = {
    "name": {"name": {"type": "plain_text_input", "value": "web"}},
    "who": {"who": {"type": "multi_users_select", "selected_users": ["U1", "U2"]}},
    "kind": {"budgets.kind": {"type": "static_select", "selected_option": {"value": "net"}}},
    "row": {"budgets.near": {"type": "users_select", "selected_user": "U3"}},
}


def modal(values: dict[str, Any] = FILLED) -> dict[str, Any]:
    blocks = [{"type": "actions" if name == "row" else "input", "block_id": name} for name in values]
    kept = {"callback_id": "budgets.save", "private_metadata": '{"id":"7"}', "state": {"values": values}}
    return {"id": "V1", "hash": "h", "type": "modal", "blocks": blocks, **kept}


def submitted(**fields: object) -> Incoming:
    body = {"type": "view_submission", "user": {"id": ALICE, "team_id": TEAM}, "view": modal(), "trigger_id": "9.9"}
    return from_view(body | fields)


def test_a_submitted_modal_gives_what_was_filled_in() -> None:
    found = submitted()
    assert (found.kind, found.name, found.value) == (Kind.VIEW, "budgets.save", '{"id":"7"}')
    assert dict(found.state) == {"name": "web", "who": "U1\nU2", "kind": "net", "budgets.near": "U3"}
    assert (found.place.view, found.place.view_hash, found.place.trigger) == ("V1", "h", "9.9")


def test_a_modal_that_was_mended_is_another_delivery() -> None:
    assert submitted().delivery == submitted().delivery == "view:V1:9.9"
    assert submitted(trigger_id="9.10").delivery != submitted().delivery
    assert not submitted(trigger_id=None).delivery


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ({"type": "plain_text_input", "value": " two\nlines "}, " two\nlines "),
        ({"type": "plain_text_input", "value": None}, ""),
        ({"type": "number_input", "value": "30"}, "30"),
        ({"type": "datepicker", "selected_date": "2026-11-22"}, "2026-11-22"),
        ({"type": "timepicker", "selected_time": "09:30"}, "09:30"),
        ({"type": "datetimepicker", "selected_date_time": 1780000000}, "1780000000"),
        ({"type": "static_select", "selected_option": {"value": "a,b"}}, "a,b"),
        ({"type": "radio_buttons", "selected_option": None}, ""),
        ({"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b,c"}]}, "a\nb,c"),
        ({"type": "checkboxes", "selected_options": []}, ""),
        ({"type": "multi_static_select", "selected_options": [{"value": "a"}]}, "a"),
        ({"type": "users_select", "selected_user": "U1"}, "U1"),
        ({"type": "multi_users_select", "selected_users": []}, ""),
        ({"type": "conversations_select", "selected_conversation": "C1"}, "C1"),
        ({"type": "multi_conversations_select", "selected_conversations": ["C1", "G2"]}, "C1\nG2"),
        ({"type": "channels_select", "selected_channel": "C1"}, "C1"),
    ],
    ids=lambda each: each["type"] if isinstance(each, dict) else "",
)
def test_every_kind_of_input_gives_what_was_filled_in(element: dict[str, Any], value: str) -> None:
    assert submitted(view=modal({"field": {"field": element}})).state == {"field": value}


def in_modal(**action: object) -> Incoming:
    return only(click(container={"type": "view", "view_id": "V1"}, view=modal(), channel=None, message=None, actions=[action]))


def test_a_button_in_a_modal_brings_along_what_is_filled_in() -> None:
    found = in_modal(type="button", action_id="budgets.preview", block_id="row", action_ts="1", value='{"page":"2"}')
    assert (found.value, found.kept) == ('{"page":"2"}', '{"id":"7"}')
    assert found.state["name"] == "web"
    assert (found.place.surface, found.place.view, found.place.view_hash) == (Surface.VIEW, "V1", "h")


def test_an_input_that_tells_at_once_is_filled_in_with_what_was_just_chosen() -> None:
    option = {"selected_option": {"value": "gross"}}
    found = in_modal(type="static_select", action_id="budgets.kind", block_id="kind", action_ts="1", **option)
    assert (found.name, found.value, found.state["kind"]) == ("budgets.kind", "", "gross")
