"""Interactive elements wherever they stand in blocks: found by their two ids, and what choosing in them means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack.refusals import NotPossibleError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.sandbox.slack.workspace import Json

SINGLE = frozenset({"static_select", "overflow", "radio_buttons"})
SEVERAL = frozenset({"multi_static_select", "checkboxes"})
PLAIN = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "external_select": "selected_option",
    "multi_external_select": "selected_options",
}
"""Element → the field of its state, where what was chosen is taken as it comes."""
INITIAL = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "selected_user": "initial_user",
    "selected_conversation": "initial_conversation",
    "selected_channel": "initial_channel",
    "selected_users": "initial_users",
    "selected_conversations": "initial_conversations",
    "selected_channels": "initial_channels",
}
"""Field of a state → the field of the element that it begins with."""
ACTS = frozenset({*SINGLE, *SEVERAL, *PLAIN, "button", "workflow_button", "icon_button", "feedback_buttons"})


STILL = frozenset({"table", "data_table", "data_visualization", "divider", "header", "markdown"})
"""Blocks with nothing to press in them; tables are long."""


def elements(block: object) -> Iterator[Json]:
    """Every interactive element in a block, nested ones too."""
    if isinstance(block, dict):
        if block.get("type") in ACTS:
            yield block
            return
        for each in () if block.get("type") in STILL else block.values():
            yield from elements(each)
    elif isinstance(block, list):
        for each in block:
            yield from elements(each)


def blocks_with_elements(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Each element with the block that it answers for: the innermost with an id."""
    for block in blocks:
        children = block.get("child_blocks") or block.get("elements") if block.get("type") in {"container", "carousel"} else None
        if children:
            yield from blocks_with_elements(children)
        else:
            yield from ((block, each) for each in elements(block))


def find(blocks: Sequence[Json], block_id: str, action_id: str) -> Json:
    """The element that a person used. Raises NotPossibleError."""
    for block, element in blocks_with_elements(blocks):
        if block.get("block_id") == block_id and element.get("action_id") == action_id:
            return element
    raise NotPossibleError(f"There is no element {action_id} in a block {block_id}.")


def chosen(element: Json, given: Json) -> Json:
    """The state of an element after somebody used it. Raises NotPossibleError for what it does not offer."""
    kind = str(element["type"])
    if kind in SINGLE:
        value = (given.get("selected_option") or {}).get("value")
        return {"type": kind, "selected_option": _offered(element, str(value)) if value is not None else None}
    if kind in SEVERAL:
        picked = [_offered(element, str(each["value"])) for each in given.get("selected_options") or ()]
        return {"type": kind, "selected_options": picked}
    name = PLAIN.get(kind, "value")
    return {"type": kind, name: given.get(name)}


def _offered(element: Json, value: str) -> Json:
    groups = element.get("option_groups") or [element]
    for group in groups:
        for option in group.get("options") or ():
            if option.get("value") == value:
                return dict(option)
    raise NotPossibleError(f"{element.get('action_id')} does not offer {value}.")


def begun(blocks: Sequence[Json]) -> Json:
    """The state that a window opens with: what its elements begin with, empty where they begin with nothing."""
    values: Json = {}
    for block, element in blocks_with_elements(blocks):
        kind = str(element["type"])
        if kind.endswith(("button", "feedback_buttons")) or kind == "overflow":
            continue
        name = "selected_option" if kind in SINGLE else "selected_options" if kind in SEVERAL else PLAIN[kind]
        empty: object = [] if name.endswith("s") else None
        state = {"type": kind, name: element.get(INITIAL[name], empty)}
        values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values


def is_empty(state: Json) -> bool:
    """Whether nothing was filled in."""
    return not any(value for name, value in state.items() if name != "type")
