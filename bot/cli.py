"""The command line: what runs the service, and every command of the bot itself, in the terminal.

`tuppence cost by service last month` goes through the very dispatcher that Slack's words go through. A root command that a
feature declares is there without a line here.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from bot.sandbox.ledger.command import ledger
from bot.settings import load_settings
from handlers.incoming import Incoming, Kind
from handlers.request import Place, Reply, Surface
from services.access.directory import LOCAL, LOCAL_USER
from services.clock import fixed_clock, system_clock
from services.errors import TuppenceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from services.clock import Clock

USAGE, FAILURE = 2, 1
DEMO_MODULES = ("numpy", "pyarrow")


app = typer.Typer(
    name="tuppence",
    help="A company's cloud bill, in Slack and here.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("ledger", help="Write a believable ledger of made-up bills, to try things with.")(ledger)


def main() -> None:
    """Run the program; an expected error is a sentence on stderr and an exit code."""
    _add_roots()
    try:
        app()
    except ModuleNotFoundError as error:
        if error.name not in DEMO_MODULES:
            raise
        sys.stderr.write(f"This needs {error.name}, which comes with the demo: pip install 'tuppence[demo]'\n")
        raise SystemExit(FAILURE) from None
    except TuppenceError as error:
        stderr = Console(stderr=True, soft_wrap=True)
        stderr.print(escape(error.sentence), style="bold")
        if error.remedy:
            stderr.print(escape(error.remedy))
        raise SystemExit(USAGE if isinstance(error, UsageError) else FAILURE) from None


@app.command()
def run() -> None:
    """Connect to Slack and answer until stopped."""
    from bot.app import run as serve  # noqa: PLC0415 - the service's libraries are not needed by the other commands

    asyncio.run(serve(load_settings()))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the local Slack is shown.")] = 8484,
    *,
    opened: Annotated[bool, typer.Option("--open", help="Show it in a browser.")] = False,
    headless: Annotated[bool, typer.Option("--headless", help="No Slack: answer a handful of questions here, and end.")] = False,
) -> None:
    """Talk to the bot in a local Slack, about a made-up company's bills. Needs no account of anything."""
    if headless:
        from bot.demo.headless import show  # noqa: PLC0415 - the sandbox is not needed by the other commands

        show(load_settings(), Console(), lambda root, words: ask(root, words.split(), as_of=None, as_json=False))
        return
    from bot.demo.workspace import serve  # noqa: PLC0415 - same

    asyncio.run(serve(load_settings(), Console(soft_wrap=True), port=port, opened=opened))


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Bills: files or folders, CSV, CSV.gz or Parquet.")],
    source: Annotated[str, typer.Option(help="The name of this bill; by default from the file's name.")] = "",
    *,
    accept_bad: Annotated[bool, typer.Option("--accept-bad", help="Store it even if over 1 % of the rows are bad.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Read bills (FOCUS or AWS CUR) and replace the billing periods they hold."""
    from bot.ingest import ingest as put_in  # noqa: PLC0415 - DuckDB is not needed by the other commands

    console = Console(soft_wrap=True)
    put_in(load_settings(), console, paths, source=source, accept_bad=accept_bad, as_json=as_json)


@app.command()
def watch(as_of: Annotated[str | None, typer.Option(help="Look as on this day (2026-03-05).")] = None) -> None:
    """Look for anomalies now, as the bot does once an hour. What is to be told is told by the bot."""
    from bot.watching import look  # noqa: PLC0415 - not needed by the other commands

    look(load_settings(), Console(soft_wrap=True), _clock(as_of))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The archive to write, such as tuppence.tar.gz.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Write both databases and the lake into one file, while the bot runs. Keys are not in it."""
    from bot.keeping import back_up_home  # noqa: PLC0415 - not needed by the other commands

    back_up_home(load_settings().folder, file, Console(soft_wrap=True), system_clock(), force=force)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="An archive that `tuppence backup` wrote.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace the databases and the lake that are there.")] = False,
) -> None:
    """Put a backup in place, all of it or nothing. The bot must not be running."""
    from bot.keeping import restore_home  # noqa: PLC0415 - not needed by the other commands

    restore_home(file, load_settings().folder, Console(soft_wrap=True), force=force)


@app.command()
def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")] = False) -> None:
    """Look at settings, stores, bills, tokens and clock; say what to do. Changes nothing; exit code 1 when something is wrong."""
    from bot.doctor import examine, report  # noqa: PLC0415 - DuckDB and Slack are not needed by the other commands

    if report(asyncio.run(examine(system_clock)), Console(), as_json=as_json):
        raise SystemExit(FAILURE)


@app.command()
def manifest(
    out: Annotated[Path | None, typer.Option(help="Write it there instead of printing it.")] = None,
    prefix: Annotated[str, typer.Option(help="Put before every slash command.")] = "",
    url: Annotated[str, typer.Option(help="HTTP mode: the public https address.")] = "",
) -> None:
    """The manifest to create the Slack app from, made from what the features declare."""
    from bot.manifest import manifest_yaml  # noqa: PLC0415 - features are not needed by the other commands
    from handlers.feature import load_features  # noqa: PLC0415 - same

    settings = load_settings()
    text = manifest_yaml(load_features(), prefix=prefix or settings.prefix, mode=settings.slack_mode, url=url)
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


def _roots() -> tuple[str, ...]:
    from handlers.feature import load_features  # noqa: PLC0415 - only when a word may be a root command

    return tuple(dict.fromkeys(verb.root for feature in load_features() for verb in feature.verbs.values()))


def _add_roots() -> None:
    """Every root command that a feature declares, beside the program's own."""
    own = {command.name for command in app.registered_commands}
    for root in _roots():
        if root not in own:
            app.command(root, help=f"The same as /{root} in Slack.", context_settings={"ignore_unknown_options": True})(
                _asker(root)
            )


def _asker(root: str) -> Callable[..., None]:
    def command(
        words: Annotated[list[str] | None, typer.Argument(help="As in Slack; `help` lists them.")] = None,
        as_of: Annotated[str | None, typer.Option(help="Answer as if today were this day (2026-03-05).")] = None,
        *,
        as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    ) -> None:
        ask(root, words or (), as_of=as_of, as_json=as_json)

    return command


def ask(root: str, words: Sequence[str], *, as_of: str | None, as_json: bool) -> None:
    """Ask one question as the local admin and print the answer."""
    reply = asyncio.run(_asked(root, " ".join(_typed(words)), _clock(as_of)))
    if as_json:
        sys.stdout.write(json.dumps(reply.result if reply.result is not None else {"text": reply.text}, indent=2) + "\n")
    else:
        from bot.terminal import draw  # noqa: PLC0415 - JSON needs no drawing

        draw(reply, Console())
    _save(reply)
    if reply.result and "error" in reply.result:
        raise SystemExit(FAILURE)


async def _asked(root: str, text: str, clock: Clock) -> Reply:
    from bot.app import build  # noqa: PLC0415 - services are not needed by the other commands
    from bot.logs import configure_logs  # noqa: PLC0415 - same

    settings = load_settings()
    configure_logs("WARNING", settings.log_format, sys.stderr)
    house = build(settings, clock)
    try:
        place = Place(surface=Surface.TERMINAL)
        incoming = Incoming(Kind.COMMAND, place, LOCAL.team, LOCAL_USER, name=root, text=text, is_escaped=False)
        reply = await house.dispatcher.dispatch(incoming)
    finally:
        house.close()
    return reply or Reply(text="Done.")


def _typed(words: Sequence[str]) -> Iterator[str]:
    """The words with the quotes that the shell took away, where a value needs them."""
    for word in words:
        name, equals, value = word.partition("=")
        is_quoted = equals and any(mark.isspace() for mark in value) and not value.startswith(('"', "'"))
        yield f"{name}={json.dumps(value, ensure_ascii=False)}" if is_quoted else word


def _clock(as_of: str | None) -> Clock:
    if as_of is None:
        return system_clock
    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        raise UsageError(f"“{as_of}” is no day.", "Write it as 2026-03-05.", word=as_of) from None
    return fixed_clock(datetime.combine(day, time(12), UTC))


def _save(reply: Reply) -> None:
    """Files that an answer hands over land in the current folder, never over another file."""
    for file in reply.files:
        path = Path(Path(file.name).name)
        number = 1
        while path.exists():
            path = path.with_stem(f"{Path(file.name).stem}-{(number := number + 1)}")
        path.write_bytes(file.content)
        sys.stderr.write(f"written: {path}\n")
