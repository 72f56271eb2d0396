"""Given the page's files, when somebody adds to them, then they ask nobody else, make no markup of data, and are in the wheel."""

from __future__ import annotations

import re
import tomllib
from glob import glob
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.slack.server import LocalSlack

ROOT = Path(__file__).parents[5]
PACKAGE = ROOT / "bot" / "sandbox" / "slack"
PAGE = PACKAGE / "page"
FILES = sorted(path.relative_to(PAGE).as_posix() for path in PAGE.rglob("*") if path.is_file())
LONGEST = 400
MARKUP = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "DOMParser")
ADDRESS = re.compile(r"https?://(?!www\.w3\.org/2000/svg)[\w.-]+")


def text(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_short_and_says_why_it_is_there(name: str) -> None:
    assert text(name).count("\n") <= LONGEST, "There are two subjects in it; give each a file."
    if name.endswith((".js", ".css")):
        assert text(name).startswith(("// ", "/* ")), "Begin it with a comment that says what would be missing without it."


@pytest.mark.parametrize("name", FILES)
def test_nothing_comes_from_elsewhere_and_data_is_never_markup(name: str) -> None:
    assert not ADDRESS.findall(text(name)), "The page asks nobody but its own Slack."
    assert not [each for each in MARKUP if each in text(name)], "Data becomes text nodes: use `el` of dom.js."


def test_every_import_and_every_link_leads_to_a_file() -> None:
    for name in FILES:
        folder = (PAGE / name).parent
        wanted = re.findall(r"from '(\.[^']+)'", text(name)) + re.findall(r'(?:href|src)="([\w/.]+)"', text(name))
        missing = [each for each in wanted if not (folder / each).is_file()]
        assert not missing, f"{name} names {missing}"


def test_every_file_is_reached() -> None:
    named = {
        (PAGE / name).parent.joinpath(each).resolve()
        for name in FILES
        for each in re.findall(r"from '(\.[^']+)'", text(name)) + re.findall(r'(?:href|src)="([\w/.]+)"', text(name))
    }
    assert {PAGE / name for name in FILES} - named == {PAGE / "index.html"}, "Nobody loads these: take them out."


def test_every_file_gets_into_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["bot.sandbox.slack"]
    packed = {each for pattern in patterns for each in glob(pattern, root_dir=PACKAGE, recursive=True)}  # noqa: PTH207 - as setuptools reads them
    assert {f"page/{name}" for name in FILES} <= packed, "Name them in [tool.setuptools.package-data]."


async def test_every_file_is_served_with_its_type() -> None:
    kinds = {"html": "text/html", "css": "text/css", "js": "javascript", "svg": "image/svg+xml"}
    async with LocalSlack() as slack, aiohttp.ClientSession() as http:
        for name in FILES:
            async with http.get(f"{slack.url}/{name}") as answer:
                assert answer.status == 200, name
                assert kinds[name.rpartition(".")[2]] in answer.headers["Content-Type"]
                assert "default-src" in answer.headers["Content-Security-Policy"]
