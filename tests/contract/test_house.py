"""Given the whole tree, when somebody adds to it, then the rules of the house still hold. Each failure says how to mend it.

The floors themselves are import-linter's (`make layers`); style and annotations are ruff's and mypy's. This is the rest: what a
reader counts on in every file.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "services", "storage")
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_HANDLER = 400, 50, 25
BROAD = {
    "handlers/dispatch.py": "the dispatcher: whoever asked gets an id, the log gets the traceback",
    "bot/scheduler.py": "the job runner: the run is noted as failed, the log gets the traceback",
}
"""The boundaries that may catch everything. The scan of one collector and the tool call will join it."""
HEAVY = ("matplotlib", "duckdb", "pyarrow", "pandas", "numpy", "sqlite_utils", "openai", "boto3", "moto")
VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def names(*folders: str) -> list[str]:
    """Every module under the folders, as its path in the repository."""
    return sorted(path.relative_to(ROOT).as_posix() for folder in folders for path in (ROOT / folder).rglob("*.py"))


SOURCE = names(*PACKAGES)
SCRIPTS = names("benchmarks")


def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"), name)


def functions(name: str) -> Iterator[tuple[Function, int]]:
    """Every function of a module with the number of its lines, from `def` to its last."""
    for node in ast.walk(tree(name)):
        if isinstance(node, Function):
            yield node, (node.end_lineno or node.lineno) - node.lineno + 1


def imported(name: str) -> Iterator[str]:
    """Every module that a module names in an import, those for type checking too."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def told(broken: list[str], remedy: str) -> None:
    """Fail with every place, and with what to do about it."""
    assert not broken, "\n".join([remedy, *broken])


def test_every_module_says_why_it_exists() -> None:
    silent = [name for name in SOURCE + SCRIPTS + names("tests") if not _says_something(name)]
    told(silent, "Begin these with a docstring that says what would be missing without them:")


def _says_something(name: str) -> bool:
    return len((ast.get_docstring(tree(name)) or "").split()) > 1


def test_files_are_short() -> None:
    lengths = {name: (ROOT / name).read_text(encoding="utf-8").count("\n") for name in SOURCE + SCRIPTS}
    long = [f"{name}: {lines}" for name, lines in lengths.items() if lines > LONGEST_FILE]
    told(long, f"Over {LONGEST_FILE} lines: there are two subjects in it; give each a file.")


def _limit(name: str) -> int:
    is_drawing = "render" in name or name.startswith("handlers/blocks/")
    return LONGEST_HANDLER if name.startswith("handlers/") and not is_drawing else LONGEST_FUNCTION


def test_functions_are_short() -> None:
    long = [
        f"{name}:{node.lineno} {node.name}: {lines} of {_limit(name)}"
        for name in SOURCE + SCRIPTS
        for node, lines in functions(name)
        if lines > _limit(name)
    ]
    told(long, "Too long to be read at once: name a step of it and take it out. In handlers, thinking belongs into services/.")


def test_the_nouns_know_the_standard_library_only() -> None:
    foreign = [
        f"{name}: {module}"
        for name in names("storage/model")
        for module in imported(name)
        if module.split(".")[0] not in sys.stdlib_module_names and not module.startswith("storage.model")
    ]
    told(foreign, "storage/model is what every floor speaks: move what needs these out of it.")


def _catches_everything(handler: ast.ExceptHandler) -> str:
    """`Exception`, `BaseException` or `everything` when the handler catches that, else ""."""
    if handler.type is None:
        return "everything"
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    caught = {kind.id for kind in kinds if isinstance(kind, ast.Name)} & {"Exception", "BaseException"}
    return ", ".join(sorted(caught))


def _goes_on(handler: ast.ExceptHandler) -> bool:
    """Clean up and raise again: nothing is hidden."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _broad(name: str) -> list[str]:
    handlers = [node for node in ast.walk(tree(name)) if isinstance(node, ast.ExceptHandler)]
    return [
        f"{name}:{node.lineno}: except {_catches_everything(node)}"
        for node in handlers
        if _catches_everything(node) and not _goes_on(node)
    ]


def test_only_the_boundaries_catch_everything() -> None:
    broad = [place for name in SOURCE if name not in BROAD for place in _broad(name)]
    told(
        broad,
        "Catch the errors that are expected there, by name; the rest belongs to the dispatcher, which shows an id and logs it.",
    )


@pytest.mark.parametrize("name", BROAD)
def test_a_boundary_is_one_place(name: str) -> None:
    assert len(_broad(name)) == 1, (
        f"{name} may catch everything once ({BROAD[name]}); take it off the list when it no longer does."
    )


def test_nothing_is_suppressed_wholesale() -> None:
    hidden = [
        f"{name}:{node.lineno}"
        for name in SOURCE
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith("suppress")
        and any(ast.unparse(each) in {"Exception", "BaseException"} for each in node.args)
    ]
    told(hidden, "Suppress the one error that is expected, by name.")


HANDLERS = ", ".join(["handlers.feature", *(name.removesuffix(".py").replace("/", ".") for name in names("handlers"))])


@pytest.mark.parametrize("modules", ["bot.app", "bot.cli", "bot.sandbox.ledger.command", HANDLERS], ids=lambda each: each[:20])
def test_heavy_libraries_load_on_first_use(modules: str) -> None:
    code = f"import sys\nimport {modules}\nprint(*(name for name in {HEAVY} if name in sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert not run.stdout.split(), (
        f"Importing {modules} loads {run.stdout.split()}: import them inside the function that needs them, with "
        "`# noqa: PLC0415` and the reason; for annotations use `if TYPE_CHECKING`. "
        "`python -X importtime` shows who brought them in."
    )


def test_every_exemption_has_a_reason() -> None:
    mark = re.compile(r"#\s*(?:noqa|type:\s*ignore)\b")
    reasoned = re.compile(r"# (?:noqa: [A-Z]+\d+(?:, [A-Z]+\d+)*|type: ignore\[[a-z-]+(?:, ?[a-z-]+)*\])\s+(?:- |# ).{3,}")
    bare = [
        f"{name}:{number}"
        for name in SOURCE + SCRIPTS
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1)
        if mark.search(line) and not reasoned.search(line)
    ]
    told(bare, "Say beside the exemption which rule it is and why it does not fit here: `# noqa: CODE - reason`.")


def test_modules_are_named_for_what_they_are() -> None:
    vague = [name for name in SOURCE if VAGUE & set(Path(name).with_suffix("").parts)]
    told(vague, "These names fit anything: name the noun that is in it.")


def test_only_the_settings_read_the_environment() -> None:
    reading = [name for name in SOURCE if name != "bot/settings.py" and re.search(r"\bgetenv\b|\bos\.environ\b", _text(name))]
    told(reading, "Make it a field of Settings in bot/settings.py and take it as an argument.")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_no_test_file_hides_another() -> None:
    seen: dict[str, str] = {}
    twins = []
    for name in names("tests"):
        base = Path(name).name
        if base.startswith("test_") and base in seen:
            twins.append(f"{name} and {seen[base]}")
        seen[base] = name
    told(twins, "Tests are files, not packages, so two of one name cannot both be imported: rename one.")
