"""Blocks and views as Slack takes them: against the schemas, and by the rules that look at more than one place at once.

What is wrong is refused with `invalid_blocks` (a view: `invalid_arguments`) and the place; the rest gets the ids Slack adds.
"""

from __future__ import annotations

import json
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from bot.sandbox.slack.checking import problems
from bot.sandbox.slack.elements import STILL, elements
from bot.sandbox.slack.refusals import RefusedError
from bot.sandbox.slack.shapes import is_processed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.sandbox.slack.state import State
    from bot.sandbox.slack.workspace import Json

MOST_CHARTS, MOST_TABLES = 2, 1
TABLE_CHARACTERS, MARKDOWN_CHARACTERS = 10_000, 12_000
MESSAGE_CHARACTERS = 13_200
"""All blocks of a message as JSON have no limit that Slack names; about so much text is refused (bolt-js issue 2509)."""
VIEW_BYTES = 250_000
SHOWN = frozenset({"text", "title", "caption", "alt_text", "label", "name"})


def check_message(state: State, blocks: object) -> list[Json]:
    """The blocks of a message, with the ids that Slack gives to those without. Raises RefusedError."""
    if not isinstance(blocks, list):
        raise RefusedError("invalid_blocks_format")
    found = problems("message", blocks, "/blocks") or [*_together(blocks), *_pictures(state, blocks, "/blocks")]
    if found:
        raise RefusedError("invalid_blocks", *found)
    if sum(map(len, _texts(blocks))) > MESSAGE_CHARACTERS:
        raise RefusedError("msg_blocks_too_long")
    return _named(state, blocks)


def check_view(state: State, view: object) -> Json:
    """A modal or a home, with the ids that Slack gives. Raises RefusedError."""
    if not isinstance(view, dict):
        raise RefusedError("invalid_arguments", "missing required field: view [json-pointer:/view]")
    if len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES:
        raise RefusedError("view_too_large")
    found = problems("view", view, "/view") or [*_of_view(view), *_pictures(state, view["blocks"], "/view/blocks")]
    if found:
        raise RefusedError("invalid_arguments", *found)
    return {**view, "blocks": _named(state, view["blocks"])}


# What one place cannot say.


def _together(blocks: Sequence[Json]) -> Iterator[str]:
    kinds = Counter(each["type"] for each in blocks)
    if kinds["table"] + kinds["data_table"] > MOST_TABLES:
        yield "only one table allowed [json-pointer:/blocks]"
    if kinds["data_visualization"] > MOST_CHARTS:
        yield f"no more than {MOST_CHARTS} charts allowed [json-pointer:/blocks]"
    if sum(len(each["text"]) for each in blocks if each["type"] == "markdown") > MARKDOWN_CHARACTERS:
        yield f"markdown must be less than {MARKDOWN_CHARACTERS + 1} characters together [json-pointer:/blocks]"
    yield from _unique(blocks, "/blocks")
    for at, block in enumerate(blocks):
        if block["type"] in {"table", "data_table"}:
            yield from _rows(block, f"/blocks/{at}")
        elif block["type"] == "data_visualization":
            yield from _categories(block["chart"], f"/blocks/{at}/chart")


def _of_view(view: Json) -> Iterator[str]:
    blocks = view["blocks"]
    yield from _unique(blocks, "/view/blocks")
    if view["type"] == "modal" and "submit" not in view and any(each["type"] == "input" for each in blocks):
        yield "missing required field: submit, which a view with inputs needs [json-pointer:/view/submit]"


def _unique(blocks: Sequence[Json], pointer: str) -> Iterator[str]:
    """Block ids in the whole, action ids within a block, values within a menu."""
    for name in _twice(each.get("block_id") for each in blocks):
        yield f"block_id {name} is used twice [json-pointer:{pointer}]"
    for at, block in enumerate(blocks):
        found = list(elements(block))
        for name in _twice(each.get("action_id") for each in found):
            yield f"action_id {name} is used twice [json-pointer:{pointer}/{at}]"
        for element in found:
            groups = element.get("option_groups") or [element]
            for name in _twice(each["value"] for group in groups for each in group.get("options") or ()):
                yield f"option value {name} is used twice [json-pointer:{pointer}/{at}]"


def _twice(names: Iterator[str | None] | Sequence[str | None]) -> list[str]:
    return [name for name, count in Counter(names).items() if name is not None and count > 1]


def _rows(block: Json, pointer: str) -> Iterator[str]:
    rows = block["rows"]
    if len({len(row) for row in rows}) > 1:
        yield f"all rows must have the same number of cells [json-pointer:{pointer}/rows]"
    total = sum(len(str(cell.get("text", cell.get("value", "")))) for cell in chain.from_iterable(rows))
    if total > TABLE_CHARACTERS:
        yield f"cells must be less than {TABLE_CHARACTERS + 1} characters together [json-pointer:{pointer}/rows]"


def _categories(chart: Json, pointer: str) -> Iterator[str]:
    """Every series has every category once; names of series differ."""
    series = chart.get("series", [])
    for at, each in enumerate(series):
        if sorted(point["label"] for point in each["data"]) != sorted(chart["axis_config"]["categories"]):
            yield f"every category needs one point [json-pointer:{pointer}/series/{at}/data]"
    for name in _twice([each["name"] for each in series]):
        yield f"series {name} stands there twice [json-pointer:{pointer}/series]"


def _pictures(state: State, node: object, pointer: str) -> Iterator[str]:
    """Every picture that was uploaded must have been looked at."""
    if isinstance(node, dict):
        if node.get("type") == "image" and "slack_file" in node:
            found = state.workspace.files.get(str(node["slack_file"].get("id", "")))
            if found is None or not is_processed(found) or not found.mimetype.startswith("image/"):
                yield f"invalid slack file [json-pointer:{pointer}/slack_file/id]"
        for name, each in () if node.get("type") in STILL else node.items():
            yield from _pictures(state, each, f"{pointer}/{name}")
    elif isinstance(node, list):
        for at, each in enumerate(node):
            yield from _pictures(state, each, f"{pointer}/{at}")


def _texts(node: object) -> Iterator[str]:
    """What is shown at once; menus show theirs when they are opened."""
    if isinstance(node, dict):
        for name, value in node.items():
            if isinstance(value, str) and name in SHOWN:
                yield value
            elif name not in {"options", "option_groups", "confirm"}:
                yield from _texts(value)
    elif isinstance(node, list):
        for each in node:
            yield from _texts(each)


def _named(state: State, blocks: list[Json]) -> list[Json]:
    """The same blocks, each with an id, and so is every element that can be used."""
    for block in blocks:
        block.setdefault("block_id", state.workspace.short_id())
        for element in elements(block):
            element.setdefault("action_id", state.workspace.short_id())
    return blocks
