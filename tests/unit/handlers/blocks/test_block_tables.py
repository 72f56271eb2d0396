"""Given a grid, when it is drawn as any of the three kinds of table, then it keeps the limits and loses nothing silently."""

from __future__ import annotations

from decimal import Decimal

from handlers.blocks import limits, tables
from handlers.blocks.tables import Grid, Number
from handlers.blocks.validate import problems


def money(value: int) -> Number:
    return Number(Decimal(value), f"${value:,}")


def grid(rows: int, name: str = "service {}", extra: str = "") -> Grid:
    cells = tuple((name.format(at), money(at), extra) for at in range(rows))
    return Grid("Cost by service", ("Service", "Cost", "Note"), cells, frozenset({1}))


def test_a_data_table_sorts_by_number_and_reads_as_text() -> None:
    block = tables.data_table(grid(2))
    assert block["rows"] == [
        [{"type": "raw_text", "text": "Service"}, {"type": "raw_text", "text": "Cost"}, {"type": "raw_text", "text": "Note"}],
        [
            {"type": "raw_text", "text": "service 0"},
            {"type": "raw_number", "value": 0.0, "text": "$0"},
            {"type": "raw_text", "text": "–"},
        ],
        [
            {"type": "raw_text", "text": "service 1"},
            {"type": "raw_number", "value": 1.0, "text": "$1"},
            {"type": "raw_text", "text": "–"},
        ],
    ]
    assert block["caption"] == "Cost by service"


def test_rows_beyond_the_limits_are_counted_in_the_caption() -> None:
    block = tables.data_table(grid(150))
    assert problems([block]) == ()
    assert len(block["rows"]) == 101
    assert block["caption"] == "Cost by service (without 50 more rows)"


def test_long_cells_make_fewer_rows() -> None:
    wide = Grid("Wide", tuple("abcdefghijkl"), tuple(("n" * 80,) * 12 for _ in range(90)))
    for block in (tables.data_table(wide), tables.table(wide)):
        assert problems([block])[:1] == () or "MESSAGE" in str(problems([block]))
        assert len(block["rows"]) < 91


def test_long_names_keep_both_ends() -> None:
    block = tables.data_table(Grid("x", ("Resource",), (("arn:aws:ec2:eu-west-1:123456789012:instance/i-0123456789abcdef0",),)))
    assert block["rows"][1][0]["text"] == "arn:aws:ec2:eu-wes…0123456789abcdef0"


def test_a_number_that_json_does_not_know_is_shown_as_text() -> None:
    block = tables.data_table(Grid("x", ("N",), ((Number(Decimal("1e400"), "a lot"),),)))
    assert block["rows"][1][0] == {"type": "raw_text", "text": "a lot"}


def test_an_empty_grid_still_has_a_row() -> None:
    for block in (tables.data_table(grid(0)), tables.table(grid(0))):
        assert problems([block]) == ()


def test_the_simple_table_aligns_its_numbers() -> None:
    block = tables.table(grid(120))
    assert problems([block]) == ()
    assert block["column_settings"] == [{"is_wrapped": True}, {"align": "right"}, {"is_wrapped": True}]
    assert len(block["rows"]) == limits.TABLE_ROWS


def test_aligned_text_lines_up_wide_characters_too() -> None:
    shown = list(tables.text_lines(Grid("x", ("Name", "Cost"), (("東京", money(5)), ("Paris", money(1234))), frozenset({1}))))
    assert shown == [
        "Name     Cost",
        "─────  ──────",
        "東京       $5",
        "Paris  $1,234",
    ]


def test_a_text_table_is_split_into_code_blocks_and_cannot_be_broken_out_of() -> None:
    blocks = tables.text_table(grid(200, "``` <!channel> {}"))
    assert problems(blocks[:3]) == ()
    assert len(blocks) > 1
    text = "".join(block["text"]["text"] for block in blocks)
    assert text.count("```") == 2 * len(blocks)
    assert "<!channel>" not in text
    assert "199" in text


def test_room_counts_what_fits_in_either_form() -> None:
    one = grid(80)
    fits = tables.room(one.header, one.rows, 1000)
    assert 0 < fits < 80
    shown = Grid(one.caption, one.header, one.rows[:fits], one.right)
    assert shown.characters <= 1000
    assert sum(len(line) + 1 for line in tables.text_lines(shown)) <= 1000
    assert tables.room(one.header, one.rows, 0) == 0


def test_small_tables_are_those_that_a_code_block_shows_well() -> None:
    assert tables.is_small(grid(10))
    assert not tables.is_small(grid(20))
    assert not tables.is_small(grid(3, "name {}" + "x" * 30, "y" * 36))
