"""Given the documents, when somebody does what they say, then it is so: links lead somewhere, commands exist, examples are code.

Prose cannot be tested; everything in it that names a thing can.
"""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import textwrap
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer
from typer.main import get_command

from bot import cli, readme
from bot.settings import Settings, variables
from handlers.feature import load_features
from handlers.parse.command import Grammar, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
HEADINGS = ("Context", "Decision", "Consequences", "Rejected")
TODAY = date(2026, 11, 22)
FOLDERS = ("bot", "handlers", "services", "storage", "tests", "docs", "benchmarks", "deploy", ".ci")
VARIABLE = re.compile(r"\b(?:TUPPENCE|SLACK)_[A-Z_]+[A-Z]\b")
NOT_OURS = {"PYTHONUNBUFFERED"}
ELSEWHERE = re.compile(r"pypi\.(org|io)|pythonhosted\.|registry\.npm|deb\.debian\.|/root/|/work/|/home/\w")
"""Registries' hosts and paths of one machine."""


def in_tree(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Fence:
    """A block of code in a document."""

    document: str
    language: str
    code: str


def fences() -> Iterator[Fence]:
    for path in DOCUMENTS:
        for found in re.finditer(r"^( *)```(\w*)\n(.*?)^\1```", text_of(path), re.DOTALL | re.MULTILINE):
            yield Fence(in_tree(path), found[2], textwrap.dedent(found[3]))


def spoken(path: Path) -> Iterator[str]:
    """Every inline piece of code in the prose of a document."""
    prose = re.sub(r"^ *```.*?^ *```", "", text_of(path), flags=re.DOTALL | re.MULTILINE)
    yield from (piece.replace("\n", " ") for piece in re.findall(r"`([^`]+)`", prose))


def tracked() -> list[Path]:
    """Everything that a clone has."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout  # noqa: S607 - git is on PATH
    return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]


# The generated parts.


def test_the_readme_has_the_commands_and_settings_there_are() -> None:
    text = text_of(README)
    assert readme.refreshed(text, readme.parts()) == text, "README.md is stale: run `make docs`."


def test_a_part_without_its_markers_is_said() -> None:
    with pytest.raises(ValueError, match="0 places between <!-- commands -->"):
        readme.refreshed("# Tuppence", {"commands": "…"})


def test_a_part_is_put_between_its_markers_and_nowhere_else() -> None:
    text = "before\n<!-- commands -->\nold\n<!-- /commands -->\nafter\n"
    assert readme.refreshed(text, {"commands": r"a \1 b" + "\n"}) == (
        "before\n<!-- commands -->\n\na \\1 b\n\n<!-- /commands -->\nafter\n"
    )


def test_every_setting_is_described() -> None:
    silent = [name for name, field in variables().items() if not field.description]
    assert not silent, f"Give these a description in bot/settings.py: {silent}"
    assert all(f"`{field.alias}`" in text_of(README) for field in Settings.model_fields.values()), "Run `make docs`."


# What the documents name.


@pytest.mark.parametrize("path", DOCUMENTS, ids=in_tree)
def test_links_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)\s]+)\)", text_of(path))
    dead = [target for target in targets if not (path.parent / target.partition("#")[0]).exists()]
    assert not dead, f"{in_tree(path)} links to what is not there: {dead}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=in_tree)
def test_files_that_are_named_exist(path: Path) -> None:
    named = [
        piece for piece in spoken(path) if re.fullmatch(r"[\w./-]+", piece) and piece.split("/")[0] in FOLDERS and "/" in piece
    ]
    gone = [name for name in named if not (ROOT / name).exists()]
    assert not gone, f"{in_tree(path)} names what is not there: {gone}. Say where it went; a room for later is written with <id>."


@pytest.mark.parametrize(
    "fence", [each for each in fences() if each.language == "python"], ids=lambda each: each.code.split("\n")[0]
)
def test_examples_are_the_code(fence: Fence) -> None:
    first, _, example = fence.code.partition("\n")
    name = first.removeprefix("# ")
    if "<" in name:
        compile(example.replace("...", "None"), name, "exec")
        return
    code = text_of(ROOT / name)
    assert example.strip("\n") in code or textwrap.indent(example.strip("\n"), "    ") in code, (
        f"{fence.document}: this is no longer in {name}. Copy it anew, or take an example that lasts longer."
    )


def test_variables_that_are_named_exist() -> None:
    """In documents, in what the program says to people, and where it is started."""
    places = {in_tree(path): text_of(path) for path in [*DOCUMENTS, ROOT / "Makefile", ROOT / "Dockerfile"]}
    for path in (path for folder in FOLDERS[:4] for path in (ROOT / folder).rglob("*.py")):
        places[in_tree(path)] = "\n".join(re.findall(r'"[^"\n]*"', text_of(path)))
    unknown = [f"{name}: {word}" for name, text in places.items() for word in VARIABLE.findall(text) if word not in variables()]
    assert not unknown, f"No setting has these names (bot/settings.py has them all): {unknown}"


def test_the_container_sets_what_is_read() -> None:
    (line,) = re.findall(r"^ENV (.*)$", text_of(ROOT / "Dockerfile"), re.MULTILINE)
    names = {pair.partition("=")[0] for pair in line.split()}
    assert names - NOT_OURS <= set(variables())


# Commands.


def grammar() -> Grammar:
    verbs = tuple(verb for feature in load_features() for verb in feature.verbs.values())
    return Grammar(verbs=verbs, tags=Settings.model_fields["tags"].default)


def shell_lines() -> list[tuple[str, str]]:
    """Every line of the documents' shell blocks, without what is set before it and the remark after it."""
    lines = [
        (each.document, line.strip())
        for each in fences()
        if each.language == "sh"
        for line in each.code.splitlines()
        if line.strip()
    ]
    return [(document, re.sub(r"^(?:[A-Z_]+=\S+ )+|\s+#.*$", "", line)) for document, line in lines]


def tuppence_lines() -> list[tuple[str, str]]:
    """What is typed after `tuppence`, in blocks of shell and in the prose."""
    typed = [(document, line) for document, line in shell_lines() if line.startswith("tuppence ")]
    typed += [(in_tree(path), piece) for path in DOCUMENTS for piece in spoken(path) if piece.startswith("tuppence ")]
    return [
        (document, line.removeprefix("tuppence "))
        for document, line in typed
        if not re.search(r"[<…]| --help$|^tuppence --help", line)
    ]


def program() -> typer.core.TyperGroup:
    """Everything that can stand after `tuppence`."""
    cli._add_roots()
    made = get_command(cli.app)
    assert isinstance(made, typer.core.TyperGroup)
    return made


def reads(line: str) -> None:
    """Take a command line apart as the program does, without doing it; for a root command, the words too."""
    name, *rest = shlex.split(line)
    tuppence = program()
    assert name in tuppence.commands, f"There is no `tuppence {name}`."
    with tuppence.make_context("tuppence", [name]) as context:
        # In the prose a command is named without what it needs.
        made = tuppence.commands[name].make_context(name, rest, parent=context, resilient_parsing=not rest)
    if name in grammar().roots():
        parse(name, " ".join(cli._typed(made.params["words"] or ())), grammar(), TODAY)


@pytest.mark.parametrize(("document", "line"), tuppence_lines(), ids=lambda each: each)
def test_commands_of_the_program_can_be_typed(document: str, line: str) -> None:
    """They are parsed, not run: an unknown command, option or word fails."""
    assert document
    reads(line)


def test_what_the_program_says_to_type_can_be_typed() -> None:
    """The remedies of errors and the docstrings: they must not lead anybody to a command that is not there."""
    said = {
        (in_tree(path), name)
        for folder in FOLDERS[:4]
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"`tuppence ([a-z]+)\b", text_of(path))
    }
    known = set(program().commands)
    assert {"ingest"} <= {name for _, name in said}
    dead = sorted(f"{place}: tuppence {name}" for place, name in said if name not in known)
    assert not dead, f"No such command: {dead}. Name another remedy, or bring the command."


