"""Checks blocks and views against every limit before Slack does: for tests, and for whoever sends.

Each problem has a JSON pointer, as Slack's own `blocks.validate` answers with.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handlers.blocks import limits
from handlers.blocks.build import texts
from handlers.blocks.mrkdwn import size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from handlers.request import Block

    Checker = Callable[[Block, str], Iterator["Problem"]]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: `/blocks/3/elements/0/text: 93 characters, at most 75`."""

    pointer: str
    text: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.text}"


def message_problems(blocks: Sequence[Block], text: str) -> tuple[Problem, ...]:
    """Everything wrong with a message: its fallback text, and its blocks."""
    return (*_length(text, limits.FALLBACK_TEXT, "/text"), *problems(blocks))


def problems(blocks: Sequence[Block], *, most: int = limits.MESSAGE_BLOCKS) -> tuple[Problem, ...]:
    """Everything wrong with a message's blocks, in order."""
    found = [*_count(blocks, 0, most, "/blocks"), *_all(blocks, "/blocks")]
    return (*found, *_unique(blocks), *_totals(blocks))


def view_problems(view: Block) -> tuple[Problem, ...]:
    """Everything wrong with a modal or App Home view."""
    blocks = view.get("blocks", [])
    found = [*_count(blocks, 0, limits.VIEW_BLOCKS, "/blocks"), *_all(blocks, "/blocks"), *_unique(blocks)]
    for name in ("title", "submit", "close"):
        if name in view or (name == "title" and view.get("type") == "modal"):
            found.extend(_plain(view.get(name), limits.VIEW_TITLE, f"/{name}"))
    found.extend(_length(view.get("private_metadata", "-"), limits.PRIVATE_METADATA, "/private_metadata"))
    found.extend(_length(view.get("callback_id", "-"), limits.CALLBACK_ID, "/callback_id"))
    if len(json.dumps(view, ensure_ascii=False).encode()) > limits.VIEW_BYTES:
        found.append(Problem("", f"more than {limits.VIEW_BYTES:,} bytes"))
    return tuple(found)


def _all(blocks: Sequence[Block], pointer: str) -> Iterator[Problem]:
    for at, block in enumerate(blocks):
        here = f"{pointer}/{at}"
        check = _BLOCKS.get(block.get("type", ""))
        yield from check(block, here) if check else [Problem(here, f"unknown block {block.get('type')!r}")]
        if "block_id" in block:
            yield from _length(block["block_id"], limits.BLOCK_ID, f"{here}/block_id")


def _unique(blocks: Sequence[Block]) -> Iterator[Problem]:
    yield from _twice("block_id", [block["block_id"] for block in blocks if "block_id" in block])
    elements = [
        each
        for block in blocks
        for each in (*block.get("elements", ()), block.get("accessory") or {}, block.get("element") or {})
    ]
    yield from _twice("action_id", [each["action_id"] for each in elements if "action_id" in each])


def _twice(name: str, values: Sequence[str]) -> Iterator[Problem]:
    for value, count in Counter(values).items():
        if count > 1:
            yield Problem("/blocks", f"{name} {value!r} stands there {count} times")


def _totals(blocks: Sequence[Block]) -> Iterator[Problem]:
    kinds = Counter(block.get("type") for block in blocks)
    if kinds["table"] + kinds["data_table"] > limits.MESSAGE_TABLES:
        yield Problem("/blocks", f"more than {limits.MESSAGE_TABLES} table")
    if kinds["data_visualization"] > limits.MESSAGE_CHARTS:
        yield Problem("/blocks", f"more than {limits.MESSAGE_CHARTS} charts")
    total = sum(map(size, texts(list(blocks))))
    if total > limits.MESSAGE_CHARACTERS:
        yield Problem("/blocks", f"{total:,} characters of text, at most {limits.MESSAGE_CHARACTERS:,}")


# Pieces


def _count(items: Sequence[Any], least: int, most: int, pointer: str) -> Iterator[Problem]:
    if not least <= len(items) <= most:
        yield Problem(pointer, f"{len(items)} entries, {least} to {most} are allowed")


