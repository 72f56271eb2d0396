"""What a window asks for: inputs as Slack's JSON, each within Slack's limits, and their values read back.

An input's name is its `block_id`, its `action_id` and its name in `request.values`: a handler asks for what the form called it.
With `action` (a declared action's id) a change is told at once, and the window can be shown anew by it (`Reply.view`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.blocks import limits
from handlers.blocks.build import plain_text
from handlers.blocks.mrkdwn import size

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, time

    from handlers.request import Block

    Options = Mapping[str, str]
    """Value → what is shown for it."""

SEPARATOR = "\n"
"""Between several choices: ids have none, and a name of a cloud has commas more often than line breaks."""
CHOOSE = "Choose"
OWN_CHANNELS: Block = {
    "include": ["public", "private"],
    "exclude_external_shared_channels": True,
    "exclude_bot_users": True,
}
"""What a channel picker offers: no direct messages, and none that another company reads."""


def chosen(values: Mapping[str, str], name: str) -> tuple[str, ...]:
    """The choices of a field that takes several."""
    return tuple(filter(None, values.get(name, "").split(SEPARATOR)))


def asked(name: str, label: str, element: Block, *, hint: str = "", optional: bool = False, action: str = "") -> Block:
    """An input block around any element."""
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": plain_text(label, limits.LABEL),
        "element": {**element, "action_id": action or name},
        "optional": optional,
    }
    if hint:
        block["hint"] = plain_text(hint, limits.HINT)
    return block | ({"dispatch_action": True} if action else {})


# Text and numbers


def text(
    name: str,
    label: str,
    *,
    value: str = "",
    placeholder: str = "",
    hint: str = "",
    optional: bool = False,
    lines: bool = False,
    most: int = limits.INPUT_TEXT,
) -> Block:
    """A line of text, or several with `lines`; at most `most` characters. Raises ValueError for a `value` that is longer."""
    most = min(most, limits.INPUT_TEXT)
    if size(value) > most:
        msg = f"{size(value)} characters do not fit into an input of {most}"
        raise ValueError(msg)
    element: Block = {"type": "plain_text_input", "max_length": most, "multiline": lines}
    shown = {"initial_value": value, "placeholder": plain_text(placeholder, limits.PLACEHOLDER) if placeholder else None}
    return asked(name, label, element | _given(shown), hint=hint, optional=optional)


def number(
    name: str,
    label: str,
    *,
    value: str = "",
    least: str = "",
    most: str = "",
    decimals: bool = False,
    hint: str = "",
    optional: bool = False,
) -> Block:
    """A number, as text in the values. Slack holds it to `least` and `most` (both included) before it is sent."""
    element: Block = {"type": "number_input", "is_decimal_allowed": decimals}
    shown = {"initial_value": value, "min_value": least, "max_value": most}
    return asked(name, label, element | _given(shown), hint=hint, optional=optional)


# Days and hours


def day(name: str, label: str, *, value: date | None = None, hint: str = "", optional: bool = False, action: str = "") -> Block:
    """A day; `2026-11-22` in the values."""
    element: Block = {"type": "datepicker", "placeholder": plain_text("Choose a day", limits.PLACEHOLDER)}
    shown = {"initial_date": value.isoformat() if value else ""}
    return asked(name, label, element | _given(shown), hint=hint, optional=optional, action=action)


def clock(name: str, label: str, *, value: time | None = None, hint: str = "", optional: bool = False) -> Block:
    """A time of day; `09:30` in the values. Whose time it is says the label or another field."""
    element: Block = {"type": "timepicker", "placeholder": plain_text("Choose a time", limits.PLACEHOLDER)}
    shown = {"initial_time": f"{value:%H:%M}" if value else ""}
    return asked(name, label, element | _given(shown), hint=hint, optional=optional)


# Choices


def select(
    name: str,
    label: str,
    options: Options,
    *,
    value: str = "",
    placeholder: str = CHOOSE,
    hint: str = "",
    optional: bool = False,
    action: str = "",
) -> Block:
    """One of up to 100; a `value` that is not among them is not shown."""
    offered = _first(options, limits.SELECT_OPTIONS)
    shown = {"placeholder": plain_text(placeholder, limits.PLACEHOLDER), "initial_option": _one(offered, value)}
    element = {"type": "static_select", "options": _options(offered)} | _given(shown)
    return asked(name, label, element, hint=hint, optional=optional, action=action)


def radio(
    name: str, label: str, options: Options, *, value: str = "", hint: str = "", optional: bool = False, action: str = ""
) -> Block:
    """One of up to ten, all of them seen at once."""
    offered = _first(options, limits.CHOICES)
    element = {"type": "radio_buttons", "options": _options(offered)}
    shown = {"initial_option": _one(offered, value)}
    return asked(name, label, element | _given(shown), hint=hint, optional=optional, action=action)


def several(
    name: str,
    label: str,
    options: Options,
    *,
    values: Collection[str] = (),
    placeholder: str = CHOOSE,
    hint: str = "",
    optional: bool = False,
    action: str = "",
) -> Block:
    """Any number of up to 100; read them with `chosen`."""
    offered = _first(options, limits.SELECT_OPTIONS)
    shown = {"placeholder": plain_text(placeholder, limits.PLACEHOLDER), "initial_options": _those(offered, values)}
    element = {"type": "multi_static_select", "options": _options(offered)} | _given(shown)
    return asked(name, label, element, hint=hint, optional=optional, action=action)


def checkboxes(
    name: str,
    label: str,
    options: Options,
    *,
    values: Collection[str] = (),
    hint: str = "",
    optional: bool = True,
    action: str = "",
) -> Block:
    """Any number of up to ten, all of them seen at once; read them with `chosen`."""
    offered = _first(options, limits.CHOICES)
    element = {"type": "checkboxes", "options": _options(offered)}
    shown = {"initial_options": _those(offered, values)}
    return asked(name, label, element | _given(shown), hint=hint, optional=optional, action=action)


# People and places


def person(name: str, label: str, *, value: str = "", hint: str = "", optional: bool = False, action: str = "") -> Block:
    """One person; their id in the values."""
    element: Block = {"type": "users_select", "placeholder": plain_text("Choose a person", limits.PLACEHOLDER)}
    return asked(name, label, element | _given({"initial_user": value}), hint=hint, optional=optional, action=action)


def people(name: str, label: str, *, values: Collection[str] = (), hint: str = "", optional: bool = False) -> Block:
    """Some people; read their ids with `chosen`."""
    element: Block = {"type": "multi_users_select", "placeholder": plain_text("Choose people", limits.PLACEHOLDER)}
    return asked(name, label, element | _given({"initial_users": list(values)}), hint=hint, optional=optional)


def channel(name: str, label: str, *, value: str = "", hint: str = "", optional: bool = False, action: str = "") -> Block:
    """One channel of this company, private ones too; its id in the values. Whether the bot is in it, Slack does not say here."""
    element: Block = {
        "type": "conversations_select",
        "placeholder": plain_text("Choose a channel", limits.PLACEHOLDER),
        "filter": OWN_CHANNELS,
    }
    return asked(name, label, element | _given({"initial_conversation": value}), hint=hint, optional=optional, action=action)


def channels(name: str, label: str, *, values: Collection[str] = (), hint: str = "", optional: bool = False) -> Block:
    """Some channels of this company; read their ids with `chosen`."""
    element: Block = {
        "type": "multi_conversations_select",
        "placeholder": plain_text("Choose channels", limits.PLACEHOLDER),
        "filter": OWN_CHANNELS,
    }
    return asked(name, label, element | _given({"initial_conversations": list(values)}), hint=hint, optional=optional)


# Pieces


def _first(options: Options, most: int) -> Options:
    """Those that Slack takes, so give the important ones first. Raises ValueError where there are none."""
    if not options:
        msg = "Slack refuses a choice without options"
        raise ValueError(msg)
    return dict(list(options.items())[:most])


def _options(offered: Options) -> list[Block]:
    return [_option(value, shown) for value, shown in offered.items()]


def _option(value: str, shown: str) -> Block:
    """Raises ValueError for a value that Slack would not take, or that could not be told apart from two."""
    if not 0 < size(value) <= limits.OPTION_VALUE or SEPARATOR in value:
        msg = f"not a value of an option: {value[:40]!r}"
        raise ValueError(msg)
    return {"text": plain_text(shown, limits.OPTION_TEXT), "value": value}


def _one(offered: Options, value: str) -> Block | None:
    return _option(value, offered[value]) if value in offered else None


def _those(offered: Options, values: Collection[str]) -> list[Block]:
    return [_option(value, shown) for value, shown in offered.items() if value in values]


def _given(fields: Mapping[str, object]) -> Block:
    """Those that are not empty: Slack refuses empty ones."""
    return {name: value for name, value in fields.items() if value}
