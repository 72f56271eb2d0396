"""Given a name that somebody chose to do harm, when it is shown, then it is only a name."""

from __future__ import annotations

import pytest

from handlers.blocks import mrkdwn


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("R&D", "R&amp;D"),
        ("*all*", "∗all∗"),
        ("~gone~", "∼gone∼"),
        ("`rm -rf`", "ˋrm -rfˋ"),
        ("_it_", "ˍitˍ"),
        ("my_team_name", "my_team_name"),
        ("@here", "＠here"),
        ("ana@corp.example", "ana@corp.example"),
        (":fire:", ":\u2060fire:"),
        ("12:30", "12:30"),
        ("two\nlines\tand  blanks", "two lines and blanks"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("\x1b[31mred", "[31mred"),
        ("half \ud83d of one", "half of one"),
        ("👩‍💻 team", "👩‍💻 team"),
    ],
)
def test_what_a_hostile_name_becomes(name: str, shown: str) -> None:
    assert mrkdwn.escape(name) == shown


def test_in_a_code_block_blanks_stay_and_nothing_closes_it() -> None:
    assert mrkdwn.escape_code("a  ```b``` <!here>") == "a  ˋˋˋbˋˋˋ &lt;!here&gt;"


def test_a_reader_sees_the_name_again() -> None:
    assert mrkdwn.unescape(mrkdwn.escape("<R&D> :fire:")) == "<R&D> :fire:"
    assert mrkdwn.unescape("&amp;lt;") == "&lt;"


def test_bold_of_nothing_is_nothing() -> None:
    assert mrkdwn.bold("R&D") == "*R&amp;D*"
    assert mrkdwn.bold("\n") == ""


def test_what_is_cut_off_shows() -> None:
    assert mrkdwn.cut("abcdef", 6) == "abcdef"
    assert mrkdwn.cut("abcdefg", 6) == "abcde…"
    assert mrkdwn.cut_middle("arn:aws:ec2:eu-west-1:i-0abc", 14) == "arn:aws…i-0abc"


def test_characters_beyond_the_basic_plane_count_twice() -> None:
    assert mrkdwn.size("a😀") == 3
    assert mrkdwn.cut("😀😀😀", 5) == "😀😀…"


def test_cut_text_leaves_no_half_of_an_entity_or_link() -> None:
    assert mrkdwn.cut_mrkdwn("abcde&amp;fghijkl", 13) == "abcde…"
    assert mrkdwn.cut_mrkdwn("abc <https://x.example|there>", 15) == "abc…"


def test_cut_text_closes_its_code_block() -> None:
    text = mrkdwn.cut_mrkdwn("```\n" + "x" * 100 + "\n```", 40)
    assert text.endswith("…\n```")
    assert mrkdwn.size(text) <= 40


def test_long_text_is_split_between_lines() -> None:
    pieces = mrkdwn.split_lines("one\ntwo\nthree", 8)
    assert pieces == ["one\ntwo", "three"]
    assert mrkdwn.split_lines("a" * 50, 20)[0].endswith("…")