def _length(text: object, most: int, pointer: str) -> Iterator[Problem]:
    if not isinstance(text, str) or not text.strip():
        yield Problem(pointer, "empty text")
        return
    if size(text) > most:
        yield Problem(pointer, f"{size(text)} characters, at most {most}")
    if any("\ud800" <= character <= "\udfff" for character in text):
        yield Problem(pointer, "half a character")


def _object(node: object, kinds: tuple[str, ...], most: int, pointer: str) -> Iterator[Problem]:
    if not isinstance(node, dict) or node.get("type") not in kinds:
        yield Problem(pointer, f"not a text object of {' or '.join(kinds)}")
        return
    yield from _length(node.get("text"), most, f"{pointer}/text")


def _plain(node: object, most: int, pointer: str) -> Iterator[Problem]:
    yield from _object(node, ("plain_text",), most, pointer)


def _rich(node: object, most: int, pointer: str) -> Iterator[Problem]:
    yield from _object(node, ("plain_text", "mrkdwn"), most, pointer)


# Blocks


def _header(block: Block, pointer: str) -> Iterator[Problem]:
    yield from _plain(block.get("text"), limits.HEADER_TEXT, f"{pointer}/text")


def _section(block: Block, pointer: str) -> Iterator[Problem]:
    if "text" not in block and "fields" not in block:
        yield Problem(pointer, "neither text nor fields")
    if "text" in block:
        yield from _rich(block["text"], limits.SECTION_TEXT, f"{pointer}/text")
    if "fields" in block:
        yield from _count(block["fields"], 1, limits.SECTION_FIELDS, f"{pointer}/fields")
        for at, each in enumerate(block["fields"]):
            yield from _rich(each, limits.FIELD_TEXT, f"{pointer}/fields/{at}")
    if "accessory" in block:
        yield from _element(block["accessory"], f"{pointer}/accessory")


def _context(block: Block, pointer: str) -> Iterator[Problem]:
    elements = block.get("elements", [])
    yield from _count(elements, 1, limits.CONTEXT_ELEMENTS, f"{pointer}/elements")
    for at, each in enumerate(elements):
        yield from _rich(each, limits.CONTEXT_TEXT, f"{pointer}/elements/{at}")


def _divider(_block: Block, _pointer: str) -> Iterator[Problem]:
    yield from ()


def _actions(block: Block, pointer: str) -> Iterator[Problem]:
    elements = block.get("elements", [])
    yield from _count(elements, 1, limits.ACTIONS_ELEMENTS, f"{pointer}/elements")
    for at, each in enumerate(elements):
        yield from _element(each, f"{pointer}/elements/{at}")


def _input(block: Block, pointer: str) -> Iterator[Problem]:
    yield from _plain(block.get("label"), limits.LABEL, f"{pointer}/label")
    if "hint" in block:
        yield from _plain(block["hint"], limits.HINT, f"{pointer}/hint")
    if not isinstance(block.get("element"), dict):
        yield Problem(f"{pointer}/element", "missing")
    else:
        yield from _element(block["element"], f"{pointer}/element")


def _image(block: Block, pointer: str) -> Iterator[Problem]:
    yield from _length(block.get("alt_text"), limits.ALT_TEXT, f"{pointer}/alt_text")
    if "title" in block:
        yield from _plain(block["title"], limits.IMAGE_TITLE, f"{pointer}/title")
    if not block.get("slack_file", {}).get("id"):
        yield Problem(f"{pointer}/slack_file", "only files uploaded to Slack are shown: a public address would leak them")


def _table(block: Block, pointer: str) -> Iterator[Problem]:
    rows = block.get("rows", [])
    yield from _count(rows, 1, limits.TABLE_ROWS, f"{pointer}/rows")
    yield from _count(block.get("column_settings", []), 0, limits.TABLE_COLUMNS, f"{pointer}/column_settings")
    yield from _cells(rows, f"{pointer}/rows")


def _data_table(block: Block, pointer: str) -> Iterator[Problem]:
    rows = block.get("rows", [])
    yield from _length(block.get("caption"), limits.CAPTION, f"{pointer}/caption")
    yield from _count(rows, 2, limits.DATA_TABLE_ROWS + 1, f"{pointer}/rows")
    if not 1 <= block.get("page_size", 1) <= limits.PAGE_SIZE:
        yield Problem(f"{pointer}/page_size", f"1 to {limits.PAGE_SIZE} are allowed")
    yield from _cells(rows, f"{pointer}/rows")


