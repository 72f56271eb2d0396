"""Given a home, when somebody types backup and restore, then they are told what is in the archive, or why there is none."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from bot import cli
from tests.fakes.bills import usage, write_csv

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Program = Callable[..., tuple[int, str, str]]

BILL = [usage("12.345", "2026-02-03"), usage("7.005", "2026-02-20"), usage("1.5", "2026-01-20")]


@pytest.fixture
def tuppence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Program:
    """The program with a small bill in its home; returns exit code, stdout, stderr."""
    monkeypatch.setenv("TUPPENCE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["tuppence", *words])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        out, err = capsys.readouterr()
        return int(stopped.value.code or 0), out, err

    assert run("ingest", str(write_csv(tmp_path / "acme.csv", BILL)))[0] == 0
    return run


def total(tuppence: Program) -> str:
    """What February cost."""
    code, out, _ = tuppence("cost", "by", "service", "2026-02", "--json", "--as-of", "2026-03-05")
    assert code == 0
    return str(json.loads(out)["total"]["amount"])


def test_a_backup_comes_back_on_another_machine(tuppence: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = total(tuppence)
    code, out, _ = tuppence("backup", "tuppence.tar.gz")
    assert code == 0
    assert "state.db, cost.db and 2 lake files with 3 charges of 1 source," in out
    assert "Keys and tokens are not in it" in out
    monkeypatch.setenv("TUPPENCE_HOME", str(tmp_path / "elsewhere"))
    code, out, _ = tuppence("restore", "tuppence.tar.gz")
    assert code == 0
    assert "elsewhere is as it was on" in out
    assert "were left as they are" not in out
    assert total(tuppence) == before == "19.350000000"
    assert tuppence("doctor")[0] == 0


def test_nothing_is_replaced_unasked(tuppence: Program, tmp_path: Path) -> None:
    assert tuppence("backup", "tuppence.tar.gz")[0] == 0
    code, _, err = tuppence("backup", "tuppence.tar.gz")
    assert (code, "--force" in err) == (1, True)
    assert tuppence("backup", "tuppence.tar.gz", "--force")[0] == 0
    before = total(tuppence)
    assert tuppence("ingest", str(write_csv(tmp_path / "acme.csv", [usage("99", "2026-02-03")])))[0] == 0
    assert total(tuppence) != before
    code, _, err = tuppence("restore", "tuppence.tar.gz")
    assert (code, "is not empty" in err, "--force" in err) == (1, True, True)
    code, out, _ = tuppence("restore", "tuppence.tar.gz", "--force")
    assert (code, "were left as they are" in out) == (0, True)
    assert total(tuppence) == before


def test_what_is_no_backup_is_an_error_in_words(tuppence: Program, tmp_path: Path) -> None:
    shutil.copy(tmp_path / "acme.csv", tmp_path / "tuppence.tar.gz")
    code, out, err = tuppence("restore", "tuppence.tar.gz", "--force")
    assert (code, out) == (1, "")
    assert "tuppence.tar.gz is not a backup." in err
    assert "Traceback" not in err
    assert total(tuppence).startswith("19.35")
