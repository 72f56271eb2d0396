"""Given a reply made for Slack, when it is drawn in a terminal, then the same words and numbers stand there, and only those."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from bot.terminal import draw
from handlers.blocks import build, charts, tables
from handlers.blocks.mrkdwn import escape
from handlers.costs import render
from handlers.costs.export import csv
from handlers.request import Reply
from tests.fakes import cost_answers as answers

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from handlers.request import Block


def drawn(reply: Reply, width: int = 100, *, colours: bool = False) -> str:
    """What the terminal shows, without the blanks at the ends of lines."""
    file = io.StringIO()
    draw(reply, Console(file=file, width=width, force_terminal=colours, color_system="truecolor" if colours else None))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


def of(*blocks: Block, width: int = 100) -> str:
    return drawn(Reply("text", blocks=blocks), width)


ANSWERS = {
    "by service": render.breakdown(answers.by_service(answers.LATE), chart=True),
    "by region": render.breakdown(
        answers.by("region", (answers.row("eu-west-1", answers.usd(700), answers.usd(650), by="region"),))
    ),
    "hostile": render.breakdown(
        answers.by("tag:[red]x", tuple(answers.row(n, answers.usd(5), by="tag:[red]x") for n in answers.HOSTILE))
    ),
    "key figures": render.key_figures(answers.month_so_far()),
    "trend": render.trend(answers.by_day(7)),
    "trend by service": render.trend(answers.by_day(7, rows=("Amazon EC2", "Amazon S3"))),
    "bases": render.bases(answers.four_bases(gaps=True)),
    "movers": render.movers(answers.what_moved()),
    "sql": render.sql(answers.by_service()),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_people_see_in_a_terminal(name: str, snapshot: SnapshotAssertion) -> None:
    assert drawn(ANSWERS[name]) == snapshot


def test_a_narrow_window_keeps_every_number_whole(snapshot: SnapshotAssertion) -> None:
    shown = drawn(ANSWERS["by service"], 70)
    assert shown == snapshot
    assert "+$320 (+6.7 %)" in shown
    assert "(Trend, Category, Usage: in a wider window)" in shown


def test_a_very_narrow_window_breaks_lines_but_loses_nothing() -> None:
    shown = drawn(ANSWERS["movers"], 40).split()
    assert {"$4,800", "$5,700", "+$900", "145"} <= set(shown)


def test_bold_code_and_links_are_styled_and_their_marks_are_gone() -> None:
    shown = of(build.section("*Total* of `a_b_c` at <https://x.example|the console> &amp; 3 * 4 * 5"))
    assert shown == "Total of a_b_c at the console & 3 * 4 * 5"
    styled = drawn(Reply("x", blocks=(build.section("*Total* of `x`"),)), colours=True)
    assert "\x1b[1mTotal\x1b[0m" in styled
    assert "\x1b[36mx\x1b[0m" in styled


def test_names_are_shown_as_they_are_and_never_read_as_markup_or_escapes() -> None:
    name = "[bold red]<!channel>[/] \x1b[31m\u202eevil"
    shown = of(build.section(f"*{escape(name)}*"), tables.data_table(tables.Grid("c", ("Name",), ((name,),))))
    assert shown.count("[bold red]<!channel>[/] [31mevil") == 2
    raw = {
        "type": "data_table",
        "rows": [[{"type": "raw_text", "text": "x"}], [{"type": "raw_text", "text": "\x1b]0;title\x07y"}]],
    }
    assert "\x1b" not in of(raw)


def test_a_header_a_divider_and_a_picture() -> None:
    shown = of(build.header("Costs"), build.divider(), build.image("F12345678", "Cost by service: EC2 $5"))
    assert shown.split("\n")[1] == "Costs"
    assert "─" * 100 in shown
    assert "[chart: Cost by service: EC2 $5]" in shown


def test_fields_stand_in_two_columns() -> None:
    shown = of(*build.field_sections(["*A*\n1", "*B*\n2", "*C*\n3"]))
    assert shown.split("\n") == ["", "  A    B", "  1    2", "", "  C", "  3"]


def test_buttons_are_left_out() -> None:
    assert of(build.section("x"), *build.actions([build.button("Share", "costs.share", {"q": "x"})])) == "x"


def test_a_simple_table_aligns_as_it_says() -> None:
    grid = tables.Grid("c", ("Name", "Cost"), (("a", "$5"), ("b", "$1,234")), frozenset({1}))
    assert "  a         $5" in of(tables.table(grid))


def test_sums_are_set_apart() -> None:
    grid = tables.Grid("c", ("Name", "Cost"), (("a", "$5"), ("(3 others)", "$1"), ("Total", "$6")), frozenset({1}))
    shown = drawn(Reply("x", blocks=(tables.data_table(grid),)), colours=True)
    assert "\x1b[1mTotal" in shown
    assert "\x1b[2m(3 others)" in shown


def test_charts_are_bars_lines_and_segments() -> None:
    one = of(charts.series_chart("Cost", "bar", {"Now": [10, 5, -2.5]}, ["a", "b", "c"])).split("\n")
    assert one[1].strip() == "Cost"
    assert one[2].split() == ["a", "█" * 30, "10"]
    assert one[3].split() == ["b", "█" * 15, "5"]
    assert one[4].split() == ["c", "░" * 7 + "▌", "−2.5"]
    many = of(charts.series_chart("Cost", "area", {"x": [1, 2], "y": [2, 1], "z": [0, 0]}, ["a", "b"]))
    assert "x  ▄█  1 → 2" in many
    assert "a  " + "█" * 30 in of(charts.pie_chart("Cost", {"a": 2, "b": 1}))


def test_a_chart_of_nothing_has_no_bars() -> None:
    assert "█" not in of(charts.series_chart("Cost", "line", {"Now": [0, 0]}, ["a", "b"]))


def test_a_reply_without_blocks_shows_its_text() -> None:
    assert drawn(Reply("*No such verb.* Did you mean `trend`?")) == "No such verb. Did you mean trend?"


def test_the_plain_blocks_are_shown_where_there_are_no_others() -> None:
    assert drawn(Reply("x", plain=(build.section("plain"),))) == "plain"


def test_views_show_their_blocks() -> None:
    assert drawn(Reply("x", view=build.modal("Title", [build.section("in a modal")]))) == "in a modal"
    assert drawn(Reply("x", home=build.home([build.section("at home")]))) == "at home"


def test_files_are_named_with_their_size() -> None:
    shown = drawn(Reply("Here.", files=(csv(answers.by_service()),)))
    assert shown.startswith("Here.\n[file: costs-2026-11-01-to-2026-11-21.csv, ")


def test_code_blocks_keep_their_columns() -> None:
    shown = of(build.section("```\na  b\n─  ─\n1  2\n```"))
    assert shown.split("\n") == ["", "  a  b", "  ─  ─", "  1  2", ""]
