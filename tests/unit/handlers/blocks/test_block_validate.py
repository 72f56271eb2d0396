"""Given blocks that Slack would refuse, when they are checked, then each fault is named with its place."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.blocks import build
from handlers.blocks.validate import message_problems, problems, view_problems


def text(words: str, kind: str = "mrkdwn") -> dict[str, Any]:
    return {"type": kind, "text": words}


def button(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  # any field of Slack's button
    return {"type": "button", "text": text("Go", "plain_text"), "action_id": "a.b"} | changes


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def cell(words: str) -> dict[str, Any]:
    return {"type": "raw_text", "text": words}


def chart(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  # any field of Slack's chart
    series = [{"name": "s", "data": [{"label": "a", "value": 1}]}]
    drawn = {"type": "line", "series": series, "axis_config": {"categories": ["a"]}} | changes
    return {"type": "data_visualization", "title": "t", "chart": drawn}


def select(options: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "static_select", "placeholder": text("p", "plain_text"), "action_id": "a.c", "options": options}


@pytest.mark.parametrize(
    ("block", "pointer", "fault"),
    [
        ({"type": "marquee"}, "/blocks/0", "unknown block"),
        ({"type": "header", "text": text("x" * 151, "plain_text")}, "/blocks/0/text/text", "151 characters, at most 150"),
        ({"type": "header", "text": text("x")}, "/blocks/0/text", "not a text object"),
        ({"type": "section"}, "/blocks/0", "neither text nor fields"),
        ({"type": "section", "text": text(" ")}, "/blocks/0/text/text", "empty text"),
        ({"type": "section", "text": text("x\ud83d")}, "/blocks/0/text/text", "half a character"),
        ({"type": "section", "text": text("😀" * 1501)}, "/blocks/0/text/text", "3002 characters"),
        ({"type": "section", "fields": [text("x")] * 11}, "/blocks/0/fields", "11 entries"),
        ({"type": "section", "text": text("x"), "accessory": {"type": "tea"}}, "/blocks/0/accessory", "unknown element"),
        ({"type": "context", "elements": []}, "/blocks/0/elements", "0 entries"),
        (actions(), "/blocks/0/elements", "0 entries"),
        (actions(button(value="x" * 2001)), "/blocks/0/elements/0/value", "at most 2000"),
        (actions(button(style="rainbow")), "/blocks/0/elements/0/style", "unknown style"),
        (actions(button(action_id="")), "/blocks/0/elements/0/action_id", "empty text"),
        (actions(button(confirm={})), "/blocks/0/elements/0/confirm/title", "not a text object"),
        (actions(button(), button()), "/blocks", "action_id 'a.b' stands there 2 times"),
        (actions(select([])), "/blocks/0/elements/0/options", "0 entries"),
        (actions(select([{"text": text("x", "plain_text"), "value": "x" * 151}])), "/blocks/0/elements/0/options/0/value", "151"),
        ({"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"}, "/blocks/0/slack_file", "leak"),
        ({"type": "image", "slack_file": {"id": "F1"}}, "/blocks/0/alt_text", "empty text"),
        ({"type": "table", "rows": [[cell("a")], [cell("a"), cell("b")]]}, "/blocks/0/rows", "different lengths"),
        ({"type": "table", "rows": [[cell("a")]] * 101}, "/blocks/0/rows", "101 entries"),
        ({"type": "table", "rows": [[cell("a")] * 21]}, "/blocks/0/rows/0", "21 entries"),
        ({"type": "data_table", "rows": [[cell("a")]] * 2}, "/blocks/0/caption", "empty text"),
        ({"type": "data_table", "caption": "c", "rows": [[cell("a")]]}, "/blocks/0/rows", "1 entries"),
        ({"type": "data_table", "caption": "c", "rows": [[cell("a")]] * 2, "page_size": 0}, "/blocks/0/page_size", "1 to 100"),
        ({"type": "data_table", "caption": "c", "rows": [[cell("")]] * 2}, "/blocks/0/rows/0/0/text", "empty text"),
        ({"type": "data_table", "caption": "c", "rows": [[cell("x" * 5001)]] * 2}, "/blocks/0/rows", "10,002 characters"),
        (
            {"type": "data_table", "caption": "c", "rows": [[cell("a")], [{"type": "raw_number", "value": "1", "text": "1"}]]},
            "/blocks/0/rows/1/0/value",
            "not a number",
        ),
        (chart(type="radar"), "/blocks/0/chart/type", "unknown chart"),
        (chart(series=[]), "/blocks/0/chart/series", "0 entries"),
        (chart(axis_config={"categories": ["a", "b"]}), "/blocks/0/chart/series/0/data", "one point for each category"),
        (chart(axis_config={"categories": ["a", "a"]}), "/blocks", "category 'a' stands there 2 times"),
        (chart(type="pie", segments=[{"label": "a", "value": 0}]), "/blocks/0/chart/segments/0/value", "not a number"),
        ({"type": "divider", "block_id": "x" * 256}, "/blocks/0/block_id", "256 characters"),
        ({"type": "input", "label": text("l", "plain_text")}, "/blocks/0/element", "missing"),
    ],
)
def test_each_fault_is_named_with_its_place(block: dict[str, Any], pointer: str, fault: str) -> None:
    found = problems([block])
    assert [(each.pointer, fault in each.text) for each in found if each.pointer == pointer][:1] == [(pointer, True)], found


def test_a_message_holds_so_many_blocks_tables_charts_and_characters() -> None:
    table = {"type": "table", "rows": [[cell("a")]]}
    assert "51 entries" in str(problems([build.divider()] * 51)[0])
    assert str(problems([table, table])[0]) == "/blocks: more than 1 table"
    assert str(problems([chart()] * 3)[0]) == "/blocks: more than 2 charts"
    assert "10,020 characters of text" in str(problems([build.section("x" * 2505)] * 4)[0])


def test_ids_are_unique_in_a_message() -> None:
    blocks = [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}]
    assert str(problems(blocks)[0]) == "/blocks: block_id 'a' stands there 2 times"
    assert problems([actions(button()), actions(button(action_id="a.b#2"))]) == ()


def test_a_message_needs_a_fallback_text() -> None:
    assert str(message_problems([], "")[0]) == "/text: empty text"
    assert message_problems([build.section("x")], "x") == ()


def test_views_have_their_own_limits() -> None:
    view = {"type": "modal", "title": text("x" * 25, "plain_text"), "blocks": [build.section("x")]}
    assert [str(each) for each in view_problems(view)] == ["/title/text: 25 characters, at most 24"]
    assert "not a text object" in str(view_problems({"type": "modal", "blocks": []})[0])
    big = {"type": "home", "blocks": [build.section("é" * 3000)] * 50}
    assert str(view_problems(big)[-1]) == ": more than 250,000 bytes"


def test_pickers_are_known() -> None:
    picker = {"type": "conversations_select", "action_id": "a.d", "placeholder": text("Where?", "plain_text")}
    assert problems([actions(picker)]) == ()
