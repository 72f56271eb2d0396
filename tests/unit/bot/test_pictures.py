"""Given an answer, when the README's picture is made of it, then it shows what the terminal shows and loads nothing."""

from __future__ import annotations

import re
from html import unescape

from bot.pictures import svg
from handlers.blocks import build
from handlers.request import Reply

ANSWER = Reply("Total", blocks=(build.section("*$332,414* by service, 1–31 Oct 2026"), build.context("complete through 20 Nov")))


def words(drawn: str) -> str:
    """What can be read in it."""
    return unescape(re.sub(r"<[^>]*>", " ", drawn)).replace("\xa0", " ")


def test_it_shows_the_answer_and_the_command() -> None:
    shown = words(svg(ANSWER))
    assert "$332,414" in shown
    assert "complete through 20 Nov" in shown
    assert "tuppence cost by service last month" in shown


def test_it_loads_nothing_from_elsewhere() -> None:
    drawn = svg(ANSWER)
    assert "@font-face" not in drawn
    assert set(re.findall(r"https?://[^\s\"<]+", drawn)) <= {"http://www.w3.org/2000/svg", "https://www.textualize.io"}


def test_it_is_the_same_each_time() -> None:
    assert svg(ANSWER) == svg(ANSWER)


def test_names_from_a_bill_are_text() -> None:
    assert "<script>" not in svg(Reply("Total", blocks=(build.section("&lt;script&gt;alert(1)&lt;/script&gt;"),)))
