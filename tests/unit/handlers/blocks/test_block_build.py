"""Given texts and lists of any length, when blocks are built, then Slack would take them and people see what was cut."""

from __future__ import annotations

import pytest

from handlers.blocks import build, limits
from handlers.blocks.validate import problems, view_problems

LONG = "word " * 2000


@pytest.mark.parametrize(
    "block",
    [
        build.header(LONG),
        build.header(""),
        build.section(LONG),
        build.section("  "),
        build.section("*x*", fields=[LONG, *["x"] * 13]),
        build.context(*["x"] * 30),
        build.context(LONG, ""),
        build.context(),
        build.divider(),
        build.image("F12345678", LONG, LONG),
        build.image("F12345678", ""),
    ],
)
def test_every_block_keeps_the_limits(block: build.Block) -> None:
    assert problems([block]) == ()


def test_a_cut_header_ends_in_an_ellipsis() -> None:
    assert build.header("x" * 200)["text"]["text"] == "x" * 149 + "…"


def test_mrkdwn_finds_no_links_of_its_own() -> None:
    assert build.section("see example.com")["text"] == {"type": "mrkdwn", "text": "see example.com", "verbatim": True}


def test_emoji_names_in_plain_text_stay_text() -> None:
    assert build.header(":fire:")["text"]["emoji"] is False


def test_a_long_text_becomes_several_sections() -> None:
    blocks = build.sections("\n".join(f"line {at}" for at in range(600)))
    assert len(blocks) > 1
    assert problems(blocks) == ()
    assert "\n".join(block["text"]["text"] for block in blocks).endswith("line 599")


def test_fields_beyond_ten_are_counted_or_split() -> None:
    fields = [f"f{at}" for at in range(13)]
    assert build.section("x", fields=fields)["fields"][-1]["text"] == "… and 4 more"
    assert [len(block["fields"]) for block in build.field_sections(fields)] == [10, 3]


def test_buttons_beyond_a_row_go_into_the_next() -> None:
    elements = [build.button(f"b{at}", f"costs.by#{at}", {"q": "x"}) for at in range(30)]
    rows = build.actions(elements)
    assert [len(row["elements"]) for row in rows] == [25, 5]
    assert problems(rows) == ()
    assert build.actions([]) == []


def test_a_button_remembers_and_asks_before_it_does_harm() -> None:
    asked = build.confirm("Delete volume?", "vol-1 is deleted after a snapshot.", "Delete", danger=True)
    button = build.button("Delete", "waste.remove", {"id": "7"}, style="danger", confirm=asked, spoken="Delete volume vol-1")
    assert button == {
        "type": "button",
        "text": {"type": "plain_text", "text": "Delete", "emoji": False},
        "action_id": "waste.remove",
        "value": '{"id":"7"}',
        "style": "danger",
        "accessibility_label": "Delete volume vol-1",
        "confirm": {
            "title": {"type": "plain_text", "text": "Delete volume?", "emoji": False},
            "text": {"type": "plain_text", "text": "vol-1 is deleted after a snapshot.", "emoji": False},
            "confirm": {"type": "plain_text", "text": "Delete", "emoji": False},
            "deny": {"type": "plain_text", "text": "Cancel", "emoji": False},
            "style": "danger",
        },
    }
    assert problems(build.actions([button])) == ()


def test_a_value_that_does_not_fit_is_refused_rather_than_cut() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        build.button("x", "costs.by", {"q": "x" * 2000})
    with pytest.raises(ValueError, match="do not fit"):
        build.option("x", {"q": "x" * 150})


def test_a_link_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="link"):
        build.button("x", "costs.by", url="https://example.com/" + "x" * 3000)


def test_menus_hold_what_slack_takes_and_never_nothing() -> None:
    options = [build.option(f"row {at} {LONG}", {"q": str(at)}, LONG) for at in range(120)]
    menus = [build.static_select("Look into…", "costs.drill", options, chosen=options[0]), build.overflow("costs.more", options)]
    assert problems(build.actions(menus)) == ()
    assert len(menus[0]["options"]) == 100
    assert len(menus[1]["options"]) == limits.OVERFLOW_OPTIONS
    with pytest.raises(ValueError, match="without options"):
        build.static_select("x", "costs.drill", [])


def test_views_keep_the_limits() -> None:
    blocks = [build.section(f"s{at}") for at in range(150)]
    modal = build.modal("A title that is much too long", blocks, callback="access.grant", submit="Save", metadata={"id": "1"})
    assert view_problems(modal) == ()
    assert modal["title"]["text"] == "A title that is much to…"
    assert modal["private_metadata"] == '{"id":"1"}'
    home = build.home(blocks)
    assert view_problems(home) == ()
    assert home["blocks"][-1]["elements"][0]["text"] == "… and 51 more parts that do not fit here"


def test_the_fallback_is_never_empty_and_can_be_edited_later() -> None:
    assert build.fallback(" ") == "–"
    assert len(build.fallback(LONG)) <= limits.FALLBACK_TEXT


def test_a_native_chart_is_noticed() -> None:
    assert build.has_chart([build.divider(), {"type": "data_visualization"}])
    assert not build.has_chart([build.divider()])