def _cells(rows: Sequence[Sequence[Block]], pointer: str) -> Iterator[Problem]:
    if len({len(row) for row in rows}) > 1:
        yield Problem(pointer, "rows of different lengths")
    for at, row in enumerate(rows):
        yield from _count(row, 1, limits.TABLE_COLUMNS, f"{pointer}/{at}")
        for column, cell in enumerate(row):
            yield from _cell(cell, f"{pointer}/{at}/{column}")
    total = sum(size(str(cell.get("text", ""))) for row in rows for cell in row)
    if total > limits.TABLE_CHARACTERS:
        yield Problem(pointer, f"{total:,} characters in the cells, at most {limits.TABLE_CHARACTERS:,}")


def _cell(cell: Block, pointer: str) -> Iterator[Problem]:
    if cell.get("type") not in {"raw_text", "raw_number"}:
        yield Problem(pointer, f"unknown cell {cell.get('type')!r}")
    if cell.get("type") == "raw_number" and not _is_number(cell.get("value")):
        yield Problem(f"{pointer}/value", "not a number")
    yield from _length(cell.get("text"), limits.TABLE_CHARACTERS, f"{pointer}/text")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _chart(block: Block, pointer: str) -> Iterator[Problem]:
    yield from _length(block.get("title"), limits.CHART_TITLE, f"{pointer}/title")
    chart = block.get("chart", {})
    if chart.get("type") == "pie":
        yield from _count(chart.get("segments", []), 1, limits.CHART_SEGMENTS, f"{pointer}/chart/segments")
        yield from _points(chart.get("segments", []), f"{pointer}/chart/segments", positive=True)
    elif chart.get("type") in {"line", "bar", "area"}:
        yield from _series(chart, f"{pointer}/chart")
    else:
        yield Problem(f"{pointer}/chart/type", f"unknown chart {chart.get('type')!r}")


def _series(chart: Block, pointer: str) -> Iterator[Problem]:
    series, axis = chart.get("series", []), chart.get("axis_config", {})
    categories = axis.get("categories", [])
    yield from _count(series, 1, limits.CHART_SERIES, f"{pointer}/series")
    yield from _count(categories, 1, limits.CHART_POINTS, f"{pointer}/axis_config/categories")
    yield from _twice("category", categories)
    yield from _twice("series name", [each.get("name", "") for each in series])
    for name in ("x_label", "y_label"):
        yield from _length(axis.get(name, "-"), limits.CHART_AXIS, f"{pointer}/axis_config/{name}")
    for at, each in enumerate(series):
        here = f"{pointer}/series/{at}"
        yield from _length(each.get("name"), limits.CHART_NAME, f"{here}/name")
        yield from _points(each.get("data", []), f"{here}/data")
        if [point.get("label") for point in each.get("data", [])] != list(categories):
            yield Problem(f"{here}/data", "not one point for each category")


def _points(points: Sequence[Block], pointer: str, *, positive: bool = False) -> Iterator[Problem]:
    for at, point in enumerate(points):
        yield from _length(point.get("label"), limits.CHART_LABEL, f"{pointer}/{at}/label")
        if not _is_number(point.get("value")) or (positive and point["value"] <= 0):
            yield Problem(f"{pointer}/{at}/value", "not a number that can be drawn")


# Elements


def _element(element: Block, pointer: str) -> Iterator[Problem]:
    yield from _length(element.get("action_id"), limits.ACTION_ID, f"{pointer}/action_id")
    check = _ELEMENTS.get(element.get("type", ""))
    yield from check(element, pointer) if check else [Problem(pointer, f"unknown element {element.get('type')!r}")]
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{pointer}/confirm")


