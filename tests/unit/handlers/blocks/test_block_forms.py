"""Given what a window asks for, when it is built, then our check and Slack's own rules take it, and values come back as given."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.slack.checking import problems as slacks_problems
from handlers.blocks import forms, limits
from handlers.blocks.build import modal
from handlers.blocks.validate import view_problems

if TYPE_CHECKING:
    from collections.abc import Callable

LONG = "long 😀 " * 2000
MANY = {f"value {at}": f"Label {at}: {LONG}" for at in range(120)}
FEW = {"gross": "Gross", "net": "Net, with credits"}
NET = {"text": {"type": "plain_text", "text": "Net, with credits", "emoji": False}, "value": "net"}
FORMS: dict[str, tuple[dict[str, Any], str, object]] = {
    "text": (forms.text("f", "Name", value="web", placeholder=LONG, hint=LONG), "initial_value", "web"),
    "lines": (forms.text("f", LONG, value="x" * 3000, lines=True), "multiline", True),
    "short text": (forms.text("f", "Name", most=80, optional=True), "max_length", 80),
    "number": (forms.number("f", "Minutes", value="30", least="5", most="1440"), "initial_value", "30"),
    "decimals": (forms.number("f", "Dollars", least="0.5", decimals=True), "is_decimal_allowed", True),
    "day": (forms.day("f", "Until", value=date(2026, 11, 22)), "initial_date", "2026-11-22"),
    "no day": (forms.day("f", "Until", optional=True), "type", "datepicker"),
    "clock": (forms.clock("f", "From", value=time(9, 5)), "initial_time", "09:05"),
    "midnight": (forms.clock("f", "From", value=time(0)), "initial_time", "00:00"),
    "select": (forms.select("f", "Kind", FEW, value="net"), "initial_option", NET),
    "unknown choice": (forms.select("f", "Kind", FEW, value="gone"), "type", "static_select"),
    "many options": (forms.select("f", "Kind", MANY, value="value 99"), "type", "static_select"),
    "an option beyond them": (forms.select("f", "Kind", MANY, value="value 110"), "type", "static_select"),
    "radio": (forms.radio("f", "Kind", MANY, value="value 9"), "type", "radio_buttons"),
    "several": (forms.several("f", "Kinds", FEW, values=("net",)), "initial_options", [NET]),
    "checkboxes": (forms.checkboxes("f", "Kinds", FEW, values=["net"]), "initial_options", [NET]),
    "no checkbox": (forms.checkboxes("f", "Kinds", MANY), "type", "checkboxes"),
    "person": (forms.person("f", "Who", value="U1"), "initial_user", "U1"),
    "people": (forms.people("f", "Who", values=("U1", "U2")), "initial_users", ["U1", "U2"]),
    "nobody": (forms.people("f", "Who", optional=True), "type", "multi_users_select"),
    "channel": (forms.channel("f", "Where", value="C1"), "initial_conversation", "C1"),
    "channels": (forms.channels("f", "Where", values=("C1",)), "initial_conversations", ["C1"]),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_input_keeps_slacks_rules(name: str) -> None:
    block, field, value = FORMS[name]
    view = modal("A form", [block], callback="tills.save", submit="Save")
    assert view_problems(view) == ()
    assert slacks_problems("view", view, "/view") == []
    assert block["element"][field] == value


@pytest.mark.parametrize("name", FORMS)
def test_an_input_is_called_the_same_everywhere(name: str) -> None:
    block, _, _ = FORMS[name]
    assert (block["block_id"], block["element"]["action_id"]) == ("f", "f")
    assert "dispatch_action" not in block


@pytest.mark.parametrize("build", [forms.select, forms.radio, forms.several, forms.checkboxes])
def test_a_choice_can_tell_at_once(build: Callable[..., dict[str, Any]]) -> None:
    block = build("kind", "Kind", FEW, action="tills.kind")
    assert (block["block_id"], block["element"]["action_id"], block["dispatch_action"]) == ("kind", "tills.kind", True)
    assert slacks_problems("view", modal("A form", [block], submit="Save"), "/view") == []


@pytest.mark.parametrize("build", [forms.select, forms.radio, forms.several, forms.checkboxes])
@pytest.mark.parametrize(
    "options", [{}, {"": "Nothing"}, {"x" * 151: "Long"}, {"a\nb": "Two"}], ids=["no", "blank", "long", "two"]
)
def test_what_slack_would_not_take_is_refused_where_it_is_made(build: Callable[..., object], options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="option"):
        build("kind", "Kind", options)


def test_a_text_is_never_cut_silently() -> None:
    with pytest.raises(ValueError, match="3001 characters do not fit"):
        forms.text("f", "Name", value="x" * (limits.INPUT_TEXT + 1))


def test_several_choices_come_apart_again() -> None:
    assert forms.chosen({"who": "U1\nU2"}, "who") == ("U1", "U2")
    assert forms.chosen({"names": "Amazon EC2, reserved"}, "names") == ("Amazon EC2, reserved",)
    assert forms.chosen({"who": ""}, "who") == forms.chosen({}, "who") == ()


@pytest.mark.parametrize(
    ("element", "fault"),
    [
        ({"type": "plain_text_input", "max_length": 3001}, "1 to 3000"),
        ({"type": "plain_text_input", "initial_value": "abc", "max_length": 2}, "at most 2"),
        ({"type": "number_input"}, "missing"),
        ({"type": "number_input", "is_decimal_allowed": False, "initial_value": "ten"}, "not a number"),
        ({"type": "checkboxes", "options": [forms._option(str(at), "x") for at in range(11)]}, "11 entries"),
        ({"type": "radio_buttons", "options": []}, "0 entries"),
        (
            {
                "type": "multi_static_select",
                "placeholder": {"type": "plain_text", "text": "p"},
                "options": [forms._option("a", "A")],
                "initial_options": [forms._option("b", "B")],
            },
            "not among them",
        ),
        ({"type": "datepicker"}, "text object"),
        ({"type": "button"}, "text object"),
    ],
)
def test_our_check_finds_what_slack_would_refuse(element: dict[str, Any], fault: str) -> None:
    found = view_problems(modal("A form", [forms.asked("f", "Field", element)], submit="Save"))
    assert any(fault in each.text for each in found), found


def test_two_inputs_of_one_name_are_found() -> None:
    found = view_problems(modal("A form", [forms.text("f", "One"), forms.text("f", "Two")], submit="Save"))
    assert {"block_id 'f' stands there 2 times", "action_id 'f' stands there 2 times"} <= {each.text for each in found}
