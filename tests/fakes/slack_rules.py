"""The block rules that the fake Slack enforces: written from Slack's published limits, not from our own kit."""

from __future__ import annotations

import re
from typing import Any

Json = dict[str, Any]
KNOWN = {
    "section": 3000,
    "header": 150,
    "context": 0,
    "actions": 0,
    "divider": 0,
    "image": 0,
    "input": 0,
    "rich_text": 0,
    "markdown": 12000,
    "table": 0,
    "data_table": 0,
    "data_visualization": 0,
}
FILE_ID = re.compile(r"F[A-Z0-9]{8,}")


def block_problem(blocks: list[Json], ready_files: set[str], refused: set[str], most: int = 50) -> str:
    """What Slack would object to, or ""."""
    if len(blocks) > most:
        return f"more than {most} blocks"
    seen: set[str] = set()
    for block in blocks:
        problem = _one(block, ready_files, refused) or _repeated(block, seen)
        if problem:
            return problem
    return ""


def _one(block: Json, ready_files: set[str], refused: set[str]) -> str:
    kind = block.get("type", "")
    if kind not in KNOWN or kind in refused:
        return f"unsupported type: {kind}"
    check = CHECKS.get(kind)
    return check(block, ready_files) if check else ""


def _section(block: Json, _: set[str]) -> str:
    if "text" not in block and "fields" not in block:
        return "section needs text or fields"
    fields = block.get("fields", [])
    if len(fields) > 10 or any(not 0 < len(each["text"]) <= 2000 for each in fields):
        return "section fields: at most 10 of at most 2000"
    return _text(block["text"], 3000) if "text" in block else ""


def _header(block: Json, _: set[str]) -> str:
    return "header must be plain_text" if block["text"]["type"] != "plain_text" else _text(block["text"], 150)


def _context(block: Json, _: set[str]) -> str:
    if not 1 <= len(block["elements"]) <= 10:
        return "context: 1 to 10 elements"
    return next((bad for each in block["elements"] if "text" in each and (bad := _text(each, 2000))), "")


def _actions(block: Json, _: set[str]) -> str:
    elements = block["elements"]
    if not 1 <= len(elements) <= 25:
        return "actions: 1 to 25 elements"
    ids = [each.get("action_id", "") for each in elements]
    if len(set(ids)) != len(ids) or not all(0 < len(each) <= 255 for each in ids):
        return "action_id: present, unique in its block, at most 255"
    return next((bad for each in elements if (bad := _element(each))), "")


def _element(element: Json) -> str:
    if element["type"] == "button":
        if len(element.get("value", "")) > 2000:
            return "button value too long"
        return _text(element["text"], 75)
    if len(element.get("options", [])) > 100:
        return "too many options"
    return next((bad for each in element.get("options", []) if (bad := _text(each["text"], 75))), "")


def _image(block: Json, ready_files: set[str]) -> str:
    if not block.get("alt_text") or len(block["alt_text"]) > 2000:
        return "image needs alt_text of at most 2000"
    if "slack_file" not in block:
        return "" if block.get("image_url") else "image needs slack_file or image_url"
    name = block["slack_file"].get("id", "")
    return "" if FILE_ID.fullmatch(name) and name in ready_files else "invalid slack file"


def _data_table(block: Json, _: set[str]) -> str:
    rows = block.get("rows", [])
    if not block.get("caption") or not 1 <= len(rows) <= 101 or any(len(row) > 20 for row in rows):
        return "data_table: caption, at most 101 rows of 20"
    return "data_table too large" if sum(len(str(cell.get("text", ""))) for row in rows for cell in row) > 10_000 else ""


def _table(block: Json, _: set[str]) -> str:
    rows = block.get("rows", [])
    return "" if 1 <= len(rows) <= 100 and all(len(row) <= 20 for row in rows) else "table: at most 100 rows of 20"


def _text(text: Json, most: int) -> str:
    return "" if 0 < len(text["text"]) <= most else f"text must be 1 to {most} long"


def _repeated(block: Json, seen: set[str]) -> str:
    name = block.get("block_id", "")
    if name and name in seen:
        return f"block_id {name} twice"
    seen.add(name)
    return ""


CHECKS = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "data_table": _data_table,
    "table": _table,
}