def _button(element: Block, pointer: str) -> Iterator[Problem]:
    yield from _plain(element.get("text"), limits.BUTTON_TEXT, f"{pointer}/text")
    for name, most in _BUTTON_TEXTS.items():
        yield from _length(element.get(name, "-"), most, f"{pointer}/{name}")
    if element.get("style", "primary") not in {"primary", "danger"}:
        yield Problem(f"{pointer}/style", f"unknown style {element['style']!r}")


def _select(element: Block, pointer: str) -> Iterator[Problem]:
    yield from _plain(element.get("placeholder"), limits.PLACEHOLDER, f"{pointer}/placeholder")
    yield from _options(element, limits.SELECT_OPTIONS, pointer)


def _picker(element: Block, pointer: str) -> Iterator[Problem]:
    yield from _plain(element.get("placeholder"), limits.PLACEHOLDER, f"{pointer}/placeholder")


def _choices(element: Block, pointer: str) -> Iterator[Problem]:
    yield from _options(element, limits.CHOICES, pointer)


def _text_input(element: Block, pointer: str) -> Iterator[Problem]:
    most = element.get("max_length", limits.INPUT_TEXT)
    if not 1 <= most <= limits.INPUT_TEXT:
        yield Problem(f"{pointer}/max_length", f"1 to {limits.INPUT_TEXT} are allowed")
    yield from _length(element.get("initial_value", "-"), most, f"{pointer}/initial_value")
    if "placeholder" in element:
        yield from _picker(element, pointer)


def _number_input(element: Block, pointer: str) -> Iterator[Problem]:
    if not isinstance(element.get("is_decimal_allowed"), bool):
        yield Problem(f"{pointer}/is_decimal_allowed", "missing")
    for name in ("initial_value", "min_value", "max_value"):
        if not _NUMBER.fullmatch(element.get(name, "0")):
            yield Problem(f"{pointer}/{name}", "not a number as text")


def _overflow(element: Block, pointer: str) -> Iterator[Problem]:
    yield from _options(element, limits.OVERFLOW_OPTIONS, pointer)


def _options(element: Block, most: int, pointer: str) -> Iterator[Problem]:
    options = element.get("options", [])
    yield from _count(options, 1, most, f"{pointer}/options")
    initial = [*element.get("initial_options", ()), *filter(None, [element.get("initial_option")])]
    if any(each not in options for each in initial):
        yield Problem(f"{pointer}/options", "what is chosen at first is not among them")
    yield from _twice("option value", [each.get("value", "") for each in options])
    for at, each in enumerate(options):
        here = f"{pointer}/options/{at}"
        yield from _plain(each.get("text"), limits.OPTION_TEXT, f"{here}/text")
        yield from _length(each.get("value"), limits.OPTION_VALUE, f"{here}/value")
        if "description" in each:
            yield from _plain(each["description"], limits.OPTION_DESCRIPTION, f"{here}/description")


def _confirm(dialog: Block, pointer: str) -> Iterator[Problem]:
    for name, most in _CONFIRM_TEXTS.items():
        yield from _rich(dialog.get(name), most, f"{pointer}/{name}")


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_BUTTON_TEXTS = {
    "value": limits.BUTTON_VALUE,
    "url": limits.URL,
    "accessibility_label": limits.ACCESSIBILITY_LABEL,
}
_CONFIRM_TEXTS = {
    "title": limits.CONFIRM_TITLE,
    "text": limits.CONFIRM_TEXT,
    "confirm": limits.CONFIRM_BUTTON,
    "deny": limits.CONFIRM_BUTTON,
}
_BLOCKS: dict[str, Checker] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "divider": _divider,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "table": _table,
    "data_table": _data_table,
    "data_visualization": _chart,
}
_ELEMENTS: dict[str, Checker] = {
    "button": _button,
    "static_select": _select,
    "overflow": _overflow,
    "conversations_select": _picker,
    "multi_conversations_select": _picker,
    "channels_select": _picker,
    "multi_channels_select": _picker,
    "users_select": _picker,
    "multi_users_select": _picker,
    "external_select": _picker,
    "multi_external_select": _picker,
    "multi_static_select": _select,
    "datepicker": _picker,
    "timepicker": _picker,
    "checkboxes": _choices,
    "radio_buttons": _choices,
    "plain_text_input": _text_input,
    "number_input": _number_input,
}
