"""Given a terminal, when somebody types `tuppence ledger`, then bills are written and the summary says what they come to."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from bot.sandbox.ledger import command
from bot.sandbox.ledger.reader import connect

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def program() -> typer.Typer:
    app = typer.Typer()
    app.command()(command.ledger)
    return app


def test_a_ledger_is_written_and_summed_up(program: typer.Typer, tmp_path: Path) -> None:
    said = CliRunner().invoke(program, [str(tmp_path), "--months", "1", "--as-of", "2026-03-19", "--seed", "4", "--rows", "9000"])
    assert said.exit_code == 0, said.output
    first, *table = said.output.splitlines()
    assert first.startswith(("8,9", "9,0"))
    assert "rows in 3 files, 1 months" in first
    shown = "\n".join(table)
    for provider in ("AWS", "Google Cloud", "Microsoft"):
        assert provider in shown
    assert "Effective" in shown
    aws = connect(tmp_path).sql("SELECT sum(BilledCost) FROM ledger WHERE source = 'aws'").fetchall()[0][0]
    assert f"{aws:,.2f}" in shown


def test_without_a_day_the_ledger_ends_today(program: typer.Typer, tmp_path: Path) -> None:
    before = datetime.now(UTC).date()
    said = CliRunner().invoke(program, [str(tmp_path), "--months", "2", "--rows", "20000"])
    assert said.exit_code == 0, said.output
    last: date = connect(tmp_path).sql("SELECT max(ChargePeriodStart)::DATE FROM ledger WHERE source = 'gcp'").fetchall()[0][0]
    assert before <= last <= datetime.now(UTC).date()


def test_too_few_rows_are_a_sentence_and_not_a_traceback(program: typer.Typer, tmp_path: Path) -> None:
    said = CliRunner().invoke(program, [str(tmp_path), "--rows", "12"], env={"COLUMNS": "200"})
    assert said.exit_code == 2
    assert "12 rows are too few for 14 months" in said.output
    assert "Traceback" not in said.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("wrong", [["--months", "0"], ["--as-of", "yesterday"], ["--rows", "0"]])
def test_nonsense_is_refused(program: typer.Typer, tmp_path: Path, wrong: list[str]) -> None:
    assert CliRunner().invoke(program, [str(tmp_path), *wrong]).exit_code == 2


def test_a_bar_is_drawn_where_a_person_watches_and_not_in_a_pipe() -> None:
    with command._bar(Console(force_terminal=False)) as progress:
        assert progress is None
    watched = Console(force_terminal=True, width=100)
    with watched.capture() as shown, command._bar(watched) as progress:
        assert progress is not None
        progress(1, 3)
    assert "Writing bills" in shown.get()


def test_the_command_costs_nothing_to_have_until_it_is_used() -> None:
    code = (
        "import sys, bot.sandbox.ledger.command; print([name for name in ('numpy', 'pyarrow', 'duckdb') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter, our own words
    assert said.stdout.strip() == "[]"