def slash_commands() -> list[tuple[str, str]]:
    """`/cost …` and `@tuppence cost …` in every document."""
    pattern = re.compile(r"(?:/(?P<root>[a-z]+)|@tuppence)(?: (?P<text>.*))?")
    known = grammar().roots()
    found = [(pattern.fullmatch(piece), in_tree(path)) for path in DOCUMENTS for piece in spoken(path)]
    return [
        (match["root"] or "tuppence", match["text"] or "")
        for match, _ in found
        if match and (match["root"] in known or (match["root"] is None and match["text"])) and not re.search(r"[<…\[]", match[0])
    ]


@pytest.mark.parametrize(("root", "text"), sorted(set(slash_commands())), ids=lambda each: each)
def test_commands_of_slack_can_be_typed(root: str, text: str) -> None:
    parse(root, text, grammar(), TODAY)


def test_make_has_every_target_that_is_named() -> None:
    named = {line.split()[1] for _, line in shell_lines() if line.startswith("make ")}
    named |= {piece.split()[1] for path in DOCUMENTS for piece in spoken(path) if re.fullmatch(r"make [a-z]+", piece)}
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    assert {"demo", "test"} <= named
    assert named <= targets, f"The Makefile lacks {sorted(named - targets)}"


def test_modules_that_are_run_exist() -> None:
    places = [*DOCUMENTS, ROOT / "Makefile"]
    named = {name for path in places for name in re.findall(r"python -m ([a-z0-9_.]+)", text_of(path))}
    assert {"bot.readme", "tests.e2e.picture"} <= named
    assert not [name for name in named - {"venv"} if importlib.util.find_spec(name) is None]


