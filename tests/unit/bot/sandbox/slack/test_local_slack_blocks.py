"""Given blocks, when an app sends them, then what Slack would refuse is refused, with its code and the place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.slack.checking import problems
from bot.sandbox.slack.seed import FINOPS, VIEWER
from tests.fakes.small_app import small_app

if TYPE_CHECKING:
    from collections.abc import Sequence

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def button(**more: object) -> Json:
    return {"type": "button", "action_id": "go", "text": plain("Go"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def options(count: int) -> list[Json]:
    return [{"text": plain(str(each)), "value": str(each)} for each in range(count)]


def rows(count: int, width: int = 2, text: str = "x") -> list[list[Json]]:
    return [[{"type": "raw_text", "text": text}] * width for _ in range(count)]


def table(**more: object) -> Json:
    return {"type": "data_table", "caption": "Costs", "rows": rows(3), **more}


def chart(kind: str = "bar", categories: Sequence[str] = ("Nov",), labels: Sequence[str] = ("Nov",)) -> Json:
    data = [{"label": each, "value": 1.5} for each in labels]
    series = [{"name": "EC2", "data": data}]
    drawn = {"type": kind, "series": series, "axis_config": {"categories": list(categories)}}
    return {"type": "data_visualization", "title": "Spend", "chart": drawn}


TAKEN: dict[str, Json] = {
    "header": {"type": "header", "text": plain("x" * 150)},
    "section": {"type": "section", "text": mrkdwn("x" * 3000), "fields": [mrkdwn()], "accessory": button()},
    "context": {
        "type": "context",
        "elements": [mrkdwn(), plain(), {"type": "image", "image_url": "https://x/y", "alt_text": "y"}],
    },
    "divider": {"type": "divider", "block_id": "line"},
    "actions": actions(button(style="danger", value="v"), {"type": "overflow", "action_id": "o", "options": options(5)}),
    "select": actions({"type": "static_select", "action_id": "s", "placeholder": plain(), "options": options(100)}),
    "picker": actions({"type": "conversations_select", "action_id": "c", "default_to_current_conversation": True}),
    "image": {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a", "title": plain()},
    "markdown": {"type": "markdown", "text": "**x**"},
    "table": {"type": "table", "rows": rows(100, 20), "column_settings": [{"align": "right"}, {"is_wrapped": True}]},
    "data_table": table(page_size=10, row_header_column_index=0),
    "numbers": table(
        rows=[*rows(1), [{"type": "raw_text", "text": "EC2"}, {"type": "raw_number", "value": 1.5, "text": "$1.50"}]]
    ),
    "chart": chart(),
    "pie": {
        "type": "data_visualization",
        "title": "Spend",
        "chart": {"type": "pie", "segments": [{"label": "EC2", "value": 1}]},
    },
    "rich text": {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x", "style": {"bold": True}}]}],
    },
    "card": {"type": "card", "title": mrkdwn(), "actions": [button()]},
    "feedback": {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "f",
                "positive_button": {"text": plain(), "value": "up"},
                "negative_button": {"text": plain(), "value": "down"},
            }
        ],
    },
}

REFUSED: dict[str, tuple[Json, str]] = {
    "unknown block": ({"type": "marquee"}, "unsupported type: marquee [json-pointer:/blocks/0/type]"),
    "block of windows": ({"type": "alert", "text": mrkdwn()}, "unsupported type: alert [json-pointer:/blocks/0/type]"),
    "no type": ({}, "missing required field: type [json-pointer:/blocks/0]"),
    "unknown field": ({"type": "divider", "color": "red"}, "no additional properties allowed: color [json-pointer:/blocks/0]"),
    "empty text": ({"type": "section", "text": mrkdwn("")}, "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "long text": (
        {"type": "section", "text": mrkdwn("x" * 3001)},
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    "long field": (
        {"type": "section", "fields": [mrkdwn("x" * 2001)]},
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    "eleven fields": (
        {"type": "section", "fields": [mrkdwn()] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    "nothing": ({"type": "section"}, "must have at least one of text, fields [json-pointer:/blocks/0]"),
    "header in mrkdwn": (
        {"type": "header", "text": mrkdwn()},
        "must be plain_text [json-pointer:/blocks/0/text/type]",
    ),
    "no buttons": (actions(), "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    "long label": (
        actions(button(text=plain("x" * 76))),
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    "emoji in mrkdwn": (
        {"type": "section", "text": {**mrkdwn(), "emoji": True}},
        "no additional properties allowed: emoji [json-pointer:/blocks/0/text]",
    ),
    "style": (actions(button(style="default")), "must be one of primary, danger [json-pointer:/blocks/0/elements/0/style]"),
    "input in a row": (
        actions({"type": "plain_text_input", "action_id": "p"}),
        "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
    ),
    "six in overflow": (
        actions({"type": "overflow", "action_id": "o", "options": options(6)}),
        "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "long option": (
        actions({"type": "static_select", "action_id": "s", "options": [{"text": plain(), "value": "x" * 151}]}),
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
    ),
    "no options": (
        actions({"type": "static_select", "action_id": "s"}),
        "must have exactly one of options, option_groups [json-pointer:/blocks/0/elements/0]",
    ),
    "picture of nothing": (
        {"type": "image", "alt_text": "a"},
        "must have exactly one of image_url, slack_file [json-pointer:/blocks/0]",
    ),
    "picture without words": (
        {"type": "image", "image_url": "https://x/y"},
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    "header only": (table(rows=rows(1)), "no fewer than 2 items allowed [json-pointer:/blocks/0/rows]"),
    "long table": (table(rows=rows(102)), "no more than 101 items allowed [json-pointer:/blocks/0/rows]"),
    "wide table": (table(rows=rows(2, 21)), "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"),
    "rich header": (
        table(rows=[[{"type": "rich_text", "elements": []}], *rows(1, 1)]),
        "unsupported type: rich_text [json-pointer:/blocks/0/rows/0/0/type]",
    ),
    "uneven rows": (
        table(rows=[*rows(1, 2), *rows(1, 3)]),
        "all rows must have the same number of cells [json-pointer:/blocks/0/rows]",
    ),
    "much text": (
        table(rows=rows(100, 2, "x" * 51)),
        "cells must be less than 10001 characters together [json-pointer:/blocks/0/rows]",
    ),
    "text as number": (
        table(rows=[[{"type": "raw_number", "value": "1"}], *rows(1, 1)]),
        "must be number [json-pointer:/blocks/0/rows/0/0/value]",
    ),
    "no caption": ({"type": "data_table", "rows": rows(2)}, "missing required field: caption [json-pointer:/blocks/0]"),
    "missing point": (
        chart(categories=("Oct", "Nov")),
        "every category needs one point [json-pointer:/blocks/0/chart/series/0/data]",
    ),
    "unknown chart": (chart("radar"), "unsupported type: radar [json-pointer:/blocks/0/chart/type]"),
    "nothing in a pie": (
        {"type": "data_visualization", "title": "x", "chart": {"type": "pie", "segments": []}},
        "no fewer than 1 items allowed [json-pointer:/blocks/0/chart/segments]",
    ),
    "long series": (
        {**chart(), "title": "x" * 51},
        "must be less than 51 characters [json-pointer:/blocks/0/title]",
    ),
}


@pytest.mark.parametrize("block", TAKEN.values(), ids=TAKEN)
def test_what_slack_documents_is_taken(block: Json) -> None:
    assert problems("message", [block], "/blocks") == []


@pytest.mark.parametrize(("block", "said"), REFUSED.values(), ids=REFUSED)
async def test_what_slack_refuses_is_refused_with_the_place(block: Json, said: str) -> None:
    async with small_app(connections=0) as app:
        answer = await app.call("chat.postMessage", channel=FINOPS, text="x", blocks=[block])
        assert (answer["ok"], answer["error"], answer["errors"][0]) == (False, "invalid_blocks", said)
        assert answer["response_metadata"]["messages"][0] == f"[ERROR] {said}"
        assert await app.shown(VIEWER, FINOPS) == []


TOGETHER: dict[str, tuple[list[Json], str]] = {
    "51 blocks": ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    "two tables": ([table(), table()], "only one table allowed [json-pointer:/blocks]"),
    "three charts": ([chart()] * 3, "no more than 2 charts allowed [json-pointer:/blocks]"),
    "one id twice": ([{"type": "divider", "block_id": "a"}] * 2, "block_id a is used twice [json-pointer:/blocks]"),
    "one action twice": ([actions(button(), button())], "action_id go is used twice [json-pointer:/blocks/0]"),
}


@pytest.mark.parametrize(("blocks", "said"), TOGETHER.values(), ids=TOGETHER)
async def test_what_blocks_may_not_be_together(blocks: list[Json], said: str) -> None:
    async with small_app(connections=0) as app:
        answer = await app.call("chat.postMessage", channel=FINOPS, text="x", blocks=blocks)
        assert (answer["error"], answer["errors"][0]) == ("invalid_blocks", said)


async def test_too_much_text_in_all_blocks_together_has_a_code_of_its_own() -> None:
    async with small_app(connections=0) as app:
        long = [{"type": "section", "text": mrkdwn("x" * 2900)}] * 5
        assert (await app.call("chat.postMessage", channel=FINOPS, text="x", blocks=long))["error"] == "msg_blocks_too_long"


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ({"type": "home", "blocks": [], "title": plain()}, "no additional properties allowed: title [json-pointer:/view]"),
        (
            {"type": "home", "blocks": [{"type": "markdown", "text": "x"}]},
            "unsupported type: markdown [json-pointer:/view/blocks/0/type]",
        ),
        (
            {"type": "modal", "title": plain("x" * 25), "blocks": [{"type": "divider"}]},
            "must be less than 25 characters [json-pointer:/view/title/text]",
        ),
        (
            {"type": "modal", "title": plain(), "blocks": [{"type": "divider"}], "private_metadata": "x" * 3001},
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        ({"type": "workflow_step", "blocks": []}, "unsupported type: workflow_step [json-pointer:/view/type]"),
    ],
)
async def test_views_have_rules_of_their_own(view: Json, said: str) -> None:
    async with small_app(connections=0) as app:
        answer = await app.call("views.publish", user_id=VIEWER, view=view)
        assert (answer["error"], answer["errors"][0]) == ("invalid_arguments", said)


async def test_a_view_has_at_most_250_kilobytes() -> None:
    async with small_app(connections=0) as app:
        home = {"type": "home", "blocks": [{"type": "section", "text": mrkdwn("x" * 3000)}] * 90}
        assert (await app.call("views.publish", user_id=VIEWER, view=home))["error"] == "view_too_large"