# Their form.


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04d}" for number in range(1, len(DECISIONS) + 1)]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_four_parts_and_is_short(path: Path) -> None:
    text = text_of(path)
    assert text.startswith(f"# {path.name[:4]} ")
    assert tuple(re.findall(r"^## (.*)$", text, re.MULTILINE)) == HEADINGS, f"A decision has the headings {HEADINGS}"
    assert text.count("\n") < 60, "A decision is read in two minutes: one decision, one file."
    assert path.name in text_of(ROOT / "docs" / "architecture.md"), "List it at the end of docs/architecture.md."


def test_the_readme_has_its_order() -> None:
    headings = re.findall(r"^## (.*)$", text_of(README), re.MULTILINE)
    order = (
        "Try it",
        "Connect a Slack workspace",
        "Commands",
        "Configuration",
        "How it works",
        "What was never run against the real thing",
    )
    assert [each for each in headings if each in order] == list(order)


def test_the_pictures_are_told_in_words_and_are_light() -> None:
    pictures = re.findall(r"!\[[^\]]{40,}\]\(([^)]+)\)", text_of(README))
    assert sorted(pictures) == sorted(f"docs/pictures/{each.name}" for each in (ROOT / "docs" / "pictures").iterdir())
    for picture in pictures:
        taken = (ROOT / picture).read_bytes()
        assert taken.startswith(b"\x89PNG")
        assert len(taken) < 300_000, "Take it again with `python -m tests.e2e.picture`."


def test_the_change_log_begins_with_what_is_to_come() -> None:
    version = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["version"]
    text = text_of(ROOT / "CHANGELOG.md")
    assert re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)[0] == "Unreleased"
    assert version in text


def test_nothing_names_a_registry_or_a_machine() -> None:
    """A clone installs from wherever its owner says, and lives where its owner puts it."""
    own = Path(__file__).resolve()
    places = [
        f"{in_tree(path)}: {found[0]}"
        for path in tracked()
        if path.resolve() != own and (found := ELSEWHERE.search(path.read_bytes().decode("utf-8", "replace")))
    ]
    assert not places, f"Leave out hosts of registries and paths of one machine: {places}"
